"""The row-by-row reference for two sides: integration and timeliness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.evidence.catalogue.checks import IntegrationCheck, TimelinessCheck
from tests.engine.evidence.naive_reading import Blocked, NotApplicable, Reading, Row


@dataclass
class Unit:
    row: Row
    conforms: bool
    fields: list[str]
    clauses: dict[str, bool]


class Matching(Reading):
    """Judges rows by rows of the other side."""

    def counted_record(self) -> str:
        check = self.rule.check
        if isinstance(check, IntegrationCheck):
            return check.left
        if isinstance(check, TimelinessCheck):
            return check.moments[0].record
        return check.record

    def clauses(self) -> list[str]:
        record = self.counted_record()
        return [
            clause
            for clause, where in self.rule.supports_where.items()
            if all(self.has(record, c.field) for part in where for c in part)
        ]

    def unit(self, record: str, row: Row, fields: list[str], conforms: bool | None = None) -> Unit:
        where = self.rule.supports_where
        clauses = {clause: self.meets(record, row, where[clause]) for clause in self.clauses()}
        return Unit(row, not fields if conforms is None else conforms, fields, clauses)

    # integration

    def integration(self, check: IntegrationCheck) -> Iterator[Unit]:
        looked_up = [k for k in check.keys if check.right == "dictionary" and self.plain(k)]
        keys = [k for k in check.keys if k not in looked_up]
        compared = bool(keys or check.link_on)
        self.need_files(check.left)
        self.need_filters(check.left, check.left_where, *check.keys_when.values())
        self.need_columns(check.left, *(tuple(p.left for p in k) for k in (*check.link_on, *check.keys)))
        self.none_declared_absent(check.left)
        rows = self.rows(check.left, check.left_where)
        if not rows:
            return
        if compared:
            self.need_files(check.right)
            self.need_filters(check.right, check.right_where)
            for key in (*check.link_on, *keys):
                self.need_columns(check.right, tuple(p.right for p in key if self.has(check.left, p.left)))
            if check.right == "dictionary":
                for part in check.right_where:
                    self.need_dictionaries(*(str(c.value) for c in part if c.field == "dictionary_name"))
        for key in looked_up:
            for pair in key:
                if self.has(check.left, pair.left):
                    self.need_dictionaries(self.attached(check.left, pair.left))
        if compared:
            self.none_declared_absent(check.right)
        others = self.rows(check.right, check.right_where) if compared else []
        self.different_systems([rows, others] if compared else [rows])
        for row in rows:
            unknown = [
                p.left
                for k in looked_up
                if self.asked(check, row, k) and not self.in_dictionary(check, row, k)
                for p in k
            ]
            differing = self.differing(check, row, keys, others) if compared else []
            yield self.unit(check.left, row, list(dict.fromkeys(unknown + differing)))

    def plain(self, key) -> bool:
        own = self.catalogue.records["dictionary"].fields
        return all(pair.left == pair.right and pair.right not in own for pair in key)

    def asked(self, check: IntegrationCheck, row: Row, key) -> bool:
        if key in check.link_on:
            return True
        return all(
            self.meets(check.left, row, check.keys_when[p.left]) for p in key if p.left in check.keys_when
        )

    def in_dictionary(self, check: IntegrationCheck, row: Row, key) -> bool:
        return any(
            self.listed(self.attached(check.left, pair.left), self.value(check.left, row, pair.left))
            for pair in key
            if self.has(check.left, pair.left)
        )

    def differing(self, check: IntegrationCheck, row: Row, keys, others: list[Row]) -> list[str]:
        """No fields when one right row equals this one everywhere, else the fields to look at."""
        every = list(dict.fromkeys([*check.link_on, *keys]))
        asked = [key for key in every if self.asked(check, row, key)]

        def same(key, other: Row) -> bool:
            usable = [p for p in key if self.has(check.left, p.left) and self.has(check.right, p.right)]
            return any(self.equal(check.left, row, p, check.right, other) for p in usable)

        if any(all(same(key, other) for key in asked) for other in others):
            return []
        usable = {
            key: [p for p in key if self.has(check.left, p.left) and self.has(check.right, p.right)]
            for key in every
        }
        empty = [
            key
            for key in asked
            if all(self.compared(check.left, row, p.left, check.right, p.right) is None for p in usable[key])
        ]
        if empty:
            return [pair.left for key in empty for pair in key]
        links = list(check.link_on) or every[:1]
        linked = [other for other in others if all(same(key, other) for key in links)]
        if not linked:
            return [pair.left for key in links for pair in key]
        wrong = [key for key in asked if not any(same(key, other) for other in linked)]
        return [pair.left for key in (wrong or every) for pair in key]

    # timeliness

    def timeliness(self, check: TimelinessCheck) -> Iterator[Unit]:
        records = [moment.record for moment in check.moments]
        self.need_files(*records)
        for moment in check.moments:
            self.need_filters(moment.record, moment.where)
            self.need_columns(moment.record, (moment.field,))
        steps = list(zip(check.moments, check.signs, check.moments[1:], strict=False))
        for one, _, other in steps:
            if one.record != other.record:
                for left, right in self.joins(check, one, other):
                    self.need_columns(one.record, (left,))
                    self.need_columns(other.record, (right,))
        present = set(self.package.rows)
        steps_there = [s for s in steps if s[0].record in present and s[2].record in present]
        if not steps_there:
            raise NotApplicable
        sides = []
        for record in dict.fromkeys(r for r in records if r in present):
            wheres = [m.where for m in check.moments if m.record == record]
            sides.append([r for r in self.rows(record) if any(self.meets(record, r, w) for w in wheres)])
        self.different_systems(sides)
        units: list[Unit] = []
        for one, sign, other in steps_there:
            lefts, rights = self.rows(one.record, one.where), self.rows(other.record, other.where)
            if one.record == other.record:
                both = [row for row in lefts if row in rights]
                pairs = [(row, row) for row in both]
            else:
                pairs = [(a, b) for a in lefts for b in rights if self.joined(check, one, a, other, b)]
                if lefts and rights and not pairs:
                    raise Blocked("nothing_joins")
            for a, b in pairs:
                before, after = self.value(one.record, a, one.field), self.value(other.record, b, other.field)
                names = [one.field] * (before is None) + [other.field] * (after is None)
                holds = not names and self.holds(sign, before, after)
                unit = self.unit(one.record, a, names or [one.field, other.field], holds)
                if one is not check.moments[0]:
                    unit.clauses = dict.fromkeys(unit.clauses, False)  # only the first record is narrowed
                units.append(unit)
        yield from units

    def joins(self, check: TimelinessCheck, one, other) -> list[tuple[str, str]]:
        return [
            (e[one.record], e[other.record]) for e in check.join_on if one.record in e and other.record in e
        ]

    def joined(self, check: TimelinessCheck, one, a: Row, other, b: Row) -> bool:
        for left, right in self.joins(check, one, other):
            value = self.compared(one.record, a, left, other.record, right)
            if value is None or value != self.compared(other.record, b, right, one.record, left):
                return False
        return True

    def holds(self, sign, before: datetime, after: datetime) -> bool:
        if sign.op == "gap<":
            return abs(after - before) < timedelta(minutes=sign.minutes)
        return before < after if sign.op == "<" else before <= after
