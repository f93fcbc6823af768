"""What must be refused before anything is scored: answers that cannot be true.

Only contradictions are refused. What is missing is no error: an unanswered clause, ratio or
index simply counts nothing (SCORING, "One item").
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from engine.rubric.values import Item, ItemLevel, Rubric
from engine.scoring import refusals
from engine.scoring.answers import (
    STATES,
    Answers,
    DimensionIndex,
    DirectIndex,
    ItemAnswers,
    Problem,
    RuleCounts,
    State,
)

_STATES = frozenset(STATES)
_ZERO = Decimal(0)
_ONE = Decimal(1)
LARGEST_COUNT = 10**12  # keeps every scaled product of the column form inside 64 bits
DIMENSIONS = ("consistency", "completeness", "integration", "timeliness")


def check_answers(rubric: Rubric, answers: Answers) -> list[Problem]:
    """Every reason to refuse ``answers``, in the order of the rubric; empty when they can be scored.

    Refused: answers of another rubric; unknown items; levels the standard does not ask; more
    clauses than the level has; unknown states, dimensions and rules; negative counts; a
    numerator over its denominator or rising with the level on the same denominator; a
    denominator of 0 (unless the rubric lets it score 0); an index outside 0..1 or at a level
    that has none; a window that is not the number of whole months the rubric asks for.
    """
    if answers.rubric != rubric.id:
        return [refusals.wrong_rubric(rubric, answers.rubric)]
    problems = list(_window_problems(rubric, answers.window))
    known = rubric.by_code
    for code in answers.items:
        if code not in known:
            problems.append(refusals.unknown_item(rubric, code))
    for item in rubric.items:
        given = answers.items.get(item.code)
        if given is not None:
            problems.extend(check_item(rubric, item, given))
    if answers.overall:
        problems.extend(_overall_problems(rubric, answers.overall))
    return problems


def check_item(rubric: Rubric, item: Item, given: ItemAnswers) -> list[Problem]:
    """Every reason to refuse the answers of one item, for a form that saves one item at a time."""
    problems: list[Problem] = []
    if given.no_such_service and not given.no_such_service.strip():
        problems.append(refusals.not_a_reason(item))
    if given.clauses and not _clauses_fine(item, given.clauses):
        problems.extend(_clause_problems(item, given.clauses))
    has_figures = given.denominator is not None or given.denominators or given.numerators
    if item.application.kind == "implemented":
        if has_figures:
            field = "denominator" if given.denominator is not None else "numerators"
            problems.append(refusals.not_asked(item, field))
    else:
        if given.in_use is not None:
            problems.append(refusals.not_asked(item, "in_use"))
        if has_figures and not _figures_fine(item, given):
            problems.extend(_figure_problems(rubric, item, given))
    if given.data_quality:
        problems.extend(_index_problems(rubric, item, given))
    return problems


def _clauses_fine(item: Item, clauses: Mapping[int, tuple[State, ...]]) -> bool:
    """The quick way through what nearly every answer is; whoever fails here is asked in full."""
    by_level = item.by_level
    for level, states in clauses.items():
        asked = by_level.get(level)
        if asked is None or level <= 0 or len(states) > len(asked.clauses):
            return False
        if not _STATES.issuperset(states):
            return False
    return True


def _figures_fine(item: Item, given: ItemAnswers) -> bool:
    """The same for counts on one common denominator."""
    highest = given.denominator
    if given.denominators or highest is None or not 0 < highest <= LARGEST_COUNT:
        return False
    by_level = item.by_level
    numerators = given.numerators
    for level in sorted(numerators):
        numerator = numerators[level]
        if not 0 <= numerator <= highest or level <= 0 or level not in by_level:
            return False
        highest = numerator
    return True


def _clause_problems(item: Item, clauses: Mapping[int, tuple[State, ...]]) -> Iterator[Problem]:
    by_level = item.by_level
    for level, states in clauses.items():
        asked = by_level.get(level)
        if asked is None or level <= 0:
            yield refusals.level_not_asked(item, level, "clauses")
            continue
        if len(states) > len(asked.clauses):
            yield refusals.too_many_clauses(item, level, len(states), len(asked.clauses))
        if not _STATES.issuperset(states):
            yield refusals.unknown_state(item, level, next(s for s in states if s not in _STATES))


def _figure_problems(rubric: Rubric, item: Item, given: ItemAnswers) -> Iterator[Problem]:
    zero_allowed = rubric.thresholds.zero_denominator_scores_zero
    asked = item.by_level
    if given.denominator is not None:
        yield from _denominator_problems(item, None, "denominator", given.denominator, zero_allowed)
    for level, denominator in given.denominators.items():
        if level not in asked or level <= 0:
            yield refusals.level_not_asked(item, level, "denominators")
        else:
            yield from _denominator_problems(item, level, "denominators", denominator, zero_allowed)
    lowest_on: dict[int | None, tuple[int, int]] = {}  # denominator -> last (level, numerator) below
    compares_without_base = not given.denominators and not _counts_per_level(rubric, item)
    for level, numerator in sorted(given.numerators.items()):
        if level not in asked or level <= 0:
            yield refusals.level_not_asked(item, level, "numerators")
            continue
        if numerator < 0:
            yield refusals.negative(item, level, "numerators", numerator)
            continue
        if numerator > LARGEST_COUNT:
            yield refusals.too_large(item, level, "numerators", numerator)
            continue
        base = given.denominator_at(level)
        if base is not None and numerator > base >= 0:
            yield refusals.numerator_over_denominator(item, level, numerator, base)
        if base is None and not compares_without_base:
            continue
        lower = lowest_on.get(base)
        if lower is not None and numerator > lower[1]:
            yield refusals.numerator_rises(item, lower[0], lower[1], level, numerator)
        lowest_on[base] = (level, numerator)


def _denominator_problems(
    item: Item, level: int | None, field: str, denominator: int, zero_allowed: bool
) -> Iterator[Problem]:
    if denominator < 0:
        yield refusals.negative(item, level, field, denominator)
    elif denominator == 0 and not zero_allowed:
        yield refusals.zero_denominator(item, level, field)
    elif denominator > LARGEST_COUNT:
        yield refusals.too_large(item, level, field, denominator)


def _counts_per_level(rubric: Rubric, item: Item) -> bool:
    """The item's levels count on different bases (09.02, 09.04), so numerators may differ freely."""
    return any(base.feeds.get(item.code) for base in rubric.statistical_bases)


