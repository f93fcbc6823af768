"""Raw packages, and how the row-by-row reference reads them.

Nothing here knows the query engine. A package is raw text as a hospital might hand it in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

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


class Blocked(Exception):
    """Could not be checked; the argument is the code."""


class NotApplicable(Exception):
    """There is nothing to check."""


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


class Reading:
    """Reads one package for one rule and says what of it is missing."""

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

    # comparing

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

    # dictionaries

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
