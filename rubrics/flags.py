"""Basic/optional flags as the database keeps them: JSON has text keys, the engine integer levels."""

from __future__ import annotations

from collections.abc import Mapping

from engine.rubric.values import Category, Rubric

Flags = Mapping[str, Mapping[int, Category]]


def flags_from_json(stored: Mapping[str, Mapping[str, Category]]) -> dict[str, dict[int, Category]]:
    return {item: {int(level): flag for level, flag in levels.items()} for item, levels in stored.items()}


def flags_to_json(flags: Flags) -> dict[str, dict[str, Category]]:
    return {item: {str(level): flag for level, flag in levels.items()} for item, levels in flags.items()}


def flags_of(rubric: Rubric) -> dict[str, dict[int, Category]]:
    """The flags a rubric carries at present, confirmed or not."""
    return {
        item.code: {level.level: level.category for level in item.asked_levels if level.category}
        for item in rubric.items
    }


def changed_cells(old: Flags, new: Flags) -> tuple[tuple[str, int], ...]:
    """(item, level) where two sets of flags differ, in order of item and level."""
    return tuple(
        (item, level)
        for item in sorted(new)
        for level in sorted(new[item])
        if old.get(item, {}).get(level) != new[item][level]
    )


def all_confirmed(rubric: Rubric) -> bool:
    return all(level.category_confirmed for item in rubric.items for level in item.asked_levels)
