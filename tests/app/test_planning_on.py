"""A plan meets time: quarters that have gone by, and the plan after the plan."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from assessments.actions.planning import adopt_plan, assign_task, change_draft, move_task, save_assumptions
from assessments.actions.planning.changes import Change
from assessments.models import AdoptedPlan, Assessment, Notice, PlanDraft, PlanTask
from assessments.queries.planning.ground import current_quarter, ground_of
from assessments.queries.planning.making import plan_for
from engine.roadmap.quarters import Quarter
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from tests.factories.adopted_plans import decide, make_adopted, partly_answered
from tests.factories.assessments import make_assessment

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    made = make_assessment(hospital, owner)
    partly_answered(made)
    return made


def refused(act: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        act(*args, **kwargs)
    return str(refusal.value)


def test_decisions_whose_time_has_gone_by_are_left_out_and_every_other_can_still_be_changed(
    assessment: Assessment, owner: User
) -> None:
    decide(assessment, owner, "exclude", item="05.01", reason="冻结")
    later = str(current_quarter().later(6))
    decide(assessment, owner, "not_before", item="02.01", quarter=later)
    kept = PlanDraft.objects.get().constraints
    past = {
        "start_at": {"01.01": "2020Q2", "01.02": "2020Q3"},
        "not_before": {**kept["not_before"], "02.02": "2020Q2"},
        "not_after": {"02.03": "2020Q4"},
        "capacity": {"2020Q1": "5", later: "7"},
        "budget": {"2019": "1", "2020": "2"},
        "finish_by": "2021Q1",
    }
    PlanDraft.objects.update(start_year=2020, start_quarter=1, constraints=kept | past)
    ground = ground_of(assessment)
    held = ground.setting.constraints
    assert held.excluded == {"05.01": "冻结"} and held.not_before == {"02.01": Quarter.parse(later)}
    assert not (held.start_at or held.not_after or held.budget or held.finish_by)
    assert list(held.capacity) == [Quarter.parse(later)]
    for said in (
        "01.01从2020Q2开始",
        "02.03不晚于2020Q4完成",
        "2019年的预算",
        "2020Q1的人力",
        "不晚于2021Q1完成",
    ):
        assert said in ground.unreadable
    assert plan_for(ground).status != "infeasible"
    for what, fields in (
        ("free", {"item": "01.01"}),
        ("objective", {"amount": "safest"}),
        ("target", {"level": str(ground.targets[-1])}),
    ):
        PlanDraft.objects.update(start_year=2020, start_quarter=1, constraints=kept | past)
        changed = decide(assessment, owner, what, **fields)
        assert changed.setting.constraints.excluded == {"05.01": "冻结"} and not changed.unreadable
    assert "不能从2020Q1开始" in refused(
        change_draft,
        by=owner,
        assessment=assessment,
        change=Change("start_at", item="01.01", quarter="2020Q1"),
    )


def test_adopting_again_keeps_what_is_done_and_the_same_plan_is_not_adopted_twice(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    first = make_adopted(assessment, owner)
    done, noted, dropped = list(first.tasks.order_by("item_code", "level"))[:3]
    move_task(by=owner, task=done, state="done", note="已上线")
    move_task(by=owner, task=noted, state="open", note="等合同")
    move_task(by=owner, task=dropped, state="given_up", note="暂缓")
    PlanTask.objects.filter(pk=done.pk).update(done_on=date(2026, 1, 5))
    same = ground_of(assessment)
    assert "无需再次采纳" in refused(adopt_plan, by=owner, assessment=assessment, seen=same.mark())
    assert AdoptedPlan.objects.count() == 1 and first.tasks.get(pk=done.pk).state == "done"
    told = Notice.objects.filter(kind="plan.task-assigned").count()
    assign_task(by=owner, task=done, department=None, owner=colleague)
    decide(assessment, owner, "quarter_capacity", amount="30")
    second = make_adopted(assessment, owner)
    tasks = {(task.item_code, task.level): task for task in second.tasks.all()}

    def how_far(task: PlanTask) -> tuple[str, str, date | None]:
        now = tasks[task.item_code, task.level]
        return now.state, now.note, now.done_on

    assert how_far(done) == ("done", "已上线", date(2026, 1, 5))
    assert how_far(noted) == ("open", "等合同", None) and how_far(dropped) == ("open", "暂缓", None)
    assert tasks[done.item_code, done.level].owner == colleague
    assert Notice.objects.filter(kind="plan.task-assigned").count() == told + 1  # nothing is left to do


def test_a_done_task_that_the_next_plan_asks_more_of_is_in_work_again(
    assessment: Assessment, owner: User
) -> None:
    rubric = ground_of(assessment).rubric
    task = make_adopted(assessment, owner).tasks.order_by("item_code").first()
    assert task is not None
    entry = rubric.by_code[task.item_code].by_level[task.level]
    row = assessment.item_answers.get(item_code=task.item_code)
    row.clauses = {**row.clauses, str(task.level): ["met"] * (len(entry.clauses) - 1) + ["not_met"]}
    row.save()
    save_assumptions(by=owner, assessment=assessment, changes={"rate": "20000"})
    second = make_adopted(assessment, owner)
    narrow = second.tasks.get(item_code=task.item_code, level=task.level)
    move_task(by=owner, task=narrow, state="done", note="部分完成")
    row.clauses = {**row.clauses, str(task.level): ["not_met"] * len(entry.clauses)}
    row.save()
    again = make_adopted(assessment, owner).tasks.get(item_code=task.item_code, level=task.level)
    wider = len(entry.clauses) > 1
    assert (again.state, again.note) == ("in_work" if wider else "done", "部分完成")
    assert wider or again.done_on is not None


def test_two_years_without_money_are_raised_together_by_one_offer(
    assessment: Assessment, owner: User
) -> None:
    start = ground_of(assessment).setting.start
    decide(assessment, owner, "finish_by", quarter=str(start.later(7)))
    for year in (start.year, start.year + 1):
        decide(assessment, owner, "budget", year=str(year), amount="100")
    ground = ground_of(assessment)
    plan = plan_for(ground)
    place, offer = next(
        (n, one) for n, one in enumerate(plan.relaxations) if one.kind == "budget" and one.year is None
    )
    ground = decide(assessment, owner, "relax", amount=str(place))
    assert offer.amount is not None
    assert ground.setting.constraints.budget == dict.fromkeys(
        (start.year, start.year + 1), 100 + offer.amount
    )
    assert plan_for(ground).status != "infeasible"
