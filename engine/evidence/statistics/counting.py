"""A statistic rule counted: one grouped aggregation gives the figure, its rows and its splits."""

from __future__ import annotations

from functools import cache
from typing import Any

import ibis
import ibis.expr.types as ir

from engine.evidence.asking import Asking
from engine.evidence.catalogue.checks import StatisticCheck
from engine.evidence.catalogue.values import Catalogue, Rule
from engine.evidence.counts import FailingRow, RuleCount, Split
from engine.evidence.rules.needs import is_embedded
from engine.evidence.rules.places import can_pack, first_places, unpacked
from engine.evidence.selecting import CouldNotCheck, available, chosen, place, where_of
from engine.evidence.statistics.figures import Window, ratio
from engine.evidence.statistics.of_field import ONE_FIELD, figure_of
from engine.evidence.statistics.rows import (
    PLACES,
    SHARES,
    Source,
    Units,
    is_row_by_row,
    readable,
    sources_of,
    units_of,
)
from engine.evidence.tables import CAMPUS, DEPARTMENT, FILE, ROW, Tables

COUNT = "zp_n"
FAILING = 20


def count_statistic(
    rule: Rule,
    tables: Tables,
    catalogue: Catalogue,
    window: Window | None = None,
    *,
    failing: int = FAILING,
    splits: bool = True,
) -> RuleCount:
    """Count a rule judged by a statistic.

    ``value`` is the figure (a share as exact Decimal), numerator and denominator the rows behind
    it; no rows: not applicable. Shares carry splits and the places of rows that pull the figure to
    the wrong side. ``distinct_count``: ``value`` distinct values, numerator their rows,
    denominator all filled rows.
    """
    check = rule.check
    if not isinstance(check, StatisticCheck):
        raise TypeError(f"{rule.id} has no statistic")
    try:
        if check.kind in SHARES:
            return _share(rule, check, tables, catalogue, failing, splits)
        if check.kind == "distinct_count":
            return _distinct(rule, check, tables, catalogue)
        if check.kind in ONE_FIELD:
            return _of_field(rule, check, tables, catalogue, window)
    except CouldNotCheck as stopped:
        return RuleCount(rule.id, 0, 0, blocked=stopped.reason)
    raise ValueError(f"{rule.id}: statistic {check.kind} is unknown")


def _share(
    rule: Rule, check: StatisticCheck, tables: Tables, catalogue: Catalogue, failing: int, splits: bool
) -> RuleCount:
    every = sources_of(check.kind, check.parameters)
    sources = readable(every, tables, catalogue, rule.setting)
    if not sources or (check.kind == "same_name_across_records" and len(sources) < 2):
        return RuleCount(rule.id, 0, 0)
    asking = Asking(tables, catalogue, rule.id, rule, (source.record for source in every))
    units = cache(lambda: units_of(check.kind, check.parameters, sources, tables, catalogue, rule.setting))
    op = check.pass_when.op
    low_is_good = op in ("<", "<=")
    limit = 0 if op == "outside" else failing * len(sources)
    bits = len(every).bit_length()
    at_once = (
        limit
        and is_embedded(tables)
        and is_row_by_row(check.kind, check.parameters)
        and can_pack(bits, len(tables.files))
    )
    if at_once:
        table = asking.ask(f"share first {limit}", lambda: _at_once(units(), low_is_good, limit, bits))
    else:
        table = asking.ask("share", lambda: _by_place(units()))
    found = _splits(table)
    numerator = sum(split.numerator for split in found)
    denominator = sum(split.denominator for split in found)
    wrong = numerator if low_is_good else denominator - numerator
    places: tuple[FailingRow, ...] = ()
    if limit and wrong:
        if at_once:
            packed = sorted(place for row in table for place in row["places"] or ())[:limit]
            rows = [dict(zip((FILE, ROW, "part"), unpacked(place, bits), strict=True)) for place in packed]
        else:
            rows = asking.ask(f"failing {limit}", lambda: _wrong_rows(units(), low_is_good, limit))
        places = _places(rows, every, tables, failing)
    return RuleCount(
        rule=rule.id,
        numerator=numerator,
        denominator=denominator,
        value=ratio(numerator, denominator),
        splits=found if splits else (),
        failing=places,
    )


