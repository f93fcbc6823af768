"""The planning pages: three plans, one decision at a time with what changed, assumptions, tasks, what was delivered."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.models import AdoptedPlan, Assessment, Assignment, PlanningSettings, PlanTask
from assessments.queries.planning.ground import ground_of
from assessments.queries.planning.making import plan_for
from engine.roadmap.assumptions import assumptions_to_json
from hospitals.models import Membership, Organisation
from rubrics.queries import get_assumptions
from tests.factories.adopted_plans import make_adopted, partly_answered
from tests.factories.assessments import complete, make_assessment, submit
from tests.factories.people import make_department, make_person

pytestmark = pytest.mark.django_db
Role = Membership.Role
PARTS = {"HX-Request": "true"}
CHINESE = re.compile(r"[\u3400-\u9fff\uff01-\uff5e]")


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    made = make_assessment(hospital, owner)
    partly_answered(made)
    return made


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, assessment: Assessment, *args: Any) -> str:
    return reverse(name, args=[assessment.public_id, *args])


def queries_of(client: Client, where: str) -> int:
    client.get(where)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(where).status_code == 200
    return len(seen)


def change(client: Client, assessment: Assessment, **fields: str) -> Any:
    return client.post(address("plan-change", assessment), fields, headers=PARTS)


def test_the_page_shows_the_chosen_plan_and_asks_for_the_others(assessment: Assessment, owner: User) -> None:
    cache.clear()  # another test may have asked for the same plans
    client = signed_in(owner)
    page = client.get(address("plan", assessment)).context["page"]
    plan = plan_for(ground_of(assessment))
    assert [row.code for row in page.view.rows] == [action.item for action in plan.actions]
    assert [(one.objective, one.known) for one in page.choices] == [
        ("cheapest", True), ("fastest", False), ("safest", False),
    ]  # fmt: skip
    part = client.get(address("plan-choice", assessment, "safest"), headers=PARTS).content.decode()
    assert "选用此方案" in part and "<html" not in part
    known = client.get(address("plan", assessment)).context["page"].choices[2]
    assert known.known and known.effort in part
    assert client.get(address("plan-choice", assessment, "luckiest")).status_code == 404
    assert client.get(address("plan-item", assessment, "99.99")).status_code == 404


def test_the_plan_in_the_making_is_compared_with_the_one_in_force(
    assessment: Assessment, owner: User
) -> None:
    partly_answered(assessment, lacking=17)
    client = signed_in(owner)
    against = address("plan", assessment) + "?against=adopted"
    assert client.get(against).status_code == 404, "none is in force"
    adopted = make_adopted(assessment, owner)
    same = client.get(against)
    assert same.context["page"].difference.sentence == f"与执行中的第{adopted.number}份规划相同。"
    assert "与执行中的规划比较" in same.content.decode()
    optional = next(
        action.item for action in plan_for(ground_of(assessment)).actions if action.why != "basic_gate"
    )
    change(client, assessment, what="exclude", item=optional, reason="血库冻结")
    other = client.get(against).context["page"].difference
    assert other.by_item[optional] == "dropped" and other.sentence.startswith("与执行中的第1份规划相比：投入")
    hurried = change(client, assessment, what="objective", amount="fastest").context["page"].difference
    assert hurried is not None, "another objective is compared as well"
    change(client, assessment, what="target", level=str(assessment.target_level + 1))
    assert client.get(against).context["page"].difference is None


def test_a_decision_comes_back_as_the_board_with_what_changed(assessment: Assessment, owner: User) -> None:
    partly_answered(assessment, lacking=17)
    client = signed_in(owner)
    client.get(address("plan", assessment))
    optional = next(
        action.item for action in plan_for(ground_of(assessment)).actions if action.why != "basic_gate"
    )
    answer = change(client, assessment, what="exclude", item=optional, reason="血库冻结")
    page, html = answer.context["page"], answer.content.decode()
    assert html.lstrip().startswith('<div id="plan-board"') and "血库冻结" in html
    assert page.difference.by_item[optional] == "dropped"
    assert {*page.difference.by_item.values()} & {"new", "altered"}
    assert page.decided[0].undo == {"what": "include", "item": optional}
    undone = change(client, assessment, **page.decided[0].undo).context["page"]
    assert not undone.decided and undone.difference.by_item[optional] == "new"
    later = str(ground_of(assessment).setting.start.later(1))
    moved = change(client, assessment, what="start_at", item=optional, quarter=later).context["page"]
    line = next(line for line in moved.chart.lines if line.code == optional)
    assert (line.start, line.start_pinned, line.change) == (later, True, "moved")
    refused = change(client, assessment, what="budget", year="2027", amount="-5")
    assert refused.status_code == 422 and refused.headers["Content-Type"].startswith("text/plain")
    plain = client.post(address("plan-change", assessment), {"what": "budget", "year": "x", "amount": "1"})
    assert plain.status_code == 302


def test_an_impossible_plan_offers_what_helps_and_the_page_says_when_answers_changed(
    assessment: Assessment, owner: User
) -> None:
    client = signed_in(owner)
    mark = client.get(address("plan", assessment)).context["page"].answers_mark
    basic = next(
        action.item for action in plan_for(ground_of(assessment)).actions if action.why == "basic_gate"
    )
    page = change(client, assessment, what="exclude", item=basic, answers=mark).context["page"]
    assert not page.view.feasible and page.offers and not page.warnings and page.chart is None
    assessment.item_answers.filter(item_code="05.01").update(clauses={})
    after = change(client, assessment, what="relax", amount="0", answers=mark).context["page"]
    assert after.view.feasible and after.warnings
    adopted = client.post(address("plan-adopt", assessment), {"mark": page.mark})
    assert adopted.headers["Location"] == address("plan", assessment) and not AdoptedPlan.objects.exists()
    client.post(address("plan-adopt", assessment), {"mark": after.mark})
    assert AdoptedPlan.objects.get().adopted_by == owner


def test_assumptions_are_typed_beside_their_defaults_and_go_back(assessment: Assessment, owner: User) -> None:
    client, where = signed_in(owner), address("plan-assumptions", assessment)
    page = client.get(where).context["page"]
    form = {field.key: field.value for group in page.groups for field in group.fields}
    form["rules"] = [rule.key for rule in page.rules]
    assert client.post(where, form).status_code == 302 and not PlanningSettings.objects.exists()
    client.post(where, {**form, "rate": "22,000", "clause_effort.feature": "3"})
    kept = client.get(where).context["page"]
    own = {
        field.key: (field.value, field.default)
        for group in kept.groups
        for field in group.fields
        if field.own
    }
    assert own == {"rate": ("22000", "15000"), "clause_effort.feature": ("3", "2")}
    client.post(where, {**form, "rate": "22000", "clause_effort.feature": "3", "default": "rate"})
    assert ground_of(assessment).assumptions.rate == 15000
    assert ground_of(assessment).assumptions.clause_effort["feature"] == 3
    refused = client.post(where, {**form, "high": "0.1"})
    assert refused.status_code == 422 and "high" in refused.context["page"].problem
    client.post(where, {"all": "1"})
    assert client.get(where).context["page"].own == 0


def test_every_number_of_a_plan_stands_in_the_form(assessment: Assessment, owner: User) -> None:
    client, where = signed_in(owner), address("plan-assumptions", assessment)
    page = client.get(where).context["page"]
    form = {field.key: field.value for group in page.groups for field in group.fields}
    form["rules"] = [rule.key for rule in page.rules]
    simple = set(assumptions_to_json(get_assumptions())) - {
        "size_factors",
        "clause_effort",
        "across",
    }
    assert simple | {"size_factor"} <= form.keys()
    order = form["order_inside"].split(", ")
    typed = {
        **form,
        "earlier_index": "0.60",
        "levels_above_target": "0",
        "steps": "0.60，0.95",
        "order_inside": "、".join(reversed(order)),
    }
    assert client.post(where, typed).status_code == 302
    found = ground_of(assessment).assumptions
    assert (found.earlier_index, found.levels_above_target) == (Decimal("0.60"), 0)
    assert found.order_inside == tuple(reversed(get_assumptions().order_inside))
    told = client.get(address("plan", assessment)).context["page"].view.assumptions
    changed = {row.key: (row.value, row.default) for row in told if row.changed}
    assert changed["steps.1"] == ("0.60", "0.50") and changed["earlier_index"] == ("0.60", "0.50")
    assert "levels_above_target" in changed
    assert client.post(where, {**typed, "order_inside": "闭环、魔法"}).status_code == 422
    client.post(where, {**typed, "default": "order_inside"})
    assert ground_of(assessment).assumptions.order_inside == get_assumptions().order_inside


def test_tasks_show_late_and_by_department_and_reach_the_first_page(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    laboratory = make_department(hospital, "检验科")
    technician = make_person(hospital, Role.CONTRIBUTOR, department=laboratory)
    item = plan_for(ground_of(assessment)).actions[0].item
    Assignment.objects.create(assessment=assessment, item_code=item, department=laboratory)
    make_adopted(assessment, owner)
    task = PlanTask.objects.filter(item_code=item)[0]
    past = timezone.localdate() - timedelta(days=9)
    PlanTask.objects.filter(pk=task.pk).update(starts_on=past - timedelta(days=80), due_on=past)
    page = signed_in(owner).get(address("plan-progress", assessment)).context["page"]
    assert (page.all.late, page.all.due) == (1, 1)
    assert {one.name for one in page.departments} == {"检验科", "没有分派科室"}
    client = signed_in(technician)
    own = client.get(address("plan-progress", assessment)).context["page"]
    assert not own.whole and {line.code for line in own.lines} == {item} and not own.others
    home = client.get("/")
    assert [one.code for one in home.context["page"].tasks][:1] == [item]
    assert (
        "我的规划任务" in home.content.decode() and client.get(address("plan", assessment)).status_code == 403
    )
    move = address("plan-task-move", assessment, task.public_id)
    client.post(move, {"state": "done", "seen": "1"})
    client.post(move, {"state": "open", "seen": "1"})
    task.refresh_from_db()
    assert task.state == PlanTask.State.DONE
    late = signed_in(owner).get(address("plan-progress", assessment), {"show": "late"}).context["page"]
    assert not late.lines and late.all.done == 1


def test_the_next_assessment_shows_what_the_plan_delivered(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    submit(assessment, owner)
    plan = plan_for(ground_of(assessment))
    make_adopted(assessment, owner)
    where, client = address("plan-delivered", assessment), signed_in(owner)
    assert client.get(where).context["page"].title == ""
    following = make_assessment(hospital, owner, title="次年自评（示例）")
    complete(following, owner)
    following.item_answers.filter(item_code=plan.actions[0].item).update(clauses={})
    page = client.get(where).context["page"]
    outcomes = {one.code: one.outcome for one in page.outcomes}
    assert set(outcomes) == {action.item for action in plan.actions}
    assert outcomes[plan.actions[0].item] == "missed" and "reached" in outcomes.values()
    seen_from_the_next = client.get(address("plan-delivered", following)).context["page"]
    assert seen_from_the_next.title == following.title
    assert client.get(address("plan-progress", following)).context["page"].head.number == 1


@pytest.mark.parametrize("name", ["plan", "plan-assumptions", "plan-progress", "plan-delivered"])
def test_pages_cost_the_same_and_speak_english(
    assessment: Assessment, owner: User, hospital: Organisation, name: str
) -> None:
    client = signed_in(owner)
    make_adopted(assessment, owner)
    few = queries_of(client, address(name, assessment))
    for n in range(3):
        make_person(hospital, Role.CONTRIBUTOR)
        Assignment.objects.create(assessment=assessment, item_code=f"01.0{n + 1}", person=owner)
    partly_answered(assessment, lacking=8)
    make_adopted(assessment, owner)
    assert queries_of(client, address(name, assessment)) == few <= 20
    User.objects.filter(pk=owner.pk).update(language="en")
    client.post("/language/", {"language": "en", "next": "/"})
    html = client.get(address(name, assessment)).content.decode()
    assert 'lang="en"' in html
