"""View model of the page of yearly data-quality tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.yearly_table import Comparison, Kind, TableRow
from engine.rubric.values import Text
from rubrics.models import QualityTable
from rubrics.pages.heading import EditionHeading
from rubrics.quality_table import Problem
from rubrics.yearly import KINDS, consequence_of, place_of, words_of


@dataclass(frozen=True, slots=True)
class KnownTable:
    """``rules`` None: not said here, an imported table is not opened for a list."""

    year: int
    rules: int | None
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
    year: str = ""  # as typed, when nothing was imported


def known_tables(year: int, rules: int, tables: list[QualityTable]) -> tuple[KnownTable, ...]:
    """The library's own, then the imported ones."""
    own = KnownTable(year, rules, "", "", None)
    return (
        own,
        *(
            KnownTable(
                table.year,
                None,
                table.document_name,
                str(table.approved_by or ""),
                table.approved_at,
            )
            for table in tables
        ),
    )


def _text(row: TableRow | None, labels: Mapping[str, Text]) -> str:
    """A row of the library in the reader's language, one of the file as it was written."""
    if row is None:
        return ""
    label = labels.get(row.text)
    return label.in_language(get_language() or "") if label is not None else row.text


def groups_of(compared: Comparison, catalogue: Catalogue) -> tuple[Group, ...]:
    """What a table changes, kind by kind."""
    labels = {rule.label.zh: rule.label for rule in catalogue.rules.values() if rule.family == "dq_rules"}
    return tuple(
        Group(
            kind,
            words_of(kind),
            consequence_of(kind),
            tuple(
                ChangedRule(
                    one.rule,
                    place_of(one),
                    _text(one.before, labels),
                    _text(one.after, labels),
                )
                for one in compared.of(kind)
            ),
        )
        for kind in KINDS
        if compared.of(kind)
    )
