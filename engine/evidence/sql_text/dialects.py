"""How each database writes the few things in which they differ. Everything else is standard SQL.

Values are compared as the engine compares them: trimmed, empty is NULL, case matters, times to the
second, truth values as 1 and 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from engine.evidence.sql_text import names
from engine.evidence.sql_text.formats import MYSQL, ORACLE, POSTGRES, formatted
from engine.evidence.statistics.texts import ONE_WIDTH
from engine.rubric.values import Text

AMOUNT = r"^[+-]?[0-9]{1,20}(\.[0-9]*)?$"
HAN = "〇㐀-䶿一-鿿豈-﫿"
SECONDS = "2000-01-01"


@dataclass(frozen=True)
class Dialect:
    """Standard SQL as PostgreSQL writes it; the others say where they differ."""

    key: ClassVar[str] = "postgres"
    label: ClassVar[str] = "PostgreSQL"
    sqlglot: ClassVar[str] = "postgres"
    quotes: ClassVar[tuple[str, str]] = ('"', '"')
    national: ClassVar[str] = ""
    parameters: ClassVar[tuple[str, str]] = (":from_date", ":to_date")

    def name(self, text: str) -> str:
        return names.name(text, self.quotes)

    def table(self, text: str) -> str:
        return names.table(text, self.quotes)

    def literal(self, text: str) -> str:
        return names.literal(text, self.national)

    def character(self, code: int) -> str:
        """A character that is not seen in a text, by its code."""
        return f"CHR({code})"

    def spelled(self, text: str) -> str:
        """A literal whose invisible characters are written by their codes."""
        parts: list[str] = []
        seen = ""
        for one in text:
            if one.isprintable() and not one.isspace():
                seen += one
                continue
            if seen:
                parts.append(self.literal(seen))
                seen = ""
            parts.append(self.character(ord(one)))
        if seen:
            parts.append(self.literal(seen))
        return self.joined(parts)

    def joined(self, parts: list[str]) -> str:
        return " || ".join(parts) or "''"

    def pattern(self, text: str) -> str:
        """A regular expression as a literal."""
        return self.literal(text)

    # columns as they come

    def text(self, column: str) -> str:
        return f"NULLIF(BTRIM(CAST({column} AS text)), '')"

    def nothing(self, sort: str) -> str:
        """An empty column of a sort: text, number or time."""
        kinds = {"text": "varchar(1)", "number": "integer", "time": "timestamp"}
        return f"CAST(NULL AS {kinds[sort]})"

    def seconds(self, column: str) -> str:
        return f"DATE_TRUNC('second', {column})"

    def parsed(self, column: str, given: str) -> str | None:
        """A text in the strptime format ``given`` as a time; None when this database cannot."""
        pattern = formatted(given, POSTGRES)
        return None if pattern is None else f"TO_TIMESTAMP({column}, '{pattern}')"

    # comparisons

    def minutes(self, value: str) -> str:
        return f"DATE_TRUNC('minute', {value})"

    def amount(self, value: str) -> str:
        return f"CASE WHEN {self.matches(value, AMOUNT)} THEN ROUND(CAST({value} AS numeric), 2) END"

    def later(self, value: str, minutes: int) -> str:
        return f"{value} + INTERVAL '{minutes} minutes'"

    def characters(self, value: str) -> str:
        return f"CHAR_LENGTH({value})"

    def matches(self, value: str, pattern: str) -> str:
        return f"{value} ~ {self.pattern(pattern)}"

    def has_han(self, value: str) -> str:
        return self.matches(value, f"[{HAN}]")

    def icd(self, value: str) -> str:
        return f"UPPER(SUBSTR({value}, 1, 1)) || SUBSTR({value}, 2)"

    def is_filled(self, value: str) -> str:
        """Whether a text that was worked on has any character left."""
        return f"{value} <> ''"

    def one_width(self) -> tuple[str, ...]:
        """Steps (``{}`` is the value) that drop white space and make full width half width."""
        source, target = ONE_WIDTH
        return (f"TRANSLATE({{}}, {self.spelled(source)}, {self.spelled(target)})",)

    # window

    def day(self, day: date) -> str:
        return f"DATE '{day.isoformat()}'"

    def first_day(self) -> str:
        return f"CAST({self.parameters[0]} AS date)"

    def day_after(self) -> str:
        """The day after the last one."""
        return f"CAST({self.parameters[1]} AS date) + INTERVAL '1 day'"

    def bounds(self, window: tuple[date, date] | None) -> tuple[str, str]:
        if window is None:
            return self.first_day(), self.day_after()
        return self.day(window[0]), self.day(window[1] + timedelta(days=1))

    def notes(self) -> tuple[Text, ...]:
        """What a reader of this database has to know."""
        return ()


@dataclass(frozen=True)
class DuckDB(Dialect):
    """The engine's own store; so that people who hold the files can run the text as well."""

    key: ClassVar[str] = "duckdb"
    label: ClassVar[str] = "DuckDB"
    sqlglot: ClassVar[str] = "duckdb"
    parameters: ClassVar[tuple[str, str]] = ("$from_date", "$to_date")

    def text(self, column: str) -> str:
        return f"NULLIF(TRIM(CAST({column} AS varchar)), '')"

    def parsed(self, column: str, given: str) -> str | None:
        return f"TRY_STRPTIME({column}, {self.literal(given)})"

    def amount(self, value: str) -> str:
        return f"CASE WHEN {self.matches(value, AMOUNT)} THEN CAST({value} AS decimal(24, 2)) END"

    def matches(self, value: str, pattern: str) -> str:
        return f"REGEXP_MATCHES({value}, {self.pattern(pattern)})"


