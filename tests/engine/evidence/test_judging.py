"""A count against its threshold: the order of decision, exact bounds, sentences."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.evidence import wording
from engine.evidence.catalogue.checks import Comparison
from engine.evidence.catalogue.values import AuthenticityCheck
from engine.evidence.counts import AuthenticityCount, RuleCount
from engine.evidence.judging import authenticity_warning, judge
from engine.evidence.policy import Policy
from engine.evidence.verdicts.loops import judge_loop
from tests.engine.evidence.made_up_catalogue import (
    FILE_ABSENT,
    WORD,
    clause,
    item,
    loop,
    loop_count,
    rubric,
    rule,
    statistic,
)

RUBRIC = rubric(item("01.01", {3: ("basic", [clause(1)]), 4: ("optional", [clause(1)])}))
OWN = rule("FC-1", threshold=Decimal("0.95"))


@pytest.mark.parametrize(
    ("numerator", "denominator", "status", "code"),
    [
        (0, 0, "not_applicable", "no_records"),
        (29, 29, "could_not_check", "too_few_rows"),
        (30, 30, "supported", "reached"),
        (95, 100, "supported", "reached"),
        (94, 100, "refuted", "below"),
        (949_999, 1_000_000, "refuted", "below"),
        (0, 1000, "refuted", "below"),
    ],
)
def test_the_exact_share_decides_and_not_the_rounded_one(
    numerator: int, denominator: int, status: str, code: str
) -> None:
    finding = judge(OWN, RuleCount("FC-1", numerator, denominator), RUBRIC)
    assert (finding.status, finding.code) == (status, code)


def test_what_could_not_be_checked_says_why_before_anything_else() -> None:
    finding = judge(OWN, RuleCount("FC-1", 0, 0, FILE_ABSENT), RUBRIC)
    assert (finding.status, finding.code, finding.reason) == (
        "could_not_check",
        "file_absent",
        FILE_ABSENT.text,
    )
    assert judge(OWN, None, RUBRIC).code == "not_counted"


def test_an_inactive_rule_is_listed_and_says_nothing() -> None:
    finding = judge(rule("FC-1", active=False), RuleCount("FC-1", 0, 100), RUBRIC)
    assert (finding.status, finding.code) == ("not_applicable", "inactive")


@pytest.mark.parametrize(("level", "expected"), [(3, "refuted"), (4, "supported")])
def test_a_rule_without_threshold_takes_that_of_its_item_at_its_level(level: int, expected: str) -> None:
    """0.8 where the item is basic, 0.5 where it is optional."""
    known = rule("a", "dq_rules", item="01.01", level=level)
    assert judge(known, RuleCount("a", 60, 100), RUBRIC).status == expected


def test_a_threshold_is_an_argument_and_needs_no_new_count() -> None:
    count = RuleCount("FC-1", 90, 100)
    assert judge(OWN, count, RUBRIC).status == "refuted"
    assert judge(OWN, count, RUBRIC, policy=Policy(thresholds={"FC-1": Decimal("0.9")})).status == "supported"
    assert judge(OWN, count, RUBRIC, policy=Policy(min_rows=101)).code == "too_few_rows"


def test_a_clause_with_a_filter_of_its_own_is_judged_on_that_subset() -> None:
    known = rule("FC-1", threshold=Decimal("0.95"), supports_where={"01.01.3.1": ()})
    count = RuleCount("FC-1", 990, 1000, narrowed={"01.01.3.1": (10, 40)})
    assert judge(known, count, RUBRIC).status == "supported"
    assert judge(known, count, RUBRIC, clause="01.01.3.1").status == "refuted"
    assert judge(known, count, RUBRIC, clause="01.01.4.1").status == "supported"


def test_a_typed_figure_counts_strictly_only_when_it_was_accepted() -> None:
    typed = RuleCount("FC-1", 99, 100, supplied=True)
    assert judge(OWN, typed, RUBRIC).status == "supported"
    assert judge(OWN, typed, RUBRIC, strict=True).code == "not_accepted"
    assert judge(
        OWN, RuleCount("FC-1", 99, 100, supplied=True, accepted=True), RUBRIC, strict=True
    ).status == ("supported")


@pytest.mark.parametrize(
    ("value", "rows", "status"),
    [
        ("0.98", 500, "supported"),
        ("0.9799", 500, "refuted"),
        ("1", 29, "could_not_check"),
        ("0", 0, "not_applicable"),
    ],
)
def test_a_statistic_is_judged_by_its_own_comparison(value: str, rows: int, status: str) -> None:
    known = rule("SEM-1", "semantic_checks", check=statistic(">=", "0.98"))
    finding = judge(known, RuleCount("SEM-1", 0, rows, value=Decimal(value)), RUBRIC)
    assert finding.status == status
    assert finding.coefficient is None


def test_a_share_never_stands_without_its_counts_and_never_looks_better_than_it_is() -> None:
    nearly = judge(OWN, RuleCount("FC-1", 99_999, 100_000), RUBRIC)
    assert "99.99%" in nearly.reason.en
    assert "99,999 of 100,000" in nearly.reason.en
    assert "1 exception." in nearly.reason.en
    below = judge(OWN, RuleCount("FC-1", 949_999, 1_000_000), RUBRIC)
    assert "94.99%" in below.reason.zh
    assert "949,999" in below.reason.zh
    assert below.share == Decimal("0.9500")
    assert below.coefficient == Decimal("0.95")


@pytest.mark.parametrize(
    ("count", "nodes", "status"),
    [
        (loop_count(), (), "supported"),
        (loop_count(complete=80), (), "supported"),
        (loop_count(complete=79), (), "refuted"),
        (loop_count(b=90), (), "supported"),
        (loop_count(b=89), (), "refuted"),
        (loop_count(order=95), (), "supported"),
        (loop_count(order=94), (), "refuted"),
        (loop_count(d=0), (), "supported"),
        (loop_count(d=49), ("d",), "refuted"),
        (loop_count(d=50), ("d",), "supported"),
        (loop_count(instances=29, complete=29), (), "could_not_check"),
        (loop_count(instances=0, complete=0), (), "not_applicable"),
        (None, (), "could_not_check"),
    ],
)
def test_a_loop_needs_coverage_order_and_complete_instances(
    count: object, nodes: tuple[str, ...], status: str
) -> None:
    assert judge_loop(loop(), count, category="basic", nodes=nodes).status == status  # type: ignore[arg-type]


def test_a_loop_asks_less_of_an_optional_item() -> None:
    assert judge_loop(loop(), loop_count(complete=50), category="optional").status == "supported"
    assert judge_loop(loop(), loop_count(complete=49), category="optional").status == "refuted"


def test_authenticity_warns_only_with_enough_rows_and_only_out_of_bounds() -> None:
    check = AuthenticityCheck(
        "AU-1",
        WORD,
        (("order", "ordered_at"),),
        "day_coverage",
        {},
        Comparison("<", (Decimal("0.9"),)),
        100,
        WORD,
        WORD,
    )

    def of(value: str | None, rows: int) -> AuthenticityCount:
        return AuthenticityCount(
            "AU-1", "order", "ordered_at", None if value is None else Decimal(value), rows
        )

    assert authenticity_warning(check, of("0.5", 100)) is not None
    assert authenticity_warning(check, of("0.9", 100)) is None
    assert authenticity_warning(check, of("0.5", 99)) is None
    assert authenticity_warning(check, of(None, 0)) is None


@pytest.mark.parametrize(
    ("op", "zh", "en"),
    [
        ("<", "低于0.5", "< 0.5"),
        ("<=", "不高于0.5", "≤ 0.5"),
        (">", "高于0.5", "> 0.5"),
        (">=", "不低于0.5", "≥ 0.5"),
    ],
)
def test_a_bound_is_words_in_chinese_and_a_sign_in_english(op: Any, zh: str, en: str) -> None:
    said = wording.bound(Comparison(op, (Decimal("0.50"),)))
    assert (said.zh, said.en) == (zh, en)


def test_one_row_is_one_row_and_two_are_rows() -> None:
    assert wording.counted(1, "row") == "1 row"
    assert wording.counted(1280, "row") == "1,280 rows"
    assert wording.counted(2, "ratio or index", "ratios or indices") == "2 ratios or indices"
    assert wording.too_few(1, 30).en.startswith("Only 1 row, fewer")
