"""What is signed: the answers as a zhiping-assessment/1 document, whole or a department's items, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.models import Assessment
from assessments.queries.answers import answers_of
from engine.rubric.canonical import content_hash
from engine.rubric.values import Rubric
from engine.scoring.formats import answers_to_json

Json = dict[str, Any]
Prints = dict[str, str]
UNANSWERED = "not_answered"
LETTERS = {"met": "m", "partly": "p", "not_met": "n"}
REST = "_"  # what is of no item: hospital, window, overall requirements
DIGITS = 8


@dataclass(frozen=True, slots=True)
class Difference:
    """``item`` empty: hospital, window or an overall requirement. ``clauses``: codes; empty: figures alone."""

    item: str
    clauses: tuple[str, ...] = ()


def document_of(assessment: Assessment, rubric: Rubric) -> Json:
    """What submitting would freeze as the snapshot's answers. Three queries."""
    return answers_to_json(rubric, answers_of(assessment, rubric=rubric))


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the canonical JSON."""
    return content_hash(document)


def part_of(document: Mapping[str, Any], items: Iterable[str]) -> Json:
    """The items of a department; one without an answer stands there empty, so that the list itself is signed."""
    answered = document.get("items", {})
    return {
        "format": document["format"],
        "rubric": document["rubric"],
        "items": {code: answered.get(code, {}) for code in sorted(items)},
    }


def prints_of(document: Mapping[str, Any], rubric: Rubric) -> Prints:
    """Per item a letter for each clause and a short digest of everything: small enough for a hidden field, and enough
    to say afterwards which clauses are answered differently."""
    answered = document.get("items", {})
    rest = {key: value for key, value in document.items() if key != "items"}
    found = {REST: content_hash(rest)[:DIGITS]}
    for item in rubric.items:
        if item.code in answered:
            states = answered[item.code].get("clauses", {})
            letters = "".join(
                LETTERS.get(state, "-")
                for level in item.asked_levels
                for state in _padded(states.get(str(level.level), ()), len(level.clauses))
            )
            found[item.code] = f"{letters}:{content_hash(answered[item.code])[:DIGITS]}"
    return found


def differences(before: Prints, now: Prints, rubric: Rubric) -> tuple[Difference, ...]:
    """In the rubric's order, the whole last. An item in one of both only counts as different."""
    found = []
    for item in rubric.items:
        old, new = before.get(item.code, ""), now.get(item.code, "")
        if old != new:
            names = [
                f"{item.code}.{level.level}-{n}"
                for level in item.asked_levels
                for n in range(1, len(level.clauses) + 1)
            ]
            blank = "-" * len(names)
            was, is_now = old.partition(":")[0] or blank, new.partition(":")[0] or blank
            found.append(
                Difference(
                    item.code,
                    tuple(name for name, a, b in zip(names, was, is_now, strict=False) if a != b),
                )
            )
    if before.get(REST) != now.get(REST):
        found.append(Difference(""))
    return tuple(found)


def _padded(states: Iterable[str], length: int) -> list[str]:
    given = list(states)[:length]
    return given + [UNANSWERED] * (length - len(given))
