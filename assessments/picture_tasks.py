"""Background jobs of screenshots: reading one for names and numbers, and cleaning up."""

from __future__ import annotations

import logging
from pathlib import Path

from celery import shared_task
from django.utils import timezone

from assessments import jobs
from assessments.actions import picturing
from assessments.pictures.proposing import propose
from assessments.pictures.reading import NotRead, read_lines

logger = logging.getLogger(__name__)


@shared_task(name=jobs.READ_PICTURE)
def read_picture(draft_id: int) -> None:
    """Propose what to mask in a draft. What was read stays in this process; only boxes and kinds are kept."""
    draft = picturing.claim_draft(draft_id)
    if draft is None:
        return
    try:
        lines = read_lines(Path(draft.file.path))
        found = propose(lines, width=draft.width, height=draft.height)
    except NotRead as failure:
        logger.warning("screenshot %s was not read: %s", draft.public_id, failure)
        picturing.keep_proposals(draft=draft, found=None)
    except Exception:
        picturing.keep_proposals(draft=draft, found=None)
        raise
    else:
        picturing.keep_proposals(draft=draft, found=found)


@shared_task(name=jobs.FORGET_DRAFTS)
def forget_picture_drafts() -> int:
    return picturing.forget_drafts(now=timezone.now())


@shared_task(name=jobs.CATCH_UP_LOOKS)
def catch_up_looks() -> int:
    return picturing.catch_up_looks()