@dataclass(frozen=True)
class Oracle(Dialect):
    key: ClassVar[str] = "oracle"
    label: ClassVar[str] = "Oracle"
    sqlglot: ClassVar[str] = "oracle"

    def character(self, code: int) -> str:
        return f"UNISTR('\\{code:04X}')"

    def text(self, column: str) -> str:  # an empty text is NULL by itself
        return f"TRIM({column})"

    def nothing(self, sort: str) -> str:
        return (
            f"CAST(NULL AS {'DATE' if sort == 'time' else 'NUMBER' if sort == 'number' else 'VARCHAR2(1)'})"
        )

    def seconds(self, column: str) -> str:
        return f"CAST({column} AS DATE)"

    def parsed(self, column: str, given: str) -> str | None:
        pattern = formatted(given, ORACLE)
        return None if pattern is None else f"TO_DATE({column}, '{pattern}')"

    def minutes(self, value: str) -> str:
        return f"TRUNC({value}, 'MI')"

    def amount(self, value: str) -> str:  # a NUMBER below one is written without its zero
        pattern = r"^[+-]?([0-9]{1,20}(\.[0-9]*)?|\.[0-9]+)$"
        return f"CASE WHEN {self.matches(value, pattern)} THEN ROUND(TO_NUMBER({value}), 2) END"

    def later(self, value: str, minutes: int) -> str:
        return f"{value} + NUMTODSINTERVAL({minutes}, 'MINUTE')"

    def characters(self, value: str) -> str:
        return f"LENGTH({value})"

    def matches(self, value: str, pattern: str) -> str:
        return f"REGEXP_LIKE({value}, {self.pattern(pattern)}, 'c')"

    def is_filled(self, value: str) -> str:
        return f"{value} IS NOT NULL"

    def first_day(self) -> str:
        return f"TO_DATE({self.parameters[0]}, 'YYYY-MM-DD')"

    def day_after(self) -> str:
        return f"TO_DATE({self.parameters[1]}, 'YYYY-MM-DD') + 1"

    def notes(self) -> tuple[Text, ...]:
        return (
            Text(
                "Oracle：请在NLS_SORT=BINARY、小数点为“.”的会话中运行。CLOB列请先取前4000字。",
                "Oracle: run in a session with NLS_SORT=BINARY and “.” as the decimal point. "
                "Of CLOB columns take the first 4000 characters.",
            ),
        )


