"""Small groups: what is printed about fewer than five hospitals could be read as being about one of them.

Hiding one group of a table is not enough: where the total is known, a single hidden group follows from the others.
So a hidden group never stands alone; the next smallest is hidden with it, until what is hidden holds at least five
hospitals.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

LEAST = 5  # hospitals
LEAST_RECORDS = 10  # denominators of figures from data

Key = TypeVar("Key", bound=Hashable)


def hidden(sizes: Mapping[Key, int], *, least: int = LEAST) -> frozenset[Key]:
    """Keys of the groups not to be printed, of a table that splits a known total. Empty groups are no secret: they
    are shown, and hide nobody. Ties are hidden in the order given."""
    filled = sorted((key for key in sizes if sizes[key] > 0), key=lambda key: sizes[key])
    found = [key for key in filled if sizes[key] < least]
    rest = [key for key in filled if sizes[key] >= least]
    while found and rest and (len(found) < 2 or sum(sizes[key] for key in found) < least):
        found.append(rest.pop(0))
    return frozenset(found)
