"""A plan in phases: by year, or by quarter where it is short."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext, ngettext

from engine.rubric.values import Rubric
from reports.view_models.roadmap import wording
from reports.view_models.roadmap.values import ActionRow, Phase, QuarterRow, Span

SHORT = 4  # quarters: up to here each of them is a phase


def phases_of(
    rubric: Rubric, rows: tuple[ActionRow, ...], quarters: tuple[QuarterRow, ...]
) -> tuple[Phase, ...]:
    """Each action stands in the phase in which its work starts."""
    if not quarters:
        return ()
    by_year = len(quarters) > SHORT
    groups: dict[str, list[QuarterRow]] = {}
    for row in quarters:
        groups.setdefault(str(row.quarter.quarter.year) if by_year else row.quarter.key, []).append(row)
    return tuple(_phase(rubric, key, members, rows, by_year) for key, members in groups.items())


def _phase(
    rubric: Rubric, key: str, members: list[QuarterRow], rows: tuple[ActionRow, ...], by_year: bool
) -> Phase:
    first, last = members[0].quarter, members[-1].quarter
    actions = tuple(row for row in rows if first.quarter <= row.start.quarter <= last.quarter)
    going_on = [
        row.code for row in rows if row.start.quarter < first.quarter and row.finish.quarter >= first.quarter
    ]
    cost = _sum([member.money for member in members])
    effort = sum((member.effort for member in members), Decimal(0))
    end = members[-1]
    return Phase(
        key=key,
        title=gettext("%(year)s年") % {"year": key} if by_year else first.words,
        span_words=wording.quarters_words(first.quarter, last.quarter),
        effort=effort,
        effort_words=wording.effort_words(effort),
        cost=cost,
        level=end.level,
        level_words=end.level_words,
        total=end.total,
        actions=actions,
        continued=wording.item_names(rubric, going_on),
        sentence=_sentence(len(actions), effort, cost, end),
    )


def _sentence(started: int, effort: Decimal, cost: Span, end: QuarterRow) -> str:
    figures = {
        "n": started,
        "effort": wording.effort_words(effort),
        "cost": cost.words,
        "total": end.total,
        "level": end.level_words,
    }
    if not started:
        return (
            gettext("没有新启动的项目，投入%(effort)s，费用%(cost)s；期末总评分%(total)s分，整体%(level)s。")
            % figures
        )
    return (
        ngettext(
            "启动%(n)s个项目，投入%(effort)s，费用%(cost)s；期末总评分%(total)s分，整体%(level)s。",
            "启动%(n)s个项目，投入%(effort)s，费用%(cost)s；期末总评分%(total)s分，整体%(level)s。",
            started,
        )
        % figures
    )


def _sum(spans: list[Span]) -> Span:
    return wording.cost_span(
        sum((span.low for span in spans), Decimal(0)),
        sum((span.likely for span in spans), Decimal(0)),
        sum((span.high for span in spans), Decimal(0)),
    )
