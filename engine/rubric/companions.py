"""Reading the files beside a rubric: its data-quality table, its doubts and its statistical bases."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from engine.rubric.errors import RubricError
from engine.rubric.marked import MarkedList, read_marked
from engine.rubric.section import Section
from engine.rubric.values import DataQualityRule, Item, StatisticalBase, Term
from engine.rubric.vocabulary import DIMENSIONS

# Parts of a rule that engine.evidence interprets; scoring needs to know only that they are there.
_OF_THE_CHECK = ("check", "setting", "scope", "required", "required_basis", "note", "needs", "metric")


def read_data_quality(
    path: Path, items: tuple[Item, ...], document_number: str | None, year: int | None
) -> tuple[tuple[DataQualityRule, ...], tuple[Term, ...]]:
    """The rules of the yearly data-quality table (active or not) and its doubtful places."""
    document = Section(str(path), "the data-quality table", read_marked(path), 1)
    if year is None:
        document.refuse("the rubric names no “data_quality_table_year” for this table")
    if document.section("meta").string("document") != document_number:
        document.refuse(f"this table belongs to another document than {document_number}", "meta")
    document.passed_over("conventions", "formulas", "dictionaries", "records")
    by_code = {item.code: item for item in items}
    rules: dict[str, DataQualityRule] = {}
    lines: dict[str, int] = {}
    for part in document.sections("rules"):
        rule = _read_rule(part, by_code)
        if rule.id in rules:
            part.refuse(f"the rule {rule.id} stands twice", "id")
        rules[rule.id] = rule
        lines[rule.id] = part.line
    _check_item_lists(document, by_code, tuple(rules.values()))
    doubts = tuple(_read_doubt(part, "ref", "kind") for part in document.sections("doubts", required=False))
    document.finish()
    return tuple(rules.values()), doubts


def _read_rule(part: Section, by_code: dict[str, Item]) -> DataQualityRule:
    rule = DataQualityRule(
        id=part.string("id"),
        item=part.string("item"),
        level=part.integer("level", least=1),
        dimension=part.one_of("dimension", DIMENSIONS),
        label=part.text("label"),
        active=part.boolean("active", default=True),
        mechanisable=part.boolean("mechanisable"),
    )
    part.name = f"rule {rule.id}"
    item = by_code.get(rule.item)
    if item is None:
        part.refuse(f"the item {rule.item} does not exist", "item")
    if rule.level not in item.by_level:
        part.refuse(f"the item {rule.item} has no level {rule.level}", "level")
    if not item.measured:
        part.refuse(f"the item {rule.item} is not measured for data quality", "item")
    if part.string("code") != f"{rule.item}.{rule.level}":
        part.refuse(f"“code” must be {rule.item}.{rule.level}", "code")
    if "table_dimension" in part:
        part.one_of("table_dimension", DIMENSIONS)
    if rule.mechanisable and "check" not in part:
        part.refuse("a mechanisable rule needs its “check”")
    part.passed_over(*_OF_THE_CHECK)
    part.finish()
    return rule


def _check_item_lists(
    document: Section, by_code: dict[str, Item], rules: tuple[DataQualityRule, ...]
) -> None:
    """The table's own lists of items with and without rules agree with the rules and the rubric."""
    counts = Counter(rule.item for rule in rules)
    listed: set[str] = set()
    for part in document.sections("items"):
        code = part.string("code")
        _check_name(part, by_code, code, listed)
        if part.integer("rules") != counts[code]:
            part.refuse(f"the table holds {counts[code]} rules for {code}", "rules")
        levels = {rule.level for rule in rules if rule.item == code}
        if set(part.integers("levels")) != levels:
            part.refuse(f"the rules for {code} stand at levels {sorted(levels)}", "levels")
        part.finish()
    for part in document.sections("items_without_rules"):
        code = part.string("code")
        _check_name(part, by_code, code, listed)
        if counts[code] or by_code[code].measured:
            part.refuse(f"{code} has rules, or is measured, and cannot stand here", "code")
        part.finish()
    if missing := set(by_code) - listed:
        document.refuse(f"the table says nothing about {', '.join(sorted(missing))}", "items")


def _check_name(part: Section, by_code: dict[str, Item], code: str, listed: set[str]) -> None:
    if code not in by_code or code in listed:
        part.refuse(f"{code} is not an item of the rubric, or stands twice", "code")
    if part.text("name").zh != by_code[code].name.zh:
        part.refuse(f"the rubric calls {code} {by_code[code].name.zh}", "name")
    listed.add(code)


def read_doubts(path: Path) -> tuple[Term, ...]:
    """Places of the source that are garbled or contradictory, and how each was read."""
    document = Section(str(path), "the doubts", read_marked(path), 1)
    doubts = read_own_doubts(document)
    document.finish()
    return doubts


def read_own_doubts(document: Section) -> tuple[Term, ...]:
    return tuple(_read_doubt(part, "where", "field") for part in document.sections("doubts", required=False))


def _read_doubt(part: Section, place: str, detail: str) -> Term:
    where, more = part.string(place), part.string_or_none(detail)
    term = Term(f"{where} · {more}" if more else where, part.own_text())
    part.finish()
    return term


def read_bases(path: Path, edition: str, items: tuple[Item, ...]) -> tuple[StatisticalBase, ...]:
    """The counts typed once for ``edition``; every ratio item is fed at every level by exactly one."""
    file = str(path)
    document = read_marked(path)
    if not isinstance(document, MarkedList):
        raise RubricError(file, 1, "the statistical bases must be a list of rubrics")
    bases: list[StatisticalBase] = []
    fed: dict[tuple[str, int], str] = {}
    seen: set[str] = set()
    line = 1
    for entry, entry_line in zip(document, document.lines, strict=True):
        group = Section(file, "a group of statistical bases", entry, entry_line)
        name = group.string("rubric")
        if name in seen:
            group.refuse(f"the rubric {name} stands twice", "rubric")
        seen.add(name)
        if name == edition:
            line = group.line
            for part in group.sections("bases"):
                bases.append(_read_base(part, {base.key for base in bases}, items, fed))
    if bases:
        for item in items:
            for level in item.asked_levels:
                if item.application.kind == "ratio" and (item.code, level.level) not in fed:
                    raise RubricError(file, line, f"no base feeds item {item.code} at level {level.level}")
    return tuple(bases)


def _read_base(
    part: Section, keys: set[str], items: tuple[Item, ...], fed: dict[tuple[str, int], str]
) -> StatisticalBase:
    key = part.string("key")
    part.name = f"statistical base {key}"
    if key in keys:
        part.refuse("this key stands twice", "key")
    name, definition, unit = part.text("name"), part.text("definition"), part.text("unit")
    section = part.section("feeds")
    ratios = {item.code: item for item in items if item.application.kind == "ratio"}
    feeds: dict[str, tuple[int, ...]] = {}
    for code in section.map:
        if code not in ratios:
            section.refuse(f"{code} is not an item of kind ratio", code)
        asked = tuple(level.level for level in ratios[code].asked_levels)
        feeds[code] = section.integers(code)
        for level in feeds[code] or asked:
            if level not in asked:
                section.refuse(f"item {code} has no level {level}", code)
            if (code, level) in fed:
                section.refuse(f"item {code} level {level} is already fed by {fed[code, level]}", code)
            fed[code, level] = key
    part.finish()
    return StatisticalBase(key=key, name=name, definition=definition, unit=unit, feeds=feeds)
