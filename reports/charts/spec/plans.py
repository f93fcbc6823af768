"""Charts of a plan: what is worked on when, and what grows quarter by quarter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from reports.charts.spec.frame import Chart, ChartIncomplete

#: kinds of work that a reader tells apart in a bar
WorkKind = Literal["function", "integration", "intelligence", "management", "use"]
CourseStyle = Literal["solid", "dashed", "bound"]


@dataclass(frozen=True, slots=True)
class GanttPart:
    """A stretch of work of one kind: from and to in columns (1.5: the middle of the second column)."""

    kind: WorkKind
    begin: Decimal
    end: Decimal


@dataclass(frozen=True, slots=True)
class GanttRow:
    """One action. ``begin`` and ``end`` in columns; ``after``: codes of the items it waits for, written beside it;
    ``label``: its figure; ``says``: the sentence about it; ``critical``: it decides the finish."""

    code: str
    name: str
    group: str
    begin: int
    end: int
    parts: tuple[GanttPart, ...]
    label: str
    says: str
    after: tuple[str, ...] = ()
    critical: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class GanttLink:
    """Work of one row that starts when work of another is done: places of the rows, and where in columns."""

    before: int
    done: Decimal
    after: int
    starts: Decimal


@dataclass(frozen=True, kw_only=True)
class Gantt(Chart):
    """Actions as bars over quarters, grouped by role. ``years``: (words, number of columns); ``notes``: (words, step of
    the level ramp) under each column; ``kinds``: the legend; ``links``: the chain that decides the finish, which is
    all that can be drawn and still be read."""

    columns: tuple[str, ...]
    years: tuple[tuple[str, int], ...]
    notes: tuple[tuple[str, int], ...]
    note_label: str
    rows: tuple[GanttRow, ...]
    kinds: tuple[tuple[WorkKind, str], ...]
    unit_label: str
    critical_label: str
    after_label: str
    links: tuple[GanttLink, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.rows or sum(count for _words, count in self.years) != len(self.columns):
            raise ChartIncomplete(f"{self.key}: rows, and years that cover the columns")
        if len(self.notes) != len(self.columns):
            raise ChartIncomplete(f"{self.key}: one note per column")
        for row in self.rows:
            if not 0 <= row.begin < row.end:
                raise ChartIncomplete(f"{self.key}: {row.code} has no place")
        for link in self.links:
            if not (0 <= link.before < len(self.rows) and 0 <= link.after < len(self.rows)):
                raise ChartIncomplete(f"{self.key}: a link without its rows")

    def measured(self) -> Iterator[tuple[Decimal, Decimal]]:
        top = Decimal(len(self.columns))
        for row in self.rows:
            yield Decimal(row.end), top
            for part in row.parts:
                yield part.begin, top
                yield part.end, top
        for link in self.links:
            yield link.done, top
            yield link.starts, top


@dataclass(frozen=True, slots=True)
class Course:
    """One line of a timeline; ``stepped`` lines stay until the next value, others lead to it. ``words``: the newest
    value as it is written at the end."""

    name: str
    style: CourseStyle
    values: tuple[Decimal, ...]
    words: str
    stepped: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """What lies between a low and a high estimate."""

    name: str
    low: tuple[Decimal, ...]
    high: tuple[Decimal, ...]
    low_words: str
    high_words: str


@dataclass(frozen=True, kw_only=True)
class Timeline(Chart):
    """Upright axis over quarters: ``bars`` per quarter with their words, lines, and a band. ``notes`` as in Gantt;
    ``marked`` are places of bars that stand out (full quarters). ``base``: where the axis begins; only lines may
    begin above 0, and the caption says so."""

    labels: tuple[str, ...]
    top: Decimal
    base: Decimal = Decimal(0)
    ticks: tuple[tuple[Decimal, str], ...]
    courses: tuple[Course, ...] = ()
    bars: tuple[Decimal, ...] = ()
    bar_words: tuple[str, ...] = ()
    bar_name: str = ""
    marked: tuple[int, ...] = ()
    marked_name: str = ""
    band: Band | None = None
    notes: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        rows = [self.bars, self.bar_words, self.notes, *(course.values for course in self.courses)]
        if self.band:
            rows += [self.band.low, self.band.high]
        if not self.labels or any(row and len(row) != len(self.labels) for row in rows):
            raise ChartIncomplete(f"{self.key}: one value per quarter")
        lowest = min((value for value, _top in self.measured()), default=self.base)
        if lowest < self.base or (self.base and (self.bars or self.band)):
            raise ChartIncomplete(f"{self.key}: the axis begins above what is drawn")

    def measured(self) -> Iterator[tuple[Decimal, Decimal]]:
        band = (*self.band.low, *self.band.high) if self.band else ()
        lines = (value for course in self.courses for value in course.values)
        for value in (*self.bars, *band, *lines, *(value for value, _words in self.ticks)):
            yield value, self.top
