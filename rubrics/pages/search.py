"""Results of a search inside one edition."""

from __future__ import annotations

from dataclasses import dataclass

from rubrics.pages.heading import EditionHeading
from rubrics.pages.standard import ItemRow
from rubrics.search import MOST_HITS, CodeHit, Found


@dataclass(frozen=True, slots=True)
class OtherStandard:
    address: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    edition: EditionHeading
    query: str
    code: CodeHit | None  # the query was written like a code
    role_rows: tuple[ItemRow, ...]  # items of the role a two-digit code names
    found: Found
    standards: tuple[OtherStandard, ...]

    @property
    def search_edition(self) -> str:
        return self.edition.address

    @property
    def nothing(self) -> bool:
        return not (self.found.items or self.found.clauses or self.role_rows)

    @property
    def cut_off(self) -> int:
        """How many clauses are not listed; 0 when all are."""
        return self.found.clause_count - len(self.found.clauses)

    @property
    def most(self) -> int:
        return MOST_HITS
