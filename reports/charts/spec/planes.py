"""Charts of many: points in a plane, lines over years, full bars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from reports.charts.spec.frame import Chart, ChartIncomplete, Series, Shape, fits, series_values


@dataclass(frozen=True, slots=True)
class Axis:
    """From 0 to ``top``; ``ticks`` are (value, words)."""

    label: str
    top: Decimal
    ticks: tuple[tuple[Decimal, str], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A point. ``weight`` 0-1 is its size between the smallest and the largest mark; ``count`` above 1: so many
    that lie there together. ``known_from``: a solid line from there (what is verified for sure); ``claimed_to``: a
    dashed line that ends in a ring (what is claimed). ``label`` is written beside it."""

    x: Decimal
    y: Decimal
    says: str
    shape: Shape = "circle"
    solid: bool = True
    weight: Decimal = Decimal("0.3")
    count: int = 1
    label: str = ""
    address: str = ""
    known_from: Decimal | None = None
    claimed_to: Decimal | None = None
    stands_out: bool = False


@dataclass(frozen=True, slots=True)
class Guide:
    """A line to read the points by: what is even or the mean, and near and far limits."""

    style: Literal["even", "near", "far"]
    points: tuple[tuple[Decimal, Decimal], ...]
    label: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A shaded box with its name: (x, y) of two corners."""

    low: tuple[Decimal, Decimal]
    high: tuple[Decimal, Decimal]
    label: str


@dataclass(frozen=True, kw_only=True)
class Scatter(Chart):
    """Points in a plane. ``legend``: (shape, solid, words)."""

    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    guides: tuple[Guide, ...] = ()
    zone: Zone | None = None
    legend: tuple[tuple[Shape, bool, str], ...] = ()

    def measured(self) -> Iterator[tuple[Decimal, Decimal]]:
        for mark in self.marks:
            yield mark.y, self.y.top
            for value in (mark.x, mark.known_from, mark.claimed_to):
                if value is not None:
                    yield value, self.x.top
        corners = (self.zone.low, self.zone.high) if self.zone else ()
        for x, y in (*corners, *(point for guide in self.guides for point in guide.points)):
            yield x, self.x.top
            yield y, self.y.top


@dataclass(frozen=True, kw_only=True)
class Lines(Chart):
    """Values over years, one line per series; a missing year leaves a gap. Lines differ by the shape of their
    points, and their newest values are written at the end. ``ticks`` are (value, words) of the upright axis."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    top: Decimal
    ticks: tuple[tuple[Decimal, str], ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        fits(self.key, self.labels, self.series)
        if len(self.series) > len(get_args(Shape)):
            raise ChartIncomplete(f"{self.key}: more lines than shapes to tell them by")

    def measured(self) -> Iterator[tuple[Decimal, Decimal]]:
        yield from series_values(self.series, self.top)
        for value, _words in self.ticks:
            yield value, self.top


@dataclass(frozen=True, kw_only=True)
class Stacked(Chart):
    """How groups are made up: one full bar per label, split into parts from the lowest level to the highest.
    ``counts``: per label one number per part."""

    labels: tuple[str, ...]
    parts: tuple[str, ...]  # words of level 0, 1, …
    counts: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.labels or not self.parts or len(self.counts) != len(self.labels):
            raise ChartIncomplete(f"{self.key}: one row of counts per label")
        if any(len(row) != len(self.parts) for row in self.counts):
            raise ChartIncomplete(f"{self.key}: one count per part")

    def measured(self) -> Iterator[tuple[Decimal, Decimal]]:
        for row in self.counts:
            for count in row:
                yield Decimal(count), Decimal(sum(row))
