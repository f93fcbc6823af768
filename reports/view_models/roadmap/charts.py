"""The charts of a plan, from the rows of its view: Gantt, cost, level and total, effort against capacity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby, pairwise

from django.utils.translation import gettext

from accounts.templatetags.display import english, level_name, points
from engine.roadmap.quarters import Quarter
from engine.roadmap.values import Plan
from engine.rubric.values import Rubric
from reports.charts.spec import (
    Band,
    Column,
    Course,
    Gantt,
    GanttLink,
    GanttPart,
    GanttRow,
    Table,
    Timeline,
    WorkKind,
)
from reports.view_models.roadmap import wording
from reports.view_models.roadmap.rows import what_words
from reports.view_models.roadmap.values import ActionRow, QuarterRow, TaskRow

KINDS: tuple[WorkKind, ...] = ("function", "integration", "intelligence", "management", "use")
TICKS = 5


def gantt_chart(
    rubric: Rubric,
    rows: tuple[ActionRow, ...],
    quarters: tuple[QuarterRow, ...],
    critical: tuple[TaskRow, ...] = (),
    addresses: Mapping[str, str] | None = None,
) -> Gantt | None:
    """Rows grouped by role in the order of the standard, inside a role by start. ``addresses``: links by item."""
    if not rows:
        return None
    roles = {role.code: place for place, role in enumerate(rubric.roles)}
    ordered = sorted(
        rows, key=lambda row: (roles.get(row.role, 99), row.start.quarter, row.finish.quarter, row.code)
    )
    first = quarters[0].quarter.quarter
    title = gettext("建设进度图")
    return Gantt(
        key="gantt",
        title=title,
        caption=gettext(
            "各项目的建设时间：横条为从开始到完成的季度，颜色和花纹为工作类别，右侧为工作量（人周）和所依赖的项目"
        ),
        unit=gettext("季度"),
        alt=gettext("%(n)s个项目，%(start)s开始，%(finish)s完成。")
        % {"n": len(rows), "start": quarters[0].quarter.words, "finish": quarters[-1].quarter.words},
        table=Table(
            (
                Column(gettext("项目")),
                Column(gettext("级别")),
                Column(gettext("开始")),
                Column(gettext("完成")),
                Column(gettext("工作量（人周）"), figures=True),
                Column(gettext("依赖")),
            ),
            tuple(
                (
                    f"{row.code} {row.name}",
                    row.levels_words,
                    row.start.key,
                    row.finish.key,
                    row.effort.likely_words,
                    gettext("、").join(name.code for name in row.depends_on),
                )
                for row in ordered
            ),
        ),
        columns=tuple(gettext("%(n)s季") % {"n": row.quarter.quarter.number} for row in quarters),
        years=tuple(
            (gettext("%(year)s年") % {"year": year}, len(list(members)))
            for year, members in groupby(quarters, key=lambda row: row.quarter.quarter.year)
        ),
        notes=tuple((row.level_words, row.level) for row in quarters),
        note_label=gettext("期末级别"),
        rows=tuple(
            GanttRow(
                code=row.code,
                name=row.name,
                group=row.role_name,
                begin=first.until(row.start.quarter),
                end=first.until(row.finish.quarter) + 1,
                parts=_parts(row, first.until(row.start.quarter)),
                label=row.effort.likely_words,
                says=f"{row.code} {row.name} {row.levels_words}{gettext('：')}{row.quarters_words}{gettext('，')}"
                f"{row.effort.words}{gettext('；')}{what_words(row)}",
                after=tuple(name.code for name in row.depends_on),
                critical=row.critical,
                address=(addresses or {}).get(row.code, ""),
            )
            for row in ordered
        ),
        kinds=tuple(
            (kind, wording.kind_words(kind))
            for kind in KINDS
            if any(wording.KINDS[task.nature] == kind for row in rows for task in row.tasks)
        ),
        unit_label=gettext("投入"),
        critical_label=gettext("粗框与连线：最后完成的任务链"),
        after_label=gettext("依赖"),
        links=_links(ordered, critical, first),
    )


def _links(rows: Sequence[ActionRow], critical: tuple[TaskRow, ...], first: Quarter) -> tuple[GanttLink, ...]:
    """The steps of the critical chain from one item to another."""
    places = {row.code: place for place, row in enumerate(rows)}
    return tuple(
        GanttLink(
            places[before.item],
            Decimal(first.until(before.finish.quarter) + 1),
            places[after.item],
            Decimal(first.until(after.start.quarter)),
        )
        for before, after in pairwise(critical)
        if before.item != after.item
    )


def _parts(row: ActionRow, begin: int) -> tuple[GanttPart, ...]:
    """Each quarter's work beside each other, one stretch per kind, as long as its share of the quarter."""
    found = []
    start = row.start.quarter
    by_quarter: dict[int, dict[WorkKind, Decimal]] = {}
    for task in row.tasks:
        for spent in task.spent:
            cell = by_quarter.setdefault(start.until(spent.quarter.quarter), {})
            kind = wording.KINDS[task.nature]
            cell[kind] = cell.get(kind, Decimal(0)) + spent.effort
    for offset, cell in sorted(by_quarter.items()):
        whole, at = sum(cell.values(), Decimal(0)), Decimal(begin + offset)
        for kind in KINDS:
            share = cell.get(kind, Decimal(0)) / whole if whole else Decimal(0)
            if share:
                found.append(GanttPart(kind, at, min(at + share, Decimal(begin + offset + 1))))
                at = found[-1].end
    return tuple(found)


