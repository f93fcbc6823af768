"""Times in the notations hospitals write, as expressions every backend understands.

Reads what :mod:`assessments.probes.times` reads. A text is rewritten as ``year-month-day
hour:minute:second`` and cast only when a pattern says that there is such a moment, so no cast can
fail, whatever the backend does with casts that do.
"""

from __future__ import annotations

import re

import ibis
from ibis.expr import types as ir

from assessments.probes.refusals import FileProblem

_TEMPLATE = r"\1-\2-\3 \4:\5:\6"
#: What stands before the number of a group in a replacement, by backend.
_REFERENCE = {"pyspark": "$"}
_USUAL = (
    "^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?"
    "(?:[ T]*([0-9]{1,2})[:：时点]([0-9]{1,2})?(?:[:：分]([0-9]{1,2})?)?(?:[.,][0-9]+)?秒?)?[ ]*$"
)
_COMPACT = "^([0-9]{4})([0-9]{2})([0-9]{2})(?:T?([0-9]{2})([0-9]{2})([0-9]{2})?(?:[.][0-9]+)?)?$"
_HALF = "(上午|下午|中午|AM|PM|am|pm)"
_HALF_BEFORE = f"([0-9日 T]){_HALF}([ ]*[0-9]{{1,2}}[:：时点])"
_HALF_AFTER = "[ ]*(AM|PM|am|pm)$"
_ZONE = "(Z|z|[+-][0-9]{2}(?::?[0-9]{2})?)$"
_ZONED = f"^(.*[:：时点].*|[0-9]{{8}}T?[0-9]{{4,6}}(?:[.][0-9]+)?){_ZONE}"
_SERIAL = "^[2-7][0-9]{4}([.][0-9]+)?$"
_FOURTH = "(0[48]|[2468][048]|[13579][26])"
_LEAP = f"([0-9]{{2}}{_FOURTH}|{_FOURTH}00)"
_YEAR = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_MOMENT = (
    f"^({_YEAR}-(0?[13578]|1[02])-(0?[1-9]|[12][0-9]|3[01])|{_YEAR}-(0?[469]|11)-(0?[1-9]|[12][0-9]|30)"
    f"|{_YEAR}-0?2-(0?[1-9]|1[0-9]|2[0-8])|{_LEAP}-0?2-29) ([01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9]$"
)
_DIRECTIVES = {"Y": "([0-9]{4})", "f": "[0-9]{1,9}", **dict.fromkeys("mdHMS", "([0-9]{1,2})")}


def moment(
    text: ir.StringValue, datetime_format: str | None = None, backend: str = "duckdb"
) -> ir.TimestampValue:
    """The moment a trimmed text says, to the second, NULL where it says none."""

    def written(template: str) -> str:
        return template.replace("\\", _REFERENCE.get(backend, "\\"))

    if datetime_format:
        pattern, template = pattern_of(datetime_format)
        return _cast(ibis.cases((text.re_search(pattern), text.re_replace(pattern, written(template)))))
    zoned = text.re_search(_ZONED)
    local = ibis.cases((zoned, text.re_replace(_ZONE, "")), else_=text).re_replace("[ ]+$", "")
    plain = local.re_replace(_HALF_BEFORE, written(r"\1 \3")).re_replace(_HALF_AFTER, "")
    usual = plain.re_replace(_USUAL, written(_TEMPLATE)).re_replace(_COMPACT, written(_TEMPLATE))
    shift = ibis.cases((zoned, 480 - _offset(text)), else_=0) + _half_day(local)
    return ibis.coalesce(_cast(usual) + shift.as_interval("m"), _of_serial(text))


def pattern_of(datetime_format: str) -> tuple[str, str]:
    """A stated format as a pattern and what to write in its place. Raises FileProblem for directives
    that are no numbers."""
    pattern, order = "^", []
    for literal, directive in re.findall(r"([^%]*)(?:%-?(.)|$)", datetime_format):
        pattern += re.sub(r"([^0-9A-Za-z\u4e00-\u9fff])", r"[\1]", literal)
        if directive:
            if directive not in _DIRECTIVES or directive in order:
                raise FileProblem("bad_datetime_format")
            pattern += _DIRECTIVES[directive]
            if directive != "f":
                order.append(directive)
    if not {"Y", "m", "d"} <= set(order):
        raise FileProblem("bad_datetime_format")
    part = {directive: f"\\{number}" for number, directive in enumerate(order, 1)}
    clock = ":".join(part.get(directive, "0") for directive in "HMS")
    return pattern + "$", f"{part['Y']}-{part['m']}-{part['d']} {clock}"


def _cast(text: ir.StringValue) -> ir.TimestampValue:
    """A rewritten text as a moment; what the text left out is nought."""
    whole = (
        text.re_replace(":$", ":0").re_replace("::", ":0:").re_replace(" :", " 0:").re_replace("::", ":0:")
    )
    return ibis.cases((whole.re_search(_MOMENT), whole)).cast("timestamp(6)")


def _half_day(local: ir.StringValue) -> ir.IntegerValue:
    """Minutes that a word for the half of the day adds to a clock of twelve hours."""
    late = local.re_search(
        "([0-9日 T](下午|中午|PM|pm)[ ]*(0?[0-9]|1[01])[:：时点])|[ T](0?[0-9]|1[01])[:：].*(PM|pm)$"
    )
    early = local.re_search("([0-9日 T](上午|AM|am)[ ]*12[:：时点])|[ T]12[:：].*(AM|am)$")
    return ibis.cases((late, 720), (early, -720), else_=0)


def _offset(text: ir.StringValue) -> ir.IntegerValue:
    """Minutes east of Greenwich that a text with a zone states."""
    digits = text.re_extract("[+-]([0-9]{2}):?([0-9]{2})?$", 1).nullif("").cast("int64").fill_null(0) * 60
    rest = text.re_extract("[+-][0-9]{2}:?([0-9]{2})$", 1).nullif("").cast("int64").fill_null(0)
    return ibis.cases((text.re_search("-[0-9]{2}(:?[0-9]{2})?$"), -(digits + rest)), else_=digits + rest)


def _of_serial(text: ir.StringValue) -> ir.TimestampValue:
    days = ibis.cases((text.re_search(_SERIAL), text)).cast("float64")
    seconds = (days * 86400).round().cast("int64")
    return ibis.timestamp("1899-12-30 00:00:00") + seconds.as_interval("s")
