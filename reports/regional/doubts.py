"""What of a submission should be looked at again, with the reason: never a verdict, always a question to ask.

``signs_of`` reads a card once, when it is filled; ``doubts_of`` compares the signs of a region's hospitals when a
page is opened, so that thousands cost one query and no card is opened. The thresholds are below and are printed
on the page.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["refuted", "official", "jump", "all_one", "same_ratio", "same_index", "twin"]

LEAST_FIGURES = 10  # fewer ratios or indices say nothing about a habit
MOSTLY = Decimal("0.80")  # share of the figures that are one and the same
JUMP = 2  # levels gained within a year
LEAST_COVERAGE = Decimal("0.30")  # below it the checks saw too little to speak of a gap

#: how much a doubt weighs when the list is put in order: levels of doubt, then habits
WEIGHTS: Mapping[Kind, int] = {
    "refuted": 8, "official": 6, "twin": 5, "jump": 4, "all_one": 3, "same_index": 2, "same_ratio": 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signs:
    """Of a card: figures above zero. ``ratio`` and ``index``: the most frequent value and how often it occurs."""

    ratios: int = 0
    ratio: str = ""
    same_ratios: int = 0
    indices: int = 0
    index: str = ""
    same_indices: int = 0
    digest: str = ""  # over all ratios and indices by item; empty where there are too few


@dataclass(frozen=True, slots=True)
class Looked:
    """One hospital of the region and year. ``before``: the level claimed the year before."""

    hospital: int
    claimed: int
    before: int | None
    at_most: int | None
    coverage: Decimal | None
    awarded: int | None
    signs: Signs


@dataclass(frozen=True, slots=True)
class Doubt:
    """``facts``: what the sentence of its kind names."""

    kind: Kind
    facts: Mapping[str, Any]
    weight: int


def signs_of(items: Mapping[str, Mapping[str, Any]]) -> Signs:
    """``items``: those of a zhiping-scorecard/1; ``application`` and ``data_quality`` are text or None."""
    ratios = {
        code: str(item["application"]) for code, item in items.items() if _told(item.get("application"))
    }
    indices = {
        code: str(item["data_quality"]) for code, item in items.items() if _told(item.get("data_quality"))
    }
    ratio, same_ratios = _most(ratios)
    index, same_indices = _most(indices)
    told = repr((sorted(ratios.items()), sorted(indices.items())))
    enough = len(ratios) >= LEAST_FIGURES and len(set(ratios.values())) > 1
    return Signs(
        len(ratios), ratio, same_ratios, len(indices), index, same_indices,
        hashlib.sha256(told.encode()).hexdigest()[:32] if enough else "",
    )  # fmt: skip


def _told(value: object) -> bool:
    return value is not None and float(str(value)) > 0


def _most(values: Mapping[str, str]) -> tuple[str, int]:
    return max(sorted(Counter(values.values()).items()), key=lambda pair: pair[1], default=("", 0))


def doubts_of(looked: Sequence[Looked]) -> dict[int, tuple[Doubt, ...]]:
    """Hospital -> its doubts, heaviest first; hospitals without a doubt are left out."""
    twins = Counter(one.signs.digest for one in looked if one.signs.digest)
    found = {one.hospital: tuple(_doubts(one, twins)) for one in looked}
    return {
        hospital: tuple(sorted(doubts, key=lambda doubt: -doubt.weight))
        for hospital, doubts in found.items()
        if doubts
    }


def _doubts(one: Looked, twins: Mapping[str, int]) -> list[Doubt]:
    found = []

    def add(kind: Kind, times: int = 1, **facts: Any) -> None:
        found.append(Doubt(kind, facts, WEIGHTS[kind] * times))

    if one.at_most is not None and one.at_most < one.claimed and (one.coverage or 0) >= LEAST_COVERAGE:
        add(
            "refuted",
            one.claimed - one.at_most,
            claimed=one.claimed,
            at_most=one.at_most,
            coverage=one.coverage,
        )
    if one.awarded is not None and one.awarded < one.claimed:
        add("official", one.claimed - one.awarded, claimed=one.claimed, awarded=one.awarded)
    if one.before is not None and one.claimed - one.before >= JUMP:
        add("jump", one.claimed - one.before - JUMP + 1, before=one.before, claimed=one.claimed)
    signs = one.signs
    if signs.ratios >= LEAST_FIGURES and signs.same_ratios >= MOSTLY * signs.ratios:
        kind: Kind = (
            "all_one" if Decimal(signs.ratio) == 1 and signs.same_ratios == signs.ratios else "same_ratio"
        )
        add(kind, value=signs.ratio, n=signs.same_ratios, of=signs.ratios)
    if signs.indices >= LEAST_FIGURES and signs.same_indices >= MOSTLY * signs.indices:
        add("same_index", value=signs.index, n=signs.same_indices, of=signs.indices)
    if signs.digest and twins[signs.digest] > 1:
        add("twin", others=twins[signs.digest] - 1)
    return found
