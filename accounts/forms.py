"""Forms of the account pages. Sentences in the person's language, nothing typed is lost."""

from __future__ import annotations

import zoneinfo

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.scopes import SCOPES

#: zones people of this product live in or travel to; a stored one outside the list is kept
TIME_ZONES = (
    ("Asia/Shanghai", gettext_lazy("北京时间（UTC+8）")),
    ("Asia/Urumqi", gettext_lazy("乌鲁木齐（UTC+6）")),
    ("Asia/Hong_Kong", gettext_lazy("香港（UTC+8）")),
    ("Asia/Macau", gettext_lazy("澳门（UTC+8）")),
    ("Asia/Taipei", gettext_lazy("台北（UTC+8）")),
    ("Asia/Singapore", gettext_lazy("新加坡（UTC+8）")),
    ("Asia/Tokyo", gettext_lazy("东京（UTC+9）")),
    ("Europe/London", gettext_lazy("伦敦")),
    ("Europe/Berlin", gettext_lazy("柏林")),
    ("America/New_York", gettext_lazy("纽约")),
    ("America/Los_Angeles", gettext_lazy("洛杉矶")),
    ("UTC", "UTC"),
)
LONGEST_PASSWORD = 256  # a longer one only costs hashing time


class SignInForm(forms.Form):
    username = forms.CharField(
        label=gettext_lazy("登录名"),
        max_length=150,
        error_messages={"required": gettext_lazy("请输入登录名。")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        error_messages={"required": gettext_lazy("请输入密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def put_cursor_on_password(self) -> None:
        """After a failure the login name stands there already."""
        if self.data.get("username"):
            self.fields["username"].widget.attrs.pop("autofocus", None)
            self.fields["password"].widget.attrs["autofocus"] = True


class PasswordForm(forms.Form):
    old_password = forms.CharField(
        label=gettext_lazy("当前密码"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new_password = forms.CharField(
        label=gettext_lazy("新密码"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        help_text=gettext_lazy("至少10个字符，不能全是数字，不能是常见密码，也不能与姓名或登录名相近。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("再输入一次新密码"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.user = user
        if user.must_change_password:
            self.fields["old_password"].label = _("一次性密码（刚才登录所用）")

    def clean_old_password(self) -> str:
        old: str = self.cleaned_data["old_password"]
        if not self.user.check_password(old):
            raise ValidationError(_("当前密码不正确。"))
        return old

    def clean_new_password(self) -> str:
        new: str = self.cleaned_data["new_password"]
        if self.user.check_password(new):
            raise ValidationError(_("新密码不能与当前密码相同。"))
        validate_password(new, self.user)
        return new

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "new_password" in self.cleaned_data and again != self.cleaned_data["new_password"]:
            raise ValidationError(_("两次输入的新密码不一致。"))
        return again


class TokenForm(forms.Form):
    """A key for a program: what for, for how long, and the person's own password."""

    DAYS = ((7, gettext_lazy("7天")), (30, gettext_lazy("30天")), (90, gettext_lazy("90天")),
            (180, gettext_lazy("180天")), (365, gettext_lazy("365天")))  # fmt: skip

    name = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=80,
        help_text=gettext_lazy("哪个程序使用，例如“集成平台每晚上传数据”。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(label=gettext_lazy("有效期"), choices=DAYS, coerce=int, initial=90)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("权限"),
        choices=tuple(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只勾选程序需要的。令牌能做的不会多于您本人。"),
        error_messages={"required": gettext_lazy("请至少选择一项权限。")},
    )
    password = forms.CharField(
        label=gettext_lazy("您的登录密码"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    time_zone = forms.ChoiceField(label=gettext_lazy("时区"))

    class Meta:
        model = User
        fields = ("name", "email", "language", "time_zone", "digest")
        labels = {"email": gettext_lazy("电子邮箱")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["digest"].required = False
        known = list(TIME_ZONES)
        if (
            self.instance.time_zone not in dict(known)
            and self.instance.time_zone in zoneinfo.available_timezones()
        ):
            known.append((self.instance.time_zone, self.instance.time_zone))
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = known

    def clean_digest(self) -> str:
        """A form sent without it leaves it as it is."""
        digest: str = self.cleaned_data["digest"] or self.instance.digest
        return digest

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.strip():
            raise ValidationError(_("请填写姓名。"))
        return name
