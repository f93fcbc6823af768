"""Where to go: the hospitals, and in each the items, where a visit is expected to find most false claims (ADR 0007).

The model
---------
A *claim* is "item i of hospital h passes level l". A visit looks at ``items`` items of one hospital, finds every
false claim of those items and none elsewhere. There are ``visits`` visits, one per hospital. Sought is the choice
with the highest expected number of false claims found.

How likely a claim is false depends on what the checks made of it:

* refuted by data: ``refuted_is_false``, the share of refutations that are right on made-up hospitals whose truth is
  known (docs/performance.md);
* held under the provisional lens: taken as true;
* open, because nothing was handed in or the data could not decide: by analogy. Let r be the region's share of
  refuted among settled claims, r_i that of the item over all hospitals, r_h that of the hospital over all items, each
  pulled towards r by ``weight`` claims (r itself towards ``prior``), so that few claims say little. Then

      odds(false) = odds(r_i) * odds(r_h) / odds(r):

  item and hospital each multiply the odds. A hospital that handed nothing in stands at r_h = r.

An expectation adds up whether or not claims hang together, so E(h, i) = refuted * refuted_is_false + open * P(h, i),
the best items of a hospital are those with the highest E, and the best hospitals those with the highest sum. That
is exact: tests compare with every possible choice, and E with the mean over all possible truths.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.comparing.claims import Claims
from reports.comparing.grid import Grid

Chances = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Assumptions:
    refuted_is_false: float = 0.95
    prior: float = 0.15  # share of false claims before anything was settled
    weight: float = 20.0  # so many settled claims count as much as what is assumed beforehand


STANDARD = Assumptions()


@dataclass(frozen=True, slots=True)
class ItemToCheck:
    """``place`` of the item in the rubric; ``expected`` false claims; ``chance`` that an open claim is false."""

    place: int
    claims: Claims
    chance: float
    expected: float


@dataclass(frozen=True, slots=True)
class Visit:
    hospital: int
    expected: float
    items: tuple[ItemToCheck, ...]


def chances(grid: Grid, assumed: Assumptions = STANDARD) -> Chances:
    """How likely an open claim is false, per hospital and item, strictly between 0 and 1."""
    region = _pulled(grid.refuted.sum(), grid.refuted.sum() + grid.held.sum(), assumed.prior, assumed.weight)
    odds = _odds(region)
    by_hospital = _odds(_rates(grid, 1, float(region), assumed))[:, None] / odds
    by_item = _odds(_rates(grid, 0, float(region), assumed))[None, :]
    both: Chances = by_hospital * by_item
    return both / (1 + both)


def expected(grid: Grid, assumed: Assumptions = STANDARD) -> Chances:
    """Expected number of false claims per hospital and item."""
    return grid.refuted * assumed.refuted_is_false + grid.open * chances(grid, assumed)


def choose(
    grid: Grid,
    *,
    visits: int,
    items: int,
    without: Collection[int] = (),
    assumed: Assumptions = STANDARD,
) -> tuple[Visit, ...]:
    """At most ``visits`` hospitals with at most ``items`` items each, the highest expectation first; ties by
    hospital number and by the rubric's order. ``without``: hospitals not to go to. Hospitals and items with
    nothing to find are left out."""
    if not grid.rows or visits < 1 or items < 1:
        return ()
    likely, found = chances(grid, assumed), expected(grid, assumed)
    best = -np.sort(-found, axis=1)[:, :items]
    order = sorted(
        (
            (-float(total), row.hospital, number)
            for number, (row, total) in enumerate(zip(grid.rows, best.sum(axis=1), strict=True))
            if row.hospital not in without and total > 0
        )
    )[:visits]
    return tuple(_visit(grid, likely, found, number, items) for _total, _hospital, number in order)


def _visit(grid: Grid, likely: Chances, found: Chances, number: int, items: int) -> Visit:
    places = sorted(range(found.shape[1]), key=lambda place: (-found[number, place], place))[:items]
    chosen = tuple(
        ItemToCheck(
            place,
            Claims(
                int(grid.refuted[number, place]), int(grid.open[number, place]), int(grid.held[number, place])
            ),
            float(likely[number, place]),
            float(found[number, place]),
        )
        for place in places
        if found[number, place] > 0
    )
    return Visit(grid.rows[number].hospital, sum(item.expected for item in chosen), chosen)


def _rates(grid: Grid, axis: int, region: float, assumed: Assumptions) -> Chances:
    refuted = grid.refuted.sum(axis=axis)
    return _pulled(refuted, refuted + grid.held.sum(axis=axis), region, assumed.weight)


def _pulled(refuted: object, settled: object, towards: float, weight: float) -> Chances:
    made: Chances = (np.asarray(refuted, dtype=float) + weight * towards) / (
        np.asarray(settled, dtype=float) + weight
    )
    return made


def _odds(share: Chances) -> Chances:
    return share / (1 - share)
