"""Plans of the way up: computed for whoever asks, adopted ones with their tasks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.tags import tag_of
from assessments.actions.planning import move_task
from assessments.actions.planning.drafting import check_setting
from assessments.api.formats import PLAN
from assessments.api.plan_shapes import (
    AdoptedPlanSerializer,
    NewPlanBody,
    TaskBody,
    TaskSerializer,
    WholePlanSerializer,
)
from assessments.api.views.finding import AssessmentView
from assessments.models import AdoptedPlan, Assessment, PlanTask
from assessments.permissions import check_can_see_work
from assessments.planning_permissions import check_can_move_task, check_can_see_planning
from assessments.queries.planning.adopted import HEAVY, plan_facts, plans_of, task_facts, tasks_for
from assessments.queries.planning.ground import Setting, ground_of, read_given_constraints
from assessments.queries.planning.making import plan_for
from engine.roadmap.plan_json import plan_to_json
from engine.roadmap.quarters import Quarter


class PlanView(AssessmentView):
    tag = "plans"

    def plan(self, assessment: Assessment, public_id: UUID, *, whole: bool = False) -> AdoptedPlan:
        """A plan of this hospital and standard, whichever of its assessments it was made from. One query."""
        rows = plans_of(assessment)
        return get_object_or_404(rows if whole else rows.defer(*HEAVY), public_id=public_id)


class Plans(PlanView):
    scopes = {"GET": "plans:read", "POST": "plans:read"}

    @operation("list_plans", _("本院采纳过的规划，最近的在前"), AdoptedPlanSerializer, many="page")
    def get(self, request: Request, assessment: UUID) -> Response:
        """Two queries: the assessment, the page."""
        found = self.find(request, assessment)
        check_can_see_planning(request.user, found)
        return self.page(
            request,
            plans_of(found).defer(*HEAVY),
            lambda rows: [plan_facts(row) for row in rows],
            ordering=("-adopted_at", "-id"),
        )

    @operation(
        "compute_plan",
        _("zhiping-plan/1：计算一份规划，不保存"),
        PLAN,
        body=NewPlanBody,
        once=True,
        also=(422,),
        more=_(
            "同样的内容得到同样的规划。没有写的部分取自本院的规划草稿。无法达到目标时status为infeasible，并说明原因与放宽办法。"
        ),
    )
    def post(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_see_planning(request.user, found)
        given = self.read(request)
        with self.doing():
            ground = ground_of(found)
            ground = ground_of(found, _setting(given, ground.setting, ground.rubric))
            check_setting(ground, ground.setting)
            made = plan_for(ground)
        return self.one(request, plan_to_json(made))


def _setting(given: dict[str, Any], draft: Setting, rubric: Any) -> Setting:
    constraints = given.get("constraints")
    return Setting(
        target=given.get("target", draft.target),
        objective=given.get("objective", draft.objective),
        start=Quarter.parse(given["start"]) if "start" in given else draft.start,
        constraints=draft.constraints if constraints is None else read_given_constraints(rubric, constraints),
    )


class OnePlan(PlanView):
    scopes = {"GET": "plans:read"}

    @operation("read_plan", _("一份采纳的规划，连同所依据的约束与假设"), WholePlanSerializer)
    def get(self, request: Request, assessment: UUID, plan: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_see_planning(request.user, found)
        held = self.plan(found, plan, whole=True)
        whole = {"plan": held.plan, "constraints": held.constraints, "assumptions": held.assumptions}
        return self.one(request, {**plan_facts(held), **whole})


class Tasks(PlanView):
    scopes = {"GET": "plans:read"}

    @operation(
        "list_tasks",
        _("规划的任务，期限早的在前；科室人员只看到本人和本科室的"),
        TaskSerializer,
        many="page",
    )
    def get(self, request: Request, assessment: UUID, plan: UUID) -> Response:
        """Three queries: the assessment, the plan, the page."""
        found = self.find(request, assessment)
        check_can_see_work(request.user, found)
        held = self.plan(found, plan)
        return self.page(
            request,
            tasks_for(held, self.person(request)),
            lambda rows: [task_facts(row) for row in rows],
            ordering=("due_on", "id"),
        )


class OneTask(PlanView):
    scopes = {"GET": "plans:read", "PATCH": "plans:write"}

    @operation("read_task", _("一项任务"), TaskSerializer, tagged=True)
    def get(self, request: Request, assessment: UUID, plan: UUID, task: UUID) -> Response:
        found = self.find(request, assessment)
        return self.told_of(request, self.task(request, found, plan, task))

    @operation(
        "change_task",
        _("更新任务的状态与备注"),
        TaskSerializer,
        body=TaskBody,
        tagged=True,
        match=True,
        also=(422,),
    )
    def patch(self, request: Request, assessment: UUID, plan: UUID, task: UUID) -> Response:
        found = self.find(request, assessment)
        row = self.task(request, found, plan, task)
        check_can_move_task(request.user, row)
        given = self.read(request)
        with self.held(request, row, _tag, related=("plan",)) as now, self.doing():
            move_task(
                by=self.person(request),
                task=now,
                state=given.get("state", now.state),
                note=given.get("note", ""),
            )
        return self.told_of(request, self.task(request, found, plan, task))

    def task(self, request: Request, found: Assessment, plan: UUID, task: UUID) -> PlanTask:
        check_can_see_work(request.user, found)
        held = self.plan(found, plan)
        row = tasks_for(held, self.person(request)).filter(public_id=task).first()
        if row is None:
            raise Http404
        row.plan = held
        return row

    def told_of(self, request: Request, task: PlanTask) -> Response:
        return self.one(request, task_facts(task), tag=_tag(task))


def _tag(task: PlanTask) -> str:
    return tag_of("task", task.pk, task.version)
