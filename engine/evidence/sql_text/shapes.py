"""Checks on records as selects of units: one row per unit with ``conforms`` 1 or 0.

Look-ups are EXISTS, so no row is ever multiplied; only neighbouring times of different records are
joined, because there each joined pair is a unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from engine.evidence.catalogue.checks import (
    CompletenessCheck,
    DefinitionCheck,
    DictionaryCheck,
    FieldChoice,
    IntegrationCheck,
    Key,
    Moment,
    Pair,
    Sign,
    TimelinessCheck,
    Where,
)
from engine.evidence.catalogue.values import Rule
from engine.evidence.rules.needs import SETTINGS
from engine.evidence.sql_text.dialects import Dialect
from engine.evidence.sql_text.sources import LENGTH, Sources

DICTIONARY = "dictionary"
_KINDS = {"datetime": "time", "number": "amount", "bool": "truth"}


def conjunction(terms: Iterable[str], glue: str = "\n    AND ") -> str:
    return glue.join(terms) or "1 = 1"


def either(terms: Iterable[str]) -> str:
    found = list(terms)
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})" if found else "1 = 0"


@dataclass
class Shapes:
    """Writes the units of one rule."""

    rule: Rule
    sources: Sources

    @property
    def dialect(self) -> Dialect:
        return self.sources.dialect

    def units(self) -> list[str]:
        """One select per counted part."""
        check = self.rule.check
        if isinstance(check, DictionaryCheck):
            return [self._dictionary(check)]
        if isinstance(check, DefinitionCheck):
            return [self._definition(check)]
        if isinstance(check, CompletenessCheck):
            return [self._completeness(check)]
        if isinstance(check, IntegrationCheck):
            return [self._integration(check)]
        assert isinstance(check, TimelinessCheck)
        return self._timeliness(check)

    # rows

    def meets(self, record: str, where: Where, alias: str) -> str:
        groups = []
        for alternative in where:
            terms = []
            for condition in alternative:
                value = condition.value
                given = str(int(value)) if isinstance(value, bool) else self.dialect.literal(value)
                terms.append(f"{self.sources.column(record, condition.field, alias)} = {given}")
            groups.append(conjunction(terms, " AND ") if len(terms) == 1 else f"({' AND '.join(terms)})")
        return either(groups)

    def filters(self, record: str, alias: str, *wheres: Where) -> list[str]:
        """The care setting of the rule, and every filter."""
        found = []
        if self.rule.setting != "all" and self.sources.catalogue.records[record].has_care_setting:
            codes = ", ".join(map(self.dialect.literal, SETTINGS[self.rule.setting]))
            found.append(f"{self.sources.column(record, 'care_setting', alias)} IN ({codes})")
        return found + [self.meets(record, where, alias) for where in wheres if where]

    def select(
        self, record: str, conforms: str, filters: list[str], *, narrowed: bool = True, source: str = ""
    ) -> str:
        columns = [f"CASE WHEN {conforms} THEN 1 ELSE 0 END AS conforms", *self._narrowed(record, narrowed)]
        text = "  SELECT " + ",\n         ".join(columns)
        text += f"\n  FROM {source or f'{self.sources.of(record)} l'}"
        return text + (f"\n  WHERE {conjunction(filters)}" if filters else "")

    def _narrowed(self, record: str, here: bool) -> list[str]:
        """A column per clause for which fewer rows count."""
        return [
            f"CASE WHEN {self.meets(record, where, 'l')} THEN 1 ELSE 0 END AS in_{i}"
            if here
            else f"0 AS in_{i}"
            for i, where in enumerate(self.rule.supports_where.values())
        ]

    def unless(self, record: str, when: Where, conforms: str) -> str:
        """Judged only on rows that meet ``when``; an empty field meets nothing."""
        return f"(CASE WHEN {self.meets(record, when, 'l')} THEN 1 ELSE 0 END = 0 OR {conforms})"

    # values

    def compared(self, record: str, name: str, kind: str, alias: str) -> str:
        value = self.sources.column(record, name, alias)
        if kind == "time":
            return self.dialect.minutes(value)
        return self.dialect.amount(value) if kind == "amount" else value

    def equal(self, left: str, right: str, pair: Pair) -> str:
        fields = self.sources.catalogue.records
        one = _KINDS.get(fields[left].fields[pair.left].type, "text")
        other = _KINDS.get(fields[right].fields[pair.right].type, "text")
        kind = one if one == other else "text"
        return f"{self.compared(right, pair.right, kind, 'r')} = {self.compared(left, pair.left, kind, 'l')}"

    def exists(self, record: str, terms: Iterable[str]) -> str:
        """A row of ``record`` (alias r) for which every term holds."""
        return (
            f"EXISTS (SELECT 1 FROM {self.sources.of(record)} r\n      WHERE {conjunction(terms, ' AND ')})"
        )

    def filled(self, record: str, name: str, alias: str = "l") -> str:
        if self._only_length(record, name):
            return f"{self.sources.column(record, name + LENGTH, alias)} > 0"
        return f"{self.sources.column(record, name, alias)} IS NOT NULL"

    def _characters(self, record: str, name: str) -> str:
        if self._only_length(record, name):
            return f"COALESCE({self.sources.column(record, name + LENGTH, 'l')}, 0)"
        return f"COALESCE({self.dialect.characters(self.sources.column(record, name, 'l'))}, 0)"

    def _only_length(self, record: str, name: str) -> bool:
        return not self.sources.has(record, name) and self.sources.has(record, name + LENGTH)

    # consistency

    def entry(self, record: str, name: str) -> str:
        """The value is a code or a name of the dictionary attached to its field."""
        value = self.sources.column(record, name, "l")
        code, label = (self.sources.column(DICTIONARY, each, "r") for each in ("entry_code", "entry_name"))
        return self.exists(
            DICTIONARY, [self._named(record, name), f"({code} = {value} OR {label} = {value})"]
        )

    def _named(self, record: str, name: str) -> str:
        known = self.sources.catalogue.records[record].fields[name].dictionary or name
        return f"{self.sources.column(DICTIONARY, 'dictionary_name', 'r')} = {self.dialect.literal(known)}"

    def _dictionary(self, check: DictionaryCheck) -> str:
        record = check.record

        def judged(name: str, conforms: str) -> str:
            when = check.fields_when.get(name)
            return self.unless(record, when, conforms) if when else conforms

        lookup = self.entry if check.dictionary_from is None else self._domain(check)
        paired = {name for pair in check.pairs for name in pair}
        terms = [
            either(judged(name, lookup(record, name)) for name in choice)
            for choice in check.fields
            if len(choice) > 1 or choice[0] not in paired or check.dictionary_from is not None
        ]
        for code, name in check.pairs if check.dictionary_from is None else ():
            columns = zip((code, name), ("entry_code", "entry_name"), strict=True)
            same = [
                f"{self.sources.column(DICTIONARY, theirs, 'r')} = {self.sources.column(record, ours, 'l')}"
                for ours, theirs in columns
            ]
            found = self.exists(DICTIONARY, [self._named(record, code), *same])
            terms.append(judged(name, judged(code, found)))
        return self.select(record, conjunction(terms), self.filters(record, "l", check.where))

    def _domain(self, check: DictionaryCheck):  # type: ignore[no-untyped-def]
        """The dictionary is the one that a definition names."""
        origin = check.dictionary_from
        assert origin is not None

        def lookup(record: str, name: str) -> str:
            value = self.sources.column(record, name, "l")
            terms = [self.equal(record, origin.record, Pair(key, key)) for key in origin.match_on]
            terms += self.filters(origin.record, "r")
            domain = self.sources.column(origin.record, origin.field, "r")
            code, label, named = (
                self.sources.column(DICTIONARY, each, "d")
                for each in ("entry_code", "entry_name", "dictionary_name")
            )
            terms.append(
                f"EXISTS (SELECT 1 FROM {self.sources.of(DICTIONARY)} d "
                f"WHERE {named} = {domain} AND ({code} = {value} OR {label} = {value}))"
            )
            return self.exists(origin.record, terms)

        return lookup

    def _definition(self, check: DefinitionCheck) -> str:
        terms = [either(self.filled(check.record, name) for name in choice) for choice in check.fields]
        found = [self.equal(check.record, check.definition, pair) for pair in check.match_on]
        found += [self.filled(check.definition, name, "r") for name in check.defined]
        found += self.filters(check.definition, "r")
        terms.append(self.exists(check.definition, found))
        return self.select(check.record, conjunction(terms), self.filters(check.record, "l", check.where))

    # completeness

    def _completeness(self, check: CompletenessCheck) -> str:
        record, length = check.record, check.length
        terms = []
        for choice in check.fields:
            each = []
            for name in choice:
                term = self.filled(record, name)
                if length and length.of == "each":
                    term = f"({term} AND {self._characters(record, name)} {length.op} {length.chars})"
                each.append(term)
            terms.append(either(each))
        if length and length.of == "combined":
            total = " + ".join(self._first_characters(record, choice) for choice in check.fields)
            terms.append(f"{total} {length.op} {length.chars}")
        if check.exists_in:
            other = check.exists_in
            found = [self.equal(record, other, pair) for pair in check.match_on]
            terms.append(self.exists(other, found + self.filters(other, "r")))
        filters = self.filters(record, "l", check.where)
        if not check.unique:
            return self.select(record, conjunction(terms), filters)
        keys = ", ".join(self._first(record, choice) for choice in check.fields)
        source = (
            f"(SELECT l.*, COUNT(*) OVER (PARTITION BY {keys}) AS zp_times FROM {self.sources.of(record)} l"
        )
        source += (f" WHERE {conjunction(filters, ' AND ')}" if filters else "") + ") l"
        return self.select(record, conjunction([*terms, "l.zp_times = 1"]), [], source=source)

    def _first(self, record: str, choice: FieldChoice) -> str:
        values = [self.sources.column(record, name, "l") for name in choice]
        return values[0] if len(values) == 1 else f"COALESCE({', '.join(values)})"

    def _first_characters(self, record: str, choice: FieldChoice) -> str:
        counts = [self._characters(record, name) for name in choice]
        if len(counts) == 1:
            return counts[0]
        return f"COALESCE({', '.join(f'NULLIF({count}, 0)' for count in counts)}, 0)"

    # integration

    def _integration(self, check: IntegrationCheck) -> str:
        """Every combination of alternatives is one EXISTS, so all keys hold on the same right row."""
        left, right = check.left, check.right
        compared: dict[Key, Where] = dict.fromkeys(check.link_on, ())
        terms = []
        for key in check.keys:
            when = next((check.keys_when[pair.left] for pair in key if pair.left in check.keys_when), ())
            if right == DICTIONARY and all(self._plain(pair) for pair in key):
                found = either(self.entry(left, pair.left) for pair in key)
                terms.append(self.unless(left, when, found) if when else found)
            elif key not in compared:
                compared[key] = when
        if compared:
            others = self.filters(right, "r", check.right_where)
            found = either(
                self.exists(right, [*(self._key(check, pair, compared[key]) for key, pair in one), *others])
                for one in _combinations(compared)
            )
            terms.insert(0, found)
        return self.select(left, conjunction(terms), self.filters(left, "l", check.left_where))

    def _key(self, check: IntegrationCheck, pair: Pair, when: Where) -> str:
        same = self.equal(check.left, check.right, pair)
        return self.unless(check.left, when, same) if when else same

    def _plain(self, pair: Pair) -> bool:
        return pair.left == pair.right and pair.right not in self.sources.catalogue.records[DICTIONARY].fields

    # timeliness

    def _timeliness(self, check: TimelinessCheck) -> list[str]:
        found = []
        for i, sign in enumerate(check.signs):
            before, after = check.moments[i], check.moments[i + 1]
            if before.record == after.record:
                found.append(self._same_row(before, sign, after, first=i == 0))
            else:
                found.append(self._joined(check, before, sign, after, first=i == 0))
        return found

    def _in_order(self, before: str, sign: Sign, after: str) -> str:
        if sign.op != "gap<":
            return f"{before} {sign.op} {after}"
        later = self.dialect.later
        return f"{before} < {later(after, sign.minutes)} AND {after} < {later(before, sign.minutes)}"

    def _same_row(self, before: Moment, sign: Sign, after: Moment, *, first: bool) -> str:
        record = before.record
        times = [self.sources.column(record, moment.field, "l") for moment in (before, after)]
        filters = self.filters(record, "l", before.where, after.where)
        return self.select(record, self._in_order(times[0], sign, times[1]), filters, narrowed=first)

    def _joined(
        self, check: TimelinessCheck, before: Moment, sign: Sign, after: Moment, *, first: bool
    ) -> str:
        fields = self.sources.catalogue.records
        on = [
            self.equal(before.record, after.record, Pair(entry[before.record], entry[after.record]))
            for entry in check.join_on
            if entry.get(before.record) in fields[before.record].fields
            and entry.get(after.record) in fields[after.record].fields
        ]
        source = (
            f"{self.sources.of(before.record)} l\n  JOIN {self.sources.of(after.record)} r"
            f"\n    ON {conjunction(on or ['1 = 0'])}"
        )
        filters = self.filters(before.record, "l", before.where)
        filters += self.filters(after.record, "r", after.where)
        one = self.sources.column(before.record, before.field, "l")
        other = self.sources.column(after.record, after.field, "r")
        ordered = self._in_order(one, sign, other)
        return self.select(before.record, ordered, filters, narrowed=first, source=source)


def _combinations(entries: dict[Key, Where]) -> list[tuple[tuple[Key, Pair], ...]]:
    """One pair of every entry; a pair that two entries share is asked for once."""
    found: dict[tuple[tuple[Key, Pair], ...], None] = {}
    for choice in product(*entries):
        seen: dict[Pair, Key] = {}
        for key, pair in zip(entries, choice, strict=True):
            if pair not in seen or not entries[key]:  # without a condition it is asked for in any case
                seen[pair] = key
        found[tuple((key, pair) for pair, key in seen.items())] = None
    return list(found)
