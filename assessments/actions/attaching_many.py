"""Many files at once, looked at before: written first, then all rows in one transaction or none."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Max

from accounts.models import User
from assessments.actions.attaching import LONGEST_CAPTION
from assessments.filetypes import clean_name
from assessments.models import Assessment, Attachment
from assessments.models.talk import stored_name

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Examined:
    """A file whose content ``filetypes.judge`` has accepted, and where it goes."""

    name: str
    extension: str
    content_type: str
    sha256: str
    size: int
    item: str
    clause: str
    caption: str


class ChangedContent(Exception):
    """The bytes are not those that were judged."""


def write_examined(*, by: User, assessment: Assessment, file: Examined, content: bytes) -> Attachment:
    """The file in the storage and its row, not saved yet. Raises ChangedContent, OSError."""
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise ChangedContent(file.name)
    attachment = Attachment(
        assessment=assessment,
        item_code=file.item,
        clause_code=file.clause,
        original_name=clean_name(file.name, file.extension),
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        caption=file.caption.replace("\x00", "").strip()[:LONGEST_CAPTION],
        uploaded_by=by,
    )
    attachment.file.name = stored_name(attachment)
    try:
        default_storage.save(attachment.file.name, ContentFile(content))
    except OSError:
        drop_written([attachment])
        raise
    return attachment


def keep_written(*, attachments: Sequence[Attachment]) -> Sequence[Attachment]:
    """The rows of files that were written, in their order and after what stands at their places.
    The caller has asked who may, and tells the trail."""
    found = Attachment.objects.filter(assessment__in={one.assessment for one in attachments})
    last: dict[tuple[int, str, str], int] = {
        (assessment, item, clause): most
        for assessment, item, clause, most in found.order_by()
        .values_list("assessment", "item_code", "clause_code")
        .annotate(most=Max("position"))
    }
    for one in attachments:
        place = one.assessment.pk, one.item_code, one.clause_code
        one.position = last[place] = last.get(place, 0) + 1
    return Attachment.objects.bulk_create(attachments, batch_size=200)


def drop_written(attachments: Sequence[Attachment]) -> None:
    """Best effort after a failure: no file stays without its row."""
    for attachment in attachments:
        if attachment.file.name:
            try:
                default_storage.delete(attachment.file.name)
            except OSError:
                logger.warning("could not delete the written file %s", attachment.file.name)
