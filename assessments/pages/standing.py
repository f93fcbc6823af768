"""How an item stands, level by level: what the page shows first and every save brings up to date.

All figures come from the engine's item result; nothing is computed here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.pages.wording import missing_line
from engine.rubric.values import Item, ItemLevel, Rubric
from engine.scoring.answers import ItemAnswers
from engine.scoring.card import ItemResult, ScoreCard
from engine.scoring.item import application_bound, quality_bound
from engine.scoring.rounding import half_up


@dataclass(frozen=True, slots=True)
class Bar:
    """A factor as a mini bar: its figure, width in hundredths, where the threshold stands, and the verdict.

    ``verdict``: enough | short | none (nothing entered, or the level has no such factor).
    """

    text: str
    width: int
    bound: str
    at: int
    verdict: str
    borderline: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """One level of the item. ``standing``: reached | current | ahead. ``blocks``: something entered is
    too low here, which is more than not having been filled in yet.

    ``denominator`` is what the level counts on; ``carried_from`` the higher level whose numerator
    stands for this one, with that numerator in ``carried``.
    """

    level: int
    standing: str
    line: str
    blocks: bool
    done: int
    of: int
    application: Bar | None
    quality: Bar | None
    denominator: int | None
    carried: int | None
    carried_from: int | None


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """The item as a whole: its score as a product, and its levels from the bottom up."""

    function_level: int
    scored_level: int
    score: str
    formula: str
    absent: bool
    current: int | None
    levels: tuple[Standing, ...]

    def as_json(self) -> dict[str, Any]:
        found = asdict(self)
        found["levels"] = {str(level["level"]): level for level in found["levels"]}
        return found


def standing_of(rubric: Rubric, item: Item, given: ItemAnswers, result: ItemResult) -> ItemStanding:
    current = next((entry.level for entry in item.asked_levels if entry.level not in result.passes), None)
    return ItemStanding(
        function_level=result.function_level,
        scored_level=result.scored_level,
        score=str(half_up(result.score)),
        formula=formula_of(result),
        absent=result.no_such_service,
        current=current,
        levels=tuple(_standing(rubric, item, entry, given, result, current) for entry in item.asked_levels),
    )


def formula_of(result: ItemResult) -> str:
    """3 × 0.90 × 0.93: the product behind the score."""
    if not result.scored_level:
        return _("无此项业务，计0分") if result.no_such_service else _("尚无可计分的级别")
    parts = [_("%(level)s级") % {"level": result.scored_level}, str(result.application)]
    if result.data_quality is not None:
        parts.append(str(result.data_quality))
    return " × ".join(parts)


def hospital_json(card: ScoreCard) -> dict[str, Any]:
    """The hospital's live level and total, for the head of the page."""
    return {
        "level": card.level,
        "level_text": _("%(level)s级") % {"level": card.level},
        "total": str(card.total),
    }


def _standing(
    rubric: Rubric, item: Item, entry: ItemLevel, given: ItemAnswers, result: ItemResult, current: int | None
) -> Standing:
    level = entry.level
    factors = result.factors[level]
    states = given.clauses.get(level, ())
    unmet = 0 if entry.no_requirement else len(entry.clauses) - states.count("met")
    ratio = item.application.kind == "ratio"
    counted = given.counted_at(level) if ratio else None
    known = counted is not None if ratio else given.in_use is not None
    marks = {mark.factor for mark in result.borderline if mark.level == level}
    quality_need = quality_bound(rubric.thresholds)
    reached = level in result.passes
    application = _bar(
        factors.application, application_bound(entry, rubric.thresholds), known, "application" in marks
    )
    quality = (
        None
        if factors.data_quality is None
        else _bar(factors.data_quality, quality_need, factors.index_entered, "data_quality" in marks)
    )
    low = any(bar is not None and bar.verdict == "short" for bar in (application, quality))
    return Standing(
        level=level,
        standing="reached" if reached else "current" if level == current else "ahead",
        line=""
        if reached or result.no_such_service
        else missing_line(item, level, result, unmet=unmet, given=given),
        blocks=not reached and (low or any(state in ("partly", "not_met") for state in states)),
        done=len(entry.clauses) - unmet,
        of=len(entry.clauses),
        application=application,
        quality=quality,
        denominator=given.denominator_at(level) if ratio else None,
        carried=counted[0] if counted and counted[2] != level else None,
        carried_from=counted[2] if counted and counted[2] != level else None,
    )


def _bar(value: Decimal, bound: Decimal, known: bool, borderline: bool) -> Bar:
    return Bar(
        text=str(value) if known else "—",
        width=int(value * 100) if known else 0,
        bound=str(bound),
        at=int(bound * 100),
        verdict="none" if not known else "enough" if value >= bound else "short",
        borderline=borderline and known,
    )
