"""Forms of organisations and people. Rules of an action stay in the action; here are shapes and sentences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hospitals.codes import clean_code, clean_region
from hospitals.models import Department, Membership, Organisation

MOST_BEDS = 20_000


def listed(rows: Any, empty: str = "") -> list[tuple[Any, str]]:
    """Choices read now, not while the template is rendered."""
    return [*([("", empty)] if empty else []), *((row.public_id, row.label) for row in rows)]


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Organisation
        fields = ("name", "name_en", "grade", "ownership", "hospital_type", "beds", "region", "code")
        help_texts = {
            "name_en": gettext_lazy("用于英文界面和英文报告，可以不填。"),
            "region": gettext_lazy("六位数字，如 420100。"),
            "code": gettext_lazy("卫生机构（组织）代码（22位）或定点医疗机构编码（H加11位数字），可以不填。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.kind != Organisation.Kind.HOSPITAL:
            for name in ("grade", "ownership", "hospital_type", "beds", "code"):
                self.fields.pop(name, None)
        if beds := self.fields.get("beds"):
            sentence = _("床位数应在1到%(most)s之间。") % {"most": f"{MOST_BEDS:,}"}
            beds.validators = [MinValueValidator(1, sentence), MaxValueValidator(MOST_BEDS, sentence)]
            beds.widget.attrs |= {"inputmode": "numeric", "class": "figure-field"}
        if region := self.fields.get("region"):
            region.widget.attrs |= {"inputmode": "numeric"}
        if grade := self.fields.get("grade"):
            assert isinstance(grade, forms.ChoiceField)
            grade.choices = Organisation.Grade.choices  # "ungraded" is a value of its own, not a missing one
        if hospital_type := self.fields.get("hospital_type"):
            assert isinstance(hospital_type, forms.ChoiceField)
            hospital_type.choices = Organisation.HospitalType.choices

    def clean_region(self) -> str:
        return clean_region(self.cleaned_data["region"])

    def clean_code(self) -> str:
        return clean_code(self.cleaned_data["code"])


class NewOrganisationForm(OrganisationForm):
    parent = forms.ModelChoiceField(
        label=gettext_lazy("上级机构"), queryset=Organisation.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(label=gettext_lazy("类型"))
    field_order = (
        "kind", "parent", "name", "name_en", "grade", "ownership", "hospital_type", "beds", "region", "code",
    )  # fmt: skip

    def __init__(self, *args: Any, parents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        Kind = Organisation.Kind
        parent, kind = self.fields["parent"], self.fields["kind"]
        assert isinstance(parent, forms.ModelChoiceField)
        assert isinstance(kind, forms.ChoiceField)
        parent.queryset = parents
        parent.to_field_name = "public_id"
        parent.choices = listed(parents)
        kind.choices = [(choice.value, choice.label) for choice in (Kind.HOSPITAL, Kind.CITY)]
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("kind") == Organisation.Kind.CITY:
            cleaned |= {
                "grade": "", "ownership": Organisation.Ownership.PUBLIC, "hospital_type": "", "beds": None, "code": "",
            }  # fmt: skip
        return cleaned


class DepartmentForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Department
        fields = ("name", "name_en")
        labels = {"name": gettext_lazy("科室名称")}
        help_texts = {"name_en": gettext_lazy("用于英文界面，可以不填。")}


class EngagementForm(forms.Form):
    consultancy = forms.ModelChoiceField(
        label=gettext_lazy("咨询机构"),
        queryset=Organisation.objects.filter(kind=Organisation.Kind.CONSULTANCY),
        to_field_name="public_id",
        error_messages={"required": gettext_lazy("请选择咨询机构。")},
    )
    starts_on = forms.DateField(
        label=gettext_lazy("委托开始"),
        required=False,
        help_text=gettext_lazy("不填为今天开始。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("委托结束"),
        help_text=gettext_lazy("这一天之后自动失效；最长两年。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(label=gettext_lazy("委托说明"), max_length=200, required=False)

    def __init__(self, *args: Any, consultancies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["consultancy"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.choices = listed(consultancies, _("请选择"))


class RoleForm(forms.Form):
    """Role, department and end: what inviting and changing have in common."""

    role = forms.ChoiceField(
        label=gettext_lazy("角色"), error_messages={"required": gettext_lazy("请选择角色。")}
    )
    department = forms.ModelChoiceField(
        label=gettext_lazy("科室"),
        queryset=Department.objects.none(),
        required=False,
        to_field_name="public_id",
        help_text=gettext_lazy("科室填报人填写分配给本人或本科室的项目。"),
    )
    until = forms.DateField(
        label=gettext_lazy("有效期至"),
        required=False,
        help_text=gettext_lazy("到期后自动失效，适合外部顾问和借调人员；不填为长期有效。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, organisation: Organisation, roles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, department = self.fields["role"], self.fields["department"]
        assert isinstance(role, forms.ChoiceField)
        assert isinstance(department, forms.ModelChoiceField)
        given = [(choice.value, choice.label) for choice in map(Membership.Role, roles)]
        chosen = self.initial.get("role") or len(given) == 1
        role.choices = given if chosen else [("", _("请选择角色")), *given]
        department.queryset = organisation.departments.filter(closed_at__isnull=True)
        department.choices = listed(department.queryset, _("不限科室"))
        if organisation.kind != Organisation.Kind.HOSPITAL:
            del self.fields["department"]

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until and until < timezone.localdate():
            raise ValidationError(_("有效期不能早于今天。"))
        return until


class InviteForm(RoleForm):
    account = forms.ChoiceField(
        label=gettext_lazy("账号"),
        choices=[("new", gettext_lazy("新建账号")), ("existing", gettext_lazy("对方已有智评账号"))],
        initial="new",
        widget=forms.RadioSelect,
    )
    username = forms.CharField(
        label=gettext_lazy("登录名"),
        max_length=150,
        validators=[UnicodeUsernameValidator(message=gettext_lazy("登录名只能包含文字、数字和 @ . + - _。"))],
        help_text=gettext_lazy("如工号。已有账号时请填对方的登录名。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("姓名"), max_length=100, required=False, help_text=gettext_lazy("新建账号时必填。")
    )
    email = forms.EmailField(
        label=gettext_lazy("电子邮箱"), required=False, help_text=gettext_lazy("可以不填。")
    )
    field_order = ("account", "username", "name", "email", "role", "department", "until")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("account") == "new" and not cleaned.get("name", "").strip():
            self.add_error("name", _("请填写姓名。"))
        return cleaned
