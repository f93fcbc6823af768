"""Q(item, level) and A(item, level) out of counts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.evidence.applications import applications_of
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import MetricCount, RuleCount
from engine.evidence.decisions import Decision
from engine.evidence.indices import index_of, indices_of
from engine.evidence.lenses import Lenses, lenses_of
from engine.evidence.policy import Policy
from engine.scoring.answers import Answers, DirectIndex, ItemAnswers
from engine.scoring.card import LENSES
from tests.engine.evidence.made_up_catalogue import (
    FILE_ABSENT,
    catalogue,
    clause,
    counts,
    item,
    metric,
    rubric,
    rule,
)

RUBRIC = rubric(
    item("01.01", {1: ("basic", [clause(1)]), 2: ("basic", [clause(1)])}, indices=(2,)),
    item("05.01", {1: ("basic", [clause(1)])}, kind="implemented"),
)


def dq(name: str, **further: object) -> object:
    return rule(name, "dq_rules", item="01.01", level=2, dimension="completeness", **further)


THREE = catalogue(dq("a"), dq("b"), dq("c"), dq("leftover", active=False))  # type: ignore[arg-type]
ABSENT = RuleCount("c", 0, 0, FILE_ABSENT)
VOID = RuleCount("c", 0, 0)
A, B = RuleCount("a", 90, 100), RuleCount("b", 100, 1000)


@pytest.mark.parametrize(
    ("third", "policy", "value", "upper"),
    [
        (RuleCount("c", 7, 7), "mean", "0.67", "0.67"),  # few rows: no verdict, but in the index
        (VOID, "mean", "0.50", "0.50"),
        (ABSENT, "mean", "0.33", "0.67"),
        (None, "mean", "0.33", "0.67"),
        (VOID, "by_denominator", "0.17", "0.17"),
        (RuleCount("c", 900, 900), "by_denominator", "0.55", "0.55"),
        (ABSENT, "by_denominator", "0.00", "1.00"),
        (RuleCount("c", 7, 7), "minimum", "0.10", "0.10"),
        (ABSENT, "minimum", "0.00", "0.10"),
    ],
)
def test_an_index_combines_its_active_rules(
    third: RuleCount | None, policy: str, value: str, upper: str
) -> None:
    known = counts(*(each for each in (A, B, third) if each is not None))
    index = index_of(RUBRIC, THREE, known, "01.01", 2, policy=Policy(index=policy))  # type: ignore[arg-type]
    assert (index.value, index.upper) == (Decimal(value), Decimal(upper))
    assert [each.rule for each in index.contributions] == ["a", "b", "c"]


def test_an_index_whose_rules_all_drop_out_does_not_exist() -> None:
    index = index_of(RUBRIC, catalogue(dq("c")), counts(VOID), "01.01", 2)  # type: ignore[arg-type]
    assert (index.value, index.upper, index.computed) == (None, None, False)


def test_only_levels_that_have_an_index_get_one() -> None:
    assert list(indices_of(RUBRIC, THREE, counts(A))) == [("01.01", 2)]


def test_a_typed_figure_enters_the_strict_index_when_it_was_accepted() -> None:
    one = catalogue(dq("a", mechanisable=False))  # type: ignore[arg-type]
    typed = index_of(RUBRIC, one, counts(RuleCount("a", 9, 10, supplied=True)), "01.01", 2)
    assert (typed.value, typed.strict) == (Decimal("0.90"), Decimal("0.00"))
    accepted = RuleCount("a", 9, 10, supplied=True, accepted=True)
    assert index_of(RUBRIC, one, counts(accepted), "01.01", 2).strict == Decimal("0.90")


def lenses(
    library: Catalogue, *known: RuleCount, claimed: str | None = "0.80", metrics: tuple[MetricCount, ...] = ()
) -> Lenses:
    quality = {} if claimed is None else {2: DirectIndex(Decimal(claimed))}
    answers = Answers(
        "made-up",
        {
            "01.01": ItemAnswers(
                {1: ("met",), 2: ("met",)}, 100, numerators={1: 90, 2: 80}, data_quality=quality
            ),
            "05.01": ItemAnswers({1: ("met",)}, in_use=True),
        },
    )
    return lenses_of(RUBRIC, answers, library, counts(*known, metrics=metrics))


def quality(found: Lenses) -> list[str]:
    return [str(found.cards[lens].items["01.01"].factors[2].data_quality) for lens in LENSES]


def test_the_index_of_a_lens_is_the_smaller_of_claimed_and_computed() -> None:
    assert quality(lenses(THREE, A, B, RuleCount("c", 7, 7))) == ["0.80", "0.67", "0.67", "0.67"]
    assert quality(lenses(THREE, *(RuleCount(n, 99, 100) for n in "abc"))) == ["0.80"] * 4


def test_missing_data_are_never_called_a_facade() -> None:
    found = lenses(THREE, A, B, ABSENT)
    assert quality(found) == ["0.80", "0.67", "0.33", "0.33"]
    assert quality(lenses(THREE)) == ["0.80", "0.80", "0.00", "0.00"]
    assert lenses(THREE).facade_gap == 0


def test_an_index_nobody_claimed_comes_from_the_data() -> None:
    found = lenses(THREE, A, B, RuleCount("c", 7, 7), claimed=None)
    assert quality(found) == ["0.67"] * 4
    assert found.from_data == {("01.01", 2)}
    assert quality(lenses(THREE, claimed=None)) == ["0.00"] * 4


def ratios(fidelity: str | None, pair: tuple[int, int] | None, *accepted: int) -> list[str]:
    library = catalogue(metrics=() if fidelity is None else (metric("01.01", fidelity),))
    known = MetricCount(
        "AM-01.01", {} if pair is None else {1: pair, 2: pair}, blocked=FILE_ABSENT if pair is None else None
    )
    answers = Answers("made-up", {"01.01": ItemAnswers({1: ("met",)}, 100, numerators={1: 90, 2: 80})})
    decisions = [Decision("01.01", level, None, "accepted_figure") for level in accepted]
    found = lenses_of(RUBRIC, answers, library, counts(metrics=(known,)), decisions)
    return [str(found.cards[lens].items["01.01"].factors[1].application) for lens in LENSES]


@pytest.mark.parametrize(
    ("fidelity", "pair", "accepted", "expected"),
    [
        ("exact", (70, 100), (), ["0.90", "0.70", "0.70", "0.70"]),
        ("exact", (95, 100), (), ["0.90", "0.90", "0.90", "0.90"]),
        ("exact", None, (), ["0.90", "0.90", "0.00", "0.00"]),
        ("exact", None, (1,), ["0.90", "0.90", "0.00", "0.00"]),
        ("declared", (70, 100), (), ["0.90", "0.70", "0.70", "0.00"]),
        ("declared", (70, 100), (1,), ["0.90", "0.70", "0.70", "0.70"]),
        ("proxy", (10, 100), (), ["0.90", "0.90", "0.90", "0.00"]),
        ("proxy", (10, 100), (1,), ["0.90", "0.90", "0.90", "0.90"]),
        (None, None, (), ["0.90", "0.90", "0.90", "0.00"]),
        (None, None, (2,), ["0.90", "0.90", "0.90", "0.80"]),  # who reaches 2 also reaches 1
    ],
)
def test_the_ratio_of_each_lens(
    fidelity: str | None, pair: tuple[int, int] | None, accepted: tuple[int, ...], expected: list[str]
) -> None:
    assert ratios(fidelity, pair, *accepted) == expected


@pytest.mark.parametrize(
    ("computed", "warned"), [(80, True), (81, False), (99, False), (100, True), (90, False)]
)
def test_a_proxy_warns_from_ten_points_apart(computed: int, warned: bool) -> None:
    library = catalogue(metrics=(metric("01.01", "proxy"),))
    answers = Answers("made-up", {"01.01": ItemAnswers({}, 100, numerators={1: 90})})
    known = counts(metrics=(MetricCount("AM-01.01", {1: (computed, 100)}),))
    found = applications_of(RUBRIC, library, known, answers)["01.01"]
    assert bool(found.warnings) is warned


def test_use_that_the_data_do_not_show_is_a_warning_for_a_proxy() -> None:
    library = catalogue(metrics=(metric("05.01", "proxy", kind="in_use", days=20),))
    found = lenses(library, metrics=(MetricCount("AM-05.01", {}, days=19),))
    assert [warning.item for warning in found.warnings] == ["05.01"]
    uses = [found.claimed, found.not_refuted, found.provisional, found.strict]
    assert [bool(each.items["05.01"].in_use) for each in uses] == [True, True, True, False]


def test_counts_that_meet_on_one_base_by_chance_are_still_scored() -> None:
    """Level 1 keeps the claimed 50 of 100, level 2 the computed 60 of 100: no refusal, same ratios."""
    library = catalogue(metrics=(metric("01.01", "exact"),))
    answers = Answers("made-up", {"01.01": ItemAnswers({}, None, {1: 100, 2: 50}, {1: 50, 2: 45})})
    known = counts(metrics=(MetricCount("AM-01.01", {1: (60, 100), 2: (60, 100)}),))
    found = lenses_of(RUBRIC, answers, library, known)
    factors = found.cards["strict"].items["01.01"].factors
    assert [str(factors[level].application) for level in (1, 2)] == ["0.50", "0.60"]
