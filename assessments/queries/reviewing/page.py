"""One review, for those who review: where it stands, what is the reader's turn, item by item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import AwardedLevel, Review, ReviewStep, ScoreSnapshot, SiteVisitItem
from assessments.permissions import reason
from assessments.queries.frame import said
from assessments.queries.reviewing.claims import Claim, claims_in
from assessments.queries.reviewing.desk import Desk
from assessments.queries.reviewing.parts import (
    award_line,
    doubts_of,
    identity_of,
    question_lines,
    upheld_in,
)
from assessments.queries.reviewing.people import candidates_for, eligible
from assessments.queries.reviewing.steps import Marked, marks_in, step_line, together
from assessments.queries.reviewing.values import (
    AwardLine,
    ByMarks,
    Candidate,
    Doubt,
    Identity,
    ItemLine,
    Marks,
    QuestionLine,
    StepLine,
    Tools,
    VisitLine,
)
from assessments.queries.verification.lensed import Lensed, decisions_of
from assessments.queries.verification.lensed import of as lensed_of
from assessments.review_permissions import (
    check_can_assign,
    check_can_award,
    check_can_close,
    check_can_declare,
    check_can_give_notice,
    check_can_object,
    check_can_pass,
    check_can_publish,
    check_can_return,
    check_can_review,
    check_can_revoke,
)
from engine.rubric.values import Rubric
from engine.scoring.formats import answers_from_json
from engine.scoring.whatif import Switch, score_with
from rubrics.queries import get_rubric, rubric_under


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """``step``: the step in work. ``recommended``: the level the next person would start from."""

    identity: Identity
    step: StepLine | None
    steps: tuple[StepLine, ...]
    items: tuple[ItemLine, ...]
    questions: tuple[QuestionLine, ...]
    visits: tuple[VisitLine, ...]
    award: AwardLine | None
    doubts: tuple[Doubt, ...]
    by_marks: ByMarks | None
    claims: int
    mine: Marks
    declared: bool
    assigned: bool
    candidates: tuple[Candidate, ...]
    recommended: int
    tools: Tools
    conflict: str
    notice_days: int
    today: date
    search_edition: str
    organisation_name: str

    @property
    def levels(self) -> tuple[int, ...]:
        """Levels that may be recommended or awarded, the claimed one first."""
        return tuple(range(self.identity.level, -1, -1))

    @property
    def next_item(self) -> str:
        """The first item with clauses the reader has not marked; empty when everything was looked at."""
        return next((one.code for one in self.items if one.mine < one.claims), "")

    @property
    def asked(self) -> int:
        return sum(one.waits_for == "hospital" for one in self.questions)

    @property
    def answered(self) -> int:
        return sum(one.waits_for == "reviewer" for one in self.questions)


def review_page(desk: Desk) -> ReviewPage:
    """Sixteen queries at most beside the desk, whatever was marked or asked: levels frozen, snapshot with
    its run, decisions, marks, questions (2), visits, result (2), doubts, people who may review, and for the
    office's manager those of them who are free (5)."""
    review = desk.review
    rubric = get_rubric(review.assessment.edition)
    found = lensed_for(review)
    claims = claims_in(rubric, snapshot_of(found))
    award = award_line(desk)
    questions = question_lines(desk, rubric)
    visits = visit_lines(review)
    marked = marks_in(review)
    people = eligible(desk.active) if desk.active is not None else {}
    steps = tuple(step_line(desk, step, marked, working=frozenset(people)) for step in desk.steps)
    doubts = doubts_of(review, rubric, named=True)
    tools = tools_of(desk, award, questions, visits)
    return ReviewPage(
        identity=identity_of(review, rubric),
        step=next((one for one in steps if one.state == ReviewStep.State.ACTIVE), None),
        steps=steps,
        items=_items(desk, rubric, found, claims, marked, questions),
        questions=questions,
        visits=visits,
        award=award,
        doubts=doubts,
        by_marks=_by_marks(found, doubts),
        claims=len(claims),
        mine=together(marked, by=desk.user.pk, step=desk.active.pk if desk.active else None),
        declared=desk.mine is not None and desk.mine.declared_at is not None,
        assigned=desk.mine is not None,
        candidates=() if tools.assign else candidates_for(desk, people),
        recommended=next(
            (step.level for step in reversed(desk.steps) if step.level is not None), review.snapshot.level
        ),
        tools=tools,
        conflict=desk.conflict,
        notice_days=review.scheme.notice_days if review.scheme else 7,
        today=timezone.localdate(),
        search_edition=review.assessment.edition.key,
        organisation_name=review.assessment.hospital.label,
    )


