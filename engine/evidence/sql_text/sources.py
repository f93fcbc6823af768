"""The hospital's own tables as the records that rules speak of: one named query per record type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from engine.evidence.catalogue.values import Catalogue, Field
from engine.evidence.mapping import MappingDocument, SourceMapping
from engine.evidence.sql_text.dialects import Dialect
from engine.rubric.values import Text

LENGTH = "__length"
TRUE_WORDS, FALSE_WORDS = ("TRUE", "1", "是", "Y"), ("FALSE", "0", "否", "N")


@dataclass
class Sources:
    """Collects the columns a statement reads and writes the named queries it starts with.

    Without a mapping, tables and columns are taken to have the canonical names. ``unmapped``: what
    the mapping gives no source for, after :meth:`written`.
    """

    catalogue: Catalogue
    dialect: Dialect
    mapping: MappingDocument | None
    window: tuple[date, date] | None
    read: dict[str, dict[str, None]] = field(default_factory=dict)
    unmapped: dict[str, None] = field(default_factory=dict)
    notes: dict[Text, None] = field(default_factory=dict)

    def of(self, record: str) -> str:
        """The name of the query over one record type."""
        self.read.setdefault(record, {})
        return f"zp_{record}"

    def column(self, record: str, name: str, alias: str) -> str:
        """A column of that query under ``alias``."""
        self.read.setdefault(record, {})[name] = None
        return f"{alias}.{self.dialect.name(name)}"

    def has(self, record: str, name: str) -> bool:
        """Whether the mapping gives a column its source; without a mapping every field has one."""
        if self.mapping is None:
            return not name.endswith(LENGTH)
        return any(
            name in source.columns.values() or name in source.constants for source in self._sources(record)
        )

    def written(self) -> dict[str, str]:
        """Name and text of each query, in the order in which they were asked for."""
        return {f"zp_{record}": "\n  UNION ALL\n".join(self._selects(record)) for record in self.read}

    def _sources(self, record: str) -> tuple[SourceMapping, ...]:
        if self.mapping is None:
            return ()
        return tuple(source for source in self.mapping.sources if source.record == record)

    def _selects(self, record: str) -> Iterator[str]:
        sources = self._sources(record)
        if not sources:
            if self.mapping is not None:
                self.unmapped[record] = None
            yield self._select(record, None)
        for source in sources:
            if any(mark in source.source for mark in "*?["):
                self.notes[
                    Text(
                        f"映射中的“{source.source}”是文件名样式，请换成表名。",
                        f"“{source.source}” in the mapping is a pattern of file names: put the table's name.",
                    )
                ] = None
            yield self._select(record, source)

    def _select(self, record: str, source: SourceMapping | None) -> str:
        dialect = self.dialect
        columns = [
            f"{self._column(record, name, source)} AS {dialect.name(name)}" for name in self.read[record]
        ]
        table = dialect.table(source.source if source else record)
        text = "  SELECT " + ",\n         ".join(columns or ["1 AS one"]) + f"\n  FROM {table}"
        window = self._window(record, source)
        return text + (f"\n  WHERE {window}" if window else "")

    def _theirs(self, name: str, source: SourceMapping | None) -> str | None:
        if source is None:
            return name
        return next((theirs for theirs, ours in source.columns.items() if ours == name), None)

    def _column(self, record: str, name: str, source: SourceMapping | None) -> str:
        dialect = self.dialect
        kind = self.catalogue.records[record].fields.get(name)
        if source is not None and name in source.constants:
            given = source.constants[name]
            if kind is not None and kind.type == "bool":
                return "1" if given == "true" else "0"
            return dialect.literal(given)
        theirs = self._theirs(name, source)
        if theirs is None:
            self.unmapped[f"{record}.{name}"] = None
            return dialect.nothing(_sort(kind))
        column = dialect.name(theirs)
        if kind is None:  # the length of a text
            return column
        if kind.type == "datetime":
            return dialect.seconds(self._time(column, source))
        value = dialect.text(column)
        codes = source.values.get(name) if source else None
        if codes:
            whens = " ".join(
                f"WHEN {dialect.literal(old)} THEN {dialect.literal(new)}" for old, new in codes.items()
            )
            value = f"CASE {value} {whens} ELSE {value} END"
        return self._truth(value) if kind.type == "bool" else value

    def _time(self, column: str, source: SourceMapping | None) -> str:
        given = source.datetime_format if source else None
        if given:
            parsed = self.dialect.parsed(column, given)
            if parsed is not None:
                return parsed
            self.notes[
                Text(
                    f"时间格式{given}不能直接写成{self.dialect.label}的语句，{column}按时间类型的列读取。",
                    f"The time format {given} cannot be written for {self.dialect.label}; "
                    f"{column} is read as a column of a time type.",
                )
            ] = None
        return column

    def _truth(self, value: str) -> str:
        yes, no = (", ".join(map(self.dialect.literal, words)) for words in (TRUE_WORDS, FALSE_WORDS))
        return f"CASE WHEN UPPER({value}) IN ({yes}) THEN 1 WHEN UPPER({value}) IN ({no}) THEN 0 END"

    def _window(self, record: str, source: SourceMapping | None) -> str:
        """Rows whose time lies in the window or is empty."""
        on = self.catalogue.records[record].window_on
        theirs = None if on is None else self._theirs(on, source)
        if theirs is None:
            return ""
        time = self._time(self.dialect.name(theirs), source)
        first, after = self.dialect.bounds(self.window)
        return f"({time} IS NULL OR ({time} >= {first} AND {time} < {after}))"


def _sort(kind: Field | None) -> str:
    if kind is None or kind.type == "bool":
        return "number"
    return "time" if kind.type == "datetime" else "text"
