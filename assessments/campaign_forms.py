"""Forms of yearly cycles. They read what was typed; what may be done is decided in the actions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.actions.campaigns.drawing_up import Plan, RubricPlan
from assessments.forms import DayInput
from assessments.models import Campaign, CampaignZone
from assessments.queries.starting import last_quarters
from hospitals.models import Organisation
from rubrics.models import Edition
from rubrics.queries import get_rubric

USUAL_LENGTH = timedelta(days=60)
REMIND_BEFORE, REMIND_AFTER = (14, 7, 1), (1,)
#: what the ministry asks of grades, offered when a cycle is drawn up: standard -> first figure of the grade -> level
USUAL_TARGETS = {"emr-2018": {"3": 4, "2": 3}, "smart-service-2019": {"3": 3, "2": 2}}
_BETWEEN = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class RubricRow:
    edition: str
    status: str
    use: BoundField
    window: tuple[BoundField, BoundField] | None


@dataclass(frozen=True, slots=True)
class TargetRow:
    grade: str
    fields: tuple[BoundField, ...]


class DaysField(forms.CharField):
    """Whole days with commas between: "14, 7, 1"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=60, **kwargs)

    def clean(self, value: Any) -> list[int]:
        text = super().clean(value)
        parts = [part for part in _BETWEEN.split(text) if part]
        if not all(part.isascii() and part.isdecimal() and len(part) < 4 for part in parts):
            raise forms.ValidationError(_("请填写整数天数，用逗号隔开，例如：14, 7, 1。"))
        return [int(part) for part in parts]