def cost_chart(quarters: tuple[QuarterRow, ...]) -> Timeline | None:
    """What is spent up to the end of each quarter: low, likely, high."""
    if not quarters:
        return None
    spans = [row.so_far for row in quarters]
    unit, words = _money_unit(spans[-1].high)
    top, ticks = _ticks(spans[-1].high / unit)
    last = spans[-1]
    return Timeline(
        key="cost",
        title=gettext("累计费用"),
        caption=gettext("截至各季度末的累计费用（%(unit)s）：线为可能值，浅色带为低估至高估")
        % {"unit": words},
        unit=words,
        alt=gettext("完成时累计费用：低估%(low)s元，可能%(likely)s元，高估%(high)s元。")
        % {"low": last.low_words, "likely": last.likely_words, "high": last.high_words},
        table=Table(
            (
                Column(gettext("季度")),
                Column(gettext("本季度费用（元）"), figures=True),
                Column(gettext("累计低估（元）"), figures=True),
                Column(gettext("累计可能（元）"), figures=True),
                Column(gettext("累计高估（元）"), figures=True),
            ),
            tuple(
                (
                    row.quarter.key,
                    row.money.likely_words,
                    row.so_far.low_words,
                    row.so_far.likely_words,
                    row.so_far.high_words,
                )
                for row in quarters
            ),
        ),
        labels=(gettext("现在"), *(row.quarter.short for row in quarters)),
        top=top,
        ticks=ticks,
        courses=(
            Course(
                gettext("可能值"),
                "solid",
                (Decimal(0), *(span.likely / unit for span in spans)),
                _short(last.likely / unit),
            ),
        ),
        band=Band(
            gettext("低估至高估"),
            (Decimal(0), *(span.low / unit for span in spans)),
            (Decimal(0), *(span.high / unit for span in spans)),
            _short(last.low / unit),
            _short(last.high / unit),
        ),
    )


def climb_chart(rubric: Rubric, plan: Plan, quarters: tuple[QuarterRow, ...]) -> Timeline | None:
    """Total and level from today to the end of the plan; the minimum total of the target as a line."""
    if not quarters:
        return None
    totals = (plan.total_before, *(state.total for state in plan.quarters))
    levels = (plan.level_before, *(state.level for state in plan.quarters))
    need = Decimal(rubric.gate_at[plan.target].min_total)
    labels = (gettext("现在"), *(row.quarter.short for row in quarters))
    base, top, ticks = _narrow(min(*totals, need), max(*totals, need))
    return Timeline(
        key="climb",
        title=gettext("级别与总评分"),
        caption=gettext(
            "每季度末的总评分和整体级别（写在季度下方），虚线为%(level)s要求的总评分；纵轴自%(base)s分起"
        )
        % {"level": level_name(plan.target), "base": f"{base:f}"},
        unit=gettext("分"),
        alt=gettext("总评分从%(before)s分到%(after)s分，整体级别从%(from)s到%(to)s。")
        % {
            "before": points(plan.total_before),
            "after": points(plan.total_after),
            "from": level_name(plan.level_before),
            "to": level_name(plan.level_after),
        },
        table=Table(
            (
                Column(gettext("季度")),
                Column(gettext("总评分"), figures=True),
                Column(gettext("整体级别"), figures=True),
            ),
            tuple(
                (words, points(total), level_name(level))
                for words, total, level in zip(
                    (gettext("现在"), *(row.quarter.key for row in quarters)), totals, levels, strict=True
                )
            ),
        ),
        labels=labels,
        base=base,
        top=top,
        ticks=ticks,
        courses=(
            Course(gettext("总评分"), "solid", totals, points(totals[-1])),
            Course(
                gettext("%(level)s要求") % {"level": level_name(plan.target)},
                "bound",
                (need,) * len(labels),
                f"{need:f}",
                stepped=True,
            ),
        ),
        notes=tuple((level_name(level), level) for level in levels),
    )


