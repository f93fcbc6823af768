"""How evidence, runs, attestations and jobs look in JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.bodies import Body, Query
from assessments.models import Attestation, EvidenceBundle, VerificationRun

JOB_STATES = ["waiting", "running", "asked", "done", "failed", "cancelled"]


class FileSerializer(serializers.Serializer[Any]):
    path = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    record = serializers.CharField(help_text=_("认出的数据类型"))
    source_system = serializers.CharField()
    rows = serializers.IntegerField(allow_null=True)
    refusal = serializers.CharField(help_text=_("未保存的原因；空为已保存"))


class BundleSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    revision = serializers.IntegerField()
    state = serializers.ChoiceField([state.value for state in EvidenceBundle.State])
    clauses = serializers.ListField(child=serializers.CharField(), help_text=_("用于哪些条款；空为整份自评"))
    sha256 = serializers.CharField()
    effective_from = serializers.DateField(allow_null=True)
    effective_to = serializers.DateField(allow_null=True)
    keep_until = serializers.DateField(help_text=_("原始数据保留至"))
    uploaded_at = serializers.DateTimeField()
    question = serializers.CharField(help_text=_("等待人回答的问题，用confirm回答“是”"))
    files = FileSerializer(many=True)
    job = serializers.CharField(help_text=_("检查进度的地址"))


class NewBundleBody(Body):
    """A form with files (multipart/form-data)."""

    files = serializers.ListField(child=serializers.FileField(max_length=300), min_length=1, max_length=100)
    paths = serializers.ListField(
        child=serializers.CharField(max_length=300),
        required=False,
        help_text=_("各文件在包中的路径，与files同序，例如messages/day1.hl7"),
    )
    title = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)
    clause = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=12, help_text="01.01.4-2"
    )
    run_after = serializers.BooleanField(required=False, default=False, help_text=_("检查通过后自动开始核验"))
    replaces = serializers.UUIDField(required=False, help_text=_("新的一版代替这个证据包"))


class RunSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    state = serializers.ChoiceField([state.value for state in VerificationRun.State])
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    step = serializers.CharField()
    error = serializers.CharField()
    window_from = serializers.DateField(allow_null=True)
    window_to = serializers.DateField(allow_null=True)
    mapping = serializers.IntegerField(allow_null=True, help_text=_("数据映射的版本"))
    bundles = serializers.ListField(child=serializers.UUIDField())
    digest = serializers.CharField(help_text=_("计数结果的SHA-256；相同的数据得到相同的值"))
    catalogue_hash = serializers.CharField()
    engine_version = serializers.CharField()
    requested_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    job = serializers.CharField()


class JobSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(["screening", "run", "report"])
    state = serializers.ChoiceField(JOB_STATES, help_text=_("asked：等待人回答问题"))
    progress = serializers.IntegerField(help_text=_("百分比"))
    step = serializers.CharField()
    error = serializers.CharField()
    assessment = serializers.UUIDField(allow_null=True)
    result = serializers.CharField(help_text=_("结果的地址"))
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class AttestationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    verdict = serializers.ChoiceField([verdict.value for verdict in Attestation.Verdict])
    detail = serializers.CharField()
    sha256 = serializers.CharField()
    assessment = serializers.UUIDField(allow_null=True)
    run = serializers.IntegerField(allow_null=True, help_text=_("作为第几次核验用于自评"))
    received_at = serializers.DateTimeField()


class AttestationQuery(Query):
    assessment = serializers.UUIDField(
        required=False, help_text=_("用于这份自评：证明有效时成为它的一次核验")
    )
