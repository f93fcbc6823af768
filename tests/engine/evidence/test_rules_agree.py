"""Compiled rules and the row-by-row reference agree on random packages, rule by rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

import ibis
import pytest

from engine.evidence.catalogue.checks import CompletenessCheck, IntegrationCheck, StatisticCheck
from engine.evidence.catalogue.values import Catalogue, Rule
from engine.evidence.counts import RuleCount
from engine.evidence.rules import count_rule
from tests.engine.evidence.canonical_tables import tables_of
from tests.engine.evidence.library import catalogue as library
from tests.engine.evidence.naive_rules import Counted, Naive
from tests.engine.evidence.random_packages import random_package


def rules_on_records(catalogue: Catalogue) -> list[Rule]:
    return [
        r for r in catalogue.rules.values() if r.check is not None and not isinstance(r.check, StatisticCheck)
    ]


def one_rule_of_each_shape(catalogue: Catalogue) -> list[Rule]:
    """Rules that differ in what their SQL is made of; writing its SQL costs more than everything else."""
    shapes: dict[object, Rule] = {}
    for rule in rules_on_records(catalogue):
        check = rule.check
        kinds: tuple[object, ...] = ()
        if isinstance(check, IntegrationCheck):
            fields = catalogue.records[check.left].fields
            types = frozenset(fields[p.left].type for key in check.keys for p in key) - {"string", "code"}
            kinds = (check.right == "dictionary", bool(check.keys_when), types, check.left == check.right)
        if isinstance(check, CompletenessCheck):
            kinds = (check.length is None, check.unique, check.exists_in is None)
        signs = tuple(getattr(check, "signs", ()))[:2]
        shape = (type(check), bool(rule.supports_where), bool(getattr(check, "pairs", ())), len(signs), kinds)
        shapes.setdefault(shape, rule)
    return list(shapes.values())


def comparable(count: RuleCount) -> dict[str, object]:
    return asdict(
        Counted(
            count.blocked.code if count.blocked else None,
            count.numerator,
            count.denominator,
            {(s.campus, s.department): (s.numerator, s.denominator) for s in count.splits},
            dict(count.narrowed),
            [(f.file, f.row, tuple(sorted(f.fields))) for f in count.failing],
        )
    )


def expected(counted: Counted) -> dict[str, object]:
    counted.failing = [(file, row, tuple(sorted(names))) for file, row, names in counted.failing]
    if counted.blocked or not counted.denominator:
        counted.narrowed = {}
    return asdict(counted)


def disagreements(
    seed: int, whole: bool, connection: ibis.BaseBackend, rules: list[Rule]
) -> tuple[list[str], Counter[str]]:
    catalogue = library()
    package = random_package(seed, catalogue, whole=whole)
    tables = tables_of(package, catalogue, connection)
    found, kinds = [], Counter[str]()
    for rule in rules:
        count = count_rule(rule, tables, catalogue)
        got, want = comparable(count), expected(Naive(rule, package, catalogue).count())
        if not count.denominator:
            got["narrowed"] = {}
        if got != want:
            found.append(f"{rule.id} (seed {seed}):\n  compiled {got}\n  naive    {want}")
        outcome = want["blocked"] or ("not applicable" if not want["denominator"] else "counted")
        kinds[str(outcome)] += 1
        if want["numerator"]:
            kinds[f"{rule.dimension} with conforming rows"] += 1
    return found, kinds


@pytest.fixture(scope="module")
def duckdb() -> ibis.BaseBackend:
    connection = ibis.duckdb.connect()
    connection.raw_sql("set threads = 1")
    return connection


@pytest.mark.parametrize("seed", [1, 2])
def test_every_rule_counts_a_whole_package_as_the_reference_does(seed: int, duckdb: ibis.BaseBackend) -> None:
    rules = rules_on_records(library())
    found, kinds = disagreements(seed, True, duckdb, rules)
    assert not found, "\n".join(found[:10])
    assert kinds["counted"] > len(rules) * 0.7, kinds


@pytest.mark.parametrize("seed", [11, 12])
def test_every_rule_counts_a_package_with_gaps_as_the_reference_does(
    seed: int, duckdb: ibis.BaseBackend
) -> None:
    found, kinds = disagreements(seed, False, duckdb, rules_on_records(library()))
    assert not found, "\n".join(found[:10])
    assert {"file_absent", "column_absent", "dictionary_absent", "not applicable", "counted"} <= set(kinds), (
        kinds
    )
