"""Confirming the official basic/optional flags (基本项/选择项) of an edition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from engine.rubric.canonical import content_hash, rubric_to_dict
from engine.rubric.errors import FlagsError
from engine.rubric.values import Category, Item, Rubric

__all__ = ["FlagsError", "count_basic", "with_flags"]


def count_basic(rubric: Rubric, flags: Mapping[str, Mapping[int, Category]]) -> dict[int, int]:
    """Basic items per level, 1 and up, for the live count beside the gate table."""
    counts = Counter(
        level for levels in flags.values() for level, category in levels.items() if category == "basic"
    )
    return {gate.level: counts[gate.level] for gate in rubric.gates}


def with_flags(rubric: Rubric, flags: Mapping[str, Mapping[int, Category]]) -> Rubric:
    """The rubric with every flag as in ``flags`` (item -> level -> category) and confirmed.

    ``flags`` names every level above 0 of every item, as the official annex does. Raises
    FlagsError, naming the level, when one is missing, unknown or when the basic or optional items
    of a level are not as many as the gate table says. The content hash is that of the result.
    """
    _check_names(rubric, flags)
    counts = count_basic(rubric, flags)
    for gate in rubric.gates:
        pool = sum(gate.level in item.by_level for item in rubric.items)
        basic = counts[gate.level]
        if basic != gate.basic or pool - basic != gate.optional_total:
            raise FlagsError(
                gate.level,
                f"level {gate.level}: the gate table counts {gate.basic} basic and {gate.optional_total} "
                f"optional items, these flags make {basic} and {pool - basic}",
            )
    confirmed = replace(rubric, items=tuple(_confirmed(item, flags[item.code]) for item in rubric.items))
    return replace(confirmed, content_hash=content_hash(rubric_to_dict(confirmed)))


def _check_names(rubric: Rubric, flags: Mapping[str, Mapping[int, Category]]) -> None:
    if unknown := sorted(set(flags) - set(rubric.by_code)):
        raise FlagsError(None, f"{rubric.id} has no item {', '.join(unknown)}")
    for item in rubric.items:
        given = flags.get(item.code, {})
        asked = {level.level for level in item.asked_levels}
        for level in sorted(asked ^ set(given)):
            reason = "no flag was given" if level in asked else "the standard defines no such level"
            raise FlagsError(level, f"item {item.code}, level {level}: {reason}")
        for level, category in given.items():
            if category not in ("basic", "optional"):
                raise FlagsError(level, f"item {item.code}, level {level}: {category!r} is not a category")


def _confirmed(item: Item, flags: Mapping[int, Category]) -> Item:
    return replace(
        item,
        levels=tuple(
            replace(level, category=flags[level.level], category_confirmed=True) if level.level else level
            for level in item.levels
        ),
    )
