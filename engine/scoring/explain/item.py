"""Why an item scores what it scores, and why it passes a level or does not."""

from __future__ import annotations

from decimal import Decimal

from engine.rubric.values import Item, ItemLevel, Rubric, Text
from engine.scoring.answers import Answers, DimensionIndex, DirectIndex, ItemAnswers
from engine.scoring.card import Factors, ItemResult, ScoreCard
from engine.scoring.explain.node import (
    NOTHING,
    STATE_WORDS,
    Explanation,
    against,
    category_word,
    exact,
    two,
)
from engine.scoring.item import NOT_ANSWERED, application_bound, earlier_bound, quality_bound
from engine.scoring.rounding import share

DIMENSION_WORDS = {
    "consistency": Text("一致性", "consistency"),
    "completeness": Text("完整性", "completeness"),
    "integration": Text("整合性", "integration"),
    "timeliness": Text("及时性", "timeliness"),
}


def explain_item(rubric: Rubric, answers: Answers, card: ScoreCard, code: str) -> Explanation:
    """The tree of one item's score: function level, then each level with its factors and tests.

    Raises KeyError for an item that the rubric does not have.
    """
    item, result = rubric.by_code[code], card.items[code]
    given = answers.items.get(code, NOT_ANSWERED)
    counted = NOT_ANSWERED if result.no_such_service else given
    return Explanation(
        key=f"{code}/score",
        label=Text(f"{code} {item.name.zh}：项目得分", f"{code} {item.name.en}: item score"),
        value=two(result.score),
        formula=_score_formula(result, given),
        clause_source=rubric.place("scoring"),
        children=(
            _function(rubric, item, result, counted),
            *(_level(rubric, item, entry, result, counted) for entry in item.asked_levels),
        ),
    )


def _score_formula(result: ItemResult, given: ItemAnswers) -> Text:
    if result.no_such_service:
        reason = given.no_such_service
        return Text(f"本院无此业务（{reason}），计0分", f"no such service here ({reason}): scores 0")
    tried = [
        (level, at) for level, at in result.factors.items() if level <= result.function_level and at.eligible
    ]
    if not tried:
        return Text("没有一级的功能要求全部符合，计0分", "no level has all its functions met: scores 0")
    listed = "；".join(f"{level}级 {_product(level, at)}" for level, at in tried)
    listed_en = "; ".join(f"level {level}: {_product(level, at)}" for level, at in tried)
    if not result.scored_level:
        return Text(f"{listed}：计0分", f"{listed_en}: scores 0")
    return Text(
        f"取可计分各级中的最大值：{listed}；得分取自第{result.scored_level}级",
        f"the largest over the levels that may score: {listed_en}; taken at level {result.scored_level}",
    )


def _product(level: int, at: Factors) -> str:
    quality = "" if at.data_quality is None else f" × {two(at.data_quality)}"
    return f"{level} × {two(at.application)}{quality} = {exact(at.product)}"


def _function(rubric: Rubric, item: Item, result: ItemResult, given: ItemAnswers) -> Explanation:
    levels = tuple(
        _function_level(rubric, item, entry, given)
        for entry in item.asked_levels
        if not result.no_such_service
    )
    return Explanation(
        key=f"{item.code}/function",
        label=Text("功能等级", "function level"),
        value=str(result.function_level),
        formula=Text(
            "该级及以下各级（标准设有的级别）的条款全部符合的最高一级",
            "the highest level with every clause met there and at every lower level the item has",
        ),
        clause_source=rubric.place("clauses"),
        children=levels,
    )


def _function_level(rubric: Rubric, item: Item, entry: ItemLevel, given: ItemAnswers) -> Explanation:
    states = [given.state(entry.level, clause.n) for clause in entry.clauses]
    met, of = states.count("met"), len(states)
    place = f"{rubric.place('clauses')} {item.code} {entry.level}级"
    return Explanation(
        key=f"{item.code}/function/{entry.level}",
        label=Text(f"第{entry.level}级功能", f"functions of level {entry.level}"),
        value=f"{met}/{of}",
        formula=Text("标准对该级无要求，视为符合", "the standard asks nothing here: met by itself")
        if entry.no_requirement
        else Text(f"{of}条中{met}条符合", f"{met} of {of} clauses met"),
        clause_source=place,
        holds=met == of,
        children=tuple(
            Explanation(
                key=f"{item.code}/clause/{entry.level}/{clause.n}",
                label=clause.text,
                value=states[clause.n - 1],
                formula=STATE_WORDS[states[clause.n - 1]],
                clause_source=f"{place}（{clause.n}）",
                holds=states[clause.n - 1] == "met",
            )
            for clause in entry.clauses
        ),
    )


def _level(
    rubric: Rubric, item: Item, entry: ItemLevel, result: ItemResult, given: ItemAnswers
) -> Explanation:
    level, at = entry.level, result.factors[entry.level]
    passes = level in result.passes
    category = category_word(entry.category)
    children = [
        Explanation(
            key=f"{item.code}/{level}/function",
            label=Text("功能等级", "function level"),
            value=str(result.function_level),
            formula=against(str(result.function_level), str(level), at.function_met),
            clause_source=rubric.place("clauses"),
            holds=at.function_met,
        ),
        _application(rubric, item, entry, at, given),
    ]
    if entry.has_index:
        children.append(_quality(rubric, item, entry, at, given))
    if rubric.thresholds.earlier_data_quality is not None and item.measured:
        children.append(_earlier(rubric, item, entry, result))
    return Explanation(
        key=f"{item.code}/{level}",
        label=Text(f"第{level}级（{category.zh}）", f"level {level} ({category.en})"),
        value=two(at.product),
        formula=Text(
            f"{_product(level, at)}；{'达标' if passes else '未达标'}",
            f"{_product(level, at)}; {'passes' if passes else 'does not pass'}",
        ),
        clause_source=rubric.place("scoring"),
        holds=passes,
        children=tuple(children),
    )


