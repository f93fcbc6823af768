"""Append-only, hash-chained events: who did what to which thing, and when.

Database triggers refuse update and delete (migration ``0002_events_never_change``). The actor is
kept as number and name, not as a foreign key: the trail outlives the account.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Chain(models.Model):
    """Head of one organisation's chain of events; locked while an event is appended."""

    key = models.CharField(max_length=64, unique=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.key} ({self.length})"


class Event(models.Model):
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField(_("时间"))
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("操作人"), max_length=150, blank=True)
    verb = models.CharField(_("动作"), max_length=60)
    subject_kind = models.CharField(_("对象类型"), max_length=60)
    subject_id = models.CharField(max_length=64)
    facts = models.JSONField(_("内容"), default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["chain", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="one_event_per_place_in_chain")
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="events_of_a_subject"),
            models.Index(fields=["chain", "-at"], name="events_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_name} {self.verb}"
