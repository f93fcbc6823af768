"""The one rounding of the product: half up, two decimals (the standard says 保留两位小数, not how)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

TWO_PLACES = Decimal("0.01")
ZERO = Decimal("0.00")
ONE = Decimal("1.00")
_HUNDREDTHS = tuple(Decimal(n).scaleb(-2) for n in range(101))


def half_up(value: Decimal) -> Decimal:
    """``value`` rounded half up to 2 decimals: 0.125 becomes 0.13."""
    return value.quantize(TWO_PLACES, rounding=ROUND_HALF_UP)


def share(numerator: int, denominator: int) -> Decimal:
    """``numerator / denominator`` half up to 2 decimals, decided on the exact fraction.

    Integer arithmetic, so that no context precision can turn a ratio just under a half step
    into one that lies on it. Counts with 0 <= numerator <= denominator, denominator above 0.
    """
    return _HUNDREDTHS[(200 * numerator + denominator) // (2 * denominator)]


def mean(values: Sequence[Decimal]) -> Decimal:
    """The mean of one or more values from 0 to 1, half up to 2 decimals, rounded once."""
    exact = sum((Fraction(value) for value in values), Fraction()) / len(values)
    return share(exact.numerator, exact.denominator)
