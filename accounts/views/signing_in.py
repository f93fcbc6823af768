"""Sign-in, sign-out and the language switch: the only pages that need nobody signed in."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.sessions import SignInRefused, sign_in, sign_out
from accounts.actions.settings import change_preferences
from accounts.addresses import safe_next
from accounts.forms import SignInForm
from accounts.models import User
from accounts.preferences import LANGUAGE_COOKIE

A_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class SignInPage:
    form: SignInForm
    next: str
    refused: str = ""


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def show_sign_in(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next") or request.GET.get("next")
    goal = safe_next(request, wanted, settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return HttpResponseRedirect(goal)
    kept = wanted if wanted and goal == wanted else ""
    if request.method != "POST":
        return render(request, "accounts/sign_in.html", {"page": SignInPage(SignInForm(), kept)})
    form = SignInForm(request.POST)
    refused = ""
    if form.is_valid():
        try:
            user = sign_in(request=request, **form.cleaned_data)
        except SignInRefused as refusal:
            refused = str(refusal)
        else:
            return HttpResponseRedirect(resolve_url("password") if user.must_change_password else goal)
    form.put_cursor_on_password()
    return render(
        request,
        "accounts/sign_in.html",
        {"page": SignInPage(form, kept, refused)},
        status=403 if refused else 400,
    )


@login_not_required
@require_POST
def do_sign_out(request: HttpRequest) -> HttpResponse:
    sign_out(by=request.user, request=request)
    messages.success(request, _("您已退出登录。"))
    return HttpResponseRedirect(resolve_url(settings.LOGOUT_REDIRECT_URL))


@login_not_required
@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Kept with the person when there is one, and always with the browser."""
    goal = safe_next(request, request.POST.get("next"), settings.LOGIN_REDIRECT_URL)
    response = HttpResponseRedirect(goal)
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        messages.error(request, _("系统没有这种语言，界面语言没有改变。"))
        return response
    if isinstance(request.user, User):
        change_preferences(by=request.user, language=language)
    response.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
