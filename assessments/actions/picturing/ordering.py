"""The order of the files of an item or clause, as the compendium prints them."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment, Attachment
from assessments.permissions import check_can_attach
from assessments.trail import record_work
from hospitals.refusals import Refusal


@transaction.atomic
def move_attachment(*, by: User, attachment: Attachment, up: bool) -> None:
    """Change places with the file before (``up``) or after it at the same item and clause; at the end nothing
    happens. All files of the place are numbered anew, because older ones were never numbered."""
    locked = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("hospital", "edition")
        .get(pk=attachment.assessment.pk)
    )
    check_can_attach(by, locked, attachment.item_code)
    if not attachment.item_code:
        raise Refusal(_("统计口径的证明材料只有一份，没有先后。"))
    here = list(
        Attachment.objects.kept()
        .filter(assessment=locked, item_code=attachment.item_code, clause_code=attachment.clause_code)
        .order_by("position", "uploaded_at", "pk")
    )
    at = next((n for n, row in enumerate(here) if row.pk == attachment.pk), None)
    if at is None:
        raise Refusal(_("这个附件已经移除。"))
    to = at - 1 if up else at + 1
    if not 0 <= to < len(here):
        return
    here[at], here[to] = here[to], here[at]
    for position, row in enumerate(here, start=1):
        row.position = position
    Attachment.objects.bulk_update(here, ["position"])
    record_work(
        verb="attachment.moved",
        by=by,
        assessment=locked,
        item=attachment.item_code,
        facts={
            "attachment": str(attachment.public_id),
            "name": attachment.original_name,
            "position": to + 1,
            **({"clause": attachment.clause_code} if attachment.clause_code else {}),
        },
    )
