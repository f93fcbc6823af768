"""Random packages as a hospital's own tables: texts as they stand, times as times, Chinese column names."""

from __future__ import annotations

from collections.abc import Iterator

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.mapping import MappingDocument, SourceMapping
from tests.engine.evidence.naive_reading import Package, parsed


def columns_of(package: Package, catalogue: Catalogue, record: str) -> dict[str, str]:
    """Supplied columns and their SQL types: everything but times is text."""
    fields = catalogue.records[record].fields
    return {
        name: "timestamp" if field.type == "datetime" else "text"
        for name, field in fields.items()
        if name in package.supplied[record]
    }


def rows_of(package: Package, catalogue: Catalogue, record: str) -> Iterator[tuple[object, ...]]:
    kinds = columns_of(package, catalogue, record)
    for row in package.rows[record]:
        yield tuple(
            parsed("datetime", row.raw.get(name)) if kind == "timestamp" else row.raw.get(name)
            for name, kind in kinds.items()
        )


def their_name(name: str) -> str:
    """What the hospital calls a column."""
    return f"列_{name}"


def their_mapping(package: Package, catalogue: Catalogue) -> MappingDocument:
    """Two tables per record type, both with the hospital's own names."""
    sources = []
    for record in package.rows:
        names = {their_name(name): name for name in columns_of(package, catalogue, record)}
        sources += [SourceMapping(f"his.{record}_{part}", record, names, system=part) for part in ("a", "b")]
    return MappingDocument("示例医院", tuple(sources))
