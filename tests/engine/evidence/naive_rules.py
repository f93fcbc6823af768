"""A slow second reading of "Exact counting", row by row, to hold the compiled rules against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.evidence.catalogue.checks import (
    CompletenessCheck,
    DefinitionCheck,
    DictionaryCheck,
    IntegrationCheck,
    TimelinessCheck,
)
from tests.engine.evidence.naive_matching import Matching, Unit
from tests.engine.evidence.naive_reading import Blocked, NotApplicable, Row


@dataclass
class Counted:
    blocked: str | None = None
    numerator: int = 0
    denominator: int = 0
    splits: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    narrowed: dict[str, tuple[int, int]] = field(default_factory=dict)
    failing: list[tuple[str, int, tuple[str, ...]]] = field(default_factory=list)


class Naive(Matching):
    """Counts one rule on one package."""

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
                for other in self.partners(
                    check.record, row, check.match_on, self.rows(check.definition), check.definition
                )
            )
            if not defined:
                failing += [pair.left for pair in check.match_on]
            yield self.unit(check.record, row, list(dict.fromkeys(failing)))

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
            failing = [
                name for choice in check.fields if not self.filled(check, row, choice) for name in choice
            ]
            if (
                check.length
                and check.length.of == "combined"
                and not self.long_enough(
                    check.length, sum(self.first_length(check, row, c) for c in check.fields)
                )
            ):
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
