"""The first page of a region: how many took part, which levels, by whom, and how the years went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.templatetags.display import level_name
from reports.charts.spec import Bars, Column, Series, Table
from reports.regional.counting import Figures, Row, Tally, added, figures, tally_of
from reports.regional.reading import GROUPS, Expected
from reports.regional.targets import Targets
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.region.choice import Choice
from reports.view_models.region.groups import GroupLine, GroupTable, levels_of, line_of, table_from, table_of
from reports.view_models.region.trend import average_chart


@dataclass(frozen=True, slots=True)
class RegionOverview:
    choice: Choice
    figures: Figures
    whole: GroupLine
    reached: tuple[tuple[int, str], ...]  # level, share of the hospitals that stand at it or higher
    targets: str
    distribution: ChartView | None
    trend: ChartView | None
    tables: tuple[GroupTable, ...]


def overview(
    choice: Choice,
    tallies: Mapping[str, Mapping[tuple[Any, ...], Tally]],
    at_most: Sequence[int],
    expected: Expected,
    years: Mapping[int, Tally],
    targets: Targets,
    consortia: Mapping[str, frozenset[int]],
    joined: Sequence[Row],
    cities: Mapping[int, str],
    language: str,
    *,
    listed: int | None = None,
) -> RegionOverview:
    """Everything on the page, from what was counted already. ``tallies``: by each of GROUPS. ``at_most``: hospitals
    at level 0, 1, … once refuted claims are taken off. ``joined``: results of hospitals in a consortium. ``listed``: so many
    consortia at most, None: all."""
    top, levels = choice.top, levels_of(choice.top)
    counted = added(tallies["grade"].values(), top)
    whole = figures(counted, expected.hospitals)
    tables = [table_of(group, tallies[group], expected, cities, top) for group in GROUPS]
    if consortia:
        tables.append(_consortia(consortia, joined, targets, top, listed))
    line = line_of(choice.bureau.label, whole, levels)
    return RegionOverview(
        choice=choice,
        figures=whole,
        whole=line,
        reached=tuple(zip(levels, line.shares, strict=True)),
        targets=targets.source.in_language(language),
        distribution=chart_view(distribution_chart(whole.levels, at_most), query=choice.query) if whole.n else None,
        trend=chart_view(average_chart(years, top), query=choice.query) if len(years) > 1 else None,
        tables=tuple(one for one in tables if len(one.lines) > 1),
    )  # fmt: skip


def _consortia(
    consortia: Mapping[str, frozenset[int]],
    joined: Sequence[Row],
    targets: Targets,
    top: int,
    listed: int | None,
) -> GroupTable:
    rows = {row.hospital: row for row in joined}
    shown = dict(list(consortia.items())[:listed])
    parts = {
        name: tally_of([rows[one] for one in sorted(members) if one in rows], top, targets.levels)
        for name, members in shown.items()
    }
    names = {name: name for name in shown}
    sizes = {name: len(members) for name, members in shown.items()}
    made = table_from("consortium", _("按医联体"), names, parts.get, sizes, top)
    return replace(made, left_out=len(consortia) - len(shown))


def distribution_chart(claimed: Sequence[int], at_most: Sequence[int]) -> Bars:
    """How many hospitals stand at each level: claimed, and at most what the checks leave of it."""
    verified = sum(at_most)
    series = [Series(_("自评"), "claimed", tuple(map(Decimal, claimed)))]
    columns = [Column(_("级别")), Column(_("自评"), True)]
    if verified:
        series.append(Series(_("去掉核验不符后至多"), "verified", tuple(map(Decimal, at_most))))
        columns.append(Column(_("去掉核验不符后至多"), True))
    table = tuple(
        (level_name(level), str(count), *([str(at_most[level])] if verified else []))
        for level, count in enumerate(claimed)
    )
    return Bars(
        key="distribution",
        title=_("级别分布"),
        caption=_("提交了自评的%(n)s家医院；其中%(verified)s家有数据核验。")
        % {"n": sum(claimed), "verified": verified},
        unit=_("家"),
        alt=_("各级别医院数：%(listed)s。")
        % {
            "listed": _("，").join(
                f"{level_name(level)} {count}" for level, count in enumerate(claimed) if count
            )
        },
        table=Table(tuple(columns), table),
        labels=tuple(level_name(level) for level in range(len(claimed))),
        series=tuple(series),
        top=Decimal(max([1, *claimed, *at_most])),
    )
