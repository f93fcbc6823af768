"""One row per item: what it scores and why it does not pass the target."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from accounts.templatetags.display import DASH, points
from engine.rubric.values import Item
from engine.scoring.card import ItemResult
from reports.standing import Standing
from reports.view_models.words import borderline_sentence, lang, listed, shortfall_sentences


@dataclass(frozen=True, slots=True)
class ItemRow:
    """Figures are printed once, here. ``factor`` is the first that fails the target, "" when it passes.

    ``category`` is that of the target level, None where the standard asks nothing of the item there.
    """

    code: str
    name: str
    role: str
    role_name: str
    category: str | None
    category_confirmed: bool
    function_level: int
    scored_level: int
    score: str
    exact_score: Decimal
    share: Decimal  # of the highest score, for a small bar
    application: str
    data_quality: str
    passes: tuple[int, ...]
    passes_words: str
    passes_target: bool
    factor: str
    reason: str
    borderline: str
    no_such_service: bool


def item_rows(standing: Standing, target: int) -> tuple[ItemRow, ...]:
    """Every item in the rubric's order."""
    return tuple(item_row(standing, item, target) for item in standing.rubric.items)


def item_row(standing: Standing, item: Item, target: int) -> ItemRow:
    rubric, result = standing.rubric, standing.card.items[item.code]
    entry = item.by_level.get(target)
    shorts = result.shortfalls.get(target, ())
    return ItemRow(
        code=item.code,
        name=lang(item.name),
        role=item.role,
        role_name=lang(rubric.role_by_code[item.role].name),
        category=entry.category if entry else None,
        category_confirmed=entry.category_confirmed if entry else True,
        function_level=result.function_level,
        scored_level=result.scored_level,
        score=points(result.score),
        exact_score=result.score,
        share=result.score / rubric.top_level,
        application=points(result.application) if result.scored_level else DASH,
        data_quality=quality_words(result),
        passes=result.passes,
        passes_words=span_words(result.passes),
        passes_target=entry is not None and not shorts,
        factor=shorts[0].factor if shorts else "",
        reason=reason_words(standing, result, target),
        borderline=borderline_sentence(result),
        no_such_service=result.no_such_service,
    )


def quality_words(result: ItemResult) -> str:
    """The index at the scored level; a dash where the level has none."""
    return DASH if result.data_quality is None else points(result.data_quality)


def reason_words(standing: Standing, result: ItemResult, target: int) -> str:
    if result.no_such_service:
        given = standing.answers.items.get(result.code)
        return gettext("本院无此业务：%(reason)s") % {"reason": given.no_such_service if given else ""}
    return shortfall_sentences(result, result.shortfalls.get(target, ()))


def span_words(levels: tuple[int, ...]) -> str:
    """1–3、5 for (1, 2, 3, 5)."""
    if not levels:
        return DASH
    spans: list[list[int]] = []
    for level in levels:
        if spans and level == spans[-1][1] + 1:
            spans[-1][1] = level
        else:
            spans.append([level, level])
    return listed([str(low) if low == high else f"{low}–{high}" for low, high in spans])
