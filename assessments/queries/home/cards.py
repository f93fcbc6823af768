"""Assessments of hospitals with their level, what blocks the next one, and how far the answers are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, F, IntegerField, QuerySet, Value, When

from assessments.models import Assessment, BaseFigure, ItemAnswer, OverallAnswer, ScoreSnapshot
from assessments.permissions import answers_everything
from assessments.queries.answers import compose
from assessments.queries.progress import Share, clauses_by_item, together
from assessments.queries.results import Result, live_result, newest_snapshots
from assessments.queries.verification.span_chip import SpanChip, chip_of, with_last_check
from engine.rubric.values import Rubric
from engine.scoring.card import CountGate, LevelResult, ScoreCard, TotalGate
from engine.scoring.card_json import card_from_json
from hospitals import access
from hospitals.access import Person, Role


@dataclass(frozen=True, slots=True)
class Blocker:
    """A gate of the next level that does not hold: basic, optional or total."""

    kind: str
    have: int | Decimal
    need: int | Decimal

    @property
    def missing(self) -> int | Decimal:
        return self.need - self.have


@dataclass(frozen=True, slots=True)
class AssessmentCard:
    """``next_level`` is the first one not reached, with the gates that hold it back; None at the top.

    ``verified`` is the provisional level frozen with the submission, None as long as nothing was;
    ``span`` says the same at length, and when an open one was checked last. ``clauses``: only while answers may change.
    """

    public_id: str
    title: str
    hospital: str
    edition: str
    edition_key: str
    official: bool
    confirmed: bool
    status: str
    window: tuple[date, date] | None
    due_on: date | None
    days_left: int | None
    target: int
    top: int
    level: int
    verified: int | None
    span: SpanChip
    total: Decimal
    clauses: Share | None
    next_level: int | None
    blockers: tuple[Blocker, ...]
    levels: tuple[LevelResult, ...]
    answers: bool

    @property
    def days_over(self) -> int:
        return max(0, -(self.days_left or 0))

    @property
    def reaches_target(self) -> bool:
        return self.level >= self.target


def pressing_assessments(user: Person, hospitals: Collection[int], most: int) -> list[Assessment]:
    """Open ones first, the most pressing on top; then what was handed in; then the archive. One more
    than is shown, to know whether there are more."""
    rank = Case(
        When(status__in=Assessment.OPEN, then=Value(0)),
        When(status=Assessment.Status.ARCHIVED, then=Value(2)),
        default=Value(1),
        output_field=IntegerField(),
    )
    found: QuerySet[Assessment] = (
        Assessment.objects.visible_to(user)
        .filter(hospital_id__in=hospitals)
        .select_related("hospital", "edition")
        .annotate(rank=rank)
        .order_by("rank", F("due_on").asc(nulls_last=True), "-window_to", "edition__key", "-id")
    )
    return list(with_last_check(found)[: most + 1])


def is_in_progress(assessment: Assessment) -> bool:
    """Somebody still has to do something: the hospital answers, or the bureau decides."""
    return assessment.is_open or assessment.status == Assessment.Status.SUBMITTED


def cards_for(
    user: Person,
    shown: Sequence[Assessment],
    rubrics: Mapping[int, Rubric],
    today: date,
    *,
    gates_of: Collection[int],
) -> dict[int, AssessmentCard]:
    """By number of the assessment. Four queries: snapshots of what was handed in; rows, figures and
    confirmations of the rest.

    A frozen card is read only for the assessments in ``gates_of``; of the others the level and the
    total, which the snapshot has in columns of its own.
    """
    frozen = newest_snapshots([assessment for assessment in shown if not assessment.is_open])
    live = [assessment for assessment in shown if assessment.pk not in frozen]
    results, shares = _live(live, rubrics)
    cards = {pk: card_from_json(snapshot.card) for pk, snapshot in frozen.items() if pk in gates_of}
    cards |= {pk: result.card for pk, result in results.items()}
    return {
        assessment.pk: _card(
            user,
            assessment,
            rubrics[assessment.edition_id],
            cards.get(assessment.pk) or frozen[assessment.pk],
            chip_of(frozen.get(assessment.pk), getattr(assessment, "checked_at", None)),
            shares.get(assessment.pk),
            today,
        )
        for assessment in shown
    }


def _live(
    assessments: Sequence[Assessment], rubrics: Mapping[int, Rubric]
) -> tuple[dict[int, Result], dict[int, Share]]:
    """Score and progress from the same rows."""
    rows: dict[int, dict[str, ItemAnswer]] = defaultdict(dict)
    for row in ItemAnswer.objects.filter(assessment__in=assessments).defer("note"):
        rows[row.assessment_id][row.item_code] = row
    bases: dict[int, dict[str, int]] = defaultdict(dict)
    for figure in BaseFigure.objects.filter(assessment__in=assessments).only("assessment_id", "key", "value"):
        if figure.value is not None:
            bases[figure.assessment_id][figure.key] = figure.value
    overall: dict[int, list[OverallAnswer]] = defaultdict(list)
    for confirmed in OverallAnswer.objects.filter(assessment__in=assessments):
        overall[confirmed.assessment_id].append(confirmed)
    results, shares = {}, {}
    for assessment in assessments:
        pk, rubric = assessment.pk, rubrics[assessment.edition_id]
        answers = compose(rubric, assessment, rows[pk].values(), bases[pk], overall[pk])
        results[pk] = live_result(rubric, answers)
        shares[pk] = together(clauses_by_item(rubric, rows[pk], assessment.target_level).values())
    return results, shares


def _card(
    user: Person,
    assessment: Assessment,
    rubric: Rubric,
    found: ScoreCard | ScoreSnapshot,
    span: SpanChip,
    share: Share | None,
    today: date,
) -> AssessmentCard:
    levels = found.levels if isinstance(found, ScoreCard) else ()
    blocking = next((result for result in levels if not result.reached), None)
    return AssessmentCard(
        public_id=str(assessment.public_id),
        title=assessment.title,
        hospital=assessment.hospital.label,
        edition=assessment.edition.title,
        edition_key=rubric.id,
        official=rubric.official,
        confirmed=all(level.category_confirmed for item in rubric.items for level in item.asked_levels),
        status=assessment.status,
        window=(assessment.window_from, assessment.window_to)
        if assessment.window_from and assessment.window_to
        else None,
        due_on=assessment.due_on,
        days_left=(assessment.due_on - today).days if assessment.due_on and assessment.is_open else None,
        target=assessment.target_level,
        top=rubric.top_level,
        level=found.level,
        verified=span.provisional,
        span=span,
        total=found.total,
        clauses=share if assessment.is_open else None,
        next_level=blocking.level if blocking else None,
        blockers=_blockers(blocking) if blocking else (),
        levels=levels,
        answers=assessment.is_open
        and (
            answers_everything(user, assessment)
            or access.holds(user, assessment.hospital_id, Role.CONTRIBUTOR)
        ),
    )


def _blockers(result: LevelResult) -> tuple[Blocker, ...]:
    basic, optional, total = result.gates.basic, result.gates.optional, result.gates.total
    gates: list[tuple[str, CountGate | TotalGate]] = [
        ("basic", basic),
        ("optional", optional),
        ("total", total),
    ]
    return tuple(Blocker(kind, gate.have, gate.need) for kind, gate in gates if not gate.holds)
