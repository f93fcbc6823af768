"""The rectification ledger (整改台账): what is wrong, whose it is, until when, what was done, and what proves its end."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.models.assessment import Assessment
from hospitals import access
from hospitals.models import Department

PERSON = settings.AUTH_USER_MODEL


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    def undone(self) -> LedgerQuerySet:
        """Still to be worked on, or handed in and not closed."""
        return self.filter(state__in=LedgerEntry.UNDONE)

    def mine(self, user: access.Person) -> LedgerQuerySet:
        """The person's by name, or of a department of the person in that hospital."""
        own = Q(person_id=user.pk)
        for membership in access.memberships_of(user):
            if membership.department_id is not None:
                own |= Q(
                    department_id=membership.department_id,
                    assessment__hospital_id=membership.organisation_id,
                )
        return self.filter(own)


class LedgerEntry(models.Model):
    """One thing to be put right. The hospital's own: no bureau sees it.

    ``source_key`` names what it came from, so that one source never has two open entries; ``source_facts`` are what
    a link back needs. ``proof_facts``: what closed it, as it was then. ``carried_from``: the entry of an earlier
    assessment that this one goes on with. ``version`` grows with every change of a field or of the state.
    """

    class Source(models.TextChoices):
        GAP = "gap", _("差距分析")
        RULE = "rule", _("数据核验")
        QUESTION = "question", _("评审提问")
        RETURNED = "returned", _("退回意见")
        REHEARSAL = "rehearsal", _("迎评演练")
        TYPED = "typed", _("手工录入")

    class State(models.TextChoices):
        OPEN = "open", _("待整改")
        IN_WORK = "in_work", _("整改中")
        HANDED_IN = "handed_in", _("待销号")
        CLOSED = "closed", _("已销号")
        UNPROVEN = "unproven", _("无佐证销号")
        WITHDRAWN = "withdrawn", pgettext_lazy("ledger", "已撤销")
        CARRIED = "carried", _("已转入新自评")

    class Proof(models.TextChoices):
        RUN = "run", _("新的核验")
        DECISION = "decision", _("采信结论")
        ATTACHMENT = "attachment", _("采信材料")
        ANSWER = "answer", _("答复已被接受")
        REHEARSAL = "rehearsal", _("再次演练通过")

    UNDONE = (State.OPEN, State.IN_WORK, State.HANDED_IN)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="ledger")
    number = models.PositiveIntegerField()  # 1, 2 … within the assessment
    source = models.CharField(_("来源"), max_length=10, choices=Source)
    source_key = models.CharField(max_length=120, blank=True)  # "gap:01.03@4"; empty: typed by hand
    source_facts = models.JSONField(default=dict)
    item_code = models.CharField(_("项目"), max_length=5, blank=True)
    level = models.PositiveSmallIntegerField(_("级别"), null=True, blank=True)
    clause_code = models.CharField(_("条款"), max_length=12, blank=True)
    wrong = models.TextField(_("存在问题"))
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_entries"
    )
    due_on = models.DateField(_("完成期限"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    proof_kind = models.CharField(max_length=10, choices=Proof, blank=True)
    proof_facts = models.JSONField(default=dict)
    ended_why = models.TextField(blank=True)
    ended_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    carried_from = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="carried_to"
    )
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("整改事项")
        verbose_name_plural = _("整改台账")
        ordering = ["assessment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="one_ledger_entry_per_number"),
            models.UniqueConstraint(
                fields=["assessment", "source_key"],
                condition=~Q(source_key="") & Q(state__in=["open", "in_work", "handed_in"]),
                name="one_open_ledger_entry_per_source",
            ),
            models.CheckConstraint(condition=~Q(wrong=""), name="ledger_entry_says_what_is_wrong"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "in_work", "handed_in"], ended_at__isnull=True)
                | (
                    ~Q(state__in=["open", "in_work", "handed_in"])
                    & Q(ended_at__isnull=False, ended_by__isnull=False)
                ),
                name="ended_ledger_entry_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state="closed") & ~Q(proof_kind="") | ~Q(state="closed") & Q(proof_kind=""),
                name="closed_ledger_entry_has_a_proof",
            ),
            models.CheckConstraint(
                condition=~Q(state="unproven") | ~Q(source="rule") & ~Q(ended_why=""),
                name="unproven_ledger_entry_says_why_and_is_no_rule",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(ended_why=""), name="withdrawn_ledger_entry_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["assessment", "state", "due_on"], name="ledger_by_deadline"),
            models.Index(fields=["person", "state", "due_on"], name="ledger_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.item_code}"

    @property
    def is_undone(self) -> bool:
        return self.state in self.UNDONE


class LedgerLine(models.Model):
    """A dated line of an entry: a measure taken, or (``state``) a step with its reason. Never changed."""

    entry = models.ForeignKey(LedgerEntry, on_delete=models.CASCADE, related_name="lines")
    day = models.DateField(_("日期"))
    text = models.TextField(_("整改措施"), blank=True)
    state = models.CharField(max_length=10, choices=LedgerEntry.State, blank=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["day", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text="") | ~Q(state=""), name="ledger_line_says_something")
        ]

    def __str__(self) -> str:
        return self.text[:40]
