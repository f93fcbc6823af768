"""Counts first: typing numerator and denominator of a rule, and accepting them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment, SuppliedFigure
from hospitals.models import Membership, Organisation
from tests.factories.assessments import complete, make_assessment, make_member, submit
from tests.factories.browser import signed_in
from tests.factories.evidence import blocked, hand_in_with, make_figure, make_picture, make_run, supported

pytestmark = pytest.mark.django_db
RULE = "FC-01.01-1"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


def address(assessment: Assessment, item: str = "01.01") -> str:
    return f"{reverse('figures', args=[assessment.public_id])}?item={item}"


def line(answer: Any, rule: str = RULE) -> Any:
    return next(one for one in answer.context["page"].lines if one.rule == rule)


def test_a_figure_is_kept_with_sql_database_time_and_proof(assessment: Assessment, owner: User) -> None:
    proof = make_picture(assessment, owner)
    answer = signed_in(owner).post(
        address(assessment),
        {
            "rule": RULE,
            "numerator": "1,180",
            "denominator": "1280",
            "sql_text": "select count(*) from orders",
            "database_name": "HIS",
            "run_at": "2026-10-03T08:00",
            "proof": str(proof.public_id),
        },
        follow=True,
    )
    kept = SuppliedFigure.objects.get()
    assert (kept.numerator, kept.denominator, kept.database_name, kept.proof) == (1180, 1280, "HIS", proof)
    assert line(answer).supplied.counts == "1,180 / 1,280"
    assert answer.redirect_chain[-1][0].endswith(f"?item=01.01#{RULE}")


@pytest.mark.parametrize(
    ("numerator", "denominator", "sentence"),
    [("12", "10", "应在0和分母10之间"), ("many", "10", "应为整数"), ("1", "9" * 17, "应为整数")],
)
def test_a_figure_that_is_no_share_stays_on_the_page_with_its_reason(
    assessment: Assessment, owner: User, numerator: str, denominator: str, sentence: str
) -> None:
    form = {"rule": RULE, "numerator": numerator, "denominator": denominator, "sql_text": "select 1"}
    answer = signed_in(owner).post(address(assessment), form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert (line(answer).typed.numerator, line(answer).typed.sql_text) == (numerator, "select 1")
    assert not SuppliedFigure.objects.exists()


def test_a_figure_for_an_unknown_rule_is_refused(assessment: Assessment, owner: User) -> None:
    form = {"rule": "FC-99", "numerator": "1", "denominator": "2"}
    assert "没有规则" in signed_in(owner).post(address(assessment), form).content.decode()


def test_what_the_run_counted_stands_beside(assessment: Assessment, owner: User) -> None:
    make_run(assessment, owner, rules=[supported(RULE), blocked("FC-01.01-2")])
    answer = signed_in(owner).get(address(assessment))
    assert line(answer).counted == "98 / 100"
    assert line(answer, "FC-01.01-2").why_not == "没有检验报告数据。"


def test_a_reviewer_accepts_a_figure_that_was_handed_in_and_sees_none_added_later(
    assessment: Assessment, owner: User, bureau: Organisation
) -> None:
    complete(assessment, owner)
    figure = make_figure(assessment, owner, RULE)
    small = make_figure(assessment, owner, "FC-01.01-2", numerator=3, denominator=8)
    run = make_run(assessment, owner, rules=[supported(RULE, 7, 9)])
    submit(assessment, owner)
    hand_in_with(assessment, run)
    make_figure(assessment, owner, "FC-01.01-3")
    client = signed_in(make_member(bureau, "reviewer", Membership.Role.REVIEWER))
    answer = client.get(address(assessment))
    assert line(answer, "FC-01.01-3").supplied is None
    assert (line(answer).counted, line(answer, small.rule).supplied.counts) == ("少于10", "少于10")
    client.post(reverse("figure-accept", args=[assessment.public_id, figure.pk]))
    figure.refresh_from_db()
    assert figure.accepted_by is not None


def test_nobody_accepts_his_own_figure(assessment: Assessment, owner: User) -> None:
    figure = make_figure(assessment, owner, RULE)
    answer = signed_in(owner).post(
        reverse("figure-accept", args=[assessment.public_id, figure.pk]), follow=True
    )
    assert "不能采信自己填写的数字" in answer.content.decode()


def test_the_page_asks_as_little_for_many_figures(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    client.get(address(assessment))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(assessment)).status_code == 200
        return len(queries)

    empty = asked()
    for n in range(1, 7):
        make_figure(assessment, owner, f"FC-01.01-{n}", proof=make_picture(assessment, owner))
    assert asked() == empty <= 14
