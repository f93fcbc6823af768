"""Anchored screens: which record a picture shows, whether it was used before, whether the data know it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import BinaryIO, cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from accounts.models import User
from assessments.models import Anchor, Assessment, Attachment, EvidenceDecision
from assessments.pictures.looks import look_of, says_something, steps_between
from assessments.trail import record_work
from assessments.verification_permissions import check_can_anchor
from hospitals.refusals import Refusal
from rubrics.queries import get_catalogue

Found = Anchor.Found
LONGEST_KEY = 120
NEAR = 4  # bits that may differ between pictures of the same screen (saved again, scaled, recoloured)

#: The moments of all rows with this key, None where a row carries no time; None: no such records at all.
Lookup = Callable[[str, str], Sequence[datetime | None] | None]


@transaction.atomic
def set_anchor(
    *, by: User, attachment: Attachment, record: str, key: str, shown_at: datetime | None = None
) -> Anchor:
    """Say which record (type and key) a picture shows and when; the next run looks it up in the data.

    Flags a picture that the hospital used before (``alike``) and a time outside the assessment's
    window. Raises Refusal: no picture, no such record type, no key, or a decision rests on the anchor.
    """
    held = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("assessment__hospital")
        .get(pk=attachment.pk)
    )
    check_can_anchor(by, held)
    if held.removed_at is not None or not held.content_type.startswith("image/"):
        raise Refusal(_("只有图片可以锚定到数据记录；已移除的材料不能锚定。"))
    if record not in get_catalogue().records:
        raise Refusal(_("没有这种数据。页面可能已过期，请刷新后再试。"))
    key = key.replace("\x00", "").strip()
    if not key or len(key) > LONGEST_KEY:
        raise Refusal(
            _("请填写截图上所示记录的编号（不超过%(most)s个字），例如申请单号。") % {"most": LONGEST_KEY}
        )
    if held.decisions.filter(kind=EvidenceDecision.Kind.ANCHORED, withdrawn_at__isnull=True).exists():
        raise Refusal(_("已有结论采信了这个锚定。如需修改，请先撤回结论。"))
    print_ = picture_hash(held)
    alike = _alike(held, print_)
    assessment = held.assessment
    anchor, _new = Anchor.objects.update_or_create(
        attachment=held,
        defaults={
            "record": record,
            "key": key,
            "shown_at": shown_at,
            "picture_hash": print_,
            "found": Found.OUTSIDE if _outside(assessment, shown_at) else Found.NOT_CHECKED,
            "alike": alike,
        },
    )
    record_work(
        verb="anchor.set",
        by=by,
        assessment=assessment,
        item=held.item_code,
        facts={
            "attachment": str(held.public_id),
            "record": record,
            **({"clause": held.clause_code} if held.clause_code else {}),
            **({"alike": str(alike.public_id)} if alike else {}),
        },
    )
    return anchor


def check_anchors(assessment: Assessment, lookup: Lookup) -> int:
    """Look every anchor of the assessment up in the data of a run; how many were looked up.

    A record type nobody supplied leaves the anchor unchecked: missing data is no refutation. A time
    named on the screen must be that of a row of this key, to the day.
    """
    changed = []
    for anchor in anchors_of(assessment):
        found: str
        found = (
            Found.OUTSIDE
            if _outside(assessment, anchor.shown_at)
            else _found(lookup(anchor.record, anchor.key), anchor.shown_at)
        )
        if found != anchor.found:
            anchor.found = found
            changed.append(anchor)
    Anchor.objects.bulk_update(changed, ["found"])
    return anchors_of(assessment).exclude(found=Found.NOT_CHECKED).count()


def anchors_of(assessment: Assessment) -> QuerySet[Anchor]:
    """Anchors of pictures that are still there."""
    return Anchor.objects.filter(attachment__assessment=assessment, attachment__removed_at__isnull=True)


def picture_hash(attachment: Attachment) -> str:
    """128 bits: whether the picture gets brighter from each cell of a coarse grid to the next one.

    Saved again, scaled or recoloured, a picture keeps nearly all of them. Empty when it cannot be read.
    """
    try:
        with attachment.file.open("rb") as file, Image.open(cast("BinaryIO", file)) as opened:
            return look_of(opened)
    except (OSError, ValueError, Image.DecompressionBombError):
        return ""


def _alike(attachment: Attachment, print_: str) -> Attachment | None:
    """An earlier picture of the same hospital that is the same file, or looks the same."""
    others = Attachment.objects.kept().filter(assessment__hospital=attachment.assessment.hospital)
    same = others.filter(sha256=attachment.sha256).exclude(pk=attachment.pk).order_by("uploaded_at").first()
    if same is not None or not print_:
        return same
    if not says_something(print_):
        return None
    anchors = (
        Anchor.objects.filter(attachment__in=others.exclude(pk=attachment.pk))
        .exclude(picture_hash="")
        .select_related("attachment")
        .order_by("attachment__uploaded_at")
    )
    return next(
        (anchor.attachment for anchor in anchors if steps_between(anchor.picture_hash, print_) <= NEAR),
        None,
    )


def _found(moments: Sequence[datetime | None] | None, shown_at: datetime | None) -> Anchor.Found:
    if moments is None:
        return Found.NOT_CHECKED
    if not moments:
        return Found.ABSENT
    known = [_day(moment) for moment in moments if moment is not None]
    if shown_at is None or not known:
        return Found.FOUND
    return Found.FOUND if _day(shown_at) in known else Found.ABSENT


def _outside(assessment: Assessment, shown_at: datetime | None) -> bool:
    if shown_at is None or assessment.window_from is None or assessment.window_to is None:
        return False
    return not assessment.window_from <= _day(shown_at) <= assessment.window_to


def _day(moment: datetime) -> date:
    """Times in the data are local and carry no zone."""
    return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
