"""Hospitals at the same level that are not the same: a few ratios moved by hundredths, with all that follows.

Drawing and scoring anew for every hospital and year would take minutes. What is moved here lies far from every bound, so
nothing but the item's ratio and score and the total can change; a test scores such answers again and
compares the whole card.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

from engine.scoring.rounding import half_up

MOVED = 4  # items per hospital
SAFE = (Decimal("0.84"), Decimal("0.98"))  # ratios between which no bound lies
LEAST_CASES = 400  # denominators below it cannot show every hundredth
Json = dict[str, Any]


def varied(answers: Json, cards: Mapping[str, Json], random: Random) -> tuple[Json, dict[str, Json]]:
    """The same hospital with a few other ratios: new answers and new cards by name; what was given stays as it is.

    An item is moved in every card that scores it at the level the first card does. The answers and cards come
    back unchanged where the total would cross what a level needs."""
    first = next(iter(cards.values()))
    movable = [
        code for code, item in first["items"].items() if _can_move(answers["items"].get(code, {}), item)
    ]
    moves = {
        code: _near(Decimal(first["items"][code]["application"]), random)
        for code in random.sample(movable, min(MOVED, len(movable)))
    }
    moves = {
        code: ratio
        for code, ratio in moves.items()
        if _nested(_counted(answers["items"][code], first["items"][code]["scored_level"], ratio))
    }
    made = {name: _moved(card, first, moves) for name, card in cards.items()}
    if any(_crosses(cards[name], made[name]) for name in cards):
        return answers, dict(cards)
    items = {**answers["items"]}
    for code, ratio in moves.items():
        level = first["items"][code]["scored_level"]
        items[code] = {**items[code], "numerators": _counted(items[code], level, ratio)}
    return {**answers, "items": items}, made


def _can_move(entry: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    level = str(item["scored_level"])
    if level == "0" or level not in entry.get("numerators", {}):
        return False
    enough = entry.get("denominators", {}).get(level, 0) >= LEAST_CASES
    return enough and SAFE[0] <= Decimal(item["application"]) <= SAFE[1] and not item["borderline"]


def _near(ratio: Decimal, random: Random) -> Decimal:
    moved = ratio + Decimal(random.choice((-2, -1, 1))) / 100
    return min(SAFE[1], max(SAFE[0], moved))


def _counted(entry: Mapping[str, Any], level: int, ratio: Decimal) -> dict[str, int]:
    """The item's numerators once ``level`` has this ratio."""
    return {**entry["numerators"], str(level): _cases(ratio, entry["denominators"][str(level)])}


def _nested(numerators: Mapping[str, int]) -> bool:
    """What reaches a level reaches every lower one: otherwise the answers contradict themselves."""
    counts = [numerators[level] for level in sorted(numerators, key=int)]
    return all(higher <= lower for lower, higher in pairwise(counts))


def _cases(ratio: Decimal, whole: int) -> int:
    """The count whose share of ``whole``, rounded to hundredths, is ``ratio``."""
    return int(ratio * whole)


def _moved(card: Json, first: Json, moves: Mapping[str, Decimal]) -> Json:
    items = dict(card["items"])
    for code, ratio in moves.items():
        item, level = items[code], first["items"][code]["scored_level"]
        if item["scored_level"] != level:
            continue
        quality = Decimal(item["data_quality"] or "1")
        factors = {**item["factors"], str(level): {**item["factors"][str(level)], "application": str(ratio)}}
        items[code] = {
            **item, "application": str(ratio), "score": str(half_up(level * ratio * quality)), "factors": factors,
        }  # fmt: skip
    exact = sum(
        (one["scored_level"] * Decimal(one["application"]) * Decimal(one["data_quality"] or "1") for one in items.values()),
        Decimal(0),
    )  # fmt: skip
    total = str(half_up(exact))
    levels = [
        {**level, "gates": {**level["gates"], "total": {**level["gates"]["total"], "have": total}}}
        for level in card["levels"]
    ]
    return {**card, "items": items, "levels": levels, "total": total}


def _crosses(before: Json, after: Json) -> bool:
    """Whether the total comes to lie on the other side of what a level needs, or right on it."""
    old, new = Decimal(before["total"]), Decimal(after["total"])
    needs = [Decimal(level["gates"]["total"]["need"]) for level in before["levels"]]
    return any((old >= need) != (new >= need) or need in (old, new) for need in needs)
