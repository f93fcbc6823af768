"""Forms of the pages. They read what was typed; what may be done is decided in the actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.queries.starting import Quarter, StartPage
from engine.scoring.checking import window_end

OWN_WINDOW = "own"


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs: str) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class StartForm(forms.Form):
    """``cleaned_window()``: (first day, last day), or None where the standard asks for none."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    target_level = forms.TypedChoiceField(label=gettext_lazy("目标等级"), coerce=int)
    quarter = forms.ChoiceField(label=gettext_lazy("统计期"), required=False, widget=forms.RadioSelect)
    window_from = forms.DateField(label=gettext_lazy("起始日"), required=False, widget=DayInput)
    window_to = forms.DateField(label=gettext_lazy("截止日"), required=False, widget=DayInput)
    due_on = forms.DateField(label=gettext_lazy("完成期限"), required=False, widget=DayInput)
    copy_from = forms.ChoiceField(label=gettext_lazy("复制自"), required=False)
    answers = forms.ChoiceField(
        label=gettext_lazy("上次的答案"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("draft", gettext_lazy("沿用为草稿，逐条核对")),
            ("reset", gettext_lazy("只带备注和是否在用，条款一律重置为待确认")),
            ("none", gettext_lazy("不带入")),
        ],
    )
    carry_entries = forms.BooleanField(
        label=gettext_lazy("把整改台账中未销号的事项转入新的自评"), required=False
    )

    def __init__(self, page: StartPage, quarters: tuple[Quarter, ...], *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "title": page.suggested_title,
                "target_level": min(4, page.top),
                "quarter": quarters[0].value,
                "copy_from": page.nearest,
                "answers": "draft",
                "carry_entries": True,
            },
        )
        super().__init__(*args, **kwargs)
        self.page = page
        self.fields["target_level"].choices = [  # type: ignore[attr-defined]
            (level, _("%(level)s级　%(name)s") % {"level": level, "name": name})
            for level, name in page.level_names
        ]
        self.fields["copy_from"].choices = [("", _("不复制，从空白开始")), *page.earlier]  # type: ignore[attr-defined]
        if page.window_months:
            self.fields["quarter"].choices = [  # type: ignore[attr-defined]
                *((q.value, q.shown) for q in quarters),
                (OWN_WINDOW, _("自定起止日（三个完整的月）")),
            ]
        else:
            for name in ("quarter", "window_from", "window_to"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("quarter") == OWN_WINDOW:
            for name in ("window_from", "window_to"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("请填写日期。"))
        return data

    def cleaned_window(self) -> tuple[date, date] | None:
        chosen = self.cleaned_data.get("quarter")
        if not self.page.window_months or not chosen:
            return None
        if chosen == OWN_WINDOW:
            return self.cleaned_data["window_from"], self.cleaned_data["window_to"]
        start = date.fromisoformat(chosen)
        return start, window_end(start, self.page.window_months)
