"""Canonical values out of raw columns, as SQL of the embedded engine: one SELECT per file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from assessments.probes.columns import Kept, fields_of
from assessments.probes.quoting import identifier, literal
from assessments.probes.refusals import FileProblem
from assessments.probes.times import format_is_usable, time_call
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


def trimmed_sql(raw: Raw) -> str:
    """Trimmed text; empty text and words for nothing are still there (see ``_filled_sql``)."""
    x = raw.sql
    if raw.type in ("DOUBLE", "FLOAT"):
        whole = f"{x} = trunc({x}) and abs({x}) < 1e15"
        number = f"case when {whole} then cast(cast({x} as bigint) as varchar) else cast({x} as varchar) end"
        return f"case when not isnan({x}) then {number} end"
    if raw.type == "TIMESTAMP":
        return f"strftime({x}, '%Y-%m-%d %H:%M:%S')"
    if raw.type != "VARCHAR":
        x = f"cast({x} as varchar)"
    trimmed = f"trim({x}, {literal(BLANKS)})"
    if not raw.tidy:
        return trimmed
    # Nearly no value begins with a blank (all sort before "!") or ends with one: ask that first.
    # Nothing stands here twice: what does is computed for every row beforehand.
    nothing = "|".join(re.escape(word) for word in NOTHING if word)
    slow = f"regexp_replace({trimmed}, {literal(f'^(?:{nothing})$')}, '')"
    return f"case when {x} < '!' or suffix({x}, ' ') then {slow} else {x} end"


def _filled_sql(text: str, raw: Raw, values: Mapping[str, str] | None) -> str:
    """NULL for nothing, and the normalised code where the mapping gives one."""
    words = [""] if raw.tidy else list(NOTHING)
    if words == [""] and not values:
        return f"nullif({text}, '')"
    lanes = [f" when {literal(word)} then null" for word in words]
    lanes += [f" when {literal(theirs)} then {literal(ours)}" for theirs, ours in (values or {}).items()]
    return f"case {text}{''.join(lanes)} else {text} end"


@dataclass
class Selection:
    """One SELECT per file, in layers, so that everything is computed once: trimmed text, text that
    is NULL when empty and mapped, canonical values, and how many of them could not be read."""

    trimmed: list[str] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    outer: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)

    def sql(self, scan: str, *more: str) -> str:
        layers = [self.trimmed, self.filled, self.values, self.outer]
        sql = scan
        for layer in layers:
            sql = f"(select {', '.join([*layer, *more]) or '1'} from {sql})"
        return sql[1:-1]


def select_list(kept: Kept, source: Source, record: RecordType, raw: Mapping[int, Raw]) -> Selection:
    """Canonical columns of a file, campus and department too; those nobody supplied are NULL.
    Raises FileProblem."""
    if source.datetime_format and not format_is_usable(source.datetime_format):
        raise FileProblem("bad_datetime_format")
    made = Selection()
    bad_times, bad_flags = [], []
    for key, described in fields_of(record).items():
        name = identifier(key)
        if key in kept.constants:
            column = Raw(literal(kept.constants[key]))
        elif key in kept.fields:
            column = raw[kept.fields[key]]
        else:
            made.outer.append(f"cast(null as {SQL_TYPES[described.type]}) as {name}")
            continue
        typed = _is_kept_typed(described, column, source)
        text = _text_layers(made, column, source.values.get(key), typed)
        if described.type not in ("datetime", "bool", "date"):
            made.values.append(text)
            made.outer.append(f"{text} as {name}")
            continue
        value = f"zp_v{len(made.values)}"
        made.values.append(f"{_value(described, text, typed, source)} as {value}")
        made.outer.append(f"{value} as {name}")
        if typed or key in kept.constants:
            continue
        made.values.append(text)
        unread = f"({text} is not null and {value} is null)::utinyint"
        if described.type == "bool":
            bad_flags.append(unread)
        elif described.type == "datetime" or not described.phi:
            made.times.append(key)
            bad_times.append(unread)
    for key, position in kept.lengths.items():
        text = _text_layers(made, raw[position], None, False)
        value = f"zp_v{len(made.values)}"
        made.values.append(f"{_length(text)} as {value}")
        made.outer.append(f"{value} as {identifier(key + '__length')}")
    made.outer.append(f"{' + '.join(bad_times) or '0::utinyint'} as {BAD_TIMES}")
    made.outer.append(f"{' + '.join(bad_flags) or '0::utinyint'} as {BAD_FLAGS}")
    return made


def _text_layers(made: Selection, column: Raw, values: Mapping[str, str] | None, typed: bool) -> str:
    """The name of a column's text (or of its typed value) in the layer of values."""
    name = f"zp_t{len(made.trimmed)}"
    made.trimmed.append(f"{column.sql if typed else trimmed_sql(column)} as {name}")
    made.filled.append(name if typed else f"{_filled_sql(name, column, values)} as {name}")
    return name


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


def _value(described: Field, text: str, typed: bool, source: Source) -> str:
    if described.type == "datetime":
        return f"date_trunc('second', {text})" if typed else time_call(text, source.datetime_format)
    if described.type == "bool":
        if typed:
            return text
        words = {**dict.fromkeys(TRUE, "true"), **dict.fromkeys(FALSE, "false")}
        lanes = "".join(f" when {literal(word)} then {truth}" for word, truth in words.items())
        return f"case lower({text}){lanes} end"
    day = f"strftime({time_call(text, source.datetime_format)}, '%Y-%m-%d')"
    return f"coalesce({day}, {text})" if described.phi else day


def _length(text: str) -> str:
    """A number of characters; anything else counts as nothing."""
    whole = f"regexp_full_match({text}, '[0-9]{{1,9}}([.]0+)?')"
    return f"case when {whole} then cast(cast({text} as double) as bigint) end"
