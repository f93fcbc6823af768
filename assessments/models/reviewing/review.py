"""The review of one submission: its steps, who works on them, marks and questions."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from assessments.models.reviewing.schemes import ReviewScheme, StageKind
from assessments.models.snapshot import ScoreSnapshot
from hospitals import access
from hospitals.models import Organisation

PERSON = settings.AUTH_USER_MODEL


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: access.Person) -> ReviewQuerySet:
        """Bureaus above the hospital, the hospital's own staff, and people assigned to a step as long as
        they work in a bureau: an expert may come from another city."""
        own = [o.pk for o in access.organisations_where(user, access.HOSPITAL_STAFF)]
        seen = access.beneath_bureaus_of(user, "assessment__hospital__") | Q(assessment__hospital_id__in=own)
        if access.organisations_where(user, access.BUREAU_STAFF):
            assigned = ReviewAssignment.objects.filter(person_id=user.pk, ended_at__isnull=True)
            seen |= Q(pk__in=assigned.values("step__review"))
        return self.filter(seen)

    def in_course(self) -> ReviewQuerySet:
        """Opened and not ended: the submission belongs to the review."""
        return self.filter(state__in=Review.IN_COURSE)

    def begun(self) -> ReviewQuerySet:
        """In course, and somebody has started to look: the hospital cannot just take it back."""
        at_work = ReviewStep.objects.filter(
            Q(assignments__declared_at__isnull=False) | Q(state=ReviewStep.State.PASSED)
        )
        return self.in_course().filter(~Q(state=Review.State.REVIEWING) | Q(pk__in=at_work.values("review")))


class Review(models.Model):
    """The review of one submission, from the first step to the published level."""

    class State(models.TextChoices):
        REVIEWING = "reviewing", _("评审中")
        RETURNED = "returned", _("已退回")
        DECIDED = "decided", _("已作出结论")
        NOTICE = "notice", _("公示中")
        FINAL = "final", _("已公布")
        REVOKED = "revoked", _("已撤销")
        OVERTAKEN = "overtaken", _("已被新的提交取代")
        WITHDRAWN = "withdrawn", _("医院已撤回")

    IN_COURSE = (State.REVIEWING, State.DECIDED, State.NOTICE)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="reviews")
    snapshot = models.OneToOneField(ScoreSnapshot, on_delete=models.PROTECT, related_name="review")
    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.REVIEWING)
    claims = models.PositiveSmallIntegerField(default=0)  # clauses that count for the claimed levels
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        verbose_name = _("评审")
        verbose_name_plural = _("评审")
        indexes = [models.Index(fields=["state", "-opened_at"], name="reviews_by_state")]

    def __str__(self) -> str:
        return f"{self.assessment} · {self.get_state_display()}"


class ReviewStep(models.Model):
    """A stage as it is gone through: which office, until when, and its opinion."""

    class State(models.TextChoices):
        WAITING = "waiting", _("未开始")
        ACTIVE = "active", _("办理中")
        PASSED = "passed", _("通过")
        RETURNED = "returned", _("退回")

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=StageKind)
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reviewers = models.PositiveSmallIntegerField(default=1)
    site_visit = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    days = models.PositiveSmallIntegerField()
    due_on = models.DateField(null=True, blank=True)  # set when the step begins
    opinion = models.TextField(_("意见"), blank=True)
    level = models.PositiveSmallIntegerField(null=True, blank=True)  # the level this step recommends
    closed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["review", "order"]
        constraints = [
            models.UniqueConstraint(fields=["review", "order"], name="one_step_per_place_in_a_review"),
            models.UniqueConstraint(
                fields=["review"], condition=Q(state="active"), name="one_active_step_per_review"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="steps_by_deadline")]

    def __str__(self) -> str:
        return f"{self.order}. {self.get_kind_display()}"


class ReviewAssignment(models.Model):
    """A person who is to review a step, and has declared to be free of conflicts of interest."""

    step = models.ForeignKey(ReviewStep, on_delete=models.CASCADE, related_name="assignments")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="review_assignments")
    assigned_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(default=timezone.now)
    declared_at = models.DateTimeField(null=True, blank=True)  # "no conflict of interest"
    opinion = models.TextField(_("意见"), blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["step", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "person"], condition=Q(ended_at__isnull=True), name="a_reviewer_once_per_step"
            )
        ]

    def __str__(self) -> str:
        return str(self.person)


class ReviewMark(models.Model):
    """What a reviewer says of one clause of the submission."""

    class Mark(models.TextChoices):
        AGREE = "agree", _("同意")
        QUESTION = "question", _("存疑")
        DISAGREE = "disagree", _("不同意")

    step = models.ForeignKey(ReviewStep, on_delete=models.CASCADE, related_name="marks")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    item_code = models.CharField(max_length=5)
    level = models.PositiveSmallIntegerField()
    clause_code = models.CharField(max_length=12)  # "01.01.4-2"
    mark = models.CharField(max_length=8, choices=Mark)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["step", "clause_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "by", "clause_code"], name="one_mark_per_reviewer_and_clause"
            ),
            models.CheckConstraint(condition=Q(mark="agree") | ~Q(reason=""), name="a_doubt_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.clause_code} {self.get_mark_display()}"


class ReviewQuestion(models.Model):
    """A thread between reviewers and the hospital about one item or clause."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="questions")
    item_code = models.CharField(max_length=5, blank=True)
    clause_code = models.CharField(max_length=12, blank=True)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answer_due_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["review", "id"]

    def __str__(self) -> str:
        return self.clause_code or self.item_code or "—"


class ReviewMessage(models.Model):
    question = models.ForeignKey(ReviewQuestion, on_delete=models.CASCADE, related_name="messages")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    from_hospital = models.BooleanField()
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["question", "id"]

    def __str__(self) -> str:
        return self.text[:40]
