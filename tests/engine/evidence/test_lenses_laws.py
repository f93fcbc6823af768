"""What holds for every assessment, every catalogue and every set of data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evidence.catalogue.checks import StatisticCheck
from engine.evidence.counts import RuleCount, RunCounts
from engine.evidence.falling import why_it_falls
from engine.evidence.findings_json import canonical_bytes, differences, findings_from_json, findings_to_json
from engine.evidence.judging import judge
from engine.evidence.lenses import Lenses, lenses_of, no_counts
from engine.evidence.policy import INDEX_POLICIES, Policy
from engine.evidence.verdicts import verdicts_of
from engine.scoring.card import LENSES
from tests.engine.evidence.made_up_catalogue import FILE_ABSENT
from tests.engine.evidence.naive_verdicts import naive_scores, naive_words
from tests.engine.evidence.random_evidence import random_case, random_counts

SEEDS = st.integers(min_value=0, max_value=10**9)
POLICIES = st.sampled_from(tuple(INDEX_POLICIES))
few = settings(max_examples=80, deadline=None)


def seen(seed: int, counts: RunCounts | None = None, policy: Policy | None = None) -> Lenses:
    rubric, answers, catalogue, own, decisions = random_case(seed)
    return lenses_of(rubric, answers, catalogue, counts or own, decisions, policy=policy or Policy())


def changed(counts: RunCounts, change: Callable[[RuleCount], RuleCount]) -> RunCounts:
    return replace(counts, rules={name: change(count) for name, count in counts.rules.items()})


@few
@given(SEEDS)
def test_the_engine_agrees_with_the_naive_reading_of_the_text(seed: int) -> None:
    case = random_case(seed)
    lenses = seen(seed)
    words = naive_words(case)
    for place, verdict in lenses.verdicts.clauses.items():
        assert (verdict.word, verdict.provisional, verdict.strict) == words[place], place
    for lens, scores in naive_scores(case).items():
        mine = {code: Fraction(result.score) for code, result in lenses.cards[lens].items.items()}  # type: ignore[index]
        assert mine == scores, lens


@given(SEEDS, POLICIES)
@settings(max_examples=300, deadline=None)
def test_every_item_that_loses_points_has_a_reason_that_can_be_read(seed: int, index: str) -> None:
    rubric = random_case(seed)[0]
    fall = why_it_falls(rubric, seen(seed, policy=Policy(index=index)))  # type: ignore[arg-type]
    assert [each.item for each in fall.items if each.points and not each.parts] == []


@few
@given(SEEDS, POLICIES)
def test_each_lens_is_at_most_the_one_before(seed: int, index: str) -> None:
    lenses = seen(seed, policy=Policy(index=index))  # type: ignore[arg-type]
    cards = [lenses.cards[lens] for lens in LENSES]
    for wider, narrower in pairwise(cards):
        assert wider.level >= narrower.level
        assert wider.total >= narrower.total
        for code, result in wider.items.items():
            assert result.score >= narrower.items[code].score, code
            assert result.function_level >= narrower.items[code].function_level
            for level, factors in result.factors.items():
                other = narrower.items[code].factors[level]
                assert factors.application >= other.application
                assert (factors.data_quality or 0) >= (other.data_quality or 0)
    assert lenses.facade_gap >= 0
    assert lenses.not_yet_verified >= 0
    assert Decimal(0) <= lenses.coverage <= Decimal(1)


@few
@given(SEEDS, POLICIES)
def test_withholding_never_raises_what_is_verified(seed: int, index: str) -> None:
    policy = Policy(index=index)  # type: ignore[arg-type]
    counts = random_case(seed)[3]
    rng = Random(seed)
    kept = changed(
        counts, lambda count: RuleCount(count.rule, 0, 0, FILE_ABSENT) if rng.random() < 0.4 else count
    )
    kept = replace(
        kept,
        loops=tuple(
            replace(each, blocked=FILE_ABSENT) if rng.random() < 0.4 else each for each in kept.loops
        ),
        metrics={
            name: replace(each, blocked=FILE_ABSENT, levels={}, days=None) if rng.random() < 0.4 else each
            for name, each in kept.metrics.items()
        },
        topics={
            name: replace(each, alerts=0, targets={}, blocked=FILE_ABSENT) if rng.random() < 0.4 else each
            for name, each in kept.topics.items()
        },
    )
    whole, less = seen(seed, policy=policy), seen(seed, kept, policy)
    for lens in ("provisional", "strict"):
        for code, result in whole.cards[lens].items.items():
            assert less.cards[lens].items[code].score <= result.score, (lens, code)
        assert less.cards[lens].level <= whole.cards[lens].level
    for place, verdict in whole.verdicts.clauses.items():
        other = less.verdicts.clauses[place]
        assert other.provisional <= verdict.provisional
        assert other.strict <= verdict.strict
        assert verdict.refuted >= other.refuted  # missing data is never called a façade


@few
@given(SEEDS)
def test_data_that_support_never_lower_anything(seed: int) -> None:
    rubric, _, catalogue, counts, _ = random_case(seed)
    rng = Random(seed)

    def better(count: RuleCount) -> RuleCount:
        rule = catalogue.rules[count.rule]
        finding = judge(rule, count, rubric)
        if finding.status != "could_not_check" or rng.random() < 0.4:
            return count
        value = Decimal(1) if isinstance(rule.check, StatisticCheck) else None
        narrowed = dict.fromkeys(rule.supports_where, (500, 500))
        return RuleCount(count.rule, 1000, 1000, value=value, narrowed=narrowed)

    before, after = seen(seed), seen(seed, changed(counts, better))
    for lens in LENSES:
        for code, result in before.cards[lens].items.items():
            assert after.cards[lens].items[code].score >= result.score, (lens, code)


@few
@given(SEEDS, st.integers(min_value=1, max_value=50))
def test_more_of_the_same_refuted_rows_leave_a_refutation_as_it_is(seed: int, times: int) -> None:
    counts = random_case(seed)[3]

    def more(count: RuleCount) -> RuleCount:
        narrowed = {clause: (n * times, d * times) for clause, (n, d) in count.narrowed.items()}
        return replace(
            count,
            numerator=count.numerator * times,
            denominator=count.denominator * times,
            narrowed=narrowed,
        )

    before, after = seen(seed), seen(seed, changed(counts, more))
    for place, verdict in before.verdicts.clauses.items():
        if verdict.refuted:
            assert after.verdicts.clauses[place].refuted


@few
@given(SEEDS)
def test_other_checks_never_dilute_a_refutation(seed: int) -> None:
    """Whatever the rest of the data say, a check that refutes a clause refutes it."""
    rubric, _, catalogue, counts, decisions = random_case(seed)
    visited = {(d.item, d.level, d.clause) for d in decisions if d.kind == "on_site"}
    before = verdicts_of(rubric, catalogue, counts, decisions)
    rules = random_counts(Random(seed + 1), catalogue).rules
    for verdict in before.clauses.values():
        against = [each.id for each in verdict.spoke if each.outcome == "refuted" and each.kind == "rule"]
        if not against or (verdict.item, verdict.level, verdict.n) in visited:
            continue
        mixed = replace(counts, rules={**rules, **{name: counts.rules[name] for name in against}})
        after = verdicts_of(rubric, catalogue, mixed, decisions)
        assert after.at(verdict.item, verdict.level, verdict.n).refuted


@few
@given(SEEDS)
def test_no_facts_never_support(seed: int) -> None:
    rubric, answers, catalogue, _, _ = random_case(seed)
    lenses = lenses_of(rubric, answers, catalogue, no_counts(rubric, catalogue))
    assert not any(verdict.checked for verdict in lenses.verdicts.clauses.values())
    assert lenses.cards["provisional"].total == 0
    assert lenses.cards["not_refuted"].total == lenses.cards["claimed"].total
    assert lenses.facade_gap == 0
    assert lenses.coverage == 0


@few
@given(SEEDS)
def test_findings_come_back_from_json_as_they_were(seed: int) -> None:
    rubric, _, catalogue, counts, _ = random_case(seed)
    document = findings_to_json(rubric, catalogue, counts)
    assert findings_from_json(document) == counts
    assert canonical_bytes(findings_to_json(rubric, catalogue, findings_from_json(document))) == (
        canonical_bytes(document)
    )
    assert differences(rubric, catalogue, document) == ()


@few
@given(SEEDS, st.sampled_from(("0.2", "0.6", "0.99")))
def test_a_lower_threshold_never_refutes_more(seed: int, threshold: str) -> None:
    """The same counts, looked at with other thresholds: nothing is counted again."""
    rubric, _, catalogue, counts, _ = random_case(seed)
    strictest = Policy(thresholds=dict.fromkeys(catalogue.rules, Decimal(1)))
    looser = Policy(thresholds=dict.fromkeys(catalogue.rules, Decimal(threshold)))
    for rule in catalogue.rules.values():
        count = counts.rules.get(rule.id)
        if judge(rule, count, rubric, policy=looser).status == "refuted":
            assert judge(rule, count, rubric, policy=strictest).status == "refuted"
