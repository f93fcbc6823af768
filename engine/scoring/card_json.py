"""zhiping-scorecard/1: a card as plain JSON values, both ways, nothing lost.

Beyond the keys of the published format a card carries, so that screens of submitted work can be
drawn from it alone: per failing item ``at_level`` and the factors that fail ``also``; per gate
``borderline`` (item codes; true or false for the total); per item ``factors`` of every level,
``next_missing`` and ``no_such_service``; and ``overall_unconfirmed`` as [level, n].

Scores and the total are printed with two decimals. Exact values are not printed: a score is
exactly scored level x application x data quality, and the exact total their sum.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.rubric.values import Text
from engine.scoring.card import (
    LENSES,
    Borderline,
    CountGate,
    Factors,
    Failing,
    Gates,
    ItemResult,
    LevelResult,
    NextMissing,
    ScoreCard,
    Shortfall,
    TotalGate,
)
from engine.scoring.formats import FormatError
from engine.scoring.rounding import ONE, ZERO, half_up

SCORECARD_FORMAT = "zhiping-scorecard/1"

Json = dict[str, Any]


def card_to_json(card: ScoreCard) -> Json:
    """The card as JSON values: levels as keys are strings, numbers that are scored are strings."""
    return {
        "format": SCORECARD_FORMAT,
        "rubric": card.rubric,
        "lens": card.lens,
        "engine_version": card.engine_version,
        "level": card.level,
        "total": str(card.total),
        "facade_gap": None if card.facade_gap is None else str(card.facade_gap),
        "levels": [_level_to_json(level) for level in card.levels],
        "items": {code: _item_to_json(result) for code, result in card.items.items()},
        "overall_unconfirmed": [list(place) for place in card.overall_unconfirmed],
    }


def card_from_json(data: Mapping[str, Any]) -> ScoreCard:
    """The card that :func:`card_to_json` wrote.

    Raises FormatError, with the path, for another format, for a key that is missing, unknown or
    of the wrong kind, and for printed figures that do not follow from the factors beside them.
    """
    if not isinstance(data, Mapping) or data.get("format") != SCORECARD_FORMAT:
        raise FormatError(
            "format",
            Text(f"这不是{SCORECARD_FORMAT}格式的评分结果。", f"this is not a result in {SCORECARD_FORMAT}."),
        )
    try:
        card = _card(data)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, IndexError) as error:
        raise FormatError(
            "", Text(f"评分结果不完整或已损坏（{error!r}）。", f"this result is damaged ({error!r}).")
        ) from None
    written = card_to_json(card)
    path = None if _same_text(written, data) else _first_difference(written, data, "")
    if path is not None:
        raise FormatError(
            path,
            Text("此处与其余内容不符，或键未知。", "this contradicts the rest of the result, or is unknown."),
        )
    return card


def _level_to_json(level: LevelResult) -> Json:
    basic, optional, total = level.gates.basic, level.gates.optional, level.gates.total
    return {
        "level": level.level,
        "reached": level.reached,
        "robustness": level.robustness,
        "gates": {
            "basic": {
                "have": basic.have,
                "need": basic.need,
                "failing": [_failing_to_json(entry) for entry in basic.failing],
                "borderline": list(basic.borderline),
            },
            "optional": {
                "have": optional.have,
                "need": optional.need,
                "pool": optional.pool,
                "failing": [_failing_to_json(entry) for entry in optional.failing],
                "borderline": list(optional.borderline),
            },
            "total": {"have": str(total.have), "need": str(total.need), "borderline": total.borderline},
        },
    }


def _failing_to_json(failing: Failing) -> Json:
    entry = {"item": failing.item, **_shortfall_to_json(failing.shortfalls[0])}
    if failing.also:
        entry["also"] = [_shortfall_to_json(other) for other in failing.also]
    return entry


def _shortfall_to_json(short: Shortfall) -> Json:
    return {
        "factor": short.factor,
        "have": str(short.have),
        "need": str(short.need),
        "at_level": short.at_level,
    }


def _item_to_json(result: ItemResult) -> Json:
    missing = result.next_missing
    return {
        "function_level": result.function_level,
        "scored_level": result.scored_level,
        "score": str(half_up(result.score)),
        "application": str(result.application),
        "data_quality": None if result.data_quality is None else str(result.data_quality),
        "passes": list(result.passes),
        "borderline": [
            {"level": mark.level, "factor": mark.factor, "bound": str(mark.bound)}
            for mark in result.borderline
        ],
        "factors": {str(level): _factors_to_json(at) for level, at in result.factors.items()},
        "next_missing": None
        if missing is None
        else {"level": missing.level, "clauses": [list(place) for place in missing.clauses]},
        "no_such_service": result.no_such_service,
    }


def _factors_to_json(at: Factors) -> Json:
    return {
        "application": str(at.application),
        "data_quality": None if at.data_quality is None else str(at.data_quality),
        "index_entered": at.index_entered,
        "eligible": at.eligible,
        "function_met": at.function_met,
    }


def _card(data: Mapping[str, Any]) -> ScoreCard:
    levels = _levels(data["levels"])
    short: dict[str, dict[int, tuple[Shortfall, ...]]] = {code: {} for code in data["items"]}
    for level in levels:
        for failing in (*level.gates.basic.failing, *level.gates.optional.failing):
            short[failing.item][level.level] = failing.shortfalls
    items = {code: _item(code, entry, short[code]) for code, entry in data["items"].items()}
    gap = data["facade_gap"]
    exact_total = sum((result.score for result in items.values()), ZERO)
    return ScoreCard(
        rubric=data["rubric"],
        lens=LENSES[LENSES.index(data["lens"])],
        engine_version=data["engine_version"],
        level=max((result.level for result in levels if result.reached), default=0),
        total=half_up(exact_total),
        exact_total=exact_total,
        levels=levels,
        items=items,
        overall_unconfirmed=tuple((level, n) for level, n in data["overall_unconfirmed"]),
        facade_gap=None if gap is None else Decimal(gap),
    )


def _levels(entries: list[Mapping[str, Any]]) -> tuple[LevelResult, ...]:
    levels: list[LevelResult] = []
    reached = True
    for entry in entries:
        gates = _gates(entry["gates"])
        reached = reached and gates.hold
        levels.append(LevelResult(entry["level"], reached, entry["robustness"], gates))
    return tuple(levels)


def _gates(data: Mapping[str, Any]) -> Gates:
    basic, optional, total = (data[name] for name in ("basic", "optional", "total"))
    return Gates(
        basic=_count_gate(basic, pool=basic["need"]),
        optional=_count_gate(optional, pool=optional["pool"]),
        total=TotalGate(Decimal(total["have"]), Decimal(total["need"])),
    )


def _count_gate(data: Mapping[str, Any], *, pool: int) -> CountGate:
    failing = tuple(
        Failing(entry["item"], tuple(_shortfall(each) for each in (entry, *entry.get("also", ()))))
        for entry in data["failing"]
    )
    return CountGate(data["have"], data["need"], pool, failing, tuple(data["borderline"]))


def _shortfall(data: Mapping[str, Any]) -> Shortfall:
    return Shortfall(data["factor"], Decimal(data["have"]), Decimal(data["need"]), data["at_level"])


def _item(code: str, data: Mapping[str, Any], short: dict[int, tuple[Shortfall, ...]]) -> ItemResult:
    factors = {int(level): _factors(int(level), entry) for level, entry in data["factors"].items()}
    scored, missing = data["scored_level"], data["next_missing"]
    shortfalls = {level: short[level] for level in factors if level in short}
    at = factors[scored] if scored else None
    return ItemResult(
        code=code,
        function_level=data["function_level"],
        scored_level=scored,
        score=at.product if at else ZERO,
        application=at.application if at else ZERO,
        data_quality=at.data_quality if at else None,
        factors=factors,
        passes=tuple(level for level in factors if level not in shortfalls),
        shortfalls=shortfalls,
        borderline=tuple(
            Borderline(mark["level"], mark["factor"], Decimal(mark["bound"])) for mark in data["borderline"]
        ),
        next_missing=None
        if missing is None
        else NextMissing(
            missing["level"],
            tuple((level, n) for level, n in missing["clauses"]),
            shortfalls[missing["level"]],
        ),
        no_such_service=data["no_such_service"],
    )


def _factors(level: int, data: Mapping[str, Any]) -> Factors:
    application = Decimal(data["application"])
    quality = None if data["data_quality"] is None else Decimal(data["data_quality"])
    product = level * application * (ONE if quality is None else quality)
    return Factors(
        application,
        quality,
        data["index_entered"],
        data["eligible"],
        data["function_met"],
        product,
    )


def _same_text(written: Json, given: Mapping[str, Any]) -> bool:
    """Quickly whether both are the same JSON; False where it takes a closer look to tell."""
    if written != given:  # keys and kinds of sequences; numbers of another kind may still be equal
        return False
    return json.dumps(written, sort_keys=True) == json.dumps(given, sort_keys=True, default=repr)


def _first_difference(written: Any, given: Any, path: str) -> str | None:
    """Where ``given`` differs from what this very card would be written as; None: nowhere."""
    if isinstance(written, dict) and isinstance(given, Mapping):
        for key in [*written, *(key for key in given if key not in written)]:
            below = f"{path}.{key}" if path else str(key)
            if key not in written or key not in given:
                return below
            if (found := _first_difference(written[key], given[key], below)) is not None:
                return found
        return None
    if isinstance(written, list) and isinstance(given, list) and len(written) == len(given):
        for n, (mine, theirs) in enumerate(zip(written, given, strict=True)):
            if (found := _first_difference(mine, theirs, f"{path}[{n}]")) is not None:
                return found
        return None
    return None if type(written) is type(given) and written == given else path
