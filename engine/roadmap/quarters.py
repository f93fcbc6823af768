"""Calendar quarters: the steps in which a plan is worked off."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

_WRITTEN = re.compile(r"([0-9]{4})Q([1-4])", re.ASCII)


class Quarter(NamedTuple):
    """One calendar quarter; quarters compare in time, ``str`` writes 2027Q1."""

    year: int
    number: int  # 1..4

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """2027Q1 as a quarter. Raises ValueError for anything else."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a quarter; write it like 2027Q1")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter in which ``day`` lies."""
        return cls(day.year, (day.month + 2) // 3)

    def later(self, quarters: int) -> Quarter:
        """The quarter so many after this one (before it, where negative)."""
        place = self.year * 4 + self.number - 1 + quarters
        return Quarter(place // 4, place % 4 + 1)

    def until(self, other: Quarter) -> int:
        """How many quarters ``other`` is later than this one."""
        return (other.year - self.year) * 4 + other.number - self.number

    @property
    def first_day(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last_day(self) -> date:
        return date.fromordinal(self.later(1).first_day.toordinal() - 1)
