"""What periodic jobs do: no unmasked picture stays, and every stored one gets a look."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO, cast

from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from assessments.actions.picturing.files import delete_quietly, destroy_bytes
from assessments.models import Attachment, PictureDraft
from assessments.models.pictures import DRAFTS, KEPT_FOR
from assessments.pictures.looks import UNREADABLE, look_of

ORPHANED_AFTER = timedelta(hours=1)  # an upload in progress has a file before it has a row
AT_ONCE = 100  # pictures looked at in one go: about two seconds


def forget_drafts(*, now: datetime) -> int:
    """Delete drafts older than a day with their files, files of drafts that nobody knows any more, and bytes of
    replaced pictures that could not be deleted at once. Returns how many drafts were forgotten."""
    old = list(PictureDraft.objects.filter(made_at__lte=now - KEPT_FOR))
    for draft in old:
        with transaction.atomic():
            draft.delete()
            transaction.on_commit(partial(delete_quietly, str(draft.file.name)))
    known = set(PictureDraft.objects.values_list("file", flat=True))
    try:
        _folders, names = default_storage.listdir(DRAFTS)
    except FileNotFoundError:
        names = []
    for name in names:
        place = f"{DRAFTS}/{name}"
        try:
            if place not in known and default_storage.get_modified_time(place) < now - ORPHANED_AFTER:
                delete_quietly(place)
        except FileNotFoundError:
            continue  # its maker was faster
    leftover = Attachment.objects.filter(discarded_at__isnull=False).exclude(file="")
    for pk in leftover.values_list("pk", flat=True):
        destroy_bytes(pk)
    return len(old)


def catch_up_looks() -> int:
    """Looks of pictures that came in without: folders of screenshots, and everything from before looks were kept."""
    rows = list(Attachment.objects.kept().filter(look="", content_type__startswith="image/")[:AT_ONCE])
    for row in rows:
        try:
            with row.file.open("rb") as file, Image.open(cast("BinaryIO", file)) as opened:
                opened.draft("L", (256, 256))
                row.look = look_of(opened)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            row.look = UNREADABLE
    Attachment.objects.bulk_update(rows, ["look"])
    return len(rows)
