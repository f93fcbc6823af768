"""How several checks become one outcome."""

from __future__ import annotations

from collections.abc import Iterable

from engine.evidence.verdicts.values import Outcome

_FIRST_WINS: tuple[Outcome, ...] = ("refuted", "could_not_check", "supported", "matching_data")


def combined(outcomes: Iterable[Outcome]) -> Outcome | None:
    """Not applicable drops out; refuted beats could not check beats supported beats matching data.

    None: nothing is left.
    """
    left = set(outcomes)
    return next((outcome for outcome in _FIRST_WINS if outcome in left), None)
