"""Reading the items of a rubric: application, levels and clauses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from engine.rubric.section import Section
from engine.rubric.values import Application, ApplicationKind, Category, Clause, Item, ItemLevel
from engine.rubric.vocabulary import APPLICATION_KINDS, CATEGORIES, EVIDENCE_KINDS, NATURES


@dataclass(frozen=True, slots=True)
class Lines:
    """Where items and their levels stand in the file, for refusals found later."""

    item: dict[str, int] = field(default_factory=dict)
    level: dict[tuple[str, int], int] = field(default_factory=dict)


def read_items(document: Section, roles: frozenset[str], top: int) -> tuple[tuple[Item, ...], Lines]:
    """All items in the order of the standard; ``top`` is the highest level of the gate table."""
    items: list[Item] = []
    lines = Lines()
    for part in document.sections("items"):
        code = part.string("code")
        part.name = f"item {code}"
        if code in lines.item:
            part.refuse(f"the item code {code} stands twice", "code")
        lines.item[code] = part.line
        if part.integer("seq", least=1) != len(items) + 1:
            part.refuse(f"“seq” must count up from 1; expected {len(items) + 1}", "seq")
        role = part.string("role")
        if role not in roles:
            part.refuse(f"the role {role} does not exist", "role")
        items.append(
            Item(
                code=code,
                seq=len(items) + 1,
                role=role,
                name=part.text("name"),
                application=_read_application(part),
                measured=part.one_of("data_quality", ("measured", "none")) == "measured",
                levels=_read_levels(part, code, top, lines),
                focus=part.text_or_none("focus"),
                remedy=part.text_or_none("remedy"),
            )
        )
        part.finish()
    return tuple(items), lines


def _read_application(item: Section) -> Application:
    part = item.section("application")
    kind = cast(ApplicationKind, part.one_of("kind", APPLICATION_KINDS))
    if kind == "ratio":
        application = Application(
            kind=kind,
            window_months=part.integer_or_none("window_months", least=1),
            numerator=part.text("numerator"),
            denominator=part.text("denominator"),
        )
    else:
        application = Application(
            kind=kind,
            window_months=part.integer_or_none("window_months", least=1),
            condition=part.text_or_none("condition"),
        )
    part.finish()
    return application


def _read_levels(item: Section, code: str, top: int, lines: Lines) -> tuple[ItemLevel, ...]:
    levels: list[ItemLevel] = []
    for part in item.sections("levels"):
        number = part.integer("level")
        part.name = f"item {code}, level {number}"
        if levels and number <= levels[-1].level:
            part.refuse("the levels of an item must ascend, each once", "level")
        if number > top:
            part.refuse(f"the gate table ends at level {top}", "level")
        lines.level[code, number] = part.line
        levels.append(_read_level(part, number))
        part.finish()
    if not any(level.level > 0 for level in levels):
        item.refuse("an item needs at least one level above 0", "levels")
    return tuple(levels)


def _read_level(part: Section, number: int) -> ItemLevel:
    category: Category | None = None
    if number == 0:
        if part.string_or_none("category") is not None:
            part.refuse("level 0 describes absence and has no category", "category")
    else:
        category = cast(Category, part.one_of("category", CATEGORIES))
    clauses = _read_clauses(part)
    no_requirement = part.boolean("no_requirement", default=False)
    if no_requirement == bool(clauses):
        part.refuse("a level has either clauses or “no_requirement: true”", "criteria")
    return ItemLevel(
        level=number,
        category=category,
        category_confirmed=part.boolean("category_confirmed", default=True),
        clauses=clauses,
        data_quality=part.text_or_none("dq"),
        no_requirement=no_requirement,
    )


def _read_clauses(level: Section) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    name = level.name
    for part in level.sections("criteria"):
        n = part.integer("n", least=1)
        part.name = f"{name}, clause {n}"
        if n != len(clauses) + 1:
            part.refuse(f"clauses must count up from 1; expected {len(clauses) + 1}", "n")
        evidence = part.strings("evidence")
        unknown = [kind for kind in evidence if kind not in EVIDENCE_KINDS]
        if unknown or not evidence or len(set(evidence)) != len(evidence):
            part.refuse(f"“evidence” must list, each once, some of {', '.join(EVIDENCE_KINDS)}", "evidence")
        clauses.append(
            Clause(
                n=n,
                text=part.own_text(),
                nature=part.one_of("nature", NATURES),
                backend=part.boolean("backend"),
                evidence=evidence,
            )
        )
        part.finish()
    return tuple(clauses)
