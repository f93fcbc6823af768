"""Running SQL text on a backend and reading counts; answers come as tuples, never as frames."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any, cast

import ibis

from engine.evidence.counts import FailingRow, Reason, RuleCount, Split
from engine.evidence.rules import reasons
from engine.evidence.rules.needs import Scope
from engine.evidence.rules.plan import Build, Outline, counted
from engine.evidence.rules.systems import void
from engine.evidence.rules.texts import TEXTS, Key, key_of

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


class Answers:
    """Answers one rule's questions on its tables; the SQL of each is written once."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._key: Key = key_of(scope)

    def ask(self, question: str, build: Build) -> Rows:
        """Rows of ``build()``; ``question`` tells the expressions of one rule apart."""
        connection = self.scope.tables.connection

        def write() -> str:
            return str(connection.compile(build()))

        sql = TEXTS.get((*self._key, question), self.scope.rule, write)
        return rows_from(connection, sql)


def run_outline(outline: Outline, scope: Scope, failing: int, splits: bool) -> RuleCount:
    """Count an outline. Order of decision: could not check, not applicable, then the counts."""
    rule = scope.rule.id
    if outline.blocked is not None:
        return RuleCount(rule, 0, 0, blocked=outline.blocked)
    if outline.not_applicable:
        return RuleCount(rule, 0, 0)
    answers = Answers(scope)
    if outline.blocked_if_rows is not None:
        rows = answers.ask("left", partial(counted, outline.parts[0], False))
        return RuleCount(rule, 0, 0, blocked=outline.blocked_if_rows if number(rows[0][2]) else None)
    kind = "split" if splits else "whole"
    tables = [
        answers.ask(f"{kind}{i}", partial(counted, part, splits)) for i, part in enumerate(outline.parts)
    ]
    units = [sum(number(row[2]) for row in table) for table in tables]
    blocked = _void(outline, answers, sum(units)) or _unjoined(outline, answers, units)
    if blocked is not None:
        return RuleCount(rule, 0, 0, blocked=blocked)
    return _total(outline, answers, tables, failing, splits)


def _void(outline: Outline, answers: Answers, units: int) -> Reason | None:
    """Why the counts say nothing although every file is there."""
    scope = answers.scope
    if outline.domains is not None:
        names = ",".join(sorted(scope.tables.dictionary_names))
        unknown = [str(name) for (name,) in answers.ask(f"domains {names}", outline.domains)]
        if unknown:
            return reasons.dictionary_absent(scope.catalogue, unknown)
    if outline.systems is not None and (units or outline.strict):
        found = answers.ask("systems", outline.systems.rows)
        return void(scope.catalogue, outline.systems.records, found)
    return None


def _unjoined(outline: Outline, answers: Answers, units: list[int]) -> Reason | None:
    """Both sides of some neighbours have rows and nothing joins."""
    for i, part in enumerate(outline.parts):
        if part.sides is not None and not units[i] and len(answers.ask(f"sides{i}", part.sides)) == 2:
            return part.unjoined
    return None


def _total(outline: Outline, answers: Answers, tables: list[Rows], failing: int, splits: bool) -> RuleCount:
    groups: dict[tuple[str, str], tuple[int, int]] = {}
    narrowed: dict[str, tuple[int, int]] = {}
    for part, table in zip(outline.parts, tables, strict=True):
        for campus, department, units, conforming, *clauses in table:
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
    ordered = sorted((key, counts) for key, counts in groups.items() if counts[1])
    return RuleCount(
        rule=answers.scope.rule.id,
        numerator=numerator,
        denominator=denominator,
        narrowed=narrowed,
        splits=tuple(Split(*key, k, n) for key, (k, n) in ordered) if splits else (),
        failing=_places(outline, answers, tables, failing) if failing else (),
    )


def _places(outline: Outline, answers: Answers, tables: list[Rows], failing: int) -> tuple[FailingRow, ...]:
    """The first failing rows of all parts by file and row; fields of one row are united."""
    found: dict[tuple[int, int], dict[str, None]] = {}
    for i, (part, table) in enumerate(zip(outline.parts, tables, strict=True)):
        if any(number(row[2]) > number(row[3]) for row in table):
            question = f"failing{i} {failing}"
            for file, row, *facts in answers.ask(question, partial(part.failing, failing)):
                names = part.names(tuple(facts))
                found.setdefault((number(file), number(row)), {}).update(dict.fromkeys(names))
    files = answers.scope.tables.files
    return tuple(
        FailingRow(files[file].name, row, tuple(names))
        for (file, row), names in sorted(found.items())[:failing]
    )
