"""What a region finds hard, item by item and level by level, and which common gaps to fund first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.display import DASH, level_name, percent
from engine.rubric.values import Item, Rubric
from reports.charts.spec import Bars, Column, HeatCell, HeatMap, Row, Series, Table
from reports.comparing.difficulty import ItemPassing
from reports.comparing.funding import CommonGap
from reports.comparing.suppressing import LEAST
from reports.documents.sheets import Sheet
from reports.regional.counting import share
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.region.choice import Choice
from reports.view_models.words import figure_name, lang, listed

CHARTED = 12
LISTED = 40


@dataclass(frozen=True, slots=True)
class GapLine:
    """``unlocked``: hospitals that reach the level once everything down to this line is funded."""

    number: int
    item: str
    name: str
    slug: str
    level: int
    hospitals: int
    share: str
    things: str
    lacking: str
    unlocked: int


@dataclass(frozen=True, slots=True)
class RegionDifficulty:
    """``waiting``: hospitals right below ``level``; ``uncounted`` of them are still being counted."""

    choice: Choice
    n: int
    verified: int
    chart: ChartView | None
    level: int
    levels: tuple[int, ...]
    waiting: int
    uncounted: int
    bars: ChartView | None
    lines: tuple[GapLine, ...]
    more: int


def difficulty_page(
    choice: Choice,
    rubric: Rubric,
    passing: Sequence[ItemPassing],
    level: int,
    gaps: Sequence[CommonGap],
    waiting: int,
    uncounted: int,
    query: str,
) -> RegionDifficulty:
    chart, bars = passing_chart(rubric, passing), funding_chart(rubric, gaps, level, waiting)
    return RegionDifficulty(
        choice=choice,
        n=passing[0].n if passing else 0,
        verified=passing[0].verified if passing else 0,
        chart=chart_view(chart, query=query, wide=True) if chart else None,
        level=level,
        levels=tuple(range(1, choice.top + 1)),
        waiting=waiting + uncounted,
        uncounted=uncounted,
        bars=chart_view(bars, query=query) if bars else None,
        lines=gap_lines(choice, rubric, gaps[:LISTED], waiting),
        more=max(0, len(gaps) - LISTED),
    )


def passing_chart(rubric: Rubric, passing: Sequence[ItemPassing]) -> HeatMap | None:
    """Items by levels: claimed share above, share left after the checks below. The verified share is left out where
    fewer than five hospitals were verified."""
    if not passing or not passing[0].n:
        return None
    enough = passing[0].verified >= LEAST
    levels = range(1, rubric.top_level + 1)

    def cell(item: Item, one: ItemPassing, level: int) -> HeatCell | None:
        if not any(entry.level == level for entry in item.asked_levels):
            return None
        claimed = share(one.passing[level - 1], one.n) or Decimal(0)
        left = share(one.left[level - 1], one.verified) if enough else None
        says = _("%(level)s：自评通过%(share)s（%(n)s/%(of)s家）") % {
            "level": level_name(level), "share": percent(claimed), "n": one.passing[level - 1], "of": one.n,
        }  # fmt: skip
        if left is not None:
            says += _("，核验后%(share)s（%(n)s/%(of)s家）") % {
                "share": percent(left), "n": one.left[level - 1], "of": one.verified,
            }  # fmt: skip
        return HeatCell(
            claimed, left, False, f"{item.code} {lang(item.name)} {says}", mark=percent(claimed).rstrip("%")
        )

    cells = tuple(
        tuple(cell(item, one, level) for level in levels)
        for item, one in zip(rubric.items, passing, strict=True)
    )
    return HeatMap(
        key="passing",
        title=_("各项目各级别通过的医院比例"),
        caption=_(
            "格内数字为自评通过的百分比；斜线为自评（%(n)s家），实心为去掉核验不符后（%(verified)s家有核验）。颜色越浅，通过的医院越少。"
        )
        % {"n": passing[0].n, "verified": passing[0].verified},
        unit="%",
        alt=_("%(items)s个项目在1至%(top)s级通过的医院比例。")
        % {"items": len(rubric.items), "top": rubric.top_level},
        table=passing_table(rubric, passing),
        rows=tuple(Row(item.code, lang(item.name), item.role) for item in rubric.items),
        columns=tuple(level_name(level) for level in levels),
        cells=cells,
        target=None,
        claimed_label=_("自评"),
        verified_label=_("核验后") if enough else _("核验不足%(n)s家，不显示") % {"n": LEAST},
        low_label="0%",
        high_label="100%",
    )


def passing_table(rubric: Rubric, passing: Sequence[ItemPassing]) -> Table:
    levels = range(1, rubric.top_level + 1)
    rows = []
    for item, one in zip(rubric.items, passing, strict=True):
        asked = {entry.level for entry in item.asked_levels}
        claimed = [percent(share(one.passing[n - 1], one.n)) if n in asked else DASH for n in levels]
        left = [
            percent(share(one.left[n - 1], one.verified)) if n in asked and one.verified >= LEAST else DASH
            for n in levels
        ]
        rows.append((f"{item.code} {lang(item.name)}", *claimed, *left))
    return Table(
        (
            Column(_("项目")),
            *(Column(_("自评≥%(level)s") % {"level": level_name(n)}, True) for n in levels),
            *(Column(_("核验后≥%(level)s") % {"level": level_name(n)}, True) for n in levels),
        ),
        tuple(rows),
    )


def funding_chart(rubric: Rubric, gaps: Sequence[CommonGap], level: int, waiting: int) -> Bars | None:
    shown = gaps[:CHARTED]
    if not shown:
        return None
    names = [f"{gap.item} {lang(rubric.by_code[gap.item].name)}" for gap in shown]
    return Bars(
        key="funding",
        title=_("达到%(level)s最共同的差距") % {"level": level_name(level)},
        caption=_(
            "%(n)s家医院再上一级就是%(level)s。按“每补一件事能帮到多少家医院”排序，补齐一项所缺的条款和数字越少、需要的医院越多，越靠前。"
        )
        % {"n": waiting, "level": level_name(level)},
        unit=_("家"),
        alt=_("最共同的%(k)s项差距各有多少家医院需要补。") % {"k": len(shown)},
        table=Table(
            (Column(_("项目")), Column(_("需要补的医院"), True), Column(_("每家要补"), True)),
            tuple((name, str(gap.hospitals), _each(gap)) for name, gap in zip(names, shown, strict=True)),
        ),
        labels=tuple(names),
        series=(Series(_("需要补的医院"), "claimed", tuple(Decimal(gap.hospitals) for gap in shown)),),
        top=Decimal(max(waiting, 1)),
    )


def _each(gap: CommonGap) -> str:
    return f"{float(gap.things_each):.1f}"


def lacking(gap: CommonGap) -> str:
    """What is lacking, the most frequent first: 条款 12家、有效应用比例 3家."""
    words = {
        "function": _("条款"),
        "application": figure_name("application"),
        "data_quality": figure_name("data_quality"),
    }
    found = sorted(((n, factor) for factor, n in gap.by_factor.items() if n), reverse=True)
    return listed(
        [
            ngettext("%(what)s %(n)s家", "%(what)s %(n)s家", n) % {"what": words[factor], "n": n}
            for n, factor in found
        ]
    )


def gap_lines(choice: Choice, rubric: Rubric, gaps: Sequence[CommonGap], waiting: int) -> tuple[GapLine, ...]:
    return tuple(
        GapLine(
            number=number,
            item=gap.item,
            name=lang(rubric.by_code[gap.item].name),
            slug=choice.edition.slug,
            level=gap.level,
            hospitals=gap.hospitals,
            share=percent(share(gap.hospitals, waiting)),
            things=_each(gap),
            lacking=lacking(gap),
            unlocked=gap.unlocked,
        )
        for number, gap in enumerate(gaps, start=1)
    )


def difficulty_sheets(
    choice: Choice,
    rubric: Rubric,
    passing: Sequence[ItemPassing],
    gaps: Sequence[CommonGap],
    level: int,
    waiting: int,
) -> list[Sheet]:
    table = passing_table(rubric, passing)
    heads = tuple(column.heading for column in table.columns)
    funding = (
        _("次序"), _("项目"), _("名称"), _("级别"), _("需要补的医院"), _("占等待医院"), _("每家要补"), _("缺什么"), _("累计可升级医院"),
    )  # fmt: skip
    return [
        Sheet(_("项目难度"), heads, table.rows),
        Sheet(
            _("优先投入"),
            funding,
            [
                (line.number, line.item, line.name, line.level, line.hospitals, line.share, Decimal(line.things), line.lacking, line.unlocked)
                for line in gap_lines(choice, rubric, gaps, waiting)
            ],
            ngettext("%(n)s家医院再上一级就是%(level)s。", "%(n)s家医院再上一级就是%(level)s。", waiting) % {"n": waiting, "level": level_name(level)},
        ),
    ]  # fmt: skip


def counts_by_level(claimed: Sequence[int], top: int) -> Mapping[int, int]:
    """How many hospitals stand right below each level."""
    return {level: sum(one == level - 1 for one in claimed) for level in range(1, top + 1)}
