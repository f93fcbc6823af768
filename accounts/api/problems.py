"""Refusals as application/problem+json (RFC 9457): the sentence a person would read is ``detail``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException, Throttled, ValidationError
from rest_framework.response import Response

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: gettext_lazy("请求有误"),
    401: gettext_lazy("没有登录，或令牌无效"),
    403: gettext_lazy("不能进行这项操作"),
    404: gettext_lazy("没有找到"),
    405: gettext_lazy("此地址不支持该方法"),
    406: gettext_lazy("不能以所要求的格式回答"),
    409: gettext_lazy("与现有状态冲突"),
    412: gettext_lazy("内容已被他人修改"),
    413: gettext_lazy("内容过大"),
    415: gettext_lazy("不支持该内容格式"),
    422: gettext_lazy("内容不能采用"),
    428: gettext_lazy("须注明依据的版本"),
    429: gettext_lazy("请求过于频繁"),
    500: gettext_lazy("系统出错"),
}


class Problem(APIException):
    """A refusal with a status of its own; ``errors`` name places in the request."""

    def __init__(self, status: int, sentence: str, errors: list[dict[str, str]] | None = None) -> None:
        super().__init__(sentence)
        self.status_code = status
        self.errors = errors


class OutOfScope(PermissionDenied):
    """The key was not made for this; ``scope`` names what is missing."""

    def __init__(self, sentence: str, scope: str) -> None:
        super().__init__(sentence)
        self.scope = scope


def body_of(status: int, detail: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": str(TITLES.get(status, TITLES[400])),
        "status": status,
        "detail": detail,
        **more,
    }


def problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    return Response(
        body_of(status, detail, **more), status=status, headers=dict(headers or {}), content_type=MEDIA_TYPE
    )


def handle(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's hook; None for what nobody foresaw, which then is an error of the server."""
    if isinstance(exc, Http404):
        return problem(404, _("没有找到，或不在您可以查看的范围内。"))
    if isinstance(exc, OutOfScope):
        return problem(403, str(exc), scope=exc.scope)
    if isinstance(exc, PermissionDenied):
        return problem(403, str(exc) or _("您目前的角色没有这项权限。"))
    if isinstance(exc, RequestDataTooBig):
        return problem(413, _("请求的内容过大。"))
    if isinstance(exc, SuspiciousOperation):
        return problem(400, _("请求的内容不完整或格式有误。"))
    if isinstance(exc, ValidationError):
        errors = list(_places(exc.detail))
        first = f"{errors[0]['field']}: {errors[0]['detail']}" if errors[0]["field"] else errors[0]["detail"]
        return problem(400, first, errors=errors)
    if isinstance(exc, APIException):
        return _of_framework(exc)
    return None


def _of_framework(exc: APIException) -> Response:
    headers = {}
    if isinstance(exc, Throttled):
        wait = max(1, math.ceil(getattr(exc, "wait", None) or 1))
        headers["Retry-After"] = str(wait)
        return problem(429, _("请求过于频繁，请在%(n)s秒后再试。") % {"n": wait}, headers=headers)
    if challenge := getattr(exc, "auth_header", ""):
        headers["WWW-Authenticate"] = challenge
    errors = getattr(exc, "errors", None)
    return problem(
        exc.status_code, str(exc.detail), headers=headers, **({"errors": errors} if errors else {})
    )


def _places(detail: Any, place: str = "") -> Any:
    """Every sentence of a refused body or query with the path of its field; "" is the whole."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            path = place if name == "non_field_errors" else f"{place}.{name}" if place else str(name)
            yield from _places(inner, path)
    elif isinstance(detail, list | tuple):
        for number, inner in enumerate(detail):
            plain = isinstance(inner, str)
            yield from _places(inner, place if plain else f"{place}[{number}]")
    else:
        yield {"field": place, "detail": str(detail)}
