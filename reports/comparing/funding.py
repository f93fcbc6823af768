"""What a region should fund first: the gaps most hospitals have in common, the cheapest first.

The gaps are those of engine.scoring.gap, frozen per submission: what a hospital lacks for the level after the one
it stands at. No price is known here; how cheap a gap is, is measured by how many things (clauses and figures)
have to be brought up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Factor = Literal["function", "application", "data_quality"]


@dataclass(frozen=True, slots=True)
class Need:
    """One item at one level that a hospital has to bring up; ``things``: clauses and figures, at least 1."""

    item: str
    level: int
    things: int
    factors: frozenset[Factor]


@dataclass(frozen=True, slots=True)
class CommonGap:
    """``hospitals`` have this gap; together ``things`` have to be brought up. ``by_factor``: how many hospitals lack
    clauses, ratio, index. ``unlocked``: hospitals that reach the level once this gap and all before it in the
    list are closed."""

    item: str
    level: int
    hospitals: int
    things: int
    by_factor: Mapping[Factor, int]
    unlocked: int

    @property
    def things_each(self) -> Fraction:
        return Fraction(self.things, self.hospitals)


def common_gaps(needs: Mapping[int, Sequence[Need]]) -> tuple[CommonGap, ...]:
    """``needs``: hospital -> everything it lacks for its next level. Most hospitals per thing that has to be
    brought up in each of them first; ties by more hospitals, then item and level."""
    waiting: dict[tuple[str, int], dict[int, Need]] = defaultdict(dict)
    for hospital, gaps in needs.items():
        for gap in gaps:
            waiting[(gap.item, gap.level)][hospital] = gap
    order = sorted(waiting, key=lambda place: (-_worth(waiting[place]), -len(waiting[place]), place))
    open_gaps = {
        hospital: len({(gap.item, gap.level) for gap in gaps}) for hospital, gaps in needs.items() if gaps
    }
    unlocked, found = 0, []
    for place in order:
        here = waiting[place]
        for hospital in here:
            open_gaps[hospital] -= 1
            unlocked += not open_gaps[hospital]
        found.append(
            CommonGap(
                item=place[0],
                level=place[1],
                hospitals=len(here),
                things=sum(gap.things for gap in here.values()),
                by_factor={
                    factor: sum(factor in gap.factors for gap in here.values())
                    for factor in ("function", "application", "data_quality")
                },
                unlocked=unlocked,
            )
        )
    return tuple(found)


def _worth(here: Mapping[int, Need]) -> Fraction:
    """Hospitals per thing that each of them has to bring up on average."""
    return Fraction(len(here) ** 2, sum(gap.things for gap in here.values()))
