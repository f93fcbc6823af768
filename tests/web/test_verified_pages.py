"""Pages of what the checks found: who reads what, constant queries, filters, small figures kept inside."""

from __future__ import annotations

import html
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment
from engine.evidence.judging import STATUS_WORDS
from hospitals.models import Membership, Organisation
from reports.view_models.verified.loops import flow_chart
from reports.view_models.verified.rules import STATES
from tests.factories.assessments import complete, make_assessment, make_member, submit
from tests.factories.evidence import make_counts, make_run, refuted, supported
from tests.factories.verified import a_loop, facade_counts, facade_run, loop_count, speaking_rules

pytestmark = pytest.mark.django_db

STAFF = 12  # session, person, memberships, assessment, 4 of the live standing, run, decisions, 2 navigation
BUREAU = 7  # session, person, memberships, assessment, snapshot, its run, decisions
PAGES = (
    "verified",
    "verified-rules",
    "verified-records",
    "verified-loops",
    "verified-meaning",
    "verified-authenticity",
    "verified-changes",
)


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    found = make_assessment(hospital, owner, edition="emr-2018", target_level=3)
    complete(found, owner)
    return found


@pytest.fixture
def reviewer(bureau: Organisation) -> User:
    return make_member(bureau, "reviewer", Membership.Role.REVIEWER)


def get(user: User, name: str, assessment: Assessment, *args: object, **query: Any) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(reverse(name, args=[assessment.public_id, *args]), query)
    assert response.status_code == 200, (name, response.status_code)
    return html.unescape(response.content.decode())


def queries(user: User, name: str, assessment: Assessment, *args: object) -> int:
    client = Client()
    client.force_login(user)
    url = reverse(name, args=[assessment.public_id, *args])
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    return len(asked)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_answers_with_and_without_a_run(assessment: Assessment, owner: User, name: str) -> None:
    assert "还没有核验过" in get(owner, name, assessment)
    facade_run(assessment, owner)
    with_run = get(owner, name, assessment)
    assert "第1次核验" in with_run and "还没有核验过" not in with_run


@pytest.mark.parametrize("name", PAGES[:-1])
def test_a_page_asks_as_often_for_one_rule_as_for_many(
    assessment: Assessment, owner: User, name: str
) -> None:
    rules = speaking_rules()
    make_run(assessment, owner, counts=make_counts("emr-2018", [supported(rules[0].id)]))
    few = queries(owner, name, assessment)
    make_run(assessment, owner, counts=make_counts("emr-2018", [refuted(rule.id) for rule in rules]))
    further = 1 if name == "verified-authenticity" else 0  # content another hospital handed in too
    assert queries(owner, name, assessment) == few == STAFF + further


def test_comparing_runs_asks_as_often_for_two_as_for_five(assessment: Assessment, owner: User) -> None:
    facade_run(assessment, owner)
    facade_run(assessment, owner)
    few = queries(owner, "verified-changes", assessment)
    for _more in range(3):
        facade_run(assessment, owner)
    assert queries(owner, "verified-changes", assessment) == few == STAFF + 2