def lensed_for(review: Review) -> Lensed:
    """The four lenses over the submission that is reviewed, under its own flags, with the decisions in
    force. Two queries."""
    snapshot = ScoreSnapshot.objects.select_related("run", "confirmation").get(pk=review.snapshot_id)
    rubric = rubric_under(review.assessment.edition, snapshot.confirmation)
    answers = answers_from_json(rubric, snapshot.answers)
    return lensed_of(rubric, answers, snapshot.run, decisions_of(review.assessment), snapshot)


def snapshot_of(found: Lensed) -> ScoreSnapshot:
    assert found.snapshot is not None  # lensed_for
    return found.snapshot


def _items(
    desk: Desk,
    rubric: Rubric,
    found: Lensed,
    claims: Sequence[Claim],
    marked: Marked,
    questions: Sequence[QuestionLine],
) -> tuple[ItemLine, ...]:
    claimed = Counter(claim.item for claim in claims)
    asked = Counter(one.item for one in questions if one.waits_for != "nobody")
    counted = found.run is not None
    lines = []
    for item in rubric.items:
        span = found.lenses.spans[item.code]
        lines.append(
            ItemLine(
                code=item.code,
                name=said(item.name),
                level=span.levels["claimed"],
                verified=span.levels["strict"] if counted else None,
                claims=claimed[item.code],
                refuted=len(span.refuted),
                not_verified=len(span.not_verified),
                marks=together(marked, item=item.code),
                mine=together(
                    marked, by=desk.user.pk, step=desk.active.pk if desk.active else None, item=item.code
                ).all,
                questions=asked[item.code],
            )
        )
    return tuple(lines)


def _by_marks(found: Lensed, doubts: Sequence[Doubt]) -> ByMarks | None:
    """What the scorer says when clauses somebody disagreed with count as not met; None without any."""
    against = {one.clause for one in doubts if one.mark == "disagree"}
    if not against:
        return None
    card = score_with(found.rubric, found.lenses.claimed, switches_for(against))
    return ByMarks(card.level, card.total, len(against))


def switches_for(clauses: Collection[str]) -> list[Switch]:
    """Clauses as switches of the engine: each of them not met."""
    found = []
    for code in sorted(clauses):
        item, level, n = code[:5], int(code[6]), int(code.rpartition("-")[2])
        found.append(Switch(item, clause=(level, n), state="not_met"))
    return found


def visit_lines(review: Review) -> tuple[VisitLine, ...]:
    """Newest first. One query."""
    verdict = SiteVisitItem.Verdict
    rows = (
        review.visits.select_related("made_by")
        .annotate(
            clauses=Count("items"),
            still_open=Count("items", filter=Q(items__verdict=verdict.OPEN)),
            held=Count("items", filter=Q(items__verdict=verdict.SUPPORTED)),
            failed=Count("items", filter=Q(items__verdict=verdict.REFUTED)),
            unseen=Count("items", filter=Q(items__verdict=verdict.NOT_SEEN)),
        )
        .order_by("-visited_on", "-pk")
    )
    return tuple(
        VisitLine(
            id=row.pk,
            visited_on=row.visited_on,
            seed=row.seed,
            source=row.get_drawn_from_display(),
            population=row.population,
            size=row.sample_size,
            clauses=row.clauses,
            open=row.still_open,
            supported=row.held,
            refuted=row.failed,
            not_seen=row.unseen,
            finished_at=row.finished_at,
            by=row.made_by.name,
        )
        for row in rows
    )


def tools_of(
    desk: Desk, award: AwardLine | None, questions: Sequence[QuestionLine], visits: Sequence[VisitLine]
) -> Tools:
    """What the reader may do now; the same checks as in the actions, from what the page has read. No query."""
    upheld = upheld_in(award)
    row = AwardedLevel(published_at=award.published_at, revoked_at=award.revoked_at) if award else None
    today = timezone.localdate()
    scheme = desk.review.scheme
    over = award is not None and (
        today > award.notice_until
        if award.notice_until is not None
        else scheme is not None and scheme.notice_days == 0
    )
    nothing = _("还没有作出结论。")
    return Tools(
        assign=reason(check_can_assign, desk),
        declare=reason(check_can_declare, desk),
        work=reason(check_can_review, desk),
        close=reason(check_can_close, desk),
        returning=reason(check_can_return, desk),
        passing=reason(
            check_can_pass,
            desk,
            open_questions=sum(one.waits_for != "nobody" for one in questions),
            visit_finished=any(one.finished_at is not None for one in visits),
        ),
        award=reason(check_can_award, desk, upheld=upheld),
        notice=reason(check_can_give_notice, desk, upheld=upheld) if row else nothing,
        publish=reason(
            check_can_publish,
            desk,
            row,
            over=over,
            open_objections=award.open_objections if award else 0,
            upheld=upheld,
        )
        if row
        else nothing,
        revoke=reason(check_can_revoke, desk, row) if row else nothing,
        objecting=reason(check_can_object, desk, row),
    )
