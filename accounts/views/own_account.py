"""The pages on which a person changes the own account."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions.settings import change_password, change_preferences
from accounts.forms import PasswordForm, PreferencesForm
from accounts.models import User


@dataclass(frozen=True, slots=True)
class PreferencesPage:
    form: PreferencesForm
    username: str


@dataclass(frozen=True, slots=True)
class PasswordPage:
    form: PasswordForm
    forced: bool
    username: str


def signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the gate let nobody else through
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
def show_preferences(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    copy = User.objects.get(pk=user.pk)  # a refused form must not change the name in the frame
    form = PreferencesForm(request.POST or None, instance=copy)
    if request.method == "POST" and form.is_valid():
        change_preferences(by=user, **form.cleaned_data)
        with translation.override(user.language):
            messages.success(request, _("设置已保存。"))
        return HttpResponseRedirect(resolve_url("preferences"))
    page = PreferencesPage(form, user.username)
    return render(request, "accounts/preferences.html", {"page": page}, status=400 if form.errors else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def show_password(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = PasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        forced = user.must_change_password
        change_password(by=user, new_password=form.cleaned_data["new_password"], request=request)
        messages.success(request, _("密码已修改。您在其他设备上的登录均已退出。"))
        return HttpResponseRedirect("/" if forced else resolve_url("preferences"))
    page = PasswordPage(form, user.must_change_password, user.username)
    return render(request, "accounts/password.html", {"page": page}, status=400 if form.errors else 200)