def test_a_bureau_reads_the_run_that_was_handed_in_with_as_few_queries(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    facade_run(assessment, owner)
    submit(assessment, owner)
    make_run(assessment, owner, counts=make_counts("emr-2018", []))
    text = get(reviewer, "verified", assessment)
    assert "第1次核验" in text and "第2次核验" not in text
    assert queries(reviewer, "verified", assessment) == BUREAU


def test_before_a_submission_a_bureau_finds_nothing(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    facade_run(assessment, owner)
    client = Client()
    client.force_login(reviewer)
    for name in PAGES:
        assert client.get(reverse(name, args=[assessment.public_id])).status_code == 404, name


# -- what they say -----------------------------------------------------------------------------


def test_the_first_sentence_is_the_message_and_the_refuted_part_comes_first(
    assessment: Assessment, owner: User
) -> None:
    facade_run(assessment, owner)
    text = get(owner, "verified", assessment)
    assert text.index("自评3级") < text.index("核验不符的部分") < text.index("未核验的部分")
    assert "100条中只有10条相符（10.00%）" in text


def test_points_refuted_that_move_no_level_are_said_too(assessment: Assessment, owner: User) -> None:
    assessment.item_answers.update(clauses={})
    complete(assessment, owner, up_to=3)
    facade_run(assessment, owner)
    text = get(owner, "verified", assessment)
    assert "没有被数据否定" not in text


@pytest.mark.parametrize("state", STATES)
def test_rules_are_filtered_by_their_outcome(assessment: Assessment, owner: User, state: str) -> None:
    facade_run(assessment, owner)
    text = get(owner, "verified-rules", assessment, state=state)
    shown = set(text.split('class="check-state check-')[1:])
    assert all(part.startswith(f'{state}"') for part in shown)
    assert STATUS_WORDS[state].zh in text  # type: ignore[index]


def test_rules_are_filtered_by_record_type_and_an_unknown_one_shows_none(
    assessment: Assessment, owner: User
) -> None:
    facade_run(assessment, owner)
    everything = get(owner, "verified-rules", assessment).count("<tr>")
    labs = get(owner, "verified-rules", assessment, record="lab_report").count("<tr>")
    assert 1 < labs < everything
    assert "没有这样的规则" in get(owner, "verified-rules", assessment, record="no_such_record")


def test_an_unknown_rule_is_not_found_nor_one_of_another_standard(
    assessment: Assessment, owner: User
) -> None:
    client = Client()
    client.force_login(owner)
    other = speaking_rules("smart-service-2019", 5)[0].id
    for rule in ("no-such-rule", other):
        assert client.get(reverse("verified-rule", args=[assessment.public_id, rule])).status_code == 404


def test_a_rule_names_failing_rows_by_file_and_number(assessment: Assessment, owner: User) -> None:
    facade_run(assessment, owner)
    text = get(owner, "verified-rule", assessment, speaking_rules()[0].id)
    assert "10 / 100" in text and "lab_report.csv" in text and ">17<" in text
    assert queries(owner, "verified-rule", assessment, speaking_rules()[0].id) == STAFF


def test_a_supported_rule_with_exceptions_never_reads_as_all(assessment: Assessment, owner: User) -> None:
    rule = speaking_rules()[1].id
    make_run(assessment, owner, counts=make_counts("emr-2018", [supported(rule, 99_999, 100_000)]))
    text = get(owner, "verified-rule", assessment, rule)
    assert "99.99%" in text and "100.00%" not in text and "相符，有1处例外" in text


def test_small_figures_stay_in_the_hospital(assessment: Assessment, owner: User, reviewer: User) -> None:
    facade_run(assessment, owner, small=True)
    submit(assessment, owner)
    rule = speaking_rules()[1].id
    inside, outside = (get(user, "verified-rule", assessment, rule) for user in (owner, reviewer))
    assert "6 / 7" in inside and "4 / 4" in inside and "只有7条" in inside
    assert "6 / 7" not in outside and "少于10" in outside and "只有7条" not in outside
    assert "4 / 4" not in outside and "40 / 50" not in outside  # the other would follow from the total
    loops = get(reviewer, "verified-loops", assessment)
    assert "业务量太少，不显示" in loops and "7条业务" not in loops
    meaning = get(reviewer, "verified-meaning", assessment)
    assert "BS01" in meaning and "少于10 · 5%" in meaning and "6 · 5%" not in meaning
    assert "只有7条" not in get(reviewer, "verified", assessment)


def test_loops_that_fail_are_drawn_and_say_where(assessment: Assessment, owner: User) -> None:
    facade_run(assessment, owner)
    text = get(owner, "verified-loops", assessment)
    loop = a_loop()
    assert loop.name.zh in text and "没有闭合" in text and "102条走完全部环节" in text
    assert "9条次序颠倒" in text and "<title" in text


def test_two_runs_are_compared_and_the_same_counts_have_the_same_digest(
    assessment: Assessment, owner: User
) -> None:
    rules = speaking_rules()
    make_run(assessment, owner, counts=make_counts("emr-2018", [refuted(rules[0].id)]))
    make_run(assessment, owner, counts=make_counts("emr-2018", [supported(rules[0].id, 100, 100)]))
    text = get(owner, "verified-changes", assessment)
    assert "变好" in text and "10 / 100" in text and "100 / 100" in text
    make_run(assessment, owner, counts=make_counts("emr-2018", [supported(rules[0].id, 100, 100)]))
    assert "摘要码一致" in get(owner, "verified-changes", assessment)


@pytest.mark.parametrize("asked", ["0", "99", "abc", "-1", "99999999"])
def test_a_run_that_does_not_exist_is_compared_with_nothing(
    assessment: Assessment, owner: User, asked: str
) -> None:
    facade_run(assessment, owner)
    get(owner, "verified-changes", assessment, before=asked)


def test_the_script_gets_the_charts_and_an_unknown_one_is_not_found(
    assessment: Assessment, owner: User
) -> None:
    facade_run(assessment, owner)
    client = Client()
    client.force_login(owner)
    url = reverse("verified", args=[assessment.public_id])
    assert client.get(url, {"figure": "heat"}).json()["data"]
    assert client.get(url, {"figure": "nothing"}).status_code == 404


# -- the pages that tell it in one line ---------------------------------------------------------


def test_the_result_page_shows_the_verified_level_once_there_is_a_run(
    assessment: Assessment, owner: User
) -> None:
    assert "还没有用数据核验过" in get(owner, "result", assessment)
    facade_run(assessment, owner)
    text = get(owner, "result", assessment)
    assert "还没有用数据核验过" not in text and "核验覆盖率" in text
    assert reverse("verified", args=[assessment.public_id]) in text
    assert queries(owner, "result", assessment) == STAFF


def test_the_explanation_of_an_item_gives_the_word_on_its_clauses(
    assessment: Assessment, owner: User
) -> None:
    run_counts = facade_counts()
    make_run(assessment, owner, counts=run_counts)
    role, item, *_rest = speaking_rules()[0].supports[0].split(".")
    text = get(owner, "explanation", assessment, f"{role}.{item}")
    assert "自评符合的条款，核验怎么说" in text and "核验不符" in text


def test_home_and_overview_show_the_span_that_was_frozen(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    client = Client()
    client.force_login(owner)
    assert "尚未核验" in client.get(reverse("home")).content.decode()
    run = facade_run(assessment, owner)
    assert f"已核验于{run.finished_at:%Y-}" in client.get(reverse("home")).content.decode()
    submit(assessment, owner)
    snapshot = assessment.snapshots.get()
    chip = f"自评{snapshot.level}级 · 至多{snapshot.verified['not_refuted']['level']}级"
    for name in ("home", "assessment"):
        args = [] if name == "home" else [assessment.public_id]
        shown = client.get(reverse(name, args=args)).content.decode()
        assert chip in shown and "提交时" in shown, name
    assert chip in get(reviewer, "assessment", assessment)
    client.force_login(reviewer)
    assert "覆盖" in client.get(reverse("home")).content.decode()


def test_when_decisions_since_the_submission_moved_the_level_both_are_said(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    facade_run(assessment, owner)
    submit(assessment, owner)
    for user in (owner, reviewer):
        assert "加上提交后的评审结论" not in get(user, "verified", assessment)
    snapshot = assessment.snapshots.get()
    now = snapshot.verified["provisional"]["level"]
    snapshot.verified["provisional"]["level"] = now + 1
    snapshot.save(update_fields=["verified"])
    for user in (owner, reviewer):
        text = get(user, "verified", assessment)
        assert f"提交时现有证据支持{now + 1}级；加上提交后的评审结论，现为{now}级" in text


@pytest.mark.parametrize(
    ("minutes", "words"),
    [("12", "中位12分钟"), ("690", "中位11.5小时"), ("-30", "中位早30分钟"), ("-623", "中位早10.4小时")],
)
def test_a_step_that_usually_comes_too_early_says_so_without_a_minus_sign(minutes: str, words: str) -> None:
    count = loop_count(a_loop())
    first, second, *rest = count.nodes
    early = replace(count, nodes=(first, replace(second, median_minutes=Decimal(minutes)), *rest))
    assert flow_chart(a_loop(), early).steps[1].minutes == words
