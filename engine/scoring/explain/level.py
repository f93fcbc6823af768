"""Why the hospital reaches a level or does not: the gates, the items, and how sure the result is."""

from __future__ import annotations

from engine.rubric.values import Gate, Rubric, Text
from engine.scoring.answers import Answers
from engine.scoring.card import CountGate, Factor, Failing, LevelResult, Robustness, ScoreCard, Shortfall
from engine.scoring.explain.node import (
    BASIC_WORD,
    NOTHING,
    OPTIONAL_WORD,
    STATE_WORDS,
    Explanation,
    against,
    two,
)
from engine.scoring.hospital import count_flags

FACTOR_WORDS: dict[Factor, Text] = {
    "function": Text("功能等级", "function level"),
    "application": Text("有效应用比例", "effective application ratio"),
    "data_quality": Text("数据质量指数", "data-quality index"),
    "earlier_data_quality": Text("前序级别数据质量指数", "data-quality index of an earlier level"),
}
VERDICTS: dict[Robustness, Text] = {
    "certain_pass": Text(
        "不论待确认的类别如何认定，本级都成立", "holds whichever way the unconfirmed flags turn out"
    ),
    "certain_fail": Text(
        "不论待确认的类别如何认定，本级都不成立", "fails whichever way the unconfirmed flags turn out"
    ),
    "depends": Text("本级是否成立取决于官方的基本项认定", "depends on the official basic/optional flags"),
}


def explain_level(rubric: Rubric, answers: Answers, card: ScoreCard, level: int) -> Explanation:
    """The tree of one level: its three gates, the lower levels, robustness, overall requirements.

    Raises KeyError for a level that the gate table does not have.
    """
    gate, result = rubric.gate_at[level], card.by_level[level]
    lower = tuple(other for other in card.levels if other.level < level)
    children = [
        _count(rubric, level, "basic", BASIC_WORD, result.gates.basic),
        _count(rubric, level, "optional", OPTIONAL_WORD, result.gates.optional),
        _total_gate(rubric, card, result),
        *(_lower(rubric, other) for other in lower),
        _robustness(rubric, gate, card, result),
    ]
    if overall := _overall(rubric, answers, level):
        children.append(overall)
    return Explanation(
        key=f"level/{level}",
        label=Text(f"医院达到{level}级", f"the hospital reaches level {level}"),
        value=f"{sum((result.gates.basic.holds, result.gates.optional.holds, result.gates.total.holds))}/3",
        formula=_level_formula(result, lower),
        clause_source=rubric.place("gates"),
        children=tuple(children),
        holds=result.reached,
    )


def explain_total(rubric: Rubric, answers: Answers, card: ScoreCard) -> Explanation:
    """The total score as the sum of the item scores, exact inside and rounded once."""
    return Explanation(
        key="total",
        label=Text("总分", "total score"),
        value=two(card.total),
        formula=Text(
            f"{len(card.items)}个项目得分之和，最后四舍五入一次，保留两位小数",
            f"sum of the {len(card.items)} item scores, rounded half up once to 2 decimals",
        ),
        clause_source=rubric.place("scoring"),
        children=tuple(
            Explanation(
                key=f"total/{item.code}",
                label=Text(f"{item.code} {item.name.zh}", f"{item.code} {item.name.en}"),
                value=two(card.items[item.code].score),
                formula=Text(
                    f"得分取自第{card.items[item.code].scored_level}级",
                    f"taken at level {card.items[item.code].scored_level}",
                )
                if card.items[item.code].scored_level
                else Text("计0分", "scores 0"),
                clause_source=rubric.place("scoring"),
            )
            for item in rubric.items
        ),
    )


def _level_formula(result: LevelResult, lower: tuple[LevelResult, ...]) -> Text:
    blocked = next((other.level for other in lower if not other.reached), None)
    if result.reached:
        return Text(
            "本级及以下各级的三项条件都成立", "all three conditions hold here and at every lower level"
        )
    if result.holds:
        return Text(
            f"本级三项条件都成立，但第{blocked}级尚未成立",
            f"all three hold here, but level {blocked} does not",
        )
    failing = [
        word
        for word, holds in (
            (Text("基本项", "basic items"), result.gates.basic.holds),
            (Text("选择项", "optional items"), result.gates.optional.holds),
            (Text("总分", "total score"), result.gates.total.holds),
        )
        if not holds
    ]
    return Text(
        f"未成立：{'、'.join(word.zh for word in failing)}",
        f"not met: {', '.join(word.en for word in failing)}",
    )


def _count(rubric: Rubric, level: int, name: str, word: Text, gate: CountGate) -> Explanation:
    verdict = against(str(gate.have), str(gate.need), gate.holds)
    note = Text("", "")
    if gate.borderline:
        listed = ", ".join(gate.borderline)
        note = Text(f"；恰在界值上：{listed}", f"; exactly on a bound: {listed}")
    return Explanation(
        key=f"level/{level}/{name}",
        label=Text(f"{word.zh}达标数（共{gate.pool}项）", f"{word.en} items that pass (of {gate.pool})"),
        value=f"{gate.have}/{gate.need}",
        formula=Text(f"{verdict.zh}{note.zh}", f"{verdict.en}{note.en}"),
        clause_source=rubric.place("gates"),
        children=tuple(_failing(rubric, level, name, entry) for entry in gate.failing),
        holds=gate.holds,
    )


