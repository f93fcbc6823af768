"""A claim: a hospital says that an item passes a level. What the checks made of its claims, counted.

Refuted: the checks found that it cannot hold. Held: data or accepted evidence support it (the provisional lens passes it). Open: neither; where nothing
was verified every claim is open. The three add up to all claims.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.comparing.rows import Compared


@dataclass(frozen=True, slots=True)
class Claims:
    refuted: int = 0
    open: int = 0
    held: int = 0

    @property
    def settled(self) -> int:
        """What the checks decided."""
        return self.refuted + self.held

    @property
    def all(self) -> int:
        return self.refuted + self.open + self.held

    def __add__(self, other: Claims) -> Claims:
        return Claims(self.refuted + other.refuted, self.open + other.open, self.held + other.held)


def claims_at(row: Compared, place: int) -> Claims:
    """Of one item, by its place in the rubric."""
    said = row.passes[place]
    if not row.verified:
        return Claims(open=said.bit_count())
    left = row.left[place] & said
    held = row.held[place] & left
    return Claims((said & ~left).bit_count(), (left & ~held).bit_count(), held.bit_count())


def claims_of(row: Compared) -> Claims:
    """Of all items."""
    refuted = kept = held = 0
    if not row.verified:
        return Claims(open=sum(mask.bit_count() for mask in row.passes))
    for said, left, sure in zip(row.passes, row.left, row.held, strict=True):
        left &= said
        sure &= left
        refuted += (said ^ left).bit_count()
        kept += (left ^ sure).bit_count()
        held += sure.bit_count()
    return Claims(refuted, kept, held)
