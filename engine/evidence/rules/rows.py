"""Rows of a record type as expressions: filters, places, values that can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Literal

import ibis
from ibis.expr import operations as ops
from ibis.expr import types as ir

from engine.evidence.catalogue.checks import Where
from engine.evidence.rules.needs import SETTINGS, Scope
from engine.evidence.tables import CAMPUS, DEPARTMENT, FILE, ROW

OK = "zp_ok"
Kind = Literal["text", "time", "amount", "truth"]
_KINDS: Mapping[str, Kind] = {"datetime": "time", "number": "amount", "bool": "truth"}
# 20 digits before the point at most: what does not fit an amount is no amount.
_AMOUNT = r"^[+-]?[0-9]{1,20}(\.[0-9]*)?$"


def every(terms: Iterable[ir.BooleanValue]) -> ir.BooleanValue:
    """All of the terms; true for none."""
    found = list(terms)
    return reduce(and_, found) if found else ibis.literal(True)


def some(terms: Iterable[ir.BooleanValue]) -> ir.BooleanValue:
    """Any of the terms; false for none."""
    found = list(terms)
    return reduce(or_, found) if found else ibis.literal(False)


def meets(rows: ir.Table, where: Where) -> ir.BooleanValue:
    """Whether a row meets a filter; NULL where a field is empty and nothing else decides."""
    return some(every(rows[c.field] == c.value for c in alternative) for alternative in where)


def surely(term: ir.BooleanValue) -> ir.BooleanValue:
    """NULL counts as no."""
    return term.fill_null(False)


def negated(term: ir.BooleanValue) -> ir.BooleanValue:
    """The opposite of a term, in few words where that is easy: texts are read many times."""
    op = term.op()
    if isinstance(op, ops.NotNull):
        return op.arg.to_expr().isnull()
    if isinstance(op, ops.Not):
        return op.arg.to_expr()
    return ~term


def rows_of(scope: Scope, record: str, *wheres: Where) -> ir.Table:
    """Rows of a record type in the rule's care setting that meet every filter."""
    rows = scope.table(record)
    terms: list[ir.BooleanValue] = []
    if scope.by_setting(record):
        codes = SETTINGS[scope.rule.setting]
        care = rows["care_setting"]
        terms.append(care == codes[0] if len(codes) == 1 else care.isin(codes))
    terms.extend(meets(rows, where) for where in wheres if where)
    return rows.filter(terms) if terms else rows


def place_of(rows: ir.Table) -> dict[str, ir.Value]:
    """The columns that locate a row and split counts."""
    return {
        FILE: rows[FILE],
        ROW: rows[ROW],
        CAMPUS: rows[CAMPUS],
        DEPARTMENT: rows[DEPARTMENT],
    }


def clauses_of(scope: Scope, record: str) -> tuple[str, ...]:
    """Clauses with a narrowed count whose filter can be read on this record."""
    known = scope.catalogue.records[record].fields
    return tuple(
        clause
        for clause, where in scope.rule.supports_where.items()
        if all(c.field in known and scope.has(record, c.field) for part in where for c in part)
    )


def narrowing(scope: Scope, record: str, rows: ir.Table) -> dict[str, ir.Value]:
    """One truth column per clause that narrows the count."""
    wheres = scope.rule.supports_where
    return {
        f"zp_c{i}": surely(meets(rows, wheres[clause])) for i, clause in enumerate(clauses_of(scope, record))
    }


def kind_of(scope: Scope, left: str, left_field: str, right: str, right_field: str) -> Kind:
    """How two fields are compared: by what both are, otherwise as text."""
    fields = scope.catalogue.records
    one = _KINDS.get(fields[left].fields[left_field].type, "text")
    other = _KINDS.get(fields[right].fields[right_field].type, "text")
    return one if one == other else "text"


def comparable(rows: ir.Table, name: str, kind: Kind) -> ir.Value:
    """The value as it is compared: times to the minute, amounts to two decimals half up."""
    value = rows[name]
    if kind == "time":
        return value.truncate("m")
    if kind == "amount":
        amount = value.re_search(_AMOUNT)
        return ibis.cases((amount, value)).cast("decimal(24, 2)")
    if kind == "text" and not value.type().is_string():
        return value.cast("string")
    return value
