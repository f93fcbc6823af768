"""What was seen in a case: the mark with its note, photos, cases typed by hand."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import BinaryIO, cast

from django.core.files.base import File
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.attaching import refuse_too_large
from assessments.filetypes import clean_name, judge
from assessments.models import Assignment, Rehearsal, RehearsalCase, RehearsalPhoto
from assessments.models.rehearsals import photo_name
from assessments.rehearsal_permissions import check_can_add_case, check_can_mark, check_can_remove_case
from assessments.trail import record_work
from engine.rubric.values import Item
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric

Outcome = RehearsalCase.Outcome
LONGEST_NOTE = 1000
LONGEST_KEY = 240
MOST_PHOTOS = 6  # of one case
MOST_TYPED = 200  # cases typed by hand in one rehearsal


def held_case(case: RehearsalCase) -> RehearsalCase:
    """The case locked, with what every check needs. Call inside a transaction."""
    return (
        RehearsalCase.objects.select_for_update(of=("self",))
        .select_related("rehearsal__assessment__hospital", "rehearsal__assessment__edition", "marked_by")
        .get(pk=case.pk)
    )


def assignment_of(rehearsal: Rehearsal, item: str) -> Assignment | None:
    return rehearsal.assessment.assignments.filter(item_code=item).first()


@transaction.atomic
def mark_case(
    *,
    by: User,
    case: RehearsalCase,
    outcome: str,
    note: str = "",
    clause: str = "",
    seen: datetime | None = None,
) -> RehearsalCase:
    """Record pass, fail or not found. A failed case says what was wrong; ``clause``: where it failed.

    ``seen``: when the case had been marked as the page showed it. Raises Refusal when somebody else
    has marked it since: nobody's finding is overwritten unseen.
    """
    held = held_case(case)
    check_can_mark(
        by, held.rehearsal, held.item_code, assignment=assignment_of(held.rehearsal, held.item_code)
    )
    if outcome not in Outcome.values:
        raise Refusal(_("请选择通过、不通过或未找到。"))
    note = note.replace("\x00", "").strip()[:LONGEST_NOTE]
    if outcome == Outcome.FAILED and not note:
        raise Refusal(_("不通过的请写一句哪里不对，科室才知道怎么改。"))
    if held.marked_at is not None and held.marked_at != seen and held.marked_by_id != by.pk:
        raise Refusal(
            _("%(name)s刚才已记为“%(word)s”，没有覆盖。请刷新后再决定是否修改。")
            % {"name": held.marked_by.name if held.marked_by else "", "word": held.get_outcome_display()}
        )
    if clause and clause not in clauses_of(held):
        raise Refusal(_("这个项目没有这个条款。页面可能已过期，请刷新后再试。"))
    held.outcome, held.note = outcome, note
    held.clause_code = clause if outcome != Outcome.PASSED else ""
    held.marked_by, held.marked_at = by, timezone.now()
    held.settled_how, held.settled_by, held.settled_at = "", None, None
    held.save()
    record_work(
        verb="rehearsal.marked",
        by=by,
        assessment=held.rehearsal.assessment,
        item=held.item_code,
        facts={
            "rehearsal": held.rehearsal.number,
            "case": held.position,
            "outcome": outcome,
            **({"clause": held.clause_code} if held.clause_code else {}),
        },
    )
    return held


def clauses_of(case: RehearsalCase) -> tuple[str, ...]:
    """Codes of the item's clauses, ``01.01.4-2``."""
    item: Item | None = get_rubric(case.rehearsal.assessment.edition).by_code.get(case.item_code)
    if item is None:
        return ()
    return tuple(
        f"{item.code}.{entry.level}-{clause.n}" for entry in item.asked_levels for clause in entry.clauses
    )


