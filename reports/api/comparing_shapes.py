"""How a region's figures look in JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.bodies import Body, PageQuery, Query
from assessments.models import Assessment
from reports.regional.actions import LONGEST_NAME, PAGES
from reports.regional.reading import GROUPS

_CHOSEN = {
    "bureau": serializers.UUIDField(required=False, help_text=_("卫生健康行政部门；默认为本人最大的范围")),
    "rubric": serializers.SlugField(required=False, max_length=40, help_text="emr-2018"),
    "year": serializers.IntegerField(
        required=False, min_value=2000, max_value=2999, help_text=_("默认为有结果的最近一年")
    ),
}


class ChoiceQuery(Query):
    bureau = _CHOSEN["bureau"]
    rubric = _CHOSEN["rubric"]
    year = _CHOSEN["year"]


class RankingQuery(PageQuery):
    bureau = _CHOSEN["bureau"]
    rubric = _CHOSEN["rubric"]
    year = _CHOSEN["year"]


class BureauSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField()


class FiguresSerializer(serializers.Serializer[Any]):
    hospitals = serializers.IntegerField(help_text=_("应参评"))
    n = serializers.IntegerField(help_text=_("已提交；以下各数都以此为准"))
    average = serializers.CharField(allow_null=True)
    levels = serializers.ListField(child=serializers.IntegerField(), help_text=_("0级、1级……各有几家"))
    met = serializers.IntegerField(help_text=_("达到对该等级医院的要求"))
    with_target = serializers.IntegerField(help_text=_("有要求的医院"))
    verified = serializers.IntegerField(help_text=_("有核验结果的医院；以下两个平均级别以此为准"))
    average_at_most = serializers.CharField(allow_null=True, help_text=_("去掉核验不符后至多"))
    average_strict = serializers.CharField(allow_null=True, help_text=_("只计核验相符"))
    awarded = serializers.IntegerField(help_text=_("有评定结果的医院"))
    average_awarded = serializers.CharField(allow_null=True)


class GroupSerializer(serializers.Serializer[Any]):
    by = serializers.ChoiceField(list(GROUPS))
    key = serializers.CharField()
    name = serializers.CharField()
    suppressed = serializers.BooleanField(
        help_text=_("不足5家，或会由其他各组推算出不足5家的一组：不给出数字")
    )
    figures = FiguresSerializer(allow_null=True)


class RegionSerializer(serializers.Serializer[Any]):
    bureau = BureauSerializer()
    rubric = serializers.CharField()
    year = serializers.IntegerField()
    refreshed_at = serializers.DateTimeField(allow_null=True)
    targets = serializers.CharField(help_text=_("对各等级医院的要求出自何处"))
    figures = FiguresSerializer(allow_null=True, help_text=_("不足5家提交时为空"))
    groups = GroupSerializer(many=True)


class RankPlaceSerializer(serializers.Serializer[Any]):
    rank = serializers.IntegerField()
    of = serializers.IntegerField()
    percentile = serializers.IntegerField()


class RankSerializer(serializers.Serializer[Any]):
    hospital_id = serializers.UUIDField()
    hospital = serializers.CharField()
    city = serializers.CharField()
    peers = serializers.CharField(help_text=_("同等级、同规模、同类别的医院"))
    place = RankPlaceSerializer(allow_null=True, help_text=_("同组不足5家时为空"))
    claimed = serializers.IntegerField()
    total = serializers.CharField()
    at_most = serializers.IntegerField(allow_null=True)
    strict = serializers.IntegerField(allow_null=True)
    awarded = serializers.IntegerField(allow_null=True)
    target = serializers.IntegerField()


class ResultSerializer(serializers.Serializer[Any]):
    hospital_id = serializers.UUIDField()
    hospital = serializers.CharField()
    rubric = serializers.CharField()
    year = serializers.IntegerField()
    status = serializers.ChoiceField([state.value for state in Assessment.Status])
    target = serializers.IntegerField()
    claimed = serializers.IntegerField()
    total = serializers.CharField()
    at_most = serializers.IntegerField(allow_null=True)
    provisional = serializers.IntegerField(allow_null=True)
    strict = serializers.IntegerField(allow_null=True)
    coverage = serializers.CharField(allow_null=True)
    awarded = serializers.IntegerField(allow_null=True)
    submitted_at = serializers.DateTimeField()
    refreshed_at = serializers.DateTimeField()


class ResultQuery(PageQuery):
    hospital = serializers.UUIDField(required=False)
    rubric = serializers.SlugField(required=False, max_length=40, help_text="emr-2018")
    year = serializers.IntegerField(required=False, min_value=2000, max_value=2999)
    refreshed_since = serializers.DateTimeField(required=False, help_text=_("此后有变化的，用于增量读取"))


class ViewSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    page = serializers.ChoiceField(list(PAGES))
    query = serializers.CharField()
    address = serializers.CharField()


class ViewBody(Body):
    name = serializers.CharField(max_length=LONGEST_NAME)
    page = serializers.ChoiceField(list(PAGES))
    query = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
