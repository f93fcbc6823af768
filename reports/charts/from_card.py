"""The charts of a result, from its card: words and figures meet here, once, for every renderer.

``verified`` is the card of the verified lens where one exists; without one the charts leave its
place empty and say so.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext

from accounts.templatetags.display import DASH, category_name, factor_name, level_name, points
from engine.rubric.values import Item, Rubric
from engine.scoring.card import ItemResult, ScoreCard
from engine.scoring.gap import GapList
from engine.scoring.rounding import half_up
from reports.charts.spec import (
    Bars,
    Column,
    GateBar,
    GateKind,
    GateStrip,
    Gauge,
    HeatCell,
    HeatMap,
    Radar,
    Row,
    Series,
    StripLevel,
    Table,
)
from reports.view_models.words import (
    factor_mark,
    figure_name,
    first_failing,
    gate_figures,
    gate_name,
    gate_shortage,
    gates_of,
    lang,
    shortfall_sentences,
)

Address = Callable[[str], str]


def claimed_words(card: ScoreCard) -> str:
    return f"{gettext('自评')} {level_name(card.level)}"


def verified_words(verified: ScoreCard | None) -> str:
    return f"{gettext('核验')} {level_name(verified.level)}" if verified else gettext("未核验")


def gauge_chart(
    rubric: Rubric, card: ScoreCard, target: int | None, *, verified: ScoreCard | None = None
) -> Gauge:
    total = points(card.total)
    rows = [
        (gettext("自评"), level_name(card.level), total),
        (
            gettext("核验"),
            level_name(verified.level) if verified else gettext("未核验"),
            points(verified.total) if verified else DASH,
        ),
    ]
    if target is not None:
        rows.append((gettext("目标"), level_name(target), f"≥{rubric.gate_at[target].min_total}"))
    return Gauge(
        key="gauge",
        title=gettext("整体级别"),
        caption=gettext("斜线为自评，实心为核验，方括号为目标；中间为总评分。"),
        unit=gettext("级"),
        alt=gettext("自评%(claimed)s，核验%(verified)s，目标%(target)s，总评分%(total)s分。")
        % {
            "claimed": level_name(card.level),
            "verified": level_name(verified.level) if verified else gettext("未核验"),
            "target": level_name(target),
            "total": total,
        },
        table=Table(
            (Column(gettext("口径")), Column(gettext("级别")), Column(gettext("总评分"), True)), tuple(rows)
        ),
        claimed=Decimal(card.level),
        verified=Decimal(verified.level) if verified else None,
        target=target,
        top=rubric.top_level,
        figure=total,
        figure_label=gettext("总评分"),
        claimed_label=claimed_words(card),
        verified_label=verified_words(verified),
    )


def role_means(rubric: Rubric, card: ScoreCard) -> tuple[Decimal, ...]:
    """The mean item score of each role in the rubric's order, two decimals."""
    means = []
    for role in rubric.roles:
        scores = [card.items[item.code].score for item in rubric.items_of(role.code)]
        means.append(half_up(sum(scores, Decimal(0)) / len(scores)) if scores else Decimal("0.00"))
    return tuple(means)


def radar_chart(
    rubric: Rubric, card: ScoreCard, *, verified: ScoreCard | None = None, target: int | None = None
) -> Radar:
    names = tuple(lang(role.name) for role in rubric.roles)
    counts = [sum(1 for _ in rubric.items_of(role.code)) for role in rubric.roles]
    means = role_means(rubric, card)
    series = [Series(gettext("自评"), "claimed", means)]
    if verified:
        series.append(Series(gettext("核验"), "verified", role_means(rubric, verified)))
    bound = None
    if target is not None:
        bound = half_up(Decimal(rubric.gate_at[target].min_total) / len(rubric.items))
        words = gettext("%(level)s级最低总分的项均值") % {"level": target}
        series.append(Series(words, "bound", (bound,) * len(names)))
    columns = [Column(gettext("角色")), Column(gettext("项目数"), True)]
    columns += [Column(one.name, True) for one in series]
    weakest = min(range(len(names)), key=lambda place: means[place])
    return Radar(
        key="radar",
        title=gettext("各角色平均得分"),
        caption=gettext("每个角色下各项目得分的平均值；一个项目最高得分等于最高级别。"),
        unit=gettext("分"),
        alt=gettext("各角色平均得分，最低的是%(role)s，%(score)s分。")
        % {"role": names[weakest], "score": points(means[weakest])},
        table=Table(
            tuple(columns),
            tuple(
                (name, str(counts[place]), *(points(one.values[place]) for one in series))
                for place, name in enumerate(names)
            ),
        ),
        spokes=names,
        series=tuple(series),
        top=Decimal(rubric.top_level),
    )


