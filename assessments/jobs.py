"""Names of the background jobs, and handing one over once the transaction is through.

The task is looked up in Celery's registry by name, so that actions never import tasks and tests run
jobs at once; a web process loads the tasks of all apps when it hands over its first job. When the
queue cannot be reached nothing is lost: the row says "waiting", and the periodic job hands it over
again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from celery import current_app
from django.conf import settings
from django.db import transaction

SCREEN = "assessments.screen_bundle"
VERIFY = "assessments.verify"
REQUEUE = "assessments.requeue_lost"
DESTROY = "assessments.destroy_overdue"
DRAW = "assessments.draw_rehearsal"
REMIND = "assessments.remind_hospitals"
MAIL_NOTICES = "assessments.mail_notices"
DIGEST = "assessments.send_digests"
REOPEN = "assessments.reopen_signatures"
READ_FOLDER = "assessments.read_folder"
STORE_FOLDER = "assessments.store_folder"
READ_PICTURE = "assessments.read_picture"
FORGET_DRAFTS = "assessments.forget_picture_drafts"
CATCH_UP_LOOKS = "assessments.catch_up_looks"
FILL_YEARS = "reports.fill_years"  # of the app above: what bureaus compare, for a list of hospitals

logger = logging.getLogger(__name__)


def in_turn(work: Iterable[Callable[[], int]]) -> int:
    """The sum of what each counts. One that fails is logged and does not keep the others from their turn."""
    count = 0
    for one in work:
        try:
            count += one()
        except Exception:
            logger.exception("A periodic job went on without one of its parts.")
    return count


def enqueue(name: str, *arguments: object) -> None:
    """Hand a job over after the surrounding transaction has committed."""

    def hand_over() -> None:
        try:
            if name not in current_app.tasks:
                current_app.loader.import_default_modules()
            current_app.tasks[name].delay(*arguments)
        except Exception as error:
            if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
                raise
            logger.error("The queue took no job %s; it will be handed over again: %s", name, error)

    transaction.on_commit(hand_over)
