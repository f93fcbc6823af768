"""View model of the page of yearly data-quality tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.evidence.yearly_table import Comparison, Kind
from rubrics.models import QualityTable
from rubrics.pages.heading import EditionHeading
from rubrics.quality_table import Problem
from rubrics.yearly import KINDS, consequence_of, place_of, words_of


@dataclass(frozen=True, slots=True)
class KnownTable:
    year: int
    document: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ChangedRule:
    rule: str
    place: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Group:
    kind: Kind
    words: str
    consequence: str
    rules: tuple[ChangedRule, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    year: int
    rules: int
    document: str
    groups: tuple[Group, ...]
    token: str


@dataclass(frozen=True, slots=True)
class TablesPage:
    edition: EditionHeading
    tables: tuple[KnownTable, ...]
    why_not: str
    refusal: str = ""
    problems: tuple[Problem, ...] = ()
    preview: Preview | None = None


def known_tables(year: int, tables: list[QualityTable]) -> tuple[KnownTable, ...]:
    """The library's own, then the imported ones."""
    own = KnownTable(year, "", "", None)
    return (
        own,
        *(
            KnownTable(
                table.year,
                table.document_name,
                str(table.approved_by or ""),
                table.approved_at,
            )
            for table in tables
        ),
    )


def groups_of(compared: Comparison) -> tuple[Group, ...]:
    return tuple(
        Group(
            kind,
            words_of(kind),
            consequence_of(kind),
            tuple(
                ChangedRule(
                    one.rule,
                    place_of(one),
                    one.before.text if one.before else "",
                    one.after.text if one.after else "",
                )
                for one in compared.of(kind)
            ),
        )
        for kind in KINDS
        if compared.of(kind)
    )