def _failing(rubric: Rubric, level: int, name: str, failing: Failing) -> Explanation:
    item = rubric.by_code[failing.item]
    reasons = [_short(short, level) for short in failing.shortfalls]
    return Explanation(
        key=f"level/{level}/{name}/{item.code}",
        label=Text(f"{item.code} {item.name.zh}", f"{item.code} {item.name.en}"),
        value=_figures(failing.shortfalls[0]),
        formula=Text("；".join(reason.zh for reason in reasons), "; ".join(reason.en for reason in reasons)),
        clause_source=f"{rubric.place('clauses')} {item.code} {level}级",
        holds=False,
    )


def _figures(short: Shortfall) -> str:
    if short.factor == "function":
        return f"{short.have}/{short.need}"
    return f"{two(short.have)}/{two(short.need)}"


def _short(short: Shortfall, level: int) -> Text:
    word = FACTOR_WORDS[short.factor]
    where = "" if short.at_level == level or short.factor == "function" else f"（第{short.at_level}级）"
    where_en = "" if not where else f" (level {short.at_level})"
    have, need = _figures(short).split("/")
    return Text(f"{word.zh}{where} {have} < {need}", f"{word.en}{where_en} {have} < {need}")


def _total_gate(rubric: Rubric, card: ScoreCard, result: LevelResult) -> Explanation:
    gate = result.gates.total
    verdict = against(two(gate.have), str(gate.need), gate.holds)
    edge = Text("；恰在界值上", "; exactly on the bound") if gate.borderline else NOTHING
    return Explanation(
        key=f"level/{result.level}/total",
        label=Text("总分", "total score"),
        value=two(gate.have),
        formula=Text(
            f"{len(card.items)}个项目得分之和：{verdict.zh}{edge.zh}",
            f"sum of the {len(card.items)} item scores: {verdict.en}{edge.en}",
        ),
        clause_source=rubric.place("gates"),
        holds=gate.holds,
    )


def _lower(rubric: Rubric, other: LevelResult) -> Explanation:
    return Explanation(
        key=f"level/{other.level}/holds",
        label=Text(f"第{other.level}级", f"level {other.level}"),
        value=f"{sum((other.gates.basic.holds, other.gates.optional.holds, other.gates.total.holds))}/3",
        formula=Text("三项条件都成立", "all three conditions hold")
        if other.holds
        else Text("三项条件未全部成立", "not all three conditions hold"),
        clause_source=rubric.place("gates"),
        holds=other.holds,
    )


def _robustness(rubric: Rubric, gate: Gate, card: ScoreCard, result: LevelResult) -> Explanation:
    counts = count_flags(rubric, gate, card.items)
    verdict = VERDICTS[result.robustness]
    if counts.unconfirmed == 0:
        how = Text("本级类别已全部确认", "every flag of this level is confirmed")
    else:
        how = Text(
            f"{verdict.zh}。已确认基本项{counts.confirmed_basic}个，其中{counts.confirmed_basic_passes}个达标；"
            f"待确认{counts.unconfirmed}个，应有{counts.to_choose}个为基本项，"
            f"其中{counts.unconfirmed_basic_passes}个可按基本项达标；"
            f"可按选择项达标{counts.optional_passes}个，扣去{counts.to_choose}个后"
            f"余{counts.optional_passes - counts.to_choose}个，要求{gate.optional_required}个",
            f"{verdict.en}. Confirmed basic: {counts.confirmed_basic}, of which "
            f"{counts.confirmed_basic_passes} pass; unconfirmed: {counts.unconfirmed}, of which "
            f"{counts.to_choose} must be basic and {counts.unconfirmed_basic_passes} pass as basic; "
            f"{counts.optional_passes} pass as optional, less {counts.to_choose} leaves "
            f"{counts.optional_passes - counts.to_choose}, {gate.optional_required} required",
        )
    return Explanation(
        key=f"level/{gate.level}/robustness",
        label=Text("结论是否取决于待确认的基本项", "does the result depend on unconfirmed flags"),
        value=result.robustness,
        formula=how,
        clause_source=rubric.place("gates"),
    )


def _overall(rubric: Rubric, answers: Answers, level: int) -> Explanation | None:
    """Overall requirements, confirmed by a person; shown, but no part of the arithmetic."""
    texts = next((entry.overall for entry in rubric.levels if entry.level == level), ())
    if not texts:
        return None
    given = answers.overall.get(level, ())
    states = [given[n] if n < len(given) else "not_answered" for n in range(len(texts))]
    met = states.count("met")
    return Explanation(
        key=f"level/{level}/overall",
        label=Text("整体要求", "overall requirements"),
        value=f"{met}/{len(texts)}",
        formula=Text(
            f"{len(texts)}条中已确认{met}条；不参与计分",
            f"{met} of {len(texts)} confirmed; not part of the score",
        ),
        clause_source=rubric.place("levels"),
        children=tuple(
            Explanation(
                key=f"level/{level}/overall/{n + 1}",
                label=text,
                value=states[n],
                formula=STATE_WORDS[states[n]],
                clause_source=rubric.place("levels"),
                holds=states[n] == "met",
            )
            for n, text in enumerate(texts)
        ),
    )
