"""Planning: what may be decided, what adopting freezes, whose tasks they are, what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from assessments.actions.planning import (
    PlanChanged,
    adopt_plan,
    assign_task,
    change_draft,
    give_up_plan,
    move_task,
    reset_assumptions,
    save_assumptions,
    save_draft,
)
from assessments.actions.planning.changes import Change
from assessments.actions.planning.tasks import TaskChanged
from assessments.models import (
    AdoptedPlan,
    Assessment,
    Assignment,
    Notice,
    PlanDraft,
    PlanningSettings,
    PlanTask,
)
from assessments.queries.planning.adopted import open_tasks, tasks_for
from assessments.queries.planning.ground import current_quarter, ground_of
from assessments.queries.planning.making import plan_for
from audit.models import Event
from engine.roadmap.plan_json import plan_from_json
from engine.roadmap.quarters import Quarter
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.adopted_plans import decide, make_adopted, partly_answered
from tests.factories.assessments import make_answer, make_assessment, submit
from tests.factories.people import make_department, make_membership, make_person, make_user

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    made = make_assessment(hospital, owner)
    partly_answered(made)
    return made


def refused(act: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        act(*args, **kwargs)
    return str(refusal.value)


REFUSED = [
    (Change("target", level="1"), "更高的目标"),
    (Change("target", level="9"), "没有这个等级"),
    (Change("target", level="-3"), "不是整数"),
    (Change("start", quarter="2020Q1"), "已经过去"),
    (Change("start", quarter="2099Q1"), "太远"),
    (Change("start", quarter="soon"), "不是季度"),
    (Change("finish_by", quarter="2020Q1"), "早于开始季度"),
    (Change("budget", year="2027", amount="-1"), "budget.2027"),
    (Change("budget", year="1999", amount="1"), "不在规划期内"),
    (Change("budget", year="2027", amount="NaN"), "应为一个数"),
    (Change("capacity", quarter="2020Q1", amount="5"), "已经过去"),
    (Change("quarter_capacity", amount="1e9"), "应在"),
    (Change("exclude", item="99.99"), "没有项目"),
    (Change("exclude", item="01.01", reason="长" * 201), "不超过200字"),
    (Change("pin", item="01.01", level="8"), "没有8级"),
    (Change("start_at", item="01.01", quarter="2020Q1"), "不能从2020Q1开始"),
    (Change("quote", item="01.01", level="3"), "报价是空的"),
    (Change("quote", item="01.01", level="3", quotation={"software": "-5"}), "应在"),
    (Change("objective", amount="luckiest"), "三种"),
    (Change("relax", amount="7"), "不适用"),
    (Change("drop table"), "没有这种修改"),
]


def test_what_no_plan_can_follow_is_refused_in_one_sentence(assessment: Assessment, owner: User) -> None:
    for change, why in REFUSED:
        assert why in refused(change_draft, by=owner, assessment=assessment, change=change), change
    assert not PlanDraft.objects.exists() and not Event.objects.filter(verb="plan.draft-changed").exists()


def test_an_item_is_arranged_in_one_way_and_each_decision_is_taken_back(
    assessment: Assessment, owner: User
) -> None:
    first = plan_for(ground_of(assessment))
    item = first.actions[0].item
    later = str(ground_of(assessment).setting.start.later(2))
    decide(assessment, owner, "pin", item=item, level="3")
    held = decide(assessment, owner, "start_at", item=item, quarter=later).setting.constraints
    assert (held.pinned, str(held.start_at[item])) == ({item: 3}, later)
    excluded = decide(assessment, owner, "exclude", item=item, reason="冻结").setting.constraints
    assert excluded.excluded == {item: "冻结"} and not excluded.pinned and not excluded.start_at
    back = decide(assessment, owner, "start_at", item=item, quarter=later)
    assert not back.setting.constraints.excluded
    assert plan_for(back).by_item[item].start == Quarter.parse(later)
    decide(
        assessment,
        owner,
        "quote",
        item=item,
        level="3",
        quotation={"software": "1,200", "vendor": "示例公司"},
    )
    quoted = decide(assessment, owner, "budget", year=str(back.setting.start.year), amount="9,000,000")
    assert quoted.setting.constraints.quotations[0].software == Decimal(1200)
    empty = decide(assessment, owner, "reset")
    assert plan_for(empty) == first and PlanDraft.objects.get().version == 7


def test_excluding_a_basic_item_names_the_gate_and_the_offer_makes_it_possible_again(
    assessment: Assessment, owner: User
) -> None:
    basic = next(
        action.item for action in plan_for(ground_of(assessment)).actions if action.why == "basic_gate"
    )
    ground = decide(assessment, owner, "exclude", item=basic)
    plan = plan_for(ground)
    assert plan.status == "infeasible" and basic in plan.infeasible_because[0].items
    place = next(n for n, offer in enumerate(plan.relaxations) if offer.items == (basic,))
    again = decide(assessment, owner, "relax", amount=str(place))
    assert plan_for(again).status == "optimal" and not again.setting.constraints.excluded


def test_too_little_money_or_time_offers_what_helps_and_applying_it_does(
    assessment: Assessment, owner: User
) -> None:
    start = ground_of(assessment).setting.start
    for what, fields in (
        ("budget", {"year": str(start.year), "amount": "0"}),
        ("finish_by", {"quarter": str(start)}),
    ):
        decide(assessment, owner, "reset")
        decide(assessment, owner, "quarter_capacity", amount="6")
        if what == "budget":
            decide(assessment, owner, "finish_by", quarter=str(start.later(3)))
        plan = plan_for(decide(assessment, owner, what, **fields))
        assert plan.status == "infeasible" and plan.relaxations
        for n in range(len(plan.relaxations)):
            kept = ground_of(assessment).setting
            assert plan_for(decide(assessment, owner, "relax", amount=str(n))).status != "infeasible"
            save_draft(
                by=owner, assessment=assessment, target=kept.target, objective=kept.objective,
                start=kept.start, constraints=PlanDraft.objects.get().constraints | _only(kept),
            )  # fmt: skip


def _only(setting: Any) -> dict[str, object]:
    from engine.roadmap.constraints import constraints_to_json

    found = constraints_to_json(setting.constraints)
    return {"capacity": {}, "budget": {}, "finish_by": None, **found}


def test_assumptions_keep_what_differs_from_the_default_and_go_back(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    before = plan_for(ground_of(assessment))
    row = save_assumptions(
        by=owner,
        assessment=assessment,
        changes={"rate": "30000", "high": "1.60", "clause_effort": {"feature": "2.0"}},
    )
    assert row is not None and row.changes == {"rate": "30000"}
    after = plan_for(ground_of(assessment))
    assert after.effort == before.effort and after.cost.likely == before.cost.likely * 2
    other = make_assessment(hospital, owner, title="次年自评（示例）")
    assert ground_of(other).assumptions.rate == 30000
    wrongs: list[dict[str, object]] = [
        {"rate": "-1"},
        {"luck": "1"},
        {"clause_effort": {"magic": "1"}},
        {"steps": []},
        {"low": "x"},
    ]
    for wrong in wrongs:
        refused(save_assumptions, by=owner, assessment=assessment, changes=wrong)
    reset_assumptions(by=owner, assessment=assessment)
    assert not PlanningSettings.objects.exists() and plan_for(ground_of(assessment)) == before


def test_adopting_freezes_the_plan_and_makes_a_task_per_item_and_level(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    plan = plan_for(ground_of(assessment))
    item = plan.actions[0].item
    Assignment.objects.create(assessment=assessment, item_code=item, person=colleague)
    adopted = make_adopted(assessment, owner, note="示例")
    assert plan_from_json(adopted.plan) == plan
    tasks = list(adopted.tasks.all())
    assert {(task.item_code, task.level) for task in tasks} == {
        (part.key.item, part.key.level) for action in plan.actions for part in action.tasks
    }
    assert sum(task.effort for task in tasks) == plan.effort
    assert max(task.due_on for task in tasks) == plan.finish.last_day  # type: ignore[union-attr]
    assert {task.owner for task in tasks if task.item_code == item} == {colleague}
    (notice,) = Notice.objects.filter(kind="plan.task-assigned")
    assert notice.user == colleague and item in notice.facts["items"]
    make_answer(assessment, item, clauses={})
    adopted.refresh_from_db()
    assert (
        plan_from_json(adopted.plan) == plan
        and adopted.answers_digest != ground_of(assessment).answers_digest
    )
    changes: list[dict[str, Any]] = [{"plan": {}}, {"note": "x"}, {"target": 5}, {"constraints": {}}]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            AdoptedPlan.objects.filter(pk=adopted.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        adopted.save()


def test_only_the_plan_that_was_seen_is_adopted_and_one_is_in_force(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    director = make_person(hospital, Role.DIRECTOR)
    seen = ground_of(assessment).mark()
    first = adopt_plan(by=owner, assessment=assessment, seen=seen)
    task = first.tasks.earliest("due_on")
    move_task(by=owner, task=task, state="in_work")
    save_assumptions(by=owner, assessment=assessment, changes={"rate": "20000"})
    with pytest.raises(PlanChanged):
        adopt_plan(by=owner, assessment=assessment, seen=seen)
    second = make_adopted(assessment, director)
    first.refresh_from_db()
    assert (first.state, first.ended_by, second.number) == ("superseded", director, 2)
    kept = second.tasks.get(item_code=task.item_code, level=task.level)
    assert kept.state == PlanTask.State.IN_WORK
    with pytest.raises(IntegrityError), transaction.atomic():
        AdoptedPlan.objects.filter(pk=first.pk).update(state="in_force", ended_at=None, ended_by=None)
    assert "取代" in refused(move_task, by=owner, task=task, state="done")
    assert "理由" in refused(give_up_plan, by=owner, plan=second, why=" ")
    give_up_plan(by=owner, plan=second, why="医院搬迁")
    assert "终止" in refused(give_up_plan, by=owner, plan=second, why="again")
    assert not open_tasks(owner, [assessment.hospital_id])


def test_an_impossible_or_empty_plan_is_not_adopted(assessment: Assessment, owner: User) -> None:
    basic = next(
        action.item for action in plan_for(ground_of(assessment)).actions if action.why == "basic_gate"
    )
    ground = decide(assessment, owner, "exclude", item=basic)
    assert "放宽约束" in refused(adopt_plan, by=owner, assessment=assessment, seen=ground.mark())
    assert not AdoptedPlan.objects.exists()


def test_tasks_are_moved_by_their_people_and_assigned_by_who_adopts(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    laboratory = make_department(hospital, "检验科")
    technician = make_person(hospital, Role.CONTRIBUTOR, department=laboratory)
    other = make_person(hospital, Role.CONTRIBUTOR)
    engineer, consultant = make_person(hospital, Role.DATA_ENGINEER), make_person(hospital, Role.CONSULTANT)
    adopted = make_adopted(assessment, owner)
    task, rest = adopted.tasks.all()[0], adopted.tasks.all()[1]
    for person in (technician, other, engineer, consultant):
        refused(move_task, by=person, task=task, state="done")
        refused(assign_task, by=person, task=task, department=laboratory, owner=None)
    assign_task(by=owner, task=task, department=laboratory, owner=None)
    assert list(tasks_for(adopted, technician)) == [task] and not tasks_for(adopted, other).exists()
    assert [one.pk for one in open_tasks(technician, [hospital.pk])] == [task.pk]
    assert "理由" in refused(move_task, by=technician, task=task, state="given_up")
    assert "状态" in refused(move_task, by=technician, task=task, state="perfect")
    moved = move_task(by=technician, task=task, state="done", note="已上线", seen=2)
    assert moved.done_on is not None and moved.version == 3
    with pytest.raises(TaskChanged):
        move_task(by=owner, task=task, state="open", seen=2)
    assert move_task(by=owner, task=task, state="open").done_on is None
    outsider = make_user()
    assert "不是本院成员" in refused(assign_task, by=owner, task=rest, department=None, owner=outsider)
    foreign = make_department(hospital.parent or hospital, "外院科室")
    assert "不属于本院" in refused(assign_task, by=owner, task=rest, department=foreign, owner=None)
    assign_task(by=owner, task=rest, department=None, owner=other)
    assign_task(by=owner, task=rest, department=laboratory, owner=other)
    assert Notice.objects.filter(user=other, kind="plan.task-assigned").count() == 1
    make_membership(outsider, hospital, Role.CONTRIBUTOR, until=date(2020, 1, 1))
    refused(assign_task, by=owner, task=rest, department=None, owner=outsider)


def test_who_plans_adopts_and_sees(assessment: Assessment, owner: User, hospital: Organisation) -> None:
    people = {
        role: make_person(hospital, role) for role in (Role.CONSULTANT, Role.DATA_ENGINEER, Role.CONTRIBUTOR)
    }
    change_draft(
        by=people[Role.CONSULTANT], assessment=assessment, change=Change("objective", amount="safest")
    )
    seen = ground_of(assessment).mark()
    for person in people.values():
        assert refused(adopt_plan, by=person, assessment=assessment, seen=seen)
    for role in (Role.DATA_ENGINEER, Role.CONTRIBUTOR):
        refused(change_draft, by=people[role], assessment=assessment, change=Change("reset"))
        refused(save_assumptions, by=people[role], assessment=assessment, changes={"rate": "1"})
    assert adopt_plan(by=owner, assessment=assessment, seen=seen).objective == "safest"


def test_a_submitted_assessment_is_planned_from_what_was_handed_in(
    assessment: Assessment, owner: User
) -> None:
    submit(assessment, owner)
    ground = ground_of(assessment)
    assert ground.snapshot == 1
    adopted = make_adopted(assessment, owner)
    assert adopted.snapshot is not None and adopted.snapshot.number == 1


def test_a_stored_start_moves_on_with_the_calendar(assessment: Assessment, owner: User) -> None:
    decide(assessment, owner, "start", quarter=str(current_quarter()))
    PlanDraft.objects.update(start_year=2020, start_quarter=1)
    assert ground_of(assessment).setting.start == current_quarter()


def test_the_trail_says_what_was_decided(assessment: Assessment, owner: User) -> None:
    decide(assessment, owner, "budget", year=str(current_quarter().year + 1), amount="5000000")
    adopted = make_adopted(assessment, owner)
    move_task(by=owner, task=adopted.tasks.all()[0], state="in_work")
    verbs = list(Event.objects.filter(verb__startswith="plan.").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["plan.draft-changed", "plan.adopted", "plan.task-moved"]
