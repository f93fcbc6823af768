"""Totals as claimed beside totals as the checks left them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.templatetags.display import level_name, percent, points
from reports.charts.spec import Axis, Column, Guide, Mark, Scatter, Table
from reports.comparing.plotting import Placed, round_top, together
from reports.comparing.rows import Compared
from reports.documents.sheets import Sheet
from reports.regional.doubts import LEAST_COVERAGE
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.region.choice import Choice

SHOWN = 20


@dataclass(frozen=True, slots=True)
class GapLine:
    """A hospital's claimed total and level beside what the checks left of them."""

    name: str
    assessment: str
    total: str
    total_at_most: str
    less: str
    claimed: int
    at_most: int
    coverage: str


@dataclass(frozen=True, slots=True)
class RegionScatter:
    choice: Choice
    n: int
    verified: int
    chart: ChartView | None
    lines: tuple[GapLine, ...]


def with_totals(rows: Sequence[Compared]) -> list[Compared]:
    return [row for row in rows if row.total_at_most is not None and row.at_most is not None]


def scatter_page(
    choice: Choice, rows: Sequence[Compared], names: Mapping[int, str], links: Mapping[int, str], query: str
) -> RegionScatter:
    verified = with_totals(rows)
    chart = scatter_chart(rows, names)
    return RegionScatter(
        choice=choice,
        n=len(rows),
        verified=len(verified),
        chart=chart_view(chart, query=query, wide=True) if chart else None,
        lines=tuple(_gap_line(row, names, links) for row in furthest(rows)[:SHOWN]),
    )


def furthest(rows: Sequence[Compared]) -> list[Compared]:
    """Verified hospitals, the largest fall of the total first."""
    return sorted(with_totals(rows), key=lambda row: (_left(row) - row.total, row.hospital))


def _left(row: Compared) -> Decimal:
    return row.total if row.total_at_most is None else min(row.total, row.total_at_most)


def _gap_line(row: Compared, names: Mapping[int, str], links: Mapping[int, str]) -> GapLine:
    return GapLine(
        name=names[row.hospital],
        assessment=links.get(row.hospital, ""),
        total=points(row.total),
        total_at_most=points(_left(row)),
        less=points(row.total - _left(row)),
        claimed=row.claimed,
        at_most=row.at_most or 0,
        coverage=percent(row.coverage),
    )


def scatter_chart(rows: Sequence[Compared], names: Mapping[int, str]) -> Scatter | None:
    """Totals as claimed and as left; filled where the checks covered enough, else a ring."""
    verified = with_totals(rows)
    if not verified:
        return None
    top = round_top(max(row.total for row in verified))

    def enough(row: Compared) -> bool:
        return (row.coverage or 0) >= LEAST_COVERAGE

    marks: list[Mark] = []
    for solid in (False, True):
        here = [(row.total, _left(row), row) for row in verified if enough(row) is solid]
        marks += [_total_mark(one, names, solid) for one in together(here, top, top)]
    ticks = tuple((Decimal(n), str(n)) for n in range(0, int(top) + 1, 20 if top <= 160 else 40))
    return Scatter(
        key="totals",
        title=_("自评总评分与核验后总评分"),
        caption=_("每个点是一家做过核验的医院。落在斜线上表示核验没有发现不符；在斜线下方越远，被数据否定的分数越多。实心：核验覆盖率不低于%(least)s；空心：低于。点内数字为聚在一起的医院数。")
        % {"least": percent(LEAST_COVERAGE)},
        unit=_("分"),
        alt=_("%(n)s家医院的自评总评分与去掉核验不符后的总评分。") % {"n": len(verified)},
        table=Table(
            (Column(_("医院")), Column(_("自评总评分"), True), Column(_("核验后总评分"), True), Column(_("覆盖率"), True)),
            tuple(
                (names[row.hospital], points(row.total), points(_left(row)), percent(row.coverage)) for row in furthest(rows)
            ),
        ),
        x=Axis(_("自评总评分"), top, ticks),
        y=Axis(_("核验后总评分"), top, ticks),
        marks=tuple(marks),
        guides=(Guide("even", ((Decimal(0), Decimal(0)), (top, top)), _("两者相等")),),
        legend=(
            ("circle", True, _("覆盖率不低于%(least)s") % {"least": percent(LEAST_COVERAGE)}),
            ("circle", False, _("覆盖率低于%(least)s") % {"least": percent(LEAST_COVERAGE)}),
        ),
    )  # fmt: skip


def _total_mark(one: Placed[Compared], names: Mapping[int, str], solid: bool) -> Mark:
    if len(one.who) > 1:
        says = _("%(n)s家医院，自评约%(total)s分，核验后约%(left)s分") % {
            "n": len(one.who),
            "total": one.x,
            "left": one.y,
        }
        return Mark(one.x, one.y, says, solid=solid, count=len(one.who))
    row = one.who[0]
    says = _("%(name)s：自评%(claimed)s %(total)s分，核验后至多%(most)s %(left)s分，覆盖率%(coverage)s") % {
        "name": names[row.hospital], "claimed": level_name(row.claimed), "total": points(row.total),
        "most": level_name(row.at_most), "left": points(_left(row)), "coverage": percent(row.coverage),
    }  # fmt: skip
    return Mark(one.x, one.y, says, solid=solid)


def scatter_sheets(rows: Sequence[Compared], names: Mapping[int, str]) -> list[Sheet]:
    heads = (
        _("医院"),
        _("自评等级"),
        _("核验后至多"),
        _("自评总评分"),
        _("核验后总评分"),
        _("相差"),
        _("覆盖率"),
    )
    return [
        Sheet(
            _("自评与核验"),
            heads,
            [
                (
                    names[row.hospital],
                    row.claimed,
                    row.at_most,
                    row.total,
                    _left(row),
                    row.total - _left(row),
                    row.coverage,
                )
                for row in furthest(rows)
            ],
        )
    ]
