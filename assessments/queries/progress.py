"""How far the answers are: counted from rows that were read already, no query here.

An *open* clause is one that nobody answered, at a level up to the target. Levels above the target
are never counted as missing, and neither is anything of an item that has "no such service".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assessments.models import Assignment, ItemAnswer
from engine.rubric.values import Item, ItemLevel, Rubric


@dataclass(frozen=True, slots=True)
class Share:
    """Answered clauses out of those asked up to the target."""

    done: int
    of: int

    @property
    def open(self) -> int:
        return self.of - self.done

    @property
    def started(self) -> bool:
        return self.done > 0

    @property
    def complete(self) -> bool:
        return self.done >= self.of


def asked_up_to(item: Item, target: int) -> tuple[ItemLevel, ...]:
    """The levels a hospital answers to reach the target."""
    return tuple(level for level in item.asked_levels if level.level <= target and not level.no_requirement)


def clauses_of(item: Item, row: ItemAnswer | None, target: int) -> Share:
    """Answered and asked clauses of one item; nothing is asked where there is no such service."""
    if row is not None and row.no_such_service.strip():
        return Share(0, 0)
    answered = asked = 0
    for level in asked_up_to(item, target):
        states = row.clauses.get(str(level.level), ()) if row is not None else ()
        asked += len(level.clauses)
        answered += sum(1 for state in states[: len(level.clauses)] if state != "not_answered")
    return Share(answered, asked)


def clauses_by_item(rubric: Rubric, rows: Mapping[str, ItemAnswer], target: int) -> dict[str, Share]:
    return {item.code: clauses_of(item, rows.get(item.code), target) for item in rubric.items}


def together(shares: Iterable[Share]) -> Share:
    counted = list(shares)
    return Share(sum(share.done for share in counted), sum(share.of for share in counted))


@dataclass(frozen=True, slots=True)
class Missing:
    """Figures an item still lacks for the target: which kind, and at which levels (none: the item's own)."""

    kind: str  # "base" | "numerator" | "in_use" | "data_quality"
    levels: tuple[int, ...] = ()


def missing_figures(
    rubric: Rubric, item: Item, row: ItemAnswer | None, bases: Mapping[str, int], target: int
) -> tuple[Missing, ...]:
    """Denominators, numerators, "in use" and data-quality indices not entered for the target.

    A numerator given at a higher level on the same base stands for the lower ones, as it scores.
    """
    if row is not None and row.no_such_service.strip():
        return ()
    levels = [level.level for level in asked_up_to(item, target)]
    if not levels:
        return ()
    found: list[Missing] = []
    if item.application.kind == "implemented":
        if row is None or row.in_use is None:
            found.append(Missing("in_use"))
    else:
        without_base = tuple(level for level in levels if not _has_base(rubric, item, row, bases, level))
        if without_base:
            found.append(Missing("base", without_base))
        given = {int(level) for level in (row.numerators if row is not None else {})}
        fed_alike = not any(base.feeds.get(item.code) for base in rubric.statistical_bases)
        without = tuple(
            level
            for level in levels
            if level not in given and not (fed_alike and any(higher > level for higher in given))
        )
        if without:
            found.append(Missing("numerator", without))
    entered = row.data_quality if row is not None else {}
    indices = tuple(
        level.level
        for level in asked_up_to(item, target)
        if level.has_index and str(level.level) not in entered
    )
    if indices:
        found.append(Missing("data_quality", indices))
    return tuple(found)


def _has_base(
    rubric: Rubric, item: Item, row: ItemAnswer | None, bases: Mapping[str, int], level: int
) -> bool:
    if row is not None and (row.denominator is not None or str(level) in row.denominators):
        return True
    return any(
        item.code in base.feeds and (not base.feeds[item.code] or level in base.feeds[item.code])
        for base in rubric.statistical_bases
        if base.key in bases
    )


def is_late(
    assignment: Assignment | None, share: Share, today: date, assessment_due: date | None = None
) -> bool:
    """Past its date and neither marked done nor answered.

    The assessment's own date counts where the item has none.
    """
    due = (assignment.due_on if assignment else None) or assessment_due
    if due is None or due >= today:
        return False
    done_at: datetime | None = assignment.done_at if assignment else None
    return done_at is None and not share.complete
