"""Charts of one result and of two beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from reports.charts.spec.frame import Chart, ChartIncomplete, Series, fits, series_values

Change = Literal["gained", "lost", "kept", "none"]
GateKind = Literal["basic", "optional", "total"]


@dataclass(frozen=True, kw_only=True)
class Gauge(Chart):
    """Dual gauge: claimed level as outline, verified level as solid arc, target as bracket.

    ``verified`` is None where nothing was verified yet: no arc, and the words say so.
    """

    claimed: Decimal
    verified: Decimal | None
    target: int | None
    top: int
    figure: str
    figure_label: str
    claimed_label: str
    verified_label: str

    def measured(self) -> Iterator[tuple[Decimal, Decimal]]:
        top = Decimal(self.top)
        yield self.claimed, top
        if self.verified is not None:
            yield self.verified, top
        if self.target is not None:
            yield Decimal(self.target), top


@dataclass(frozen=True, kw_only=True)
class Radar(Chart):
    """One spoke per role, one outline per series, from 0 in the middle to ``top``."""

    spokes: tuple[str, ...]
    series: tuple[Series, ...]
    top: Decimal

    def __post_init__(self) -> None:
        super().__post_init__()
        fits(self.key, self.spokes, self.series)

    def measured(self) -> Iterator[tuple[Decimal, Decimal]]:
        return series_values(self.series, self.top)


@dataclass(frozen=True, kw_only=True)
class Bars(Chart):
    """Horizontal bars, one group per label, one bar per series; ``bound`` is drawn as a line across."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    top: Decimal
    bound: Decimal | None = None
    bound_label: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        fits(self.key, self.labels, self.series)

    def measured(self) -> Iterator[tuple[Decimal, Decimal]]:
        yield from series_values(self.series, self.top)
        if self.bound is not None:
            yield self.bound, self.top


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a map. ``group`` is the role; a thin line stands where it changes."""

    code: str
    name: str
    group: str
    basic: bool | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One item at one level. Shares are 0-1 of what the level can give; None where there is none.

    ``mark`` is the short sign in the cell, ``says`` the sentence behind it.
    """

    claimed: Decimal | None
    verified: Decimal | None
    passes: bool
    says: str
    mark: str = ""
    borderline: bool = False


@dataclass(frozen=True, kw_only=True)
class HeatMap(Chart):
    """Items by levels; a cell is split by its diagonal: claimed above, verified below."""

    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[HeatCell | None, ...], ...]
    target: int | None  # place of the target level among the columns
    claimed_label: str
    verified_label: str
    low_label: str
    high_label: str

    def __post_init__(self) -> None:
        super().__post_init__()
        is_grid(self.key, self.rows, self.columns, self.cells)

    @property
    def has_verified(self) -> bool:
        return any(cell.verified is not None for row in self.cells for cell in row if cell)

    def measured(self) -> Iterator[tuple[Decimal, Decimal]]:
        for row in self.cells:
            for cell in row:
                for value in (cell.claimed, cell.verified) if cell else ():
                    if value is not None:
                        yield value, Decimal(1)


@dataclass(frozen=True, slots=True)
class ChangeCell:
    """One item at one level in two assessments: passed now and then, only now, only then, never."""

    change: Change
    says: str


@dataclass(frozen=True, kw_only=True)
class ChangeMap(Chart):
    """Items by levels: what was gained and what was lost between two assessments."""

    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[ChangeCell | None, ...], ...]
    target: int | None
    labels: tuple[tuple[Change, str], ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        is_grid(self.key, self.rows, self.columns, self.cells)


@dataclass(frozen=True, slots=True)
class GateBar:
    """One gate at one level: have of need, and the short reason where it does not hold."""

    kind: GateKind
    have: Decimal
    need: Decimal
    holds: bool
    figures: str
    reason: str = ""
    focus: bool = False
    borderline: bool = False


@dataclass(frozen=True, slots=True)
class StripLevel:
    """A column of the gate strip."""

    label: str
    reached: bool
    depends: bool
    target: bool
    bars: tuple[GateBar, ...]


@dataclass(frozen=True, kw_only=True)
class GateStrip(Chart):
    """Levels as columns, the three gates as rows; the first failing cell is the focus."""

    gates: tuple[tuple[GateKind, str], ...]
    levels: tuple[StripLevel, ...]
    holds_label: str
    fails_label: str

    def __post_init__(self) -> None:
        super().__post_init__()
        kinds = tuple(kind for kind, _ in self.gates)
        for level in self.levels:
            if tuple(bar.kind for bar in level.bars) != kinds:
                raise ChartIncomplete(f"{self.key}: {level.label} does not have every gate")
            if any(bar.holds != (bar.have >= bar.need) for bar in level.bars):
                raise ChartIncomplete(f"{self.key}: {level.label} contradicts its own figures")


def is_grid(
    key: str, rows: tuple[Row, ...], columns: tuple[str, ...], cells: tuple[tuple[object, ...], ...]
) -> None:
    if not rows or len(cells) != len(rows) or any(len(row) != len(columns) for row in cells):
        raise ChartIncomplete(f"{key}: one cell per row and column")
