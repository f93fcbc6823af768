"""From shapes found in a column to hits: where one is enough, and where a column of numbers needs more."""

from __future__ import annotations

from dataclasses import dataclass, field

from assessments.probes.screening.columns import Hint
from assessments.probes.screening.detectors import normalised, shapes_in
from assessments.probes.screening.hits import Hit

NAME_SHARE = 0.30
FEW = 20  # below this, a column of business numbers says too little about its numbers
DIVERSE = 5  # telephone prefixes that make numbers beginning with 1 telephone numbers
WARNS = frozenset(("resident_id_15",))


@dataclass(slots=True)
class Tally:
    """One kind in one column: rows with the shape, rows that stand the check, the first of these."""

    shaped: int = 0
    held: int = 0
    first: int | None = None
    prefixes: set[str] = field(default_factory=set)

    def add(self, holds: bool, rows: int, row: int | None, prefix: str) -> None:
        self.shaped += rows
        if holds:
            self.held += rows
            if row is not None and (self.first is None or row < self.first):
                self.first = row
            if len(self.prefixes) < 100:
                self.prefixes.add(prefix)


@dataclass(slots=True)
class Column:
    """What was found in one column so far."""

    name: str
    hint: Hint
    tallies: dict[str, Tally] = field(default_factory=dict)

    def look(self, value: str, rows: int, row: int | None) -> None:
        for kind, holds in shapes_in(value, self.hint):
            tally = self.tallies.get(kind)
            if tally is None:
                tally = self.tallies[kind] = Tally()
            tally.add(holds, rows, row, _prefix(value) if kind == "mobile" else "")

    def hits(self, filled: int, scale: float = 1.0) -> list[Hit]:
        """``scale``: rows with such shapes over rows looked at, where only part was."""
        return [
            Hit(kind, self.name, tally.first, min(1.0, tally.held * scale / max(filled, 1)), kind in WARNS)  # type: ignore[arg-type]
            for kind, tally in self.tallies.items()
            if tally.held and self._counts(kind, tally, filled)
        ]

    def _counts(self, kind: str, tally: Tally, filled: int) -> bool:
        """Whether it is what it looks like.

        In a column of business numbers, long numbers have such shapes by chance: then the check must
        hold for far more of them than chance gives (a checksum of 11 or 10), and telephone numbers
        must begin as differently as telephone numbers do.
        """
        if not (self.hint.number or self.hint.person_id):
            return True
        few = tally.shaped < FEW
        if kind == "resident_id":
            return tally.held >= 0.5 * tally.shaped
        if kind == "bank_card":
            return tally.held >= 0.8 * tally.shaped and (not few or (self.hint.person_id and tally.held > 2))
        if kind in ("mobile", "landline"):
            if few:
                return self.hint.person_id and tally.held >= 0.3 * filled
            return kind == "landline" or len(tally.prefixes) >= DIVERSE
        if kind in ("ip", "resident_id_15"):
            return not few and tally.held >= 0.5 * filled
        return True


def _prefix(value: str) -> str:
    digits = "".join(c for c in normalised(value) if c.isdigit())
    return digits.removeprefix("86")[:3] if len(digits) > 11 else digits[:3]


def name_hit(column: str, hint: Hint, filled: int, like_names: int, first: int | None) -> Hit | None:
    """Real names: over 30 % of the filled values look like names; never in a column of names of things."""
    if not filled or hint.catalogued or like_names <= NAME_SHARE * filled:
        return None
    if not hint.person and like_names < 3:
        return None
    return Hit("name", column, first, like_names / filled)
