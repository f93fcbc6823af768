"""Doubts about submissions: each comes with its reason, and an honest hospital has none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from assessments.models import AwardedLevel
from hospitals.access import Role
from hospitals.models import Organisation
from reports.regional.doubts import LEAST_FIGURES, Looked, Signs, doubts_of, signs_of
from reports.regional.filling import fill_all
from rubrics.models import Edition
from tests.factories.people import make_hospital, make_person
from tests.reports.test_region_filling import frozen


def looked(hospital: int = 1, signs: Signs = Signs(), **fields: Any) -> Looked:  # noqa: B008 - a frozen value
    given = {"claimed": 3, "before": None, "at_most": None, "coverage": None, "awarded": None} | fields
    return Looked(hospital=hospital, signs=signs, **given)  # type: ignore[arg-type]


def kinds(one: Looked, *others: Looked) -> set[str]:
    return {doubt.kind for doubt in doubts_of([one, *others]).get(one.hospital, ())}


def card(ratios: list[str], indices: list[str] | None = None) -> dict[str, dict[str, Any]]:
    indices = indices or [None] * len(ratios)  # type: ignore[list-item]
    return {
        f"01.{n:02d}": {"application": ratio, "data_quality": index}
        for n, (ratio, index) in enumerate(zip(ratios, indices, strict=True))
    }


MANY = [f"0.{n}" for n in range(81, 99)]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"claimed": 4, "at_most": 2, "coverage": Decimal("0.38")}, "refuted"),
        ({"claimed": 4, "awarded": 3}, "official"),
        ({"claimed": 4, "before": 2}, "jump"),
    ],
)
def test_levels_that_do_not_go_together_are_a_doubt(fields: dict[str, Any], kind: str) -> None:
    assert kinds(looked(**fields)) == {kind}


@pytest.mark.parametrize(
    "fields",
    [
        {"claimed": 4, "at_most": 4, "coverage": Decimal("0.9")},
        {"claimed": 4, "at_most": 2, "coverage": Decimal("0.29")},  # too little was seen
        {"claimed": 4, "awarded": 5},
        {"claimed": 4, "before": 3},
        {"claimed": 2, "before": 4},
    ],
)
def test_what_goes_together_is_none(fields: dict[str, Any]) -> None:
    assert kinds(looked(**fields)) == set()


def test_figures_too_even_to_be_true() -> None:
    assert kinds(looked(signs=signs_of(card(["1.00"] * 12)))) == {"all_one"}
    assert kinds(looked(signs=signs_of(card(["0.90"] * 10 + ["0.85", "0.70"])))) == {"same_ratio"}
    assert kinds(looked(signs=signs_of(card(MANY[:12], ["0.90"] * 12)))) == {"same_index"}
    assert kinds(looked(signs=signs_of(card(["1.00"] * (LEAST_FIGURES - 1))))) == set()
    assert kinds(looked(signs=signs_of(card(["1.00"] * 9 + MANY[:9])))) == set()


def test_two_hospitals_with_the_same_figures_doubt_each_other() -> None:
    same, other = signs_of(card(MANY[:12])), signs_of(card(MANY[1:13]))
    assert kinds(looked(1, same), looked(2, same), looked(3, other)) == {"twin"}
    assert kinds(looked(3, other), looked(1, same), looked(2, same)) == set()


def test_equal_habits_alone_make_no_twins() -> None:
    even = signs_of(card(["1.00"] * 12))
    assert "twin" not in kinds(looked(1, even), looked(2, even))


SIGNS = st.lists(st.sampled_from(["1.00", "0.90", "0.85", "0.00", "0.71"]), max_size=20).map(
    lambda ratios: signs_of(card(ratios))
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 8), st.one_of(st.none(), st.integers(0, 8)), SIGNS), max_size=12))
def test_the_order_of_hospitals_changes_nothing_and_weights_are_in_order(
    rows: list[tuple[int, int | None, Signs]],
) -> None:
    all_of = [looked(n, signs, claimed=level, awarded=given) for n, (level, given, signs) in enumerate(rows)]
    found = doubts_of(all_of)
    assert found == doubts_of(all_of[::-1])
    for doubts in found.values():
        weights = [doubt.weight for doubt in doubts]
        assert weights == sorted(weights, reverse=True) and all(weight > 0 for weight in weights)


@pytest.mark.django_db
def test_the_page_puts_the_heaviest_first_and_says_why(
    bureau: Organisation, owner: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    edition = Edition.objects.get(key="emr-2018")
    facade, jumper, honest = (make_hospital(f"示例{name}医院", parent=bureau) for name in "甲乙丙")
    verified = {
        "coverage": "0.38",
        "not_refuted": {"level": 2},
        "provisional": {"level": 0},
        "strict": {"level": 0},
    }
    frozen(facade, owner, edition, 2026, 4, verified=verified)
    frozen(jumper, owner, edition, 2025, 1)
    frozen(jumper, owner, edition, 2026, 3)
    frozen(honest, owner, edition, 2026, 3)
    AwardedLevel.objects.create(
        hospital=honest, edition=edition, year=2026, source="imported", level=3, decided_by=owner, published_at="2026-06-11T00:00Z",
    )  # fmt: skip
    fill_all()
    client.force_login(make_person(bureau, Role.REVIEWER))
    page = client.get("/region/doubts/").context["page"]
    assert [line.name for line in page.lines] == ["示例甲医院", "示例乙医院"]
    assert "至多2级" in page.lines[0].reasons[0].sentence and page.lines[0].coverage == "38%"
    assert (page.inflation, page.inflation_n) == ("2.00", 1)
    assert [line.name for line in client.get("/region/doubts/?kind=jump").context["page"].lines] == [
        "示例乙医院"
    ]
    for _n in range(60):
        frozen(make_hospital(parent=bureau), owner, edition, 2026, 2)
    fill_all()
    with django_assert_max_num_queries(15):
        client.get("/region/doubts/")
