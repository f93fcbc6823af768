"""The questionnaire page of an item: constant queries, both languages, every kind of item."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment, Assignment, BaseFigure, Comment
from hospitals.models import Organisation
from rubrics.models import Confirmation, OfficialWording
from rubrics.queries import get_rubric
from tests.factories.assessments import all_met, complete, make_answer, make_assessment, submit
from tests.factories.people import make_hospital
from tests.factories.rubrics import make_confirmation

QUERIES = 14
"""Session, person, memberships, assessment, confirmed flags (asked twice while there are none), item rows, base
figures, assignments, events, files, comments, members who can be mentioned."""


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition="emr-2018", target_level=4)


@pytest.fixture
def client(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def address(assessment: Assessment, item: str = "01.01") -> str:
    return reverse("item", args=[assessment.public_id, item])


def shown(client: Client, assessment: Assessment, item: str = "01.01") -> str:
    response = client.get(address(assessment, item))
    assert response.status_code == 200
    return response.content.decode()


def script_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script id="questionnaire" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def queries_of(client: Client, assessment: Assessment, item: str = "01.01") -> int:
    with CaptureQueriesContext(connection) as captured:
        shown(client, assessment, item)
    return len(captured)


def test_a_full_assessment_costs_as_many_queries_as_an_empty_one(
    client: Client, assessment: Assessment, owner: User, colleague: User, bureau: Organisation
) -> None:
    shown(client, assessment)  # the rubric is read once per process
    empty = queries_of(client, assessment)
    complete(assessment, owner)
    for _n in range(5):
        comment = Comment.objects.create(assessment=assessment, item_code="01.01", author=owner, text="示例")
        comment.mentions.add(colleague)
    for item in get_rubric(assessment.edition).items:
        Assignment.objects.create(assessment=assessment, item_code=item.code, person=colleague)
    for number in range(8):
        make_assessment(
            make_hospital(parent=bureau), _lead_of_nowhere(bureau, number), edition=assessment.edition
        )
    full = queries_of(client, assessment)
    assert empty == QUERIES
    assert full == empty + 1  # mentions are read where there are comments


def _lead_of_nowhere(bureau: Organisation, number: int) -> User:
    from hospitals.models import Membership

    user = User.objects.create_user(f"lead-{number}", password="example-pass-phrase", name=f"示例{number}")
    for hospital in Organisation.objects.filter(kind="hospital", parent=bureau):
        Membership.objects.get_or_create(user=user, organisation=hospital, role="quality_lead")
    return user


def test_every_item_of_both_official_rubrics_has_a_page(
    client: Client, hospital: Organisation, owner: User
) -> None:
    for key in ("emr-2018", "smart-service-2019", "ai-readiness-2021"):
        made = make_assessment(hospital, owner, edition=key, title=key, target_level=3)
        for item in get_rubric(made.edition).items:
            html = shown(client, made, item.code)
            for level in item.asked_levels:
                for clause in level.clauses:
                    assert f'data-path="clauses.{level.level}.{clause.n}"' in html
            asked = (
                ("in_use", "numerators.")
                if item.application.kind == "implemented"
                else ("numerators.", "in_use")
            )
            assert f'data-path="{asked[0]}' in html and f'data-path="{asked[1]}' not in html


def test_level_zero_is_described_and_never_asked(client: Client, assessment: Assessment) -> None:
    html = shown(client, assessment)
    assert "医嘱由医师手写开立" in html and "clauses.0." not in html


def test_a_level_the_standard_does_not_define_is_skipped(client: Client, assessment: Assessment) -> None:
    html = shown(client, assessment, "01.03")
    assert "标准未设此级" in html and "clauses.2.1" not in html


def test_reached_rungs_are_calm_and_the_next_says_what_is_missing(
    client: Client, assessment: Assessment
) -> None:
    rubric = get_rubric(assessment.edition)
    BaseFigure.objects.create(assessment=assessment, key="discharges", value=1000)
    clauses = all_met(rubric, "01.01", 3)
    make_answer(
        assessment,
        "01.01",
        clauses=clauses,
        numerators={"3": 900, "4": 760},
        data_quality={"3": "0.93", "4": "0.9"},
    )
    html = shown(client, assessment)
    standing = script_of(html)["item"]
    assert [standing["levels"][str(level)]["standing"] for level in (1, 2, 3, 4, 5)] == [
        "reached", "reached", "reached", "current", "ahead",
    ]  # fmt: skip
    assert standing["levels"]["4"]["line"] == "差2条，有效应用比例0.76，未达0.80"
    assert "差2条，有效应用比例0.76，未达0.80" in html
    assert standing["levels"]["2"]["carried_from"] == 3
    assert (standing["score"], standing["formula"]) == ("2.51", "3级 × 0.90 × 0.93")


def test_unconfirmed_flags_are_marked_until_they_are_confirmed(
    client: Client, assessment: Assessment
) -> None:
    assert "未核实" in shown(client, assessment)
    make_confirmation(assessment.edition)
    assert "未核实" not in shown(client, assessment)


def test_official_wording_stands_first_and_ours_is_marked(client: Client, assessment: Assessment) -> None:
    assert "非原文</span>" not in shown(client, assessment)
    confirmed = make_confirmation(assessment.edition)
    Confirmation.objects.filter(pk=confirmed.pk).update(source="annex")
    OfficialWording.objects.create(confirmation=confirmed, clause_code="01.01.1-1", zh="示例原文")
    html = shown(client, assessment)
    assert html.index("示例原文") < html.index("医师用计算机开医嘱") and html.count("非原文</span>") == 1


def test_an_item_that_counts_on_two_bases_shows_the_base_of_each_level(
    client: Client, assessment: Assessment
) -> None:
    BaseFigure.objects.create(assessment=assessment, key="all_subsystems", value=40)
    BaseFigure.objects.create(assessment=assessment, key="relevant_subsystems_authentication", value=12)
    levels = script_of(shown(client, assessment, "09.02"))["item"]["levels"]
    assert {level: entry["denominator"] for level, entry in levels.items()} == {
        "1": 40, "2": 12, "3": 12, "4": 40, "5": 12, "6": 40, "7": 40, "8": 40,
    }  # fmt: skip


def test_figures_that_contradict_the_basis_by_now_are_named_on_the_page(
    client: Client, assessment: Assessment
) -> None:
    BaseFigure.objects.create(assessment=assessment, key="discharges", value=100)
    make_answer(assessment, "01.01", numerators={"3": 900})
    [problem] = script_of(shown(client, assessment))["contradictions"]
    assert problem["path"] == "numerators.3" and "大于分母100" in problem["message"]


def test_the_page_is_whole_in_english(client: Client, assessment: Assessment, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(language="en")
    html = shown(client, assessment)
    assert "Inpatient order processing" in html and "Doctors write orders by hand." in html
    others = r'<script id="questionnaire".*?</script>|title="[^"]*"|<svg class="sign".*?</svg>'  # components of the frame
    visible = re.sub(others, "", html, flags=re.DOTALL)
    ours = re.search(r'<div class="item-bar".*<aside class="context"', visible, re.DOTALL)
    assert ours is not None
    left = set(re.findall(r"[\u4e00-\u9fff]+", ours[0])) - set(
        re.findall(r"[\u4e00-\u9fff]+", str(assessment.title))
    )
    assert left == set()


def test_a_submitted_item_is_read_only_and_says_why(
    client: Client, assessment: Assessment, owner: User
) -> None:
    complete(assessment, owner)
    submit(assessment, owner)
    html = shown(client, assessment)
    assert "全院（已提交）" in html and "不能再修改" in html
    assert script_of(html)["can_answer"] is False
    assert all(
        "disabled" in tag for tag in re.findall(r"<input[^>]*data-control[^>]*>", html) if "radio" not in tag
    )


def test_what_people_type_is_escaped(client: Client, assessment: Assessment) -> None:
    nasty = "</script><script>alert(1)</script>"
    make_answer(assessment, "01.01", note=nasty, no_such_service=nasty)
    html = shown(client, assessment)
    assert nasty not in html and script_of(html)["values"]["note"] == nasty


def test_an_unknown_item_is_not_found(client: Client, assessment: Assessment) -> None:
    assert client.get(address(assessment, "99.99")).status_code == 404
