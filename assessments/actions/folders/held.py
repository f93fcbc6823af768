"""What the steps of a folder share: the row locked, who may attach where, its upload deleted."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from accounts.models import User
from assessments.folders.reading import in_both
from assessments.folders.settling import settle
from assessments.models import Assessment, Attachment, FolderFile, FolderImport
from assessments.permissions import check_can_attach, reason
from engine.rubric.values import Text
from rubrics.queries import get_rubric


def hold(batch: FolderImport) -> FolderImport:
    """The batch, locked, behind its assessment, which is locked first."""
    assessment = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("hospital", "edition")
        .get(pk=batch.assessment_id)
    )
    held = FolderImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    held.assessment = assessment
    return held


def why_not_attach(user: User, assessment: Assessment) -> Callable[[str], Text | None]:
    """Why the person may not attach to an item, in both languages. One query for all items."""
    assignments = {row.item_code: row for row in assessment.assignments.all()}
    known: dict[str, Text | None] = {}

    def why_not(item: str) -> Text | None:
        if item not in known:

            def sentence() -> str:
                return reason(check_can_attach, user, assessment, item, assignment=assignments.get(item))

            known[item] = in_both(sentence) if sentence() else None
        return known[item]

    return why_not


def settle_anew(batch: FolderImport, rows: list[FolderFile], by: User) -> None:
    """Decide every row again, from what the assessment has now. Two queries."""
    kept = Attachment.objects.kept().filter(assessment=batch.assessment).exclude(item_code="")
    settle(
        rows,
        get_rubric(batch.assessment.edition),
        kept=kept.values_list("item_code", "clause_code", "sha256"),
        why_not=why_not_attach(by, batch.assessment),
    )


def delete_upload(batch: FolderImport) -> None:
    """The zip goes once the transaction is through; the list of its files stays."""
    if batch.file:
        storage, name = batch.file.storage, str(batch.file.name)
        transaction.on_commit(lambda: storage.delete(name))
        batch.file = ""
