"""What an evidence compendium (实证材料汇编) tells, for page, PDF and Word alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assessments.models import Attachment


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the sheet. ``missing``: nobody gave it; ``text`` then says so. It is never made up."""

    label: str
    text: str
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A screenshot: ``number`` 01.01.4-1-2, ``caption`` as the hospital wrote it; ``source`` where its bytes are."""

    number: str
    caption: str
    source: Attachment


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A file that is no picture: named with its fingerprint, handed over beside the document."""

    name: str
    caption: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Query:
    """How a count was made. ``text`` empty: the query was not given. ``see``: printed above already, at this level."""

    heading: str
    text: str
    database: str
    run_at: str
    owner: str
    see: str = ""


@dataclass(frozen=True, slots=True)
class ClauseSheet:
    """``official``: the wording is the standard's own; ``lacks``: what is missing, in words."""

    code: str
    text: str
    official: bool
    claim: str
    claim_words: str
    facts: tuple[Fact, ...]
    pictures: tuple[Picture, ...]
    files: tuple[OtherFile, ...]
    lacks: tuple[str, ...]

    @property
    def claimed(self) -> bool:
        return self.claim in ("met", "partly")


@dataclass(frozen=True, slots=True)
class LevelSheet:
    """``figures``: numerator, denominator, ratio, data quality; ``queries`` behind them."""

    code: str
    level: int
    words: str
    category: str
    no_requirement: bool
    figures: tuple[Fact, ...]
    queries: tuple[Query, ...]
    lacks: tuple[str, ...]
    clauses: tuple[ClauseSheet, ...]


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """``about``: level and score claimed, what counts as use; ``no_such_service``: why the hospital has none."""

    code: str
    name: str
    about: tuple[Fact, ...]
    no_such_service: str
    levels: tuple[LevelSheet, ...]
    pictures: tuple[Picture, ...]  # of the whole item
    files: tuple[OtherFile, ...]

    @property
    def clauses(self) -> Iterator[ClauseSheet]:
        for level in self.levels:
            yield from level.clauses

    @property
    def picture_count(self) -> int:
        return len(self.pictures) + sum(len(clause.pictures) for clause in self.clauses)

    @property
    def claimed_count(self) -> int:
        return sum(clause.claimed for clause in self.clauses)

    @property
    def lack_count(self) -> int:
        return sum(len(clause.lacks) for clause in self.clauses) + sum(
            len(level.lacks) for level in self.levels
        )


@dataclass(frozen=True, slots=True)
class RoleSheet:
    """One file of the compendium. ``filename`` without its ending: 01 病房医师."""

    code: str
    name: str
    filename: str
    items: tuple[ItemSheet, ...]

    @property
    def pictures(self) -> Iterator[Picture]:
        for item in self.items:
            yield from item.pictures
            for clause in item.clauses:
                yield from clause.pictures

    @property
    def claimed_count(self) -> int:
        return sum(item.claimed_count for item in self.items)

    @property
    def picture_count(self) -> int:
        return sum(item.picture_count for item in self.items)

    @property
    def lack_count(self) -> int:
        return sum(item.lack_count for item in self.items)


@dataclass(frozen=True, slots=True)
class Compendium:
    """``title`` names the choice where it is not the whole; ``target`` the level the material is for."""

    title: str
    scope: str
    target: int
    target_words: str
    official_wording: bool
    roles: tuple[RoleSheet, ...]
    signers: tuple[str, ...]

    @property
    def picture_count(self) -> int:
        return sum(role.picture_count for role in self.roles)

    @property
    def claimed_count(self) -> int:
        return sum(role.claimed_count for role in self.roles)

    @property
    def lack_count(self) -> int:
        return sum(role.lack_count for role in self.roles)
