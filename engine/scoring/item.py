"""One item: function level, application, data quality, score, and the levels it passes.

SCORING.md "One item"; the standard: 评分 = 功能等级 x 有效应用 x 数据质量.
"""

from __future__ import annotations

from decimal import Decimal

from engine.rubric.values import Item, ItemLevel, Rubric, Thresholds
from engine.scoring.answers import DimensionIndex, DirectIndex, IndexAnswer, ItemAnswers
from engine.scoring.card import Borderline, Factors, ItemResult, NextMissing, Shortfall
from engine.scoring.rounding import ONE, ZERO, half_up, mean, share

NOT_ANSWERED = ItemAnswers()


def score_item(rubric: Rubric, item: Item, given: ItemAnswers = NOT_ANSWERED) -> ItemResult:
    """The result of one item. ``given`` must have passed the checks of the scorer.

    The score is the largest product level x application x data quality over the eligible levels
    up to the function level, ties to the higher level; an item without such service scores 0.
    """
    absent = bool(given.no_such_service)
    if absent:
        given = NOT_ANSWERED
    function = 0 if absent else function_level(item, given)
    thresholds = rubric.thresholds
    as_basic, as_optional = thresholds.basic_application, thresholds.optional_application
    quality_need, earlier_need = quality_bound(thresholds), earlier_bound(thresholds)
    reached = Decimal(function)

    factors: dict[int, Factors] = {}
    shortfalls: dict[int, tuple[Shortfall, ...]] = {}
    passes: list[int] = []
    marks: list[Borderline] = []
    scored, score = 0, ZERO
    unmet = 0  # the lowest level with a clause that is not met
    low: Shortfall | None = None  # the first index so low that no later level is eligible
    for entry, application in zip(item.asked_levels, applications(item, given), strict=True):
        level = entry.level
        met = level <= function
        product = level * application
        quality: Decimal | None = None
        entered = True
        if entry.has_index:
            value = index_at(rubric, item, given, level)
            entered = value is not None
            quality = ZERO if value is None else value
            product *= quality
        factors[level] = Factors(application, quality, entered, low is None, met, product)

        need = as_basic if entry.category == "basic" else as_optional
        short: tuple[Shortfall, ...] = ()
        if not met:
            unmet = unmet or level
            short = (Shortfall("function", reached, Decimal(level), unmet),)
        if application < need:
            short += (Shortfall("application", application, need, level),)
        if quality is not None and quality < quality_need:
            short += (Shortfall("data_quality", quality, quality_need, level),)
        if low is not None:
            short += (low,)
        elif quality is not None and quality < earlier_need:
            low = Shortfall("earlier_data_quality", quality, earlier_need, level)
        if short:
            shortfalls[level] = short
        else:
            passes.append(level)
        if met:
            if factors[level].eligible and product and product >= score:
                scored, score = level, product
            if application == need:
                marks.append(Borderline(level, "application", need))
            if quality is not None and quality == quality_need:
                marks.append(Borderline(level, "data_quality", quality))
    return ItemResult(
        item.code,
        function,
        scored,
        score,
        factors[scored].application if scored else ZERO,
        factors[scored].data_quality if scored else None,
        factors,
        tuple(passes),
        shortfalls,
        tuple(marks),
        _next_missing(item, given, function, shortfalls),
        absent,
    )


def function_level(item: Item, given: ItemAnswers) -> int:
    """The highest level with every clause met there and at every lower level the item has.

    Levels the standard does not define for the item are skipped; one without requirement has no
    clause and is met by itself.
    """
    reached = 0
    clauses = given.clauses
    for entry in item.asked_levels:
        if clauses.get(entry.level, ()).count("met") < len(entry.clauses):
            break
        reached = entry.level
    return reached


def applications(item: Item, given: ItemAnswers) -> list[Decimal]:
    """A(level), 0.00-1.00, of every asked level: 1 or 0 for implemented items, else the ratio.

    Nothing entered counts 0; so does a denominator of 0 (refused before, unless the rubric says
    that it scores 0). Which numerator serves a level is ItemAnswers.counted_at.
    """
    asked = item.asked_levels
    if item.application.kind == "implemented":
        return [ONE if given.in_use else ZERO] * len(asked)
    found: list[Decimal] = []
    if given.denominators:
        for entry in asked:
            counted = given.counted_at(entry.level)
            found.append(share(counted[0], counted[1]) if counted and counted[1] else ZERO)
        return found
    base, numerators = given.denominator, given.numerators
    if not base or not numerators:
        return [ZERO] * len(asked)
    ratio = ZERO
    for entry in reversed(asked):  # one base: the ratio of the next higher level carries down
        own = numerators.get(entry.level)
        if own is not None:
            ratio = share(own, base)
        found.append(ratio)
    found.reverse()
    return found


def index_at(rubric: Rubric, item: Item, given: ItemAnswers, level: int) -> Decimal | None:
    """Q(level) as entered, 0.00-1.00; None when nothing was entered there (it then counts 0)."""
    index = given.data_quality.get(level)
    return None if index is None else index_value(rubric, item.code, level, index)


def index_value(rubric: Rubric, code: str, level: int, index: IndexAnswer) -> Decimal | None:
    """Q(level), 0.00-1.00, or None when the answer holds no figure.

    A mean of dimensions is over those given. Rule counts give the mean over the level's active
    rules of coefficients rounded to 2 decimals: a rule with denominator 0 has no such record and
    drops out, a rule left out counts 0 so that withholding never pays, and nothing left is no
    figure (EVIDENCE "Index").
    """
    if isinstance(index, DirectIndex):
        return half_up(index.value)
    if isinstance(index, DimensionIndex):
        return mean(tuple(index.values.values())) if index.values else None
    if not index.counts:
        return None
    coefficients = []
    for rule in rubric.active_rules.get((code, level), ()):
        numerator, denominator = index.counts.get(rule, (0, 1))
        if denominator:
            coefficients.append(share(numerator, denominator))
    return mean(coefficients) if coefficients else None


def application_bound(entry: ItemLevel, thresholds: Thresholds) -> Decimal:
    """The bound of the application ratio under the category the rubric records."""
    return thresholds.basic_application if entry.category == "basic" else thresholds.optional_application


def quality_bound(thresholds: Thresholds) -> Decimal:
    """The bound of the index at the level itself; 0 where the rubric has no such factor."""
    return ZERO if thresholds.data_quality is None else thresholds.data_quality


def earlier_bound(thresholds: Thresholds) -> Decimal:
    """The bound of the index of every earlier level; 0 where the rubric has no such factor."""
    return ZERO if thresholds.earlier_data_quality is None else thresholds.earlier_data_quality


def _next_missing(
    item: Item, given: ItemAnswers, function: int, shortfalls: dict[int, tuple[Shortfall, ...]]
) -> NextMissing | None:
    level = next(iter(shortfalls), None)
    if level is None:
        return None
    clauses: list[tuple[int, int]] = []
    if function < level:
        for entry in item.asked_levels:
            if function < entry.level <= level:
                states = given.clauses.get(entry.level, ())
                clauses.extend(
                    (entry.level, clause.n)
                    for clause in entry.clauses
                    if clause.n > len(states) or states[clause.n - 1] != "met"
                )
    return NextMissing(level, tuple(clauses), shortfalls[level])