def load_chart(quarters: tuple[QuarterRow, ...]) -> Timeline | None:
    """Person-weeks of each quarter against what the hospital has."""
    if not quarters:
        return None
    top, ticks = _ticks(max((*(row.effort for row in quarters), *(row.capacity for row in quarters))))
    full = tuple(place for place, row in enumerate(quarters) if row.full)
    return Timeline(
        key="load",
        title=gettext("每季度投入与可用人力"),
        caption=gettext("柱为每季度投入（人周），虚线为可用人力；花纹柱表示人力已用足"),
        unit=gettext("人周"),
        alt=gettext("共%(n)s个季度，其中%(full)s个季度人力已用足。")
        % {"n": len(quarters), "full": len(full)},
        table=Table(
            (
                Column(gettext("季度")),
                Column(gettext("投入（人周）"), figures=True),
                Column(gettext("可用（人周）"), figures=True),
                Column(gettext("占比"), figures=True),
            ),
            tuple(
                (row.quarter.key, row.effort_words, row.capacity_words, row.load_words) for row in quarters
            ),
        ),
        labels=tuple(row.quarter.short for row in quarters),
        top=top,
        ticks=ticks,
        bars=tuple(row.effort for row in quarters),
        bar_words=tuple(row.effort_words for row in quarters),
        bar_name=gettext("投入"),
        marked=full,
        marked_name=gettext("人力已用足"),
        courses=(
            Course(
                gettext("可用人力"),
                "dashed",
                tuple(row.capacity for row in quarters),
                quarters[-1].capacity_words,
                stepped=True,
            ),
        ),
    )


def _money_unit(most: Decimal) -> tuple[Decimal, str]:
    """Chinese readers count money in ten thousands, English ones in thousands."""
    unit = Decimal(1000) if english() else Decimal(10_000)
    return (unit, gettext("万元")) if most >= 2 * unit else (Decimal(1), gettext("元"))


def _short(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.1') if value < 1000 else Decimal(1)):,}"


def _ticks(most: Decimal) -> tuple[Decimal, tuple[tuple[Decimal, str], ...]]:
    """A round top a little above ``most``, and round steps up to it."""
    most = max(most, Decimal(1))
    rough = most / TICKS
    power = Decimal(10) ** (rough.adjusted())
    step = next(power * m for m in (1, 2, Decimal("2.5"), 5, 10) if power * m >= rough)
    top = (most / step).to_integral_value(ROUND_CEILING) * step
    steps = [step * n for n in range(int(top / step) + 1)]
    return top, tuple((value, f"{value.normalize():,f}") for value in steps)


def _narrow(least: Decimal, most: Decimal) -> tuple[Decimal, Decimal, tuple[tuple[Decimal, str], ...]]:
    """From a round figure below ``least`` to one above ``most``: totals move by a few of a hundred points."""
    _top, steps = _ticks(max(most - least, Decimal(5)))
    step = steps[1][0]
    base = max(Decimal(0), (least / step - 1).to_integral_value(ROUND_FLOOR) * step)
    top = (most / step + 1).to_integral_value(ROUND_FLOOR) * step
    values = [base + step * n for n in range(int((top - base) / step) + 1)]
    return base.normalize() + 0, top, tuple((value, f"{value.normalize():,f}") for value in values)
