"""How far claims stand above what the checks left of them, which hospitals lie outside chance, and where to go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from accounts.templatetags.display import DASH, figure, percent, points
from engine.rubric.values import Rubric
from reports.charts.spec import Axis, Column, Guide, Mark, Scatter, Table
from reports.comparing.grid import Grid
from reports.comparing.inflation import FAR, LEAST_SETTLED, NEAR, Counted, Funnel, Standing
from reports.comparing.plotting import Placed, round_top, together
from reports.comparing.visits import STANDARD, Visit
from reports.documents.sheets import Sheet
from reports.regional.counting import mean
from reports.regional.doubts import LEAST_COVERAGE
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.region.choice import Choice
from reports.view_models.region.ranking import GRADES
from reports.view_models.region.visits import VisitLine, one_place, visit_lines

PER_PAGE = 50
CHOICES_OF_VISITS = (5, 10, 20, 40)
CHOICES_OF_ITEMS = (4, 8, 12)
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class InflationLine:
    """``index``: claimed less left at most, in levels; ``share``: refuted of settled claims. ``standing`` in words is
    empty inside the limits and where too few claims were settled (``few``)."""

    hospital: int
    name: str
    assessment: str
    grade: str
    claimed: int
    at_most: int
    index: int
    refuted: int
    settled: int
    share: str
    coverage: str
    discharges: str
    beds: str
    standing: str
    high: bool
    few: bool


@dataclass(frozen=True, slots=True)
class RegionInflation:
    """``average``: of the index over ``n`` hospitals with enough coverage. ``left_out``: already visited."""

    choice: Choice
    verified: int
    average: str
    n: int
    mean_share: str
    high: int
    chart: ChartView | None
    lines: Page[InflationLine]
    visits: tuple[VisitLine, ...]
    found: str
    numbers: tuple[int, ...]
    items: tuple[int, ...]
    chosen_visits: int
    chosen_items: int
    left_out: int
    least_coverage: str
    least_settled: int
    rules: tuple[str, ...]


def counted_of(grid: Grid) -> tuple[Counted, ...]:
    """Hospitals of the grid of which the checks settled something."""
    return tuple(
        Counted(row.hospital, claims.refuted, claims.settled)
        for row, claims in zip(grid.rows, grid.by_hospital, strict=True)
        if claims.settled
    )


def inflation_page(
    choice: Choice,
    rubric: Rubric,
    grid: Grid,
    found: Funnel | None,
    visits: Sequence[Visit],
    left_out: int,
    chosen: tuple[int, int],
    names: Mapping[int, str],
    cities: Mapping[int, str],
    links: Any,
    page: Any,
    query: str,
) -> RegionInflation:
    """``links``: hospitals -> address keys, asked once for what the page shows."""
    lines = inflation_lines(grid, found, names)
    pages: Any = Paginator(lines, PER_PAGE).get_page(page)
    shown = list(pages.object_list)
    where = links([line.hospital for line in shown] + [visit.hospital for visit in visits])
    pages.object_list = [_with_link(line, where) for line in shown]
    enough = [
        row.claimed - row.at_most
        for row in grid.rows
        if row.at_most is not None and (row.coverage or 0) >= LEAST_COVERAGE
    ]
    chart = funnel_chart(grid, found, names)
    return RegionInflation(
        choice=choice,
        verified=sum(row.verified for row in grid.rows),
        average=points(mean(enough)),
        n=len(enough),
        mean_share=percent(found.mean, 1) if found else "",
        high=sum(standing in ("high", "above") for standing in found.standing.values()) if found else 0,
        chart=chart_view(chart, query=query, wide=True) if chart else None,
        lines=pages,
        visits=visit_lines(rubric, grid, visits, names, cities, where),
        found=one_place(sum(visit.expected for visit in visits)),
        numbers=CHOICES_OF_VISITS,
        items=CHOICES_OF_ITEMS,
        chosen_visits=chosen[0],
        chosen_items=chosen[1],
        left_out=left_out,
        least_coverage=percent(LEAST_COVERAGE),
        least_settled=LEAST_SETTLED,
        rules=rules(),
    )


def rules() -> tuple[str, ...]:
    """How the figures come about: printed under the lists."""
    return (
        _(
            "一条“主张”是一个项目自评通过一个级别。核验判为不符的为“否定”，有相符数据或已采信材料、暂定口径下仍通过的为“证实”，其余为“未定”。"
        ),
        _("虚高指数是自评级别减去核验后至多级别；平均值只算覆盖率不低于%(least)s的医院。")
        % {"least": percent(LEAST_COVERAGE)},
        _(
            "漏斗图比较“否定占否定与证实之和”的比例。定论越少，比例越可能只是偶然，界限因此向左张开；同一医院的主张互相牵连，界限已按实际离散程度放宽。定论不足%(n)s条的医院不判断。"
        )
        % {"n": LEAST_SETTLED},
        _(
            "到院名单：被数据否定的主张按%(right)s的可能为假，未定的主张按本项目与本院在已有定论中被否定的比例推算，没有交数据的医院只按项目推算。名单使预计发现的不实主张最多。"
        )
        % {"right": percent(STANDARD.refuted_is_false)},
        _("这些数字只说明先去看哪里，不是结论。"),
    )


def standing_words(standing: Standing | None) -> str:
    match standing:  # asked for every hospital: only the word wanted is translated
        case "high":
            return _("明显偏高")
        case "above":
            return _("偏高")
        case "below":
            return _("偏低")
        case "low":
            return _("明显偏低")
    return ""


_ORDER: Mapping[Standing | None, int] = {"high": 0, "above": 1, "inside": 2, None: 3, "below": 4, "low": 5}


def inflation_lines(grid: Grid, found: Funnel | None, names: Mapping[int, str]) -> list[InflationLine]:
    """Verified hospitals: outside the limits first, then by index and share."""
    lines: list[tuple[Any, InflationLine]] = []
    for row, claims in zip(grid.rows, grid.by_hospital, strict=True):
        if row.at_most is None or not row.verified:
            continue
        standing = found.standing.get(row.hospital) if found else None
        share = claims.refuted / claims.settled if claims.settled else 0.0
        line = InflationLine(
            hospital=row.hospital,
            name=names[row.hospital],
            assessment="",
            grade=str(GRADES.get(row.grade, row.grade)),
            claimed=row.claimed,
            at_most=row.at_most,
            index=row.claimed - row.at_most,
            refuted=claims.refuted,
            settled=claims.settled,
            share=percent(share) if claims.settled else DASH,
            coverage=percent(row.coverage),
            discharges=figure(row.discharges),
            beds=figure(row.beds),
            standing=standing_words(standing),
            high=standing in ("high", "above"),
            few=claims.settled < LEAST_SETTLED,
        )
        lines.append(((_ORDER[standing], -line.index, -share, row.hospital), line))
    return [line for _key, line in sorted(lines, key=lambda pair: pair[0])]


def _with_link(line: InflationLine, links: Mapping[int, str]) -> InflationLine:
    return replace(line, assessment=links.get(line.hospital, ""))


def funnel_chart(grid: Grid, found: Funnel | None, names: Mapping[int, str]) -> Scatter | None:
    if found is None:
        return None
    counted = [one for one in counted_of(grid) if one.hospital in found.standing]
    most = round_top(Decimal(max(one.settled for one in counted)))
    least = Decimal(LEAST_SETTLED)

    def percentage(value: float) -> Decimal:
        return (Decimal(value) * HUNDRED).quantize(Decimal("0.01"), ROUND_HALF_UP)

    out = [one for one in counted if found.standing[one.hospital] != "inside"]
    inside = [
        (Decimal(one.settled), percentage(one.share), one)
        for one in counted
        if found.standing[one.hospital] == "inside"
    ]
    marks = [_funnel_mark(placed, names) for placed in together(inside, most, HUNDRED)]
    named = sorted(out, key=lambda one: -one.share)[:8]
    for one in out:
        high = found.standing[one.hospital] in ("high", "above")
        marks.append(
            Mark(
                Decimal(one.settled), percentage(one.share), _funnel_says(one, names), stands_out=high, solid=high,
                label=names[one.hospital] if one in named and high else "",
            )
        )  # fmt: skip
    steps = [least + (most - least) * n / 40 for n in range(41)]

    def line(style: str, upper: bool, label: str) -> Guide:
        deviations = FAR if style == "far" else NEAR
        return Guide(
            "far" if style == "far" else "near",
            tuple((step.quantize(Decimal("0.01")), percentage(found.limits(max(1, int(step)), deviations)[upper])) for step in steps),
            label,
        )  # fmt: skip

    middle = percentage(found.mean)
    guides = (
        Guide("even", ((Decimal(0), middle), (most, middle)), _("平均%(share)s") % {"share": percent(found.mean, 1)}),
        line("near", True, "95%"), line("near", False, ""), line("far", True, "99.8%"), line("far", False, ""),
    )  # fmt: skip
    return Scatter(
        key="funnel",
        title=_("被否定主张的比例（漏斗图）"),
        caption=_("横轴为核验有定论的主张数，纵轴为其中被否定的比例。虚线、实线为95%、99.8%界限；界限以上的医院（实心）比偶然能解释的更高。"),
        unit="%",
        alt=_("%(n)s家医院，平均%(share)s的主张被否定，%(high)s家高于界限。")
        % {
            "n": len(counted), "share": percent(found.mean, 1),
            "high": sum(one in ("high", "above") for one in found.standing.values()),
        },
        table=Table(
            (Column(_("医院")), Column(_("有定论"), True), Column(_("被否定"), True), Column(_("比例"), True), Column(_("位置"))),
            tuple(
                (names[one.hospital], str(one.settled), str(one.refuted), percent(one.share), standing_words(found.standing[one.hospital]) or _("界限内"))
                for one in sorted(counted, key=lambda one: (-one.share, one.hospital))
            ),
        ),
        x=Axis(_("有定论的主张数"), most, tuple((most * n / 5, str(int(most * n / 5))) for n in range(6))),
        y=Axis(_("被否定的比例（%）"), HUNDRED, tuple((Decimal(n), str(n)) for n in range(0, 101, 20))),
        marks=tuple(marks),
        guides=guides,
        legend=(("circle", True, _("界限以内或偏高（粗边）")), ("circle", False, _("偏低"))),
    )  # fmt: skip


def _funnel_mark(placed: Placed[Counted], names: Mapping[int, str]) -> Mark:
    if len(placed.who) > 1:
        return Mark(
            placed.x, placed.y, _("%(n)s家医院，界限内") % {"n": len(placed.who)}, count=len(placed.who)
        )
    return Mark(placed.x, placed.y, _funnel_says(placed.who[0], names))


def _funnel_says(one: Counted, names: Mapping[int, str]) -> str:
    return _("%(name)s：%(settled)s条有定论，%(refuted)s条被否定（%(share)s）") % {
        "name": names[one.hospital], "settled": one.settled, "refuted": one.refuted, "share": percent(one.share),
    }  # fmt: skip


def inflation_sheets(
    rubric: Rubric,
    grid: Grid,
    found: Funnel | None,
    visits: Sequence[Visit],
    names: Mapping[int, str],
    cities: Mapping[int, str],
) -> list[Sheet]:
    heads = (
        _("医院"), _("等级"), _("自评等级"), _("核验后至多"), _("虚高指数"), _("被否定"), _("有定论"), _("比例"), _("位置"),
        _("覆盖率"), _("统计期出院人次"), _("编制床位"),
    )  # fmt: skip
    lines = [
        (line.name, line.grade, line.claimed, line.at_most, line.index, line.refuted, line.settled, line.share, line.standing, line.coverage, line.discharges, line.beds)
        for line in inflation_lines(grid, found, names)
    ]  # fmt: skip
    visit_heads = (
        _("次序"),
        _("医院"),
        _("地市"),
        _("预计发现"),
        _("项目"),
        _("名称"),
        _("理由"),
        _("本项预计"),
    )
    rows = [
        (line.number, line.hospital, line.city, Decimal(line.expected), item.code, item.name, item.reason, Decimal(item.expected))
        for line in visit_lines(rubric, grid, visits, names, cities, {})
        for item in line.items
    ]  # fmt: skip
    return [Sheet(_("虚高指数"), heads, lines), Sheet(_("到院名单"), visit_heads, rows, rules()[3])]
