"""What every chart carries: words, a table, and values that lie on its axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Sign = Literal["claimed", "verified", "earlier", "bound"]
Shape = Literal["circle", "square", "triangle", "diamond"]


class ChartIncomplete(ValueError):
    """A chart without words or without a table, or with a value outside its axis."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a chart's table; ``figures`` are set to the right in tabular figures."""

    heading: str
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The same chart in figures: what copying and screen readers get."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if not self.columns or any(len(row) != len(self.columns) for row in self.rows):
            raise ChartIncomplete("every row of a chart's table needs one cell per column")

    def as_text(self) -> str:
        """Tab-separated, ready to be pasted into a spreadsheet."""
        lines = ["\t".join(column.heading for column in self.columns)]
        lines += ["\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) for row in self.rows]
        return "\n".join(lines)


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What every chart carries. ``key`` names it in a page and is part of an HTML id."""

    key: str
    title: str
    caption: str
    unit: str
    alt: str
    table: Table

    def __post_init__(self) -> None:
        for name in ("key", "title", "caption", "unit", "alt"):
            if not getattr(self, name).strip():
                raise ChartIncomplete(f"a chart needs its {name}")
        for value, top in self.measured():
            if not 0 <= value <= top:
                raise ChartIncomplete(f"{self.key}: {value} lies outside 0..{top}")

    def measured(self) -> Iterator[tuple[Decimal, Decimal]]:
        """Every (value, top of its axis) that is drawn."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Series:
    """One value per axis or bar; None where there is none."""

    name: str
    sign: Sign
    values: tuple[Decimal | None, ...]


def series_values(series: tuple[Series, ...], top: Decimal) -> Iterator[tuple[Decimal, Decimal]]:
    """Every value of the series with the top of their axis."""
    for one in series:
        for value in one.values:
            if value is not None:
                yield value, top


def fits(key: str, labels: tuple[str, ...], series: tuple[Series, ...]) -> None:
    if not labels or not series or any(len(one.values) != len(labels) for one in series):
        raise ChartIncomplete(f"{key}: one value per label and series")
