"""The result of scoring: one frozen card that screens, files and reports read.

The parts a card holds by the hundred are named tuples: as immutable as the frozen classes, and
three times as fast to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

Lens = Literal["claimed", "not_refuted", "provisional", "strict"]
Factor = Literal["function", "application", "data_quality", "earlier_data_quality"]
Robustness = Literal["certain_pass", "certain_fail", "depends"]

LENSES: tuple[Lens, ...] = ("claimed", "not_refuted", "provisional", "strict")
FACTORS: tuple[Factor, ...] = ("function", "application", "data_quality", "earlier_data_quality")


class Factors(NamedTuple):
    """The factors of an item at one level, each already rounded half up to 2 decimals.

    ``data_quality`` is None where the level has no index (the factor is then 1).
    ``index_entered`` is False where the level has one and nothing was entered: it counts 0.
    ``product`` is level x application x data quality, exact, whether or not it may be scored.
    """

    application: Decimal
    data_quality: Decimal | None
    index_entered: bool
    eligible: bool
    function_met: bool
    product: Decimal


class Shortfall(NamedTuple):
    """A factor that is below what a level needs; ``at_level`` says where the figure stands.

    For ``function`` have and need are levels and ``at_level`` is the lowest level with an unmet
    clause; for ``earlier_data_quality`` it is the first earlier level whose index is too low.
    """

    factor: Factor
    have: Decimal
    need: Decimal
    at_level: int


class Failing(NamedTuple):
    """An item that does not pass a gate, with every failing factor, the function first."""

    item: str
    shortfalls: tuple[Shortfall, ...]

    @property
    def factor(self) -> Factor:
        """The first failing factor; ``have``, ``need`` and ``at_level`` are its figures."""
        return self.shortfalls[0].factor

    @property
    def have(self) -> Decimal:
        return self.shortfalls[0].have

    @property
    def need(self) -> Decimal:
        return self.shortfalls[0].need

    @property
    def at_level(self) -> int:
        return self.shortfalls[0].at_level

    @property
    def also(self) -> tuple[Shortfall, ...]:
        """The failing factors behind the first."""
        return self.shortfalls[1:]


@dataclass(frozen=True, slots=True)
class CountGate:
    """The basic or the optional condition of a level: how many items pass, of how many.

    One ``failing`` entry per item of the pool that does not pass. ``borderline`` names items
    that pass with a ratio or an index exactly on its bound.
    """

    have: int
    need: int
    pool: int
    failing: tuple[Failing, ...]
    borderline: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return self.have >= self.need


@dataclass(frozen=True, slots=True)
class TotalGate:
    """The total score against the level's minimum; the rounded total is what is compared."""

    have: Decimal
    need: Decimal

    @property
    def holds(self) -> bool:
        return self.have >= self.need

    @property
    def borderline(self) -> bool:
        return self.have == self.need


@dataclass(frozen=True, slots=True)
class Gates:
    """The three conditions (达标条件) of one level."""

    basic: CountGate
    optional: CountGate
    total: TotalGate

    @property
    def hold(self) -> bool:
        return self.basic.holds and self.optional.holds and self.total.holds


@dataclass(frozen=True, slots=True)
class LevelResult:
    """One level of the whole hospital.

    ``reached``: all three gates hold here and at every lower level. ``robustness`` looks at this
    level alone: what happens to it over all official flags that could still turn out true.
    """

    level: int
    reached: bool
    robustness: Robustness
    gates: Gates

    @property
    def holds(self) -> bool:
        """The three gates hold at this level, whatever the lower ones do."""
        return self.gates.hold


class Borderline(NamedTuple):
    """A ratio or an index that equals its bound at a level the item's functions reach."""

    level: int
    factor: Factor
    bound: Decimal


@dataclass(frozen=True, slots=True)
class NextMissing:
    """What keeps an item from passing the lowest level it does not pass yet.

    ``clauses`` are (level, n) not met at this level and below; ``shortfalls`` the failing factors.
    """

    level: int
    clauses: tuple[tuple[int, int], ...]
    shortfalls: tuple[Shortfall, ...]


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item: ``score`` is exact (a product of two-decimal factors), never rounded inside.

    ``application`` and ``data_quality`` are those of the scored level; at scored level 0 they are
    0 and None. ``factors`` holds every level that the standard defines above 0. ``passes`` are
    the levels passed under the category the rubric records for each; ``shortfalls`` says for every
    other level what is too low there.
    """

    code: str
    function_level: int
    scored_level: int
    score: Decimal
    application: Decimal
    data_quality: Decimal | None
    factors: Mapping[int, Factors]
    passes: tuple[int, ...]
    shortfalls: Mapping[int, tuple[Shortfall, ...]]
    borderline: tuple[Borderline, ...] = ()
    next_missing: NextMissing | None = None
    no_such_service: bool = False


@dataclass(frozen=True)
class ScoreCard:
    """The whole result under one lens. ``total`` is ``exact_total`` rounded once, half up.

    ``overall_unconfirmed`` lists (level, n) of overall requirements nobody confirmed; they do not
    enter the arithmetic. ``facade_gap`` is filled where the lenses are compared, otherwise None.
    """

    rubric: str
    lens: Lens
    engine_version: str
    level: int
    total: Decimal
    exact_total: Decimal
    levels: tuple[LevelResult, ...]
    items: Mapping[str, ItemResult]
    overall_unconfirmed: tuple[tuple[int, int], ...] = ()
    facade_gap: Decimal | None = None

    @cached_property
    def by_level(self) -> Mapping[int, LevelResult]:
        return {result.level: result for result in self.levels}

    @property
    def blocking_level(self) -> int | None:
        """The first level that is not reached; None when the top level is."""
        return next((result.level for result in self.levels if not result.reached), None)
