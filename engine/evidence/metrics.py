"""Application ratio (应用比例) and real use of an item, from data.

The denominator is the distinct keys of a record; a row whose key has an empty part is a unit of
its own, so that numbers left empty (a paper request has none) never shrink the denominator. A key
is in the numerator of a level when one of its rows meets every requirement up to that level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import and_
from typing import Any

import ibis
import ibis.expr.types as ir

from engine.evidence.asking import Asking
from engine.evidence.catalogue.values import ApplicationMetric, Catalogue, Loop, Requirement
from engine.evidence.counts import MetricCount, Reason
from engine.evidence.loops import COMPLETE, anchor_of, instances_complete, loop_available, records_of
from engine.evidence.rules.reasons import probe_failed
from engine.evidence.selecting import CouldNotCheck, available, chosen, column_absent, filled, holds
from engine.evidence.statistics.figures import Window
from engine.evidence.statistics.of_field import in_window, within
from engine.evidence.tables import FILE, ROW, Tables

HIGHEST_LEVEL: Mapping[str, int] = {"emr-2018": 8, "smart-service-2019": 5}
OWN_FILE, OWN_ROW = "zp_own_file", "zp_own_row"


def count_metric(
    metric: ApplicationMetric,
    tables: Tables,
    catalogue: Catalogue,
    window: Window | None,
    *,
    highest: int | None = None,
) -> MetricCount:
    """Count one metric.

    ratio: ``levels`` 1..``highest`` (default: the highest level of the rubric) as (numerator,
    denominator); a level with a requirement that could not be read is missing there and stands in
    ``blocked_levels`` with the reason. in_use: ``days`` with rows in the window, no levels.
    ``cross_checked``: of the numerator of the highest readable level, (found, all).
    """
    try:
        counting = _Counting(metric, tables, catalogue, window)
        if metric.kind == "in_use":
            return _days(counting)
        return _ratio(counting, highest or HIGHEST_LEVEL.get(metric.rubric, max(HIGHEST_LEVEL.values())))
    except CouldNotCheck as stopped:
        return MetricCount(metric.id, {}, blocked=stopped.reason)
    except Exception as problem:
        return MetricCount(metric.id, {}, blocked=probe_failed(problem))


@dataclass(frozen=True)
class _Counting:
    """One metric on one set of tables."""

    metric: ApplicationMetric
    tables: Tables
    catalogue: Catalogue
    window: Window | None

    @cached_property
    def asking(self) -> Asking:
        """The window is part of the questions only where one of them uses it."""
        given = [self.window] if self.metric.kind == "in_use" or self.other_time() else []
        records = _records_of(self.metric, self.catalogue)
        return Asking(self.tables, self.catalogue, self.metric.id, self.metric, records, *given)

    @property
    def supplied(self) -> frozenset[str]:
        """Columns of the counted record."""
        return self.tables.supplied.get(self.metric.counted.record, frozenset())

    def other_time(self) -> str | None:
        """The time that narrows the rows where it is not the one the record's window lies on."""
        counted = self.metric.counted
        known = self.catalogue.records.get(counted.record)
        if self.window is None or (known is not None and known.window_on == counted.window_on):
            return None
        return counted.window_on

    def available(self) -> bool:
        counted, time = self.metric.counted, self.other_time()
        fields = (*counted.distinct_on, *((time,) if time else ()))
        return available(
            self.tables,
            self.catalogue,
            counted.record,
            where=counted.where,
            setting=counted.setting,
            fields=fields,
        )

    def rows(self) -> ir.Table:
        """Rows of the denominator or the signal."""
        counted, time = self.metric.counted, self.other_time()
        rows = chosen(
            self.tables, self.catalogue, counted.record, where=counted.where, setting=counted.setting
        )
        return in_window(rows, time, self.window) if time and self.window else rows


def _records_of(metric: ApplicationMetric, catalogue: Catalogue) -> list[str]:
    found = [metric.counted.record]
    for requirement in (*metric.require, *((metric.cross_check,) if metric.cross_check else ())):
        if requirement.exists_in is not None:
            found.append(requirement.exists_in)
        if requirement.loop is not None:
            found.extend(records_of(catalogue.loops[requirement.loop]))
    return found


