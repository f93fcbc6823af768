"""What is needed to put something into the ledger: the list of proposals, and the form for one typed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from assessments.models import Assessment, LedgerEntry
from assessments.queries.assigning import people_who_answer
from assessments.queries.frame import AssessmentFrame, read_frame, said
from assessments.queries.ledger.listing import departments_of_hospital
from assessments.queries.ledger.proposals import Proposal, proposals_of
from assessments.queries.panels import Mentionable
from hospitals.access import Person
from rubrics.queries import get_rubric


@dataclass(frozen=True, slots=True)
class ProposalLine:
    key: str
    item: str
    item_name: str
    level: int | None
    clause: str
    wrong: str
    department: str
    person: str
    ticked: bool
    again: int | None


@dataclass(frozen=True, slots=True)
class ProposalGroup:
    source: str
    name: str
    lines: tuple[ProposalLine, ...]


@dataclass(frozen=True, slots=True)
class ProposalsPage:
    frame: AssessmentFrame
    groups: tuple[ProposalGroup, ...]
    count: int
    due_on: str
    problem: str


def proposals_page(
    assessment: Assessment,
    user: Person,
    *,
    ticked: frozenset[str] | None = None,
    due_on: str = "",
    problem: str = "",
) -> ProposalsPage:
    """The queries of ``proposals_of`` and the frame (2). ``ticked`` None: what is proposed."""
    rubric = get_rubric(assessment.edition)
    found = proposals_of(assessment)
    names = {item.code: said(item.name) for item in rubric.items}
    return ProposalsPage(
        frame=read_frame(assessment, user, rubric),
        groups=tuple(
            ProposalGroup(source.value, str(source.label), lines)
            for source in LedgerEntry.Source
            if (lines := _lines([one for one in found if one.source == source], names, ticked))
        ),
        count=len(found),
        due_on=due_on or (assessment.due_on.isoformat() if assessment.due_on and not problem else ""),
        problem=problem,
    )


def _lines(
    found: Sequence[Proposal], names: dict[str, str], ticked: frozenset[str] | None
) -> tuple[ProposalLine, ...]:
    return tuple(
        ProposalLine(
            key=one.key,
            item=one.item,
            item_name=names.get(one.item, ""),
            level=one.level,
            clause=one.clause,
            wrong=one.wrong,
            department=one.department,
            person=one.person,
            ticked=one.ticked if ticked is None else one.key in ticked,
            again=one.again,
        )
        for one in found
    )


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was sent, so that nothing has to be typed twice."""

    NAMES: ClassVar[tuple[str, ...]] = ("wrong", "item", "clause", "department", "person", "due_on")

    wrong: str = ""
    item: str = ""
    clause: str = ""
    department: str = ""
    person: str = ""
    due_on: str = ""


@dataclass(frozen=True, slots=True)
class NewEntryPage:
    frame: AssessmentFrame
    typed: Typed
    items: tuple[tuple[str, str], ...]
    departments: tuple[tuple[str, str], ...]
    people: tuple[Mentionable, ...]
    problem: str


def new_entry_page(assessment: Assessment, user: Person, typed: Typed, *, problem: str = "") -> NewEntryPage:
    """Four queries: frame (2), departments, people."""
    rubric = get_rubric(assessment.edition)
    return NewEntryPage(
        frame=read_frame(assessment, user, rubric),
        typed=typed,
        items=tuple((item.code, said(item.name)) for item in rubric.items),
        departments=departments_of_hospital(assessment),
        people=people_who_answer(assessment),
        problem=problem,
    )
