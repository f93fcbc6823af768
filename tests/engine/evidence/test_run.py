"""A run is watched, broken off, taken up again, and helped out by figures people supply."""

from __future__ import annotations

from dataclasses import replace

import ibis
import pytest

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import RuleCount
from engine.evidence.run import SuppliedFigure, run
from engine.evidence.tables import Tables
from tests.engine.evidence.canonical_tables import tables_of
from tests.engine.evidence.library import catalogue as library
from tests.engine.evidence.random_packages import random_package

RUBRIC = "emr-2018"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """A few rules of the library: what is tested here does not depend on which."""
    whole = library()
    kept = [rule for rule in whole.rules.values() if rule.rubric == RUBRIC][:9]
    idle = replace(kept[0], id="idle", active=False)
    by_hand = replace(kept[1], id="by hand", mechanisable=False, check=None)
    rules = {rule.id: rule for rule in (*kept, idle, by_hand)}
    return replace(whole, rules=rules, loops={}, metrics={}, content_hash="a few rules")


@pytest.fixture(scope="module")
def tables(catalogue: Catalogue) -> Tables:
    package = random_package(3, catalogue, whole=True)
    return tables_of(package, catalogue, ibis.duckdb.connect())


def test_progress_names_every_step_and_reaches_its_end(catalogue: Catalogue, tables: Tables) -> None:
    seen: list[tuple[str, int, int]] = []
    result = run(catalogue, tables, rubric=RUBRIC, window=None, on_progress=lambda *step: seen.append(step))
    assert [done for _, done, _ in seen] == list(range(1, len(seen) + 1))
    assert {total for _, _, total in seen} == {len(seen)}
    assert [what for what, _, _ in seen][-3:] == ["topics", "fragmentation", "authenticity"]
    assert list(result.rules) == [what for what, _, _ in seen][:-3]


def test_a_rule_that_is_not_active_is_never_computed(catalogue: Catalogue, tables: Tables) -> None:
    assert "idle" not in run(catalogue, tables, rubric=RUBRIC, window=None).rules


def test_a_cancelled_run_keeps_what_was_counted_and_invents_nothing(
    catalogue: Catalogue, tables: Tables
) -> None:
    counted: list[RuleCount] = []
    result = run(
        catalogue,
        tables,
        rubric=RUBRIC,
        window=None,
        on_count=counted.append,
        cancelled=lambda: len(counted) >= 3,
    )
    assert 0 < len(result.rules) <= 3
    assert not any(count.blocked and count.blocked.code == "cancelled" for count in result.rules.values())
    assert result.fragmentation is None
    assert not result.authenticity


def test_a_run_taken_up_again_gives_what_an_unbroken_run_gives(catalogue: Catalogue, tables: Tables) -> None:
    whole = run(catalogue, tables, rubric=RUBRIC, window=None)
    known = dict(list(whole.rules.items())[:4])
    again: list[str] = []
    resumed = run(
        catalogue, tables, rubric=RUBRIC, window=None, known=known, on_count=lambda c: again.append(c.rule)
    )
    assert resumed == whole
    assert set(again) == set(whole.rules) - set(known)


def test_a_supplied_figure_stands_in_only_where_data_is_missing(catalogue: Catalogue, tables: Tables) -> None:
    computed = run(catalogue, tables, rubric=RUBRIC, window=None).rules
    with_rows = next(rule for rule, count in computed.items() if count.denominator)
    figures = {"by hand": SuppliedFigure(9, 10, accepted=True), with_rows: SuppliedFigure(1, 1)}
    result = run(catalogue, tables, rubric=RUBRIC, window=None, supplied=figures).rules
    assert result["by hand"] == RuleCount("by hand", 9, 10, supplied=True, accepted=True)
    assert result[with_rows] == computed[with_rows]
    assert computed["by hand"].blocked and computed["by hand"].blocked.code == "not_mechanisable"


def test_named_rules_alone_are_counted_when_asked_for(catalogue: Catalogue, tables: Tables) -> None:
    wanted = list(catalogue.rules)[:2]
    result = run(catalogue, tables, rubric=RUBRIC, window=None, rules=wanted)
    assert list(result.rules) == wanted
    assert result.loops == ()
    assert result.fragmentation is None
