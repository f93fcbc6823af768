"""How yearly cycles look in JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.bodies import Body, PageQuery
from assessments.api.shapes import STATUSES
from assessments.models import Campaign
from assessments.queries.campaigns.board import STATES
from hospitals.models import Organisation

CAMPAIGN_STATES = [state.value for state in Campaign.State]
GRADES = [grade for grade in Organisation.Grade.values if grade]


class CampaignSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    title = serializers.CharField()
    year = serializers.IntegerField()
    bureau = serializers.CharField()
    state = serializers.ChoiceField(CAMPAIGN_STATES)
    opens_on = serializers.DateField()
    closes_on = serializers.DateField()
    invited = serializers.IntegerField(allow_null=True, help_text=_("本级可查看的参评医院数；医院看到空"))
    done = serializers.IntegerField(help_text=_("其中已全部提交的"))
    late = serializers.IntegerField(help_text=_("其中逾期未提交的"))


class CampaignQuery(PageQuery):
    year = serializers.IntegerField(required=False, min_value=2000, max_value=2999)
    state = serializers.ChoiceField(CAMPAIGN_STATES, required=False)


class HeadSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    title = serializers.CharField()
    year = serializers.IntegerField()
    bureau = serializers.CharField()
    state = serializers.ChoiceField(CAMPAIGN_STATES)
    opens_on = serializers.DateField()
    closes_on = serializers.DateField()
    days_left = serializers.IntegerField(help_text=_("距截止日的天数，过后为负"))
    note = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)


class CampaignRubricSerializer(serializers.Serializer[Any]):
    rubric = serializers.CharField(source="key", help_text="emr-2018")
    title = serializers.CharField()
    window = serializers.ListField(
        child=serializers.DateField(), allow_null=True, help_text=_("统计时段，首日与末日")
    )


class ZoneSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    name = serializers.CharField()
    opens_on = serializers.DateField()
    closes_on = serializers.DateField()


class TallySerializer(serializers.Serializer[Any]):
    invited = serializers.IntegerField()
    entered = serializers.IntegerField()
    done = serializers.IntegerField()
    late = serializers.IntegerField()
    returned = serializers.IntegerField()
    permitted = serializers.IntegerField()
    withdrawn = serializers.IntegerField()


class OneCampaignSerializer(serializers.Serializer[Any]):
    campaign = HeadSerializer(source="head")
    rubrics = CampaignRubricSerializer(many=True)
    zones = ZoneSerializer(many=True)
    tally = TallySerializer(allow_null=True, help_text=_("仅卫生健康行政部门"))


class EntrySerializer(serializers.Serializer[Any]):
    rubric = serializers.CharField()
    status = serializers.ChoiceField(["none", *STATUSES])
    submitted_at = serializers.DateTimeField(allow_null=True)
    assessment = serializers.CharField(allow_null=True, help_text=_("已提交的自评；填报中的不显示"))
    level = serializers.IntegerField(allow_null=True)
    target = serializers.IntegerField(allow_null=True, help_text=_("对该等级医院的要求"))


class TakingPartSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    hospital_id = serializers.UUIDField()
    hospital = serializers.CharField()
    code = serializers.CharField()
    zone = serializers.CharField()
    begins = serializers.DateField()
    ends = serializers.DateField()
    days_left = serializers.IntegerField(allow_null=True, help_text=_("全部提交后为空，逾期为负"))
    late = serializers.BooleanField()
    permitted = serializers.BooleanField(help_text=_("准予补报"))
    withdrawn = serializers.BooleanField(help_text=_("已移出参评名单"))
    reminders = serializers.IntegerField()
    entries = EntrySerializer(many=True)


class TakingPartQuery(PageQuery):
    city = serializers.UUIDField(required=False, help_text=_("医院的上级机构"))
    grade = serializers.ChoiceField(GRADES, required=False)
    state = serializers.ChoiceField([state for state in STATES if state], required=False)


class EnterBody(Body):
    rubric = serializers.SlugField(max_length=40, help_text="emr-2018")
    hospital = serializers.UUIDField(required=False, help_text=_("本人在多家参评医院工作时必填"))
    assessment = serializers.UUIDField(
        required=False, help_text=_("用这份已有的自评参评；省略则按本次的版本和统计时段新建")
    )
    copy_from = serializers.UUIDField(required=False, help_text=_("新建时的起点"))
