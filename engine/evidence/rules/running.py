"""Running SQL text on a backend and reading counts; answers come as tuples, never as frames."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

import ibis

from engine.evidence.counts import FailingRow, RuleCount, Split
from engine.evidence.rules.needs import Scope
from engine.evidence.rules.plan import Plan, PlannedPart
from engine.evidence.rules.systems import void
from engine.evidence.rules import reasons

Rows = list[tuple[object, ...]]


def rows_from(connection: ibis.BaseBackend, sql: str) -> Rows:
    """Answer of a query in the backend's own dialect."""
    backend = cast(Any, connection)
    if connection.name == "duckdb":
        return cast(Rows, backend.con.execute(sql).fetchall())
    if connection.name == "pyspark":
        return [tuple(row) for row in backend.raw_sql(sql).collect()]
    with backend.con.cursor() as cursor:
        try:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()]
        finally:
            backend.con.rollback()  # reading leaves no transaction open, and a failed one ends


def number(value: object) -> int:
    """A count as the backends give it (None for the sum of nothing)."""
    return 0 if value is None else int(cast(Decimal, value))


def counted(plan: Plan, scope: Scope, failing: int, splits: bool) -> RuleCount:
    """Run a plan. Order of decision: could not check, not applicable, then the counts."""
    rule = scope.rule.id
    if plan.blocked is not None:
        return RuleCount(rule, 0, 0, blocked=plan.blocked)
    if plan.not_applicable:
        return RuleCount(rule, 0, 0)
    connection = scope.tables.connection
    answers = [rows_from(connection, part.counts) for part in plan.parts]
    units = sum(number(row[2]) for answer in answers for row in answer)
    if plan.blocked_if_rows is not None:
        return RuleCount(rule, 0, 0, blocked=plan.blocked_if_rows if units else None)
    if plan.domains is not None:
        unknown = [str(name) for (name,) in rows_from(connection, plan.domains)]
        if unknown:
            return RuleCount(rule, 0, 0, blocked=reasons.dictionary_absent(scope.catalogue, unknown))
    if plan.systems is not None and (units or plan.strict):
        reason = void(scope.catalogue, plan.system_records, rows_from(connection, plan.systems))
        if reason is not None:
            return RuleCount(rule, 0, 0, blocked=reason)
    for part, answer in zip(plan.parts, answers, strict=True):
        if part.sides is not None and not sum(number(row[2]) for row in answer):
            if len(rows_from(connection, part.sides)) == 2:
                return RuleCount(rule, 0, 0, blocked=part.unjoined)
    return _total(plan, scope, answers, failing, splits)


def _total(plan: Plan, scope: Scope, answers: Sequence[Rows], failing: int, splits: bool) -> RuleCount:
    groups: dict[tuple[str, str], tuple[int, int]] = {}
    narrowed: dict[str, tuple[int, int]] = {}
    for part, answer in zip(plan.parts, answers, strict=True):
        for campus, department, units, conforming, *clauses in answer:
            key = (str(campus), str(department))
            before = groups.get(key, (0, 0))
            groups[key] = (before[0] + number(conforming), before[1] + number(units))
            for i, clause in enumerate(part.clauses):
                n, k = number(clauses[2 * i]), number(clauses[2 * i + 1])
                done = narrowed.get(clause, (0, 0))
                narrowed[clause] = (done[0] + k, done[1] + n)
        for clause in part.clauses:
            narrowed.setdefault(clause, (0, 0))
    numerator = sum(k for k, _ in groups.values())
    denominator = sum(n for _, n in groups.values())
    places = _places(plan, scope, answers, failing) if failing and numerator < denominator else ()
    ordered = sorted((key, counts) for key, counts in groups.items() if counts[1])
    return RuleCount(
        rule=scope.rule.id,
        numerator=numerator,
        denominator=denominator,
        narrowed=narrowed,
        splits=tuple(Split(*key, k, n) for key, (k, n) in ordered) if splits else (),
        failing=places,
    )


def _places(plan: Plan, scope: Scope, answers: Sequence[Rows], failing: int) -> tuple[FailingRow, ...]:
    """The first failing rows of all parts by file and row; fields of one row are united."""
    found: dict[tuple[int, int], dict[str, None]] = {}
    for part, answer in zip(plan.parts, answers, strict=True):
        if part.failing is None or all(number(row[2]) == number(row[3]) for row in answer):
            continue
        for place, names in _failing(part, scope):
            found.setdefault(place, {}).update(dict.fromkeys(names))
    files = scope.tables.files
    return tuple(
        FailingRow(files[file].name, row, tuple(names))
        for (file, row), names in sorted(found.items())[:failing]
    )


def _failing(part: PlannedPart, scope: Scope) -> list[tuple[tuple[int, int], tuple[str, ...]]]:
    assert part.failing is not None
    rows = rows_from(scope.tables.connection, part.failing)
    return [((number(file), number(row)), part.names(tuple(facts))) for file, row, *facts in rows]
