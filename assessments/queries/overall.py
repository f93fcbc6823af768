"""Overall requirements of the hospital levels, with what was confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assessments.models import Assessment
from assessments.permissions import check_can_confirm_overall, reason
from assessments.queries.frame import AssessmentFrame, read_frame, said
from hospitals.access import Person
from rubrics.queries import get_rubric


@dataclass(frozen=True, slots=True)
class Statement:
    path: str  # "overall.3.1"
    n: int
    text: str
    state: str  # met | not_met | not_answered
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class OverallLevel:
    level: int
    name: str
    wanted: bool  # at or below the target
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class OverallPage:
    frame: AssessmentFrame
    levels: tuple[OverallLevel, ...]
    confirmed: int
    asked: int
    can_confirm: bool
    why_not: str
    organisation_name: str
    search_edition: str


def overall_page(assessment: Assessment, user: Person) -> OverallPage:
    """Four queries: flags in force, confirmations with people, and the two of the frame."""
    rubric = get_rubric(assessment.edition)
    rows = {(row.level, row.n): row for row in assessment.overall_answers.select_related("updated_by")}
    levels = []
    for level in rubric.levels:
        if level.level == 0 or not level.overall:
            continue
        statements = []
        for n, text in enumerate(level.overall, start=1):
            row = rows.get((level.level, n))
            statements.append(
                Statement(
                    path=f"overall.{level.level}.{n}",
                    n=n,
                    text=said(text),
                    state=row.state if row else "not_answered",
                    by=str(row.updated_by or "") if row else "",
                    at=row.updated_at if row else None,
                )
            )
        levels.append(
            OverallLevel(
                level.level, said(level.name), level.level <= assessment.target_level, tuple(statements)
            )
        )
    wanted = [statement for level in levels if level.wanted for statement in level.statements]
    why_not = reason(check_can_confirm_overall, user, assessment)
    return OverallPage(
        frame=read_frame(assessment, user, rubric),
        levels=tuple(levels),
        confirmed=sum(statement.state != "not_answered" for statement in wanted),
        asked=len(wanted),
        can_confirm=not why_not,
        why_not=why_not,
        organisation_name=assessment.hospital.label,
        search_edition=rubric.id,
    )
