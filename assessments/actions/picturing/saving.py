"""From the draft to evidence: what was marked is burned in, and the unmasked picture is gone for good."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any, BinaryIO, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from assessments.actions.attaching import (
    LONGEST_CAPTION,
    drop_file,
    last_position,
    refuse_repetition,
    refuse_too_large,
    write_file,
)
from assessments.actions.picturing.drafting import refuse_replacing
from assessments.actions.picturing.files import delete_quietly, destroy_bytes
from assessments.filetypes import clean_name
from assessments.models import Anchor, Assessment, Attachment, PictureDraft
from assessments.permissions import check_can_attach
from assessments.pictures.drawing import as_png, burn, open_upright
from assessments.pictures.looks import look_of
from assessments.pictures.marks import Marks, read_marks
from assessments.places import refuse_unknown_place
from assessments.trail import record_work
from hospitals.refusals import Refusal


def save_picture(
    *,
    by: User,
    draft: PictureDraft,
    marks: Any,
    caption: str,
    clause: str | None = None,
    unmasked: bool = False,
) -> Attachment:
    """Store the draft with its marks as a new PNG; ``marks`` as ``pictures.marks.read_marks`` takes them.

    Boxes are opaque pixels of the stored file. In the same transaction the draft goes, and its file right
    after the commit. Where the draft was made from a stored picture, that one is marked removed **and its
    bytes are destroyed**, unlike other removed files: it may show what was masked now. Its fingerprint
    stays in its row and in the event. ``clause``: where it goes, if not where the draft was begun; a picture
    made from a stored one keeps its place. ``unmasked``: the person has said that proposals may stay unanswered
    although nothing is masked. Raises Refusal with one sentence; then the draft is as before.
    """
    check_can_attach(by, draft.assessment, draft.item_code)
    earlier = draft.replaces
    place = draft.clause_code if clause is None or earlier else clause
    refuse_unknown_place(draft.assessment, draft.item_code, place)
    read = read_marks(
        marks, width=draft.width, height=draft.height, earlier=len(earlier.legend) if earlier else 0
    )
    if draft.proposals and not read.boxes and not unmasked:
        raise Refusal(unanswered(len(draft.proposals)))
    try:
        with default_storage.open(str(draft.file.name), "rb") as file:
            picture = burn(open_upright(cast("BinaryIO", file)), read)
    except OSError as missing:
        raise Refusal(_("这张截图已经保存或放弃，不能再编辑。")) from missing
    content = as_png(picture)
    refuse_too_large(len(content))
    attachment = Attachment(
        assessment=draft.assessment,
        item_code=draft.item_code,
        clause_code=place,
        original_name=clean_name(draft.original_name.rpartition(".")[0], ".png"),
        content_type="image/png",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        caption=" ".join(caption.replace("\x00", "").split())[:LONGEST_CAPTION],
        legend=list(read.legend),
        masked=len(read.boxes) + ((earlier.masked or 0) if earlier else 0),
        look=look_of(picture),
        uploaded_by=by,
    )
    if earlier is None or attachment.sha256 != earlier.sha256:
        refuse_repetition(attachment, "")
    write_file(attachment, ContentFile(content))
    try:
        _keep(attachment, draft, read, by)
    except BaseException:
        drop_file(attachment)
        raise
    return attachment


def unanswered(count: int) -> str:
    return ngettext(
        "仍有%(n)s处建议未处理。请逐处确认是否含有患者信息。",
        "仍有%(n)s处建议未处理。请逐处确认是否含有患者信息。",
        count,
    ) % {"n": count}


@transaction.atomic
def _keep(attachment: Attachment, draft: PictureDraft, read: Marks, by: User) -> None:
    locked = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("hospital", "edition")
        .get(pk=draft.assessment.pk)
    )
    check_can_attach(by, locked, draft.item_code)
    held = PictureDraft.objects.select_for_update(of=("self",)).filter(pk=draft.pk, by=by).first()
    if held is None:
        raise Refusal(_("这张截图已经保存或放弃，不能再编辑。"))
    old = _old(held, by)
    attachment.position = (
        old.position if old else last_position(locked, attachment.item_code, attachment.clause_code) + 1
    )
    attachment.save()
    record_work(
        verb="picture.saved",
        by=by,
        assessment=locked,
        item=attachment.item_code,
        facts={
            "attachment": str(attachment.public_id),
            "name": attachment.original_name,
            "sha256": attachment.sha256,
            "size": attachment.size,
            "boxes": len(read.boxes),
            "arrows": len(read.arrows),
            "numbers": len(read.numbers),
            **({"clause": attachment.clause_code} if attachment.clause_code else {}),
            **({"replaced": str(old.public_id), "destroyed": old.sha256} if old else {}),
        },
    )
    held.delete()
    transaction.on_commit(partial(delete_quietly, str(held.file.name)))
    if old is not None:
        old.removed_at = old.discarded_at = timezone.now()
        old.save(update_fields=["removed_at", "discarded_at"])
        # it shows the same record as before
        Anchor.objects.filter(attachment=old).update(attachment=attachment, picture_hash=attachment.look)
        transaction.on_commit(partial(destroy_bytes, old.pk))


def _old(draft: PictureDraft, by: User) -> Attachment | None:
    """The picture whose place the new one takes, still there and still the person's to replace."""
    if draft.replaces_id is None:
        return None
    old = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("assessment__hospital", "assessment__edition")
        .get(pk=draft.replaces_id)
    )
    refuse_replacing(by, old)
    return old
