from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from assessments.models.verification import VerificationRun

PERSON = settings.AUTH_USER_MODEL


class Rehearsal(models.Model):
    """A mock on-site review (迎评演练): a random sample of cases per item, looked at in the running systems.

    Internal to the hospital: no bureau sees it. The cases follow from ``seed``, ``per_item``, ``items``
    and the data of ``run`` alone, so that anybody with the same files draws the same ones.
    """

    class State(models.TextChoices):
        DRAWING = "drawing", _("正在抽取")
        OPEN = "open", _("进行中")
        CLOSED = "closed", _("已结束")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="rehearsals")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("名称"), max_length=120)
    held_on = models.DateField(_("演练日期"))
    seed = models.CharField(_("随机种子"), max_length=32)
    per_item = models.PositiveSmallIntegerField(_("每个项目抽取"))
    items = models.JSONField(default=list)  # codes, in the order of the standard
    run = models.ForeignKey(
        VerificationRun, on_delete=models.PROTECT, null=True, blank=True, related_name="rehearsals"
    )  # None: every case is typed by hand
    state = models.CharField(max_length=10, choices=State, default=State.DRAWING)
    drawn_from = models.JSONField(default=list)  # [{"item", "record", "rows", "drawn"}]
    problem = models.TextField(blank=True)  # why nothing could be drawn
    heard_at = models.DateTimeField(default=timezone.now)  # last sign of life of the draw
    attempt = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    closed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("迎评演练")
        verbose_name_plural = _("迎评演练")
        ordering = ["assessment", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="one_rehearsal_per_number"),
            models.CheckConstraint(condition=Q(per_item__gte=1), name="rehearsal_draws_at_least_one"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False), name="closed_rehearsal_says_when"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Its name, else its number in the language of the request."""
        return self.title or gettext("第%(n)s次演练") % {"n": self.number}


class RehearsalCase(models.Model):
    """One case of the sample, found by its key, and what was seen. Never a value beyond the key.

    Outlives the extract it was drawn from. ``added_by`` None: drawn; else typed by that person.
    """

    class Outcome(models.TextChoices):
        PASSED = "passed", _("通过")
        FAILED = "failed", _("不通过")
        NOT_FOUND = "not_found", _("未找到")

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="cases")
    item_code = models.CharField(max_length=5)
    position = models.PositiveSmallIntegerField()  # 1, 2 … within the item
    record = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=240)  # values of the record's own key; may be tokens
    file = models.CharField(max_length=300, blank=True)
    row = models.PositiveBigIntegerField(null=True, blank=True)
    happened_at = models.DateTimeField(null=True, blank=True)
    department = models.CharField(max_length=120, blank=True)
    added_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    clause_code = models.CharField(max_length=12, blank=True)  # the clause it fails at: 01.01.4-2
    note = models.TextField(blank=True)
    marked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField(null=True, blank=True)
    settled_how = models.TextField(blank=True)  # what was done about a case that did not pass
    settled_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["rehearsal", "item_code", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["rehearsal", "item_code", "position"], name="one_case_per_position_of_an_item"
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(marked_at__isnull=False), name="marked_case_says_when"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="failed") | ~Q(note=""), name="failed_case_says_what_was_wrong"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True)
                | (Q(outcome__in=["failed", "not_found"]) & ~Q(settled_how="")),
                name="settled_case_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_code} {self.position}"


def photo_name(photo: RehearsalPhoto, filename: str = "") -> str:
    """A random name in a folder per rehearsal: what a person typed never becomes a path."""
    return f"rehearsals/{photo.case.rehearsal.public_id}/{uuid.uuid4().hex}"


class RehearsalPhoto(models.Model):
    """A picture taken while a case was looked at. No evidence: it never reaches a reviewer."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(RehearsalCase, on_delete=models.CASCADE, related_name="photos")
    file = models.FileField(upload_to=photo_name, max_length=200)
    original_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["uploaded_at", "id"]

    def __str__(self) -> str:
        return self.original_name


class ScriptStep(models.Model):
    """How one clause is shown to the experts (演示脚本): by whom, with which test patient, what the screen then says.

    Menu path and account stand with the clause's facts (``ClauseProof``). Never a name or a password.
    ``version`` rises with every change, so that a stale page notices.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="script_steps")
    item_code = models.CharField(max_length=5)
    clause_code = models.CharField(max_length=12)  # 01.01.4-1
    speaker = models.CharField(_("讲解人"), max_length=80, blank=True)
    patient = models.CharField(_("测试患者编号"), max_length=80, blank=True)
    expected = models.CharField(_("画面应显示"), max_length=500, blank=True)
    minutes = models.PositiveSmallIntegerField(_("预计分钟"), default=3)
    version = models.PositiveIntegerField(default=0)
    updated_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["assessment", "clause_code"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "clause_code"], name="one_script_step_per_clause"),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=240), name="script_step_takes_minutes"
            ),
        ]

    def __str__(self) -> str:
        return self.clause_code
