"""Canonical values out of raw columns, as SQL of the embedded engine: one SELECT per file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from assessments.probes.columns import Kept, fields_of
from assessments.probes.quoting import identifier, literal
from assessments.probes.refusals import FileProblem
from assessments.probes.times import format_is_usable, is_usual, time_call, usual_time
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


def text_sql(raw: Raw, values: Mapping[str, str] | None = None) -> str:
    """Trimmed text, NULL for nothing, and the normalised code where the mapping gives one."""
    x = raw.sql
    if raw.type in ("DOUBLE", "FLOAT"):
        whole = f"{x} = trunc({x}) and abs({x}) < 1e15"
        number = f"case when {whole} then cast(cast({x} as bigint) as varchar) else cast({x} as varchar) end"
        text = f"case when not isnan({x}) then {number} end"
    elif raw.type == "TIMESTAMP":
        text = f"strftime({x}, '%Y-%m-%d %H:%M:%S')"
    elif raw.type != "VARCHAR":
        text = f"cast({x} as varchar)"
    else:
        # Trimming costs ten times as much as seeing that there is nothing to trim. Nothing stands
        # in two branches: what does is computed for every row beforehand.
        words = "|".join(re.escape(word) for word in NOTHING if word)
        slow = f"nullif(regexp_replace(trim({x}, {literal(BLANKS)}), {literal(f'^(?:{words})$')}, ''), '')"
        plain = "".join(f" when {test} then {x}" for test in _plain(raw))
        text = f"case{plain} else {slow} end"
    if not values:
        return text
    lanes = "".join(f" when {literal(theirs)} then {literal(ours)}" for theirs, ours in values.items())
    return f"case {text}{lanes} else {text} end"


def _plain(raw: Raw) -> tuple[str, ...]:
    """Tests of a text that is something and neither begins nor ends with a blank, the cheapest first."""
    x, last = raw.sql, f"({raw.sql})[-1]"
    if raw.tidy:  # all blanks sort before "!"
        return (f"{x} >= '!' and not suffix({x}, ' ')",)
    words = ", ".join(literal(word) for word in NOTHING if word)  # none ends behind "l"
    return (
        f"{last} between '0' and '9' and {x} between '!' and '~'",
        f"{_is_content(x)} and {_is_content(last)} and ({last} > 'l' or {x} not in ({words}))",
    )


def _is_content(x: str) -> str:
    """Whether the first character is no blank: between them in the order of characters."""
    return f"(({x} >= '!' and {x} < '\u00a0') or ({x} >= '\u3001' and {x} < '\ufeff'))"


@dataclass
class Selection:
    """One SELECT per file, in layers, so that everything is computed once: texts and the times that
    are written as most are; texts of the other times; canonical values; how many of them could not be
    read. Each layer holds what the ones above it need."""

    texts: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    outer: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)

    def sql(self, scan: str, *more: str) -> str:
        sql = scan
        for layer in (self.texts, self.odd, self.values, self.outer):
            sql = f"(select {', '.join([*layer, *more]) or '1'} from {sql})"
        return sql[1:-1]

    def keep(self, expression: str) -> str:
        """A column of the first layer handed up to the last but one; its name."""
        name = f"zp_t{len(self.texts)}"
        self.texts.append(f"{expression} as {name}")
        self.odd.append(name)
        return name


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
        values = source.values.get(key)
        if described.type not in ("datetime", "bool", "date"):
            text = made.keep(text_sql(column, values))
            made.values.append(text)
            made.outer.append(f"{text} as {name}")
            continue
        value = f"zp_v{len(made.values)}"
        made.outer.append(f"{value} as {name}")
        if _is_kept_typed(described, column, source):
            made.values.append(f"{_typed_value(described, made.keep(column.sql))} as {value}")
            continue
        text = _read(made, described, column, values, source, value)
        if key in kept.constants:
            continue
        made.values.append(text)
        unread = f"({text} is not null and {value} is null)::utinyint"
        if described.type == "bool":
            bad_flags.append(unread)
        elif described.type == "datetime" or not described.phi:
            made.times.append(key)
            bad_times.append(unread)
    for key, position in kept.lengths.items():
        text = made.keep(text_sql(raw[position]))
        value = f"zp_v{len(made.values)}"
        made.values.append(f"{_length(text)} as {value}")
        made.outer.append(f"{value} as {identifier(key + '__length')}")
    made.outer.append(f"{' + '.join(bad_times) or '0::utinyint'} as {BAD_TIMES}")
    made.outer.append(f"{' + '.join(bad_flags) or '0::utinyint'} as {BAD_FLAGS}")
    return made


def _read(
    made: Selection,
    described: Field,
    column: Raw,
    values: Mapping[str, str] | None,
    source: Source,
    value: str,
) -> str:
    """Puts the value of a time, day or flag into the layer of values; the name of the text it was
    read from, NULL where the first look was enough."""
    if described.type != "datetime" or source.datetime_format or values or column.type != "VARCHAR":
        text = made.keep(text_sql(column, values))
        made.values.append(f"{_value(described, text, source)} as {value}")
        return text
    usual, text = made.keep(usual_time(column.sql)), f"zp_o{len(made.odd)}"
    plain = made.keep(column.sql)
    made.odd.append(
        f"case when {is_usual(usual)} then null else {text_sql(Raw(plain, tidy=column.tidy))} end as {text}"
    )
    made.values.append(f"case when {is_usual(usual)} then {usual} else {time_call(text)} end as {value}")
    return text


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


def _typed_value(described: Field, column: str) -> str:
    return f"date_trunc('second', {column})" if described.type == "datetime" else column


def _value(described: Field, text: str, source: Source) -> str:
    if described.type == "datetime":
        return time_call(text, source.datetime_format)
    if described.type == "bool":
        words = {**dict.fromkeys(TRUE, "true"), **dict.fromkeys(FALSE, "false")}
        lanes = "".join(f" when {literal(word)} then {truth}" for word, truth in words.items())
        return f"case lower({text}){lanes} end"
    day = f"strftime({time_call(text, source.datetime_format)}, '%Y-%m-%d')"
    return f"coalesce({day}, {text})" if described.phi else day


def _length(text: str) -> str:
    """A number of characters; anything else counts as nothing."""
    whole = f"regexp_full_match({text}, '[0-9]{{1,9}}([.]0+)?')"
    return f"case when {whole} then cast(cast({text} as double) as bigint) end"
