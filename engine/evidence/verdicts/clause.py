"""One clause: what its checks said and what people decided, combined into a verdict.

The routes, in the order in which they are asked:

1. an on-site decision holds against everything;
2. the checks that name the clause: refuted, could not check, supported or matching data; looked-at
   evidence neither overrides a refutation nor stands in for data that was not supplied;
3. where none of those applies, the family of the item: matching data or nothing;
4. where no check exists, or the clause may be looked at (``backend: false``, governance) and no check
   that names it is waiting for data: accepted evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.evidence.decisions import Decided, Decision
from engine.evidence.verdicts import reasons
from engine.evidence.verdicts.combining import combined
from engine.evidence.verdicts.values import Outcome, Spoke, Verdict
from engine.rubric.values import Clause, Text


@dataclass(frozen=True, slots=True)
class Place:
    """A clause with what is known about it before anything is decided."""

    item: str
    level: int
    clause: Clause
    names_it: tuple[Spoke, ...]  # checks that name the clause
    family: tuple[tuple[Spoke, ...], ...]
    not_covered: Text | None

    @property
    def looked_at(self) -> bool:
        """Accepted looked-at evidence can verify it, strictly too."""
        return not self.clause.backend or self.clause.nature == "governance"

    @property
    def spoke(self) -> tuple[Spoke, ...]:
        return (*self.names_it, *(each for group in self.family for each in group))


def verdict_on(place: Place, decided: Decided) -> Verdict:
    """The verdict on one clause."""
    where = (place.item, place.level, place.clause.n)
    on_site = decided.on_site(*where)
    if on_site is not None:
        supported = on_site.verdict == "supported"
        return Verdict(
            *where,
            "supported" if supported else "refuted",
            supported,
            supported,
            reasons.on_site(on_site),
            place.spoke,
            (on_site,),
            None if supported else reasons.NEXT_VISIT,
        )
    own = combined(each.outcome for each in place.names_it)
    if own is not None:
        strictly = combined(each.strict_outcome for each in place.names_it)
        return _by_data(place, decided, own, strictly, place.names_it)
    if _family(place.family, strict=False) == "matching_data":
        strictly = _family(place.family, strict=True)
        if strictly != "matching_data" and place.looked_at and decided.accepted(*where) is not None:
            return _looked_at(place, decided)  # typed figures nobody accepted take nothing from it
        speaking = tuple(each for group in place.family for each in group)
        return _by_data(place, decided, "matching_data", strictly, speaking)
    if place.looked_at or not place.spoke:
        return _looked_at(place, decided)
    return _unchecked(place)


def _family(groups: tuple[tuple[Spoke, ...], ...], *, strict: bool) -> Outcome | None:
    """Matching data when the checks of one family route all agree, else could not check."""
    found = [combined(each.strict_outcome if strict else each.outcome for each in group) for group in groups]
    if "matching_data" in found:
        return "matching_data"
    return "could_not_check" if any(found) else None


def _by_data(
    place: Place, decided: Decided, outcome: Outcome, strictly: Outcome | None, speaking: tuple[Spoke, ...]
) -> Verdict:
    where = (place.item, place.level, place.clause.n)
    if outcome == "supported":
        strict = strictly == "supported"
        then = None if strict else reasons.ACCEPT_FIGURE
        return Verdict(
            *where, "supported", True, strict, reasons.of(speaking, outcome), place.spoke, (), then
        )
    if outcome == "matching_data":
        confirmed = decided.confirmed(*where) or decided.accepted(*where)
        strict = confirmed is not None and strictly == "matching_data"
        then = None
        if not strict:
            then = reasons.CONFIRM if strictly == "matching_data" else reasons.ACCEPT_FIGURE
        return Verdict(
            *where,
            "matching_data",
            True,
            strict,
            reasons.of(speaking, outcome),
            place.spoke,
            _some(confirmed),
            then,
        )
    if outcome == "refuted":
        reason = reasons.of(speaking, outcome)
        return Verdict(*where, "refuted", False, False, reason, place.spoke, (), reasons.put_right(speaking))
    return _unchecked(place)


def _looked_at(place: Place, decided: Decided) -> Verdict:
    """No data speaks; what was looked at may."""
    where = (place.item, place.level, place.clause.n)
    accepted, anchored = decided.accepted(*where), decided.anchored(*where)
    if accepted is not None:
        strict = place.looked_at or anchored is not None
        return Verdict(
            *where,
            "accepted_evidence",
            True,
            strict,
            reasons.accepted(accepted),
            place.spoke,
            _some(anchored or accepted),
            None if strict else reasons.ANCHOR,
        )
    if place.looked_at:
        return Verdict(
            *where,
            "needs_evidence",
            False,
            False,
            reasons.NOTHING_ACCEPTED,
            place.spoke,
            (),
            reasons.HAND_IN,
        )
    return Verdict(
        *where,
        "not_covered",
        False,
        False,
        reasons.not_covered(place.not_covered),
        (),
        (),
        reasons.ANCHOR,
    )


def _unchecked(place: Place) -> Verdict:
    """A check exists and could not be done: no looked-at evidence stands in for the data."""
    where = (place.item, place.level, place.clause.n)
    speaking = tuple(each for each in place.names_it if each.outcome != "not_applicable") or place.spoke
    return Verdict(
        *where,
        "could_not_check",
        False,
        False,
        reasons.of(speaking, "could_not_check"),
        place.spoke,
        (),
        reasons.supply(speaking),
    )


def _some(decision: Decision | None) -> tuple[Decision, ...]:
    return () if decision is None else (decision,)
