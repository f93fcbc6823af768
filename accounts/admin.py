"""Accounts in the back office: made, changed, closed, given a new one-time password. Never deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.changing import change_account
from accounts.actions.registering import create_account, lift_wait, reset_password, set_active
from accounts.back_office import BackOfficeModel
from accounts.models import User

if admin.site.is_registered(Group):
    admin.site.unregister(Group)  # roles are memberships


@admin.register(User)
class UserAdmin(BackOfficeModel):
    may_add = True
    may_change = True
    actions = ("give_new_passwords", "lift_waits")
    list_display = ("username", "name", "email", "is_active", "must_change_password", "last_login")
    list_filter = ("is_active", "must_change_password")
    search_fields = ("username", "name", "email")
    ordering = ("username",)
    list_per_page = 50

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            ("username", "name", "email", "language", "time_zone", "is_active")
            if obj
            else ("username", "name", "email")
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("username",) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The own account is changed where everybody changes it."""
        return super().has_change_permission(request, obj) and (obj is None or obj.pk != request.user.pk)

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm[User], change: bool) -> None:
        by = request.user
        assert isinstance(by, User)
        if not change:
            made, password = create_account(by=by, username=obj.username, name=obj.name, email=obj.email)
            obj.__dict__.update(made.__dict__)
            obj.__dict__["one_time_password"] = password  # for the one answer that shows it
            return
        given = {name: form.cleaned_data[name] for name in ("name", "email", "language", "time_zone")}
        change_account(by=by, user=obj, **given)
        if "is_active" in form.changed_data:
            set_active(by=by, user=User.objects.get(pk=obj.pk), active=form.cleaned_data["is_active"])

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self.show_passwords(request, [(obj, obj.one_time_password)])  # type: ignore[attr-defined]

    @admin.action(description=gettext_lazy("重置密码（生成一次性密码）"))
    def give_new_passwords(self, request: HttpRequest, chosen: QuerySet[User]) -> HttpResponse:
        by = request.user
        assert isinstance(by, User)
        if chosen.filter(pk=by.pk).exists():
            raise PermissionDenied(_("自己的密码请在个人设置中修改。"))
        return self.show_passwords(request, [(user, reset_password(by=by, user=user)) for user in chosen])

    @admin.action(description=gettext_lazy("解除登录等待"))
    def lift_waits(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        by = request.user
        assert isinstance(by, User)
        for user in chosen:
            lift_wait(by=by, user=user)
        self.message_user(request, _("已解除，对方可以立即重新登录。"), messages.SUCCESS)

    def show_passwords(self, request: HttpRequest, given: list[tuple[User, str]]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("一次性密码"),
            "given": [(user.username, user.name, password) for user, password in given],
        }
        response = TemplateResponse(request, "accounts/back_office_passwords.html", context)
        response.headers["Cache-Control"] = "private, no-store"
        return response
