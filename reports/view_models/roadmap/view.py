"""From a plan to what is said about it. No query; in the language that is active."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from accounts.templatetags.display import level_name, points
from engine.roadmap.options import end_answers, standing_of
from engine.roadmap.quarters import Quarter
from engine.roadmap.sensitivity import Sensitivity
from engine.roadmap.values import Assumptions, Constraints, Plan
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.card import ScoreCard
from engine.scoring.item import NOT_ANSWERED
from engine.scoring.score import score
from reports.view_models.roadmap import charts, wording
from reports.view_models.roadmap.assuming import assumption_rows, constraint_rows, rules
from reports.view_models.roadmap.phases import phases_of
from reports.view_models.roadmap.risks import risks_of
from reports.view_models.roadmap.rows import action_rows, critical_tasks, quarter_rows, task_key
from reports.view_models.roadmap.values import (
    ActionRow,
    BlockedRow,
    QuarterRow,
    RelaxationRow,
    RoadmapView,
    SensitivityRow,
)
from reports.view_models.words import lang, signed

#: sentences of the summary that repeat the figures above them
TOLD_BESIDE = (1, 3)


def roadmap_view(
    rubric: Rubric,
    plan: Plan,
    *,
    assumptions: Assumptions,
    constraints: Constraints | None = None,
    answers: Answers | None = None,
    departments: Mapping[str, str] | None = None,
    sensitivity: Sequence[Sensitivity] = (),
    defaults: Assumptions | None = None,
    beds: int | None = None,
    addresses: Mapping[str, str] | None = None,
) -> RoadmapView:
    """Everything a page or a document says about ``plan``.

    ``answers``: those the plan was made from; with them clauses carry their state and the risks the margins of the end
    state (one more scoring). ``departments``: item -> responsible department, for the hospital's own readers.
    ``defaults``: the shipped assumptions, to mark what the hospital changed. ``addresses``: item -> link in the Gantt
    chart.
    """
    constraints = constraints or Constraints()
    feasible = plan.status != "infeasible"
    rows = action_rows(rubric, plan, assumptions, constraints, answers, departments or {})
    quarters = quarter_rows(rubric, plan, assumptions) if rows else ()
    tasks = tuple(task for row in rows for task in row.tasks)
    by_key = {task.key: task for task in tasks}
    critical = tuple(by_key[task_key(key)] for key in critical_tasks(plan))
    after = end_card(rubric, answers, plan, assumptions) if answers is not None and rows else None
    purchases = sum((row.purchases for row in rows), Decimal(0))
    effort = wording.effort_span(plan.effort_low, plan.effort, plan.effort_high)
    cost = wording.cost_span(plan.cost.low, plan.cost.likely, plan.cost.high)
    finish = plan.finish
    summary = _summary(plan, rows, quarters, purchases, assumptions) if feasible else ()
    return RoadmapView(
        rubric=rubric.id,
        edition=lang(rubric.title),
        title=gettext("%(edition)s建设路线图") % {"edition": lang(rubric.title)},
        objective=plan.objective,
        objective_words=wording.objective_words(plan.objective),
        objective_meaning=wording.objective_meaning(plan.objective, assumptions),
        status=plan.status,
        status_words=wording.status_words(plan.status, plan.proven),
        feasible=feasible,
        needed=bool(rows) or not feasible,
        optimal_words=wording.optimal_words(plan.status, plan.objective, plan.gap, plan.proven),
        target=plan.target,
        target_words=level_name(plan.target),
        target_name=_level_title(rubric, plan.target),
        level_before=plan.level_before,
        level_before_words=level_name(plan.level_before),
        level_after=plan.level_after,
        level_after_words=level_name(plan.level_after),
        total_before=points(plan.total_before),
        total_after=points(plan.total_after),
        effort=effort,
        cost=cost,
        purchases=purchases,
        purchases_words=wording.money_words(purchases),
        start=wording.quarter_words(plan.start),
        finish=wording.quarter_words(finish) if finish else None,
        finish_words=wording.quarter_words(finish).words if finish else "",
        ready_words=_ready(rubric, finish) if finish else "",
        quarters_count=len(quarters),
        duration_words=wording.duration_words(len(quarters)) if quarters else "",
        action_count=len(rows),
        clause_count=sum(len(row.clauses) for row in rows),
        headline=_headline(plan),
        summary=summary,
        brief=tuple(sentence for place, sentence in enumerate(summary) if place not in TOLD_BESIDE),
        decisions=_decisions(plan, rows, quarters, purchases, assumptions),
        rows=rows,
        tasks=tasks,
        quarters=quarters,
        phases=phases_of(rubric, rows, quarters),
        critical=critical,
        risks=risks_of(rubric, plan, rows, quarters, critical, constraints, after),
        assumptions=assumption_rows(assumptions, defaults, beds, plan.size_factor),
        rules=rules(assumptions),
        constraints=constraint_rows(constraints, rubric),
        sensitivity=tuple(_sensed(rubric, plan, one) for one in sensitivity),
        blocked=tuple(
            BlockedRow(
                one.gate,
                wording.blocked_gate_words(one.gate),
                one.level,
                level_name(one.level),
                lang(one.text),
                wording.item_names(rubric, one.items),
            )
            for one in plan.infeasible_because
        ),
        relaxations=_relaxations(rubric, plan),
        gantt=charts.gantt_chart(rubric, rows, quarters, critical, addresses),
        cost_curve=charts.cost_chart(quarters),
        climb=charts.climb_chart(rubric, plan, quarters),
        load=charts.load_chart(quarters),
    )


def end_card(rubric: Rubric, answers: Answers, plan: Plan, assumptions: Assumptions) -> ScoreCard:
    """The scorer's card when every action is done; items without work keep what was entered."""
    items = dict(answers.items)
    for action in plan.actions:
        item = rubric.by_code[action.item]
        standing = standing_of(rubric, item, answers.items.get(action.item, NOT_ANSWERED))
        items[action.item] = end_answers(
            item, standing, action.to_level, action.application, action.data_quality, assumptions
        )
    return score(rubric, replace(answers, items=items))