def _index_problems(rubric: Rubric, item: Item, given: ItemAnswers) -> Iterator[Problem]:
    for level, index in sorted(given.data_quality.items()):
        asked = item.by_level.get(level)
        if asked is None or level <= 0:
            yield refusals.level_not_asked(item, level, "data_quality")
        elif not asked.has_index:
            yield refusals.no_index_here(item, level)
        elif isinstance(index, DirectIndex):
            if not _is_share(index.value):
                yield refusals.index_out_of_range(item, level, index.value)
        elif isinstance(index, DimensionIndex):
            yield from _dimension_problems(item, level, index)
        else:
            yield from _rule_problems(rubric, item, asked, index)


def _dimension_problems(item: Item, level: int, index: DimensionIndex) -> Iterator[Problem]:
    for dimension, value in index.values.items():
        if dimension not in DIMENSIONS:
            yield refusals.unknown_dimension(item, level, dimension, DIMENSIONS)
        elif not _is_share(value):
            yield refusals.index_out_of_range(item, level, value)


def _rule_problems(rubric: Rubric, item: Item, asked: ItemLevel, index: RuleCounts) -> Iterator[Problem]:
    active = rubric.active_rules.get((item.code, asked.level), ())
    for rule, (numerator, denominator) in index.counts.items():
        if rule not in active:
            yield refusals.unknown_rule(item, asked.level, rule, active)
        elif numerator < 0 or denominator < 0 or numerator > denominator:
            yield refusals.rule_counts_wrong(item, asked.level, rule, numerator, denominator)
        elif denominator > LARGEST_COUNT:
            yield refusals.too_large(item, asked.level, "data_quality", denominator)


def _is_share(value: Decimal) -> bool:
    return value.is_finite() and _ZERO <= value <= _ONE


def _overall_problems(rubric: Rubric, overall: Mapping[int, tuple[State, ...]]) -> Iterator[Problem]:
    asked = {level.level: len(level.overall) for level in rubric.levels if level.level > 0}
    for level, states in sorted(overall.items()):
        if not asked.get(level):
            yield refusals.overall_level_unknown(rubric, level)
            continue
        if len(states) > asked[level]:
            yield refusals.overall_too_many(level, len(states), asked[level])
        if not _STATES.issuperset(states):
            yield refusals.overall_state_unknown(level, next(s for s in states if s not in _STATES))


def window_end(start: date, months: int) -> date:
    """The last day of a window of ``months`` whole calendar months that starts on ``start``.

    The day before the same day ``months`` later; where that month has no such day, its last day
    (30 November plus three months ends on 28 or 29 February).
    """
    month_index = start.year * 12 + start.month - 1 + months
    year, month = divmod(month_index, 12)
    month += 1
    if year > date.max.year:
        return date.max
    days = monthrange(year, month)[1]
    if start.day > days:
        return date(year, month, days)
    return date(year, month, start.day) - timedelta(days=1)


def check_window(rubric: Rubric, start: date, end: date) -> list[Problem]:
    """Why a window is refused: reversed, or not the whole months that the rubric asks for."""
    return list(_window_problems(rubric, (start, end)))


def _window_problems(rubric: Rubric, window: tuple[date, date] | None) -> Iterator[Problem]:
    if window is None:
        return
    start, end = window
    months = rubric.thresholds.window_months
    if end < start:
        yield refusals.window_reversed(start.isoformat(), end.isoformat())
    elif months is not None and end != window_end(start, months):
        right = window_end(start, months)
        yield refusals.window_not_whole_months(months, start.isoformat(), end.isoformat(), right.isoformat())
