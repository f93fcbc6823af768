"""The data-quality table of another year (annex 4 is renewed yearly): what differs, and the rules under it.

A table is rows of item, level, dimension and text. Rows find their rule by its id, else by place and
text, else by order where a place (item, level, dimension) has as many rows left as rules. A rule
that the library can count keeps its check; a row without a rule is one that people count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from engine.evidence.catalogue.values import Catalogue, Dimension, Rule
from engine.rubric.canonical import content_hash, to_plain
from engine.rubric.values import Text

DIMENSIONS: Mapping[Dimension, Text] = {
    "consistency": Text("一致性", "consistency"),
    "completeness": Text("完整性", "completeness"),
    "integration": Text("整合性", "integration"),
    "timeliness": Text("及时性", "timeliness"),
}
Place = tuple[str, int, str]
Kind = Literal["added", "removed", "moved", "reworded", "rechecked"]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row. ``rule``: the id where the table gives one; ``checks``: how it is checked, in words or
    as this product exports it; ``line``: where it stands in the file, 0 when it comes from the library."""

    item: str
    level: int
    dimension: Dimension
    text: str
    rule: str = ""
    checks: str = ""
    line: int = 0

    @property
    def place(self) -> Place:
        return self.item, self.level, self.dimension


@dataclass(frozen=True, slots=True)
class Difference:
    """``before`` None: added; ``after`` None: removed. moved: another item, level or dimension;
    reworded: another text, the check stays; rechecked: another check, people count it from now on."""

    kind: Kind
    rule: str
    before: TableRow | None
    after: TableRow | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """``pairs``: id of every rule of the new table with its row, in the table's order."""

    differences: tuple[Difference, ...]
    pairs: tuple[tuple[str, TableRow], ...]

    def of(self, kind: Kind) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if one.kind == kind)


def rows_of(catalogue: Catalogue, rubric: str) -> tuple[TableRow, ...]:
    """The table as the library has it: active rules of the data-quality family in file order."""
    return tuple(_row(rule) for rule in _rules(catalogue, rubric))


def compare(catalogue: Catalogue, rubric: str, rows: Iterable[TableRow], year: int) -> Comparison:
    """What the table of ``year`` changes. Raises ValueError where two rows name the same rule."""
    rows = tuple(rows)
    rules = {rule.id: rule for rule in _rules(catalogue, rubric)}
    found: dict[int, str] = {}
    for number, row in enumerate(rows):
        if row.rule in rules:
            if row.rule in found.values():
                raise ValueError(row.rule)
            found[number] = row.rule
    _by_text(rows, rules, found)
    _by_order(rows, rules, found)
    pairs, differences = [], []
    used: dict[Place, int] = {}
    for number, row in enumerate(rows):
        known = found.get(number)
        if known is None:
            used[row.place] = used.get(row.place, 0) + 1
            known = f"{row.item}.{row.level}-{row.dimension}-y{year}-{used[row.place]}"
            differences.append(Difference("added", known, None, row))
        elif kind := _kind(_row(rules[known]), row):
            differences.append(Difference(kind, known, _row(rules[known]), row))
        pairs.append((known, row))
    gone = [rule for rule in rules.values() if rule.id not in found.values()]
    differences += [Difference("removed", rule.id, _row(rule), None) for rule in gone]
    return Comparison(tuple(differences), tuple(pairs))


def under_table(catalogue: Catalogue, rubric: str, rows: Iterable[TableRow], year: int) -> Catalogue:
    """The catalogue with the rules of the table of ``year``; its hash and year are its own.

    Counts that were stored under another table can be looked at under this one: rules keep their
    ids, rules that left are inactive, new ones could not be checked.
    """
    compared = compare(catalogue, rubric, rows, year)
    rechecked = {one.rule for one in compared.of("rechecked")}
    rules = dict(catalogue.rules)
    for one in compared.of("removed"):
        rules[one.rule] = replace(rules[one.rule], active=False)
    for name, row in compared.pairs:
        known = rules.get(name)
        if known is None:
            rules[name] = Rule(
                id=name,
                family="dq_rules",
                rubric=rubric,
                dimension=row.dimension,
                label=Text(row.text, row.text),
                setting="all",
                scope="hospital",
                mechanisable=False,
                check=None,
                item=row.item,
                level=row.level,
            )
            continue
        label = known.label if _same(row.text, known.label) else Text(row.text, row.text)
        changed = replace(known, item=row.item, level=row.level, dimension=row.dimension, label=label)
        if name in rechecked:
            changed = replace(changed, mechanisable=False, check=None, note=Text(row.checks, row.checks))
        rules[name] = changed
    table = [{"rule": name, **to_plain(replace(row, line=0))} for name, row in compared.pairs]
    digest = content_hash({"base": catalogue.content_hash, "year": year, "table": table})
    return replace(catalogue, rules=rules, data_quality_table_year=year, content_hash=digest)


def checks_text(rule: Rule) -> str:
    """How a rule is checked, in one line that reads back as the same check."""
    if rule.check is None:
        return ""
    return json.dumps(to_plain(rule.check), ensure_ascii=False, sort_keys=True)


def _rules(catalogue: Catalogue, rubric: str) -> list[Rule]:
    return [
        rule for rule in catalogue.rules_of(rubric) if rule.family == "dq_rules" and rule.active and rule.item
    ]


def _row(rule: Rule) -> TableRow:
    return TableRow(
        rule.item or "", rule.level or 0, rule.dimension, rule.label.zh, rule.id, checks_text(rule)
    )


def _same(text: str, label: Text) -> bool:
    return _plain(text) in (_plain(label.zh), _plain(label.en))


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _left(
    rows: tuple[TableRow, ...], rules: Mapping[str, Rule], found: Mapping[int, str]
) -> dict[Place, tuple[list[int], list[Rule]]]:
    """Rows and rules of each place that have not found each other."""
    places: dict[Place, tuple[list[int], list[Rule]]] = {}
    for number, row in enumerate(rows):
        if number not in found:
            places.setdefault(row.place, ([], []))[0].append(number)
    for rule in rules.values():
        if rule.id not in found.values():
            places.setdefault(_row(rule).place, ([], []))[1].append(rule)
    return places


def _by_text(rows: tuple[TableRow, ...], rules: Mapping[str, Rule], found: dict[int, str]) -> None:
    for numbers, candidates in _left(rows, rules, found).values():
        for number in numbers:
            for rule in candidates:
                if _same(rows[number].text, rule.label) and rule.id not in found.values():
                    found[number] = rule.id
                    break


def _by_order(rows: tuple[TableRow, ...], rules: Mapping[str, Rule], found: dict[int, str]) -> None:
    for numbers, candidates in _left(rows, rules, found).values():
        numbers = [number for number in numbers if not rows[number].rule]  # an unknown id is a new rule
        if len(numbers) == len(candidates):
            found.update(zip(numbers, (rule.id for rule in candidates), strict=True))


def _kind(before: TableRow, after: TableRow) -> Kind | None:
    if before.place != after.place:
        return "moved"
    # Words about a check say nothing to a program; only what this product exported is compared.
    if after.rule and after.checks.startswith("{") and after.checks != before.checks:
        return "rechecked"
    return None if _plain(after.text) == _plain(before.text) else "reworded"