def _level_title(rubric: Rubric, level: int) -> str:
    return next((lang(one.name) for one in rubric.levels if one.level == level), "")


def _ready(rubric: Rubric, finish: Quarter) -> str:
    """When the figures of the end state have been collected for as long as the standard counts them."""
    months = rubric.thresholds.window_months
    if not months:
        return ""
    ready = finish.later(-(-months // 3))
    return gettext("建设于%(finish)s完成；统计期为%(months)s个月，最早可在%(ready)s末按新数据申报。") % {
        "finish": wording.quarter_words(finish).words,
        "months": months,
        "ready": wording.quarter_words(ready).words,
    }


def _headline(plan: Plan) -> str:
    target = level_name(plan.target)
    if plan.status == "infeasible" and not plan.proven:
        return gettext("在现有约束下没有找到达到%(target)s的方案，也未证明没有") % {"target": target}
    if plan.status == "infeasible":
        return gettext("在现有约束下无法达到%(target)s") % {"target": target}
    finish = plan.finish
    if finish is None:
        return gettext("已达到%(target)s，无需建设") % {"target": target}
    return gettext("%(finish)s达到%(target)s：%(effort)s，约%(cost)s") % {
        "finish": wording.quarter_words(finish).words,
        "target": target,
        "effort": wording.effort_words(plan.effort),
        "cost": wording.money_words(plan.cost.likely),
    }


def _summary(
    plan: Plan,
    rows: tuple[ActionRow, ...],
    quarters: tuple[QuarterRow, ...],
    purchases: Decimal,
    assumptions: Assumptions,
) -> tuple[str, ...]:
    if not rows:
        return (gettext("目标等级的三项条件现已全部满足，方案中没有项目。"),)
    effort = wording.effort_span(plan.effort_low, plan.effort, plan.effort_high)
    cost = wording.cost_span(plan.cost.low, plan.cost.likely, plan.cost.high)
    clauses = sum(len(row.clauses) for row in rows)
    sentences = [
        ngettext(
            "建设%(n)s个项目，满足%(clauses)s条功能要求；整体级别从%(from)s到%(to)s，总评分从%(before)s分到%(after)s分。",
            "建设%(n)s个项目，满足%(clauses)s条功能要求；整体级别从%(from)s到%(to)s，总评分从%(before)s分到%(after)s分。",
            len(rows),
        )
        % {
            "n": len(rows),
            "clauses": clauses,
            "from": level_name(plan.level_before),
            "to": level_name(plan.level_after),
            "before": points(plan.total_before),
            "after": points(plan.total_after),
        },
        gettext("工作量%(effort)s，范围%(range)s。") % {"effort": effort.words, "range": effort.range_words},
        (
            gettext("费用%(cost)s，范围%(range)s（每人周%(rate)s元，其中采购%(bought)s）。")
            if purchases
            else gettext("费用%(cost)s，范围%(range)s（每人周%(rate)s元，没有采购）。")
        )
        % {
            "cost": cost.words,
            "range": cost.range_words,
            "rate": wording.yuan(assumptions.rate),
            "bought": wording.money_words(purchases),
        },
        gettext("%(span)s，共%(duration)s。")
        % {
            "span": wording.quarters_words(rows[0].start.quarter, quarters[-1].quarter.quarter),
            "duration": wording.duration_words(len(quarters)),
        },
    ]
    first = next((row for row in quarters if row.level >= plan.target), None)
    if first is not None and first is not quarters[-1]:
        sentences.append(
            gettext("%(quarter)s末即满足目标等级的条件，其后的工作为余量。")
            % {"quarter": first.quarter.words}
        )
    return tuple(sentences)


def _decisions(
    plan: Plan,
    rows: tuple[ActionRow, ...],
    quarters: tuple[QuarterRow, ...],
    purchases: Decimal,
    assumptions: Assumptions,
) -> tuple[str, ...]:
    """What a director has to say yes or no to."""
    if plan.status == "infeasible":
        if not plan.relaxations:
            return (gettext("请调整目标等级或约束后重新计算。"),)
        return (gettext("请在下列放宽办法中选择一种，然后重新计算方案。"),)
    if not rows:
        return ()
    by_year: dict[int, Decimal] = {}
    for row in quarters:
        year = row.quarter.quarter.year
        by_year[year] = by_year.get(year, Decimal(0)) + row.money.likely
    years = gettext("，").join(
        gettext("%(year)s年%(money)s") % {"year": year, "money": wording.money_words(money)}
        for year, money in by_year.items()
    )
    busiest = max(quarters, key=lambda row: row.effort)
    decisions = [
        gettext("是否以%(target)s为目标，并按本方案的%(n)s个项目立项。")
        % {"target": level_name(plan.target), "n": len(rows)},
        gettext("预算：%(years)s；按高估应预留至%(high)s。")
        % {"years": years, "high": wording.money_words(plan.cost.high)},
        gettext("人员：最忙的%(quarter)s需投入%(effort)s，由哪些科室出人。")
        % {"quarter": busiest.quarter.words, "effort": wording.effort_words(busiest.effort)},
    ]
    soon = wording.row_names(row for row in rows if row.start.quarter == rows[0].start.quarter)
    decisions.append(
        gettext("%(quarter)s启动的项目及其责任部门：%(items)s。")
        % {
            "quarter": rows[0].start.words,
            "items": wording.names_words(soon, 4),
        }
    )
    return tuple(decisions)


def _sensed(rubric: Rubric, plan: Plan, one: Sensitivity) -> SensitivityRow:
    return SensitivityRow(
        kind=one.kind,
        what=one.what,
        what_words=wording.item_name(rubric, one.what).words
        if one.kind == "item"
        else gettext("所有“%(nature)s”工作") % {"nature": wording.nature_words(one.what)},
        effort_after=one.effort_after,
        effort_words=wording.tenths(one.effort_after),
        more_words=signed(one.effort_after - plan.effort),
        changed=one.changed,
        changed_words=_changed(one),
        dropped=wording.item_names(rubric, one.dropped),
        added=wording.item_names(rubric, one.added),
        altered=wording.item_names(rubric, one.altered),
    )


def _changed(one: Sensitivity) -> str:
    if not one.possible:
        return gettext("不再可行")
    return gettext("改变") if one.changed else gettext("不变")


def _relaxations(rubric: Rubric, plan: Plan) -> tuple[RelaxationRow, ...]:
    return tuple(
        RelaxationRow(
            kind=one.kind,
            kind_words=wording.relaxation_words(one.kind),
            text=lang(one.text),
            items=wording.item_names(rubric, one.items),
            quarter=str(one.quarter) if one.quarter else "",
            year=one.year,
            amount=one.amount,
            amount_words=_amount(one.kind, one.amount),
        )
        for one in plan.relaxations
    )


def _amount(kind: str, amount: Decimal | None) -> str:
    if amount is None:
        return ""
    return wording.money_words(amount) if kind == "budget" else wording.effort_words(amount)
