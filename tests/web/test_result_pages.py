"""Result, gap, what-if, explanation and comparison: one number everywhere, snapshots for a bureau, switches that change nothing."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from assessments.models import Assessment
from engine.scoring.whatif import passing_switch, score_with
from hospitals.models import Department, Membership, Organisation
from reports.charts.from_card import gauge_chart
from reports.charts.svg import draw
from reports.standing import Standing, standing_of
from reports.view_models.report import gap_report
from tests.factories.assessments import all_met, complete, make_answer, make_assessment, make_member, submit
from tests.factories.rubrics import library

pytestmark = pytest.mark.django_db

STAFF_RESULT = 12  # session, person, memberships, assessment, 4 of the live standing, run, decisions, 2 of the navigation
BUREAU_RESULT = 7  # session, person, memberships, assessment, snapshot, its run, decisions


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    """At level 2, aiming at 3: two items stand in the way."""
    found = make_assessment(hospital, owner, edition="smart-service-2019", target_level=3)
    complete(found, owner)
    rubric = library()["smart-service-2019"]
    basic = [item for item in rubric.items if item.by_level[3].category == "basic"]
    make_answer(found, basic[0].code, clauses=all_met(rubric, basic[0].code, 2))
    ratio = next(item for item in basic[1:] if item.application.kind == "ratio")
    found.base_figures.all().delete()
    for item in rubric.items:
        if item.application.kind == "ratio":
            found.item_answers.filter(item_code=item.code).update(denominator=1000)
    found.item_answers.filter(item_code=ratio.code).update(numerators={"3": 760})
    return found


@pytest.fixture
def reviewer(bureau: Organisation) -> User:
    return make_member(bureau, "reviewer", Membership.Role.REVIEWER)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(user: User, name: str, assessment: Assessment, *args: object, **query: Any) -> str:
    response = signed_in(user).get(reverse(name, args=[assessment.public_id, *args]), query)
    assert response.status_code == 200, response.status_code
    return html.unescape(response.content.decode())


def standing(assessment: Assessment) -> Standing:
    found = standing_of(assessment, submitted_only=False)
    assert found is not None
    return found


def failing_item(found: Standing, factor: str) -> str:
    gates = found.card.by_level[3].gates
    return next(fail.item for fail in gates.basic.failing if fail.factor == factor)


# -- the result --------------------------------------------------------------------------------


def test_the_same_total_stands_on_the_page_in_the_drawing_in_the_json_and_in_the_report(
    assessment: Assessment, owner: User
) -> None:
    found = standing(assessment)
    total = str(found.card.total)
    assert f">{total}<" in page_of(owner, "result", assessment)
    assert f">{total}<" in draw(gauge_chart(found.rubric, found.card, 3))
    assert total in page_of(owner, "gap", assessment)
    answer = signed_in(owner).post(
        reverse("what-if", args=[assessment.public_id]), headers={"accept": "application/json"}
    )
    assert answer.json()["total_before"] == total
    assert gap_report(found, 3).total == total


def test_the_first_blocking_gate_and_its_items_are_named_with_have_and_need(
    assessment: Assessment, owner: User
) -> None:
    text = page_of(owner, "result", assessment)
    assert "目前整体达到2级" in text
    assert "未达3级，首先受阻于基本项：8个基本项应全部达标，现有6个达标，差2项。" in text
    assert "有效应用比例0.76，未达0.80" in text
    assert "功能达到2级，需3级" in text


def test_every_item_of_the_rubric_has_a_row_that_says_whether_it_passes(
    assessment: Assessment, owner: User
) -> None:
    text = page_of(owner, "result", assessment)
    rows = re.findall(r'<tr data-code="([\d.]+)".*?data-passes="(yes|no)".*?data-factor="(\w*)"', text)
    cards = standing(assessment).card.items
    assert [code for code, *_ in rows] == [item.code for item in library()["smart-service-2019"].items]
    for code, passes, factor in rows:
        shorts = cards[code].shortfalls.get(3, ())
        assert (passes == "no") == bool(shorts)
        assert factor == (shorts[0].factor if shorts else "")


def test_an_open_assessment_is_marked_live_and_a_submitted_one_shows_its_snapshot(
    assessment: Assessment, owner: User
) -> None:
    assert "实时结果，未提交" in page_of(owner, "result", assessment)
    submit(assessment, owner)
    text = page_of(owner, "result", assessment)
    assert "第1次提交的快照" in text and "实时结果" not in text
    assert assessment.edition.content_hash[:12] in text and "自评结果，非官方评价结果" in text


def test_a_bureau_reads_what_was_submitted_while_the_hospital_works_on(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    submit(assessment, owner)
    before = str(standing(assessment).card.total)
    Assessment.objects.filter(pk=assessment.pk).update(status="returned")
    assessment.item_answers.update(clauses={})
    assert before not in page_of(owner, "result", Assessment.objects.get(pk=assessment.pk))
    for name in ("result", "gap"):
        assert before in page_of(reviewer, name, assessment)
    text = page_of(reviewer, "result", assessment)
    assert reverse("item", args=[assessment.public_id, "01.01"]) not in text
    assert reverse("rubric-item", args=[assessment.edition.slug, "01.01"]) in text


def test_nothing_verified_is_said_and_not_drawn(assessment: Assessment, owner: User) -> None:
    text = page_of(owner, "result", assessment)
    assert "还没有用数据核验过：图中实心部分为空，不代表核验不符。" in text and "未核验" in text


def test_figures_that_contradict_each_other_are_named_and_left_out(
    assessment: Assessment, owner: User
) -> None:
    assessment.item_answers.filter(item_code="01.01").update(denominator=10)
    assert "有互相矛盾的数字，未计入" in page_of(owner, "result", assessment)


def test_unconfirmed_flags_and_a_verdict_that_depends_on_them_are_explained(
    hospital: Organisation, owner: User
) -> None:
    emr = make_assessment(hospital, owner, edition="emr-2018", target_level=3, title="电子病历")
    text = page_of(owner, "result", emr)
    assert "有265处基本项、选择项标识尚未与官方附件核对" in text
    assert reverse("rubric-flags", args=[emr.edition.slug]) in text


def test_a_page_holds_no_inline_script_style_or_handler(assessment: Assessment, owner: User) -> None:
    for name in ("result", "gap", "comparison"):
        text = page_of(owner, name, assessment)
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
        assert not re.search(r"<script(?![^>]*\bsrc=)", text)


def test_charts_speak_to_those_who_do_not_see_them(assessment: Assessment, owner: User) -> None:
    text = page_of(owner, "result", assessment)
    charts = re.findall(r'<figure class="chart.*?</figure>', text, re.S)
    assert len(charts) == 3
    for chart in charts:
        assert "<title>" in chart and "<desc>" in chart and "<caption" in chart and "<figcaption" in chart
        assert re.search(r'aria-controls="(table-\w+)"', chart).group(1) in re.findall(
            r'id="(table-\w+)"', chart
        )  # type: ignore[union-attr]


@pytest.mark.parametrize("key", ["gauge", "radar", "heat"])
def test_the_script_gets_each_chart_as_a_figure(assessment: Assessment, owner: User, key: str) -> None:
    response = signed_in(owner).get(reverse("result", args=[assessment.public_id]), {"figure": key})
    assert set(response.json()) == {"data", "layout"}


def test_an_unknown_chart_is_not_found(assessment: Assessment, owner: User) -> None:
    assert (
        signed_in(owner).get(reverse("result", args=[assessment.public_id]), {"figure": "x"}).status_code
        == 404
    )


def test_the_result_page_asks_as_often_for_one_answered_item_as_for_all(
    assessment: Assessment, owner: User
) -> None:
    client = signed_in(owner)
    address = reverse("result", args=[assessment.public_id])
    client.get(address)  # the process reads the rubric once, a new session is stored once
    with CaptureQueriesContext(connection) as full:
        client.get(address)
    assessment.item_answers.exclude(item_code="01.01").delete()
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    assert len(full) == len(few) == STAFF_RESULT, [query["sql"][:70] for query in full]


def test_a_bureau_page_asks_for_the_snapshot_alone(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    submit(assessment, owner)
    client = signed_in(reviewer)
    client.get(reverse("result", args=[assessment.public_id]))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("result", args=[assessment.public_id]))
    assert len(asked) == BUREAU_RESULT, [query["sql"][:70] for query in asked]


# -- why ---------------------------------------------------------------------------------------


def test_why_answers_as_a_panel_as_a_page_and_inside_the_result(assessment: Assessment, owner: User) -> None:
    score = str(standing(assessment).card.items["01.01"].score)
    panel = signed_in(owner).get(
        reverse("explanation", args=[assessment.public_id, "01.01"]), headers={"hx-request": "true"}
    )
    assert "<html" not in panel.content.decode() and score in panel.content.decode()
    assert "<html" in page_of(owner, "explanation", assessment, "01.01")
    assert 'id="why-title"' in page_of(owner, "result", assessment, why="01.01")
    assert 'id="why-title"' not in page_of(owner, "result", assessment, why="99.99")


@pytest.mark.parametrize("subject", ["total", "level-3"])
def test_the_total_and_a_level_are_explained_too(assessment: Assessment, owner: User, subject: str) -> None:
    assert "why-tree" in page_of(owner, "explanation", assessment, subject)


@pytest.mark.parametrize("subject", ["level-9", "level-x", "nothing", "level-²"])
def test_what_does_not_exist_has_no_explanation(assessment: Assessment, owner: User, subject: str) -> None:
    response = signed_in(owner).get(reverse("explanation", args=[assessment.public_id, subject]))
    assert response.status_code == 404


# -- gap and what-if ---------------------------------------------------------------------------


def test_the_gap_page_says_what_is_missing_and_by_how_much(assessment: Assessment, owner: User) -> None:
    text = page_of(owner, "gap", assessment)
    assert "距3级还差：基本项2个。" in text
    assert "0.76 → 0.80" in text
    assert "分母1000，分子现为760，至少需800，还差40。" in text


def test_a_target_that_does_not_exist_falls_back_to_the_own_one(assessment: Assessment, owner: User) -> None:
    for wrong in ("9", "-1", "x", "³", "99999999"):
        assert "距3级还差" in page_of(owner, "gap", assessment, target=wrong)


def test_the_address_keeps_the_switches(assessment: Assessment, owner: User) -> None:
    found = standing(assessment)
    item = failing_item(found, "application")
    text = page_of(owner, "gap", assessment, target=3, lift=f"{item}:3")
    after = score_with(
        found.rubric, found.answers, [passing_switch(found.rubric, found.rubric.by_code[item], 3)]
    )
    assert re.search(rf'name="lift" value="{item}:3" checked', text)
    assert f"<strong>{after.total}</strong>" in text


def test_all_suggested_switches_reach_the_target_and_change_nothing_stored(
    assessment: Assessment, owner: User
) -> None:
    before = list(assessment.item_answers.order_by("pk").values())
    text = page_of(owner, "gap", assessment)
    query = re.search(r'href="\?(target=3[^"]*)" data-all-suggested', text).group(1)  # type: ignore[union-attr]
    answer = (
        signed_in(owner)
        .post(
            reverse("what-if", args=[assessment.public_id]),
            query,
            content_type="application/x-www-form-urlencoded",
            headers={"accept": "application/json"},
        )
        .json()
    )
    assert (answer["level_before"], answer["level_after"]) == (2, 3)
    assert list(assessment.item_answers.order_by("pk").values()) == before


def test_the_part_that_the_switches_fetch_says_what_changed(assessment: Assessment, owner: User) -> None:
    item = failing_item(standing(assessment), "application")
    response = signed_in(owner).post(
        reverse("what-if", args=[assessment.public_id]), {"target": "3", "ratio": f"{item}:3:0.80"}
    )
    text = response.content.decode()
    assert "<html" not in text and "试算1项：仍为2级" in text and item in text


@pytest.mark.parametrize(
    ("switch", "sentence"),
    [
        ({"lift": "99.99:3"}, "没有99.99的3级要求"),
        ({"lift": "01.01"}, "无法识别试算条件"),
        ({"lift": "01.01:9"}, "没有01.01的9级要求"),
        ({"ratio": "01.01:3:1.2"}, "不是0至1之间的数"),
        ({"ratio": "01.01:3:NaN"}, "不是0至1之间的数"),
        ({"index": "01.01:3:x"}, "不是0至1之间的数"),
        ({"ratio": "01.01:3:1e999"}, "不是0至1之间的数"),
        (
            {"lift": [f"01.01:{n % 90}" for n in range(1)] + [f"{n}:1" for n in range(300)]},
            "一次最多试算200项",
        ),
    ],
)
def test_a_switch_that_makes_no_sense_is_refused_with_a_sentence(
    assessment: Assessment, owner: User, switch: dict[str, Any], sentence: str
) -> None:
    response = signed_in(owner).post(reverse("what-if", args=[assessment.public_id]), switch)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    if len(str(switch)) < 100:
        assert sentence in page_of(owner, "gap", assessment, **switch)


def test_responsible_people_are_for_the_hospital_alone(
    assessment: Assessment, owner: User, reviewer: User, hospital: Organisation
) -> None:
    department = Department.objects.create(organisation=hospital, name="示例护理部")
    for item in library()["smart-service-2019"].items:
        assessment.assignments.update_or_create(item_code=item.code, defaults={"department": department})
    assert "示例护理部" in page_of(owner, "gap", assessment)
    submit(assessment, owner)
    assert "示例护理部" not in page_of(reviewer, "gap", assessment)


def test_a_reached_target_says_so(assessment: Assessment, owner: User) -> None:
    assert "没有差距项" in page_of(owner, "gap", assessment, target=1)


# -- comparison --------------------------------------------------------------------------------


def test_the_previous_assessment_of_the_same_standard_is_compared(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    earlier = make_assessment(hospital, owner, edition="smart-service-2019", title="去年自评", target_level=2)
    Assessment.objects.filter(pk=earlier.pk).update(window_from="2025-07-01", window_to="2025-09-30")
    complete(earlier, owner, up_to=1)
    text = page_of(owner, "comparison", assessment)
    assert "去年自评" in text and "由1级变为2级" in text
    assert "其中未提交的一份按当前填写内容计算" in text
    for key in ("roles", "changes"):
        response = signed_in(owner).get(reverse("comparison", args=[assessment.public_id]), {"figure": key})
        assert response.status_code == 200


def test_different_standards_are_never_put_side_by_side(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    emr = make_assessment(hospital, owner, edition="emr-2018", title="电子病历自评", target_level=3)
    text = page_of(owner, "comparison", assessment, **{"with": str(emr.public_id)})
    assert "不同标准里相同的项目编号可能是不同的项目" in text
    assert "有变化的项目" not in text
    figure = signed_in(owner).get(
        reverse("comparison", args=[assessment.public_id]), {"with": str(emr.public_id), "figure": "changes"}
    )
    assert figure.status_code == 404


def test_nothing_to_compare_with_is_said(assessment: Assessment, owner: User) -> None:
    assert "还没有依据同一标准的其他自评" in page_of(owner, "comparison", assessment)


def test_another_hospital_is_not_found_for_comparison(
    assessment: Assessment, owner: User, stranger: User, bureau: Organisation
) -> None:
    other = Organisation.objects.get(name="另一示例医院")
    foreign = make_assessment(other, stranger, edition="smart-service-2019", title="外院自评")
    response = signed_in(owner).get(
        reverse("comparison", args=[assessment.public_id]), {"with": str(foreign.public_id)}
    )
    assert response.status_code == 404


# -- both languages ----------------------------------------------------------------------------


def test_the_json_of_a_what_if_speaks_the_language_of_the_person(assessment: Assessment, owner: User) -> None:
    owner.language = "en"
    owner.save()
    response = signed_in(owner).post(
        reverse("what-if", args=[assessment.public_id]),
        {"target": "3"},
        headers={"accept": "application/json"},
    )
    with translation.override("en"):
        assert "级" not in json.dumps(response.json(), ensure_ascii=False)
