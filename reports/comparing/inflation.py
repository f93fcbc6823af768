"""Inflation: how far claims stand above what the checks left of them, and which hospitals lie outside chance.

The index of a hospital is its claimed level less the level left at most. The funnel compares shares: of the claims
the checks settled, how many were refuted. A hospital with few settled claims may have a high share by chance, so
limits open to the left. Claims of one hospital hang together (level 4 of an item cannot hold where level 3 does
not), so shares scatter more than coins do: the limits are widened by the scatter found (Spiegelhalter,
Funnel plots for comparing institutional performance, Statistics in Medicine 24, 2005: winsorised overdispersion).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

Standing = Literal["high", "above", "inside", "below", "low"]

NEAR, FAR = 1.96, 3.09  # standard deviations of 95 % and 99.8 % limits
WINSORISED = 0.1  # share of hospitals on either side that is pulled in before the scatter is taken
LEAST_SETTLED = 10  # fewer settled claims say nothing about a hospital
LEAST_HOSPITALS = 5  # fewer hospitals say nothing about their scatter


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one hospital: ``refuted`` of ``settled`` claims."""

    hospital: int
    refuted: int
    settled: int

    @property
    def share(self) -> float:
        return self.refuted / self.settled


@dataclass(frozen=True, slots=True)
class Funnel:
    """``mean``: share of all settled claims that were refuted; ``scatter``: at least 1, by how much the shares vary
    more than chance; ``standing``: hospital -> where it lies."""

    mean: float
    scatter: float
    standing: dict[int, Standing]

    def limits(self, settled: int, deviations: float) -> tuple[float, float]:
        """Lower and upper limit of a share of ``settled`` claims, within 0..1."""
        return _limits(self.mean, self.scatter, settled, deviations)


def funnel(counted: Sequence[Counted]) -> Funnel | None:
    """None where fewer than five hospitals have ten settled claims each. Hospitals with fewer are left out."""
    enough = [one for one in counted if one.settled >= LEAST_SETTLED]
    if len(enough) < LEAST_HOSPITALS:
        return None
    mean = sum(one.refuted for one in enough) / sum(one.settled for one in enough)
    if not 0 < mean < 1:
        return Funnel(mean, 1.0, {one.hospital: "inside" for one in enough})
    scores = sorted((one.share - mean) / sqrt(mean * (1 - mean) / one.settled) for one in enough)
    cut = int(len(scores) * WINSORISED)
    low, high = scores[cut], scores[-1 - cut]
    scatter = max(1.0, sum(min(high, max(low, score)) ** 2 for score in scores) / len(scores))
    return Funnel(mean, scatter, {one.hospital: _standing(mean, scatter, one) for one in enough})


def _limits(mean: float, scatter: float, settled: int, deviations: float) -> tuple[float, float]:
    spread = deviations * sqrt(scatter * mean * (1 - mean) / settled)
    return max(0.0, mean - spread), min(1.0, mean + spread)


def _standing(mean: float, scatter: float, one: Counted) -> Standing:
    low, high = _limits(mean, scatter, one.settled, FAR)
    if not low <= one.share <= high:
        return "high" if one.share > high else "low"
    low, high = _limits(mean, scatter, one.settled, NEAR)
    if not low <= one.share <= high:
        return "above" if one.share > high else "below"
    return "inside"
