"""Rows a count starts from: filters as query expressions, and the reasons why there are none.

Shared by the counts that are not rules of one record pair: statistics, loops, metrics, topics,
fragmentation, authenticity. Every function returns an expression; nothing is read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis
import ibis.expr.types as ir

from engine.evidence.catalogue.checks import Condition, Where
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import FailingRow, Reason
from engine.evidence.rules import reasons
from engine.evidence.rules.needs import SETTINGS
from engine.evidence.tables import FILE, ROW, Tables
from engine.rubric.values import Text


class CouldNotCheck(Exception):
    """Raised inside a count when something it needs was not supplied; never leaves the engine."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


def file_absent(catalogue: Catalogue, record: str) -> Reason:
    return reasons.file_absent(catalogue, (record,))


def column_absent(catalogue: Catalogue, record: str, field: str) -> Reason:
    return reasons.column_absent(catalogue, ((record, (field,)),))


def no_window() -> Reason:
    return Reason(
        "no_window",
        Text(
            zh="没有给出统计时段，按日期分布的数字算不出来。",
            en="No window was given, so figures about the spread over days cannot be computed.",
        ),
    )


def no_figure(zh: str, en: str) -> Reason:
    return Reason("no_figure", Text(zh=zh, en=en))


def has_care_setting(catalogue: Catalogue, record: str) -> bool:
    known = catalogue.records.get(record)
    return known is not None and known.has_care_setting


def available(
    tables: Tables,
    catalogue: Catalogue,
    record: str,
    *,
    where: Where = (),
    setting: str = "all",
    fields: Iterable[str] = (),
) -> bool:
    """Whether there are rows to count; False when the hospital has no such records.

    Raises CouldNotCheck when the file is absent or lacks a column: one of ``fields``, a column of
    ``where``, or care_setting where the setting needs it. Builds no expression.
    """
    if record not in tables.tables:
        if record in tables.not_applicable:
            return False
        raise CouldNotCheck(file_absent(catalogue, record))
    needed = [*fields, *(condition.field for group in where for condition in group)]
    if setting != "all" and has_care_setting(catalogue, record):
        needed.append("care_setting")
    supplied = tables.supplied.get(record, frozenset())
    for field in needed:
        if field not in supplied:
            raise CouldNotCheck(column_absent(catalogue, record, field))
    return True


def chosen(
    tables: Tables, catalogue: Catalogue, record: str, *, where: Where = (), setting: str = "all"
) -> ir.Table:
    """Rows of a record type that is :func:`available`, under ``where`` and ``setting``."""
    rows = tables.tables[record]
    if where:
        rows = rows.filter(holds(rows, where))
    if setting != "all" and has_care_setting(catalogue, record):
        rows = rows.filter(rows["care_setting"].isin(SETTINGS[setting]))
    return rows


def holds(rows: ir.Table, where: Where) -> Any:
    """Whether any alternative of ``where`` holds on a row; an empty field meets no condition."""
    if not where:
        return ibis.literal(True)
    alternatives = [reduce(and_, [rows[one.field] == one.value for one in group]) for group in where]
    return reduce(or_, alternatives).fill_null(False)


def filled(rows: ir.Table, fields: Iterable[str]) -> Any:
    """Whether every one of ``fields`` is filled (canonical columns are NULL when empty)."""
    return reduce(and_, [rows[field].notnull() for field in fields])


def where_of(raw: object) -> Where:
    """A filter as the library writes it: ``{field: value}``, values may be lists, or ``{any_of: […]}``.

    A filter that was read already (alternatives of conditions) is returned as it is.
    """
    if not raw:
        return ()
    if isinstance(raw, Mapping):
        if "any_of" in raw:
            return tuple(group for alternative in raw["any_of"] for group in where_of(alternative))
        groups: list[tuple[Condition, ...]] = [()]
        for field, value in raw.items():
            values = value if isinstance(value, list | tuple) else [value]
            groups = [
                (*group, Condition(str(field), one if isinstance(one, bool) else str(one)))
                for group in groups
                for one in values
            ]
        return tuple(groups)
    if isinstance(raw, tuple) and all(isinstance(group, tuple) for group in raw):
        return raw
    raise ValueError(f"not a filter: {raw!r}")


def place(tables: Tables, row: Mapping[str, Any], fields: Sequence[str]) -> FailingRow:
    """The place of a fetched row that carries zp_file and zp_row."""
    return FailingRow(tables.files[row[FILE]].name, int(row[ROW]), tuple(fields))
