"""How far an adopted plan is: tasks by state and department, against what the plan said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext

from accounts.templatetags.display import level_name
from assessments.models import AdoptedPlan, PlanTask
from assessments.permissions import reason
from assessments.planning_permissions import (
    check_can_assign_task,
    check_can_give_up,
    check_can_move_task,
    reads_plans,
)
from assessments.queries.frame import AssessmentFrame
from assessments.queries.panels import Mentionable
from engine.roadmap.quarters import Quarter
from engine.roadmap.values import OBJECTIVES
from engine.rubric.values import Rubric
from hospitals.access import Person
from hospitals.models import Department
from reports.view_models.roadmap.wording import (
    effort_words,
    item_name,
    nature_words,
    objective_words,
    quarter_short,
)
from reports.view_models.words import listed

State = PlanTask.State


@dataclass(frozen=True, slots=True)
class Tally:
    """Tasks counted; ``late``: undone after their due date; ``due``: those that the plan has finished by today."""

    name: str
    total: int
    done: int
    in_work: int
    late: int
    given_up: int
    due: int

    @property
    def counted(self) -> int:
        """Without those given up."""
        return self.total - self.given_up


@dataclass(frozen=True, slots=True)
class TaskLine:
    public_id: str
    code: str
    name: str
    level: int
    work: str
    effort: str
    quarters: str
    due_on: date
    late: bool
    days_late: int
    department: str
    department_id: str
    owner: str
    owner_id: str
    state: str
    state_name: str
    note: str
    done_on: date | None
    version: int
    can_move: bool
    can_assign: bool


@dataclass(frozen=True, slots=True)
class PlanHead:
    public_id: str
    number: int
    state: str
    state_name: str
    objective_words: str
    target_words: str
    adopted_by: str
    adopted_at: datetime
    note: str
    made_from: str
    ended: str


@dataclass(frozen=True)
class ProgressPage:
    """Context of reports/roadmap/progress.html. ``head`` None: no plan was adopted. ``whole``: the reader sees every
    task, else the own ones."""

    frame: AssessmentFrame
    whole: bool
    head: PlanHead | None
    others: tuple[PlanHead, ...]
    all: Tally | None
    departments: tuple[Tally, ...]
    shown: str
    tabs: tuple[tuple[str, str, int], ...]
    lines: tuple[TaskLine, ...]
    states: tuple[tuple[str, str], ...]
    people: tuple[Mentionable, ...]
    places: tuple[tuple[str, str], ...]
    can_end: bool
    can_assign: bool


def progress_page(
    frame: AssessmentFrame,
    user: Person,
    rubric: Rubric,
    plan: AdoptedPlan | None,
    plans: Sequence[AdoptedPlan],
    tasks: Sequence[PlanTask],
    *,
    shown: str = "",
    people: Iterable[Mentionable] = (),
    places: Iterable[Department] = (),
) -> ProgressPage:
    """``tasks``: those the reader may see, with department and owner. No query."""
    today = timezone.localdate()
    assigns = plan is not None and not reason(check_can_assign_task, user, plan)
    if plan is not None:
        for task in tasks:
            task.plan = plan
    lines = [_line(rubric, task, user, today, assigns) for task in tasks]
    kept = {
        "": lines,
        "late": [one for one in lines if one.late],
        "open": [one for one in lines if one.state in PlanTask.UNDONE],
        "done": [one for one in lines if one.state == State.DONE],
    }
    shown = shown if shown in kept else ""
    words = {
        "": gettext("全部"),
        "late": gettext("已逾期"),
        "open": gettext("未完成"),
        "done": gettext("已完成"),
    }
    by_department: dict[str, list[PlanTask]] = {}
    for task in tasks:
        by_department.setdefault(task.department.label if task.department else "", []).append(task)
    return ProgressPage(
        frame=frame,
        whole=plan is not None and reads_plans(user, plan.assessment),
        head=head_of(plan) if plan else None,
        others=tuple(head_of(one) for one in plans if plan is None or one.pk != plan.pk),
        all=_tally("", tasks, today) if plan else None,
        departments=tuple(
            _tally(name or gettext("没有分派科室"), members, today)
            for name, members in sorted(by_department.items(), key=lambda pair: (not pair[0], pair[0]))
        ),
        shown=shown,
        tabs=tuple((key, words[key], len(kept[key])) for key in kept),
        lines=tuple(kept[shown]),
        states=tuple((value, str(label)) for value, label in State.choices),
        people=tuple(people),
        places=tuple((str(one.public_id), one.label) for one in places),
        can_end=plan is not None and not reason(check_can_give_up, user, plan),
        can_assign=assigns,
    )


def head_of(plan: AdoptedPlan) -> PlanHead:
    known = next(one for one in OBJECTIVES if one == plan.objective)
    ended = ""
    if plan.ended_at is not None and plan.ended_by is not None:
        ended = gettext("%(name)s，%(day)s") % {
            "name": plan.ended_by.get_full_name(),
            "day": timezone.localtime(plan.ended_at).date().isoformat(),
        }
        ended = f"{ended}{gettext('：')}{plan.ended_why}" if plan.ended_why else ended
    return PlanHead(
        public_id=str(plan.public_id),
        number=plan.number,
        state=plan.state,
        state_name=str(AdoptedPlan.State(plan.state).label),
        objective_words=objective_words(known),
        target_words=level_name(plan.target),
        adopted_by=plan.adopted_by.get_full_name(),
        adopted_at=plan.adopted_at,
        note=plan.note,
        made_from=gettext("“%(title)s”第%(n)s次提交")
        % {"title": plan.assessment.title, "n": plan.snapshot.number}
        if plan.snapshot
        else gettext("“%(title)s”采纳当时的答案") % {"title": plan.assessment.title},
        ended=ended,
    )


def _tally(name: str, tasks: Sequence[PlanTask], today: date) -> Tally:
    def count(*states: str) -> int:
        return sum(task.state in states for task in tasks)

    return Tally(
        name=name,
        total=len(tasks),
        done=count(State.DONE),
        in_work=count(State.IN_WORK),
        late=sum(_late(task, today) for task in tasks),
        given_up=count(State.GIVEN_UP),
        due=sum(task.due_on <= today and task.state != State.GIVEN_UP for task in tasks),
    )


def _late(task: PlanTask, today: date) -> bool:
    return task.state in PlanTask.UNDONE and task.due_on < today


def _line(rubric: Rubric, task: PlanTask, user: Person, today: date, assigns: bool) -> TaskLine:
    late = _late(task, today)
    first, last = Quarter.of(task.starts_on), Quarter.of(task.due_on)
    span = quarter_short(first) if first == last else f"{quarter_short(first)}–{quarter_short(last)}"
    return TaskLine(
        public_id=str(task.public_id),
        code=task.item_code,
        name=item_name(rubric, task.item_code).name,
        level=task.level,
        work=listed([nature_words(nature) for nature in task.natures]),
        effort=effort_words(task.effort),
        quarters=span,
        due_on=task.due_on,
        late=late,
        days_late=(today - task.due_on).days if late else 0,
        department=task.department.label if task.department else "",
        department_id=str(task.department.public_id) if task.department else "",
        owner=task.owner.get_full_name() if task.owner else "",
        owner_id=str(task.owner.public_id) if task.owner else "",
        state=task.state,
        state_name=str(State(task.state).label),
        note=task.note,
        done_on=task.done_on,
        version=task.version,
        can_move=not reason(check_can_move_task, user, task),
        can_assign=assigns,
    )
