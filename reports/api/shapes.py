"""How documents look in JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.bodies import Body, Query
from reports.models import IssuedReport


class ReportSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    language = serializers.ChoiceField(["zh-hans", "en"])
    target_level = serializers.IntegerField()
    snapshot = serializers.IntegerField(allow_null=True, help_text=_("依据第几次提交；空为填报中的内容"))
    state = serializers.ChoiceField([state.value for state in IssuedReport.State])
    progress = serializers.IntegerField(help_text=_("百分比"))
    step = serializers.CharField()
    error = serializers.CharField()
    pages = serializers.IntegerField(allow_null=True)
    size = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField()
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    file = serializers.CharField(help_text=_("PDF的地址；空为尚未生成"))
    job = serializers.CharField()


class NewReportBody(Body):
    target_level = serializers.IntegerField(min_value=1, max_value=8)
    language = serializers.ChoiceField(["zh-hans", "en"], required=False, default="zh-hans")


class GapsQuery(Query):
    target = serializers.IntegerField(
        required=False, min_value=1, max_value=8, help_text=_("目标等级；默认为自评的目标")
    )
