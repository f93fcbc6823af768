"""Taking back a folder as a whole, until the assessment is submitted."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments.actions.folders.held import hold
from assessments.folder_permissions import check_can_undo_folder
from assessments.models import Attachment, FolderImport
from assessments.trail import record_work


@dataclass(frozen=True, slots=True)
class Undone:
    """``left``: names of files that somebody has decided on since; they stay."""

    removed: int
    left: tuple[str, ...]


@transaction.atomic
def undo_folder(*, by: User, batch: FolderImport) -> Undone:
    """Mark every attachment of the batch as removed, but those that carry a decision in force.

    Files that somebody removed before stay removed. Raises Refusal with one sentence.
    """
    held = hold(batch)
    check_can_undo_folder(by, held)
    own = Attachment.objects.kept().filter(from_folder__batch=held)
    left = list(own.filter(decisions__withdrawn_at__isnull=True, decisions__isnull=False).distinct())
    stay = [attachment.pk for attachment in left]
    removed = list(own.exclude(pk__in=stay).values_list("pk", flat=True))
    Attachment.objects.filter(pk__in=removed).update(removed_at=timezone.now())
    held.state, held.undone_by, held.undone_at = FolderImport.State.UNDONE, by, timezone.now()
    held.save(update_fields=["state", "undone_by", "undone_at"])
    record_work(
        verb="folder.undone",
        by=by,
        assessment=held.assessment,
        facts={"file": held.name, "sha256": held.sha256, "count": len(removed), "left": len(left)},
    )
    return Undone(len(removed), tuple(attachment.original_name for attachment in left))
