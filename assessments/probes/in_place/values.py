"""Canonical values of a database column, as expressions every backend understands."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
from ibis.expr import types as ir

from assessments.probes.canonical import BLANKS, FALSE, NOTHING, TRUE
from assessments.probes.in_place.times import moment
from engine.evidence.catalogue.values import Field

TYPES = {"bool": "boolean", "datetime": "timestamp(6)"}
_OUTER = f"^[{BLANKS}]+|[{BLANKS}]+$"


def type_of(described: Field) -> str:
    return TYPES.get(described.type, "string")


def text_of(column: ir.Value) -> ir.StringValue:
    """Trimmed text, NULL when empty; whole numbers without a decimal point."""
    kind = column.type()
    if kind.is_floating():
        whole = (column == column.floor()) & (column.abs() < 1e15)
        text = ibis.cases((whole, column.cast("int64").cast("string")), else_=column.cast("string"))
        return ibis.cases((~column.isnan() if kind.is_floating() else True, text))
    if kind.is_boolean():
        return ibis.cases((column, "true"), (~column, "false"))
    if kind.is_timestamp():
        return _day(column) + " " + column.strftime("%H:%M:%S")
    if not kind.is_string():
        return column.cast("string")
    text = column.re_replace(_OUTER, "")
    for word in NOTHING:
        text = text.nullif(word)
    return text


def canonical(
    column: ir.Value,
    described: Field,
    values: Mapping[str, str] | None,
    datetime_format: str | None,
    backend: str,
) -> tuple[ir.Value, ir.BooleanValue | None]:
    """The canonical value, and whether it stands there and could not be read (times only)."""
    kind = column.type()
    if described.type == "datetime" and not values:
        if kind.is_timestamp():
            return _local(column).truncate("s"), None
        if kind.is_date():
            return column.cast("timestamp"), None
    if described.type == "bool" and kind.is_boolean() and not values:
        return column, None
    text = text_of(column)
    if values:
        text = ibis.cases(*((text == theirs, ours) for theirs, ours in values.items()), else_=text)
    if described.type == "datetime":
        read = moment(text, datetime_format, backend)
        return read, text.notnull() & read.isnull()
    if described.type == "bool":
        word = text.lower()
        return ibis.cases((word.isin(TRUE), True), (word.isin(FALSE), False)), None
    if described.type == "date":
        day = _day(moment(text, datetime_format, backend))
        if described.phi:
            return day.coalesce(text), None
        return day, text.notnull() & day.isnull()
    return text, None


def _day(column: ir.TimestampValue) -> ir.StringValue:
    return column.date().cast("string")


def _local(column: ir.TimestampValue) -> ir.TimestampValue:
    """An instant with a zone is written in China Standard Time."""
    if column.type().timezone is None:
        return column
    seconds = column.epoch_seconds() + 8 * 3600
    return ibis.timestamp("1970-01-01 00:00:00") + seconds.as_interval("s")
