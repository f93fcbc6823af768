"""The four lenses of a whole assessment: spans, coverage, why a level falls, replay; the delivered library."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from engine.evidence.catalogue.checks import StatisticCheck
from engine.evidence.catalogue.load import load_catalogue
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import LoopCount, NodeCount, OrderCount, RuleCount, RunCounts
from engine.evidence.decisions import Decision
from engine.evidence.falling import coverage_text, why_it_falls
from engine.evidence.findings_json import differences, findings_from_json, findings_to_json
from engine.evidence.lenses import Lenses, lenses_of, no_counts
from engine.evidence.policy import Policy
from engine.evidence.replay import Side, replay
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers, DirectIndex, ItemAnswers
from engine.scoring.card_json import card_from_json, card_to_json
from tests.engine.evidence.made_up_catalogue import catalogue, clause, counts, item, rubric, rule
from tests.engine.library import FOLDER

TWO = rubric(
    item("01.01", {1: ("basic", [clause(1)]), 2: ("basic", [clause(1)])}),
    item("01.02", {1: ("basic", [clause(1)]), 2: ("basic", [clause(1)])}, kind="implemented"),
)
CHECKS = catalogue(
    rule("FC-1", supports=("01.01.1.1",), threshold=Decimal("0.9")),
    rule("FC-2", supports=("01.01.2.1",), threshold=Decimal("0.9")),
    rule("FC-3", supports=("01.02.1.1", "01.02.2.1"), threshold=Decimal("0.9")),
)
CLAIMS = Answers(
    "made-up",
    {
        "01.01": ItemAnswers({1: ("met",), 2: ("met",)}, 100, numerators={1: 90, 2: 90}),
        "01.02": ItemAnswers({1: ("met",), 2: ("met",)}, in_use=True),
    },
)


def of(first: int, second: int, *decisions: Decision, third: int | None = None) -> Lenses:
    known = [RuleCount("FC-1", first, 100), RuleCount("FC-2", second, 100)]
    if third is not None:
        known.append(RuleCount("FC-3", third, 100))
    return lenses_of(TWO, CLAIMS, CHECKS, counts(*known), decisions)


def test_the_result_is_a_span_with_facade_gap_and_what_is_not_verified_apart() -> None:
    found = of(99, 10)
    assert [str(found.cards[lens].total) for lens in ("claimed", "not_refuted", "provisional", "strict")] == [
        "3.80",
        "2.90",
        "0.90",
        "0.00",
    ]
    assert [found.cards[lens].level for lens in ("claimed", "not_refuted", "provisional")] == [2, 1, 0]
    assert (found.facade_gap, found.not_yet_verified) == (Decimal("0.90"), Decimal("2.00"))
    span = found.spans["01.01"]
    assert (span.claimed, span.not_refuted, span.facade_gap) == (
        Decimal("1.80"),
        Decimal("0.90"),
        Decimal("0.90"),
    )
    assert [verdict.code for verdict in span.refuted] == ["01.01.2.1"]
    assert [verdict.code for verdict in found.spans["01.02"].not_verified] == ["01.02.1.1", "01.02.2.1"]


def test_coverage_is_the_share_of_the_claimed_score_that_was_checked() -> None:
    """01.01 (1.80 of 3.80): two of three parts (clauses, ratio) were checked; 01.02: none."""
    assert of(99, 10).coverage == Decimal("0.32")
    figures = [Decision(code, 2, None, "accepted_figure") for code in ("01.01", "01.02")]
    assert of(99, 99, *figures, third=99).coverage == Decimal("1.00")


def test_accepted_figures_bring_a_well_integrated_hospital_to_the_strict_level() -> None:
    figures = [Decision(code, 2, None, "accepted_figure") for code in ("01.01", "01.02")]
    found = of(99, 99, *figures, third=99)
    assert found.cards["strict"].level == 2
    assert found.facade_gap == found.not_yet_verified == 0


def test_a_director_reads_why_the_level_falls() -> None:
    fall = why_it_falls(TWO, of(99, 10, third=20))
    assert (fall.level_from, fall.level_to) == (2, 0)
    assert "自评达到2级" in fall.text.zh
    assert "只到0级" in fall.text.zh
    assert [each.item for each in fall.items] == ["01.02", "01.01"]
    strongest = fall.parts[0]
    assert (strongest.item, strongest.level, strongest.clause) == ("01.01", 2, 1)
    assert "100条中只有10条相符（10.00%）" in strongest.text.zh
    assert "Only 10 of 100 conform" in strongest.text.en


def test_nothing_refuted_is_said_as_such() -> None:
    found = lenses_of(TWO, CLAIMS, CHECKS, no_counts(TWO, CHECKS))
    fall = why_it_falls(TWO, found)
    assert (fall.items, fall.points) == ((), 0)
    assert "没有发现" in fall.text.zh
    assert "speaks against nobody" in coverage_text(found).en


def test_an_item_without_such_service_stays_as_it_is() -> None:
    claims = replace(CLAIMS, items={**CLAIMS.items, "01.02": ItemAnswers(no_such_service="没有")})
    found = lenses_of(TWO, claims, CHECKS, counts())
    assert found.strict.items["01.02"] == claims.items["01.02"]


def test_cards_of_every_lens_are_written_and_read() -> None:
    for card in of(99, 10).cards.values():
        assert card_to_json(card_from_json(card_to_json(card))) == card_to_json(card)
        assert card_to_json(card)["facade_gap"] == "0.90"


def test_replay_lists_what_another_threshold_flips_and_counts_nothing_again() -> None:
    known = counts(RuleCount("FC-1", 99, 100), RuleCount("FC-2", 85, 100), RuleCount("FC-3", 99, 100))
    before, looser = Side(TWO, CHECKS), Side(TWO, CHECKS, Policy(thresholds={"FC-2": Decimal("0.8")}))
    found = replay(CLAIMS, known, before, looser)
    assert [(each.item, each.level, each.before, each.after) for each in found.clauses] == [
        ("01.01", 2, "refuted", "supported")
    ]
    assert [(each.rule, each.before, each.after) for each in found.rules] == [
        ("FC-2", "refuted", "supported")
    ]
    assert found.levels["not_refuted"] == (1, 2)
    assert replay(CLAIMS, known, before, before).same


def test_replay_under_another_catalogue_names_rules_nobody_counted() -> None:
    other = catalogue(*CHECKS.rules.values(), rule("FC-9", supports=("01.01.1.1",), threshold=Decimal("0.9")))
    known = counts(*(RuleCount(name, 99, 100) for name in CHECKS.rules))
    found = replay(CLAIMS, known, Side(TWO, CHECKS), Side(TWO, other))
    assert found.uncounted == ("FC-9",)
    assert [(each.before, each.after) for each in found.clauses] == [("supported", "could_not_check")]


# The delivered library ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def delivered() -> Catalogue:
    return load_catalogue(Path(FOLDER))


def claims(emr: Rubric, level: int) -> Answers:
    """Everything met up to a level, ratios 0.90, indices 0.90."""
    return Answers(
        emr.id,
        {
            each.code: ItemAnswers(
                {
                    entry.level: ("met",) * len(entry.clauses)
                    for entry in each.asked_levels
                    if entry.level <= level
                },
                denominator=None if each.application.kind == "implemented" else 100,
                numerators={}
                if each.application.kind == "implemented"
                else {entry.level: 90 for entry in each.asked_levels if entry.level <= level},
                in_use=True if each.application.kind == "implemented" else None,
                data_quality={
                    entry.level: DirectIndex(Decimal("0.90"))
                    for entry in each.asked_levels
                    if entry.has_index and entry.level <= level
                },
            )
            for each in emr.items
        },
    )


def run(emr: Rubric, library: Catalogue, conforming: int) -> RunCounts:
    """Every rule counted on 1,000 rows of which so many conform, every loop likewise."""
    share = Decimal(conforming) / 1000
    rules = {}
    for each in library.rules_of(emr.id):
        value = None
        if isinstance(each.check, StatisticCheck):
            comparison = each.check.pass_when
            value = 5 * share if comparison.value[0] > 1 else share
            if comparison.op in ("<", "<="):
                value = 1 - share
        if each.active and each.mechanisable:
            narrowed = dict.fromkeys(each.supports_where, (conforming, 1000))
            rules[each.id] = RuleCount(each.id, conforming, 1000, value=value, narrowed=narrowed)
    loops = tuple(
        LoopCount(
            each.id,
            setting,
            1000,
            conforming,
            tuple(NodeCount(node.id, conforming, None) for node in each.nodes),
            tuple(OrderCount(order.before, order.after, 1000, conforming) for order in each.order),
        )
        for each in library.loops.values()
        for setting in (("all", "inpatient", "outpatient") if each.setting == "all" else (each.setting,))
    )
    return replace(no_counts(emr, library), evidence_engine_version="1.0.0", rules=rules, loops=loops)


def test_a_facade_falls_far_and_the_page_can_say_why(emr: Rubric, delivered: Catalogue) -> None:
    found = lenses_of(emr, claims(emr, 6), delivered, run(emr, delivered, 50))
    assert found.cards["claimed"].level >= 4
    assert found.cards["not_refuted"].level <= 2
    assert found.cards["provisional"].level == 0
    fall = why_it_falls(emr, found)
    assert fall.parts
    assert all(part.text.zh and part.text.en for part in fall.parts)
    assert [each.item for each in fall.items if each.points and not each.parts] == []


def test_honest_data_refute_nothing(emr: Rubric, delivered: Catalogue) -> None:
    found = lenses_of(emr, claims(emr, 6), delivered, run(emr, delivered, 1000))
    assert found.facade_gap == 0
    assert not any(verdict.refuted for verdict in found.verdicts.clauses.values())
    assert found.cards["provisional"].total > found.cards["strict"].total


def test_findings_of_the_whole_library_come_back(emr: Rubric, delivered: Catalogue) -> None:
    known = run(emr, delivered, 930)
    document = findings_to_json(emr, delivered, known)
    assert findings_from_json(document) == known
    assert differences(emr, delivered, document) == ()


def test_a_rubric_without_checks_is_verified_by_looking(
    library: dict[str, Rubric], delivered: Catalogue
) -> None:
    other = library["ai-readiness-2021"]
    words = {
        verdict.word
        for verdict in lenses_of(
            other, Answers(other.id, {}), delivered, no_counts(other, delivered)
        ).verdicts.clauses.values()
    }
    assert words <= {"needs_evidence", "not_covered"}