@dataclass(frozen=True)
class SQLServer(Dialect):
    key: ClassVar[str] = "mssql"
    label: ClassVar[str] = "SQL Server"
    sqlglot: ClassVar[str] = "tsql"
    quotes: ClassVar[tuple[str, str]] = ("[", "]")
    national: ClassVar[str] = "N"
    parameters: ClassVar[tuple[str, str]] = ("@from_date", "@to_date")

    def character(self, code: int) -> str:
        return f"NCHAR({code})"

    def joined(self, parts: list[str]) -> str:
        return " + ".join(parts) or "N''"

    def text(self, column: str) -> str:
        trimmed = f"LTRIM(RTRIM(CAST({column} AS nvarchar(4000))))"
        return f"NULLIF({trimmed}, N'') COLLATE Latin1_General_BIN2"

    def nothing(self, sort: str) -> str:
        kinds = {"text": "nvarchar(1)", "number": "int", "time": "datetime2"}
        return f"CAST(NULL AS {kinds[sort]})"

    def seconds(self, column: str) -> str:
        return self._cut(column, "second")

    def _cut(self, value: str, unit: str) -> str:
        start = f"CAST('{SECONDS}' AS datetime2)"
        return f"DATEADD({unit}, DATEDIFF({unit}, {start}, {value}), {start})"

    def parsed(self, column: str, given: str) -> str | None:
        if given in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y%m%d", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S"):
            return f"TRY_CONVERT(datetime2, {column})"
        if given == "%Y%m%d%H%M%S":
            spaced = f"STUFF(STUFF(STUFF({column}, 9, 0, N' '), 12, 0, N':'), 15, 0, N':')"
            return f"TRY_CONVERT(datetime2, {spaced})"
        return None

    def minutes(self, value: str) -> str:
        return self._cut(value, "minute")

    def amount(self, value: str) -> str:
        written = (
            f"{value} NOT LIKE N'%[^0-9.+-]%' AND {value} LIKE N'[-+0-9]%' AND {value} NOT LIKE N'[-+].%'"
        )
        return f"CASE WHEN {written} THEN TRY_CAST({value} AS decimal(24, 2)) END"

    def later(self, value: str, minutes: int) -> str:
        return f"DATEADD(minute, {minutes}, {value})"

    def characters(self, value: str) -> str:
        return f"LEN({value} COLLATE Latin1_General_100_CI_AS_SC)"

    def matches(self, value: str, pattern: str) -> str:
        return f"REGEXP_LIKE({value}, {self.pattern(pattern)})"

    def has_han(self, value: str) -> str:
        return f"{value} LIKE N'%[{HAN}]%'"

    def icd(self, value: str) -> str:
        return f"UPPER(SUBSTRING({value}, 1, 1)) + SUBSTRING({value}, 2, 4000)"

    def one_width(self) -> tuple[str, ...]:
        source, target = ONE_WIDTH  # both lists must be equally long: what is dropped becomes a tab first
        gone, tab = len(source) - len(target), self.character(9)
        filled = f"{self.literal(target)} + REPLICATE({tab}, {gone})"
        return (f"REPLACE(TRANSLATE({{}}, {self.spelled(source)}, {filled}), {tab}, N'')",)

    def day(self, day: date) -> str:
        return f"CAST('{day.isoformat()}' AS date)"

    def day_after(self) -> str:
        return f"DATEADD(day, 1, CAST({self.parameters[1]} AS date))"

    def notes(self) -> tuple[Text, ...]:
        return (
            Text(
                "SQL Server：需2017及以上版本；超过4000字的文本只比较前4000字。",
                "SQL Server: version 2017 or later; of longer texts the first 4000 characters count.",
            ),
        )


@dataclass(frozen=True)
class MySQL(Dialect):
    key: ClassVar[str] = "mysql"
    label: ClassVar[str] = "MySQL"
    sqlglot: ClassVar[str] = "mysql"
    quotes: ClassVar[tuple[str, str]] = ("`", "`")
    parameters: ClassVar[tuple[str, str]] = ("@from_date", "@to_date")

    def character(self, code: int) -> str:
        return f"_utf8mb4 X'{chr(code).encode().hex().upper()}'"

    def literal(self, text: str) -> str:
        return super().literal(text.replace("\\", "\\\\"))

    def text(self, column: str) -> str:
        return f"NULLIF(TRIM(CONVERT({column} USING utf8mb4)), '') COLLATE utf8mb4_bin"

    def nothing(self, sort: str) -> str:
        return f"CAST(NULL AS {'DATETIME' if sort == 'time' else 'SIGNED' if sort == 'number' else 'CHAR'})"

    def seconds(self, column: str) -> str:
        return f"CAST(DATE_FORMAT({column}, '%Y-%m-%d %H:%i:%s') AS DATETIME)"

    def parsed(self, column: str, given: str) -> str | None:
        pattern = formatted(given, MYSQL)
        return None if pattern is None else f"STR_TO_DATE({column}, '{pattern}')"

    def minutes(self, value: str) -> str:
        return f"DATE_FORMAT({value}, '%Y-%m-%d %H:%i')"

    def amount(self, value: str) -> str:
        return f"CASE WHEN {self.matches(value, AMOUNT)} THEN CAST({value} AS DECIMAL(24, 2)) END"

    def later(self, value: str, minutes: int) -> str:
        return f"{value} + INTERVAL {minutes} MINUTE"

    def matches(self, value: str, pattern: str) -> str:
        return f"REGEXP_LIKE({value}, {self.pattern(pattern)}, 'c')"

    def icd(self, value: str) -> str:
        return f"CONCAT(UPPER(SUBSTR({value}, 1, 1)), SUBSTR({value}, 2))"

    def one_width(self) -> tuple[str, ...]:
        """MySQL has no TRANSLATE: some replacements at a time, one step after the other."""
        source, target = ONE_WIDTH
        steps, size = [], 12
        for start in range(0, len(source), size):
            step = "{}"
            for at in range(start, min(start + size, len(source))):
                new = target[at] if at < len(target) else ""
                step = f"REPLACE({step}, {self.spelled(source[at])}, {self.spelled(new)})"
            steps.append(step)
        return tuple(steps)

    def day_after(self) -> str:
        return f"CAST({self.parameters[1]} AS DATE) + INTERVAL 1 DAY"

    def notes(self) -> tuple[Text, ...]:
        return (Text("MySQL：需8.0及以上版本。", "MySQL: version 8.0 or later."),)


DIALECTS: dict[str, Dialect] = {each.key: each for each in (Oracle(), SQLServer(), Dialect(), MySQL())}
DUCKDB = DuckDB()
