"""Django's admin as the back office of the system role: accounts and organisations, no assessment data.

``is_staff`` and ``is_superuser`` open nothing here: only a membership in force does (accounts.policy).
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.policy import policy


def may_use(user: User | AnonymousUser) -> bool:
    return bool(user.is_active and user.is_authenticated and policy.may_use_back_office(user))


class BackOffice(admin.AdminSite):
    site_header = gettext_lazy("智评 · 系统后台")
    site_title = gettext_lazy("系统后台")
    index_title = gettext_lazy("账号、机构与运行")
    site_url = "/"
    enable_nav_sidebar = False  # its script keeps state in the browser; few entries need no sidebar

    def has_permission(self, request: HttpRequest) -> bool:
        return may_use(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The product's own sign-in, with its back-off; whoever is signed in and not allowed learns why."""
        if request.user.is_authenticated:
            raise PermissionDenied(_("系统后台仅供系统管理员使用。"))
        return redirect_to_login(request.GET.get("next", request.path), resolve_url("sign-in"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return HttpResponseRedirect(resolve_url("preferences"))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return HttpResponseRedirect(resolve_url("password"))


class BackOfficeModel(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows are added and changed by actions, so that every change has its event; nothing is deleted."""

    actions: Any = None
    save_as = False
    may_add = False
    may_change = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_use(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_use(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and may_use(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and may_use(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The trail keeps it; a second log that can be changed would be worth less."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The trail keeps it."""

    def save_related(self, request: HttpRequest, form: ModelForm[Any], formsets: Any, change: bool) -> None:
        """No row has others hanging on its form."""
