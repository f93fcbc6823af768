"""Sentences about results, in the language of the request: said once, read on pages and in documents."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language, gettext, ngettext, pgettext

from accounts.templatetags.display import factor_name, level_name, points
from engine.rubric.values import Rubric, Text
from engine.scoring.card import CountGate, Gates, ItemResult, LevelResult, ScoreCard, Shortfall, TotalGate

AnyGate = CountGate | TotalGate


def lang(text: Text | None) -> str:
    return "" if text is None else text.in_language(get_language() or "")


def disclaimer() -> str:
    return gettext("自评结果，非官方评价结果")


def gate_name(kind: str) -> str:
    return {
        "basic": pgettext("gate", "基本项"),
        "optional": pgettext("gate", "选择项"),
        "total": gettext("总评分"),
    }[kind]


def joined(parts: list[str]) -> str:
    return gettext("；").join(part for part in parts if part)


def listed(parts: list[str]) -> str:
    return gettext("、").join(parts)


# -- factors -----------------------------------------------------------------------------------


def shortfall_sentence(short: Shortfall, *, entered: bool = True) -> str:
    """有效应用比例0.76，未达0.80. ``entered``: whether the figure was typed at all."""
    if short.factor == "function":
        return gettext("功能达到%(have)s，需%(need)s") % {
            "have": level_name(int(short.have)),
            "need": level_name(int(short.need)),
        }
    name = factor_name("application") if short.factor == "application" else gettext("数据质量指数")
    if short.factor == "earlier_data_quality":
        name = gettext("%(level)s级数据质量指数") % {"level": short.at_level}
    if not entered:
        return gettext("%(factor)s未填写，需%(need)s") % {"factor": name, "need": points(short.need)}
    return gettext("%(factor)s%(have)s，未达%(need)s") % {
        "factor": name,
        "have": points(short.have),
        "need": points(short.need),
    }


def shortfall_sentences(result: ItemResult, shorts: tuple[Shortfall, ...]) -> str:
    return joined([shortfall_sentence(short, entered=was_entered(result, short)) for short in shorts])


def was_entered(result: ItemResult, short: Shortfall) -> bool:
    if short.factor not in ("data_quality", "earlier_data_quality"):
        return True
    factors = result.factors.get(short.at_level)
    return factors is None or factors.index_entered


def figure_name(factor: str) -> str:
    """The figure behind a factor: 有效应用比例, 数据质量指数."""
    return gettext("数据质量指数") if factor == "data_quality" else factor_name(factor)


def factor_mark(factor: str) -> str:
    """One or two letters for a cell of the heat map."""
    return {
        "function": gettext("功"),
        "application": gettext("用"),
        "data_quality": gettext("质"),
        "earlier_data_quality": gettext("前"),
    }[factor]


# -- gates and levels --------------------------------------------------------------------------


def gate_figures(gate: AnyGate) -> str:
    """14/16, 96.30/110."""
    if isinstance(gate, TotalGate):
        return f"{points(gate.have)}/{gate.need:f}"
    return f"{gate.have}/{gate.need}"


def gate_shortage(gate: AnyGate) -> str:
    """差2项, 差4.21分; nothing where the gate holds."""
    if gate.holds:
        return ""
    if isinstance(gate, TotalGate):
        return gettext("差%(points)s分") % {"points": points(gate.need - gate.have)}
    missing = gate.need - gate.have
    return ngettext("差%(n)s项", "差%(n)s项", missing) % {"n": missing}


def capitalised(sentence: str) -> str:
    """The first letter large, where the language has large letters."""
    return sentence[:1].upper() + sentence[1:]


def gate_sentence(kind: str, gate: AnyGate) -> str:
    """What the gate asks and what there is."""
    if isinstance(gate, TotalGate):
        asks = gettext("总评分应不低于%(need)s分，现为%(have)s分") % {
            "need": f"{gate.need:f}",
            "have": points(gate.have),
        }
    elif kind == "basic":
        asks = gettext("%(need)s个基本项应全部达标，现有%(have)s个达标") % {
            "need": gate.need,
            "have": gate.have,
        }
    else:
        asks = gettext("%(pool)s个选择项中至少%(need)s个达标，现有%(have)s个达标") % {
            "pool": gate.pool,
            "need": gate.need,
            "have": gate.have,
        }
    return asks if gate.holds else f"{asks}{gettext('，')}{gate_shortage(gate)}"


def gates_of(gates: Gates) -> tuple[tuple[str, AnyGate], ...]:
    return ("basic", gates.basic), ("optional", gates.optional), ("total", gates.total)


def first_failing(result: LevelResult) -> tuple[str, AnyGate] | None:
    return next(((kind, gate) for kind, gate in gates_of(result.gates) if not gate.holds), None)


def headline(rubric: Rubric, card: ScoreCard) -> str:
    if card.level == 0:
        return gettext("目前尚未达到1级")
    if card.level == rubric.top_level:
        return gettext("目前达到最高级%(level)s级") % {"level": card.level}
    return gettext("目前整体达到%(level)s级") % {"level": card.level}


def blocking_sentence(rubric: Rubric, card: ScoreCard) -> str:
    """The first level that is not reached and the first of its gates that fails, in words."""
    if card.blocking_level is None:
        return gettext("各级的三项达标条件全部满足。")
    result = card.by_level[card.blocking_level]
    found = first_failing(result)
    if found is None:
        return ""
    kind, gate = found
    sentence = gettext("未达%(level)s级，首先受阻于%(gate)s：%(sentence)s。") % {
        "level": result.level,
        "gate": gate_name(kind),
        "sentence": gate_sentence(kind, gate),
    }
    others = [gate_name(k) for k, g in gates_of(result.gates) if not g.holds and k != kind]
    if others:
        sentence += gettext("同级%(gates)s也未满足。") % {"gates": listed(others)}
    return sentence


def robustness_sentence(result: LevelResult) -> str:
    if result.robustness == "depends":
        return gettext(
            "%(level)s级的结论取决于待确认的基本项、选择项标识：换一种官方认定，结论可能改变。"
        ) % {"level": result.level}
    if result.robustness == "certain_pass":
        return gettext("%(level)s级条件成立，与待确认的标识无关。") % {"level": result.level}
    return gettext("%(level)s级条件不成立，与待确认的标识无关。") % {"level": result.level}


def borderline_sentence(result: ItemResult) -> str:
    return joined(
        [
            gettext("%(level)s级%(factor)s正好等于界限%(bound)s")
            % {"level": mark.level, "factor": figure_name(mark.factor), "bound": points(mark.bound)}
            for mark in result.borderline
        ]
    )


# -- figures -----------------------------------------------------------------------------------


def signed(value: Decimal) -> str:
    """+1.20, −0.30, 0.00; a real minus sign."""
    figure = points(abs(value))
    if value == 0 or figure == "0.00":
        return figure
    return f"+{figure}" if value > 0 else f"−{figure}"


def signed_count(value: int) -> str:
    return "0" if value == 0 else f"+{value}" if value > 0 else f"−{-value}"
