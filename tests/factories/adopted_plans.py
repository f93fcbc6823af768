"""Plans for tests: adopted by an action from whatever the assessment says."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from assessments.actions.planning import adopt_plan, change_draft
from assessments.actions.planning.changes import Change
from assessments.models import AdoptedPlan, Assessment
from assessments.queries.planning.ground import Ground, ground_of
from engine.rubric.values import Rubric
from rubrics.queries import get_rubric
from tests.factories.assessments import all_met, make_answer


def partly_answered(assessment: Assessment, *, lacking: int = 4, up_to: int | None = None) -> Rubric:
    """Everything met up to the target, but for the first ``lacking`` items, which stand a level lower: a plan of a
    few tasks, made in milliseconds."""
    rubric = get_rubric(assessment.edition)
    up_to = up_to or assessment.target_level
    for base in rubric.statistical_bases:
        assessment.base_figures.update_or_create(key=base.key, defaults={"value": 1000, "version": 1})
    for place, item in enumerate(rubric.items):
        highest = up_to - 1 if place < lacking else up_to
        levels = [level for level in item.asked_levels if level.level <= up_to]
        make_answer(
            assessment,
            item.code,
            clauses=all_met(rubric, item.code, highest),
            in_use=True if item.application.kind == "implemented" else None,
            numerators={str(level.level): 900 for level in levels}
            if item.application.kind == "ratio"
            else {},
            data_quality={str(level.level): "0.90" for level in levels if level.has_index},
        )
    return rubric


def decide(assessment: Assessment, by: User, what: str, **fields: Any) -> Ground:
    """One decision about the draft; the ground as it is then."""
    change_draft(by=by, assessment=assessment, change=Change(what, **fields))
    return ground_of(assessment)


def make_adopted(assessment: Assessment, by: User, **fields: Any) -> AdoptedPlan:
    """Adopted as a person with the page open would."""
    return adopt_plan(by=by, assessment=assessment, seen=ground_of(assessment).mark(), **fields)
