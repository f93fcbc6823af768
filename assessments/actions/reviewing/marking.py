"""What a reviewer says of the clauses of a submission."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.reviewing.held import held_desk, in_work, refuse_stale, written
from assessments.models import Review, ReviewMark
from assessments.places import clause_exists
from assessments.queries.reviewing.claims import claims_in
from assessments.queries.reviewing.desk import Desk
from assessments.review_permissions import check_can_review
from assessments.trail import record_review
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric

Mark = ReviewMark.Mark


@transaction.atomic
def mark_clause(
    *, by: User, review: Review, clause: str, mark: str, reason: str = "", step: int | None = None
) -> ReviewMark:
    """Agree with a clause (``01.01.4-2``), doubt it or disagree, the last two with a reason.

    A second mark of the same person takes the place of the first.
    """
    desk = held_desk(review, by)
    refuse_stale(desk, step)
    check_can_review(desk)
    active = in_work(desk)
    if mark not in Mark.values:
        raise Refusal(_("请选择同意、存疑或不同意。"))
    if not clause_exists(get_rubric(desk.review.assessment.edition), clause):
        raise Refusal(_("标准中没有这个条款。页面可能已过期，请刷新后再试。"))
    reason = written(reason, needed="" if mark == Mark.AGREE else _("存疑或不同意请写明理由。"))
    made, _new = ReviewMark.objects.update_or_create(
        step=active,
        by=by,
        clause_code=clause,
        defaults={
            "item_code": clause[:5],
            "level": int(clause[6]),
            "mark": mark,
            "reason": reason,
            "at": timezone.now(),
        },
    )
    record_review(
        verb="review.marked",
        by=by,
        review=desk.review,
        facts={
            "step": active.order,
            "clause": clause,
            "mark": mark,
            **({"reason": reason} if reason else {}),
        },
    )
    return made


@transaction.atomic
def agree_with_rest(*, by: User, review: Review, item: str, step: int | None = None) -> int:
    """Agree with every claimed clause of an item that the person has not marked; how many they were."""
    desk = held_desk(review, by)
    refuse_stale(desk, step)
    check_can_review(desk)
    active = in_work(desk)
    marked = set(active.marks.filter(by=by, item_code=item).values_list("clause_code", flat=True))
    left = [code for code, _level in _claimed(desk, item) if code not in marked]
    if not left:
        raise Refusal(_("这个项目没有您还未表态的申报条款。"))
    ReviewMark.objects.bulk_create(
        ReviewMark(step=active, by=by, item_code=item, level=int(code[6]), clause_code=code, mark=Mark.AGREE)
        for code in left
    )
    record_review(
        verb="review.marked",
        by=by,
        review=desk.review,
        facts={"step": active.order, "item": item, "mark": str(Mark.AGREE), "count": len(left)},
    )
    return len(left)


def _claimed(desk: Desk, item: str) -> list[tuple[str, int]]:
    """Claimed clauses of an item with their level."""
    snapshot = type(desk.review.snapshot).objects.only("answers", "card").get(pk=desk.review.snapshot_id)
    found = claims_in(get_rubric(desk.review.assessment.edition), snapshot)
    return [(claim.code, claim.level) for claim in found if claim.item == item]
