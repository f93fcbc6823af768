"""Standards as programs read them. The rubric itself is the engine's immutable value, kept by the process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.rubric.values import Gate as RubricGate
from engine.rubric.values import HospitalLevel, Item, Rubric, Text
from rubrics.models import Confirmation, Edition
from rubrics.queries.editions import confirmation_of, current_editions, find_edition, rubric_under
from rubrics.rows import clause_code


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """``flags_confirmed``: nobody has to confirm basic and optional flags any more."""

    id: str  # emr-2018
    edition: str  # emr-2018_r1
    revision: int
    status: str
    title: Text
    document_number: str
    top_level: int
    data_quality_table_year: int | None
    content_hash: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class LevelFacts:
    level: int
    name: Text
    gate: RubricGate | None
    overall: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class RubricFacts:
    """An edition with what it asks, without the clauses."""

    facts: EditionFacts
    rubric: Rubric
    levels: tuple[LevelFacts, ...]
    tag: str


@dataclass(frozen=True, slots=True)
class ClauseFacts:
    code: str
    n: int
    text: Text
    nature: str
    backend: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemLevelFacts:
    level: int
    category: str | None
    category_confirmed: bool
    has_index: bool
    no_requirement: bool
    clauses: tuple[ClauseFacts, ...]


@dataclass(frozen=True, slots=True)
class ItemFacts:
    item: Item
    levels: tuple[ItemLevelFacts, ...]
    tag: str


def list_editions() -> tuple[EditionFacts, ...]:
    """The newest published revision of every standard. One query."""
    return tuple(edition_facts(edition) for edition in current_editions())


def edition_facts(edition: Edition) -> EditionFacts:
    return EditionFacts(
        id=edition.key,
        edition=edition.slug,
        revision=edition.revision,
        status=edition.status,
        title=Text(edition.title_zh, edition.title_en),
        document_number=edition.document_number,
        top_level=edition.top_level,
        data_quality_table_year=edition.data_quality_table_year,
        content_hash=edition.content_hash,
        published_at=edition.published_at,
    )


def read_rubric(slug: str) -> RubricFacts | None:
    """One standard under the flags in force; None when there is none of that name. Two queries."""
    edition = find_edition(slug)
    if edition is None:
        return None
    confirmation = confirmation_of(edition)
    rubric = rubric_under(edition, confirmation)
    return RubricFacts(
        facts=edition_facts(edition),
        rubric=rubric,
        levels=tuple(_level(level, rubric) for level in rubric.levels),
        tag=_tag(edition, confirmation),
    )


def read_item(slug: str, code: str) -> ItemFacts | None:
    """One item with its clauses. Two queries."""
    edition = find_edition(slug)
    if edition is None:
        return None
    confirmation = confirmation_of(edition)
    item = rubric_under(edition, confirmation).by_code.get(code)
    if item is None:
        return None
    levels = tuple(
        ItemLevelFacts(
            level.level,
            level.category,
            level.category_confirmed,
            level.has_index,
            level.no_requirement,
            tuple(
                ClauseFacts(
                    clause_code(code, level.level, clause.n),
                    clause.n,
                    clause.text,
                    clause.nature,
                    clause.backend,
                    clause.evidence,
                )
                for clause in level.clauses
            ),
        )
        for level in item.levels
    )
    return ItemFacts(item, levels, f"{_tag(edition, confirmation)}-{code}")


def _level(level: HospitalLevel, rubric: Rubric) -> LevelFacts:
    return LevelFacts(level.level, level.name, rubric.gate_at.get(level.level), level.overall)


def _tag(edition: Edition, confirmation: Confirmation | None) -> str:
    return f"{edition.content_hash[:32]}-{confirmation.pk if confirmation else 0}"
