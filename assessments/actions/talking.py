"""Comments on an item or clause, with mentions of members of the hospital."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment, Comment
from assessments.permissions import check_can_comment, check_can_resolve
from assessments.places import refuse_unknown_place
from assessments.trail import record_work
from hospitals.models import Membership
from hospitals.refusals import Refusal

LONGEST_COMMENT = 4000
MOST_MENTIONS = 20


@transaction.atomic
def add_comment(
    *,
    by: User,
    assessment: Assessment,
    text: str,
    item: str = "",
    clause: str = "",
    mentions: Iterable[str] = (),
) -> Comment:
    """Say something about the assessment, an item or a clause.

    ``mentions``: public ids of people; one counts only while "@name" stands in the text and the
    person is a member of the hospital in force. Raises Refusal with one sentence.
    """
    check_can_comment(by, assessment)
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise Refusal(_("评论还没有内容。请写下后再发表。"))
    if len(text) > LONGEST_COMMENT:
        raise Refusal(_("评论最多%(n)s个字，现有%(have)s个。") % {"n": LONGEST_COMMENT, "have": len(text)})
    refuse_unknown_place(assessment, item, clause)
    comment = Comment.objects.create(
        assessment=assessment, item_code=item, clause_code=clause, author=by, text=text
    )
    named = [user for user in _members(assessment, mentions) if f"@{user.get_full_name()}" in text]
    comment.mentions.set(named)
    record_work(
        verb="comment.added",
        by=by,
        assessment=assessment,
        item=item,
        facts={"clause": clause, "comment": comment.pk, "mentions": [user.get_full_name() for user in named]},
    )
    return comment


@transaction.atomic
def resolve_comment(*, by: User, comment: Comment, resolved: bool = True) -> Comment:
    """Mark a comment as settled, or open it again; doing so twice changes nothing."""
    check_can_resolve(by, comment)
    if resolved == (comment.resolved_at is not None):
        return comment
    comment.resolved_at = timezone.now() if resolved else None
    comment.resolved_by = by if resolved else None
    comment.save(update_fields=["resolved_at", "resolved_by"])
    record_work(
        verb="comment.resolved" if resolved else "comment.reopened",
        by=by,
        assessment=comment.assessment,
        item=comment.item_code,
        facts={"comment": comment.pk},
    )
    return comment


def _members(assessment: Assessment, public_ids: Iterable[str]) -> list[User]:
    wanted = {public_id for public_id in list(public_ids)[:MOST_MENTIONS] if _is_uuid(public_id)}
    if not wanted:
        return []
    users = (
        membership.user
        for membership in Membership.objects.in_force()
        .filter(organisation_id=assessment.hospital_id, user__public_id__in=wanted)
        .select_related("user")
    )
    return list({user.pk: user for user in users}.values())


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and all(character in "0123456789abcdef-" for character in text.lower())