def _days(counting: _Counting) -> MetricCount:
    metric, window = counting.metric, counting.window
    if not counting.available():
        return MetricCount(metric.id, {}, days=0)
    record = metric.counted.record
    time = metric.counted.window_on or counting.catalogue.records[record].window_on or "window_on"
    if time not in counting.supplied:
        raise CouldNotCheck(column_absent(counting.catalogue, record, time))

    def build() -> ir.Table:
        rows = counting.rows()
        rows = rows.filter(rows[time].notnull()) if window is None else within(rows, time, window)
        days = rows.select(day=rows[time].date()).distinct()
        return days.aggregate(n=days.count())

    return MetricCount(metric.id, {}, days=int(counting.asking.one("days", build)["n"]))


def _ratio(counting: _Counting, highest: int) -> MetricCount:
    metric, levels = counting.metric, range(1, highest + 1)
    if not counting.available():
        return MetricCount(metric.id, dict.fromkeys(levels, (0, 0)))
    blocked: dict[int, Reason] = {}
    met: dict[str, Requirement] = {}
    for number, requirement in enumerate(metric.require):
        try:
            if _asks_something(requirement, counting):
                met[f"zp_r{number}"] = requirement
        except CouldNotCheck as stopped:
            for level in levels:
                if level >= requirement.from_level:
                    blocked.setdefault(level, stopped.reason)
    readable = [level for level in levels if level not in blocked]
    count = MetricCount(
        metric.id,
        _levels(counting, met, readable),
        blocked=None if readable else blocked[1],
        blocked_levels=blocked,
    )
    return _cross_checked(count, counting, met) if metric.cross_check and readable else count


def _levels(
    counting: _Counting, met: Mapping[str, Requirement], levels: Sequence[int]
) -> dict[int, tuple[int, int]]:
    """(numerator, denominator) per level; levels between two requirements share one column."""
    steps = sorted({requirement.from_level for requirement in met.values()})
    step = {level: max((at for at in steps if at <= level), default=None) for level in levels}
    asked = sorted({at for at in step.values() if at is not None})

    def build() -> ir.Table:
        rows = _with_requirements(counting, met)
        flags = {f"zp_l{at}": ibis.ifelse(_meets(rows, met, at), 1, 0).max() for at in asked}
        units = rows.group_by(_unit(counting)).aggregate(zp_rows=rows.count(), **flags)
        return units.aggregate(units=units.count(), **{name: units[name].sum() for name in flags})

    if not levels:
        return {}
    row = counting.asking.one(f"levels {asked} {sorted(met)}", build)
    total = int(row["units"])
    return {level: (total if at is None else int(row[f"zp_l{at}"] or 0), total) for level, at in step.items()}


def _unit(counting: _Counting) -> list[str]:
    return [*counting.metric.counted.distinct_on, OWN_FILE, OWN_ROW]


def _meets(rows: ir.Table, met: Mapping[str, Requirement], level: int) -> Any:
    asked = [rows[column] for column, requirement in met.items() if requirement.from_level <= level]
    return reduce(and_, asked) if asked else ibis.literal(True)


def _with_requirements(counting: _Counting, met: Mapping[str, Requirement]) -> ir.Table:
    """Keys of the counted rows and one truth column per requirement; a row whose key has a gap is
    its own unit."""
    rows, keys = counting.rows(), counting.metric.counted.distinct_on
    complete = filled(rows, keys)
    columns = {
        OWN_FILE: ibis.ifelse(complete, None, rows[FILE].cast("int64")),
        OWN_ROW: ibis.ifelse(complete, None, rows[ROW].cast("int64")),
    }
    joining = {column: r for column, r in met.items() if r.exists_in is not None or r.loop is not None}
    columns |= {column: holds(rows, r.where) for column, r in met.items() if column not in joining}
    links = dict.fromkeys((*keys, *(name for r in joining.values() for name in r.match_on)))
    base = joined = rows.select(*links, **columns)
    for column, requirement in joining.items():
        partners = _partners(requirement, counting)
        other = {f"{column}_{key}": key for key in requirement.match_on}
        partners = partners.rename(other).mutate(**{f"{column}_hit": ibis.literal(True)})
        joined = joined.left_join(partners, [base[key] == partners[new] for new, key in other.items()])
    found = {column: joined[f"{column}_hit"].notnull() for column in joining}
    return joined.select(*[joined[name] for name in (*keys, *columns)], **found) if joining else base


