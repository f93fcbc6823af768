"""Adopted plans and their tasks, for pages and programs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from assessments.models import AdoptedPlan, Assessment, PlanTask, ScoreSnapshot
from assessments.planning_permissions import departments_of, reads_plans
from engine.roadmap.assumptions import AssumptionsRefused, with_changes
from engine.roadmap.values import Assumptions
from engine.rubric.values import Rubric
from engine.scoring.card import ScoreCard
from engine.scoring.card_json import card_from_json
from hospitals import access
from hospitals.access import Person
from rubrics.queries import get_assumptions

MOST_TASKS, MOST_PLANS = 12, 50
HEAVY = ("plan", "constraints", "assumptions")
READ_ONLY = ("size_factors",)  # what assumptions_to_json adds for reading


def plans_of(assessment: Assessment) -> QuerySet[AdoptedPlan]:
    """Every plan the hospital adopted for this standard, newest first, whichever assessment it was made from."""
    return AdoptedPlan.objects.filter(
        hospital_id=assessment.hospital_id, rubric=assessment.edition.key
    ).select_related("adopted_by", "ended_by", "assessment", "snapshot")


def plan_in_force(assessment: Assessment) -> AdoptedPlan | None:
    """One query; without the document itself."""
    return plans_of(assessment).defer(*HEAVY).filter(state=AdoptedPlan.State.IN_FORCE).first()


def adopted_plans(assessment: Assessment) -> list[AdoptedPlan]:
    """All of them, newest first, without the documents. One query."""
    return list(plans_of(assessment).defer(*HEAVY)[:MOST_PLANS])


def chosen_plan(plans: Sequence[AdoptedPlan], public_id: UUID | None = None) -> AdoptedPlan | None:
    """The plan asked for; else the one in force, else the newest. No query."""
    if public_id is not None:
        return next((one for one in plans if one.public_id == public_id), None)
    return next((one for one in plans if one.state == AdoptedPlan.State.IN_FORCE), next(iter(plans), None))


def tasks_for(plan: AdoptedPlan, user: Person) -> QuerySet[PlanTask]:
    """The tasks the person may see: all of them, or a department's people their own. No query yet."""
    tasks = plan.tasks.select_related("department", "owner", "changed_by")
    if reads_plans(user, plan.assessment):
        return tasks
    mine = Q(owner_id=user.pk) | Q(department_id__in=departments_of(user, plan.hospital_id))
    return tasks.filter(mine)


@dataclass(frozen=True, slots=True)
class MyTask:
    """A task on the first page of whoever it is assigned to."""

    public_id: str
    assessment_id: str
    hospital: str
    code: str
    name: str
    level: int
    department: str
    state: str
    state_name: str
    due_on: date
    days_left: int

    @property
    def days_over(self) -> int:
        return max(0, -self.days_left)


def open_tasks(user: Person, hospitals: Collection[int], *, most: int = MOST_TASKS) -> list[PlanTask]:
    """Undone tasks of plans in force, of the person and of the person's departments; most pressing first. One query."""
    mine = Q(owner_id=user.pk)
    for membership in access.memberships_of(user):
        if membership.department_id is not None and membership.organisation_id in hospitals:
            mine |= Q(department_id=membership.department_id, owner_id__isnull=True)
    found = (
        PlanTask.objects.filter(
            mine,
            plan__hospital_id__in=hospitals,
            plan__state=AdoptedPlan.State.IN_FORCE,
            state__in=PlanTask.UNDONE,
        )
        .select_related("plan__hospital", "plan__assessment__edition", "department")
        .defer(*(f"plan__{name}" for name in HEAVY))
        .order_by("due_on", "item_code", "level")
    )
    return list(found[:most])


def tasks_on_home(tasks: Collection[PlanTask], rubrics: Mapping[int, Rubric]) -> tuple[MyTask, ...]:
    """No query: rubrics by number of the edition."""
    today, language = timezone.localdate(), get_language() or ""
    found = []
    for task in tasks:
        assessment = task.plan.assessment
        item = rubrics[assessment.edition_id].by_code.get(task.item_code)
        found.append(
            MyTask(
                public_id=str(task.public_id),
                assessment_id=str(assessment.public_id),
                hospital=task.plan.hospital.label,
                code=task.item_code,
                name=item.name.in_language(language) if item else "",
                level=task.level,
                department=task.department.label if task.department else "",
                state=task.state,
                state_name=str(PlanTask.State(task.state).label),
                due_on=task.due_on,
                days_left=(task.due_on - today).days,
            )
        )
    return tuple(found)


def task_facts(task: PlanTask) -> dict[str, Any]:
    """A task for programs; its department and owner are read already."""
    return {
        "id": task.public_id,
        "item": task.item_code,
        "level": task.level,
        "natures": list(task.natures),
        "effort": str(task.effort),
        "starts_on": task.starts_on,
        "due_on": task.due_on,
        "department": task.department.name if task.department else None,
        "owner": task.owner.get_full_name() if task.owner else None,
        "state": task.state,
        "note": task.note,
        "done_on": task.done_on,
        "changed_at": task.changed_at,
    }


def plan_facts(plan: AdoptedPlan) -> dict[str, Any]:
    """An adopted plan for programs, without the document."""
    return {
        "id": plan.public_id,
        "rubric": plan.rubric,
        "number": plan.number,
        "state": plan.state,
        "objective": plan.objective,
        "target": plan.target,
        "assessment": plan.assessment.public_id,
        "snapshot": plan.snapshot.number if plan.snapshot else None,
        "answers_digest": plan.answers_digest,
        "note": plan.note,
        "adopted_by": plan.adopted_by.get_full_name(),
        "adopted_at": plan.adopted_at,
        "ended_at": plan.ended_at,
        "ended_why": plan.ended_why,
    }


def after_plan(plan: AdoptedPlan, user: Person) -> list[Assessment]:
    """Assessments of the hospital under the same standard that were begun after the one the plan was made from,
    newest first. One query."""
    found = (
        Assessment.objects.visible_to(user)
        .filter(
            hospital_id=plan.hospital_id,
            edition__key=plan.rubric,
            created_at__gt=plan.assessment.created_at,
        )
        .select_related("hospital", "edition")
        .order_by("-created_at", "-id")
    )
    return list(found[:MOST_PLANS])


def card_before(plan: AdoptedPlan) -> ScoreCard | None:
    """The card of the submission the plan was made from; None where it was made from open answers. One query."""
    if plan.snapshot_id is None:
        return None
    card = ScoreSnapshot.objects.values_list("card", flat=True).get(pk=plan.snapshot_id)
    return card_from_json(card)


def adopted_assumptions(plan: AdoptedPlan) -> Assumptions:
    """The numbers an adopted plan rests on, read from its ``assumptions``; what cannot be read any more is as
    shipped. No query where they are loaded."""
    own = {key: value for key, value in plan.assumptions.items() if key not in READ_ONLY}
    try:
        return with_changes(get_assumptions(), own)
    except AssumptionsRefused:
        return get_assumptions()
