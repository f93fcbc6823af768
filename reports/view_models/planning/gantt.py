"""The bars of a plan as a table of quarters, so that a bar can be taken and put elsewhere, by hand or by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext

from engine.roadmap.quarters import Quarter
from reports.charts.spec import GanttRow
from reports.view_models.roadmap import ActionRow, RoadmapView
from reports.view_models.roadmap.wording import quarter_words

ROOM = 4  # quarters behind the finish, for putting work later
UNIT = 100  # width of a quarter in the picture of a bar


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one kind of work inside a bar; ``x`` and ``width`` in the units of ``Line.width``."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Line:
    """One item. ``before`` and ``after``: empty quarters beside the bar; ``change``: new | moved | altered | "" """

    code: str
    name: str
    group: str
    levels_words: str
    effort_words: str
    start: str
    says: str
    before: range
    span: int
    width: int
    after: range
    pieces: tuple[Piece, ...]
    critical: bool
    pinned: bool
    start_pinned: bool
    change: str


@dataclass(frozen=True, slots=True)
class Column:
    """A quarter. ``notes`` stand under it; empty behind the finish."""

    key: str
    words: str
    number: str
    level: int | None
    level_words: str
    load_words: str
    full: bool
    money_words: str


@dataclass(frozen=True, slots=True)
class Chart:
    columns: tuple[Column, ...]
    years: tuple[tuple[str, int], ...]
    lines: tuple[Line, ...]
    kinds: tuple[tuple[str, str], ...]


def chart_of(view: RoadmapView, changes: Mapping[str, str]) -> Chart | None:
    """``changes``: item -> what the last decision did to it."""
    if view.gantt is None:
        return None
    first = view.quarters[0].quarter.quarter
    count = len(view.quarters) + ROOM
    columns = tuple(_column(view, place, first.later(place)) for place in range(count))
    years = tuple(
        (gettext("%(year)s年") % {"year": year}, len(list(members)))
        for year, members in groupby(first.later(place).year for place in range(count))
    )
    rows = view.by_code
    lines = tuple(_line(one, rows[one.code], count, changes.get(one.code, "")) for one in view.gantt.rows)
    return Chart(columns, years, lines, tuple((str(kind), words) for kind, words in view.gantt.kinds))


def _column(view: RoadmapView, place: int, quarter: Quarter) -> Column:
    words = quarter_words(quarter)
    number = gettext("%(n)s季") % {"n": quarter.number}
    if place >= len(view.quarters):
        return Column(words.key, words.words, number, None, "", "", False, "")
    row = view.quarters[place]
    load = f"{row.effort_words}/{row.capacity_words}"
    money = gettext("%(money)s元") % {"money": row.money.likely_words}
    return Column(words.key, words.words, number, row.level, row.level_words, load, row.full, money)


def _line(one: GanttRow, row: ActionRow, count: int, change: str) -> Line:
    pieces = tuple(
        Piece(
            part.kind,
            f"{(part.begin - one.begin) * UNIT:.1f}",
            f"{(part.end - part.begin) * UNIT:.1f}",
        )
        for part in one.parts
    )
    return Line(
        code=one.code,
        name=one.name,
        group=one.group,
        levels_words=row.levels_words,
        effort_words=row.effort.words,
        start=row.start.key,
        says=one.says,
        before=range(one.begin),
        span=one.end - one.begin,
        width=(one.end - one.begin) * UNIT,
        after=range(count - one.end),
        pieces=pieces,
        critical=one.critical,
        pinned=row.pinned,
        start_pinned=row.start_pinned,
        change=change,
    )
