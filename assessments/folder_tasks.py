"""Background jobs of a folder of screenshots: looking through it, and storing what was confirmed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from celery import shared_task
from django.utils.translation import gettext as _

from assessments import jobs
from assessments.actions import folders
from assessments.actions.attaching_many import drop_written
from assessments.folders.reading import as_json, in_both, read_folder
from assessments.folders.settling import order
from assessments.folders.storing import write_files
from assessments.models import FolderImport
from assessments.probes import PackageRefused
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric

NOTED_AFTER = 0.5  # seconds between two signs of progress

logger = logging.getLogger(__name__)


@shared_task(name=jobs.READ_FOLDER)
def read_folder_import(batch_id: int) -> None:
    """Claim a batch and look through it. One that another worker has is left alone."""
    batch = folders.claim_folder(batch_id, FolderImport.State.READING)
    if batch is None:
        return
    try:
        rubric = get_rubric(batch.assessment.edition)
        reading = read_folder(Path(batch.file.path), batch.name, rubric, _noting(batch))
        folders.finish_reading(batch=batch, found=reading.files)
    except PackageRefused as refused:
        folders.fail_reading(batch=batch, sentence=refused.refusal.sentence)
    except Exception:
        logger.exception("folder %s", batch.public_id)
        folders.fail_reading(
            batch=batch,
            sentence=in_both(
                lambda: _("辨认这批文件时出错，没有导入任何文件。请重新选择；若仍出错，请分批导入。")
            ),
        )
        raise


@shared_task(name=jobs.STORE_FOLDER)
def store_folder_import(batch_id: int) -> None:
    """Claim a confirmed batch and store it: every file or none."""
    batch = folders.claim_folder(batch_id, FolderImport.State.STORING)
    if batch is None or batch.confirmed_by is None:
        return
    by = batch.confirmed_by
    written = []
    kept = False
    try:
        rows = sorted(folders.settled(batch=batch, by=by), key=order)
        written = write_files(batch, rows, by, _noting(batch))
        kept = folders.finish_storing(batch=batch, written=written, by=by)
    except Refusal as refusal:
        sentence = str(refusal)
        folders.fail_storing(batch=batch, problem={"zh": sentence, "en": sentence})
    except Exception:
        logger.exception("folder %s", batch.public_id)
        folders.fail_storing(
            batch=batch,
            problem=as_json(in_both(lambda: _("导入时出错，没有导入任何文件。请再试一次。"))),
        )
        raise
    finally:
        if not kept:
            drop_written([attachment for _row, attachment in written])


def _noting(batch: FolderImport) -> Callable[[int, int], None]:
    last = 0.0

    def note(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= NOTED_AFTER:
            last = time.monotonic()
            folders.note_progress(batch, done, total)

    return note
