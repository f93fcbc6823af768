"""What is different between two plans."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.roadmap.quarters import Quarter
from engine.roadmap.values import Action, Plan


@dataclass(frozen=True, slots=True)
class Moved:
    """An action that stays and is worked on at another time."""

    item: str
    start: tuple[Quarter, Quarter]
    finish: tuple[Quarter, Quarter]


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """``other`` against ``one``: items that enter, leave, end elsewhere or move; differences are other minus one.

    ``quarters_later``: of the finish; None where one of the plans has no work.
    """

    added: tuple[Action, ...]
    dropped: tuple[Action, ...]
    altered: tuple[tuple[Action, Action], ...]
    moved: tuple[Moved, ...]
    effort: Decimal
    cost: Decimal
    quarters_later: int | None

    @property
    def same(self) -> bool:
        """Nothing differs."""
        return not (self.added or self.dropped or self.altered or self.moved)

    @property
    def touched(self) -> frozenset[str]:
        """Every item with a difference."""
        return frozenset(
            [action.item for action in (*self.added, *self.dropped)]
            + [before.item for before, _after in self.altered]
            + [moved.item for moved in self.moved]
        )


def compare_plans(one: Plan, other: Plan) -> PlanDifference:
    """The difference of two plans for the same rubric."""
    before, after = one.by_item, other.by_item
    both = [item for item in before if item in after]
    altered = tuple((before[item], after[item]) for item in both if _end(before[item]) != _end(after[item]))
    moved = tuple(
        Moved(item, (before[item].start, after[item].start), (before[item].finish, after[item].finish))
        for item in both
        if (before[item].start, before[item].finish) != (after[item].start, after[item].finish)
    )
    later = None
    if one.finish is not None and other.finish is not None:
        later = one.finish.until(other.finish)
    return PlanDifference(
        added=tuple(after[item] for item in after if item not in before),
        dropped=tuple(before[item] for item in before if item not in after),
        altered=altered,
        moved=moved,
        effort=other.effort - one.effort,
        cost=other.cost.likely - one.cost.likely,
        quarters_later=later,
    )


def _end(action: Action) -> tuple[int, Decimal, Decimal | None, Decimal]:
    return action.to_level, action.application, action.data_quality, action.effort
