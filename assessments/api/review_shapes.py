"""How reviews and their results look in JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.bodies import Body, PageQuery
from assessments.models import AwardedLevel, Review, ReviewMark, ReviewStep, StageKind
from assessments.queries.reviewing.steps import STOPPED

REVIEW_STATES = [state.value for state in Review.State]
KINDS = [kind.value for kind in StageKind]
MARKS = [mark.value for mark in ReviewMark.Mark]
CLAUSE = r"^[0-9]{2}\.[0-9]{2}\.[0-9]-[0-9]{1,2}$"
MOST_TEXT = 2000


class ReviewSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    assessment = serializers.UUIDField()
    hospital_id = serializers.UUIDField()
    hospital = serializers.CharField()
    rubric = serializers.CharField(help_text="emr-2018")
    snapshot = serializers.IntegerField(help_text=_("评审的是第几次提交"))
    claimed = serializers.IntegerField(help_text=_("申报等级"))
    state = serializers.ChoiceField(REVIEW_STATES)
    step = serializers.ChoiceField(KINDS, allow_null=True, help_text=_("正在办理的环节"))
    office = serializers.CharField(help_text=_("办理这一环节的机构"))
    due_on = serializers.DateField(allow_null=True)
    mine = serializers.BooleanField(help_text=_("这一环节分配给了本人"))
    asked = serializers.IntegerField(help_text=_("等待医院答复的问题"))
    answered = serializers.IntegerField(help_text=_("医院已答复、等待评审人看的问题"))
    award = serializers.IntegerField(allow_null=True, help_text=_("评定等级"))
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class ReviewQuery(PageQuery):
    state = serializers.ChoiceField(REVIEW_STATES, required=False)
    rubric = serializers.SlugField(required=False, max_length=40, help_text="emr-2018")
    mine = serializers.BooleanField(
        required=False, default=False, help_text=_("只列出分配给本人、尚未结束的")
    )


class ReviewStepSerializer(serializers.Serializer[Any]):
    order = serializers.IntegerField()
    kind = serializers.ChoiceField(KINDS)
    office = serializers.CharField()
    state = serializers.ChoiceField([*(state.value for state in ReviewStep.State), STOPPED])
    due_on = serializers.DateField(allow_null=True)
    reviewers = serializers.IntegerField(source="needed", help_text=_("需要几位评审人的意见"))
    site_visit = serializers.BooleanField(help_text=_("须现场核查"))
    opinion = serializers.CharField(help_text=_("作出结论之前，医院看到的为空"))
    level = serializers.IntegerField(allow_null=True, help_text=_("建议的等级"))
    closed_at = serializers.DateTimeField(allow_null=True)


class ReviewAwardSerializer(serializers.Serializer[Any]):
    level = serializers.IntegerField()
    year = serializers.IntegerField()
    note = serializers.CharField()
    decided_at = serializers.DateTimeField()
    notice_from = serializers.DateField(allow_null=True)
    notice_until = serializers.DateField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    revocation_reason = serializers.CharField()


class OneReviewSerializer(serializers.Serializer[Any]):
    review = ReviewSerializer()
    steps = ReviewStepSerializer(many=True)
    award = ReviewAwardSerializer(allow_null=True)
    conflict = serializers.CharField(help_text=_("本人须回避的原因；空为无需回避"))


class MarksSerializer(serializers.Serializer[Any]):
    agree = serializers.IntegerField()
    question = serializers.IntegerField()
    disagree = serializers.IntegerField()


class ReviewItemSerializer(serializers.Serializer[Any]):
    item = serializers.CharField(source="code")
    name = serializers.CharField()
    level = serializers.IntegerField(help_text=_("自评的功能等级"))
    verified = serializers.IntegerField(allow_null=True, help_text=_("只计核验相符的等级"))
    claims = serializers.IntegerField(help_text=_("计入申报等级的条款数"))
    refuted = serializers.IntegerField()
    not_verified = serializers.IntegerField()
    marks = MarksSerializer()
    mine = serializers.IntegerField(help_text=_("本人已表态的条款数"))
    questions = serializers.IntegerField()


class MarkSerializer(serializers.Serializer[Any]):
    mark = serializers.ChoiceField(MARKS)
    reason = serializers.CharField()
    earlier = serializers.BooleanField(help_text=_("在先前的环节"))


class ReviewClauseSerializer(serializers.Serializer[Any]):
    clause = serializers.CharField(source="code", help_text="01.01.4-2")
    text = serializers.CharField()
    claimed = serializers.BooleanField(help_text=_("计入申报等级"))
    verdict = serializers.CharField(help_text=_("核验的结论"))
    mine = MarkSerializer(allow_null=True)
    others = MarkSerializer(many=True)


class MarkBody(Body):
    clause = serializers.RegexField(CLAUSE, max_length=12, help_text="01.01.4-2")
    mark = serializers.ChoiceField(MARKS)
    reason = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=MOST_TEXT, help_text=_("存疑或不同意时必填")
    )


class MarkedSerializer(serializers.Serializer[Any]):
    clause = serializers.CharField(source="clause_code")
    mark = serializers.ChoiceField(MARKS)
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class MessageSerializer(serializers.Serializer[Any]):
    by = serializers.CharField()
    from_hospital = serializers.BooleanField()
    text = serializers.CharField()
    at = serializers.DateTimeField()


class QuestionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    item = serializers.CharField()
    clause = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    overdue = serializers.BooleanField()
    waits_for = serializers.ChoiceField(["hospital", "reviewer", "nobody"])
    messages = MessageSerializer(many=True)


class QuestionBody(Body):
    text = serializers.CharField(max_length=MOST_TEXT)
    item = serializers.RegexField(r"^[0-9]{2}\.[0-9]{2}$", required=False, default="")
    clause = serializers.RegexField(CLAUSE, required=False, default="", max_length=12)
    due_on = serializers.DateField(required=False, allow_null=True, default=None, help_text=_("答复期限"))


class TextBody(Body):
    text = serializers.CharField(max_length=MOST_TEXT)


class PassBody(Body):
    opinion = serializers.CharField(required=False, allow_blank=True, default="", max_length=MOST_TEXT)
    level = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=8,
        help_text=_("建议的等级，不高于申报等级；省略为同意申报的等级"),
    )


class ReturnBody(Body):
    reason = serializers.CharField(max_length=MOST_TEXT, help_text=_("医院会看到"))


class AwardSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    hospital_id = serializers.UUIDField()
    hospital = serializers.CharField()
    rubric = serializers.CharField()
    year = serializers.IntegerField()
    source = serializers.ChoiceField(  # type: ignore[assignment]  # only the name of a field
        [source.value for source in AwardedLevel.Source]
    )
    level = serializers.IntegerField()
    total = serializers.CharField(allow_null=True)
    decided_at = serializers.DateTimeField()
    notice_until = serializers.DateField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    recheck_due = serializers.DateField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    revocation_reason = serializers.CharField()


class AwardQuery(PageQuery):
    hospital = serializers.UUIDField(required=False)
    rubric = serializers.SlugField(required=False, max_length=40, help_text="emr-2018")
    year = serializers.IntegerField(required=False, min_value=2000, max_value=2999)
    in_force = serializers.BooleanField(required=False, default=False, help_text=_("只列出已公布且未撤销的"))
