"""What a reader of the trail may look for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.queries import Filters
from audit.verbs import SUBJECTS, VERBS


class FilterForm(forms.Form):
    person = forms.CharField(label=gettext_lazy("操作人或登录名"), required=False, max_length=60)
    verb = forms.ChoiceField(label=gettext_lazy("动作"), required=False)
    subject = forms.ChoiceField(label=gettext_lazy("对象"), required=False)
    chain = forms.ChoiceField(label=gettext_lazy("机构"), required=False)
    since = forms.DateField(
        label=gettext_lazy("起始日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("结束日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, chains: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything: list[tuple[str, Any]] = [("", _("全部"))]
        for name, choices in (("verb", VERBS), ("subject", SUBJECTS), ("chain", chains)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = everything + list(choices.items())
        if len(chains) < 2:
            del self.fields["chain"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            raise ValidationError(_("起始日期晚于结束日期，请更正。"))
        return cleaned

    def filters(self) -> Filters:
        """What was understood; a field in error does not narrow, its sentence stands beside it."""
        given = getattr(self, "cleaned_data", {})
        return Filters(
            person=given.get("person", ""),
            verb=given.get("verb", ""),
            subject=given.get("subject", ""),
            chain=given.get("chain", ""),
            since=given.get("since"),
            until=given.get("until"),
        )
