"""A slow second reading of "Exact counting", row by row, to hold the compiled rules against.

Nothing here knows the query engine. A package is raw text as a hospital might hand it in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from engine.evidence.catalogue.checks import (
    CompletenessCheck,
    DefinitionCheck,
    DictionaryCheck,
    IntegrationCheck,
    TimelinessCheck,
)
from engine.evidence.catalogue.values import Catalogue, Rule

TRUE = {"true", "1", "是", "y"}
FALSE = {"false", "0", "否", "n"}


@dataclass
class Row:
    file: int
    number: int
    system: str | None
    campus: str | None
    department: str | None
    raw: dict[str, str | None]


@dataclass
class Package:
    files: list[str]
    rows: dict[str, list[Row]]
    supplied: dict[str, frozenset[str]]
    lengths: dict[str, frozenset[str]] = field(default_factory=dict)
    dictionary_names: frozenset[str] = frozenset()
    not_applicable: dict[str, str] = field(default_factory=dict)


@dataclass
class Counted:
    blocked: str | None = None
    numerator: int = 0
    denominator: int = 0
    splits: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    narrowed: dict[str, tuple[int, int]] = field(default_factory=dict)
    failing: list[tuple[str, int, tuple[str, ...]]] = field(default_factory=list)


class Blocked(Exception):
    """Could not be checked; the argument is the code."""


class NotApplicable(Exception):
    """There is nothing to check."""


@dataclass
class Unit:
    row: Row
    conforms: bool
    fields: list[str]
    clauses: dict[str, bool]


def parsed(kind: str, text: str | None) -> object:
    """A raw value as what it means, None when it is empty."""
    if text is None or not text.strip():
        return None
    text = text.strip()
    if kind == "bool":
        word = text.lower()
        return True if word in TRUE else False if word in FALSE else None
    if kind == "datetime":
        try:
            return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
        except ValueError:
            return None
    return text


class Naive:
    """Counts one rule on one package."""

    def __init__(self, rule: Rule, package: Package, catalogue: Catalogue) -> None:
        self.rule, self.package, self.catalogue = rule, package, catalogue

    # reading

    def kind(self, record: str, name: str) -> str:
        return self.catalogue.records[record].fields[name].type

    def value(self, record: str, row: Row, name: str) -> object:
        return parsed(self.kind(record, name), row.raw.get(name))

    def meets(self, record: str, row: Row, where) -> bool:
        if not where:
            return True
        return any(all(self.value(record, row, c.field) == c.value for c in part) for part in where)

    def rows(self, record: str, where=()) -> list[Row]:
        found = []
        for row in self.package.rows.get(record, []):
            if self.filtered(record):
                care = self.value(record, row, "care_setting")
                if self.rule.setting == "inpatient" and care != "inpatient":
                    continue
                if self.rule.setting == "outpatient" and care not in ("outpatient", "emergency"):
                    continue
            if self.meets(record, row, where):
                found.append(row)
        return found

    def filtered(self, record: str) -> bool:
        return self.rule.setting != "all" and "care_setting" in self.catalogue.records[record].fields

    # needs

    def has(self, record: str, name: str) -> bool:
        return name in self.package.supplied.get(record, ())

    def has_text(self, record: str, name: str) -> bool:
        return self.has(record, name) or name in self.package.lengths.get(record, ())

    def need_files(self, *records: str) -> None:
        for record in records:
            if record not in self.package.rows and record not in self.package.not_applicable:
                raise Blocked("file_absent")

    def need_columns(self, record: str, *alternatives: tuple[str, ...], lengths: bool = False) -> None:
        if record not in self.package.rows:
            return
        has = self.has_text if lengths else self.has
        for names in alternatives:
            if not any(has(record, name) for name in names):
                raise Blocked("column_absent")

    def need_filters(self, record: str, *wheres) -> None:
        if self.filtered(record):
            self.need_columns(record, ("care_setting",))
        for where in wheres:
            for part in where:
                for condition in part:
                    self.need_columns(record, (condition.field,))

    def need_dictionaries(self, *names: str) -> None:
        for name in names:
            if name not in self.package.dictionary_names:
                raise Blocked("dictionary_absent")

    def none_declared_absent(self, *records: str) -> None:
        for record in records:
            if record not in self.package.rows:
                raise NotApplicable

    def different_systems(self, sides: list[list[Row]]) -> None:
        if not self.rule.two_sided or len(sides) < 2:
            return
        if any(row.system is None for rows in sides for row in rows):
            raise Blocked("system_unknown")
        names = [name for rows in sides for name in {row.system for row in rows}]
        if len(names) != len(set(names)):
            raise Blocked("one_system")

    # counting

    def count(self) -> Counted:
        try:
            units = self.units()
        except Blocked as error:
            return Counted(blocked=str(error))
        except NotApplicable:
            return Counted()
        result = Counted(None, sum(u.conforms for u in units), len(units))
        for unit in units:
            key = (unit.row.campus or "", unit.row.department or "")
            k, n = result.splits.get(key, (0, 0))
            result.splits[key] = (k + unit.conforms, n + 1)
        for clause in self.clauses():
            chosen = [u for u in units if u.clauses[clause]]
            result.narrowed[clause] = (sum(u.conforms for u in chosen), len(chosen))
        places: dict[tuple[int, int], list[str]] = {}
        for unit in units:
            if not unit.conforms:
                names = places.setdefault((unit.row.file, unit.row.number), [])
                names.extend(name for name in unit.fields if name not in names)
        for (file, number), names in sorted(places.items())[:20]:
            result.failing.append((self.package.files[file], number, tuple(names)))
        return result

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

    def units(self) -> list[Unit]:
        check = self.rule.check
        if isinstance(check, DictionaryCheck):
            return list(self.dictionary(check))
        if isinstance(check, DefinitionCheck):
            return list(self.definition(check))
        if isinstance(check, CompletenessCheck):
            return list(self.completeness(check))
        if isinstance(check, IntegrationCheck):
            return list(self.integration(check))
        assert isinstance(check, TimelinessCheck)
        return list(self.timeliness(check))

    # consistency

    def entries(self, name: str) -> list[tuple[object, object]]:
        return [
            (self.value("dictionary", row, "entry_code"), self.value("dictionary", row, "entry_name"))
            for row in self.package.rows.get("dictionary", [])
            if self.value("dictionary", row, "dictionary_name") == name
        ]

    def listed(self, name: str, value: object) -> bool:
        return value is not None and any(value in entry for entry in self.entries(name))

    def attached(self, record: str, name: str) -> str:
        return self.catalogue.records[record].fields[name].dictionary or name

    def dictionary(self, check: DictionaryCheck) -> Iterator[Unit]:
        source = check.dictionary_from
        self.need_files(check.record, *([source.record] if source else []))
        self.need_filters(check.record, check.where, *check.fields_when.values())
        self.need_columns(check.record, *check.fields, *((name,) for pair in check.pairs for name in pair))
        if source:
            self.need_filters(source.record)
            for record in (check.record, source.record):
                self.need_columns(record, *((name,) for name in source.match_on))
            self.need_columns(source.record, (source.field,))
        else:
            for choice in check.fields:
                for name in choice:
                    if self.has(check.record, name):
                        self.need_dictionaries(self.attached(check.record, name))
        self.none_declared_absent(check.record, *([source.record] if source else []))
        rows = self.rows(check.record, check.where)
        if source:
            self.need_dictionaries(
                *(str(domain) for row in rows for domain in self.domains(check, row) if domain)
            )
        for row in rows:
            failing = [name for choice in check.fields for name in self.unknown(check, row, choice)]
            yield self.unit(check.record, row, list(dict.fromkeys(failing)))

    def domains(self, check: DictionaryCheck, row: Row) -> list[object]:
        source = check.dictionary_from
        mine = [self.value(check.record, row, name) for name in source.match_on]
        return [
            self.value(source.record, other, source.field)
            for other in self.rows(source.record)
            if None not in mine and mine == [self.value(source.record, other, n) for n in source.match_on]
        ]

    def unknown(self, check: DictionaryCheck, row: Row, choice: tuple[str, ...]) -> tuple[str, ...]:
        """The names of the choice when this row does not conform in it."""

        def skipped(name: str) -> bool:
            return not self.meets(check.record, row, check.fields_when.get(name, ()))

        def known(name: str) -> bool:
            value = self.value(check.record, row, name)
            if check.dictionary_from:
                return any(d is not None and self.listed(str(d), value) for d in self.domains(check, row))
            return self.listed(self.attached(check.record, name), value)

        usable = [name for name in choice if self.has(check.record, name)]
        if not any(skipped(name) or known(name) for name in usable):
            return choice
        for pair in check.pairs:
            if len(choice) == 1 and choice[0] in pair and not any(map(skipped, pair)):
                code, name = (self.value(check.record, row, part) for part in pair)
                one_entry = (code, name) in self.entries(self.attached(check.record, pair[0]))
                if all(map(known, pair)) and not one_entry:
                    return choice
        return ()

    def definition(self, check: DefinitionCheck) -> Iterator[Unit]:
        self.need_files(check.record, check.definition)
        self.need_filters(check.record, check.where)
        self.need_filters(check.definition)
        self.need_columns(check.record, *check.fields, *((p.left,) for p in check.match_on))
        self.need_columns(
            check.definition, *((p.right,) for p in check.match_on), *((n,) for n in check.defined)
        )
        self.none_declared_absent(check.record, check.definition)
        for row in self.rows(check.record, check.where):
            failing = self.empty(check.record, row, check.fields)
            defined = any(
                all(self.value(check.definition, other, name) is not None for name in check.defined)
                for other in self.partners(check.record, row, check.match_on, self.rows(check.definition), check.definition)
            )
            if not defined:
                failing += [pair.left for pair in check.match_on]
            yield self.unit(check.record, row, list(dict.fromkeys(failing)))

    def partners(self, record: str, row: Row, pairs, others: list[Row], other_record: str) -> list[Row]:
        return [o for o in others if all(self.equal(record, row, p, other_record, o) for p in pairs)]

    def equal(self, record: str, row: Row, pair, other_record: str, other: Row) -> bool:
        one = self.compared(record, row, pair.left, other_record, pair.right)
        two = self.compared(other_record, other, pair.right, record, pair.left)
        return one is not None and one == two

    def compared(self, record: str, row: Row, name: str, other: str, other_name: str) -> object:
        value = self.value(record, row, name)
        kinds = {self.kind(record, name), self.kind(other, other_name)}
        if value is None:
            return None
        if kinds == {"datetime"}:
            return value.replace(second=0)
        if kinds == {"number"}:
            digits = str(value).lstrip("+-") if str(value)[0] in "+-" else str(value)
            if not digits.replace(".", "", 1).isdigit() or digits.startswith("."):
                return None
            return Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return value

    # completeness

    def empty(self, record: str, row: Row, choices) -> list[str]:
        return [
            name
            for choice in choices
            if not any(self.value(record, row, n) is not None for n in choice if self.has(record, n))
            for name in choice
        ]

    def characters(self, record: str, row: Row, name: str) -> int:
        """Length of the text, or the length handed in instead of the text; 0 when empty."""
        if self.has(record, name):
            value = self.value(record, row, name)
            return 0 if value is None else len(str(value))
        return int(row.raw.get(f"{name}__length") or 0)

    def completeness(self, check: CompletenessCheck) -> Iterator[Unit]:
        others = [check.exists_in] if check.exists_in else []
        self.need_files(check.record, *others)
        self.need_filters(check.record, check.where)
        if others:
            self.need_filters(check.exists_in)
        self.need_columns(check.record, *check.fields, lengths=not check.unique)
        self.need_columns(check.record, *((p.left,) for p in check.match_on))
        if others:
            self.need_columns(check.exists_in, *((p.right,) for p in check.match_on))
        self.none_declared_absent(check.record, *others)
        rows = self.rows(check.record, check.where)
        found = self.rows(check.exists_in) if others else []
        self.different_systems([rows, found] if others else [rows])
        all_names = [name for choice in check.fields for name in choice]
        repeats = Counter(self.values(check, row) for row in rows)
        for row in rows:
            failing = [name for choice in check.fields if not self.filled(check, row, choice) for name in choice]
            if check.length and check.length.of == "combined":
                if not self.long_enough(check.length, sum(self.first_length(check, row, c) for c in check.fields)):
                    failing += all_names
            if check.unique and None not in self.values(check, row) and repeats[self.values(check, row)] > 1:
                failing += all_names
            if others and not self.partners(check.record, row, check.match_on, found, check.exists_in):
                failing += [pair.left for pair in check.match_on]
            yield self.unit(check.record, row, list(dict.fromkeys(failing)))

    def usable(self, check: CompletenessCheck, choice) -> list[str]:
        return [name for name in choice if self.has_text(check.record, name)]

    def filled(self, check: CompletenessCheck, row: Row, choice) -> bool:
        for name in self.usable(check, choice):
            if self.has(check.record, name):
                there = self.value(check.record, row, name) is not None
            else:
                there = self.characters(check.record, row, name) > 0
            if there and check.length and check.length.of == "each":
                there = self.long_enough(check.length, self.characters(check.record, row, name))
            if there:
                return True
        return False

    def first_length(self, check: CompletenessCheck, row: Row, choice) -> int:
        lengths = [self.characters(check.record, row, name) for name in self.usable(check, choice)]
        return next((length for length in lengths if length), 0)

    def long_enough(self, length, characters: int) -> bool:
        return {
            "<": characters < length.chars,
            "<=": characters <= length.chars,
            ">": characters > length.chars,
            ">=": characters >= length.chars,
        }[length.op]

    def values(self, check: CompletenessCheck, row: Row) -> tuple[object, ...]:
        def first_filled(choice) -> object:
            values = (self.value(check.record, row, name) for name in choice if self.has(check.record, name))
            return next((value for value in values if value is not None), None)

        return tuple(first_filled(choice) for choice in check.fields) if check.unique else ()

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
            unknown = [p.left for k in looked_up if self.asked(check, row, k) and not self.in_dictionary(check, row, k) for p in k]
            differing = self.differing(check, row, keys, others) if compared else []
            yield self.unit(check.left, row, list(dict.fromkeys(unknown + differing)))

    def plain(self, key) -> bool:
        own = self.catalogue.records["dictionary"].fields
        return all(pair.left == pair.right and pair.right not in own for pair in key)

    def asked(self, check: IntegrationCheck, row: Row, key) -> bool:
        if key in check.link_on:
            return True
        return all(self.meets(check.left, row, check.keys_when[p.left]) for p in key if p.left in check.keys_when)

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
            key: [p for p in key if self.has(check.left, p.left) and self.has(check.right, p.right)] for key in every
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
        return [(e[one.record], e[other.record]) for e in check.join_on if one.record in e and other.record in e]

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
