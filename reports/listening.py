"""What has to be filled again when something happens in the apps below: nothing there knows about reports."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save

from assessments.models import AwardedLevel, StatusChange
from hospitals.models import Organisation
from reports import jobs


def listen() -> None:
    """Called once when the app is ready."""
    post_save.connect(_step, sender=StatusChange, dispatch_uid="reports.step")
    post_save.connect(_award, sender=AwardedLevel, dispatch_uid="reports.award")
    post_save.connect(_organisation, sender=Organisation, dispatch_uid="reports.organisation")


def _step(instance: StatusChange, **kwargs: Any) -> None:
    if instance.before or instance.after != "draft":  # a draft that begins changes no figure
        jobs.enqueue(jobs.FILL_YEARS, [instance.assessment.hospital_id])


def _award(instance: AwardedLevel, **kwargs: Any) -> None:
    jobs.enqueue(jobs.FILL_YEARS, [instance.hospital_id])


def _organisation(instance: Organisation, created: bool, **kwargs: Any) -> None:
    if not created and instance.kind == Organisation.Kind.HOSPITAL:
        jobs.enqueue(jobs.FILL_YEARS, [instance.pk])
