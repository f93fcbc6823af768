"""The counts in the query engine agree with counting row by row, on random hospitals."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from engine.evidence.authenticity import count_authenticity
from engine.evidence.catalogue.checks import StatisticCheck
from engine.evidence.catalogue.values import Loop
from engine.evidence.counts import AuthenticityCount, RuleCount
from engine.evidence.decision_support import count_topics
from engine.evidence.fragmentation import count_fragmentation
from engine.evidence.loops import count_loop
from engine.evidence.metrics import HIGHEST_LEVEL, count_metric
from engine.evidence.statistics import count_statistic
from engine.evidence.tables import Tables
from tests.engine.evidence import naive_fragmentation, naive_loops, naive_statistics
from tests.engine.evidence.library import catalogue
from tests.engine.evidence.made_up_rows import made_up
from tests.engine.evidence.naive_statistics import Blocked, Hospital

# (seed of the rows, holes): hospitals of one layout share their SQL, which is what takes the time.
CASES = ((1, 0), (3, 0), (4, 1))
hospital = cache(lambda seed, holes: made_up(catalogue(), seed, holes))


def code(blocked: Any) -> str | None:
    return None if blocked is None else str(blocked.code)


@pytest.fixture(params=CASES, ids=lambda case: f"seed {case[0]} holes {case[1]}")
def case(request: pytest.FixtureRequest) -> tuple[Hospital, Tables]:
    return hospital(*request.param)


def test_every_statistic_rule_agrees_with_counting_row_by_row(case: tuple[Hospital, Tables]) -> None:
    data, tables = case
    rules = [rule for rule in catalogue().rules.values() if isinstance(rule.check, StatisticCheck)]
    assert len(rules) >= 12
    for rule in rules:
        count = count_statistic(rule, tables, catalogue(), data.window)
        try:
            expected = naive_statistics.statistic(rule, data, catalogue())
        except Blocked as stopped:
            assert (code(count.blocked), count.denominator) == (str(stopped), 0), rule.id
            continue
        assert count.blocked is None, (rule.id, count.blocked)
        assert (count.numerator, count.denominator, count.value) == (
            expected.numerator,
            expected.denominator,
            expected.value,
        ), rule.id
        splits = {(s.campus, s.department): [s.numerator, s.denominator] for s in count.splits}
        assert splits == expected.splits, rule.id
        names = {file.name: number for number, file in enumerate(tables.files)}
        assert [(names[f.file], f.row, f.fields) for f in count.failing] == expected.wrong, rule.id


def settings() -> list[tuple[Loop, str]]:
    """Every loop in its own care setting, loops of all settings for outpatients too."""
    asked = ("all", "outpatient")
    loops = catalogue().loops.values()
    return [
        (loop, setting) for loop in loops for setting in (asked if loop.setting == "all" else (loop.setting,))
    ]


def test_every_loop_agrees_with_looking_at_every_row_of_every_instance(case: tuple[Hospital, Tables]) -> None:
    data, tables = case
    for loop, setting in settings():
        count = count_loop(loop, tables, catalogue(), setting)
        expected = naive_loops.count_loop(loop, data, catalogue(), setting)
        assert code(count.blocked) == expected.blocked, loop.id
        done = [row for row, complete in expected.complete if not complete]
        assert count.instances == len(expected.complete), loop.id
        assert count.complete == len(expected.complete) - len(done), loop.id
        if expected.blocked or not expected.nodes:
            continue
        assert {n.node: (n.present, n.median_minutes, code(n.blocked)) for n in count.nodes} == expected.nodes
        assert {(o.before, o.after): (o.comparable, o.conforming) for o in count.orders} == expected.orders
        assert [f.row for f in count.failing] == sorted(row["zp_row"] for row in done)[:20]
        assert all(f.fields for f in count.failing)


def test_every_metric_agrees_with_asking_every_row_for_its_partners(case: tuple[Hospital, Tables]) -> None:
    data, tables = case
    for metric in catalogue().metrics.values():
        count = count_metric(metric, tables, catalogue(), data.window)
        try:
            expected = naive_loops.count_metric(metric, data, catalogue(), HIGHEST_LEVEL[metric.rubric])
        except Blocked as stopped:
            assert (code(count.blocked), count.levels) == (str(stopped), {}), metric.id
            continue
        assert (dict(count.levels), count.days) == (expected.levels, expected.days), metric.id
        assert {level: code(why) for level, why in count.blocked_levels.items()} == expected.blocked_levels
        assert count.cross_checked == expected.crossed, metric.id
        assert (count.blocked is not None) == (not expected.levels and expected.days is None), metric.id


def test_every_authenticity_check_agrees_with_counting_row_by_row(case: tuple[Hospital, Tables]) -> None:
    data, tables = case
    rules = {f"R{n}": RuleCount(f"R{n}", n % 7, 7 + n % 3) for n in range(20)} | {"S": RuleCount("S", 0, 0)}
    counts = count_authenticity(catalogue(), tables, data.window, rules)
    assert {count.check for count in counts} == set(catalogue().authenticity)
    for count in counts:
        try:
            value, rows = naive_authenticity(count, data, rules)
        except Blocked as stopped:
            assert (code(count.blocked), count.value) == (str(stopped), None), count
            continue
        assert (code(count.blocked), count.value, count.rows) == (None, value, rows), count


def naive_authenticity(
    count: AuthenticityCount, data: Hospital, rules: dict[str, RuleCount]
) -> tuple[Any, int]:
    check: Any = catalogue().authenticity[count.check]
    if check.kind == "equal_coefficient_share":
        return naive_statistics.equal_coefficients(rules.values(), check.parameters["decimals"])
    if check.kind == "volume_ratio":
        return naive_statistics.volume_ratio(check.parameters, data, catalogue())
    if check.kind == "modal_gap_share":
        pairs = check.parameters["pairs"]
        pair = next(p for p in pairs if (p["to"]["record"], p["to"]["field"]) == (count.record, count.field))
        return naive_statistics.modal_gap(pair, check.parameters["bin_seconds"], data, catalogue())
    return naive_statistics.authenticity(check, data, catalogue(), count.record, count.field)


def test_topics_agree_with_counting_alerts_one_by_one(case: tuple[Hospital, Tables]) -> None:
    data, tables = case
    counts = count_topics(catalogue(), tables)
    assert list(counts) == [topic.key for topic in catalogue().decision_support.topics]
    try:
        expected = naive_statistics.topics(data, catalogue())
    except Blocked as stopped:
        assert {code(count.blocked) for count in counts.values()} == {str(stopped)}
        return
    for count in counts.values():
        assert count.alerts == expected[count.topic]["all"].total()
        for setting, targets in count.targets.items():
            assert targets == expected[count.topic][setting]


def test_the_fragmentation_index_agrees_with_classifying_rows_one_by_one(
    case: tuple[Hospital, Tables],
) -> None:
    data, tables = case
    count = count_fragmentation(catalogue(), tables, worst=1000)
    try:
        expected = naive_fragmentation.count(data, catalogue())
    except Blocked as stopped:
        assert code(count.blocked) == str(stopped)
        return
    assert count.blocked is None
    if expected is None:
        assert (count.volume, count.worst) == (0, ())
        return
    fragmented, volume, off_main, concepts = expected
    assert (count.fragmented, count.volume, count.off_main) == (fragmented, volume, off_main)
    assert {c.concept: dict(c.codes) for c in count.worst} == {
        concept: codes for concept, codes in concepts.items() if len(codes) > 1
    }
    off = [c.volume - c.codes[0][1] for c in count.worst]
    assert off == sorted(off, reverse=True)
