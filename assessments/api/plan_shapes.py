"""How plans and their tasks look in JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.bodies import Body
from assessments.models import AdoptedPlan, Objective, PlanTask

STATES = [state.value for state in AdoptedPlan.State]
TASK_STATES = [state.value for state in PlanTask.State]
OBJECTIVES = [objective.value for objective in Objective]
QUARTER = r"^[0-9]{4}Q[1-4]$"
MOST_TEXT = 2000


class NewPlanBody(Body):
    target = serializers.IntegerField(required=False, min_value=1, max_value=8)
    objective = serializers.ChoiceField(OBJECTIVES, required=False)
    start = serializers.RegexField(QUARTER, required=False, help_text=_("开始季度，例如2027Q1"))
    constraints = serializers.DictField(
        required=False, help_text=_("zhiping-constraints/1；不写则用本院的规划草稿")
    )


class AdoptedPlanSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    rubric = serializers.CharField(help_text="emr-2018")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(STATES)
    objective = serializers.ChoiceField(OBJECTIVES)
    target = serializers.IntegerField()
    assessment = serializers.UUIDField(help_text=_("规划所依据的自评"))
    snapshot = serializers.IntegerField(allow_null=True, help_text=_("依据第几次提交；空为采纳当时的答案"))
    answers_digest = serializers.CharField(help_text=_("所依据答案的SHA-256"))
    note = serializers.CharField()
    adopted_by = serializers.CharField()
    adopted_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_why = serializers.CharField()


class WholePlanSerializer(AdoptedPlanSerializer):
    plan = serializers.DictField(help_text="zhiping-plan/1")
    constraints = serializers.DictField(help_text="zhiping-constraints/1")
    assumptions = serializers.DictField(help_text=_("采纳当时的全部假设"))


class TaskSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    item = serializers.CharField()
    level = serializers.IntegerField()
    natures = serializers.ListField(child=serializers.CharField(), help_text=_("工作性质"))
    effort = serializers.CharField(help_text=_("人周"))
    starts_on = serializers.DateField()
    due_on = serializers.DateField()
    department = serializers.CharField(allow_null=True)
    owner = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(TASK_STATES)
    note = serializers.CharField()
    done_on = serializers.DateField(allow_null=True)
    changed_at = serializers.DateTimeField()


class TaskBody(Body):
    state = serializers.ChoiceField(TASK_STATES)
    note = serializers.CharField(required=False, allow_blank=True, max_length=MOST_TEXT)
