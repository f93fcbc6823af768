"""Random rubrics, catalogues, counts, answers and decisions, each from one seed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

from engine.evidence.catalogue.checks import CompletenessCheck, StatisticCheck
from engine.evidence.catalogue.values import Catalogue, Rule, Topic
from engine.evidence.counts import MetricCount, RuleCount, RunCounts, TopicCount
from engine.evidence.decisions import KINDS, OF_A_LEVEL, Decision
from engine.rubric.values import Item, Rubric
from engine.scoring.answers import Answers, DirectIndex, ItemAnswers
from tests.engine.evidence.made_up_catalogue import (
    FILE_ABSENT,
    NATURES,
    WORD,
    about,
    catalogue,
    clause,
    counts,
    item,
    loop,
    loop_count,
    metric,
    rubric,
    rule,
    statistic,
)

SHARES = (0, 200, 490, 500, 790, 795, 800, 900, 949, 950, 1000)


def random_case(seed: int) -> tuple[Rubric, Answers, Catalogue, RunCounts, tuple[Decision, ...]]:
    rng = Random(seed)
    wide = rubric(*(_random_item(rng, code) for code in ("01.01", "03.02", "05.03")[: rng.randint(1, 3)]))
    library = _random_catalogue(rng, wide)
    return wide, _random_answers(rng, wide), library, random_counts(rng, library), random_decisions(rng, wide)


def _random_item(rng: Random, code: str) -> Item:
    kind = rng.choice(("ratio", "ratio", "implemented"))
    levels = {
        level: (
            rng.choice(("basic", "optional")),
            [
                clause(n, rng.choice((*NATURES, "unknown")), backend=rng.random() < 0.7)
                for n in range(1, rng.randint(1, 3) + 1)
            ],
        )
        for level in range(1, 4)
    }
    return item(code, levels, kind=kind, indices=tuple(level for level in levels if rng.random() < 0.6))


def _codes(wide: Rubric) -> list[str]:
    return [
        f"{each.code}.{entry.level}.{one.n}"
        for each in wide.items
        for entry in each.levels
        for one in entry.clauses
    ]


def _random_catalogue(rng: Random, wide: Rubric) -> Catalogue:
    codes = _codes(wide)
    rules = [about("DS-01", "order"), about("DS-02", "prescription")]
    rules[0] = replace(rules[0], supports=(codes[0],), partial_for=(codes[0],))
    for number in range(rng.randint(0, 5)):
        supports = tuple(rng.sample(codes, rng.randint(1, min(3, len(codes)))))
        check = statistic(">=", "0.9") if rng.random() < 0.3 else CompletenessCheck("order", ())
        narrowed = {} if isinstance(check, StatisticCheck) else {supports[0]: ()}
        rules.append(
            rule(
                f"FC-{number}",
                rng.choice(("facade_checks", "semantic_checks")),
                supports=supports,
                partial_for=supports[:1] if rng.random() < 0.3 else (),
                threshold=None if rng.random() < 0.2 else Decimal("0.95"),
                check=check,
                supports_where=narrowed if rng.random() < 0.4 else {},
            )
        )
    for each in wide.items:
        for entry in each.levels:
            if not entry.has_index:
                continue
            for number in range(rng.randint(1, 3)):
                rules.append(
                    rule(
                        f"{each.code}.{entry.level}-{number}",
                        "dq_rules",
                        item=each.code,
                        level=entry.level,
                        dimension=rng.choice(("consistency", "completeness", "integration")),
                        scope=rng.choice(("hospital", "hospital", "regional")),
                        mechanisable=rng.random() < 0.85,
                        active=rng.random() < 0.9,
                    )
                )
    loops = ()
    if rng.random() < 0.6:
        supports = tuple(rng.sample(codes, 1))
        loops = (
            loop(
                setting=rng.choice(("all", "inpatient")),
                supports=supports,
                with_nodes={rng.choice(codes): ("d",)} if rng.random() < 0.4 else {},
            ),
        )
    topics = (Topic("allergy", WORD, tuple(rng.sample(codes, 1))),) if rng.random() < 0.5 else ()
    metrics = tuple(
        metric(
            each.code,
            rng.choice(("exact", "declared", "proxy")),
            kind="in_use" if each.application.kind == "implemented" else "ratio",
            days=20 if each.application.kind == "implemented" else None,
        )
        for each in wide.items
        if rng.random() < 0.7
    )
    return catalogue(*rules, loops=loops, topics=topics, metrics=metrics)


def _random_answers(rng: Random, wide: Rubric) -> Answers:
    items: dict[str, ItemAnswers] = {}
    for each in wide.items:
        if rng.random() < 0.05:
            continue
        clauses = {
            entry.level: tuple(
                "met" if rng.random() < 0.93 else rng.choice(("partly", "not_met")) for _ in entry.clauses
            )
            for entry in each.levels
        }
        quality = {
            entry.level: DirectIndex(Decimal(rng.choice(("0.50", "0.90", "1"))))
            for entry in each.levels
            if entry.has_index and rng.random() < 0.7
        }
        if each.application.kind == "implemented":
            items[each.code] = ItemAnswers(clauses, in_use=rng.random() < 0.9, data_quality=quality)  # type: ignore[arg-type]
            continue
        numerators: dict[int, int] = {}
        last = 200
        for entry in each.levels:
            if rng.random() < 0.8:
                last = min(last, rng.choice((200, 190, 150, 100)))
                numerators[entry.level] = last
        denominators = {2: 50, 3: 200} if rng.random() < 0.2 else {}
        if denominators:
            numerators = {
                level: min(value, denominators.get(level, 200)) for level, value in numerators.items()
            }
        items[each.code] = ItemAnswers(clauses, 200, denominators, numerators, data_quality=quality)  # type: ignore[arg-type]
    return Answers("made-up", items)


def random_rule_count(rng: Random, each: Rule) -> RuleCount | None:
    dice = rng.random()
    if dice < 0.08:
        return None
    if dice < 0.2:
        return RuleCount(each.id, 0, 0, FILE_ABSENT)
    if dice < 0.28:
        return RuleCount(each.id, 0, 0, narrowed=dict.fromkeys(each.supports_where, (0, 0)))
    base = rng.choice((7, 29, 30, 100, 1000))
    top = base * (1000 if rng.random() < 0.5 else rng.choice(SHARES)) // 1000
    supplied = rng.random() < 0.15
    narrowed = {}
    for code in each.supports_where:
        part = rng.choice((0, 12, base))
        narrowed[code] = (part * rng.choice(SHARES) // 1000, part)
    value = Decimal(top) / base if isinstance(each.check, StatisticCheck) else None
    return RuleCount(
        each.id,
        top,
        base,
        value=value,
        narrowed=narrowed,
        supplied=supplied,
        accepted=supplied and rng.random() < 0.5,
    )


def random_counts(rng: Random, library: Catalogue) -> RunCounts:
    rules = [count for each in library.rules.values() if (count := random_rule_count(rng, each)) is not None]
    loops = []
    for each in library.loops.values():
        for setting in ("all", "inpatient", "outpatient") if each.setting == "all" else (each.setting,):
            total = rng.choice((0, 12, 100))
            if rng.random() < 0.15:
                loops.append(replace(loop_count(each.id, setting, 0, 0), blocked=FILE_ABSENT))
                continue
            found = {
                "order": total * rng.choice((80, 95, 100)) // 100,
                "d": total * rng.choice((30, 50, 100)) // 100,
            }
            found["c"] = total * rng.choice((85, 90, 100, 100)) // 100
            loops.append(
                loop_count(each.id, setting, total, total * rng.choice((40, 50, 80, 95)) // 100, **found)
            )
    topics = []
    for topic in library.decision_support.topics:
        alerts = rng.choice((0, 5, 10, 40))
        target = rng.choice(("order", "prescription", "report", ""))
        split = {name: {target: alerts} if alerts else {} for name in ("all", "inpatient", "outpatient")}
        if rng.random() < 0.2:
            split = {"all": split["all"]}
        blocked = FILE_ABSENT if rng.random() < 0.15 else None
        topics.append(TopicCount(topic.key, 0 if blocked else alerts, {} if blocked else split, blocked))
    metrics = []
    for each_metric in library.metrics.values():
        if rng.random() < 0.25:
            metrics.append(MetricCount(each_metric.id, {}, blocked=FILE_ABSENT))
        elif each_metric.kind == "in_use":
            metrics.append(MetricCount(each_metric.id, {}, days=rng.choice((0, 19, 20, 60))))
        else:
            last, levels = 200, {}
            for level in (1, 2, 3):
                last = min(last, rng.choice((200, 180, 120, 60)))
                levels[level] = (last, 200)
            stopped = {3: FILE_ABSENT} if rng.random() < 0.2 else {}
            metrics.append(
                MetricCount(
                    each_metric.id,
                    {level: pair for level, pair in levels.items() if level not in stopped},
                    blocked_levels=stopped,
                )
            )
    return counts(*rules, loops=tuple(loops), topics=tuple(topics), metrics=tuple(metrics))


def random_decisions(rng: Random, wide: Rubric) -> tuple[Decision, ...]:
    found = []
    for number in range(rng.choice((0, 1, 3, 8))):
        each = rng.choice(wide.items)
        entry = rng.choice(each.levels)
        kind = rng.choice(KINDS)
        found.append(
            Decision(
                each.code,
                entry.level,
                None if kind in OF_A_LEVEL else rng.choice(entry.clauses).n,
                kind,
                rng.choice(("supported", "refuted")) if kind == "on_site" else "supported",
                "reviewer",
                f"2026-10-{1 + number:02d}T09:00:00+08:00",
                "reason",
            )
        )
    return tuple(found)
