"""Canonical values out of raw columns, as SQL of the embedded engine: one SELECT per file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.probes.columns import Kept, fields_of
from assessments.probes.quoting import identifier, literal
from assessments.probes.refusals import FileProblem
from assessments.probes.times import date_sql, format_is_usable, time_sql
from assessments.probes.values import Source
from engine.evidence.catalogue.values import Field, RecordType

#: Outer characters that are no content, and words that exports write for nothing at all.
BLANKS = " \t\n\r\v\f\u00a0\u3000\ufeff\u200b"
NOTHING = ("", "NULL", "null", "(null)", "\\N")
BAD_TIMES, BAD_FLAGS = "zp_bad_times", "zp_bad_flags"
TRUE, FALSE = ("true", "1", "是", "y"), ("false", "0", "否", "n")


@dataclass(frozen=True)
class Raw:
    """A raw column: SQL text, and what its engine type is. ``tidy``: no blank but spaces can stand
    at the ends of its values and no word stands for nothing, which is cheaper to trim."""

    sql: str
    type: str = "VARCHAR"
    tidy: bool = False


def text_sql(raw: Raw) -> str:
    """Trimmed text, NULL when empty."""
    x = raw.sql
    if raw.type != "VARCHAR":
        return _as_text(x, raw.type)
    # Each value once: what stands in an expression twice is computed for every row beforehand.
    slow = f"trim({x}, {literal(BLANKS)})"
    for word in NOTHING:
        slow = f"nullif({slow}, {literal(word)})"
    if not raw.tidy:
        return slow
    # Nearly no value begins with a blank (all sort before "!") or ends with one: ask that first.
    return f"case when {x} < '!' or suffix({x}, ' ') then {slow} else {x} end"


@dataclass(frozen=True)
class Selection:
    """``inner``: trimmed raw columns (they are computed once); ``outer``: canonical columns of them;
    ``times``: fields whose values are parsed."""

    inner: tuple[str, ...]
    outer: tuple[str, ...]
    times: tuple[str, ...]

    def sql(self, scan: str, *more: str) -> str:
        inner = ", ".join([*self.inner, *more]) or "1"
        return f"select {', '.join([*self.outer, *more])} from (select {inner} from {scan})"


def select_list(kept: Kept, source: Source, record: RecordType, raw: Mapping[int, Raw]) -> Selection:
    """One SQL expression per canonical column (campus and department too); columns nobody supplied
    are NULL. Raises FileProblem."""
    if source.datetime_format and not format_is_usable(source.datetime_format):
        raise FileProblem("bad_datetime_format")
    inner: list[str] = []
    outer: list[str] = []
    times, bad_times, bad_flags = [], [], []
    for key, described in fields_of(record).items():
        name = identifier(key)
        if key in kept.constants:
            text = text_sql(Raw(literal(kept.constants[key])))
            outer.append(f"{_value(described, text, 'VARCHAR', source)} as {name}")
            continue
        if key not in kept.fields:
            outer.append(f"cast(null as {SQL_TYPES[described.type]}) as {name}")
            continue
        column = raw[kept.fields[key]]
        kind = column.type if _is_kept_typed(described, column, source) else "VARCHAR"
        text = identifier(f"zp_{len(inner)}")
        inner.append(f"{column.sql if kind != 'VARCHAR' else text_sql(column)} as {text}")
        if kind == "VARCHAR":
            text = _mapped(text, source.values.get(key))
        value = _value(described, text, kind, source)
        outer.append(f"{value} as {name}")
        if kind == "VARCHAR":
            if described.type == "datetime" or (described.type == "date" and not described.phi):
                times.append(key)
                bad_times.append(f"(({text}) is not null and ({value}) is null)::utinyint")
            elif described.type == "bool":
                bad_flags.append(f"(({text}) is not null and ({value}) is null)::utinyint")
    for key, position in kept.lengths.items():
        inner.append(f"{text_sql(raw[position])} as {identifier(f'zp_{len(inner)}')}")
        outer.append(f"{_length(identifier(f'zp_{len(inner) - 1}'))} as {identifier(key + '__length')}")
    outer.append(f"{' + '.join(bad_times) or '0::utinyint'} as {BAD_TIMES}")
    outer.append(f"{' + '.join(bad_flags) or '0::utinyint'} as {BAD_FLAGS}")
    return Selection(tuple(inner), tuple(outer), tuple(times))


def _is_kept_typed(described: Field, column: Raw, source: Source) -> bool:
    """Whether the type of a column says what is wanted already."""
    wanted = {"datetime": "TIMESTAMP", "bool": "BOOLEAN"}.get(described.type)
    return column.type == wanted and not source.values.get(described.key)


SQL_TYPES = {
    "string": "varchar",
    "code": "varchar",
    "number": "varchar",
    "date": "varchar",
    "bool": "boolean",
    "datetime": "timestamp",
}


def _value(described: Field, text: str, kind: str, source: Source) -> str:
    if described.type == "datetime":
        if kind == "TIMESTAMP":
            return f"date_trunc('second', {text})"
        return time_sql(f"({text})", source.datetime_format)
    if described.type == "bool":
        if kind == "BOOLEAN":
            return text
        words = {**dict.fromkeys(TRUE, "true"), **dict.fromkeys(FALSE, "false")}
        lanes = "".join(f" when {literal(word)} then {truth}" for word, truth in words.items())
        return f"case lower({text}){lanes} end"
    if described.type == "date":
        day = date_sql(f"({text})", source.datetime_format)
        return f"coalesce({day}, {text})" if described.phi else day
    return text


def _mapped(text: str, values: Mapping[str, str] | None) -> str:
    if not values:
        return text
    lanes = "".join(f" when {literal(theirs)} then {literal(ours)}" for theirs, ours in values.items())
    return f"case ({text}){lanes} else ({text}) end"


def _as_text(x: str, kind: str) -> str:
    """A typed column as text: whole numbers without a decimal point, nothing in exponents."""
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"{x} = trunc({x}) and abs({x}) < 1e15"
        return f"case when isnan({x}) then null when {whole} then cast(cast({x} as bigint) as varchar) else cast({x} as varchar) end"
    if kind == "TIMESTAMP":
        return f"strftime({x}, '%Y-%m-%d %H:%M:%S')"
    return text_sql(Raw(f"cast({x} as varchar)"))


def _length(text: str) -> str:
    """A number of characters; anything else counts as nothing."""
    whole = f"regexp_full_match({text}, '[0-9]{{1,9}}([.]0+)?')"
    return f"case when {whole} then cast(cast({text} as double) as bigint) end"
