"""Three values of every field: as it was handed out, as the workbook says, as the assessment says now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from assessments.workbook.content import EMPTY, same, split
from assessments.workbook.reading import Refused

Side = Literal["mine", "theirs"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the workbook and the assessment differ. ``conflict``: the assessment changed too."""

    field: str
    base: Any
    mine: Any
    theirs: Any
    address: str
    conflict: bool
    by: str = ""
    at: datetime | None = None

    @property
    def place(self) -> str:
        return split(self.field)[0]

    @property
    def path(self) -> str:
        return split(self.field)[1]


@dataclass(slots=True)
class Comparison:
    """``withheld``: place -> how many fields differ there that the person may not change."""

    changes: list[Difference] = field(default_factory=list)
    conflicts: list[Difference] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    withheld: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0


class NotTaken(ValueError):
    """A value that its field cannot hold; the text says why."""


def compare(
    values: Mapping[str, Any],
    *,
    base: Mapping[str, Any],
    stored: Mapping[str, Any],
    addresses: Mapping[str, str],
    normal: Callable[[str, Any], Any],
    writable: Callable[[str], bool],
) -> Comparison:
    """What the workbook would change. ``normal`` gives a value its normal form or raises NotTaken.

    A field that the workbook left as it was handed out is never a change, whatever the assessment
    says now; ``unchanged`` counts those that hold something.
    """
    found = Comparison()
    for name, typed in values.items():
        before, now = base.get(name), stored.get(name)
        if same(name, typed, before) or same(name, typed, now):
            found.unchanged += typed not in EMPTY
            continue
        place = split(name)[0]
        if not writable(place):
            found.withheld[place] = found.withheld.get(place, 0) + 1
            continue
        try:
            mine = normal(name, typed)
        except NotTaken as refused:
            found.refused.append(Refused(addresses.get(name, ""), str(typed)[:120], str(refused), name))
            continue
        if same(name, mine, before) or same(name, mine, now):
            found.unchanged += 1
            continue
        conflict = not same(name, now, before)
        difference = Difference(name, before, mine, now, addresses.get(name, ""), conflict)
        (found.conflicts if conflict else found.changes).append(difference)
    return found
