"""A plan becomes what the hospital works by: frozen, with one task per item and level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.notices import News, tell_all
from assessments.models import AdoptedPlan, Assessment, PlanTask
from assessments.planning_permissions import check_can_adopt, check_can_give_up
from assessments.planning_words import ASSIGNED
from assessments.queries.planning.ground import Ground, ground_of
from assessments.queries.planning.making import plan_for
from assessments.trail import record_work
from engine.roadmap.assumptions import assumptions_to_json
from engine.roadmap.constraints import constraints_to_json
from engine.roadmap.plan_json import plan_to_json
from engine.roadmap.values import Plan, TaskPlan
from hospitals.access import HOSPITAL_STAFF
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal

LONGEST_NOTE = 2000
State = AdoptedPlan.State
Key = tuple[str, int]


class PlanChanged(Refusal):
    """Something the plan rests on changed after the page was opened: look again before adopting."""


@dataclass(frozen=True, slots=True)
class Whose:
    """To whom a task falls at first; ``in_work``: it was begun under the plan before."""

    department: int | None = None
    owner: int | None = None
    in_work: bool = False


def adopt_plan(*, by: User, assessment: Assessment, seen: str, note: str = "") -> AdoptedPlan:
    """Adopt the chosen plan of the draft and make its tasks; the plan in force before is superseded.

    ``seen``: the mark of the plan the person decided on (``Ground.mark``); PlanChanged where answers, assumptions
    or decisions are other ones by now. Raises Refusal for a plan that cannot be carried out or has nothing to do.
    Tasks begun under the plan before keep their people; others fall to whom the item is assigned.
    """
    check_can_adopt(by, assessment)
    plan_for(ground_of(assessment))  # made before anything is locked: it takes up to a second
    with transaction.atomic():
        locked = (
            Assessment.objects.select_for_update(of=("self",))
            .select_related("hospital", "edition")
            .get(pk=assessment.pk)
        )
        Organisation.objects.select_for_update(of=("self",)).get(pk=locked.hospital_id)
        check_can_adopt(by, locked)
        ground = ground_of(locked)
        if ground.mark() != seen:
            raise PlanChanged(
                _("打开本页之后，答案、假设或约束有了变化，规划已重新计算。没有采纳；请核对后再次采纳。")
            )
        plan = plan_for(ground)
        if plan.status == "infeasible":
            raise Refusal(_("在现有约束下无法达到目标，不能采纳。请先放宽约束。"))
        if not plan.actions:
            raise Refusal(_("这份规划没有要做的工作，不用采纳。"))
        return put_in_force(by=by, ground=ground, plan=plan, note=note)


def put_in_force(
    *, by: User, ground: Ground, plan: Plan, note: str = "", at: datetime | None = None
) -> AdoptedPlan:
    """The plan frozen with its tasks, whoever asked for it. Inside a transaction, with the hospital locked."""
    assessment = ground.assessment
    rows = AdoptedPlan.objects.filter(hospital_id=assessment.hospital_id, rubric=assessment.edition.key)
    before = rows.filter(state=State.IN_FORCE).first()
    if before is not None:
        _end(before, State.SUPERSEDED, by, "")
    whose = _whose(assessment, before)
    adopted = AdoptedPlan.objects.create(
        hospital=assessment.hospital,
        rubric=assessment.edition.key,
        assessment=assessment,
        number=(rows.aggregate(last=Max("number"))["last"] or 0) + 1,
        objective=plan.objective,
        target=plan.target,
        plan=plan_to_json(plan),
        constraints=constraints_to_json(ground.setting.constraints),
        assumptions=assumptions_to_json(ground.assumptions),
        snapshot_id=ground.snapshot_pk,
        answers_digest=ground.answers_digest,
        note=note.replace("\x00", "").strip()[:LONGEST_NOTE],
        adopted_by=by,
        adopted_at=at or timezone.now(),
    )
    tasks = tasks_of(adopted, plan, whose)
    PlanTask.objects.bulk_create(tasks)
    record_work(
        verb="plan.adopted",
        by=by,
        assessment=assessment,
        facts={
            "plan": adopted.number,
            "objective": plan.objective,
            "level": plan.target,
            "count": len(tasks),
            "person_weeks": str(plan.effort.normalize()),
            "finish": str(plan.finish),
            **({"replaced": before.number} if before is not None else {}),
        },
    )
    _tell_owners(by, adopted, tasks)
    return adopted


def tasks_of(adopted: AdoptedPlan, plan: Plan, whose: Mapping[Key, Whose]) -> list[PlanTask]:
    """One per item and level: the kinds of work in it, its first and its last quarter. Not stored yet."""
    found = list[PlanTask]()
    for action in plan.actions:
        by_level: dict[int, list[TaskPlan]] = {}
        for task in action.tasks:
            by_level.setdefault(task.key.level, []).append(task)
        for level, parts in sorted(by_level.items()):
            mine = whose.get((action.item, level)) or whose.get((action.item, 0)) or Whose()
            found.append(
                PlanTask(
                    plan=adopted,
                    item_code=action.item,
                    level=level,
                    natures=list(dict.fromkeys(part.key.nature for part in parts)),
                    effort=sum((part.effort for part in parts), Decimal(0)).quantize(Decimal("0.01")),
                    starts_on=min(part.start for part in parts).first_day,
                    due_on=max(part.finish for part in parts).last_day,
                    department_id=mine.department,
                    owner_id=mine.owner,
                    state=PlanTask.State.IN_WORK if mine.in_work else PlanTask.State.OPEN,
                )
            )
    return found


def _whose(assessment: Assessment, before: AdoptedPlan | None) -> dict[Key, Whose]:
    """By item and level, level 0 for any. Three queries: assignments, tasks of the plan before, who is still there."""
    found = {
        (row.item_code, 0): Whose(row.department_id, row.person_id) for row in assessment.assignments.all()
    }
    if before is not None:
        for task in before.tasks.all():
            begun = task.state == PlanTask.State.IN_WORK
            if task.owner_id or task.department_id or begun:
                found[task.item_code, task.level] = Whose(task.department_id, task.owner_id, begun)
    staff = set(
        Membership.objects.in_force()
        .filter(organisation_id=assessment.hospital_id, role__in=HOSPITAL_STAFF, user__is_active=True)
        .values_list("user_id", flat=True)
    )
    return {
        key: mine if mine.owner in staff else Whose(mine.department, None, mine.in_work)
        for key, mine in found.items()
    }


def _tell_owners(by: User, adopted: AdoptedPlan, tasks: list[PlanTask]) -> None:
    """One notice per person, however many tasks; none to whoever adopted the plan."""
    per_person: dict[int, list[PlanTask]] = {}
    for task in tasks:
        if task.owner_id is not None and task.owner_id != by.pk:
            per_person.setdefault(task.owner_id, []).append(task)
    url = reverse("plan-progress", args=[adopted.assessment.public_id])
    tell_all(
        news=[
            News(
                person,
                ASSIGNED,
                {
                    "count": len(mine),
                    "items": [task.item_code for task in mine][:10],
                    "due_on": min(task.due_on for task in mine).isoformat(),
                    "title": adopted.assessment.title,
                },
                url,
            )
            for person, mine in per_person.items()
        ]
    )


@transaction.atomic
def give_up_plan(*, by: User, plan: AdoptedPlan, why: str) -> AdoptedPlan:
    """End the plan in force without another; its tasks stay as they are and are nobody's work any more."""
    held = (
        AdoptedPlan.objects.select_for_update(of=("self",))
        .select_related("assessment__hospital", "assessment__edition")
        .get(pk=plan.pk)
    )
    check_can_give_up(by, held)
    why = why.replace("\x00", "").strip()[:LONGEST_NOTE]
    if not why:
        raise Refusal(_("终止规划需要写明理由，方便日后查证。"))
    _end(held, State.GIVEN_UP, by, why)
    record_work(
        verb="plan.given-up", by=by, assessment=held.assessment, facts={"plan": held.number, "reason": why}
    )
    return held


def _end(plan: AdoptedPlan, state: str, by: User, why: str) -> None:
    """The end alone is written: everything else about an adopted plan is frozen in the database."""
    plan.state, plan.ended_by, plan.ended_at, plan.ended_why = state, by, timezone.now(), why
    plan.save(update_fields=list(AdoptedPlan.MOVING))
