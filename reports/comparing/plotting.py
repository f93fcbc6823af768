"""Thousands of points in one picture: those that lie together become one mark that says how many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 250  # single marks in a picture; more lie on top of each other anyway
CELLS = 24  # places along an axis where marks come together


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """``who``: one, or all that lie there."""

    x: Decimal
    y: Decimal
    who: tuple[T, ...]


def together(
    points: Sequence[tuple[Decimal, Decimal, T]], x_top: Decimal, y_top: Decimal, *, most: int = MOST
) -> tuple[Placed[T], ...]:
    """Every point by itself while there are at most ``most``; else the points of one field of the plane become one
    mark in the middle of them. Nobody is lost."""
    if len(points) <= most:
        return tuple(Placed(x, y, (who,)) for x, y, who in points)
    fields: dict[tuple[int, int], list[tuple[Decimal, Decimal, T]]] = defaultdict(list)
    for point in points:
        fields[_field(point[0], x_top), _field(point[1], y_top)].append(point)
    return tuple(
        Placed(
            _middle([x for x, _y, _who in here]),
            _middle([y for _x, y, _who in here]),
            tuple(w for _x, _y, w in here),
        )
        for _place, here in sorted(fields.items())
    )


def _field(value: Decimal, top: Decimal) -> int:
    return min(CELLS - 1, int(value / top * CELLS))


def _middle(values: Sequence[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def apart(count: int) -> list[tuple[Decimal, Decimal]]:
    """Places for ``count`` marks inside a square of side 1 around 0, so that marks at one point stay apart: rows of a
    grid, the same for the same count. All within -0.4..0.4."""
    side = 1
    while side * side < count:
        side += 1
    step = Decimal("0.8") / side
    return [
        (step * (n % side) - Decimal("0.4") + step / 2, Decimal("0.4") - step / 2 - step * (n // side))
        for n in range(count)
    ]


def round_top(value: Decimal, step: int = 20) -> Decimal:
    """The next round number at or above, at least one step: the end of an axis."""
    return Decimal(max(1, -(-int(value.to_integral_value(rounding="ROUND_CEILING")) // step)) * step)
