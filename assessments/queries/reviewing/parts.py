"""Parts of a review's pages that its reviewers and its hospital both read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import AwardedLevel, Objection, Review, ReviewMark, ReviewMessage, ReviewStep
from assessments.permissions import reason
from assessments.queries.frame import said
from assessments.queries.reviewing.desk import Desk
from assessments.queries.reviewing.values import (
    AwardLine,
    Doubt,
    Identity,
    MessageLine,
    ObjectionLine,
    QuestionLine,
)
from assessments.queries.verification.span_chip import FROZEN, chip_of
from assessments.review_permissions import check_can_close_question, check_can_write
from engine.rubric.values import Rubric


def identity_of(review: Review, rubric: Rubric) -> Identity:
    """One query: the levels frozen with the submission."""
    assessment, snapshot = review.assessment, review.snapshot
    frozen = type(snapshot).objects.filter(pk=snapshot.pk).annotate(**FROZEN).only("pk").first()
    return Identity(
        public_id=str(review.public_id),
        assessment=str(assessment.public_id),
        hospital=assessment.hospital.label,
        grade=assessment.hospital.get_grade_display(),
        title=assessment.title,
        edition=assessment.edition.title,
        edition_key=assessment.edition.key,
        edition_slug=assessment.edition.slug,
        snapshot=snapshot.number,
        level=snapshot.level,
        target=assessment.target_level,
        top=rubric.top_level,
        total=snapshot.total,
        span=chip_of(frozen),
        submitted_at=snapshot.taken_at,
        state=review.state,
        state_name=review.get_state_display(),
        bureau=review.scheme.bureau.label if review.scheme else "",
        year=review.scheme.year if review.scheme else None,
        opened_at=review.opened_at,
        closed_at=review.closed_at,
    )


def question_lines(desk: Desk, rubric: Rubric, *, item: str = "") -> tuple[QuestionLine, ...]:
    """Threads, those that wait first; of one item when a code is given. Two queries."""
    found = desk.review.questions.prefetch_related(
        Prefetch("messages", ReviewMessage.objects.select_related("by").order_by("id"))
    )
    if item:
        found = found.filter(item_code=item)
    today = timezone.localdate()
    lines = []
    for question in found:
        messages = list(question.messages.all())
        waits_for = "nobody"
        if question.closed_at is None:
            waits_for = "reviewer" if messages and messages[-1].from_hospital else "hospital"
        lines.append(
            QuestionLine(
                id=question.pk,
                item=question.item_code,
                clause=question.clause_code,
                about=_about(rubric, question.item_code, question.clause_code),
                due_on=question.answer_due_on,
                overdue=waits_for == "hospital"
                and question.answer_due_on is not None
                and question.answer_due_on < today,
                waits_for=waits_for,
                messages=tuple(_message(desk, message) for message in messages),
                why_not_write=reason(check_can_write, desk, question),
                why_not_close=reason(check_can_close_question, desk, question),
            )
        )
    order = {"reviewer": 0, "hospital": 1, "nobody": 2}
    if desk.staff:
        order = {"hospital": 0, "reviewer": 1, "nobody": 2}
    return tuple(sorted(lines, key=lambda line: (order[line.waits_for], line.due_on or date.max, line.id)))


def _about(rubric: Rubric, item: str, clause: str) -> str:
    found = rubric.by_code.get(item)
    if found is None:
        return _("整份自评")
    return f"{clause or item} {said(found.name)}"


def _message(desk: Desk, message: ReviewMessage) -> MessageLine:
    """The hospital reads the office, its own people by name; reviewers read everybody's name."""
    if message.from_hospital:
        by = f"{message.by.name} · {desk.review.assessment.hospital.label}"
    elif desk.outside and not is_disclosed(desk):
        by = _("评审方")
    else:
        by = message.by.name
    return MessageLine(by, message.from_hospital, message.text, message.at)


def award_line(desk: Desk) -> AwardLine | None:
    """Two queries: the result with who decided, its objections."""
    award = AwardedLevel.objects.select_related("decided_by").filter(review=desk.review).first()
    if award is None:
        return None
    left = (award.notice_until - timezone.localdate()).days if award.notice_until else None
    return AwardLine(
        level=award.level,
        claimed=desk.review.snapshot.level,
        total=award.total,
        year=award.year,
        note=award.note,
        decided_by=award.decided_by.name,
        decided_at=award.decided_at,
        notice_from=award.notice_from,
        notice_until=award.notice_until,
        days_left=left,
        published_at=award.published_at,
        valid_until=award.valid_until,
        recheck_due=award.recheck_due,
        revoked_at=award.revoked_at,
        revocation_reason=award.revocation_reason,
        objections=tuple(_objection(row) for row in award.objections.select_related("answered_by")),
    )


def _objection(row: Objection) -> ObjectionLine:
    return ObjectionLine(
        id=row.pk,
        from_whom=row.from_whom,
        filed_on=row.filed_on,
        text=row.text,
        outcome=row.outcome,
        outcome_name=row.get_outcome_display(),
        answer=row.answer,
        answered_by=row.answered_by.name if row.answered_by else "",
        answered_at=row.answered_at,
    )


def upheld_in(award: AwardLine | None) -> bool:
    """Whether an objection was upheld after the decision: the same rule as in the actions, without a query."""
    return award is not None and any(
        one.outcome == Objection.Outcome.UPHELD
        and one.answered_at is not None
        and one.answered_at >= award.decided_at
        for one in award.objections
    )


def doubts_of(review: Review, rubric: Rubric, *, named: bool) -> tuple[Doubt, ...]:
    """Clauses that were doubted, in the rubric's order. One query. ``named``: with who said so."""
    rows = (
        ReviewMark.objects.filter(step__review=review)
        .exclude(mark=ReviewMark.Mark.AGREE)
        .select_related("by")
        .order_by("clause_code", "id")
    )
    texts = clause_texts(rubric)
    return tuple(
        Doubt(
            item=row.item_code,
            clause=row.clause_code,
            text=texts.get(row.clause_code, ""),
            mark=row.mark,
            mark_name=row.get_mark_display(),
            reason=row.reason,
            by=row.by.name if named else "",
        )
        for row in rows
    )


def clause_texts(rubric: Rubric) -> Mapping[str, str]:
    """Code of every clause -> its text in the language of the request."""
    return {
        f"{item.code}.{entry.level}-{clause.n}": said(clause.text)
        for item in rubric.items
        for entry in item.asked_levels
        for clause in entry.clauses
    }


def is_disclosed(desk: Desk) -> bool:
    """Whether the hospital may read opinions, doubts and names: something was decided on the submission."""
    return desk.review.state not in (
        Review.State.REVIEWING,
        Review.State.WITHDRAWN,
        Review.State.OVERTAKEN,
    ) or any(step.state == ReviewStep.State.RETURNED for step in desk.steps)
