"""Data-quality tables of further years, and the catalogue under one of them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.yearly_table import TableRow, under_table
from rubrics.models import QualityTable
from rubrics.queries.catalogue import get_catalogue


def tables_of(rubric: str) -> list[QualityTable]:
    """Tables in force, newest year first. One query."""
    return list(
        QualityTable.objects.filter(rubric=rubric, superseded_at__isnull=True)
        .select_related("approved_by")
        .defer("rows")
    )


def catalogue_of_year(rubric: str, year: int) -> Catalogue | None:
    """The catalogue whose rules are those of the table of ``year``; None when there is no such table.

    For ``engine.evidence.replay``: the other side of stored counts.
    """
    if year == get_catalogue().data_quality_table_year:
        return get_catalogue()
    in_force = QualityTable.objects.filter(rubric=rubric, year=year, superseded_at__isnull=True)
    found = in_force.values_list("pk", "approved_at").first()
    return None if found is None else _catalogue(*found)


@lru_cache(maxsize=8)
def _catalogue(table: int, approved_at: datetime) -> Catalogue:
    """A stored table never changes, so neither does what follows from it. The moment tells it from one of
    the same number in a restored database."""
    stored = QualityTable.objects.get(pk=table)
    rows = tuple(TableRow(**row) for row in stored.rows)
    return under_table(get_catalogue(), stored.rubric, rows, stored.year)
