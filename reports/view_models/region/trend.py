"""How a region moves over the years: averages, shares at levels 3, 4 and 5, groups, and the national targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.templatetags.display import DASH, level_name, percent
from reports.charts.spec import Column, Lines, Series, Stacked, Table
from reports.regional.counting import Figures, Tally, added, average, figures, share
from reports.regional.national import Goal, Published, goals_of, published_of
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.region.choice import Choice
from reports.view_models.region.groups import GroupLine, levels_of, line_of, names_of, titles

MOST_LINES = 4  # groups that can be told apart in one picture
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class GroupYears:
    """Averages of a group, one cell per year: "3.61 (120)", or a dash where nobody submitted."""

    name: str
    cells: tuple[str, ...]
    change: str  # newest less oldest year, with its sign


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A national target and how the hospitals it is about stand in the chosen year."""

    words: str
    source: str
    sure: bool
    here: str
    met: bool | None  # None: no such hospital submitted


@dataclass(frozen=True, slots=True)
class PublishedLine:
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class RegionTrend:
    choice: Choice
    levels: tuple[int, ...]
    lines: tuple[GroupLine, ...]  # one per year, oldest first
    average: ChartView | None
    shares: ChartView | None
    made_up: ChartView | None
    groups: tuple[tuple[str, str, bool], ...]  # key, words, chosen
    by: str
    by_title: str
    years: tuple[int, ...]
    table: tuple[GroupYears, ...]
    targets: str
    goals: tuple[GoalLine, ...]
    published: tuple[PublishedLine, ...]


def trend(
    choice: Choice,
    tallies: Mapping[tuple[Any, ...], Tally],
    by: str,
    grades: Mapping[tuple[Any, ...], Tally],
    cities: Mapping[int, str],
    targets: str,
    language: str,
) -> RegionTrend:
    """``tallies``: (year, key of the group ``by``) -> tally. ``grades``: (grade,) -> tally of the chosen year."""
    years = of_years(tallies, choice.top)
    levels = levels_of(choice.top)
    names = names_of(by, cities)
    query = f"{choice.query}&by={by}"
    several = len(years) > 1
    return RegionTrend(
        choice=choice,
        levels=levels,
        lines=tuple(line_of(str(year), figures(tally, 0), levels) for year, tally in years.items()),
        average=chart_view(average_chart(years, choice.top), query=query) if several else None,
        shares=chart_view(shares_chart(years, levels), query=query) if several and levels else None,
        made_up=chart_view(made_up_chart(years), query=query) if years else None,
        groups=tuple((key, words, key == by) for key, words in titles().items()),
        by=by,
        by_title=titles()[by],
        years=tuple(years),
        table=_by_group(tallies, tuple(years), names),
        targets=targets,
        goals=tuple(_goal(goal, grades, choice.top, language) for goal in goals_of(choice.edition.key)),
        published=tuple(_published(one, language) for one in published_of(choice.edition.key)),
    )


def of_years(tallies: Mapping[tuple[Any, ...], Tally], top: int) -> dict[int, Tally]:
    """Year -> tally of all groups together, oldest first. Keys begin with the year."""
    years = sorted({key[0] for key in tallies})
    return {year: added((one for key, one in tallies.items() if key[0] == year), top) for year in years}


def _by_group(
    tallies: Mapping[tuple[Any, ...], Tally], years: Sequence[int], names: Mapping[Any, str]
) -> tuple[GroupYears, ...]:
    lines = []
    for key, name in names.items():
        found = [figures(one, 0) if (one := tallies.get((year, key))) else None for year in years]
        known = [one.average for one in found if one is not None and one.average is not None]
        if not known:
            continue
        change = f"{known[-1] - known[0]:+}".replace("-", "−") if len(known) > 1 else DASH
        lines.append(GroupYears(name, tuple(map(_with_number, found)), change))
    return tuple(lines)


def _with_number(found: Figures | None) -> str:
    return DASH if found is None or found.average is None else f"{found.average} ({found.n})"


def average_chart(years: Mapping[int, Tally], top: int) -> Lines:
    """Average level per year: claimed, at most once refuted claims are taken off, and the official or reviewed result."""
    found = [figures(tally, 0) for tally in years.values()]
    series = [Series(_("自评平均级别"), "claimed", tuple(one.average for one in found))]
    columns = [Column(_("年度")), Column(_("提交医院数"), True), Column(_("自评平均级别"), True)]
    cells = [[str(year), str(one.n), _text(one.average)] for year, one in zip(years, found, strict=True)]
    if any(one.verified for one in found):
        series.append(
            Series(_("核验后至多，平均级别"), "verified", tuple(one.average_at_most for one in found))
        )
        columns += [Column(_("有数据核验"), True), Column(_("核验后至多，平均级别"), True)]
        for row, one in zip(cells, found, strict=True):
            row += [str(one.verified), _text(one.average_at_most)]
    if any(one.awarded for one in found):
        series.append(Series(_("评定平均级别"), "earlier", tuple(one.average_awarded for one in found)))
        columns += [Column(_("有评定结果"), True), Column(_("评定平均级别"), True)]
        for row, one in zip(cells, found, strict=True):
            row += [str(one.awarded), _text(one.average_awarded)]
    return Lines(
        key="trend",
        title=_("历年平均级别"),
        caption=_("每年只平均当年提交的医院；核验和评定只平均有结果的医院，家数见表格。"),
        unit=_("级"),
        alt=_("历年自评平均级别：%(listed)s。")
        % {"listed": _("，").join(f"{row[0]} {row[2]}" for row in cells)},
        table=Table(tuple(columns), tuple(map(tuple, cells))),
        labels=tuple(map(str, years)),
        series=tuple(series),
        top=Decimal(top),
        ticks=tuple((Decimal(level), str(level)) for level in range(top + 1)),
    )  # fmt: skip


