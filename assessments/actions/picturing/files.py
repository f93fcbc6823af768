"""Deleting the bytes of a picture that may show patients."""

from __future__ import annotations

import logging

from django.core.files.storage import default_storage

from assessments.models import Attachment

logger = logging.getLogger(__name__)


def delete_quietly(name: str) -> bool:
    """Whether the file is gone. What could not be deleted now, the hourly clean-up tries again."""
    try:
        default_storage.delete(name)
    except OSError:
        logger.exception("could not delete the picture %s", name)
        return False
    return True


def destroy_bytes(pk: int) -> None:
    """The file of a discarded attachment; the row forgets the name as soon as it is gone.

    Bytes that another row still stands on (carried from or into another year) stay; they go with the last row.
    """
    row = Attachment.objects.filter(pk=pk, discarded_at__isnull=False).exclude(file="").first()
    if row is None:
        return
    shared = Attachment.objects.filter(file=row.file.name, discarded_at__isnull=True).exists()
    if shared or delete_quietly(str(row.file.name)):
        Attachment.objects.filter(pk=pk).update(file="")
