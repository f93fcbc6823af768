"""Closed loops and application metrics counted row by row: for every instance, look at every row."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from tests.engine.evidence.naive_statistics import Blocked, Hospital, Row, meets, pick


@dataclass
class NaiveLoop:
    blocked: str | None = None
    nodes: dict[str, tuple[int, Decimal | None, str | None]] = field(default_factory=dict)
    orders: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    complete: list[tuple[Row, bool]] = field(default_factory=list)


def node_reason(loop: Any, node: Any, data: Hospital, catalogue: Any, setting: str) -> str | None:
    if node.link_to:
        parent = next(n for n in loop.nodes if n.id == node.link_to)
        above = node_reason(loop, parent, data, catalogue, setting)
        if above:
            return above
        if any(k not in data.supplied[parent.record] for k in node.link_on):
            return "column_absent"
    try:
        rows = pick(
            data,
            catalogue,
            node.record,
            fields=[node.field, *node.link_on],
            where=node.where,
            setting=setting,
        )
    except Blocked as stopped:
        return str(stopped)
    return "file_absent" if rows is None else None


def count_loop(loop: Any, data: Hospital, catalogue: Any, setting: str) -> NaiveLoop:
    nodes = {node.id: node for node in loop.nodes}
    anchor = nodes[loop.anchor]
    if anchor.record not in data.rows and anchor.record in data.not_applicable:
        return NaiveLoop()
    reasons = {node.id: node_reason(loop, node, data, catalogue, setting) for node in loop.nodes}
    found = NaiveLoop(next((reasons[n.id] for n in loop.nodes if n.mandatory and reasons[n.id]), None))
    if found.blocked:
        return found
    every = {
        node.id: pick(data, catalogue, node.record, where=node.where, setting=setting)
        for node in loop.nodes
        if not reasons[node.id]
    }
    instances = every[anchor.id] or []
    times = [{n: earliest(loop, nodes[n], row, every) for n in every} for row in instances]
    for node in loop.nodes:
        if reasons[node.id]:
            found.nodes[node.id] = (0, None, reasons[node.id])
            continue
        gaps = [
            (one[node.id] - one[node.link_to]).total_seconds()
            for one in times
            if node.link_to and one[node.id] and one[node.link_to]
        ]
        minutes = (Decimal(median(gaps)) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP) if gaps else None
        found.nodes[node.id] = (sum(one[node.id] is not None for one in times), minutes, None)
    for order in loop.order:
        pairs = [(one.get(order.before), one.get(order.after)) for one in times]
        both = [(a, b) for a, b in pairs if a is not None and b is not None]
        right = sum(a < b if order.op == "<" else a <= b for a, b in both)
        found.orders[order.before, order.after] = (len(both), right)
    for row, one in zip(instances, times, strict=True):
        done = all(one[n.id] is not None for n in loop.nodes if n.mandatory)
        for order in loop.order:
            a, b = one.get(order.before), one.get(order.after)
            if a is not None and b is not None:
                done = done and (a < b if order.op == "<" else a <= b)
        found.complete.append((row, done))
    return found


def linked(loop: Any, node: Any, instance: Row, every: dict[str, list[Row]]) -> list[Row]:
    if node.link_to is None:
        return [instance]
    parent = next(n for n in loop.nodes if n.id == node.link_to)
    above = linked(loop, parent, instance, every)
    return [
        row
        for row in every[node.id]
        if any(all(row[k] is not None and row[k] == up[k] for k in node.link_on) for up in above)
    ]


def earliest(loop: Any, node: Any, instance: Row, every: dict[str, list[Row]]) -> datetime | None:
    rows = linked(loop, node, instance, every)
    anchor = next(n for n in loop.nodes if n.id == loop.anchor)
    if node.link_to == anchor.id and node.record == anchor.record and meets(instance, node.where):
        rows = [*rows, instance]
    return min((row[node.field] for row in rows if row[node.field] is not None), default=None)


@dataclass
class NaiveMetric:
    levels: dict[int, tuple[int, int]] = field(default_factory=dict)
    blocked_levels: dict[int, str] = field(default_factory=dict)
    days: int | None = None
    crossed: tuple[int, int] | None = None


def in_window(data: Hospital, time: datetime) -> bool:
    return data.window is None or data.window[0] <= time.date() <= data.window[1]


def count_metric(metric: Any, data: Hospital, catalogue: Any, highest: int) -> NaiveMetric:
    counted = metric.counted
    rows = pick(
        data,
        catalogue,
        counted.record,
        fields=[*counted.distinct_on],
        where=counted.where,
        setting=counted.setting,
    )
    other = counted.window_on and counted.window_on != catalogue.records[counted.record].window_on
    if rows is not None and other and data.window:
        if counted.window_on not in data.supplied[counted.record]:
            raise Blocked("column_absent")
        rows = [r for r in rows if r[counted.window_on] is None or in_window(data, r[counted.window_on])]
    if metric.kind == "in_use":
        if rows is None:
            return NaiveMetric(days=0)
        time = counted.window_on
        if time not in data.supplied[counted.record]:
            raise Blocked("column_absent")
        return NaiveMetric(days=len({r[time].date() for r in rows if r[time] and in_window(data, r[time])}))
    if rows is None:
        return NaiveMetric(levels=dict.fromkeys(range(1, highest + 1), (0, 0)))
    keys: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        key = tuple(row[k] for k in counted.distinct_on)
        keys[key if None not in key else ("own row", row["zp_file"], row["zp_row"])].append(row)
    found = NaiveMetric()
    tests: dict[int, Any] = {}
    for number, requirement in enumerate(metric.require):
        try:
            tests[number] = test_of(requirement, metric, data, catalogue)
        except Blocked as stopped:
            for level in range(max(1, requirement.from_level), highest + 1):
                found.blocked_levels.setdefault(level, str(stopped))
    for level in range(1, highest + 1):
        if level not in found.blocked_levels:
            held = [tests[n] for n, r in enumerate(metric.require) if r.from_level <= level]
            good = [[row for row in group if all(test(row) for test in held)] for group in keys.values()]
            found.levels[level] = (sum(bool(group) for group in good), len(keys))
    if metric.cross_check and found.levels:
        held = [tests[n] for n, r in enumerate(metric.require) if r.from_level <= max(found.levels)]
        groups = [[row for row in group if all(test(row) for test in held)] for group in keys.values()]
        groups = [group for group in groups if group]
        try:
            cross = test_of(metric.cross_check, metric, data, catalogue)
        except Blocked:
            return found
        found.crossed = (sum(any(cross(row) for row in group) for group in groups), len(groups))
    return found


def test_of(requirement: Any, metric: Any, data: Hospital, catalogue: Any) -> Any:
    record, setting, match = metric.counted.record, metric.counted.setting, requirement.match_on
    if not requirement.exists_in and not requirement.loop:
        pick(data, catalogue, record, where=requirement.where)
        return lambda row: meets(row, requirement.where)
    if any(name not in data.supplied[record] for name in match):
        raise Blocked("column_absent")
    if requirement.exists_in:
        others = pick(
            data, catalogue, requirement.exists_in, fields=match, where=requirement.where, setting=setting
        )
        if others is None:
            return lambda row: True
        return lambda row: any(all(row[k] is not None and row[k] == o[k] for k in match) for o in others)
    loop = catalogue.loops[requirement.loop]
    counted = count_loop(loop, data, catalogue, setting if loop.setting == "all" else loop.setting)
    anchor = next(n for n in loop.nodes if n.id == loop.anchor)
    if counted.blocked:
        raise Blocked(counted.blocked)
    if anchor.record not in data.rows:
        return lambda row: True
    if any(name not in data.supplied[anchor.record] for name in match):
        raise Blocked("column_absent")

    def complete(row: Row) -> bool:
        mine = [d for o, d in counted.complete if all(row[k] is not None and row[k] == o[k] for k in match)]
        return bool(mine) and all(mine)

    return complete
