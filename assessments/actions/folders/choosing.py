"""A person looks through what was found: chooses places by hand, leaves files out, says yes or no."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import jobs
from assessments.actions.folders.held import delete_upload, hold, settle_anew
from assessments.folder_permissions import check_can_handle_folder
from assessments.folders.naming import Place, place_of, typed_place
from assessments.models import FolderFile, FolderImport
from assessments.trail import record_work
from engine.rubric.values import Rubric
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric

State = FolderImport.State
Outcome = FolderFile.Outcome


@dataclass(frozen=True, slots=True)
class Chosen:
    """``changed``: files whose place or fate changed. ``problems``: (what was typed, why it was not taken)."""

    changed: int
    problems: tuple[tuple[str, str], ...]


@transaction.atomic
def choose_places(
    *,
    by: User,
    batch: FolderImport,
    places: Mapping[int, str] | None = None,
    folders: Mapping[str, str] | None = None,
    drop: Collection[int] = (),
    restore: Collection[int] = (),
    drop_unmatched: bool = False,
) -> Chosen:
    """Give files a place as typed (a clause or an item), leave files out, or take them in again.

    ``places``: by number of the row; ``folders``: for every file without a place directly in a
    folder. What was typed and means nothing is named and changes nothing. Raises Refusal.
    """
    held = hold(batch)
    check_can_handle_folder(by, held)
    rubric = get_rubric(held.assessment.edition)
    rows = list(held.files.all())
    before = {row.pk: (row.item_code, row.clause_code, row.outcome) for row in rows}
    problems: dict[str, str] = {}
    for row in rows:
        text = (places or {}).get(row.pk, "").strip()
        if not text and row.outcome == Outcome.UNMATCHED:
            text = (folders or {}).get(folder_of(row.path), "").strip()
        if text and text != (row.clause_code or row.item_code) and row.sha256:
            _put(row, typed_place(text, rubric), text, problems)
        if row.pk in drop or (drop_unmatched and row.outcome == Outcome.UNMATCHED and not row.item_code):
            if row.sha256:
                row.outcome, row.reason = Outcome.DROPPED, {}
        elif row.pk in restore and row.outcome == Outcome.DROPPED:
            _read_name_again(row, rubric)
    settle_anew(held, rows, by)
    changed = [row for row in rows if before[row.pk] != (row.item_code, row.clause_code, row.outcome)]
    FolderFile.objects.bulk_update(
        rows,
        ["item_code", "clause_code", "position", "caption", "by_hand", "outcome", "reason"],
        batch_size=200,
    )
    FolderImport.objects.filter(pk=held.pk).update(heard_at=timezone.now())
    if changed:
        record_work(
            verb="folder.placed",
            by=by,
            assessment=held.assessment,
            facts={"file": held.name, "count": len(changed)},
        )
    return Chosen(len(changed), tuple(problems.items()))


@transaction.atomic
def confirm_folder(*, by: User, batch: FolderImport) -> FolderImport:
    """Say yes: the files that have a place are stored by a job, all or none. Raises Refusal."""
    held = hold(batch)
    check_can_handle_folder(by, held)
    if not held.files.filter(outcome=Outcome.MATCHED).exists():
        raise Refusal(_("没有可以导入的文件：没有一个对应到条款或项目。请先为文件选择条款，或放弃这一批。"))
    held.state, held.confirmed_by, held.confirmed_at = State.STORING, by, timezone.now()
    held.attempt, held.attempts, held.done, held.problem = None, 0, 0, {}
    held.heard_at = timezone.now()
    held.save()
    record_work(
        verb="folder.confirmed",
        by=by,
        assessment=held.assessment,
        facts={"file": held.name, "sha256": held.sha256},
    )
    jobs.enqueue(jobs.STORE_FOLDER, held.pk)
    return held


@transaction.atomic
def drop_folder(*, by: User, batch: FolderImport) -> None:
    """Say no: the upload is deleted, nothing was stored. Raises Refusal."""
    held = hold(batch)
    check_can_handle_folder(by, held)
    held.state = State.DROPPED
    delete_upload(held)
    held.save(update_fields=["state", "file"])
    record_work(verb="folder.dropped", by=by, assessment=held.assessment, facts={"file": held.name})


def folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def _put(row: FolderFile, place: Place, typed: str, problems: dict[str, str]) -> None:
    if place.reason is not None:
        problems[typed[:40]] = place.reason.in_language(get_language() or "")
        return
    row.item_code, row.clause_code, row.by_hand = place.item, place.clause_code, True
    if not row.caption:
        row.caption = row.path.rpartition("/")[2].rpartition(".")[0][:200]
    row.outcome = Outcome.MATCHED


def _read_name_again(row: FolderFile, rubric: Rubric) -> None:
    place = place_of(row.path, rubric)
    if not row.by_hand:
        row.item_code, row.clause_code = place.item, place.clause_code
    row.outcome = Outcome.UNMATCHED
