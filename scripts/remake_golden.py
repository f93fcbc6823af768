#!/usr/bin/env python
"""Rewrite the score cards of tests/golden from their assessments.

A card may change only when ENGINE_VERSION moved: a hospital that scored 4 yesterday must score 4
today, or the version must say that the rules of arithmetic did. Without a new version a card that
would change is refused, nothing is written, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.rubric.load import load_library  # noqa: E402
from engine.rubric.values import Rubric  # noqa: E402
from engine.scoring import ENGINE_VERSION  # noqa: E402
from engine.scoring.card_json import card_to_json  # noqa: E402
from engine.scoring.formats import answers_from_json, parse_document, rubric_of  # noqa: E402
from engine.scoring.score import score  # noqa: E402

ASSESSMENTS = ROOT / "tests" / "golden" / "assessments"
CARDS = ROOT / "tests" / "golden" / "cards"


@cache
def rubrics() -> dict[str, Rubric]:
    return load_library(ROOT / "rubrics" / "library")


def make_cards(assessments: Path) -> dict[str, dict[str, Any]]:
    """The card of every assessment in the folder, by file name."""
    library = rubrics()
    cards: dict[str, dict[str, Any]] = {}
    for path in sorted(assessments.glob("*.json")):
        document = parse_document(path.read_text(encoding="utf-8"))
        rubric = library[rubric_of(document)]
        cards[path.name] = card_to_json(score(rubric, answers_from_json(rubric, document)))
    return cards


def refused_changes(cards: dict[str, dict[str, Any]], folder: Path) -> list[str]:
    """Names of the cards that differ from the stored ones although the engine version did not move."""
    refused = []
    for name, card in cards.items():
        stored = folder / name
        if stored.exists():
            before = json.loads(stored.read_text(encoding="utf-8"))
            if before != card and before["engine_version"] == card["engine_version"]:
                refused.append(name)
    return refused


def as_lines(card: dict[str, Any]) -> str:
    """The card as JSON with one line per level and per item, so that a change reads as a diff."""
    parts = []
    for key, value in card.items():
        head = json.dumps(key)
        if isinstance(value, dict) and value:
            rows = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
            parts.append(f" {head}: {{\n{rows}\n }}")
        elif key == "levels":
            rows = ",\n".join(f"  {json.dumps(row)}" for row in value)
            parts.append(f" {head}: [\n{rows}\n ]")
        else:
            parts.append(f" {head}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--assessments", type=Path, default=ASSESSMENTS)
    parser.add_argument("--cards", type=Path, default=CARDS)
    options = parser.parse_args(arguments)
    cards = make_cards(options.assessments)
    refused = refused_changes(cards, options.cards)
    if refused:
        for name in refused:
            print(
                f"{name}: the card would change, but ENGINE_VERSION is still {ENGINE_VERSION}",
                file=sys.stderr,
            )
        print(
            "Move ENGINE_VERSION in engine/scoring/__init__.py if scores are meant to change.",
            file=sys.stderr,
        )
        return 1
    options.cards.mkdir(parents=True, exist_ok=True)
    for name, card in cards.items():
        (options.cards / name).write_text(as_lines(card), encoding="utf-8")
    print(f"{len(cards)} cards written, engine {ENGINE_VERSION}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
