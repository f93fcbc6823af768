"""The shelf with all standards, and the page of one: levels, gates, bounds, items, words, doubts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.rubric.values import Gate, HospitalLevel, Item, Role, Rubric, StatisticalBase, Term, Thresholds
from rubrics.pages.heading import EditionHeading
from rubrics.tags import BACKEND, DIMENSIONS, EVIDENCE, NATURES, Tag


@dataclass(frozen=True, slots=True)
class ShelfPage:
    editions: tuple[EditionHeading, ...]
    why_not_confirm: str  # empty: the reader may confirm official flags


@dataclass(frozen=True, slots=True)
class FlagCell:
    """Item at a level: ``defined`` is false where the standard has no such level."""

    level: int
    defined: bool
    category: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class ItemRow:
    item: Item
    cells: tuple[FlagCell, ...]
    clauses: int


@dataclass(frozen=True, slots=True)
class RoleSection:
    role: Role
    rows: tuple[ItemRow, ...]


@dataclass(frozen=True, slots=True)
class LevelRow:
    level: HospitalLevel
    gate: Gate | None


@dataclass(frozen=True, slots=True)
class Legend:
    """The tags and what they mean, in a fixed order."""

    natures: tuple[Tag, ...] = tuple(NATURES.values())
    backend: Tag = BACKEND
    evidence: tuple[Tag, ...] = tuple(EVIDENCE.values())
    dimensions: tuple[Tag, ...] = tuple(DIMENSIONS.values())


@dataclass(frozen=True, slots=True)
class StandardPage:
    edition: EditionHeading
    sections: tuple[RoleSection, ...]
    levels: tuple[LevelRow, ...]
    asked_levels: tuple[int, ...]
    thresholds: Thresholds
    measured: bool
    wording_rules: tuple[Term, ...]
    bases: tuple[StatisticalBase, ...]
    doubts: tuple[Term, ...]
    legend: Legend

    @property
    def search_edition(self) -> str:
        return self.edition.address


def lay_out_standard(heading: EditionHeading, rubric: Rubric) -> StandardPage:
    return StandardPage(
        edition=heading,
        sections=tuple(sections_of(rubric)),
        levels=tuple(LevelRow(level, rubric.gate_at.get(level.level)) for level in rubric.levels),
        asked_levels=tuple(gate.level for gate in rubric.gates),
        thresholds=rubric.thresholds,
        measured=any(item.measured for item in rubric.items),
        wording_rules=rubric.wording_rules,
        bases=rubric.statistical_bases,
        doubts=rubric.doubts,
        legend=Legend(),
    )


def sections_of(rubric: Rubric) -> Iterator[RoleSection]:
    levels = tuple(gate.level for gate in rubric.gates)
    for role in rubric.roles:
        rows = tuple(
            ItemRow(
                item,
                tuple(cell_of(item, level) for level in levels),
                sum(len(level.clauses) for level in item.asked_levels),
            )
            for item in rubric.items_of(role.code)
        )
        yield RoleSection(role, rows)


def cell_of(item: Item, level: int) -> FlagCell:
    found = item.by_level.get(level)
    if found is None:
        return FlagCell(level, False)
    return FlagCell(level, True, found.category, found.category_confirmed)
