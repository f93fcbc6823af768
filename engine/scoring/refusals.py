"""The sentences with which answers are refused: what is wrong, where, and what to do, in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from engine.rubric.values import Item, Rubric, Text
from engine.scoring.answers import STATES, Problem


def _item_problem(item: Item, level: int | None, field: str, code: str, zh: str, en: str) -> Problem:
    where_zh = f"{item.code} {item.name.zh}" + (f" 第{level}级" if level is not None else "")
    where_en = f"{item.code} {item.name.en}" + (f", level {level}" if level is not None else "")
    return Problem(item.code, level, field, code, Text(f"{where_zh}：{zh}", f"{where_en}: {en}"))


def _listed(values: Iterable[object]) -> str:
    return ", ".join(str(value) for value in values)


def wrong_rubric(rubric: Rubric, given: str) -> Problem:
    return Problem(
        None,
        None,
        "rubric",
        "wrong_rubric",
        Text(
            f"这份答卷属于“{given}”，不能按“{rubric.id}”评分。请选用对应的标准版本。",
            f'These answers belong to "{given}" and cannot be scored as "{rubric.id}".'
            " Choose the matching edition.",
        ),
    )


def unknown_item(rubric: Rubric, code: str) -> Problem:
    return Problem(
        code,
        None,
        "items",
        "unknown_item",
        Text(
            f"{rubric.title.zh}没有项目“{code}”。请核对项目代码。",
            f'{rubric.title.en} has no item "{code}". Check the item code.',
        ),
    )


def level_not_asked(item: Item, level: int, field: str) -> Problem:
    levels = _listed(asked.level for asked in item.asked_levels)
    return _item_problem(
        item,
        level,
        field,
        "level_not_asked",
        f"该项目没有这一级的要求，不能填写。可填的级别：{levels}。",
        f"the standard does not ask this level of the item. Levels to answer: {levels}.",
    )


def too_many_clauses(item: Item, level: int, given: int, defined: int) -> Problem:
    return _item_problem(
        item,
        level,
        "clauses",
        "too_many_clauses",
        f"填了{given}条，标准只有{defined}条。请删去多出的条款。",
        f"{given} clauses were answered, the standard has {defined}. Remove the surplus.",
    )


def unknown_state(item: Item, level: int, state: object) -> Problem:
    return _item_problem(
        item,
        level,
        "clauses",
        "unknown_state",
        f"条款状态“{state}”无法识别。请用：{_listed(STATES)}。",
        f'clause state "{state}" is unknown. Use one of: {_listed(STATES)}.',
    )


def not_a_reason(item: Item) -> Problem:
    return _item_problem(
        item,
        None,
        "no_such_service",
        "reason_missing",
        "选择了“无此项业务”但没有写理由。请写明理由。",
        '"no such service" is chosen without a reason. Write the reason.',
    )


def not_asked(item: Item, field: str) -> Problem:
    if item.application.kind == "implemented":
        return _item_problem(
            item,
            None,
            field,
            "not_asked",
            "该项目只看是否在用，不填分子和分母。请删去数字，改填“是否在用”。",
            "this item only asks whether it is in use. Remove the figures and answer in use: yes or no.",
        )
    return _item_problem(
        item,
        None,
        field,
        "not_asked",
        "该项目按比例计算，不填“是否在用”。请填写分子和分母。",
        "this item counts a ratio, not whether it is in use. Enter numerator and denominator.",
    )


def negative(item: Item, level: int | None, field: str, value: int) -> Problem:
    name_zh, name_en = ("分子", "numerator") if field == "numerators" else ("分母", "denominator")
    return _item_problem(
        item,
        level,
        field,
        "negative",
        f"{name_zh}{value}是负数。请填写0或正整数。",
        f"the {name_en} {value} is negative. Enter 0 or a positive whole number.",
    )


def too_large(item: Item, level: int | None, field: str, value: int) -> Problem:
    return _item_problem(
        item,
        level,
        field,
        "too_large",
        f"{value}过大，不可能是一家医院的计数。请核对。",
        f"{value} is too large to be a count of one hospital. Check the figure.",
    )


def zero_denominator(item: Item, level: int | None, field: str) -> Problem:
    return _item_problem(
        item,
        level,
        field,
        "zero_denominator",
        "分母为0，无法计算比例。请填写同期总数；确无此业务的，请选“无此项业务”并写明理由。",
        "the denominator is 0, so there is no ratio. Enter the total of the period, or choose"
        ' "no such service" with a reason where the hospital truly has none.',
    )


def numerator_over_denominator(item: Item, level: int, numerator: int, denominator: int) -> Problem:
    return _item_problem(
        item,
        level,
        "numerators",
        "numerator_over_denominator",
        f"分子{numerator}大于分母{denominator}。请核对分子，或更正分母。",
        f"the numerator {numerator} is over the denominator {denominator}."
        " Check the numerator or correct the denominator.",
    )


def numerator_rises(item: Item, lower: int, at_lower: int, higher: int, at_higher: int) -> Problem:
    return _item_problem(
        item,
        higher,
        "numerators",
        "numerator_rises",
        f"分子{at_higher}大于第{lower}级的分子{at_lower}；达到第{higher}级的一定也达到第{lower}级，"
        "分子不能随级别升高而变大。请核对两级的分子。",
        f"the numerator {at_higher} is over that of level {lower}, {at_lower}; what reaches level {higher}"
        f" also reaches level {lower}, so a numerator cannot rise with the level. Check both numerators.",
    )


def no_index_here(item: Item, level: int) -> Problem:
    levels = [asked.level for asked in item.asked_levels if asked.has_index]
    if levels:
        zh = f"本级没有数据质量指数。请删去；有指数的级别：{_listed(levels)}。"
        en = f"this level has no data-quality index. Remove it; levels with an index: {_listed(levels)}."
    else:
        zh, en = (
            "该项目不考察数据质量。请删去数据质量指数。",
            "this item has no data-quality index. Remove the figure.",
        )
    return _item_problem(item, level, "data_quality", "no_index_here", zh, en)


def index_out_of_range(item: Item, level: int, value: object) -> Problem:
    return _item_problem(
        item,
        level,
        "data_quality",
        "index_out_of_range",
        f"数据质量指数{value}不在0至1之间。请填写0至1之间的小数，如0.93。",
        f"the data-quality index {value} is not between 0 and 1. Enter a decimal from 0 to 1, such as 0.93.",
    )


def unknown_dimension(item: Item, level: int, dimension: str, known: Iterable[str]) -> Problem:
    return _item_problem(
        item,
        level,
        "data_quality",
        "unknown_dimension",
        f"数据质量维度“{dimension}”无法识别。请用：{_listed(known)}。",
        f'data-quality dimension "{dimension}" is unknown. Use one of: {_listed(known)}.',
    )


def unknown_rule(item: Item, level: int, rule: str, known: Iterable[str]) -> Problem:
    return _item_problem(
        item,
        level,
        "data_quality",
        "unknown_rule",
        f"规则“{rule}”不是本级有效的数据质量规则。有效规则：{_listed(known)}。",
        f'rule "{rule}" is not an active data-quality rule of this level. Active rules: {_listed(known)}.',
    )


def rule_counts_wrong(item: Item, level: int, rule: str, numerator: int, denominator: int) -> Problem:
    if numerator < 0 or denominator < 0:
        return _item_problem(
            item,
            level,
            "data_quality",
            "negative",
            f"规则{rule}的计数{numerator}/{denominator}含负数。请填写0或正整数。",
            f"rule {rule} has a negative count, {numerator}/{denominator}."
            " Enter 0 or positive whole numbers.",
        )
    return _item_problem(
        item,
        level,
        "data_quality",
        "numerator_over_denominator",
        f"规则{rule}的分子{numerator}大于分母{denominator}。请核对这条规则的计数。",
        f"rule {rule}: the numerator {numerator} is over the denominator {denominator}."
        " Check the counts of this rule.",
    )


def overall_level_unknown(rubric: Rubric, level: int) -> Problem:
    levels = _listed(known.level for known in rubric.levels if known.level > 0 and known.overall)
    return Problem(
        None,
        level,
        "overall",
        "level_not_asked",
        Text(
            f"{rubric.title.zh}第{level}级没有整体要求。有整体要求的级别：{levels or '无'}。",
            f"{rubric.title.en} has no overall requirement at level {level}."
            f" Levels that have: {levels or 'none'}.",
        ),
    )


def overall_too_many(level: int, given: int, defined: int) -> Problem:
    return Problem(
        None,
        level,
        "overall",
        "too_many_clauses",
        Text(
            f"第{level}级整体要求填了{given}条，标准只有{defined}条。请删去多出的条款。",
            f"Overall requirements of level {level}: {given} were answered,"
            f" the standard has {defined}. Remove the surplus.",
        ),
    )


def overall_state_unknown(level: int, state: object) -> Problem:
    return Problem(
        None,
        level,
        "overall",
        "unknown_state",
        Text(
            f"第{level}级整体要求的状态“{state}”无法识别。请用：{_listed(STATES)}。",
            f'Overall requirements of level {level}: state "{state}" is unknown.'
            f" Use one of: {_listed(STATES)}.",
        ),
    )


def window_reversed(start: str, end: str) -> Problem:
    return Problem(
        None,
        None,
        "window",
        "window_reversed",
        Text(
            f"评估期的截止日{end}早于起始日{start}。请更正日期。",
            f"The window ends on {end}, before it starts on {start}. Correct the dates.",
        ),
    )


def window_not_whole_months(months: int, start: str, end: str, right_end: str) -> Problem:
    return Problem(
        None,
        None,
        "window",
        "window_not_three_months" if months == 3 else "window_wrong_length",
        Text(
            f"评估期必须正好是{months}个月，{start}至{end}不是。从{start}起，截止日应为{right_end}。",
            f"The window must be exactly {months} calendar months; {start} to {end} is not."
            f" Starting on {start} it ends on {right_end}.",
        ),
    )
