"""Published editions for tests. Loading the library takes half a second, so it is done once."""

from __future__ import annotations

from functools import cache

from engine.rubric.load import load_library
from engine.rubric.values import Category, Rubric
from rubrics.actions import LIBRARY, confirm_flags, publish
from rubrics.flags import flags_of
from rubrics.models import Confirmation, Edition


@cache
def library() -> dict[str, Rubric]:
    return load_library(LIBRARY)


def make_edition(key: str = "emr-2018") -> Edition:
    """The edition of the library, published as the product publishes it."""
    return publish(rubric=library()[key]).edition


def make_editions() -> dict[str, Edition]:
    return {key: make_edition(key) for key in library()}


def flags_with_a_swap(rubric: Rubric, level: int = 4) -> dict[str, dict[int, Category]]:
    """The working assignment with one basic and one optional item of a level changing places, so
    that the counts still hold."""
    flags = flags_of(rubric)
    free = [
        item.code
        for item in rubric.items
        if level in flags[item.code] and not item.by_level[level].category_confirmed
    ]
    basic = next(code for code in free if flags[code][level] == "basic")
    optional = next(code for code in free if flags[code][level] == "optional")
    flags[basic][level], flags[optional][level] = "optional", "basic"
    return flags


def make_confirmation(edition: Edition, **fields: object) -> Confirmation:
    """The working assignment confirmed as it stands."""
    return confirm_flags(edition=edition, flags=flags_of(library()[edition.key]), **{"by": None, **fields})  # type: ignore[arg-type]
