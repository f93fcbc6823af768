"""Made-up rubrics and answers for the laws of the engine, from one source of randomness.

Figures crowd around the bounds (0.495, 0.50, 0.80), because that is where scorers differ.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random

from engine.rubric.values import (
    Application,
    Category,
    Clause,
    DataQualityRule,
    Gate,
    HospitalLevel,
    Item,
    ItemLevel,
    Role,
    Rubric,
    StatisticalBase,
    Text,
    Thresholds,
)
from engine.scoring.answers import (
    STATES,
    Answers,
    DimensionIndex,
    DirectIndex,
    IndexAnswer,
    ItemAnswers,
    RuleCounts,
    State,
)
from engine.scoring.checking import DIMENSIONS

INDICES = ("0", "0.3", "0.49", "0.494", "0.495", "0.5", "0.50", "0.505", "0.75", "0.9", "0.995", "1")
SHARES = (0, 300, 490, 494, 495, 500, 505, 600, 790, 794, 795, 800, 805, 900, 995, 1000)  # per thousand
BASES = (1, 3, 7, 20, 50, 100, 200, 1000, 4765)


def text(word: str) -> Text:
    return Text(f"{word}（中）", word)


def small_rubric(rng: Random) -> Rubric:
    """A rubric of 2-5 items and 2-4 levels with gaps, empty levels, indices and open flags."""
    top = rng.randint(2, 4)
    with_index = rng.random() < 0.7
    items = tuple(_item(rng, n, top, with_index) for n in range(1, rng.randint(2, 5) + 1))
    rules = tuple(
        DataQualityRule(
            id=f"{item.code}.{level.level}-{n}",
            item=item.code,
            level=level.level,
            dimension=rng.choice(DIMENSIONS),
            label=text("rule"),
            active=n > 0,
            mechanisable=True,
        )
        for item in items
        for level in item.levels
        if level.has_index
        for n in range(rng.randint(2, 4))
    )
    return Rubric(
        id="made-up",
        status="official",
        title=text("Made-up rubric"),
        document_number=None,
        roles=(Role("01", text("Role")),),
        items=items,
        levels=tuple(
            HospitalLevel(level, text(f"Level {level}"), overall=(text("overall"),) * rng.randint(0, 2))
            for level in range(top + 1)
        ),
        gates=tuple(_gate(rng, items, level) for level in range(1, top + 1)),
        thresholds=Thresholds(
            basic_application=Decimal("0.80"),
            optional_application=Decimal("0.50"),
            data_quality=Decimal("0.50") if with_index else None,
            earlier_data_quality=Decimal("0.50") if with_index else None,
            zero_denominator_scores_zero=rng.random() < 0.5,
        ),
        rules=rules,
        statistical_bases=(
            StatisticalBase("all", text("All"), text("All"), text("each"), {i.code: () for i in items}),
        ),
    )


def _item(rng: Random, n: int, top: int, with_index: bool) -> Item:
    code = f"01.{n:02d}"
    levels = [_level(0, None, False, 1, False, False)]
    measured = with_index and rng.random() < 0.8
    for level in range(1, top + 1):
        if level < top and rng.random() < 0.15:
            continue
        category: Category = rng.choice(("basic", "optional"))
        empty = rng.random() < 0.1
        has_index = measured and rng.random() < 0.7
        clauses = 0 if empty else rng.randint(1, 3)
        levels.append(_level(level, category, rng.random() < 0.5, clauses, empty, has_index))
    if rng.random() < 0.75:
        application = Application("ratio", 3, text("numerator"), text("denominator"))
    else:
        application = Application("implemented", condition=text("in use"))
    return Item(code, n, "01", text(f"Item {n}"), application, measured, tuple(levels))


def _level(
    level: int, category: Category | None, confirmed: bool, clauses: int, empty: bool, has_index: bool
) -> ItemLevel:
    return ItemLevel(
        level=level,
        category=category,
        category_confirmed=confirmed,
        clauses=tuple(Clause(n, text("clause"), "function", False, ()) for n in range(1, clauses + 1)),
        no_requirement=empty,
        has_index=has_index,
    )


def _gate(rng: Random, items: tuple[Item, ...], level: int) -> Gate:
    categories = [item.by_level[level].category for item in items if level in item.by_level]
    optional = categories.count("optional")
    return Gate(
        level=level,
        basic=categories.count("basic"),
        optional_required=rng.randint(0, optional),
        optional_total=optional,
        min_total=rng.randint(0, level * len(items)),
    )


def random_answers(rng: Random, rubric: Rubric) -> Answers:
    """Answers that ``check_answers`` accepts.

    A hospital meets everything up to a level of its own, but for slips; how many slips there are
    varies from case to case, so that every level of the hospital occurs.
    """
    slips = rng.choice((0.0, 0.004, 0.02, 0.1, 0.4, 0.8))
    cap = rng.randint(0, rubric.top_level)
    items = {
        item.code: random_item(rng, rubric, item, slips, cap)
        for item in rubric.items
        if rng.random() >= slips / 8
    }
    overall = {
        level.level: tuple(rng.choice(STATES) for _ in level.overall)
        for level in rubric.levels
        if level.level > 0 and level.overall and rng.random() < 0.7
    }
    return Answers(rubric=rubric.id, items=items, overall=overall)


def random_item(rng: Random, rubric: Rubric, item: Item, slips: float, cap: int) -> ItemAnswers:
    clauses: dict[int, tuple[State, ...]] = {}
    for level in item.asked_levels:
        if rng.random() < slips / 8:
            continue
        slip = rng.random() < slips or (level.level > cap and rng.random() < 0.9)
        states: list[State] = [(rng.choice(STATES) if slip else "met") for _ in level.clauses]
        cut = rng.randint(0, len(states)) if rng.random() < slips / 8 else len(states)
        clauses[level.level] = tuple(states[:cut])
    quality = {
        level.level: _index(rng, rubric, item, level.level, slips)
        for level in item.asked_levels
        if level.has_index and rng.random() >= slips / 8
    }
    reason = "本院无此业务" if rng.random() < slips / 8 else ""
    if item.application.kind == "implemented":
        in_use = rng.choice((True, False, None)) if rng.random() < slips else True
        return ItemAnswers(clauses, in_use=in_use, data_quality=quality, no_such_service=reason)
    denominator, denominators, numerators = _figures(rng, rubric, item, slips)
    return ItemAnswers(
        clauses, denominator, denominators, numerators, data_quality=quality, no_such_service=reason
    )


def _figures(
    rng: Random, rubric: Rubric, item: Item, slips: float
) -> tuple[int | None, dict[int, int], dict[int, int]]:
    levels = [level.level for level in item.asked_levels]
    denominator = rng.choice(BASES) if rng.random() >= slips / 8 else None
    if rubric.thresholds.zero_denominator_scores_zero and rng.random() < slips / 8:
        denominator = 0
    denominators: dict[int, int] = {}
    if rng.random() < 0.15:
        denominators = {level: rng.choice((20, 50)) for level in levels if rng.random() < 0.6}
    numerators: dict[int, int] = {}
    last: dict[int, int] = {}  # per base: what the level below counted, which no higher level may exceed
    for level in levels:
        if rng.random() < 0.2 and level != levels[-1]:
            continue
        base = denominators.get(level, denominator)
        if base is None:
            continue
        per_mille = rng.choice(SHARES) if rng.random() < slips else rng.choice((800, 950, 1000, 1000))
        counted = -(-base * per_mille // 1000)
        numerators[level] = last[base] = min(counted, last.get(base, base))
    return denominator, denominators, numerators


def _index(rng: Random, rubric: Rubric, item: Item, level: int, slips: float) -> IndexAnswer:
    def share() -> Decimal:
        good = rng.random() >= slips
        return Decimal(rng.choice(("0.50", "0.93", "1"))) if good else Decimal(rng.choice(INDICES))

    kind = rng.random()
    rules = [rule.id for rule in rubric.rules_of(item.code, level) if rule.active]
    if kind < 0.6 or not rules:
        return DirectIndex(share())
    if kind < 0.8:
        names = rng.sample(DIMENSIONS, rng.randint(0 if rng.random() < slips else 1, len(DIMENSIONS)))
        return DimensionIndex({name: share() for name in names})
    counts: dict[str, tuple[int, int]] = {}
    for rule in rules:
        if rng.random() >= slips / 8:
            base = rng.choice((0, *BASES)) if rng.random() < slips else rng.choice(BASES)
            per_mille = rng.choice(SHARES) if rng.random() < slips else 1000
            counts[rule] = (base * per_mille // 1000, base)
    return RuleCounts(counts)
