"""Answers of made-up hospitals that come out at a wanted level, the same ones every time.

``reach`` draws a believable hospital at a level; ``weaken`` puts the weak spots in that a real quality
office would recognise. Whether a level is reached is asked of the scorer, never assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from assessments.demo.figures import figure
from engine.rubric.values import Item, Rubric
from engine.scoring.answers import Answers, DimensionIndex, DirectIndex, ItemAnswers, State
from engine.scoring.score import score

MET: State = "met"


@dataclass(frozen=True)
class Drawn:
    """Answers and the base figures (key -> count) their denominators come from."""

    answers: Answers
    bases: Mapping[str, int]


def reach(rubric: Rubric, level: int, *, beds: int, seed: str) -> Drawn:
    """A hospital whose claimed level is exactly ``level``."""
    random = Random(f"{rubric.id} {level} {seed}")
    bases = {base.key: figure(base.key, beds, random) for base in rubric.statistical_bases}
    functions = {item.code: _function(item, level, random) for item in rubric.items}
    quality = random.uniform(0.82, 0.95)
    for _ in range(60):
        answers = Answers(
            rubric=rubric.id,
            items={
                item.code: _item(
                    rubric, item, functions[item.code], bases, Random(f"{seed} {item.code}"), quality
                )
                for item in rubric.items
            },
        )
        card = score(rubric, answers)
        if card.level == level:
            return Drawn(answers, bases)
        up = card.level < level
        movable = [
            item
            for item in rubric.items
            if (functions[item.code] < rubric.top_level if up else functions[item.code] > 0)
        ]
        for item in random.sample(movable, min(3, len(movable))):
            functions[item.code] = _neighbour(item, functions[item.code], up=up)
        if up:
            quality = min(0.97, quality + 0.01)
    raise ValueError(f"No hospital of level {level} was found for {rubric.id}, seed {seed}.")


def weaken(drawn: Drawn, rubric: Rubric, spots: Mapping[str, ItemAnswers]) -> Drawn:
    """The same hospital with the named items as given; figures left out stay as they were."""
    items = dict(drawn.answers.items)
    for code, spot in spots.items():
        before = items[code]
        items[code] = replace(
            before,
            clauses={**before.clauses, **spot.clauses},
            numerators={**before.numerators, **spot.numerators},
            data_quality={**before.data_quality, **spot.data_quality},
            in_use=before.in_use if spot.in_use is None else spot.in_use,
            no_such_service=spot.no_such_service,
        )
    return Drawn(replace(drawn.answers, items=items), drawn.bases)


def _function(item: Item, level: int, random: Random) -> int:
    """Basic items reach the level; the others lie around it, some of them well below."""
    defined = [entry.level for entry in item.asked_levels]
    wanted = max(
        (entry.level for entry in item.asked_levels if entry.level <= level and entry.category == "basic"),
        default=0,
    )
    drawn = level + random.choices((-2, -1, 0, 1), (1, 3, 10, 1))[0]
    return max((k for k in defined if k <= max(wanted, drawn, 1)), default=0)


def _neighbour(item: Item, level: int, *, up: bool) -> int:
    defined = [0, *(entry.level for entry in item.asked_levels)]
    return (
        next((k for k in defined if k > level), level)
        if up
        else max((k for k in defined if k < level), default=level)
    )


def _item(
    rubric: Rubric, item: Item, function: int, bases: Mapping[str, int], random: Random, quality: float
) -> ItemAnswers:
    clauses: dict[int, tuple[State, ...]] = {}
    for entry in item.asked_levels:
        if entry.no_requirement:
            continue
        if entry.level <= function:
            clauses[entry.level] = tuple(MET for _ in entry.clauses)
        elif entry.level <= function + 2:
            states: list[State] = random.choices(
                ("met", "partly", "not_met"), (2, 2, 3), k=len(entry.clauses)
            )
            states[random.randrange(len(states))] = "not_met" if random.random() < 0.6 else "partly"
            clauses[entry.level] = tuple(states)
    if item.application.kind == "implemented":
        return ItemAnswers(
            clauses=clauses, in_use=function > 0, data_quality=_indices(item, function, random, quality)
        )
    numerators: dict[int, int] = {}
    denominators: dict[int, int] = {}
    ratio = random.uniform(0.90, 0.99)
    for entry in item.asked_levels:
        base = next(
            b
            for b in rubric.statistical_bases
            if item.code in b.feeds and entry.level in (b.feeds[item.code] or (entry.level,))
        )
        denominators[entry.level] = bases[base.key]
        if entry.level <= function:
            numerators[entry.level] = int(bases[base.key] * ratio)
            ratio = max(0.82, ratio - random.uniform(0.0, 0.03))
    return ItemAnswers(
        clauses=clauses,
        denominators=denominators,
        numerators=numerators,
        data_quality=_indices(item, function, random, quality),
    )


def _indices(
    item: Item, function: int, random: Random, quality: float
) -> dict[int, DirectIndex | DimensionIndex]:
    found: dict[int, DirectIndex | DimensionIndex] = {}
    for entry in item.asked_levels:
        if entry.has_index and entry.level <= function:
            share = min(0.99, max(0.55, quality + random.uniform(-0.12, 0.05) - 0.02 * (entry.level - 3)))
            found[entry.level] = DirectIndex(Decimal(str(round(share, 2))))
    return found
