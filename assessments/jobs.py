"""Names of the background jobs, and handing one over once the transaction is through.

The task is looked up in Celery's registry by name, so that actions never import tasks and tests run
jobs at once. When the queue cannot be reached nothing is lost: the row says "waiting", and the
periodic job hands it over again.
"""

from __future__ import annotations

import logging

from celery import current_app
from django.conf import settings
from django.db import transaction

SCREEN = "assessments.screen_bundle"
VERIFY = "assessments.verify"
REQUEUE = "assessments.requeue_lost"
DESTROY = "assessments.destroy_overdue"

logger = logging.getLogger(__name__)


def enqueue(name: str, *arguments: object) -> None:
    """Hand a job over after the surrounding transaction has committed."""

    def hand_over() -> None:
        try:
            current_app.tasks[name].delay(*arguments)
        except Exception:
            if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
                raise
            logger.exception("The queue took no job %s; it will be handed over again.", name)

    transaction.on_commit(hand_over)
