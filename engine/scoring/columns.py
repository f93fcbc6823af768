"""Scoring many assessments at once: one NumPy column per question, whole numbers only.

Ratios and indices are hundredths, scores are ten-thousandths, so every comparison and every sum
is exact and equal to what :func:`engine.scoring.score.score` says of each assessment alone. This
is the only module of the scoring engine that needs NumPy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.rubric.values import Gate, Item, Rubric
from engine.scoring.answers import Answers, AnswersRefused, DirectIndex, ItemAnswers
from engine.scoring.card import Robustness
from engine.scoring.checking import check_answers
from engine.scoring.item import index_value
from engine.scoring.rounding import half_up

Whole = NDArray[np.int64]
Small = NDArray[np.int16]
Flags = NDArray[np.bool_]

NOT_GIVEN: Final = -1
ROBUSTNESS: Final[tuple[Robustness, ...]] = ("certain_fail", "depends", "certain_pass")
_BLOCK: Final = 1024  # assessments worked on at once, so that one level of a block stays in the cache
_ONE: Final = 100  # 1.00 in hundredths


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """The answers of many assessments under one lens.

    Axes: (levels 1..top, assessments, items in the rubric's order), or (assessments, items) where
    a question is asked once per item. ``level_met``: every clause of the level is met (what the
    standard does not define may hold anything). Counts and ``index`` (hundredths, already rounded
    half up) are -1 where nothing was entered; ``denominators`` are spread over the levels.
    """

    level_met: Flags
    numerators: Whole
    denominators: Whole
    index: Small
    in_use: Flags
    no_such_service: Flags

    def __len__(self) -> int:
        return int(self.in_use.shape[0])


@dataclass(frozen=True, slots=True)
class ScoreColumns:
    """The results, in the order of the assessments given.

    ``level`` and the totals: (assessments,). ``total`` is in hundredths, rounded once;
    ``exact_total`` and ``score`` are in ten-thousandths. ``function_level``, ``scored_level`` and
    ``score``: (assessments, items). ``passes``: (levels, assessments, items), under the recorded
    category. ``basic_have``, ``optional_have``, ``holds`` (all three gates at this level),
    ``reached`` (here and at every lower level) and ``robustness`` (place in ``ROBUSTNESS``):
    (levels, assessments).
    """

    level: Small
    total: Whole
    exact_total: Whole
    function_level: Small
    scored_level: Small
    score: Whole
    passes: Flags
    basic_have: Small
    optional_have: Small
    holds: Flags
    reached: Flags
    robustness: Small

    def total_of(self, place: int) -> Decimal:
        """The rounded total of one assessment."""
        return Decimal(int(self.total[place])).scaleb(-2)

    def score_of(self, place: int, item: int) -> Decimal:
        """The exact item score of one assessment; ``item`` is the place in the rubric."""
        return Decimal(int(self.score[place, item])).scaleb(-4)


def columns_of(rubric: Rubric, many: Sequence[Answers]) -> AnswerColumns:
    """The answers of many assessments as columns; raises AnswersRefused as ``score`` would."""
    for answers in many:
        problems = check_answers(rubric, answers)
        if problems:
            raise AnswersRefused(tuple(problems))
    items, levels = len(rubric.items), rubric.top_level
    met: list[bool] = []
    numerators: list[int] = []
    denominators: list[int] = []
    indices: list[int] = []
    in_use: list[bool] = []
    absent: list[bool] = []
    nothing = ItemAnswers()
    for answers in many:
        for item in rubric.items:
            given = answers.items.get(item.code, nothing)
            met += _levels_met(item, given, levels)
            numerators += _spread(given.numerators, levels, NOT_GIVEN)
            base = NOT_GIVEN if given.denominator is None else given.denominator
            denominators += _spread(given.denominators, levels, base)
            indices += _indices(rubric, item, given, levels)
            in_use.append(given.in_use is True)
            absent.append(bool(given.no_such_service))
    shape = (len(many), items, levels)

    def by_level(values: list[int], kind: type[np.int64] | type[np.int16]) -> NDArray[np.int64]:
        return np.ascontiguousarray(np.array(values, dtype=kind).reshape(shape).transpose(2, 0, 1))

    return AnswerColumns(
        level_met=np.ascontiguousarray(np.array(met, dtype=np.bool_).reshape(shape).transpose(2, 0, 1)),
        numerators=by_level(numerators, np.int64),
        denominators=by_level(denominators, np.int64),
        index=by_level(indices, np.int16).astype(np.int16),
        in_use=np.array(in_use, dtype=np.bool_).reshape(shape[:2]),
        no_such_service=np.array(absent, dtype=np.bool_).reshape(shape[:2]),
    )


def _spread(values: Mapping[int, int], levels: int, missing: int) -> list[int]:
    if not values:
        return [missing] * levels
    return [values.get(level, missing) for level in range(1, levels + 1)]


def _levels_met(item: Item, given: ItemAnswers, levels: int) -> list[bool]:
    met = [False] * levels
    for asked in item.asked_levels:
        states = given.clauses.get(asked.level, ())
        met[asked.level - 1] = asked.no_requirement or states.count("met") == len(asked.clauses)
    return met


def _indices(rubric: Rubric, item: Item, given: ItemAnswers, levels: int) -> list[int]:
    indices = [NOT_GIVEN] * levels
    for level, entered in given.data_quality.items():
        if isinstance(entered, DirectIndex):
            value: Decimal | None = half_up(entered.value)
        else:
            value = index_value(rubric, item.code, level, entered)
        if value is not None:
            indices[level - 1] = int(value.scaleb(2))
    return indices


def score_columns(rubric: Rubric, columns: AnswerColumns) -> ScoreColumns:
    """Score every assessment in ``columns``: levels, gates, robustness, item scores and passes.

    The same rules as ``score`` (SCORING, "One item" and "The whole hospital"). Overall
    requirements, borderline marks and failing factors stay with the single form.
    """
    plan = _Plan(rubric)
    blocks = [
        _score_block(plan, columns, slice(start, start + _BLOCK)) for start in range(0, len(columns), _BLOCK)
    ]
    if not blocks:
        blocks = [_score_block(plan, columns, slice(0, 0))]
    return ScoreColumns(
        **{
            name: np.concatenate([block[name] for block in blocks], axis=_ASSESSMENT_AXIS.get(name, 0))
            for name in blocks[0]
        }
    )


_ASSESSMENT_AXIS = dict.fromkeys(
    ("passes", "basic_have", "optional_have", "holds", "reached", "robustness"), 1
)


class _Plan:
    """What a rubric says, as masks over its items, worked out once for all assessments."""

    def __init__(self, rubric: Rubric) -> None:
        bounds = rubric.thresholds
        self.levels = range(1, rubric.top_level + 1)
        self.gates: Mapping[int, Gate] = rubric.gate_at
        self.size = len(rubric.items)
        self.basic_bound = _hundredths(bounds.basic_application)
        self.optional_bound = _hundredths(bounds.optional_application)
        self.index_bound = _hundredths(bounds.data_quality or Decimal(0))
        self.earlier_bound = _hundredths(bounds.earlier_data_quality or Decimal(0))
        self.implemented = self._mask(item.application.kind == "implemented" for item in rubric.items)
        entries = {level: [item.by_level.get(level) for item in rubric.items] for level in self.levels}
        self.defined = {
            level: self._mask(entry is not None for entry in row) for level, row in entries.items()
        }
        self.has_index = {
            level: self._mask(entry is not None and entry.has_index for entry in row)
            for level, row in entries.items()
        }
        self.basic = {
            level: self._mask(entry is not None and entry.category == "basic" for entry in row)
            for level, row in entries.items()
        }
        self.optional = {
            level: self._mask(entry is not None and entry.category == "optional" for entry in row)
            for level, row in entries.items()
        }
        self.confirmed = {
            level: self._mask(entry is not None and entry.category_confirmed for entry in row)
            for level, row in entries.items()
        }

    @staticmethod
    def _mask(values: Iterable[bool]) -> Flags:
        return np.fromiter(values, dtype=np.bool_)


def _hundredths(bound: Decimal) -> int:
    return int(bound.scaleb(2).to_integral_value(rounding=ROUND_CEILING))


def _score_block(plan: _Plan, columns: AnswerColumns, part: slice) -> dict[str, Any]:
    in_use = columns.in_use[part]
    present = ~columns.no_such_service[part]
    count = in_use.shape[0]
    shape = (count, plan.size)
    ratios = _ratios(columns.numerators[:, part], columns.denominators[:, part])

    function = np.zeros(shape, dtype=np.int16)
    climbing = present.copy()
    eligible = np.ones(shape, dtype=np.bool_)
    best = np.zeros(shape, dtype=np.int32)
    scored = np.zeros(shape, dtype=np.int16)
    as_basic: list[Flags] = []
    as_optional: list[Flags] = []
    for level in plan.levels:
        defined = plan.defined[level]
        climbing &= columns.level_met[level - 1, part] | ~defined
        here = climbing & defined
        np.copyto(function, np.int16(level), where=here)
        ratio = np.where(plan.implemented, np.where(in_use, _ONE, 0), ratios[level - 1]).astype(np.int32)
        entered = np.maximum(columns.index[level - 1, part], 0)
        index = np.where(plan.has_index[level], entered, _ONE).astype(np.int32)
        counts = here & eligible
        product = np.where(counts, level * ratio * index, 0)
        better = (product >= best) & (product > 0)
        np.copyto(best, product, where=better)
        np.copyto(scored, np.int16(level), where=better)
        good = counts & ((index >= plan.index_bound) | ~plan.has_index[level])
        as_basic.append(good & (ratio >= plan.basic_bound))
        as_optional.append(good & (ratio >= plan.optional_bound))
        eligible &= (index >= plan.earlier_bound) | ~plan.has_index[level]

    exact = best.sum(axis=1, dtype=np.int64)
    total = (exact + 50) // 100
    return {
        "total": total,
        "exact_total": exact,
        "function_level": function,
        "scored_level": scored,
        "score": best,
        **_gate_columns(plan, as_basic, as_optional, total),
    }


def _ratios(numerators: Whole, denominators: Whole) -> Small:
    """Hundredths, half up. A level without a numerator takes that of the next higher level on an
    equal denominator; without a denominator, or on an empty one, it is 0."""
    taken = numerators.copy()
    levels = taken.shape[0]
    for level in range(levels - 1):
        for higher in range(level + 1, levels):
            fits = (
                (taken[level] < 0) & (numerators[higher] >= 0) & (denominators[higher] == denominators[level])
            )
            np.copyto(taken[level], numerators[higher], where=fits)
    countable = (denominators > 0) & (taken >= 0)
    base = np.where(countable, denominators, 1)
    return np.where(countable, (200 * taken + base) // (2 * base), 0).astype(np.int16)


def _gate_columns(
    plan: _Plan, as_basic: list[Flags], as_optional: list[Flags], total: Whole
) -> dict[str, Any]:
    passes, basic_have, optional_have, holds, robustness = [], [], [], [], []
    for level, basic, optional in zip(plan.levels, as_basic, as_optional, strict=True):
        gate = plan.gates[level]
        is_basic, is_optional = plan.basic[level], plan.optional[level]
        passed = np.where(is_basic, basic, optional & is_optional)
        have = _count(passed, is_basic)
        of_choice = _count(passed, is_optional)
        enough = total >= gate.min_total * 100
        passes.append(passed)
        basic_have.append(have)
        optional_have.append(of_choice)
        holds.append((have >= is_basic.sum()) & (of_choice >= gate.optional_required) & enough)
        robustness.append(_robustness(plan, level, basic, optional, enough))
    held = np.array(holds)
    reached = np.logical_and.accumulate(held, axis=0)
    return {
        "level": reached.sum(axis=0, dtype=np.int16),
        "passes": np.array(passes),
        "basic_have": np.array(basic_have, dtype=np.int16),
        "optional_have": np.array(optional_have, dtype=np.int16),
        "holds": held,
        "reached": reached,
        "robustness": np.array(robustness, dtype=np.int16),
    }


def _robustness(plan: _Plan, level: int, basic: Flags, optional: Flags, enough: Flags) -> Small:
    """SCORING, "Unconfirmed basic/optional flags", in closed form for every assessment."""
    gate = plan.gates[level]
    asked = plan.basic[level] | plan.optional[level]
    sure = plan.confirmed[level]
    sure_basic, sure_optional = plan.basic[level] & sure, plan.optional[level] & sure
    open_flags = asked & ~sure
    still_basic = gate.basic - int(sure_basic.sum())
    confirmed_hold = _count(basic, sure_basic) == sure_basic.sum()
    open_basic = _count(basic, open_flags)
    left_over = _count(optional, sure_optional | open_flags) - still_basic >= gate.optional_required
    possible = confirmed_hold & left_over & enough & (open_basic >= still_basic)
    certain = possible & ((open_basic == open_flags.sum()) | (still_basic == 0))
    return np.where(certain, 2, np.where(possible, 1, 0)).astype(np.int16)


def _count(values: Flags, mask: Flags) -> Small:
    counted: Small = np.count_nonzero(values[:, mask], axis=1).astype(np.int16)
    return counted
