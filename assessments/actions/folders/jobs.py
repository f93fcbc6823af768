"""The steps of the jobs that read a folder and store it, and what happens when a worker dies."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import jobs
from assessments.actions.attaching_many import keep_written
from assessments.actions.folders.held import delete_upload, hold, settle_anew
from assessments.folder_permissions import check_can_bring_folder
from assessments.folders.reading import Found, as_json, in_both
from assessments.models import Attachment, FolderFile, FolderImport
from assessments.trail import record_work
from engine.rubric.values import Text

State = FolderImport.State
SILENT_AFTER = timedelta(minutes=5)
MOST_ATTEMPTS = 3
OPEN_FOR = timedelta(days=3)  # screenshots nobody confirmed do not lie about longer


def claim_folder(batch_id: int, state: str) -> FolderImport | None:
    """Take a batch that is to be read or stored; None when another worker has it or it is through."""
    now = timezone.now()
    taken = (
        FolderImport.objects.filter(pk=batch_id, state=state, attempts__lt=MOST_ATTEMPTS)
        .filter(Q(attempt__isnull=True) | Q(heard_at__lt=now - SILENT_AFTER))
        .update(attempt=uuid.uuid4(), attempts=F("attempts") + 1, heard_at=now, done=0)
    )
    if not taken:
        return None
    return FolderImport.objects.select_related(
        "assessment__hospital", "assessment__edition", "made_by", "confirmed_by"
    ).get(pk=batch_id)


def note_progress(batch: FolderImport, done: int, total: int) -> None:
    """How far the job is; a sign of life at the same time."""
    FolderImport.objects.filter(pk=batch.pk, attempt=batch.attempt).update(
        done=done, total=total, heard_at=timezone.now()
    )


@transaction.atomic
def finish_reading(*, batch: FolderImport, found: Sequence[Found], by: User | None = None) -> bool:
    """Keep what was found and let a person look (``by`` None: whoever brought it). False when another
    worker took the batch over."""
    held = hold(batch)
    if held.state != State.READING or held.attempt != batch.attempt:
        return False
    rows = [_row(held, one) for one in found]
    settle_anew(held, rows, by or batch.made_by)
    FolderFile.objects.bulk_create(rows, batch_size=500)
    held.state, held.attempt, held.attempts = State.OPEN, None, 0
    held.done = held.total = len(rows)
    held.heard_at = timezone.now()
    held.save(update_fields=["state", "attempt", "attempts", "done", "total", "heard_at"])
    return True


def _row(batch: FolderImport, one: Found) -> FolderFile:
    return FolderFile(
        batch=batch,
        path=one.path,
        member=one.member[:500],
        size=one.size,
        sha256=one.sha256,
        content_type=one.content_type,
        extension=one.extension,
        item_code=one.place.item,
        clause_code=one.place.clause_code,
        position=one.place.position,
        caption=one.place.caption,
        outcome=FolderFile.Outcome.REFUSED if one.refusal else FolderFile.Outcome.UNMATCHED,
        reason=dict(as_json(one.refusal)),
    )


@transaction.atomic
def fail_reading(*, batch: FolderImport, sentence: Text, by: User | None = None) -> None:
    """The zip cannot be taken: it is deleted, the sentence stays (``by`` None: the worker does)."""
    held = hold(batch)
    if held.state == State.READING and held.attempt == batch.attempt:
        _give_up(held, sentence, by)


@transaction.atomic
def settled(*, batch: FolderImport, by: User) -> list[FolderFile]:
    """The files that are to be stored now, in the order in which they will be shown; ``by`` confirmed them."""
    held = hold(batch)
    check_can_bring_folder(by, held.assessment)
    rows = list(held.files.all())
    settle_anew(held, rows, by)
    FolderFile.objects.bulk_update(rows, ["outcome", "reason"], batch_size=200)
    return [row for row in rows if row.outcome == FolderFile.Outcome.MATCHED]


@transaction.atomic
def finish_storing(
    *, batch: FolderImport, written: Sequence[tuple[FolderFile, Attachment]], by: User
) -> bool:
    """All attachments at once, or none. False when another worker took the batch over.

    Asks again whether ``by`` may, because somebody may have submitted, stored the same file or
    reassigned an item meanwhile. Raises Refusal.
    """
    held = hold(batch)
    if held.state != State.STORING or held.attempt != batch.attempt:
        return False
    check_can_bring_folder(by, held.assessment)
    rows = [row for row, _attachment in written]
    settle_anew(held, rows, by)
    taken = [pair for pair in written if pair[0].outcome == FolderFile.Outcome.MATCHED]
    for attachment in (pair[1] for pair in written if pair[0].outcome != FolderFile.Outcome.MATCHED):
        transaction.on_commit(partial(attachment.file.storage.delete, str(attachment.file.name)))
    keep_written(attachments=[attachment for _row, attachment in taken])
    digest = hashlib.sha256()
    items: dict[str, int] = {}
    for row, attachment in taken:
        row.attachment, row.outcome = attachment, FolderFile.Outcome.STORED
        items[row.item_code] = items.get(row.item_code, 0) + 1
        digest.update(f"{row.sha256}  {row.clause_code or row.item_code}  {row.path}\n".encode())
    FolderFile.objects.bulk_update(rows, ["outcome", "reason", "attachment"], batch_size=200)
    held.state, held.attempt, held.done, held.total = State.DONE, None, len(taken), len(taken)
    held.problem = {}
    delete_upload(held)
    held.save(update_fields=["state", "attempt", "done", "total", "problem", "file"])
    record_work(
        verb="folder.stored",
        by=by,
        assessment=held.assessment,
        facts={
            "file": held.name,
            "count": len(taken),
            "items": sorted(items),
            "sha256": held.sha256,
            "digest": digest.hexdigest(),
        },
    )
    return True


def fail_storing(*, batch: FolderImport, problem: Mapping[str, str]) -> None:
    """Nothing was stored: back to where somebody may confirm again, with the reason."""
    FolderImport.objects.filter(pk=batch.pk, attempt=batch.attempt, state=State.STORING).update(
        state=State.OPEN, attempt=None, attempts=0, problem=dict(problem), heard_at=timezone.now()
    )


def requeue_folders(*, now: datetime) -> int:
    """Hand over again what no worker took or a worker left lying; end what broke off too often, and
    batches that nobody confirmed for days."""
    silent = FolderImport.objects.filter(heard_at__lt=now - SILENT_AFTER)
    broke_off = in_both(lambda: _("处理多次中断，没有导入任何文件。请重新选择文件夹；若仍中断，请分批导入。"))
    for batch in silent.filter(state=State.READING, attempts__gte=MOST_ATTEMPTS)[:20]:
        fail_reading(batch=batch, sentence=broke_off)
    for batch in silent.filter(state=State.STORING, attempts__gte=MOST_ATTEMPTS)[:20]:
        fail_storing(batch=batch, problem=as_json(broke_off))
    for batch in FolderImport.objects.filter(state=State.OPEN, heard_at__lt=now - OPEN_FOR)[:20]:
        _expire(batch)
    lost = list(
        silent.filter(state__in=[State.READING, State.STORING], attempts__lt=MOST_ATTEMPTS).values_list(
            "pk", "state"
        )[:20]
    )
    for number, state in lost:
        jobs.enqueue(jobs.READ_FOLDER if state == State.READING else jobs.STORE_FOLDER, number)
    return len(lost)


@transaction.atomic
def _expire(batch: FolderImport) -> None:
    held = hold(batch)
    if held.state == State.OPEN:
        _give_up(
            held,
            in_both(lambda: _("%(n)s天没有确认，已放弃，没有导入任何文件。") % {"n": OPEN_FOR.days}),
        )


def _give_up(held: FolderImport, sentence: Text, by: User | None = None) -> None:
    held.state, held.attempt, held.problem = State.DROPPED, None, dict(as_json(sentence))
    delete_upload(held)
    held.save(update_fields=["state", "attempt", "problem", "file"])
    record_work(
        verb="folder.dropped",
        by=by,
        assessment=held.assessment,
        facts={"file": held.name, "reason": sentence.zh},
    )