# -- items by levels ---------------------------------------------------------------------------


def attained(result: ItemResult, level: int) -> Decimal:
    """Share of the level's points that the item has there: ratio x index, 0 above its functions."""
    factors = result.factors[level]
    if not (factors.function_met and factors.eligible):
        return Decimal("0.00")
    share = factors.application * (Decimal(1) if factors.data_quality is None else factors.data_quality)
    return half_up(share)


def map_rows(rubric: Rubric, target: int | None, address: Address | None = None) -> tuple[Row, ...]:
    return tuple(
        Row(
            code=item.code,
            name=lang(item.name),
            group=item.role,
            basic=is_basic(item, target),
            address=address(item.code) if address else "",
        )
        for item in rubric.items
    )


def is_basic(item: Item, level: int | None) -> bool | None:
    entry = item.by_level.get(level) if level is not None else None
    return None if entry is None else entry.category == "basic"


def cell_words(item: Item, result: ItemResult, level: int) -> str:
    """达标（基本项）；有效应用比例0.90，数据质量指数0.95 or what is too low."""
    category = category_name(item.by_level[level].category)
    if level in result.passes:
        factors = result.factors[level]
        figures = f"{factor_name('application')} {points(factors.application)}"
        if factors.data_quality is not None:
            figures += f"{gettext('，')}{figure_name('data_quality')} {points(factors.data_quality)}"
        return gettext("%(category)s，达标：%(figures)s") % {"category": category, "figures": figures}
    reasons = shortfall_sentences(result, result.shortfalls.get(level, ()))
    return gettext("%(category)s，未达标：%(reasons)s") % {"category": category, "reasons": reasons}


def heat_chart(
    rubric: Rubric,
    card: ScoreCard,
    target: int | None,
    *,
    verified: ScoreCard | None = None,
    address: Address | None = None,
    spoken: bool = False,
) -> HeatMap:
    """``spoken``: every cell also carries its sentence, which only a figure one can point at needs."""
    levels = tuple(gate.level for gate in rubric.gates)
    cells = tuple(
        tuple(
            _heat_cell(
                item,
                card.items[item.code],
                verified.items[item.code] if verified else None,
                level,
                spoken,
            )
            for level in levels
        )
        for item in rubric.items
    )
    rows = map_rows(rubric, target, address)
    passing = sum(cell.passes for row in cells for cell in row if cell)
    asked = sum(cell is not None for row in cells for cell in row)
    return HeatMap(
        key="heat",
        title=gettext("项目与级别"),
        caption=gettext(
            "格内颜色为该级得分占满分的比例（有效应用比例×数据质量指数；功能未达到为空）。左上为自评，右下为核验；"
            "√达标，用、质、前表示未达标的因素，双线表示正好在界限上；■目标级基本项，○目标级选择项。"
        ),
        unit=gettext("占该级满分的比例，0至1"),
        alt=gettext("%(items)s个项目、%(levels)s个级别，共%(asked)s格，其中%(passing)s格达标。")
        % {"items": len(rows), "levels": len(levels), "asked": asked, "passing": passing},
        table=Table(
            (Column(gettext("项目")), *(Column(level_name(level), True) for level in levels)),
            tuple(
                (f"{row.code} {row.name}", *(_heat_text(cell) for cell in cells[number]))
                for number, row in enumerate(rows)
            ),
        ),
        rows=rows,
        columns=tuple(level_name(level) for level in levels),
        cells=cells,
        target=levels.index(target) if target in levels else None,
        claimed_label=gettext("自评"),
        verified_label=gettext("核验") if verified else gettext("未核验"),
        low_label=gettext("0"),
        high_label=gettext("1.00"),
    )


