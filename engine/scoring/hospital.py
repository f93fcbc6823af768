"""The whole hospital: three gates per level, the level reached, and how sure it is.

SCORING.md "The whole hospital" and "Unconfirmed basic/optional flags".
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from engine.rubric.values import Gate, Item, Rubric
from engine.scoring.card import (
    CountGate,
    Failing,
    Gates,
    ItemResult,
    LevelResult,
    Robustness,
    TotalGate,
)
from engine.scoring.item import quality_bound

Results = Mapping[str, ItemResult]


def judge_levels(rubric: Rubric, results: Results, total: Decimal) -> tuple[LevelResult, ...]:
    """Every level of the gate table. A level is reached when its gates and all lower ones hold."""
    levels: list[LevelResult] = []
    reached = True
    for gate in rubric.gates:
        basic, optional = rubric.pools[gate.level]
        gates = Gates(
            basic=_count(gate.level, basic, results, need=len(basic)),
            optional=_count(gate.level, optional, results, need=gate.optional_required),
            total=TotalGate(have=total, need=Decimal(gate.min_total)),
        )
        reached = reached and gates.hold
        levels.append(LevelResult(gate.level, reached, robustness_at(rubric, gate, results, total), gates))
    return tuple(levels)


def _count(level: int, pool: tuple[Item, ...], results: Results, *, need: int) -> CountGate:
    have = 0
    failing: list[Failing] = []
    borderline: list[str] = []
    for item in pool:
        result = results[item.code]
        short = result.shortfalls.get(level)
        if short:
            failing.append(Failing(item.code, short))
            continue
        have += 1
        if any(mark.level == level for mark in result.borderline):
            borderline.append(item.code)
    return CountGate(have, need, len(pool), tuple(failing), tuple(borderline))


class FlagCounts(NamedTuple):
    """How the pool of a level divides by flags, and who of each part passes.

    C confirmed basic, D confirmed optional, U unconfirmed; ``to_choose`` = official number of
    basic items - |C|. ``optional_passes`` counts passes as optional in D and U together.
    """

    confirmed_basic: int
    confirmed_basic_passes: int
    unconfirmed: int
    unconfirmed_basic_passes: int
    optional_passes: int
    to_choose: int


def robustness_at(rubric: Rubric, gate: Gate, results: Results, total: Decimal) -> Robustness:
    """What happens to this level over every assignment of the flags that nobody confirmed.

    Considered are the assignments that keep the confirmed flags and make ``gate.basic`` items
    basic. With C confirmed basic, D confirmed optional, U unconfirmed and m = basic - |C| of U
    still to be chosen, what passes as basic also passes as optional, so:

    - the level passes under *every* choice when the total holds, all of C pass as basic, all of
      U too (if any is to be chosen), and the optional passes left over, whichever m are taken
      away, are still enough;
    - under *none* when the total fails, one of C fails, fewer than m of U pass as basic, or even
      taking m of those away leaves too few optional passes.

    Looks at this level only; the caller says whether lower levels hold.
    """
    counts = count_flags(rubric, gate, results)
    if (
        total < gate.min_total
        or counts.confirmed_basic_passes < counts.confirmed_basic
        or counts.unconfirmed_basic_passes < counts.to_choose
        or counts.optional_passes - counts.to_choose < gate.optional_required
    ):
        return "certain_fail"
    if counts.to_choose == 0 or counts.unconfirmed_basic_passes == counts.unconfirmed:
        return "certain_pass"
    return "depends"


def count_flags(rubric: Rubric, gate: Gate, results: Results) -> FlagCounts:
    """The figures that the robustness verdict of a level rests on."""
    level, thresholds = gate.level, rubric.thresholds
    as_basic, as_optional = thresholds.basic_application, thresholds.optional_application
    quality_need = quality_bound(thresholds)
    confirmed_basic = confirmed_basic_passes = 0
    unconfirmed = unconfirmed_basic_passes = 0
    optional_passes = 0  # in D and U together
    for pool in rubric.pools[level]:
        for item in pool:
            entry = item.by_level[level]
            application, quality, _, eligible, function_met, _ = results[item.code].factors[level]
            rest = function_met and eligible and (quality is None or quality >= quality_need)
            if entry.category_confirmed and entry.category == "basic":
                confirmed_basic += 1
                confirmed_basic_passes += rest and application >= as_basic
                continue
            optional_passes += rest and application >= as_optional
            if not entry.category_confirmed:
                unconfirmed += 1
                unconfirmed_basic_passes += rest and application >= as_basic
    return FlagCounts(
        confirmed_basic,
        confirmed_basic_passes,
        unconfirmed,
        unconfirmed_basic_passes,
        optional_passes,
        gate.basic - confirmed_basic,
    )
