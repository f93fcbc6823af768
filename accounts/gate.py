"""Between a request and its view: session limits, sign-in by default, and the new password first.

Every address needs a signed-in person unless its view says ``@login_not_required``: forgetting a
decorator closes a page instead of opening it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

SESSION_BEGAN = "began"  # seconds since 1970
SESSION_SEEN = "seen"
NOTE_EVERY = 60  # seconds: the session is not written with every request

#: url names that stay open while a new password is owed
BEFORE_A_NEW_PASSWORD = frozenset({"password", "sign-out", "language"})


def wants_part(request: HttpRequest) -> bool:
    """htmx asks for a part of a page: a redirect would put a whole page into it."""
    return request.headers.get("HX-Request") == "true"


def wants_json(request: HttpRequest) -> bool:
    return (
        request.path.startswith("/api/")
        or request.content_type == "application/json"
        or request.headers.get("Accept", "").startswith("application/json")
    )


def send_away(request: HttpRequest, url: str) -> HttpResponse:
    """The whole browser goes to the address, also when only a part of a page was asked for."""
    if not wants_part(request):
        return HttpResponseRedirect(url)
    response = HttpResponse(status=401)
    response.headers["HX-Redirect"] = url
    return response


class SessionLimitsMiddleware:
    """Ends a session left alone too long, and any session after SESSION_COOKIE_AGE."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.get(SESSION_BEGAN)
            seen = request.session.get(SESSION_SEEN)
            if began is None or seen is None:
                request.session[SESSION_BEGAN] = request.session[SESSION_SEEN] = now
            elif now - seen > settings.SESSION_IDLE_SECONDS:
                minutes = settings.SESSION_IDLE_SECONDS // 60
                self.end(
                    request,
                    _("您已超过%(n)s分钟没有操作，系统已自动退出，请重新登录。已保存的内容没有改变。")
                    % {"n": minutes},
                )
            elif now - began > settings.SESSION_COOKIE_AGE:
                hours = settings.SESSION_COOKIE_AGE // 3600
                self.end(request, _("您登录已满%(n)s小时，请重新登录。已保存的内容没有改变。") % {"n": hours})
            elif now - seen >= NOTE_EVERY:
                request.session[SESSION_SEEN] = now
        return self.get_response(request)

    def end(self, request: HttpRequest, sentence: str) -> None:
        logout(request)
        messages.info(request, sentence)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Django's, knowing parts of pages; afterwards the person comes back to the page, not to its part."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> Any:
        if wants_part(request):
            page = getattr(request, "htmx").current_url_abs_path or "/"  # noqa: B009 - set by django-htmx
        else:
            page = request.get_full_path() if request.method == "GET" else "/"
        login = resolve_url(settings.LOGIN_URL)
        url = login if page == "/" else redirect_to_login(page, login).url
        return send_away(request, url)


class NewPasswordMiddleware:
    """A one-time password opens one page: the one that changes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        user = request.user
        if not (user.is_authenticated and user.must_change_password):
            return None
        match = request.resolver_match
        if match is not None and match.view_name in BEFORE_A_NEW_PASSWORD:
            return None
        if wants_json(request):
            sentence = _("请先修改一次性密码，再继续操作。")
            return JsonResponse({"detail": sentence, "message": sentence}, status=403)
        return send_away(request, resolve_url("password"))
