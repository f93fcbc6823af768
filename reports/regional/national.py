"""What the country has set as targets and published as figures, with sources; data, not code (DOMAIN 3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from engine.rubric.values import Text

FILE = Path(__file__).with_name("national_targets.json")
Kind = Literal["every", "average"]


@dataclass(frozen=True, slots=True)
class Goal:
    """``every``: each hospital of these grades reaches the level; ``average``: they do so on average. ``sure`` is
    False where the source was not read for this product."""

    year: int
    kind: Kind
    whom: Text
    grades: frozenset[str]
    level: int
    source: Text
    sure: bool


@dataclass(frozen=True, slots=True)
class Published:
    words: Text
    source: Text


def _text(entry: Mapping[str, str]) -> Text:
    return Text(entry["zh"], entry["en"])


@cache
def _read() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


@cache
def levels_of(edition: str) -> tuple[Mapping[str, int], Text] | None:
    """Level per grade that counts as the target where a bureau set none, and its source."""
    entry = _read().get(edition)
    return (entry["levels"], _text(entry["source"])) if entry else None


@cache
def goals_of(edition: str) -> tuple[Goal, ...]:
    """Oldest first; none for a standard nobody set targets for."""
    kinds = _read()["whom"]
    return tuple(
        Goal(
            one["year"],
            one["kind"],
            _text(kinds[one["whom"]]),
            frozenset(kinds[one["whom"]]["grades"]),
            one["level"],
            _text(one["source"]),
            one["sure"],
        )
        for one in _read().get(edition, {}).get("goals", ())
    )


@cache
def published_of(edition: str) -> tuple[Published, ...]:
    return tuple(
        Published(_text(one["words"]), _text(one["source"]))
        for one in _read().get(edition, {}).get("published", ())
    )


def editions() -> tuple[str, ...]:
    return tuple(key for key in _read() if key != "whom")
