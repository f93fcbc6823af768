"""Words for quarters, efforts, money and the closed lists of a plan: said once, read on pages and in documents."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext, ngettext, pgettext

from accounts.templatetags.display import points
from engine.roadmap.quarters import Quarter
from engine.roadmap.values import CLEANING, ROLLOUT, Assumptions, Objective, Status, Why
from engine.rubric.values import Rubric
from reports.charts.spec import WorkKind
from reports.view_models.roadmap.values import ActionRow, ItemName, QuarterWords, Span
from reports.view_models.words import lang, listed
from rubrics.tags import NATURES

#: which of five kinds of work a nature belongs to: eleven could not be told apart in print
KINDS: dict[str, WorkKind] = {
    "capture": "function",
    "feature": "function",
    "dictionary": "integration",
    "exchange": "integration",
    "regional": "integration",
    "closed_loop": "intelligence",
    "decision_support": "intelligence",
    "analytics": "intelligence",
    "governance": "management",
    ROLLOUT: "use",
    CLEANING: "use",
}


# -- figures -----------------------------------------------------------------------------------


def tenths(value: Decimal) -> str:
    """An effort: one decimal, half up, separators for thousands."""
    return f"{value.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP):,}"


def yuan(value: Decimal) -> str:
    """Money: whole yuan, half up, separators for thousands."""
    return f"{value.quantize(Decimal(1), rounding=ROUND_HALF_UP):,}"


def effort_words(value: Decimal) -> str:
    return gettext("%(effort)s人周") % {"effort": tenths(value)}


def money_words(value: Decimal) -> str:
    return gettext("%(money)s元") % {"money": yuan(value)}


def effort_span(low: Decimal, likely: Decimal, high: Decimal) -> Span:
    return Span(
        low,
        likely,
        high,
        tenths(low),
        tenths(likely),
        tenths(high),
        effort_words(likely),
        gettext("%(low)s–%(high)s人周") % {"low": tenths(low), "high": tenths(high)},
    )


def cost_span(low: Decimal, likely: Decimal, high: Decimal) -> Span:
    return Span(
        low,
        likely,
        high,
        yuan(low),
        yuan(likely),
        yuan(high),
        money_words(likely),
        gettext("%(low)s–%(high)s元") % {"low": yuan(low), "high": yuan(high)},
    )


def cost_of(effort: Decimal, purchases: Decimal, assumptions: Assumptions) -> Span:
    """Effort at the rate, low and high by their factors; what is bought costs the same in all three."""
    likely = effort * assumptions.rate
    return cost_span(
        likely * assumptions.low + purchases, likely + purchases, likely * assumptions.high + purchases
    )


# -- quarters ----------------------------------------------------------------------------------


def quarter_words(quarter: Quarter) -> QuarterWords:
    return QuarterWords(
        quarter,
        str(quarter),
        gettext("%(year)s年第%(quarter)s季度") % {"year": quarter.year, "quarter": quarter.number},
        quarter_short(quarter),
    )


def quarter_short(quarter: Quarter) -> str:
    """For axes and narrow columns: 27年1季 / 27 Q1."""
    return gettext("%(year)s年%(quarter)s季") % {
        "year": f"{quarter.year % 100:02}",
        "quarter": quarter.number,
    }


def quarters_words(start: Quarter, finish: Quarter) -> str:
    """From the first to the last quarter, or the one it is."""
    if start == finish:
        return quarter_words(start).words
    return gettext("%(start)s至%(finish)s") % {
        "start": quarter_words(start).words,
        "finish": quarter_words(finish).words,
    }


def duration_words(quarters: int) -> str:
    return ngettext("%(n)s个季度", "%(n)s个季度", quarters) % {"n": quarters}


# -- items and kinds of work -------------------------------------------------------------------


def item_name(rubric: Rubric, code: str) -> ItemName:
    item = rubric.by_code.get(code)
    name = lang(item.name) if item else ""
    return ItemName(code, name, f"{code} {name}".strip())


def item_names(rubric: Rubric, codes: Iterable[str]) -> tuple[ItemName, ...]:
    return tuple(item_name(rubric, code) for code in codes)


def row_names(rows: Iterable[ActionRow]) -> tuple[ItemName, ...]:
    return tuple(ItemName(row.code, row.name, f"{row.code} {row.name}") for row in rows)


def names_words(names: Iterable[ItemName], most: int = 12) -> str:
    """The names in one line; many are cut with their number."""
    every = [name.words for name in names]
    if len(every) <= most:
        return listed(every)
    return gettext("%(names)s等%(n)s个") % {"names": listed(every[:most]), "n": len(every)}


def nature_words(nature: str) -> str:
    """The labels of the standard's browser, and the two kinds of work that are no clause."""
    if nature == ROLLOUT:
        return pgettext("工作性质", "推广应用")
    if nature == CLEANING:
        return pgettext("工作性质", "数据治理")
    return str(NATURES[nature].label)


