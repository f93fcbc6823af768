"""Medical consortia: how the members stand beside the hospital that leads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.comparing.rows import Compared
from reports.regional.counting import mean


@dataclass(frozen=True, slots=True)
class Joined:
    """A consortium as it is kept: the lead is no member of its own."""

    key: str
    name: str
    lead: int
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """``lead`` None where it submitted nothing; ``members`` those that submitted, of ``expected``. Averages to two
    places, None of none; ``behind``: lead less the members' average, both as claimed."""

    joined: Joined
    lead: Compared | None
    members: tuple[Compared, ...]
    average: Decimal | None
    verified: int
    average_at_most: Decimal | None

    @property
    def expected(self) -> int:
        return len(self.joined.members)

    @property
    def behind(self) -> Decimal | None:
        return None if self.lead is None or self.average is None else self.lead.claimed - self.average


def standings(joined: Sequence[Joined], rows: Mapping[int, Compared]) -> tuple[Standing, ...]:
    """One per consortium, in the order given; members by level and total, the highest first."""
    return tuple(_standing(one, rows) for one in joined)


def _standing(one: Joined, rows: Mapping[int, Compared]) -> Standing:
    members = [rows[hospital] for hospital in one.members if hospital in rows and hospital != one.lead]
    left = [row.at_most for row in members if row.at_most is not None]
    return Standing(
        joined=one,
        lead=rows.get(one.lead),
        members=tuple(sorted(members, key=lambda row: (-row.claimed, -row.total, row.hospital))),
        average=mean([row.claimed for row in members]),
        verified=len(left),
        average_at_most=mean(left),
    )
