"""The planning page put together. No query."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.templatetags.display import level_name, points
from assessments.models import AdoptedPlan
from assessments.permissions import reason
from assessments.planning_permissions import check_can_adopt, check_can_draft
from assessments.queries.frame import AssessmentFrame
from assessments.queries.planning.ground import Ground
from assessments.queries.planning.making import known_plan
from engine.roadmap.values import OBJECTIVES, Plan
from hospitals.access import Person
from reports.view_models.planning import board
from reports.view_models.planning.difference import Difference, difference_of
from reports.view_models.roadmap import RoadmapView, roadmap_view
from reports.view_models.roadmap.wording import objective_words, tenths
from reports.view_models.words import lang
from rubrics.queries import get_assumptions

YEARS = 6


def planning_page(
    ground: Ground,
    user: Person,
    frame: AssessmentFrame,
    *,
    plan: Plan | None,
    problem: str = "",
    warnings: tuple[str, ...] = (),
    before: Plan | None = None,
    adopted: int = 0,
    in_force: AdoptedPlan | None = None,
    departments: Mapping[str, str] | None = None,
) -> board.PlanningPage:
    """``plan``: the chosen one, None where there is none to be had (``problem``). ``before``: the plan that the last
    decision changed, for marking what is different; ``adopted``: the number of the plan in force where it is that."""
    setting, assessment = ground.setting, ground.assessment
    view = view_of(ground, plan, departments) if plan is not None else None
    difference: Difference | None = None
    if plan is not None and before is not None:
        difference = difference_of(ground.rubric, before, plan, adopted=adopted)
    told = (ground.unreadable, *warnings) if ground.unreadable else warnings
    capacity = setting.constraints.quarter_capacity
    if capacity is None:
        capacity = ground.assumptions.quarter_capacity * ground.assumptions.size_factor(ground.beds)
    finish = setting.constraints.finish_by
    return board.PlanningPage(
        frame=frame,
        hospital=assessment.hospital.label,
        edition=lang(ground.rubric.title),
        problem=problem,
        warnings=told,
        level=ground.card.level,
        total=points(ground.card.total),
        targets=ground.targets,
        target=setting.target,
        start=str(setting.start),
        starts=board.starts_of(ground),
        finish_by=str(finish) if finish else "",
        finishes=board.finishes_of(ground),
        objective=setting.objective,
        view=view,
        choices=tuple(_choices(ground, plan, problem)),
        chart=board.table_of(view, difference) if view else None,
        charts=board.charts_of(view) if view else (),
        decided=board.decided_of(view, setting.constraints) if view else (),
        offers=board.offers_of(view) if view else (),
        others=board.others_of(ground, view) if view else (),
        difference=difference,
        quarter_capacity=tenths(capacity),
        years=tuple(range(setting.start.year, setting.start.year + YEARS)),
        coming=board.quarters_from(setting.start, board.FINISHES),
        own_numbers=len(ground.own),
        mark=ground.mark(),
        answers_mark=ground.answers_digest,
        version=ground.version,
        changed_by=ground.changed_by,
        changed_at=ground.changed_at,
        can_draft=not reason(check_can_draft, user, assessment),
        why_not_draft=reason(check_can_draft, user, assessment),
        can_adopt=not reason(check_can_adopt, user, assessment),
        why_not_adopt=reason(check_can_adopt, user, assessment),
        in_force=_in_force(ground, in_force) if in_force else None,
    )


def view_of(ground: Ground, plan: Plan, departments: Mapping[str, str] | None = None) -> RoadmapView:
    return roadmap_view(
        ground.rubric,
        plan,
        assumptions=ground.assumptions,
        constraints=ground.setting.constraints,
        answers=ground.answers,
        departments=departments,
        defaults=get_assumptions(),
        beds=ground.beds,
    )


def _choices(ground: Ground, plan: Plan | None, problem: str) -> list[board.Choice]:
    found = []
    for objective in OBJECTIVES:
        if objective == ground.setting.objective:
            found.append(board.choice_of(ground, objective, plan, problem))
        elif problem:
            found.append(board.choice_of(ground, objective, None, problem))
        else:
            found.append(board.choice_of(ground, objective, known_plan(ground, objective)))
    return found


def _in_force(ground: Ground, plan: AdoptedPlan) -> board.InForce:
    known = next(one for one in OBJECTIVES if one == plan.objective)
    return board.InForce(
        number=plan.number,
        objective_words=objective_words(known),
        target_words=level_name(plan.target),
        adopted_at=plan.adopted_at,
        adopted_by=plan.adopted_by.get_full_name(),
        stale=plan.assessment_id == ground.assessment.pk and plan.answers_digest != ground.answers_digest,
    )