def kind_words(kind: WorkKind) -> str:
    return {
        "function": gettext("采集与功能"),
        "integration": gettext("字典与数据交换"),
        "intelligence": gettext("闭环、决策支持与分析"),
        "management": gettext("管理制度"),
        "use": gettext("推广应用与数据治理"),
    }[kind]


# -- closed lists ------------------------------------------------------------------------------


def objective_words(objective: Objective) -> str:
    return {
        "cheapest": gettext("投入最少方案"),
        "fastest": gettext("工期最短方案"),
        "safest": gettext("余量最大方案"),
    }[objective]


def objective_meaning(objective: Objective, assumptions: Assumptions) -> str:
    if objective == "cheapest":
        return gettext("用最少的人周达到目标等级的三项条件。")
    if objective == "fastest":
        return gettext("在每季度可用人力之内，用最少的季度达到目标等级；季度数相同时取人周最少的。")
    return gettext(
        "达到目标等级并留有余量：总评分高出%(total)s%%，选择项多达标%(spare)s个，比例和指数高出界限%(ratio)s。"
    ) % {
        "total": f"{(assumptions.safe_total * 100).normalize():f}",
        "spare": assumptions.safe_spare,
        "ratio": points(assumptions.safe_ratio),
    }


def status_words(status: Status, proven: bool = True) -> str:
    """``proven`` False: nothing was found, and nothing says that there is nothing."""
    if status == "infeasible" and not proven:
        return gettext("没有找到方案，也未证明没有")
    return {
        "optimal": gettext("在所列假设下为最优"),
        "feasible": gettext("可行，未证明最优"),
        "infeasible": gettext("在所列条件下无法达到"),
    }[status]


def optimal_words(status: Status, objective: Objective, gap: Decimal, proven: bool = True) -> str:
    """Never just "optimal": a plan is the best only under what it assumes. Nor "impossible" where it is not proven."""
    if status == "infeasible" and not proven:
        return gettext("在所列假设和约束下没有找到可行的方案，也未证明没有。")
    if status == "infeasible":
        return gettext("在所列假设和约束下没有可行的方案。")
    measure = gettext("季度数") if objective == "fastest" else gettext("人周数")
    if status == "feasible":
        return gettext("这一方案可行；在所列假设下，更好的方案至多再省%(gap)s%%的%(measure)s。") % {
            "gap": f"{(gap * 100).quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)}",
            "measure": measure,
        }
    return gettext("在所列假设下已证明为最优：没有%(measure)s更少的方案能满足同样的条件。") % {
        "measure": measure
    }


def why_words(why: Why, level: int) -> str:
    return {
        "basic_gate": gettext("%(level)s级基本项"),
        "optional_gate": gettext("%(level)s级选择项"),
        "total_gate": gettext("%(level)s级总评分"),
        "spare": gettext("余量"),
        "pinned": gettext("指定"),
    }[why] % {"level": level}


def why_sentence(why: Why, level: int) -> str:
    return {
        "basic_gate": gettext("不做这一项，%(level)s级的基本项就不能全部达标。"),
        "optional_gate": gettext("不做这一项，%(level)s级达标的选择项就不够。"),
        "total_gate": gettext("不做这一项，%(level)s级的总评分就不够。"),
        "spare": gettext("没有条件单独取决于这一项；它是方案留出的余量。"),
        "pinned": gettext("由医院指定纳入方案。"),
    }[why] % {"level": level}


def blocked_gate_words(gate: str) -> str:
    return {
        "basic": pgettext("gate", "基本项"),
        "optional": pgettext("gate", "选择项"),
        "total": gettext("总评分"),
        "pin": gettext("指定的项目"),
        "time": gettext("时间"),
        "budget": gettext("年度预算"),
        "unknown": gettext("尚无结论"),
    }.get(gate, gate)


def relaxation_words(kind: str) -> str:
    return {
        "allow": gettext("允许项目进入方案"),
        "unpin": gettext("取消指定"),
        "capacity": gettext("增加人力"),
        "finish_by": gettext("推迟完成时间"),
        "not_after": gettext("推迟项目的最晚时间"),
        "budget": gettext("增加预算"),
        "start_at": gettext("调整开始时间"),
    }.get(kind, kind)
