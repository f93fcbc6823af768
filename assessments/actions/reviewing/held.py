"""What every step of a review begins with: the review locked, read again, and the words of the form."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import AwardedLevel, Objection, Review, ReviewStep
from assessments.queries.reviewing.desk import Desk, desk_of, loaded
from hospitals.refusals import Refusal

LONGEST = 2000


def held_desk(review: Review, by: User) -> Desk:
    """The review as it is now, held until the end of the transaction: two people come one after the other."""
    return desk_of(loaded(Review.objects.select_for_update(of=("self",))).get(pk=review.pk), by)


def refuse_stale(desk: Desk, step: int | None) -> None:
    """Refuse when the step in work is not the one the person's page showed; ``step``: its number in the
    form, None where nothing was shown."""
    if step is None or (desk.active is not None and desk.active.pk == step):
        return
    closed = next((one for one in desk.steps if one.pk == step), None)
    if closed is not None and closed.closed_by is not None:
        raise Refusal(
            _("%(name)s已经办结这一环节（%(state)s），没有重复办理。请刷新后查看。")
            % {"name": closed.closed_by.name, "state": closed.get_state_display()}
        )
    raise Refusal(_("页面打开之后，评审已进入另一环节。没有办理；请刷新后再看。"))


def in_work(desk: Desk) -> ReviewStep:
    """The step in work; a check before has made sure that there is one."""
    assert desk.active is not None
    return desk.active


def written(text: str, *, needed: str = "", most: int = LONGEST) -> str:
    """What somebody typed, cleaned; Refusal when it is needed and missing, or too long."""
    text = text.replace("\x00", "").strip()
    if needed and not text:
        raise Refusal(needed)
    if len(text) > most:
        raise Refusal(_("文字最多%(n)s个字。") % {"n": most})
    return text


def award_of(desk: Desk) -> AwardedLevel:
    """The result of the review, locked."""
    award = AwardedLevel.objects.select_for_update(of=("self",)).filter(review=desk.review).first()
    if award is None:
        raise Refusal(_("还没有作出结论。"))
    return award


def upheld_since(award: AwardedLevel | None) -> bool:
    """Whether an objection was upheld after the level was decided, so that it must be decided anew."""
    return (
        award is not None
        and award.objections.filter(
            outcome=Objection.Outcome.UPHELD, answered_at__gte=award.decided_at
        ).exists()
    )
