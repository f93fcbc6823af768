"""The result: the level decided, its public notice, publication, and revocation."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.lifecycle import locked_assessment, move
from assessments.actions.reviewing.held import award_of, held_desk, upheld_since, written
from assessments.actions.reviewing.telling import day, tell_hospital
from assessments.models import Assessment, AwardedLevel, Objection, Review
from assessments.queries.reviewing.desk import Desk
from assessments.queries.reviewing.schemes_in_force import year_of
from assessments.review_permissions import (
    check_can_award,
    check_can_give_notice,
    check_can_publish,
    check_can_revoke,
)
from assessments.trail import record_work
from hospitals.refusals import Refusal

State = Review.State
LONGEST_NOTICE = 90  # days


@transaction.atomic
def decide_award(*, by: User, review: Review, level: int, note: str = "") -> AwardedLevel:
    """Decide the level after every step was passed; the assessment counts as accepted from now on.

    No higher than claimed; other than the last step recommends it needs a note. After an objection was
    upheld the same verb decides anew, and the result gets a new public notice.
    """
    assessment = locked_assessment(review.assessment)
    desk = held_desk(review, by)
    held = desk.review
    award = AwardedLevel.objects.select_for_update(of=("self",)).filter(review=held).first()
    check_can_award(desk, upheld=upheld_since(award))
    if not 0 <= level <= held.snapshot.level:
        raise Refusal(_("评定的级别不能高于申报的%(level)s级。") % {"level": held.snapshot.level})
    differs = level != recommended(desk)
    note = written(
        note,
        needed=_("评定的级别与评审建议不同，请写明理由。")
        if differs
        else _("重新作结论，请写明理由。")
        if award is not None
        else "",
    )
    before = award.level if award is not None else None
    award = _written_award(award, desk, by, level, note)
    held.state = State.DECIDED
    held.save(update_fields=["state"])
    if assessment.status == Assessment.Status.SUBMITTED:
        move(assessment, Assessment.Status.ACCEPTED, by, note)
    record_work(
        verb="award.decided",
        by=by,
        assessment=assessment,
        facts={
            "level": level,
            "claimed": held.snapshot.level,
            "year": award.year,
            **({"before": before} if before is not None else {}),
            **({"reason": note} if note else {}),
        },
    )
    tell_hospital(held, "award.decided", level=level)
    return award


def recommended(desk: Desk) -> int:
    """The level the last step recommends; as claimed before any step was closed."""
    levels = [step.level for step in desk.steps if step.level is not None]
    return levels[-1] if levels else desk.review.snapshot.level


def _written_award(award: AwardedLevel | None, desk: Desk, by: User, level: int, note: str) -> AwardedLevel:
    held = desk.review
    made = award or AwardedLevel(
        hospital=held.assessment.hospital,
        edition=held.assessment.edition,
        year=held.scheme.year if held.scheme is not None else year_of(held.assessment),
        source=AwardedLevel.Source.REVIEW,
        review=held,
    )
    made.level, made.note, made.decided_by, made.decided_at = level, note, by, timezone.now()
    made.total = held.snapshot.total if level == held.snapshot.level else None
    made.notice_from = made.notice_until = None
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as twice:
        raise Refusal(
            _("该院%(year)s年度按本标准已有评定结果。请先撤销原结果，再作结论。") % {"year": made.year}
        ) from twice
    return made


@transaction.atomic
def give_notice(*, by: User, review: Review, days: int, starts_on: date | None = None) -> AwardedLevel:
    """Open the public notice: ``days`` days, the first and the last counted, from today or a day to come."""
    desk = held_desk(review, by)
    award = award_of(desk)
    check_can_give_notice(desk, upheld=upheld_since(award))
    starts_on = starts_on or timezone.localdate()
    if starts_on < timezone.localdate():
        raise Refusal(_("公示不能从过去的日期开始。"))
    if not 1 <= days <= LONGEST_NOTICE:
        raise Refusal(_("公示期为1至%(most)s天。") % {"most": LONGEST_NOTICE})
    award.notice_from, award.notice_until = starts_on, starts_on + timedelta(days=days - 1)
    award.save(update_fields=["notice_from", "notice_until"])
    _move_review(desk.review, State.NOTICE)
    record_work(
        verb="award.notice-given",
        by=by,
        assessment=desk.review.assessment,
        facts={
            "level": award.level,
            "from": award.notice_from.isoformat(),
            "until": award.notice_until.isoformat(),
        },
    )
    told = {"from": day(award.notice_from), "until": day(award.notice_until)}
    tell_hospital(desk.review, "award.notice-given", level=award.level, **told)
    return award


@transaction.atomic
def publish_award(*, by: User, review: Review) -> AwardedLevel:
    """Publish the result once the notice is over and every objection is answered; from now on it counts.

    How long it holds and when it is to be checked again comes from the scheme; left open there, it
    stays open here.
    """
    desk = held_desk(review, by)
    award = award_of(desk)
    today = timezone.localdate()
    check_can_publish(
        desk,
        award,
        over=notice_is_over(desk, award, today),
        open_objections=award.objections.filter(outcome=Objection.Outcome.OPEN).count(),
        upheld=upheld_since(award),
    )
    scheme = desk.review.scheme
    award.published_at = timezone.now()
    award.valid_until = months_later(today, scheme.valid_months) if scheme else None
    award.recheck_due = months_later(today, scheme.recheck_months) if scheme else None
    award.save(update_fields=["published_at", "valid_until", "recheck_due"])
    _move_review(desk.review, State.FINAL)
    record_work(
        verb="award.published",
        by=by,
        assessment=desk.review.assessment,
        facts={
            "level": award.level,
            "year": award.year,
            **({"until": award.valid_until.isoformat()} if award.valid_until else {}),
        },
    )
    tell_hospital(desk.review, "award.published", level=award.level, year=award.year)
    return award


def notice_is_over(desk: Desk, award: AwardedLevel, today: date) -> bool:
    """After the last day of the notice; at once where the scheme asks for no notice."""
    if award.notice_until is not None:
        return today > award.notice_until
    scheme = desk.review.scheme
    return scheme is not None and scheme.notice_days == 0


@transaction.atomic
def revoke_award(*, by: User, review: Review, reason: str) -> AwardedLevel:
    """Take the result back, before or after publication; the reason stays with it for good."""
    desk = held_desk(review, by)
    award = award_of(desk)
    check_can_revoke(desk, award)
    reason = written(reason, needed=_("撤销需要写明理由。"))
    award.revoked_at, award.revocation_reason = timezone.now(), reason
    award.save(update_fields=["revoked_at", "revocation_reason"])
    _move_review(desk.review, State.REVOKED)
    record_work(
        verb="award.revoked",
        by=by,
        assessment=desk.review.assessment,
        facts={"level": award.level, "year": award.year, "reason": reason},
    )
    tell_hospital(desk.review, "award.revoked", reason=reason)
    return award


def months_later(day: date, months: int | None) -> date | None:
    """The same day so many months on, or the last one of that month."""
    if months is None:
        return None
    at = day.month - 1 + months
    year, month = day.year + at // 12, at % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _move_review(review: Review, state: str) -> None:
    review.state = state
    review.closed_at = timezone.now() if state in (State.FINAL, State.REVOKED) else None
    review.save(update_fields=["state", "closed_at"])
