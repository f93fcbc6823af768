"""What can be chosen when an assessment is started: hospitals, editions, windows, earlier work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.queries.frame import said
from engine.scoring.checking import window_end
from hospitals.access import Person, Role, organisations_where
from hospitals.models import Organisation
from rubrics.models import Edition
from rubrics.queries import current_editions, get_rubric

QUARTERS_OFFERED = 4


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter that is over: ``value`` is its first day, as the form sends it."""

    value: str
    label: str
    start: date
    end: date

    @property
    def shown(self) -> str:
        return _("%(label)s（%(start)s — %(end)s）") % {
            "label": self.label,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class EditionChoice:
    key: str
    title: str
    status: str
    levels: int
    items: int
    clauses: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class HospitalChoice:
    public_id: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class StartPage:
    """``earlier``: (public id, words) of this hospital's assessments, those of the very same edition first;
    ``nearest``: the newest of the same edition."""

    hospitals: tuple[HospitalChoice, ...]
    hospital: str  # public id
    hospital_name: str
    editions: tuple[EditionChoice, ...]
    edition: str  # key
    window_months: int | None
    top: int
    level_names: tuple[tuple[int, str], ...]
    earlier: tuple[tuple[str, str], ...]
    nearest: str
    suggested_title: str
    organisation_name: str


def hospitals_to_start_in(user: Person) -> tuple[Organisation, ...]:
    """Hospitals in which the person may start one; memberships are read already."""
    found = organisations_where(user, (Role.QUALITY_LEAD, Role.CONSULTANT))
    return tuple(organisation for organisation in found if organisation.kind == Organisation.Kind.HOSPITAL)


def start_page(
    user: Person, hospitals: tuple[Organisation, ...], hospital: Organisation, edition: Edition, today: date
) -> StartPage:
    """Three queries for any number of editions loaded before: editions, flags in force, earlier assessments."""
    rubric = get_rubric(edition)
    quarter = last_quarters(today)[0]
    earlier = earlier_of(user, hospital, edition)
    return StartPage(
        hospitals=tuple(
            HospitalChoice(str(one.public_id), one.label, one.pk == hospital.pk) for one in hospitals
        ),
        hospital=str(hospital.public_id),
        hospital_name=hospital.label,
        editions=tuple(_choice(choice, edition) for choice in current_editions()),
        edition=edition.key,
        window_months=rubric.thresholds.window_months,
        top=rubric.top_level,
        level_names=tuple((level.level, said(level.name)) for level in rubric.levels if level.level > 0),
        earlier=tuple(
            (str(one.public_id), one.title if one.edition_id == edition.pk else _other(one))
            for one in earlier
        ),
        nearest=next((str(one.public_id) for one in earlier if one.edition_id == edition.pk), ""),
        suggested_title=_title(
            quarter.label if rubric.thresholds.window_months else _("%(year)s年") % {"year": today.year},
            edition,
        ),
        organisation_name=hospital.label,
    )


def _choice(edition: Edition, chosen: Edition) -> EditionChoice:
    rubric = get_rubric(edition)
    return EditionChoice(
        key=edition.key,
        title=edition.title,
        status=edition.status,
        levels=rubric.top_level,
        items=len(rubric.items),
        clauses=sum(len(level.clauses) for item in rubric.items for level in item.asked_levels),
        chosen=edition.pk == chosen.pk,
    )


def _title(period: str, edition: Edition) -> str:
    """2026年第3季度自评：电子病历系统应用水平分级评价标准; what stands in brackets is left out."""
    name = re.sub(r"[（(].*?[）)]", "", edition.title).strip()
    return (_("%(period)s自评：%(edition)s") % {"period": period, "edition": name})[:80]


def earlier_of(user: Person, hospital: Organisation, edition: Edition) -> list[Assessment]:
    """Assessments that may be copied from: same hospital, those of the same edition first, newest first. One query."""
    found = Assessment.objects.visible_to(user).filter(hospital=hospital).select_related("edition")
    return sorted(found, key=lambda one: one.edition_id != edition.pk)


def _other(assessment: Assessment) -> str:
    return _("%(title)s（另一标准：%(edition)s）") % {
        "title": assessment.title,
        "edition": assessment.edition.title,
    }


def last_quarters(today: date, count: int = QUARTERS_OFFERED) -> tuple[Quarter, ...]:
    """The last complete calendar quarters, newest first."""
    year, quarter = (
        today.year,
        (today.month - 1) // 3,
    )  # the quarter before the running one, 0: last year's fourth
    found = []
    for _step in range(count):
        if quarter == 0:
            year, quarter = year - 1, 4
        start = date(year, quarter * 3 - 2, 1)
        found.append(
            Quarter(
                value=start.isoformat(),
                label=_("%(year)s年第%(quarter)s季度") % {"year": year, "quarter": quarter},
                start=start,
                end=window_end(start, 3),
            )
        )
        quarter -= 1
    return tuple(found)