def _splits(table: list[dict[str, Any]]) -> tuple[Split, ...]:
    """Counts per campus and department; an empty one and none are the same."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for row in table:
        key = (row[CAMPUS] or "", row[DEPARTMENT] or "")
        held, rows = sums.get(key, (0, 0))
        sums[key] = (held + int(row["numerator"]), rows + int(row["denominator"]))
    return tuple(Split(*key, *counts) for key, counts in sorted(sums.items()))


def _at_once(units: Units, low_is_good: bool, limit: int, bits: int) -> ir.Table:
    """numerator and denominator per campus and department, and the first places of wrong rows."""
    assert units.holds is not None
    judged = units.rows.mutate(held=units.holds(units.rows))
    wrong = judged["held"] if low_is_good else ~judged["held"]
    return judged.group_by(list(PLACES)).aggregate(
        numerator=judged.count(where=judged["held"]),
        denominator=judged.count(),
        places=first_places(judged, wrong, limit, bits, judged["part"]),
    )


def _by_place(units: Units) -> ir.Table:
    """numerator and denominator per campus and department."""
    cells = units.rows.group_by([*units.decides, *PLACES]).aggregate(**{COUNT: units.rows.count()})
    judged = units.verdict(cells)
    held = ibis.ifelse(judged["held"], judged[COUNT], 0)
    return judged.group_by(list(PLACES)).aggregate(numerator=held.sum(), denominator=judged[COUNT].sum())


def _wrong_rows(units: Units, low_is_good: bool, limit: int) -> ir.Table:
    """Places of rows that pull the figure to the wrong side; the verdict is made on groups."""
    decides = list(units.decides)
    judged = units.verdict(units.rows.group_by(decides).aggregate(**{COUNT: units.rows.count()}))
    wrong = judged.filter(judged["held"] if low_is_good else ~judged["held"]).select(*decides)
    rows = units.rows.semi_join(wrong, decides)
    return rows.select(FILE, ROW, "part").order_by([FILE, ROW, "part"]).limit(limit)


def _places(
    rows: list[dict[str, Any]], sources: tuple[Source, ...], tables: Tables, limit: int
) -> tuple[FailingRow, ...]:
    fields: dict[tuple[int, int], list[str]] = {}
    for row in rows:
        fields.setdefault((row[FILE], row[ROW]), []).extend(sources[row["part"]].blame)
    return tuple(
        place(tables, {FILE: file, ROW: number}, names)
        for (file, number), names in list(fields.items())[:limit]
    )


def _distinct(rule: Rule, check: StatisticCheck, tables: Tables, catalogue: Catalogue) -> RuleCount:
    given: Any = check.parameters
    record, field, where = str(given["record"]), str(given["field"]), where_of(given.get("where"))
    if not available(tables, catalogue, record, where=where, setting=rule.setting, fields=(field,)):
        return RuleCount(rule.id, 0, 0)

    def build() -> ir.Table:
        rows = chosen(tables, catalogue, record, where=where, setting=rule.setting)
        rows = rows.filter(rows[field].notnull())
        values = rows.group_by(field).aggregate(**{COUNT: rows.count()})
        enough = values[COUNT] >= int(given.get("min_rows_per_value", 1))
        return values.aggregate(
            values=ibis.ifelse(enough, 1, 0).sum(),
            counted=ibis.ifelse(enough, values[COUNT], 0).sum(),
            rows=values[COUNT].sum(),
        )

    row = Asking(tables, catalogue, rule.id, rule, (record,)).one("distinct", build)
    denominator = int(row["rows"] or 0)
    return RuleCount(
        rule=rule.id,
        numerator=int(row["counted"] or 0),
        denominator=denominator,
        value=ratio(int(row["values"] or 0), 1) if denominator else None,
    )


def _of_field(
    rule: Rule, check: StatisticCheck, tables: Tables, catalogue: Catalogue, window: Window | None
) -> RuleCount:
    """A kind of the authenticity checks, used as a rule on ``record`` and ``field``."""
    given: Any = check.parameters
    record, field = str(given["record"]), str(given["field"])
    asking = Asking(tables, catalogue, rule.id, rule, (record,), window)
    figure = figure_of(check.kind, given, asking, catalogue, record, field, window, setting=rule.setting)
    return RuleCount(rule.id, figure.numerator, figure.rows, value=figure.value)