def _partners(requirement: Requirement, counting: _Counting) -> ir.Table:
    """The distinct keys that satisfy a requirement on another record or a loop."""
    if requirement.exists_in is not None:
        return _existing(requirement, counting)
    return _complete_loops(requirement, counting)


def _asks_something(requirement: Requirement, counting: _Counting) -> bool:
    """False when it drops out, because the hospital has no such records. Raises CouldNotCheck."""
    tables, catalogue, counted = counting.tables, counting.catalogue, counting.metric.counted
    own = requirement.exists_in is None and requirement.loop is None
    where = [condition.field for group in requirement.where for condition in group]
    for name in where if own else requirement.match_on:
        if name not in counting.supplied:
            raise CouldNotCheck(column_absent(catalogue, counted.record, name))
    if own:
        return True
    if requirement.exists_in is not None:
        return available(
            tables,
            catalogue,
            requirement.exists_in,
            where=requirement.where,
            setting=counted.setting,
            fields=requirement.match_on,
        )
    loop = catalogue.loops[str(requirement.loop)]
    if not loop_available(loop, tables, catalogue, _setting(loop, counted.setting)):
        return False
    record = anchor_of(loop).record
    for name in requirement.match_on:
        if name not in tables.supplied[record]:
            raise CouldNotCheck(column_absent(catalogue, record, name))
    return True


def _setting(loop: Loop, setting: str) -> str:
    return setting if loop.setting == "all" else loop.setting


def _existing(requirement: Requirement, counting: _Counting) -> ir.Table:
    """Distinct keys that the other record has in this care setting."""
    keys = requirement.match_on
    rows = chosen(
        counting.tables,
        counting.catalogue,
        str(requirement.exists_in),
        where=requirement.where,
        setting=counting.metric.counted.setting,
    )
    return rows.filter(filled(rows, keys)).select(*keys).distinct()


def _complete_loops(requirement: Requirement, counting: _Counting) -> ir.Table:
    """Distinct keys whose loop instances are all complete and in order."""
    loop, keys = counting.catalogue.loops[str(requirement.loop)], requirement.match_on
    setting = _setting(loop, counting.metric.counted.setting)
    instances = instances_complete(loop, counting.tables, counting.catalogue, setting, keys)
    if instances is None:
        raise ValueError(f"{loop.id} has no anchor records")
    kept = instances.filter(filled(instances, keys))
    per_key = kept.group_by(list(keys)).aggregate(zp_incomplete=ibis.ifelse(kept[COMPLETE], 0, 1).max())
    return per_key.filter(per_key["zp_incomplete"] == 0).select(*keys)


def _cross_checked(count: MetricCount, counting: _Counting, met: Mapping[str, Requirement]) -> MetricCount:
    """Of the keys in the numerator, how many the cross check finds. A doubt, never part of the ratio."""
    check = counting.metric.cross_check
    if check is None:
        return count
    try:
        if not _asks_something(check, counting):
            return count
    except CouldNotCheck as stopped:
        return replace(count, cross_blocked=stopped.reason)
    level = max(count.levels)

    def build() -> ir.Table:
        rows = _with_requirements(counting, {**met, "zp_cross": check})
        rows = rows.filter(_meets(rows, met, level))
        units = rows.group_by(_unit(counting)).aggregate(hit=ibis.ifelse(rows["zp_cross"], 1, 0).max())
        return units.aggregate(hit=units["hit"].sum(), units=units.count())

    row = counting.asking.one(f"cross check {level} {sorted(met)}", build)
    return replace(count, cross_checked=(int(row["hit"] or 0), int(row["units"])))
