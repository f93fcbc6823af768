"""Beginning with a screenshot. A draft is no evidence and says nothing: the trail begins with what is stored."""

from __future__ import annotations

from functools import partial
from typing import BinaryIO, cast

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import jobs
from assessments.actions.attaching import refuse_too_large
from assessments.actions.picturing.files import delete_quietly
from assessments.filetypes import clean_name, judge
from assessments.models import Assessment, Attachment, PictureDraft
from assessments.models.pictures import drafted_name
from assessments.permissions import check_can_attach, check_can_remove
from assessments.pictures.drawing import as_png, open_upright
from assessments.pictures.looks import look_of
from assessments.places import refuse_unknown_place
from hospitals.refusals import Refusal

TAKEN = ("image/png", "image/jpeg", "image/webp")
MOST_DRAFTS = 20  # of one person: nobody edits more at a time, and each may show patients


def begin_draft(
    *, by: User, assessment: Assessment, file: File[bytes], name: str, item: str, clause: str = ""
) -> PictureDraft:
    """Keep a screenshot for its maker alone, made upright and without what a camera or program wrote into
    it, and have it read for names and numbers. Raises Refusal with one sentence; then nothing is left behind.
    """
    check_can_attach(by, assessment, item)
    if not item:
        raise Refusal(_("请说明截图属于哪个项目。"))
    refuse_unknown_place(assessment, item, clause)
    refuse_too_large(file.size)
    looked_at = judge(cast("BinaryIO", file), name)
    if looked_at.content_type not in TAKEN:
        raise Refusal(_("这里只收PNG、JPEG或WebP图片，没有保存。其他文件请用“拖入文件，或点此选择”上传。"))
    draft = PictureDraft(
        assessment=assessment,
        item_code=item,
        clause_code=clause,
        original_name=clean_name(name, ".png"),
        by=by,
    )
    return _keep(draft, cast("BinaryIO", file))


def reopen_picture(*, by: User, attachment: Attachment) -> PictureDraft:
    """A draft from a picture that is stored already; saving it puts the new one in the place of the old.

    The draft that the person has of it is gone on with. Raises Refusal: no picture, not theirs to
    replace, or a decision rests on it.
    """
    refuse_replacing(by, attachment)
    begun = PictureDraft.objects.of_person(by).filter(replaces=attachment).first()
    if begun is not None:
        return begun
    draft = PictureDraft(
        assessment=attachment.assessment,
        item_code=attachment.item_code,
        clause_code=attachment.clause_code,
        original_name=attachment.original_name,
        replaces=attachment,
        by=by,
    )
    try:
        with default_storage.open(str(attachment.file.name), "rb") as file:
            return _keep(draft, cast("BinaryIO", file))
    except OSError as missing:
        raise Refusal(_("附件文件不在存储中，请联系系统管理员。")) from missing


def refuse_replacing(by: User, attachment: Attachment) -> None:
    """Raises Refusal unless ``by`` may put an edited picture in the place of this one."""
    check_can_attach(by, attachment.assessment, attachment.item_code)
    check_can_remove(by, attachment)
    if not attachment.content_type.startswith("image/") or not attachment.item_code:
        raise Refusal(_("只有项目或条款下的图片可以编辑。"))
    if attachment.decisions.filter(withdrawn_at__isnull=True).exists():
        raise Refusal(_("这份材料已有评审结论，不能替换。请先撤回结论。"))


def give_up_draft(*, by: User, draft: PictureDraft) -> None:
    """The draft and its file are gone; a stored picture that it was made from stays as it is."""
    with transaction.atomic():
        for row in PictureDraft.objects.select_for_update().filter(pk=draft.pk, by=by):
            row.delete()
            transaction.on_commit(partial(delete_quietly, str(row.file.name)))


def _keep(draft: PictureDraft, file: BinaryIO) -> PictureDraft:
    if PictureDraft.objects.of_person(draft.by).count() >= MOST_DRAFTS:
        raise Refusal(_("您有%(n)s张截图还没有保存，不能再添加。请先保存或放弃一些。") % {"n": MOST_DRAFTS})
    picture = open_upright(file)
    draft.width, draft.height = picture.size
    draft.look = look_of(picture)
    place = drafted_name(draft)
    draft.file.name = place
    try:
        default_storage.save(place, ContentFile(as_png(picture, level=1)))
        with transaction.atomic():
            draft.save()
            jobs.enqueue(jobs.READ_PICTURE, draft.pk)
    except BaseException:
        delete_quietly(place)
        raise
    return draft
