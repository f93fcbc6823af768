"""A plan becomes what the hospital works by: frozen, with one task per item and level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
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
from engine.roadmap.plan_json import NotAPlan, plan_from_json, plan_to_json
from engine.roadmap.values import CLEANING, ROLLOUT, Action, Plan, TaskPlan
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
    """To whom a task falls at first."""

    department: int | None = None
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class HowFar:
    """How far a task is when the plan is adopted: what was done or begun under the plan before stays so."""

    state: str = PlanTask.State.OPEN
    note: str = ""
    done_on: date | None = None


def adopt_plan(*, by: User, assessment: Assessment, seen: str, note: str = "") -> AdoptedPlan:
    """Adopt the chosen plan of the draft and make its tasks; the plan in force before is superseded.

    ``seen``: the mark of the plan the person decided on (``Ground.mark``); PlanChanged where answers, assumptions
    or decisions are other ones by now. Raises Refusal for a plan that cannot be carried out, has nothing to do or is
    the one in force. Tasks of the plan before keep their people, notes and how far they are (one that is done
    and now asks for more is in work); others fall to whom the item is assigned.
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
            raise Refusal(_("在现有约束下没有可行的规划，不能采纳。请先放宽约束。"))
        if not plan.actions:
            raise Refusal(_("这份规划没有要做的工作，不用采纳。"))
        return put_in_force(by=by, ground=ground, plan=plan, note=note)


def put_in_force(
    *, by: User, ground: Ground, plan: Plan, note: str = "", at: datetime | None = None
) -> AdoptedPlan:
    """The plan frozen with its tasks, whoever asked for it. Inside a transaction, with the hospital locked."""
    assessment = ground.assessment
    rows = AdoptedPlan.objects.filter(hospital_id=assessment.hospital_id, rubric=assessment.edition.key)
    document = plan_to_json(plan)
    before = rows.filter(state=State.IN_FORCE).first()
    if before is not None:
        if _same(before, ground, document):
            raise Refusal(_("执行中的第%(n)s号规划与这份方案完全相同，无需再次采纳。") % {"n": before.number})
        _end(before, State.SUPERSEDED, by, "")
    tasks_before = list(before.tasks.all()) if before is not None else []
    whose = _whose(assessment, tasks_before)
    adopted = AdoptedPlan.objects.create(
        hospital=assessment.hospital,
        rubric=assessment.edition.key,
        assessment=assessment,
        number=(rows.aggregate(last=Max("number"))["last"] or 0) + 1,
        objective=plan.objective,
        target=plan.target,
        plan=document,
        constraints=constraints_to_json(ground.setting.constraints),
        assumptions=assumptions_to_json(ground.assumptions),
        snapshot_id=ground.snapshot_pk,
        answers_digest=ground.answers_digest,
        note=note.replace("\x00", "").strip()[:LONGEST_NOTE],
        adopted_by=by,
        adopted_at=at or timezone.now(),
    )
    tasks = tasks_of(adopted, plan, whose, _how_far(before, tasks_before, plan))
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
    _tell_owners(by, adopted, [task for task in tasks if task.state in PlanTask.UNDONE])
    return adopted


def _same(before: AdoptedPlan, ground: Ground, document: Mapping[str, object]) -> bool:
    """The plan in force already, from the same answers: adopting it again would only begin its tasks anew."""
    return (before.assessment_id, before.snapshot_id, before.answers_digest) == (
        ground.assessment.pk,
        ground.snapshot_pk,
        ground.answers_digest,
    ) and before.plan == document


def tasks_of(
    adopted: AdoptedPlan, plan: Plan, whose: Mapping[Key, Whose], how_far: Mapping[Key, HowFar]
) -> list[PlanTask]:
    """One per item and level: the kinds of work in it, its first and its last quarter. Not stored yet."""
    found = list[PlanTask]()
    for action in plan.actions:
        by_level: dict[int, list[TaskPlan]] = {}
        for task in action.tasks:
            by_level.setdefault(task.key.level, []).append(task)
        for level, parts in sorted(by_level.items()):
            mine = whose.get((action.item, level)) or whose.get((action.item, 0)) or Whose()
            now = how_far.get((action.item, level), HowFar())
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
                    state=now.state,
                    note=now.note,
                    done_on=now.done_on,
                )
            )
    return found


def _whose(assessment: Assessment, before: Iterable[PlanTask]) -> dict[Key, Whose]:
    """By item and level, level 0 for any. Two queries: assignments, who is still there."""
    found = {
        (row.item_code, 0): Whose(row.department_id, row.person_id) for row in assessment.assignments.all()
    }
    for task in before:
        if task.owner_id or task.department_id or task.state == PlanTask.State.IN_WORK:
            found[task.item_code, task.level] = Whose(task.department_id, task.owner_id)
    staff = set(
        Membership.objects.in_force()
        .filter(organisation_id=assessment.hospital_id, role__in=HOSPITAL_STAFF, user__is_active=True)
        .values_list("user_id", flat=True)
    )
    return {key: mine if mine.owner in staff else replace(mine, owner=None) for key, mine in found.items()}


def _how_far(before: AdoptedPlan | None, tasks: Iterable[PlanTask], plan: Plan) -> dict[Key, HowFar]:
    """By item and level, what was begun, done or noted under the plan before. A task that was given up is open again:
    the new plan needs it after all."""
    if before is None:
        return {}
    try:
        old = plan_from_json(before.plan).by_item
    except NotAPlan:
        old = {}
    states, found = PlanTask.State, dict[Key, HowFar]()
    for task in tasks:
        state, done_on = task.state, task.done_on
        if state == states.GIVEN_UP:
            state = states.OPEN
        elif state == states.DONE:
            was, now = old.get(task.item_code), plan.by_item.get(task.item_code)
            if was is None or (now is not None and _asks_for_more(was, now, task.level)):
                state, done_on = states.IN_WORK, None
        found[task.item_code, task.level] = HowFar(state, task.note, done_on)
    return found


def _asks_for_more(was: Action, now: Action, level: int) -> bool:
    """At this level ``now`` asks for a clause, a kind of work or a figure that ``was`` did not ask for."""

    def clauses(action: Action) -> set[tuple[int, int]]:
        return {clause for clause in action.clauses if clause[0] == level}

    def natures(action: Action) -> set[str]:
        return {task.key.nature for task in action.tasks if task.key.level == level}

    if not (clauses(now) <= clauses(was) and natures(now) <= natures(was)):
        return True
    if level != now.to_level:
        return False
    if level != was.to_level:  # figures at the last level of a plan are its own
        return bool(natures(now) & {ROLLOUT, CLEANING})
    quality = now.data_quality is not None and now.data_quality > (was.data_quality or Decimal(0))
    return now.application > was.application or quality


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
