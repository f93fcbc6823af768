"""The description itself, and the page on which it is read and tried."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.api.view import ApiView
from accounts.scopes import ANY

#: parts of the interface, in the order they are read
TAGS = {
    "account": _("本人与令牌"),
    "rubrics": _("评价标准"),
    "organisations": _("机构与科室"),
    "assessments": _("自评的列表、发起、状态与提交"),
    "answers": _("填写页面的逐处保存；程序写答案用assessments中的document"),
    "results": _("评分与差距"),
    "snapshots": _("历次提交"),
    "evidence": _("证据包、核验、结论与核验证明"),
    "plans": _("采纳的建设规划及其任务"),
    "reports": _("报告的生成与下载"),
    "campaigns": _("年度评价工作与参评"),
    "reviews": _("评审与评定结果"),
    "comparisons": _("地区的汇总、名次与各年结果"),
    "jobs": _("耗时任务的进度"),
    "description": _("本说明"),
}
SIDECAR = "drf_spectacular_sidecar/swagger-ui-dist/"


@lru_cache(maxsize=4)
def description_in(language: str) -> dict[str, Any]:
    """The whole interface in a language; about a second the first time, then kept by the process."""
    with translation.override(language):
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        made["tags"] = [{"name": name, "description": str(words)} for name, words in TAGS.items()]
        return made


class DescriptionOfAll(ApiView):
    scopes = {"GET": ANY}
    tag = "description"
    renderer_classes = (OpenApiJsonRenderer, OpenApiJsonRenderer2)

    @operation(
        "describe", _("接口说明（OpenAPI 3）"), {"type": "object"}, media="application/vnd.oai.openapi+json"
    )
    def get(self, request: Request) -> Response:
        return Response(description_in(translation.get_language() or "zh-hans"))


@dataclass(frozen=True, slots=True)
class DocsPage:
    """``style``, ``bundle``: Swagger UI as it came with the installation; nothing is loaded from elsewhere."""

    schema: str
    style: str
    bundle: str


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    page = DocsPage(
        schema=reverse("api-schema"),
        style=static(f"{SIDECAR}swagger-ui.css"),
        bundle=static(f"{SIDECAR}swagger-ui-bundle.js"),
    )
    return render(request, "accounts/api_docs.html", {"page": page})
