"""A result under another year's table, another revision or another way of combining: looked at, never stored."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment
from audit.models import Event
from engine.evidence.yearly_table import rows_of
from hospitals.models import Membership, Organisation
from rubrics.actions import approve_table
from rubrics.models import Edition
from rubrics.queries import get_catalogue
from tests.factories.assessments import complete, make_assessment, make_member, submit
from tests.factories.browser import signed_in
from tests.factories.evidence import hand_in_with, make_counts, make_run, refuted, supported

pytestmark = pytest.mark.django_db
EMR = "emr-2018"
PLACE = ("05.02", 5)


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    found = make_assessment(hospital, owner, edition=EMR, target_level=5)
    complete(found, owner)
    return found


def level_rules() -> list[Any]:
    return [row for row in rows_of(get_catalogue(), EMR) if (row.item, row.level) == PLACE]


def counted(assessment: Assessment, owner: User) -> None:
    """Every rule of one level conforms but the first."""
    rows = level_rules()
    rules = [refuted(rows[0].rule), *(supported(row.rule) for row in rows[1:])]
    make_run(assessment, owner, counts=make_counts(EMR, rules))


def a_table(year: int, *, without: str) -> None:
    approve_table(
        by=None,
        edition=Edition.objects.get(key=EMR),
        catalogue=get_catalogue(),
        year=year,
        rows=[row for row in rows_of(get_catalogue(), EMR) if row.rule != without],
    )


def look(user: User, assessment: Assessment, **query: str) -> Any:
    return signed_in(user).get(reverse("verified-replay", args=[assessment.public_id]), query)


def test_without_a_choice_nothing_is_compared_and_the_page_says_how(
    assessment: Assessment, owner: User
) -> None:
    counted(assessment, owner)
    answer = look(owner, assessment)
    assert answer.context["page"].seen is None
    body = html.unescape(answer.content.decode())
    assert "目前只有随标准发布的一张评分表和一个版本" in body
    assert "看看会怎样" in body


def test_a_table_without_the_rule_that_fails_lifts_the_index_of_its_level(
    assessment: Assessment, owner: User
) -> None:
    counted(assessment, owner)
    a_table(2027, without=level_rules()[0].rule)
    events = Event.objects.count()
    answer = look(owner, assessment, year="2027")
    seen = answer.context["page"].seen
    assert [turn.code for turn in seen.indices] == ["05.02.5"]
    assert float(seen.indices[0].before) < float(seen.indices[0].after)
    assert "1个数据质量指数变了" in seen.headline
    assert [one.label for one in answer.context["page"].tables if one.chosen] == ["2027年"]
    assert Event.objects.count() == events


def test_a_rule_that_only_the_new_table_has_is_said_to_be_uncounted(
    assessment: Assessment, owner: User
) -> None:
    counted(assessment, owner)
    rows = list(rows_of(get_catalogue(), EMR))
    rows.append(replace(rows[0], rule="", text="新的一条"))
    approve_table(
        by=None, edition=Edition.objects.get(key=EMR), catalogue=get_catalogue(), year=2028, rows=rows
    )
    answer = look(owner, assessment, year="2028")
    assert answer.context["page"].seen.uncounted == 1
    assert "新表里有1条规则这次没有数过" in answer.content.decode()


def test_the_lowest_coefficient_instead_of_the_mean_lowers_the_index(
    assessment: Assessment, owner: User
) -> None:
    counted(assessment, owner)
    seen = look(owner, assessment, index="minimum").context["page"].seen
    turn = next(one for one in seen.indices if one.code == "05.02.5")
    assert (turn.after, float(turn.before) > 0.1) == ("0.10", True)


def test_looking_the_same_way_changes_nothing(assessment: Assessment, owner: User) -> None:
    counted(assessment, owner)
    a_table(2027, without="no such rule")
    seen = look(owner, assessment, year="2027").context["page"].seen
    assert seen.same
    assert "都不变" in seen.headline


@pytest.mark.parametrize(
    "query", [{"year": "1999"}, {"edition": "emr-2018_r9"}, {"index": "x"}, {"year": "二"}]
)
def test_a_choice_that_does_not_exist_is_no_choice(
    assessment: Assessment, owner: User, query: dict[str, str]
) -> None:
    counted(assessment, owner)
    answer = look(owner, assessment, **query)
    assert (answer.status_code, answer.context["page"].seen) == (200, None)


def test_a_standard_without_a_table_asks_for_none(hospital: Organisation, owner: User) -> None:
    service = make_assessment(hospital, owner)
    make_run(service, owner)
    page = look(owner, service).context["page"]
    assert page.tables == ()


def test_a_bureau_looks_at_what_was_handed_in_and_the_page_asks_as_often_for_many_rules(
    assessment: Assessment, owner: User, bureau: Organisation
) -> None:
    counted(assessment, owner)
    submit(assessment, owner)
    run = assessment.verification_runs.get()
    hand_in_with(assessment, run)
    reviewer = make_member(bureau, "reviewer", Membership.Role.REVIEWER)
    client = signed_in(reviewer)
    url = reverse("verified-replay", args=[assessment.public_id])

    def asked() -> int:
        client.get(url, {"index": "minimum"})
        with CaptureQueriesContext(connection) as found:
            assert client.get(url, {"index": "minimum"}).status_code == 200
        return len(found)

    few = asked()
    rules = [rule.id for rule in get_catalogue().rules_of(EMR) if rule.active]
    hand_in_with(
        assessment, make_run(assessment, owner, counts=make_counts(EMR, [refuted(rule) for rule in rules]))
    )
    assert asked() == few <= 12
