"""Counting an outline: its questions asked, their answers read as counts."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import cast

from engine.evidence.counts import FailingRow, Reason, RuleCount, Split
from engine.evidence.rules import reasons
from engine.evidence.rules.needs import Scope
from engine.evidence.rules.places import can_pack
from engine.evidence.rules.plan import Build, Outline, Part, counted, place_from
from engine.evidence.rules.querying import Rows, rows_from
from engine.evidence.rules.systems import surely_apart, void
from engine.evidence.rules.texts import TEXTS, Key, key_of

Place = tuple[int, int, tuple[object, ...]]  # file, row, facts


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
        return rows_from(connection, sql, again=True)


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
    tables = [_counted(part, i, answers, failing, splits) for i, part in enumerate(outline.parts)]
    units = [sum(number(row[2]) for row in table) for table in tables]
    blocked = _void(outline, answers, sum(units)) or _unjoined(outline, answers, units)
    if blocked is not None:
        return RuleCount(rule, 0, 0, blocked=blocked)
    return _total(outline, answers, tables, failing, splits)


def _counted(part: Part, i: int, answers: Answers, failing: int, splits: bool) -> Rows:
    """Rows of ``counted`` with the first failing places last, None where they must be asked for."""
    kind = "split" if splits else "whole"
    at_once = answers.scope.embedded and failing and part.facts is not None
    if at_once and can_pack(len(part.told), len(answers.scope.tables.files)):
        # One more than wanted: several units of a row are seen, and none of them may be cut off.
        return answers.ask(f"{kind}{i} first {failing + 1}", partial(counted, part, splits, failing + 1))
    return [(*row, None) for row in answers.ask(f"{kind}{i}", partial(counted, part, splits))]


def _void(outline: Outline, answers: Answers, units: int) -> Reason | None:
    """Why the counts say nothing although every file is there."""
    scope = answers.scope
    if outline.domains is not None:
        names = ",".join(sorted(scope.tables.dictionary_names))
        unknown = [str(name) for (name,) in answers.ask(f"domains {names}", outline.domains)]
        if unknown:
            return reasons.dictionary_absent(scope.catalogue, unknown)
    systems = outline.systems
    if systems is None or not (units or outline.strict):
        return None
    if surely_apart(scope.tables, systems.records):
        return None
    found = answers.ask("systems", systems.rows)
    return void(scope.catalogue, systems.records, found)


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
        for campus, department, units, conforming, *clauses, _ in table:
            key = (str(campus or ""), str(department or ""))
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
        for file, row, facts in _failing(part, i, answers, table, failing):
            found.setdefault((file, row), {}).update(dict.fromkeys(part.names(facts)))
    files = answers.scope.tables.files
    return tuple(
        FailingRow(files[file].name, row, tuple(names))
        for (file, row), names in sorted(found.items())[:failing]
    )


def _failing(part: Part, i: int, answers: Answers, table: Rows, failing: int) -> list[Place]:
    """The first failing rows of one part: file, row, facts."""
    wrong = [row for row in table if number(row[2]) > number(row[3])]
    if wrong and wrong[0][-1] is not None:
        packed = sorted(place for row in wrong for place in cast("list[int]", row[-1]))
        places = [place_from(part, place) for place in packed[: failing + 1]]
        if len({place[:2] for place in places}) == len(places):
            return places[:failing]
    if not wrong:
        return []
    # Several units of one place (a row joined twice, a message of many rows) are told together.
    found = answers.ask(f"failing{i} {failing}", partial(part.failing, failing))
    return [(number(file), number(row), tuple(facts)) for file, row, *facts in found]