def _text(value: Decimal | None) -> str:
    return DASH if value is None else str(value)


def shares_chart(years: Mapping[int, Tally], levels: Sequence[int]) -> Lines:
    """Per cent of the hospitals of each year that claim at least level 3, 4 and 5."""

    def per_cent(part: int, whole: int) -> Decimal | None:
        of = share(part, whole)
        return None if of is None else (of * HUNDRED).quantize(Decimal("0.1"))

    found = [figures(tally, 0) for tally in years.values()]
    names = [_("%(level)s及以上") % {"level": level_name(level)} for level in levels]
    values = [tuple(per_cent(one.at_least[level], one.n) for one in found) for level in levels]
    rows = [
        (str(year), str(one.n), *(_text(column[at]) for column in values))
        for at, (year, one) in enumerate(zip(years, found, strict=True))
    ]
    return Lines(
        key="shares",
        title=_("历年达到3级、4级、5级的比例"),
        caption=_("占当年提交自评医院的百分比；家数见表格。"),
        unit="%",
        alt=_("历年达到%(level)s及以上的百分比：%(listed)s。")
        % {"level": level_name(levels[0]), "listed": _("，").join(f"{row[0]} {row[2]}" for row in rows)},
        table=Table(
            (Column(_("年度")), Column(_("提交医院数"), True), *(Column(f"{name} (%)", True) for name in names)),
            tuple(rows),
        ),
        labels=tuple(map(str, years)),
        series=tuple(Series(name, "claimed", column) for name, column in zip(names, values, strict=True)),
        top=HUNDRED,
        ticks=tuple((Decimal(tick), f"{tick}") for tick in (0, 25, 50, 75, 100)),
    )  # fmt: skip


def made_up_chart(years: Mapping[int, Tally]) -> Stacked:
    """Of which levels each year is made up."""
    return stacked_chart(
        "years",
        _("历年级别构成"),
        _("每条是当年提交自评的医院，从最低级到最高级；右边是家数。"),
        _("年度"),
        {str(year): tally.levels for year, tally in years.items()},
    )


def stacked_chart(
    key: str, title: str, caption: str, heading: str, rows: Mapping[str, Sequence[int]]
) -> Stacked:
    """``rows``: words -> hospitals at level 0, 1, …"""
    levels = range(max(len(counts) for counts in rows.values()))
    columns = (Column(heading), Column(_("家数"), True), *(Column(level_name(one), True) for one in levels))
    return Stacked(
        key=key,
        title=title,
        caption=caption,
        unit=_("家"),
        alt=_("%(title)s，每组家数：%(listed)s。")
        % {
            "title": title,
            "listed": _("，").join(f"{name} {sum(counts)}" for name, counts in rows.items()),
        },
        table=Table(
            columns, tuple((name, str(sum(counts)), *map(str, counts)) for name, counts in rows.items())
        ),
        labels=tuple(rows),
        parts=tuple(level_name(one) for one in levels),
        counts=tuple(tuple(counts) for counts in rows.values()),
    )


def _goal(goal: Goal, grades: Mapping[tuple[Any, ...], Tally], top: int, language: str) -> GoalLine:
    tally = added((one for (grade,), one in grades.items() if grade in goal.grades), top)
    whom, level = goal.whom.in_language(language), level_name(goal.level)
    if goal.kind == "average":
        words = _("%(year)s年：%(whom)s平均达到%(level)s") % {"year": goal.year, "whom": whom, "level": level}
        mean = average(sum(n * count for n, count in enumerate(tally.levels)), tally.n)
        here = DASH if mean is None else _("平均%(average)s（%(n)s家）") % {"average": mean, "n": tally.n}
        met = None if mean is None else mean >= goal.level
    else:
        words = _("%(year)s年：%(whom)s都达到%(level)s") % {"year": goal.year, "whom": whom, "level": level}
        reached = sum(tally.levels[goal.level :])
        of = share(reached, tally.n)
        here = (
            DASH
            if of is None
            else _("%(share)s（%(part)s/%(n)s家）") % {"share": percent(of), "part": reached, "n": tally.n}
        )
        met = None if of is None else reached == tally.n
    return GoalLine(words, goal.source.in_language(language), goal.sure, here, met)  # fmt: skip


def _published(one: Published, language: str) -> PublishedLine:
    return PublishedLine(one.words.in_language(language), one.source.in_language(language))
