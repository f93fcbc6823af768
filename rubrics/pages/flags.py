"""The tick grid of basic and optional items, and what an official annex would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.rubric.values import Category, Item, Role, Rubric, Text
from rubrics.flags import Flags, changed_cells, flags_of
from rubrics.official_annex import Annex, Problem, Unmatched
from rubrics.official_flags import LevelCount, counts_per_level
from rubrics.pages.heading import EditionHeading
from rubrics.rows import clause_code


@dataclass(frozen=True, slots=True)
class TickCell:
    """``proved``: the source itself shows it; ``working``: the category in the library."""

    code: str  # 01.01.4
    level: int
    defined: bool
    basic: bool = False
    proved: bool = False
    working: Category | None = None

    @property
    def differs(self) -> bool:
        return self.defined and (self.working == "basic") != self.basic


@dataclass(frozen=True, slots=True)
class TickRow:
    item: Item
    cells: tuple[TickCell, ...]


@dataclass(frozen=True, slots=True)
class TickSection:
    role: Role
    rows: tuple[TickRow, ...]


@dataclass(frozen=True, slots=True)
class FlagsPage:
    edition: EditionHeading
    sections: tuple[TickSection, ...]
    counts: tuple[LevelCount, ...]
    refusals: tuple[str, ...]  # why the last attempt was not stored
    changed: int  # cells that differ from the working assignment
    why_not: str  # empty: the reader may confirm
    nothing_to_confirm: bool
    stamp: str  # what was in force when the page was made; a stale tab is refused

    @property
    def search_edition(self) -> str:
        return self.edition.address

    @property
    def editable(self) -> bool:
        return not self.why_not and not self.nothing_to_confirm


def lay_out_flags(
    heading: EditionHeading,
    library: Rubric,
    flags: Flags,
    *,
    why_not: str,
    stamp: str,
    refusals: tuple[str, ...] = (),
) -> FlagsPage:
    """``library``: the edition as published, without any confirmation; ``flags``: what is ticked."""
    return FlagsPage(
        edition=heading,
        sections=tuple(
            TickSection(role, tuple(_row(library, item, flags) for item in library.items_of(role.code)))
            for role in library.roles
        ),
        counts=counts_per_level(library, flags),
        refusals=refusals,
        changed=len(changed_cells(flags_of(library), flags)),
        why_not=why_not,
        nothing_to_confirm=heading.flags.kind == "proved",
        stamp=stamp,
    )


def _row(library: Rubric, item: Item, flags: Flags) -> TickRow:
    def cell(number: int) -> TickCell:
        code, level = f"{item.code}.{number}", item.by_level.get(number)
        if level is None:
            return TickCell(code, number, False)
        basic = flags[item.code].get(number) == "basic"
        return TickCell(code, number, True, basic, level.category_confirmed, level.category)

    return TickRow(item, tuple(cell(gate.level) for gate in library.gates))


def flags_from_ticks(rubric: Rubric, ticked: Iterable[str]) -> dict[str, dict[int, Category]]:
    """Flags from the codes (01.01.4) of the ticked cells; every other cell is optional. Unknown codes
    stay in, so that confirming refuses them instead of dropping them."""
    flags: dict[str, dict[int, Category]] = {
        item.code: {level.level: "optional" for level in item.asked_levels} for item in rubric.items
    }
    for code in ticked:
        item, _dot, level = code.rpartition(".")
        flags.setdefault(item, {})[int(level) if level.isascii() and level.isdigit() else -1] = "basic"
    return flags


@dataclass(frozen=True, slots=True)
class FlagChange:
    item: Item
    level: int
    before: Category
    after: Category
    against_proof: bool  # the library could prove the opposite from its own source


@dataclass(frozen=True, slots=True)
class WordingPair:
    code: str
    official: str
    ours: Text


@dataclass(frozen=True, slots=True)
class WordingSection:
    role: Role
    pairs: tuple[WordingPair, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What confirming the annex would change; nothing is stored yet."""

    document: str
    sha256: str
    token: str  # the reading itself, signed; sent back to confirm
    counts: tuple[LevelCount, ...]
    changes: tuple[FlagChange, ...]
    matched: int
    clauses: int
    unmatched: tuple[Unmatched, ...]
    notes: tuple[Problem, ...]
    wordings: tuple[WordingSection, ...]


@dataclass(frozen=True, slots=True)
class ImportPage:
    edition: EditionHeading
    why_not: str
    nothing_to_confirm: bool
    most_megabytes: int
    document: str = ""
    refusal: str = ""  # the file cannot be read
    problems: tuple[Problem, ...] = ()  # the document is not the annex of this edition
    preview: Preview | None = None

    @property
    def search_edition(self) -> str:
        return self.edition.address

    @property
    def editable(self) -> bool:
        return not self.why_not and not self.nothing_to_confirm


def lay_out_preview(rubric: Rubric, library: Rubric, annex: Annex, *, document: str, token: str) -> Preview:
    """``rubric``: with the flags in force, which the annex is compared with."""
    before = flags_of(rubric)
    return Preview(
        document=document,
        sha256=annex.sha256,
        token=token,
        counts=counts_per_level(rubric, annex.flags),
        changes=tuple(
            FlagChange(
                rubric.by_code[code],
                level,
                before[code][level],
                annex.flags[code][level],
                library.by_code[code].by_level[level].category_confirmed,
            )
            for code, level in changed_cells(before, annex.flags)
        ),
        matched=len(annex.wordings),
        clauses=sum(len(level.clauses) for item in rubric.items for level in item.levels),
        unmatched=annex.unmatched,
        notes=annex.notes,
        wordings=tuple(
            WordingSection(role, tuple(_pairs(rubric, role.code, annex.wordings))) for role in rubric.roles
        ),
    )


def _pairs(rubric: Rubric, role: str, wordings: Mapping[str, str]) -> Iterator[WordingPair]:
    for item in rubric.items_of(role):
        for level in item.levels:
            for clause in level.clauses:
                code = clause_code(item.code, level.level, clause.n)
                if code in wordings:
                    yield WordingPair(code, wordings[code], clause.text)
