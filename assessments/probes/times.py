"""Times in the notations hospitals write, as SQL of the embedded engine.

Lanes from the usual to the rare, each guarded so that it reads only what it knows; a lane costs
nothing for rows an earlier one has read. An instant with a zone is written in China Standard Time.
Day before month or month before day cannot be told apart and is read by no lane: the mapping states
``datetime_format`` then.
"""

from __future__ import annotations

import re

from assessments.probes.quoting import literal

MACRO = "zp_time"
_CLOCK = "(0?[0-9]|1[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9]([.,][0-9]+)?)?"
_DAY = "[0-9]{4}(-[0-9]{1,2}-|/[0-9]{1,2}/)[0-9]{1,2}"
#: 2026-07-01 08:05:09, 2026/7/1 8:05, with T, with fractions, a day alone
PLAIN = f"{_DAY}([ T]{_CLOCK})?"
#: 20260701, 202607010805, 20260701080509, with fractions
COMPACT = r"[0-9]{8}|[0-9]{12}|[0-9]{14}([.][0-9]+)?"
#: days since 1899-12-30 as spreadsheets keep them, from 1954 to 2119
SERIAL = "[2-7][0-9]{4}([.][0-9]+)?"
_PARTS = (
    "^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?"
    "(?:[ T]*(上午|下午|中午|AM|PM|am|pm)?[ ]*([0-9]{1,2})[:：时点]([0-9]{1,2})?"
    "(?:[:：分]([0-9]{1,2})?)?(?:[.,][0-9]+)?秒?[ ]*(AM|PM|am|pm)?[ ]*(Z|z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?[ ]*$"
)
_COMPACT_ZONE = "^([0-9]{8})T?([0-9]{4})([0-9]{2})?([.][0-9]+)?(Z|[+-][0-9]{4})?$"


def time_sql(text: str, datetime_format: str | None = None) -> str:
    """TIMESTAMP to the second of the SQL expression ``text`` (trimmed, NULL when empty)."""
    if datetime_format:
        return f"date_trunc('second', try_strptime({text}, {literal(datetime_format)}))"
    return (
        f"case when strlen({text}) = 19 and {text} like '____-__-__ __:__:__' and {text}[12:13] < '24'"
        f" then try_cast({text} as timestamp)"
        f" when regexp_full_match({text}, {literal(PLAIN)})"
        f" then date_trunc('second', try_cast(replace({text}, ',', '.') as timestamp))"
        f" when regexp_full_match({text}, {literal(COMPACT)}) then {_compact(text)}"
        f" when regexp_full_match({text}, {literal(SERIAL)})"
        f" then timestamp '1899-12-30' + to_seconds(round(cast({text} as double) * 86400)::bigint)"
        f" when {text} < ':' then coalesce({_in_parts(text)}, {_compact_with_zone(text)}) end"
    )


def usual_time(raw: str) -> str:
    """A first look at an untrimmed text: 2026-07-01 08:05:09 and little else, in half the time."""
    return f"case when strlen({raw}) = 19 then try_strptime({raw}, '%Y-%m-%d %H:%M:%S') end"


def is_usual(time: str) -> str:
    """Whether the first look was enough; years of fewer than four digits are not read as such."""
    return f"{time} >= timestamp '1000-01-01'"


def time_macro() -> str:
    """SQL that names the usual reading once per engine: planning it per column costs milliseconds."""
    return f"create or replace macro {MACRO}(v) as {time_sql('v')}"


def time_call(text: str, datetime_format: str | None = None) -> str:
    """As ``time_sql``, on an engine that has the macro."""
    return time_sql(text, datetime_format) if datetime_format else f"{MACRO}({text})"


def format_is_usable(datetime_format: str) -> bool:
    """Whether a format names at least a year and a day in directives the engine knows."""
    directives = set(re.findall(r"%-?(.)", datetime_format))
    known = set("YymdHIMSfpzbBjT%Z")
    return directives <= known and bool(directives & {"Y", "y"}) and bool(directives & {"d", "j"})


def _compact(text: str) -> str:
    formats = {8: "%Y%m%d", 12: "%Y%m%d%H%M"}
    lanes = "".join(f" when {size} then try_strptime({text}, '{form}')" for size, form in formats.items())
    return f"case strlen({text}){lanes} else try_strptime({text}[1:14], '%Y%m%d%H%M%S') end"


def _in_parts(text: str) -> str:
    names = ["y", "m", "d", "a", "h", "i", "s", "b", "z"]
    hour = (
        "case when upper(p.a || p.b) in ('下午', 'PM', '中午') and try_cast(p.h as int) < 12"
        " then try_cast(p.h as int) + 12"
        " when upper(p.a || p.b) in ('上午', 'AM') and try_cast(p.h as int) = 12 then 0"
        " else coalesce(try_cast(p.h as int), 0) end"
    )
    clock = (
        f"({hour})::varchar || ':' || coalesce(nullif(p.i, ''), '0') || ':' || coalesce(nullif(p.s, ''), '0')"
    )
    moment = f"try_cast(p.y || '-' || p.m || '-' || p.d || ' ' || {clock} as timestamp)"
    result = f"case when p.y <> '' and ({hour}) < 24 then {moment} - {_offset('p.z')} end"
    return _once(f"regexp_extract({text}, {literal(_PARTS)}, {names})", result)


def _compact_with_zone(text: str) -> str:
    moment = "try_strptime(p.d || p.hm || coalesce(nullif(p.s, ''), '00'), '%Y%m%d%H%M%S')"
    result = f"case when p.d <> '' then {moment} - {_offset('p.z')} end"
    return _once(f"regexp_extract({text}, {literal(_COMPACT_ZONE)}, ['d', 'hm', 's', 'f', 'z'])", result)


def _once(value: str, result: str) -> str:
    """``result`` in terms of ``p``, which is ``value``: computed once, and only for rows that get here.
    (Written out, the engine takes what repeats in front of every lane and computes it for all rows.)"""
    return f"list_transform([{value}], lambda p: {result})[1]"


def _offset(zone: str) -> str:
    """How far a written zone lies from China Standard Time; none written: none."""
    rest = f"case when strlen({zone}) > 3 then try_cast(right({zone}, 2) as int) else 0 end"
    hours = f"try_cast({zone}[2:3] as int) * 60 + {rest}"
    minutes = f"case when upper({zone}) = 'Z' then 0 when {zone}[1] = '-' then -({hours}) else {hours} end"
    return f"case when {zone} = '' then interval 0 second else to_minutes(({minutes}) - 480) end"