def _heat_cell(
    item: Item, result: ItemResult, verified: ItemResult | None, level: int, spoken: bool
) -> HeatCell | None:
    if level not in result.factors:
        return None
    passes = level in result.passes
    first = result.shortfalls.get(level, ())[:1]
    reached = result.factors[level].function_met
    return HeatCell(
        claimed=attained(result, level),
        verified=attained(verified, level) if verified else None,
        passes=passes,
        says=cell_words(item, result, level) if spoken else "",
        mark=factor_mark(first[0].factor) if first and reached else "",
        borderline=any(mark.level == level for mark in result.borderline),
    )


def _heat_text(cell: HeatCell | None) -> str:
    if cell is None or cell.claimed is None:
        return DASH
    return f"{points(cell.claimed)}{' √' if cell.passes else ''}{cell.mark and ' ' + cell.mark}"


# -- gates -------------------------------------------------------------------------------------


def strip_chart(rubric: Rubric, card: ScoreCard, target: int | None) -> GateStrip:
    kinds: tuple[GateKind, ...] = ("basic", "optional", "total")
    columns = tuple(_strip_level(card, level.level, target) for level in rubric.gates)
    return GateStrip(
        key="gates",
        title=gettext("各级达标条件"),
        caption=gettext(
            "每级三项条件：已有/需要。红框为首个未满足的条件；点线框表示结论取决于待确认的标识；双线表示正好在界限上。"
        ),
        unit=gettext("基本项、选择项为个，总评分为分"),
        alt=gettext("达到%(level)s级。") % {"level": card.level}
        + (
            gettext("首个未满足的级别为%(level)s级。") % {"level": card.blocking_level}
            if card.blocking_level
            else ""
        ),
        table=Table(
            (
                Column(gettext("级别")),
                *(Column(gate_name(kind), True) for kind in kinds),
                Column(gettext("结论")),
            ),
            tuple(
                (
                    level_name(result.level),
                    *(gate_figures(gate) for _, gate in gates_of(result.gates)),
                    gettext("达到") if result.reached else gettext("未达到"),
                )
                for result in card.levels
            ),
        ),
        gates=tuple((kind, gate_name(kind)) for kind in kinds),
        levels=columns,
        holds_label=gettext("满足"),
        fails_label=gettext("未满足"),
    )


def _strip_level(card: ScoreCard, level: int, target: int | None) -> StripLevel:
    result = card.by_level[level]
    found = first_failing(result)
    focus = found[0] if found and level == card.blocking_level else ""
    bars = []
    for kind, gate in gates_of(result.gates):
        reason = gate_shortage(gate)
        failing = getattr(gate, "failing", ())
        figures = gate_figures(gate)
        if kind == focus and failing:
            figures = f"{figures} · {failing[0].item}"
            reason = factor_name(failing[0].factor)
        bars.append(
            GateBar(
                kind=kind,  # type: ignore[arg-type]
                have=Decimal(gate.have),
                need=Decimal(gate.need),
                holds=gate.holds,
                figures=figures,
                reason=reason,
                focus=kind == focus,
                borderline=bool(gate.borderline),
            )
        )
    return StripLevel(
        label=level_name(level),
        reached=result.reached,
        depends=result.robustness == "depends",
        target=level == target,
        bars=tuple(bars),
    )


# -- points ------------------------------------------------------------------------------------


def points_chart(rubric: Rubric, card: ScoreCard, gaps: GapList) -> Bars:
    """The total now and once the suggested gaps are closed, against the minimum of the target."""
    need = Decimal(rubric.gate_at[gaps.target].min_total)
    now, after = card.total, gaps.levels[-1].total_closed
    top = max(need, now, after)
    labels = (gettext("现在"), gettext("补齐建议项后"))
    return Bars(
        key="points",
        title=gettext("总评分与目标"),
        caption=gettext("补齐建议的差距项之后的总评分，按现有答案重新评分得出。"),
        unit=gettext("分"),
        alt=gettext("现在%(now)s分，补齐后%(after)s分，%(level)s级最低总分%(need)s分。")
        % {"now": points(now), "after": points(after), "level": gaps.target, "need": need},
        table=Table(
            (Column(gettext("时点")), Column(gettext("总评分"), True), Column(gettext("最低总分"), True)),
            tuple(
                (label, points(value), str(need)) for label, value in zip(labels, (now, after), strict=True)
            ),
        ),
        labels=labels,
        series=(Series(gettext("自评总评分"), "claimed", (now, after)),),
        top=top,
        bound=need,
        bound_label=gettext("%(level)s级最低总分 %(need)s") % {"level": gaps.target, "need": need},
    )