class CampaignForm(forms.Form):
    """``plan()``: what was typed, for the actions. ``campaign``: the one that is changed, None for a new one.

    Once a cycle was opened its dates, standards and windows are shown and cannot be typed over.
    """

    title = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2011, max_value=2100)
    opens_on = forms.DateField(label=gettext_lazy("开始日期"), widget=DayInput)
    closes_on = forms.DateField(label=gettext_lazy("截止日期"), widget=DayInput)
    remind_before = DaysField(label=gettext_lazy("截止前几天提醒"))
    remind_after = DaysField(label=gettext_lazy("逾期后几天提醒"))
    note = forms.CharField(
        label=gettext_lazy("给医院的说明"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self,
        editions: Sequence[Edition],
        *args: Any,
        today: date,
        campaign: Campaign | None = None,
        bureaus: Sequence[Organisation] = (),
        **kwargs: Any,
    ) -> None:
        self.editions = tuple(editions)
        self.campaign = campaign
        kwargs.setdefault("initial", _initial(self.editions, campaign, today))
        super().__init__(*args, **kwargs)
        self.bureaus = {str(bureau.public_id): bureau for bureau in bureaus}
        if len(bureaus) > 1:
            self.fields["bureau"] = forms.ChoiceField(
                label=_("组织单位"), choices=[(key, one.label) for key, one in self.bureaus.items()]
            )
        for edition in self.editions:
            self._add_edition(edition)
        if campaign is not None and campaign.state != Campaign.State.DRAFT:
            for name, field in self.fields.items():
                if name in ("year", "opens_on", "closes_on") or name.startswith(("use_", "from_", "to_")):
                    field.disabled = True

    def _add_edition(self, edition: Edition) -> None:
        rubric, pk = get_rubric(edition), edition.pk
        self.fields[f"use_{pk}"] = forms.BooleanField(label=edition.title, required=False)
        if rubric.thresholds.window_months is not None:
            self.fields[f"from_{pk}"] = forms.DateField(
                label=_("统计起始日"), required=False, widget=DayInput
            )
            self.fields[f"to_{pk}"] = forms.DateField(label=_("统计截止日"), required=False, widget=DayInput)
        levels = [(level, _("%(level)s级") % {"level": level}) for level in range(1, rubric.top_level + 1)]
        for grade, label in Organisation.Grade.choices:
            self.fields[f"target_{pk}_{grade}"] = forms.TypedChoiceField(
                label=f"{label} · {edition.title}",
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", _("不设")), *levels],
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for edition in self.editions:
            if not data.get(f"use_{edition.pk}"):
                continue
            for name in (f"from_{edition.pk}", f"to_{edition.pk}"):
                if name in self.fields and not data.get(name) and name not in self.errors:
                    self.add_error(name, _("请填写日期。"))
        return data

    def rubric_rows(self) -> list[RubricRow]:
        return [
            RubricRow(
                edition.title,
                edition.status,
                self[f"use_{edition.pk}"],
                (self[f"from_{edition.pk}"], self[f"to_{edition.pk}"])
                if f"from_{edition.pk}" in self.fields
                else None,
            )
            for edition in self.editions
        ]

    def target_rows(self) -> list[TargetRow]:
        return [
            TargetRow(
                str(label),
                tuple(self[f"target_{edition.pk}_{grade}"] for edition in self.editions),
            )
            for grade, label in Organisation.Grade.choices
        ]

    def bureau(self) -> Organisation:
        return self.bureaus.get(self.cleaned_data.get("bureau", "")) or next(iter(self.bureaus.values()))

    def plan(self) -> Plan:
        data = self.cleaned_data
        whole_year = (date(data["year"], 1, 1), date(data["year"], 12, 31))
        rubrics = []
        for edition in self.editions:
            pk = edition.pk
            if not data.get(f"use_{pk}"):
                continue
            start, end = (data[f"from_{pk}"], data[f"to_{pk}"]) if f"from_{pk}" in self.fields else whole_year
            targets = {
                grade: data[f"target_{pk}_{grade}"]
                for grade in Organisation.Grade.values
                if data.get(f"target_{pk}_{grade}")
            }
            rubrics.append(RubricPlan(edition, start, end, targets))
        return Plan(
            title=data["title"],
            year=data["year"],
            opens_on=data["opens_on"],
            closes_on=data["closes_on"],
            rubrics=rubrics,
            remind_days_before=[*data["remind_before"], *(-day for day in data["remind_after"] if day)],
            note=data["note"],
        )


def _initial(editions: Sequence[Edition], campaign: Campaign | None, today: date) -> dict[str, Any]:
    quarter = last_quarters(today)[0]
    if campaign is None:
        initial: dict[str, Any] = {
            "title": _("%(year)s年度智慧医院评价工作") % {"year": today.year},
            "year": today.year,
            "opens_on": today,
            "closes_on": today + USUAL_LENGTH,
            "remind_before": ", ".join(str(day) for day in REMIND_BEFORE),
            "remind_after": ", ".join(str(day) for day in REMIND_AFTER),
        }
        for edition in editions:
            usual = USUAL_TARGETS.get(edition.key, {})
            initial[f"use_{edition.pk}"] = edition.key in USUAL_TARGETS
            initial[f"from_{edition.pk}"], initial[f"to_{edition.pk}"] = quarter.start, quarter.end
            for grade in Organisation.Grade.values:
                initial[f"target_{edition.pk}_{grade}"] = usual.get(grade[:1])
        return initial
    days = campaign.remind_days_before
    initial = {
        "title": campaign.title,
        "year": campaign.year,
        "opens_on": campaign.opens_on,
        "closes_on": campaign.closes_on,
        "remind_before": ", ".join(str(day) for day in days if day >= 0),
        "remind_after": ", ".join(str(-day) for day in reversed(days) if day < 0),
        "note": campaign.note,
    }
    used = {row.edition_id: row for row in campaign.rubrics.all()}
    for edition in editions:
        row = used.get(edition.pk)
        initial[f"use_{edition.pk}"] = row is not None
        initial[f"from_{edition.pk}"] = row.window_from if row else quarter.start
        initial[f"to_{edition.pk}"] = row.window_to if row else quarter.end
    for target in campaign.targets.all():
        initial[f"target_{target.edition_id}_{target.grade}"] = target.level
    return initial


class ZoneForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("分批名称"), max_length=40)
    opens_on = forms.DateField(label=gettext_lazy("开始日期"), widget=DayInput)
    closes_on = forms.DateField(label=gettext_lazy("截止日期"), widget=DayInput)

    @classmethod
    def of(cls, zone: CampaignZone, *, fixed: bool, data: Any = None) -> ZoneForm:
        """``fixed``: the cycle was opened, dates move by extending alone."""
        form = cls(
            data,
            initial={"name": zone.name, "opens_on": zone.opens_on, "closes_on": zone.closes_on},
            prefix=f"zone-{zone.pk}",
        )
        for name in ("opens_on", "closes_on"):
            form.fields[name].disabled = fixed
        return form
