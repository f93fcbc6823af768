"""How standards look in JSON. Texts have both languages: a program shows which it wants."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from rubrics.models import Edition

STATUSES = [status.value for status in Edition.Status]
CATEGORIES = ["basic", "optional"]


class TextSerializer(serializers.Serializer[Any]):
    zh = serializers.CharField()
    en = serializers.CharField()


class EditionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text=_("标准的标识，如emr-2018；在地址中指其最新修订"))
    edition = serializers.CharField(help_text=_("这一修订，如emr-2018_r1"))
    revision = serializers.IntegerField()
    status = serializers.ChoiceField(STATUSES)
    title = TextSerializer()
    document_number = serializers.CharField()
    top_level = serializers.IntegerField()
    data_quality_table_year = serializers.IntegerField(allow_null=True)
    content_hash = serializers.CharField()
    published_at = serializers.DateTimeField(allow_null=True)


class GateSerializer(serializers.Serializer[Any]):
    basic = serializers.IntegerField()
    optional_required = serializers.IntegerField()
    optional_total = serializers.IntegerField()
    min_total = serializers.IntegerField()


class LevelSerializer(serializers.Serializer[Any]):
    level = serializers.IntegerField()
    name = TextSerializer()
    gate = GateSerializer(allow_null=True)
    overall = TextSerializer(many=True, help_text=_("由人确认的总体要求"))


class ThresholdsSerializer(serializers.Serializer[Any]):
    basic_application = serializers.CharField()
    optional_application = serializers.CharField()
    data_quality = serializers.CharField(allow_null=True)
    window_months = serializers.IntegerField(allow_null=True)


class RoleSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = TextSerializer()


class ItemLineSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    role = serializers.CharField()
    name = TextSerializer()
    application = serializers.ChoiceField(["ratio", "implemented"], source="application.kind")
    measured = serializers.BooleanField(help_text=_("该项目是否有数据质量指数"))


class BaseSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = TextSerializer()
    definition = TextSerializer()
    unit = TextSerializer()
    feeds = serializers.DictField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text=_("项目编号与级别；空列表为全部级别"),
    )


class RubricSerializer(serializers.Serializer[Any]):
    facts = EditionSerializer()
    levels = LevelSerializer(many=True)
    thresholds = ThresholdsSerializer(source="rubric.thresholds")
    roles = RoleSerializer(many=True, source="rubric.roles")
    items = ItemLineSerializer(many=True, source="rubric.items")
    bases = BaseSerializer(many=True, source="rubric.statistical_bases", help_text=_("统计口径"))


class ClauseSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="01.01.4-2")
    n = serializers.IntegerField()
    text = TextSerializer()
    nature = serializers.CharField()
    backend = serializers.BooleanField()
    evidence = serializers.ListField(child=serializers.CharField())


class ItemLevelSerializer(serializers.Serializer[Any]):
    level = serializers.IntegerField()
    category = serializers.ChoiceField(CATEGORIES, allow_null=True)
    category_confirmed = serializers.BooleanField()
    has_index = serializers.BooleanField()
    no_requirement = serializers.BooleanField()
    clauses = ClauseSerializer(many=True)


class ItemSerializer(ItemLineSerializer):
    code = serializers.CharField(source="item.code")
    role = serializers.CharField(source="item.role")
    name = TextSerializer(source="item.name")
    application = serializers.ChoiceField(["ratio", "implemented"], source="item.application.kind")
    measured = serializers.BooleanField(source="item.measured")
    levels = ItemLevelSerializer(many=True)
