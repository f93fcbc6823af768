"""What a hospital answered: frozen values, the only input of the scorer besides the rubric.

Nothing here judges: :func:`engine.scoring.checking.check_answers` finds what must be refused and
:func:`engine.scoring.score.score` turns the rest into numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.rubric.values import Text

State = Literal["met", "partly", "not_met", "not_answered"]
STATES: tuple[State, ...] = ("met", "partly", "not_met", "not_answered")


@dataclass(frozen=True, slots=True)
class DirectIndex:
    """A data-quality index (数据质量指数) entered as one figure, 0-1."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class DimensionIndex:
    """An index entered per dimension, each 0-1; the index is the mean of those given."""

    values: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """Counts (numerator, denominator) per rule id of the yearly data-quality table.

    The index is the mean of the coefficients of the level's active rules. A denominator of 0
    says that no such record exists: the rule drops out. A rule left out counts 0.
    """

    counts: Mapping[str, tuple[int, int]]


IndexAnswer = DirectIndex | DimensionIndex | RuleCounts


@dataclass(frozen=True, slots=True)
class ItemAnswers:
    """The answers to one item.

    ``clauses`` maps a level to the states of its clauses in order; a missing level, or a clause
    beyond the end of the tuple, is ``not_answered``. ``denominator`` and ``numerators`` serve
    items of kind ``ratio``, ``in_use`` those of kind ``implemented``. A ``no_such_service``
    reason makes the item score 0 and asks for no figures.
    """

    clauses: Mapping[int, tuple[State, ...]] = field(default_factory=dict)
    denominator: int | None = None
    denominators: Mapping[int, int] = field(default_factory=dict)
    numerators: Mapping[int, int] = field(default_factory=dict)
    in_use: bool | None = None
    data_quality: Mapping[int, IndexAnswer] = field(default_factory=dict)
    no_such_service: str = ""

    def state(self, level: int, n: int) -> State:
        """The state of clause ``n`` (counted from 1) of ``level``."""
        states = self.clauses.get(level, ())
        return states[n - 1] if n <= len(states) else "not_answered"

    def denominator_at(self, level: int) -> int | None:
        """The base that ``level`` counts on: its own where one is given, else the item's."""
        return self.denominators.get(level, self.denominator)

    def counted_at(self, level: int) -> tuple[int, int, int] | None:
        """(numerator, denominator, level the numerator was entered at), or None: nothing counts.

        A level without a numerator takes that of the next higher level that has one, because
        who reaches level 4 also reaches level 3. That holds only while both levels count on the
        same base, so a level takes over the numerator of the next higher level *on an equal
        denominator*; levels counted on another base (09.02: all systems at levels 1, 4, 6, 7,
        relevant systems at 2, 3, 5) are passed over, never divided into a foreign base.
        """
        base = self.denominator_at(level)
        if base is None:
            return None
        own = self.numerators.get(level)
        if own is not None:
            return own, base, level
        for higher in sorted(self.numerators):
            if higher > level and self.denominator_at(higher) == base:
                return self.numerators[higher], base, higher
        return None


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one assessment under one lens; an item not in ``items`` was not answered."""

    rubric: str  # edition id
    items: Mapping[str, ItemAnswers]
    overall: Mapping[int, tuple[State, ...]] = field(default_factory=dict)
    hospital: Mapping[str, object] = field(default_factory=dict)
    window: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason to refuse the answers: where, a stable code, and a sentence in both languages."""

    item: str | None
    level: int | None
    field: str
    code: str
    message: Text


class AnswersRefused(ValueError):
    """The answers cannot be scored; ``problems`` names every reason, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problem.message.en for problem in problems))