@transaction.atomic
def add_case(*, by: User, rehearsal: Rehearsal, item: str, key: str, department: str = "") -> RehearsalCase:
    """A case typed by hand, beside the sample: it is marked as such and counts in the pass rate."""
    held = (
        Rehearsal.objects.select_for_update(of=("self",))
        .select_related("assessment__hospital", "assessment__edition")
        .get(pk=rehearsal.pk)
    )
    check_can_add_case(by, held)
    if item not in held.items:
        raise Refusal(_("这次演练没有选这个项目。"))
    key = key.replace("\x00", "").strip()
    if not key or len(key) > LONGEST_KEY:
        raise Refusal(
            _("请填写病例的编号（不超过%(most)s个字），例如申请单号；不要填姓名和证件号。")
            % {"most": LONGEST_KEY}
        )
    if held.cases.filter(added_by__isnull=False).count() >= MOST_TYPED:
        raise Refusal(_("一次演练最多手工录入%(most)s例。") % {"most": MOST_TYPED})
    if held.cases.filter(item_code=item, key=key).exists():
        raise Refusal(_("这个项目里已有编号为%(key)s的病例。") % {"key": key})
    last = held.cases.filter(item_code=item).aggregate(last=Max("position"))["last"] or 0
    case = RehearsalCase.objects.create(
        rehearsal=held,
        item_code=item,
        position=last + 1,
        key=key,
        department=department.replace("\x00", "").strip()[:120],
        added_by=by,
    )
    record_work(
        verb="rehearsal.case-added",
        by=by,
        assessment=held.assessment,
        item=item,
        facts={"rehearsal": held.number, "case": case.position},
    )
    return case


@transaction.atomic
def remove_case(*, by: User, case: RehearsalCase) -> None:
    """Take away a case typed by mistake; a drawn one stays, or the sample would not be random."""
    held = held_case(case)
    check_can_remove_case(by, held)
    for photo in held.photos.all():
        storage, name = photo.file.storage, str(photo.file.name)
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))  # type: ignore[misc]
    record_work(
        verb="rehearsal.case-removed",
        by=by,
        assessment=held.rehearsal.assessment,
        item=held.item_code,
        facts={"rehearsal": held.rehearsal.number, "case": held.position},
    )
    held.delete()


def add_photo(*, by: User, case: RehearsalCase, file: File[bytes], name: str) -> RehearsalPhoto:
    """Keep a picture with a case, under the rules of every looked-at file: typed by content, size limited.

    Raises Refusal with one sentence; then no row and no file is left behind.
    """
    refuse_too_large(file.size)
    looked_at = judge(cast("BinaryIO", file), name)
    if not looked_at.content_type.startswith("image/"):
        raise Refusal(_("这里只收照片。其他材料请在填报页上传。"))
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    photo = RehearsalPhoto(
        case=case,
        original_name=clean_name(name, looked_at.extension),
        content_type=looked_at.content_type,
        size=file.size,
        sha256=digest.hexdigest(),
        uploaded_by=by,
    )
    place = photo_name(photo)
    photo.file.name = photo.file.storage.save(place, file)
    try:
        _keep_photo(by, photo)
    except BaseException:  # whatever stops the row, the file goes with it
        photo.file.storage.delete(photo.file.name)
        raise
    return photo


@transaction.atomic
def _keep_photo(by: User, photo: RehearsalPhoto) -> None:
    held = held_case(photo.case)
    check_can_mark(
        by, held.rehearsal, held.item_code, assignment=assignment_of(held.rehearsal, held.item_code)
    )
    kept = held.photos.filter(removed_at__isnull=True)
    if kept.count() >= MOST_PHOTOS:
        raise Refusal(_("每个病例最多%(most)s张照片。") % {"most": MOST_PHOTOS})
    if kept.filter(sha256=photo.sha256).exists():
        raise Refusal(_("同样的照片已在这里，没有重复保存。"))
    photo.save()
    record_work(
        verb="rehearsal.photo-added",
        by=by,
        assessment=held.rehearsal.assessment,
        item=held.item_code,
        facts={
            "rehearsal": held.rehearsal.number,
            "case": held.position,
            "name": photo.original_name,
            "sha256": photo.sha256,
            "size": photo.size,
        },
    )


@transaction.atomic
def remove_photo(*, by: User, photo: RehearsalPhoto) -> None:
    """Delete a picture for good: it is no evidence, and it may show what nobody should keep."""
    held = held_case(photo.case)
    check_can_mark(
        by, held.rehearsal, held.item_code, assignment=assignment_of(held.rehearsal, held.item_code)
    )
    row = RehearsalPhoto.objects.select_for_update().get(pk=photo.pk)
    if row.removed_at is not None:
        raise Refusal(_("这张照片已经移除。"))
    storage, name = row.file.storage, str(row.file.name)
    row.file, row.removed_at = "", timezone.now()
    row.save(update_fields=["file", "removed_at"])
    transaction.on_commit(lambda: storage.delete(name))
    record_work(
        verb="rehearsal.photo-removed",
        by=by,
        assessment=held.rehearsal.assessment,
        item=held.item_code,
        facts={"rehearsal": held.rehearsal.number, "case": held.position, "sha256": row.sha256},
    )
