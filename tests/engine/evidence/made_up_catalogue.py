"""Pieces of made-up rubrics, catalogues and counts for verdicts and lenses."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.evidence.catalogue.checks import (
    Comparison,
    CompletenessCheck,
    Condition,
    IntegrationCheck,
    StatisticCheck,
)
from engine.evidence.catalogue.values import (
    ApplicationMetric,
    Catalogue,
    Counted,
    DecisionSupport,
    FamilyRoute,
    Fragmentation,
    Loop,
    LoopOrder,
    NatureMap,
    Node,
    NotCovered,
    Rule,
    Topic,
)
from engine.evidence.counts import (
    LoopCount,
    MetricCount,
    NodeCount,
    OrderCount,
    Reason,
    RuleCount,
    RunCounts,
    TopicCount,
)
from engine.rubric.values import (
    Application,
    Clause,
    Gate,
    HospitalLevel,
    Item,
    ItemLevel,
    Role,
    Rubric,
    Text,
    Thresholds,
)

FILE_ABSENT = Reason("file_absent", Text("没有文件。", "No file."))
WORD = Text("词", "word")
NATURES = ("exchange", "dictionary", "closed_loop", "decision_support", "capture", "governance", "analytics")


def nature(key: str, *routes: FamilyRoute, partly: bool = False) -> NatureMap:
    status = "partly_supported" if partly else "supported"
    return NatureMap(key, WORD, status, Decimal("0.8"), Decimal("0.5"), routes)  # type: ignore[arg-type]


CAPABILITY: Mapping[str, NatureMap] = {
    each.nature: each
    for each in (
        nature(
            "exchange",
            FamilyRoute("facade_checks", "explicit"),
            FamilyRoute("dq_rules", "family", ("integration",), "at_least", "hospital"),
            FamilyRoute("closed_loops", "family", same_item=True),
            FamilyRoute("dq_rules", "corroborate", ("completeness", "consistency"), "any"),
        ),
        nature(
            "dictionary",
            FamilyRoute("semantic_checks", "explicit"),
            FamilyRoute("dq_rules", "family", ("consistency",), "any"),
            FamilyRoute("dq_rules", "family", ("integration",), "at_least"),
        ),
        nature("closed_loop", FamilyRoute("closed_loops", "explicit")),
        nature("decision_support", FamilyRoute("decision_support", "explicit")),
        nature("capture", FamilyRoute("dq_rules", "family", ("completeness",), "any"), partly=True),
        nature("governance", FamilyRoute("facade_checks", "explicit"), partly=True),
        nature("analytics", FamilyRoute("facade_checks", "explicit"), partly=True),
    )
}


def rule(id: str, family: str = "facade_checks", **further: Any) -> Rule:
    known: dict[str, Any] = {
        "rubric": "made-up",
        "dimension": "integration",
        "label": Text(id, id),
        "setting": "all",
        "scope": "hospital",
        "mechanisable": True,
        "check": CompletenessCheck("order", (("order_no",),)),
    }
    return Rule(id=id, family=family, **(known | further))  # type: ignore[arg-type]


def statistic(op: str, *values: str) -> StatisticCheck:
    return StatisticCheck("share", {}, Comparison(op, tuple(Decimal(v) for v in values)))  # type: ignore[arg-type]


def about(id: str, target: str) -> Rule:
    """A check that alerts on a target refer to real business."""
    check = IntegrationCheck(
        "decision_alert", "order", (), left_where=((Condition("alert_target", target),),)
    )
    return rule(id, "decision_support", threshold=Decimal("0.95"), check=check)


def loop(id: str = "CL-1", *, setting: str = "all", supports: tuple[str, ...] = (), **further: Any) -> Loop:
    """Four nodes: a, b, c mandatory, d not; a <= b <= c."""
    nodes = tuple(
        Node(key, "order", f"{key}_at", Text(key, key), key != "d", link_to=None if key == "a" else "a")
        for key in "abcd"
    )
    return Loop(
        id=id,
        rubric="made-up",
        name=Text(id, id),
        setting=setting,  # type: ignore[arg-type]
        anchor="a",
        nodes=nodes,
        order=(LoopOrder("a", "<=", "b"), LoopOrder("b", "<=", "c")),
        supports=supports,
        supports_with_nodes=further.get("with_nodes", {}),
        node_coverage=Decimal("0.9"),
        optional_node_coverage=Decimal("0.5"),
        order_conformity=Decimal("0.95"),
        complete_loop={"basic": Decimal("0.8"), "optional": Decimal("0.5")},
    )


def loop_count(
    id: str = "CL-1", setting: str = "all", instances: int = 100, complete: int = 95, **present: int
) -> LoopCount:
    have = dict.fromkeys("abcd", instances) | present
    order = present.get("order", instances)
    return LoopCount(
        id,
        setting,
        instances,
        complete,
        tuple(NodeCount(key, have[key], Decimal(5)) for key in "abcd"),
        (OrderCount("a", "b", instances, order), OrderCount("b", "c", instances, order)),
    )


def metric(item: str, fidelity: str, *, kind: str = "ratio", days: int | None = None) -> ApplicationMetric:
    return ApplicationMetric(
        f"AM-{item}",
        "made-up",
        item,
        kind,
        fidelity,
        None,
        Counted("order", "all"),
        min_days_with_rows=days,  # type: ignore[arg-type]
    )


def catalogue(
    *rules: Rule,
    loops: tuple[Loop, ...] = (),
    topics: tuple[Topic, ...] = (),
    metrics: tuple[ApplicationMetric, ...] = (),
    not_covered: tuple[NotCovered, ...] = (),
) -> Catalogue:
    nothing = Fragmentation(WORD, "r", "c", "n", "s", "f", (), (), (), (), {}, WORD, WORD)
    return Catalogue(
        content_hash="0" * 64,
        data_quality_table_year=2018,
        records={},
        dictionaries={},
        rules={each.id: each for each in rules},
        loops={each.id: each for each in loops},
        metrics={each.id: each for each in metrics},
        decision_support=DecisionSupport("decision_alert", 10, topics, WORD, ("DS-01", "DS-02")),
        fragmentation=nothing,
        authenticity={},
        capability=CAPABILITY,
        not_covered=not_covered,
        not_computable={},
        formulas={},
        statistic_kinds={},
        doubts=(),
    )


def clause(n: int, nature: str = "exchange", *, backend: bool = True) -> Clause:
    return Clause(n, Text(f"条款{n}", f"clause {n}"), nature, backend, ())


def item(code: str, levels: Mapping[int, Any], *, kind: str = "ratio", indices: tuple[int, ...] = ()) -> Item:
    """``levels``: level -> (category, clauses)."""
    return Item(
        code,
        int(code[-2:]),
        code[:2],
        Text(f"项目{code}", f"Item {code}"),
        Application(kind, 3, WORD, WORD),  # type: ignore[arg-type]
        bool(indices),
        tuple(
            ItemLevel(level, category, True, tuple(clauses), has_index=level in indices)
            for level, (category, clauses) in levels.items()
        ),
    )


def rubric(*items: Item) -> Rubric:
    top = max(level.level for each in items for level in each.levels)

    def count(level: int, category: str) -> int:
        return sum(level in each.by_level and each.by_level[level].category == category for each in items)

    return Rubric(
        id="made-up",
        status="official",
        title=Text("示例标准", "Made-up standard"),
        document_number=None,
        roles=(Role("01", WORD),),
        items=items,
        levels=tuple(HospitalLevel(level, WORD) for level in range(top + 1)),
        gates=tuple(Gate(at, count(at, "basic"), 0, count(at, "optional"), 0) for at in range(1, top + 1)),
        thresholds=Thresholds(Decimal("0.80"), Decimal("0.50"), Decimal("0.50"), Decimal("0.50")),
    )


def counts(
    *rules: RuleCount,
    loops: tuple[LoopCount, ...] = (),
    topics: tuple[TopicCount, ...] = (),
    metrics: tuple[MetricCount, ...] = (),
) -> RunCounts:
    return RunCounts(
        "made-up",
        "0" * 64,
        2018,
        "1.0.0",
        None,
        {each.rule: each for each in rules},
        loops,
        {each.metric: each for each in metrics},
        {each.topic: each for each in topics},
    )
