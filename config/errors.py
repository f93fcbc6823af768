"""Pages for what went wrong: what happened, what is safe, what to do next.

A part of a page fetched by htmx gets the sentence as plain text, which the frame shows as a toast.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from accounts.api import problems

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ErrorPage:
    status: int
    title: str
    happened: str
    safe: str
    action_url: str
    action_label: str
    second_url: str = ""
    second_label: str = ""


def address_of(name: str) -> str:
    """The address of a page, or the root: an error page never fails for a missing name."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return "/"


def way_back(request: HttpRequest) -> tuple[str, str]:
    if getattr(request, "user", None) is not None and request.user.is_authenticated:
        return address_of("home"), _("回到首页")
    return address_of("sign-in"), _("去登录")


def answer(request: HttpRequest, page: ErrorPage) -> HttpResponse:
    if request.path.startswith("/api/"):
        return as_problem(page.status, page.happened)
    if request.headers.get("HX-Request"):
        return HttpResponse(page.happened, status=page.status, content_type="text/plain; charset=utf-8")
    return render(request, "errors/page.html", {"error": page}, status=page.status)


def as_problem(status: int, sentence: str) -> HttpResponse:
    """A program gets the sentence as a problem document."""
    return JsonResponse(problems.body_of(status, sentence), status=status, content_type=problems.MEDIA_TYPE)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    page = ErrorPage(
        400,
        _("无法理解该请求"),
        _("浏览器发来的内容不完整或格式有误。"),
        _("已保存的内容没有改变。请返回上一页，刷新后重试。"),
        *way_back(request),
    )
    return answer(request, page)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The sentence of the refusal, when there is one, is what the person reads."""
    page = ErrorPage(
        403,
        _("您不能进行这项操作"),
        str(exception or "") or _("您目前的角色没有这项权限。"),
        _("没有任何内容被改变。如需权限，请联系本单位的质控负责人或安全管理员。"),
        *way_back(request),
    )
    return answer(request, page)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The token of a form did not match: an old page, a second sign-in, or cookies switched off."""
    page = ErrorPage(
        403,
        _("页面已过期"),
        _("该页面打开后您重新登录过，或浏览器不接受 Cookie，因此这次提交未被接受。"),
        _("已保存的内容没有改变。请返回上一页并刷新，再提交一次。"),
        request.path if request.method == "GET" else way_back(request)[0],
        _("重新打开"),
    )
    return answer(request, page)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    page = ErrorPage(
        404,
        _("没有找到该页面"),
        _("地址有误，或者内容不在您可以查看的范围内。"),
        _("没有任何内容丢失。请核对地址，或从首页重新进入。"),
        *way_back(request),
    )
    return answer(request, page)


def failed(request: HttpRequest) -> HttpResponse:
    """Asks neither the database nor the session: they may be what failed."""
    reference = secrets.token_hex(4)
    log.error("Server error %s at %s", reference, request.path)
    sentence = _("系统出错（编号 %(reference)s）。已保存的内容没有改变，请稍后重试。") % {
        "reference": reference
    }
    if request.path.startswith("/api/"):
        return as_problem(500, sentence)
    if request.headers.get("HX-Request"):
        return HttpResponse(sentence, status=500, content_type="text/plain; charset=utf-8")
    return HttpResponse(loader.get_template("errors/500.html").render({"reference": reference}), status=500)
