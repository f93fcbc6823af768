"""What a plan rests on, as rows: assumptions with their units, and what the user decided."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext

from engine.roadmap.assumptions import rule_words
from engine.roadmap.values import Assumptions, Constraints
from engine.rubric.values import Rubric
from reports.view_models.roadmap import wording
from reports.view_models.roadmap.values import AssumptionRow, ConstraintRow
from reports.view_models.words import capitalised, lang, listed

#: one row per share an option may raise to
STEP = "steps."


def plain(number: Decimal) -> str:
    """15000 -> 15,000; 0.50 stays 0.50; 12.0 -> 12."""
    return f"{number:,.0f}" if number == number.to_integral() else f"{number:,f}"


def assumption_rows(
    assumptions: Assumptions, defaults: Assumptions | None, beds: int | None, size_factor: Decimal
) -> tuple[AssumptionRow, ...]:
    """Every number of the plan; ``defaults``: the shipped ones, to mark what the hospital changed."""
    before = {row.key: row.value for row in _rows(defaults, beds, size_factor)} if defaults else {}
    found = []
    for row in _rows(assumptions, beds, size_factor):
        default = before.get(row.key, gettext("无")) if before else row.value
        changed = default != row.value
        found.append(
            AssumptionRow(
                row.key,
                row.group,
                row.label,
                row.value,
                row.number,
                row.unit,
                changed,
                default if changed else "",
            )
        )
    return tuple(found)


def _rows(assumptions: Assumptions, beds: int | None, size_factor: Decimal) -> Iterator[AssumptionRow]:
    weeks = gettext("人周")

    def row(key: str, group: str, label: str, number: Decimal, unit: str) -> AssumptionRow:
        return AssumptionRow(key, group, label, plain(number), number, unit)

    money = gettext("费用")
    yield row("rate", money, gettext("每人周费用"), assumptions.rate, gettext("元/人周"))
    yield row("low", money, gettext("低估系数（乘以可能值）"), assumptions.low, gettext("倍"))
    yield row("high", money, gettext("高估系数（乘以可能值）"), assumptions.high, gettext("倍"))
    people = gettext("人力")
    yield row(
        "quarter_capacity",
        people,
        gettext("每季度可用人力（乘以规模系数前）"),
        assumptions.quarter_capacity,
        gettext("人周/季度"),
    )
    yield row(
        "task_pace", people, gettext("一项任务每季度最多投入"), assumptions.task_pace, gettext("人周/季度")
    )
    yield AssumptionRow(
        "size_factor",
        people,
        gettext("规模系数（床位%(beds)s）") % {"beds": beds}
        if beds is not None
        else gettext("规模系数（床位数未填）"),
        plain(size_factor),
        size_factor,
        gettext("倍"),
    )
    clauses = gettext("每条功能要求的工作量")
    for nature, effort in assumptions.clause_effort.items():
        yield row(
            f"clause_effort.{nature}",
            clauses,
            gettext("%(nature)s类条款") % {"nature": wording.nature_words(nature)},
            effort,
            gettext("人周/条"),
        )
    yield row("partly", clauses, gettext("部分符合的条款按此比例计"), assumptions.partly, gettext("倍"))
    figures = gettext("应用与数据的工作量")
    yield row(
        "rollout_effort",
        figures,
        gettext("有效应用比例每提高1.00"),
        assumptions.rollout_effort,
        weeks,
    )
    yield row(
        "cleaning_effort", figures, gettext("数据质量指数每提高1.00"), assumptions.cleaning_effort, weeks
    )
    ways = gettext("可选的做法")
    for place, step in enumerate(assumptions.steps, start=1):
        label = gettext("比例和指数可以提高到（第%(n)s档）") % {"n": place}
        yield AssumptionRow(f"{STEP}{place}", ways, label, f"{step:f}", step, "")
    yield row("earlier_index", ways, gettext("较低级别的数据质量指数提高到"), assumptions.earlier_index, "")
    above = Decimal(assumptions.levels_above_target)
    yield row("levels_above_target", ways, gettext("单个项目可以高出目标等级"), above, gettext("级"))
    margin = gettext("余量最大方案的余量")
    yield row("safe_total", margin, gettext("总评分高出的比例"), assumptions.safe_total, "")
    yield row("safe_spare", margin, gettext("多达标的选择项"), Decimal(assumptions.safe_spare), gettext("个"))
    yield row("safe_ratio", margin, gettext("比例和指数高出界限"), assumptions.safe_ratio, "")


def rules(assumptions: Assumptions) -> tuple[str, ...]:
    """In which order work is done, as sentences."""
    inside = listed([wording.nature_words(nature) for nature in assumptions.order_inside])
    own = [
        gettext("同一项目内按级别从低到高进行。"),
        gettext("同一级别内依次为：%(natures)s。") % {"natures": inside},
    ]
    between = [
        capitalised(gettext("%(rule)s。") % {"rule": lang(text).rstrip("。.")})
        for text in rule_words(assumptions)
    ]
    return (*own, *between) if inside else (own[0], *between)


def constraint_rows(constraints: Constraints, rubric: Rubric) -> tuple[ConstraintRow, ...]:
    return tuple(_constraints(constraints, rubric))


def _constraints(constraints: Constraints, rubric: Rubric) -> Iterator[ConstraintRow]:
    def of_item(kind: str, words: str, code: str, text: str) -> ConstraintRow:
        return ConstraintRow(kind, words, code, wording.item_name(rubric, code).words, text)

    for code, reason in sorted(constraints.excluded.items()):
        yield of_item("excluded", gettext("排除"), code, reason or gettext("保持现状，不纳入方案"))
    for code, level in sorted(constraints.pinned.items()):
        yield of_item("pinned", gettext("指定"), code, gettext("至少达到%(level)s级") % {"level": level})
    for code in sorted(constraints.allowed):
        yield of_item("allowed", gettext("允许新建"), code, gettext("原填“本院无此业务”，可以新建"))
    for kind, words, template, quarters in (
        ("not_before", gettext("最早"), gettext("不早于%(quarter)s开始"), constraints.not_before),
        ("not_after", gettext("最晚"), gettext("不晚于%(quarter)s完成"), constraints.not_after),
        ("start_at", gettext("固定时间"), gettext("于%(quarter)s开始"), constraints.start_at),
    ):
        for code, quarter in sorted(quarters.items()):
            yield of_item(kind, words, code, template % {"quarter": wording.quarter_words(quarter).words})
    if constraints.finish_by is not None:
        last = wording.quarter_words(constraints.finish_by).words
        text = gettext("不晚于%(quarter)s完成") % {"quarter": last}
        yield ConstraintRow("finish_by", gettext("完成期限"), "", "", text)
    if constraints.quarter_capacity is not None:
        text = gettext("每季度%(effort)s") % {"effort": wording.effort_words(constraints.quarter_capacity)}
        yield ConstraintRow("quarter_capacity", gettext("人力"), "", "", text)
    for quarter, effort in sorted(constraints.capacity.items()):
        text = gettext("%(quarter)s：%(effort)s") % {
            "quarter": wording.quarter_words(quarter).words,
            "effort": wording.effort_words(effort),
        }
        yield ConstraintRow("capacity", gettext("人力"), "", "", text)
    for year, money in sorted(constraints.budget.items()):
        text = gettext("%(year)s年不超过%(money)s") % {"year": year, "money": wording.money_words(money)}
        yield ConstraintRow("budget", gettext("年度预算"), "", "", text)
    for quotation in constraints.quotations:
        names = listed([one for one in (quotation.system, quotation.vendor, quotation.contract) if one])
        text = gettext("%(level)s级报价，采购%(money)s") % {
            "level": quotation.level,
            "money": wording.money_words(quotation.purchases),
        }
        yield of_item("quotations", gettext("报价"), quotation.item, f"{text}（{names}）" if names else text)
