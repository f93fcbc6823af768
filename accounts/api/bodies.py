"""Serializers of requests: what is not known is refused, so that a misspelt name is never silently ignored."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.api.pages import MOST


class Strict(serializers.Serializer[Any]):
    def to_internal_value(self, data: Any) -> Any:
        given = data if hasattr(data, "keys") else {}
        unknown = [str(name) for name in given if name not in self.fields]
        if unknown:
            raise serializers.ValidationError({name: [_("没有这个字段。")] for name in unknown})
        return super().to_internal_value(data)


class Body(Strict):
    """A JSON body."""


class Query(Strict):
    """The query of an address."""


class PageQuery(Query):
    """Every list: ``limit`` and ``cursor``."""

    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST, help_text=gettext_lazy("每页多少条，默认50")
    )
    cursor = serializers.RegexField(
        r"^[A-Za-z0-9_:-]+$",
        required=False,
        max_length=600,
        help_text=gettext_lazy("取自上一页返回的next或previous"),
    )


class ProblemSerializer(serializers.Serializer[Any]):
    """application/problem+json (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text=gettext_lazy("一句话说明原因，可以直接给人看"))
    scope = serializers.CharField(required=False, help_text=gettext_lazy("令牌缺少的权限"))
    errors = serializers.ListField(  # type: ignore[assignment]  # only the name of a field
        required=False,
        child=serializers.DictField(child=serializers.CharField()),
        help_text=gettext_lazy("请求中有误的位置：field、detail"),
    )
