"""Made-up problems for plans: small rubrics whose clauses ask for the kinds of work of the real ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

from engine.roadmap.assumptions import load_assumptions
from engine.roadmap.quarters import Quarter
from engine.roadmap.values import Assumptions
from engine.rubric.values import Item, Rubric
from engine.rubric.vocabulary import NATURES
from engine.scoring.answers import Answers
from tests.engine.library import FOLDER
from tests.engine.random_cases import random_answers, small_rubric

START = Quarter(2027, 1)


@cache
def assumptions() -> Assumptions:
    return load_assumptions(FOLDER)


def plan_case(rng: Random, *, items: int = 5) -> tuple[Rubric, Answers]:
    """A small rubric with kinds of work, and answers to it."""
    rubric = small_rubric(rng)
    kept = tuple(_with_natures(rng, item) for item in rubric.items[:items])
    if len(kept) < len(rubric.items):
        rubric = _fewer(rubric, kept)
    rubric = replace(rubric, items=kept)
    return rubric, random_answers(rng, rubric)


def _with_natures(rng: Random, item: Item) -> Item:
    levels = tuple(
        replace(
            level,
            clauses=tuple(replace(clause, nature=rng.choice(NATURES)) for clause in level.clauses),
        )
        for level in item.levels
    )
    return replace(item, levels=levels)


def _fewer(rubric: Rubric, items: tuple[Item, ...]) -> Rubric:
    """The gate table for fewer items."""
    gates = []
    for gate in rubric.gates:
        categories = [item.by_level[gate.level].category for item in items if gate.level in item.by_level]
        optional = categories.count("optional")
        gates.append(
            replace(
                gate,
                basic=categories.count("basic"),
                optional_total=optional,
                optional_required=min(gate.optional_required, optional),
                min_total=min(gate.min_total, gate.level * len(items)),
            )
        )
    codes = {item.code for item in items}
    return replace(
        rubric, gates=tuple(gates), rules=tuple(rule for rule in rubric.rules if rule.item in codes)
    )