def _application(
    rubric: Rubric, item: Item, entry: ItemLevel, at: Factors, given: ItemAnswers
) -> Explanation:
    bound = application_bound(entry, rubric.thresholds)
    holds = at.application >= bound
    verdict = against(two(at.application), two(bound), holds)
    how = _how_counted(rubric, item, entry.level, at.application, given)
    return Explanation(
        key=f"{item.code}/{entry.level}/application",
        label=Text("有效应用比例", "effective application ratio"),
        value=two(at.application),
        formula=Text(f"{how.zh}；{verdict.zh}", f"{how.en}; {verdict.en}"),
        clause_source=f"{rubric.place('application')} {item.code}",
        holds=holds,
    )


def _how_counted(rubric: Rubric, item: Item, level: int, ratio: Decimal, given: ItemAnswers) -> Text:
    if item.application.kind == "implemented":
        if given.in_use is None:
            return Text("未填写是否在用，计0", "whether it is in use was not answered: 0")
        return Text("在用，计1", "in use: 1") if given.in_use else Text("未在用，计0", "not in use: 0")
    counted = given.counted_at(level)
    if counted is None:
        return Text("未填写分子或分母，计0", "numerator or denominator not entered: 0")
    numerator, denominator, source = counted
    if denominator == 0:
        return Text("分母为0，无可统计对象，计0", "the denominator is 0, nothing to count: 0")
    figures = f"{numerator} / {denominator} = {two(ratio)}"
    if source == level:
        return Text(figures, figures)
    return Text(
        f"{figures}（未填本级分子，取第{source}级的：达到更高级者必已达到本级）",
        f"{figures} (no numerator here; that of level {source} is taken: who reaches it also reaches this)",
    )


def _quality(rubric: Rubric, item: Item, entry: ItemLevel, at: Factors, given: ItemAnswers) -> Explanation:
    value = at.data_quality if at.data_quality is not None else Decimal(0)
    bound = quality_bound(rubric.thresholds)
    verdict = against(two(value), two(bound), value >= bound)
    how, children = _how_measured(rubric, item, entry, at, given)
    return Explanation(
        key=f"{item.code}/{entry.level}/data_quality",
        label=Text("数据质量指数", "data-quality index"),
        value=two(value),
        formula=Text(f"{how.zh}；{verdict.zh}", f"{how.en}; {verdict.en}"),
        clause_source=f"{rubric.place('data_quality')} {item.code}.{entry.level}",
        holds=value >= bound,
        children=children,
    )


def _how_measured(
    rubric: Rubric, item: Item, entry: ItemLevel, at: Factors, given: ItemAnswers
) -> tuple[Text, tuple[Explanation, ...]]:
    index = given.data_quality.get(entry.level)
    if index is None or not at.index_entered:
        return Text("未填写，计0", "not entered: counts 0"), ()
    place = f"{rubric.place('data_quality')} {item.code}.{entry.level}"
    key = f"{item.code}/{entry.level}/data_quality"
    if isinstance(index, DirectIndex):
        return Text("直接填报", "entered as one figure"), ()
    if isinstance(index, DimensionIndex):
        return Text("所填各维度的平均值", "mean of the dimensions entered"), tuple(
            Explanation(
                f"{key}/{name}", DIMENSION_WORDS.get(name, Text(name, name)), str(value), NOTHING, place
            )
            for name, value in index.values.items()
        )
    nodes = []
    for rule in rubric.rules_of(item.code, entry.level):
        if not rule.active:
            continue
        numerator, denominator = index.counts.get(rule.id, (0, 0))
        if rule.id not in index.counts:
            value, how = "0.00", Text("未填写，计0", "not entered: counts 0")
        elif denominator == 0:
            value, how = "—", Text("无此类记录，不计入平均", "no such record: left out of the mean")
        else:
            value = two(share(numerator, denominator))
            how = Text(f"{numerator} / {denominator} = {value}", f"{numerator} / {denominator} = {value}")
        nodes.append(Explanation(f"{key}/{rule.id}", rule.label, value, how, f"{place} {rule.id}"))
    return Text("本级各条规则系数的平均值", "mean of the coefficients of this level's rules"), tuple(nodes)


def _earlier(rubric: Rubric, item: Item, entry: ItemLevel, result: ItemResult) -> Explanation:
    """The lowest index of the levels before this one; without any the condition holds by itself."""
    need = earlier_bound(rubric.thresholds)
    earlier = [
        (at.data_quality, level)
        for level, at in result.factors.items()
        if level < entry.level and at.data_quality is not None
    ]
    label = Text("前序各级数据质量指数", "data-quality index of the earlier levels")
    key = f"{item.code}/{entry.level}/earlier_data_quality"
    if not earlier:
        none = Text("前序各级没有数据质量指数", "no earlier level has an index")
        return Explanation(key, label, "—", none, rubric.place("scoring"), holds=True)
    lowest, level = min(earlier)
    holds = result.factors[entry.level].eligible
    verdict = against(two(lowest), two(need), holds)
    return Explanation(
        key=key,
        label=label,
        value=two(lowest),
        formula=Text(
            f"最低的是第{level}级：{verdict.zh}{'' if holds else '，本级不参与计分'}",
            f"the lowest is level {level}: {verdict.en}{'' if holds else ', so this level may not score'}",
        ),
        clause_source=rubric.place("scoring"),
        holds=holds,
    )
