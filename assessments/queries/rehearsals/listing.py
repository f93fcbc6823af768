"""The rehearsals of an assessment, newest first, and what is needed to plan one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils import timezone

from assessments.models import Assessment, Rehearsal, RehearsalCase
from assessments.permissions import reason
from assessments.queries.frame import AssessmentFrame, read_frame, said
from assessments.queries.rehearsals.points import open_points
from assessments.queries.rehearsals.source import records_to_draw, source_of
from assessments.queries.rehearsals.tallies import Tally, tally
from assessments.queries.results import card_of
from assessments.rehearsal_permissions import check_can_plan
from hospitals.access import Person
from rubrics.queries import get_catalogue, get_rubric

DEFAULT_PER_ITEM = 10


@dataclass(frozen=True, slots=True)
class RehearsalLine:
    number: int
    title: str
    held_on: date
    state: str
    state_name: str
    items: int
    by: str
    tally: Tally
    open_points: int


@dataclass(frozen=True, slots=True)
class RehearsalsPage:
    frame: AssessmentFrame
    rehearsals: tuple[RehearsalLine, ...]
    why_not_plan: str
    open_points: int

    @property
    def drawing(self) -> bool:
        return any(line.state == Rehearsal.State.DRAWING for line in self.rehearsals)


def rehearsals_page(assessment: Assessment, user: Person) -> RehearsalsPage:
    """Five queries: frame (2), rehearsals, outcomes counted, open points counted."""
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    rows = RehearsalCase.objects.filter(rehearsal__assessment=assessment)
    for number, outcome, count in (
        rows.order_by().values_list("rehearsal__number", "outcome").annotate(count=Count("pk"))
    ):
        counted[number][outcome] = count
    points = dict(
        open_points(assessment)
        .order_by()
        .values_list("rehearsal__number")
        .annotate(count=Count("pk"))
        .values_list("rehearsal__number", "count")
    )
    return RehearsalsPage(
        frame=read_frame(assessment, user, get_rubric(assessment.edition)),
        rehearsals=tuple(
            RehearsalLine(
                number=one.number,
                title=one.label,
                held_on=one.held_on,
                state=one.state,
                state_name=one.get_state_display(),
                items=len(one.items),
                by=one.made_by.name,
                tally=tally(counted[one.number]),
                open_points=points.get(one.number, 0),
            )
            for one in assessment.rehearsals.select_related("made_by")
        ),
        why_not_plan=reason(check_can_plan, user, assessment),
        open_points=sum(points.values()),
    )


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """``records``: what would be drawn; empty: cases of this item are typed by hand."""

    code: str
    name: str
    claimed: int
    chosen: bool
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleChoice:
    code: str
    name: str
    items: tuple[ItemChoice, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was sent, so that nothing has to be typed twice."""

    title: str = ""
    held_on: str = ""
    per_item: str = ""
    seed: str = ""
    items: frozenset[str] | None = None  # None: the proposal
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class PlanPage:
    """``run``: number of the run that is drawn from, None: nothing can be drawn and ``why_not_draw`` says why."""

    frame: AssessmentFrame
    roles: tuple[RoleChoice, ...]
    chosen: int
    run: int | None
    partly: bool
    why_not_draw: str
    typed: Typed
    problem: str


def plan_page(
    assessment: Assessment, user: Person, *, typed: Typed | None = None, problem: str = ""
) -> PlanPage:
    """At most eight queries: frame (2), the claimed card (4 live, 1 frozen), the run and its bundles.

    Proposed are the items whose claimed function level reaches the target.
    """
    rubric = get_rubric(assessment.edition)
    catalogue = get_catalogue()
    levels = {code: item.function_level for code, item in card_of(assessment).items.items()}
    asked = typed or Typed(held_on=timezone.localdate().isoformat(), per_item=str(DEFAULT_PER_ITEM))
    proposed = asked.items
    if proposed is None:
        proposed = frozenset(code for code, level in levels.items() if level >= assessment.target_level)
    roles = tuple(
        RoleChoice(
            role.code,
            said(role.name),
            tuple(
                ItemChoice(
                    code=item.code,
                    name=said(item.name),
                    claimed=levels.get(item.code, 0),
                    chosen=item.code in proposed,
                    records=tuple(
                        said(catalogue.records[record].label)
                        for record in records_to_draw(catalogue, rubric.id, item.code)
                    ),
                )
                for item in rubric.items_of(role.code)
            ),
        )
        for role in rubric.roles
    )
    source = source_of(assessment)
    return PlanPage(
        frame=read_frame(assessment, user, rubric),
        roles=roles,
        chosen=sum(item.chosen for role in roles for item in role.items),
        run=source.run.number if source.run else None,
        partly=source.partly,
        why_not_draw=source.why_not,
        typed=asked,
        problem=problem,
    )
