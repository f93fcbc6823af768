"""What a hospital decided about the way up: its own assumptions, the plan in the making, the plan it adopted."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from assessments.models.snapshot import ScoreSnapshot
from hospitals.models import Department, Organisation

PERSON = settings.AUTH_USER_MODEL


class Objective(models.TextChoices):
    CHEAPEST = "cheapest", _("投入最少")
    FASTEST = "fastest", _("工期最短")
    SAFEST = "safest", _("余量最大")


class PlanningSettings(models.Model):
    """A hospital's own numbers for one standard, over the shipped defaults.

    ``changes``: what ``engine.roadmap.assumptions.with_changes`` reads; a number equal to its default is not kept.
    """

    hospital = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="planning_settings")
    rubric = models.SlugField(max_length=40)  # "emr-2018": editions of one standard share them
    changes = models.JSONField(default=dict)
    changed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("规划假设")
        verbose_name_plural = _("规划假设")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "rubric"], name="one_set_of_assumptions_per_hospital_and_standard"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hospital} · {self.rubric}"


class PlanDraft(models.Model):
    """The plan in the making of one assessment: what people decided before the solver may choose.

    ``constraints``: zhiping-constraints/1, the latest finish included. ``start_…``: the first quarter with work.
    ``version`` grows with every change.
    """

    assessment = models.OneToOneField(Assessment, on_delete=models.CASCADE, related_name="plan_draft")
    objective = models.CharField(max_length=10, choices=Objective, default=Objective.CHEAPEST)
    target = models.PositiveSmallIntegerField(_("目标等级"))
    start_year = models.PositiveSmallIntegerField()
    start_quarter = models.PositiveSmallIntegerField()  # 1..4
    constraints = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("规划草稿")
        verbose_name_plural = _("规划草稿")
        constraints = [
            models.CheckConstraint(condition=Q(target__gte=1), name="planned_target_is_a_level"),
            models.CheckConstraint(
                condition=Q(start_quarter__gte=1, start_quarter__lte=4), name="planned_start_is_a_quarter"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} → {self.target}"


class AdoptedPlan(models.Model):
    """A plan the hospital decided on, whole, with everything it rests on.

    What was adopted never changes: the database refuses it (0015). Only its end is written later: replaced by
    the next one, or given up. A hospital follows one plan per standard at a time.
    """

    class State(models.TextChoices):
        IN_FORCE = "in_force", _("执行中")
        SUPERSEDED = "superseded", _("已被新规划取代")
        GIVEN_UP = "given_up", _("已终止")

    #: written after the adoption; everything else is frozen
    MOVING = ("state", "ended_by", "ended_at", "ended_why")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hospital = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="adopted_plans")
    rubric = models.SlugField(max_length=40)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="adopted_plans")
    number = models.PositiveSmallIntegerField()  # 1, 2 … within hospital and standard
    objective = models.CharField(max_length=10, choices=Objective)
    target = models.PositiveSmallIntegerField()
    plan = models.JSONField()  # zhiping-plan/1, whole
    constraints = models.JSONField()  # zhiping-constraints/1
    assumptions = models.JSONField()  # every number, as engine.roadmap.assumptions_to_json writes them
    snapshot = models.ForeignKey(
        ScoreSnapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="plans"
    )  # None: made from the answers of an open assessment
    answers_digest = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    adopted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    adopted_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.IN_FORCE)
    ended_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.TextField(blank=True)

    class Meta:
        verbose_name = _("已采纳的规划")
        verbose_name_plural = _("已采纳的规划")
        ordering = ["-adopted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "rubric", "number"], name="one_adopted_plan_per_number"
            ),
            models.UniqueConstraint(
                fields=["hospital", "rubric"],
                condition=Q(state="in_force"),
                name="one_plan_in_force_per_hospital_and_standard",
            ),
            models.CheckConstraint(
                condition=Q(state="in_force", ended_at__isnull=True, ended_by__isnull=True)
                | (~Q(state="in_force") & Q(ended_at__isnull=False, ended_by__isnull=False)),
                name="ended_plan_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="given_up") | ~Q(ended_why=""), name="given_up_plan_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hospital} · {self.rubric} · {self.number}"


class PlanTask(models.Model):
    """One piece of an adopted plan: one item taken to one level, by whom and until when.

    ``natures``: the kinds of work in it, of engine.rubric.vocabulary and of engine.roadmap. ``effort``: person-weeks.
    ``due_on``: the last day of the quarter in which the plan finishes it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("未开始")
        IN_WORK = "in_work", _("进行中")
        DONE = "done", _("已完成")
        GIVEN_UP = "given_up", _("不再进行")

    UNDONE = (State.OPEN, State.IN_WORK)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(AdoptedPlan, on_delete=models.PROTECT, related_name="tasks")
    item_code = models.CharField(max_length=5)
    level = models.PositiveSmallIntegerField()
    natures = models.JSONField(default=list)
    effort = models.DecimalField(max_digits=9, decimal_places=2)
    starts_on = models.DateField()
    due_on = models.DateField(_("完成期限"))
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="plan_tasks"
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    note = models.TextField(blank=True)
    done_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("规划任务")
        verbose_name_plural = _("规划任务")
        ordering = ["plan", "due_on", "item_code", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "item_code", "level"], name="one_task_per_item_and_level"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=models.F("starts_on")), name="task_is_due_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(effort__gte=0), name="task_effort_is_not_negative"),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False)
                | (~Q(state="done") & Q(done_on__isnull=True)),
                name="done_task_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="given_up") | ~Q(note=""), name="given_up_task_says_why"
            ),
        ]
        indexes = [models.Index(fields=["owner", "state", "due_on"], name="tasks_of_a_person")]

    def __str__(self) -> str:
        return f"{self.item_code} → {self.level}"
