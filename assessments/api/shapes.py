"""How assessments look in JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.bodies import Body, PageQuery, Query
from assessments.models import Assessment

STATUSES = [status.value for status in Assessment.Status]

_WINDOW = {"from": serializers.DateField(), "to": serializers.DateField()}
WindowSerializer = type("WindowSerializer", (serializers.Serializer,), dict(_WINDOW))
WindowBody = type("WindowBody", (Body,), dict(_WINDOW))


class HospitalSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class SubmissionSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    level = serializers.IntegerField()
    total = serializers.CharField()
    taken_at = serializers.DateTimeField()


class AssessmentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    hospital = HospitalSerializer()
    rubric = serializers.CharField(help_text="emr-2018")
    edition = serializers.CharField(help_text="emr-2018_r1")
    window = WindowSerializer(allow_null=True, help_text=_("统计时段，首日与末日"))
    target_level = serializers.IntegerField()
    status = serializers.ChoiceField(STATUSES)
    due_on = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    submission = SubmissionSerializer(allow_null=True, help_text=_("最近一次提交"))


class AssessmentQuery(PageQuery):
    hospital = serializers.UUIDField(required=False)
    rubric = serializers.SlugField(required=False, max_length=40, help_text="emr-2018")
    status = serializers.ChoiceField(STATUSES, required=False)
    submitted_since = serializers.DateTimeField(required=False)
    window_to = serializers.DateField(required=False, help_text=_("统计截止日"))


class NewAssessmentBody(Body):
    hospital = serializers.UUIDField()
    rubric = serializers.SlugField(max_length=46, help_text=_("emr-2018（最新修订）或emr-2018_r1"))
    title = serializers.CharField(max_length=80)
    target_level = serializers.IntegerField(min_value=1, max_value=8)
    window = WindowBody(required=False, allow_null=True)
    due_on = serializers.DateField(required=False, allow_null=True)
    copy_from = serializers.UUIDField(
        required=False, allow_null=True, help_text=_("同院同标准的一份自评，作为起点")
    )


class SnapshotSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    taken_at = serializers.DateTimeField()
    level = serializers.IntegerField(help_text=_("自评等级"))
    total = serializers.CharField()
    edition_hash = serializers.CharField()
    engine_version = serializers.CharField()
    run = serializers.IntegerField(allow_null=True, help_text=_("随同提交的核验"))
    at_most = serializers.IntegerField(allow_null=True, help_text=_("去掉核验不符后至多"))
    provisional = serializers.IntegerField(allow_null=True)
    at_least = serializers.IntegerField(allow_null=True, help_text=_("只计核验相符"))
    coverage = serializers.CharField(allow_null=True)


class StepSerializer(serializers.Serializer[Any]):
    before = serializers.ChoiceField([*STATUSES, ""])
    after = serializers.ChoiceField(STATUSES)
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class HindranceSerializer(serializers.Serializer[Any]):
    item = serializers.CharField()
    field = serializers.CharField()
    detail = serializers.CharField()


class ReadinessSerializer(serializers.Serializer[Any]):
    ready = serializers.BooleanField(help_text=_("没有自相矛盾之处"))
    complete = serializers.BooleanField(help_text=_("也没有未填的内容"))
    level = serializers.IntegerField()
    total = serializers.CharField()
    contradictions = HindranceSerializer(many=True)
    open_clauses = serializers.IntegerField()
    missing_figures = serializers.IntegerField()
    unconfirmed = serializers.IntegerField(help_text=_("未确认的总体要求"))
    not_done = serializers.IntegerField(help_text=_("已分配、未标记完成的项目"))
    assigned = serializers.IntegerField()


class SubmitBody(Body):
    accept_incomplete = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class ReasonBody(Body):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class NotTakenSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="01.01/clauses.3.2")
    detail = serializers.CharField()


class TakenSerializer(serializers.Serializer[Any]):
    written = serializers.IntegerField(help_text=_("写入的处数"))
    refused = NotTakenSerializer(many=True, help_text=_("没有采用的各处及原因"))


class LensQuery(Query):
    lens = serializers.ChoiceField(
        ["claimed", "not_refuted", "provisional", "strict"], required=False, default="claimed"
    )
