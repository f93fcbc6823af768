"""A delimited file as one canonical table, parsed once by the engine's own reader."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assessments.probes.canonical import NOTHING, Raw
from assessments.probes.columns import Kept, choose, known_columns
from assessments.probes.delimited.content import (
    HEAD,
    Content,
    encoding_of,
    only_ascii_before_damage,
    transcode,
)
from assessments.probes.delimited.dialect import Layout, layout_of
from assessments.probes.quoting import literal
from assessments.probes.refusals import FileProblem, note, places
from assessments.probes.store import Input, Left
from assessments.probes.values import Source
from engine.evidence.catalogue.values import RecordType
from engine.rubric.values import Text

MOST_RAGGED = 0.05
LONGEST_LINE = 2 * 2**20
BUFFER = 16 * 2**20  # per thread; smaller costs time, larger memory
_TEXT_UTF8 = ("utf-8", "utf-8-sig")


@dataclass
class Delimited:
    """A delimited file whose layout is known."""

    path: Path
    layout: Layout
    kept: Kept
    tidy: bool
    work: Path
    decoded: bool = False  # transcoded already
    lenient: bool = False  # rows that do not fit are left out

    def inputs(self) -> Input:
        raw = {i: Raw(f"c{i}", tidy=self.tidy) for i in range(len(self.layout.header))}
        return Input(self._scan(), raw, self.kept, self.layout.header, self.layout.sample, self._again)

    def _scan(self, extra: str = "") -> str:
        columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(self.layout.header)))
        nothing = ", ".join(literal(word) for word in NOTHING)
        return (
            f"read_csv({literal(str(self.path))}, auto_detect=false, header=false, skip={self.layout.skip},"
            f" delim={literal(self.layout.delimiter)}, quote='\"', escape='\"', columns={{{columns}}},"
            f" nullstr=[{nothing}], max_line_size={LONGEST_LINE}, buffer_size={BUFFER}{extra})"
        )

    def _again(self, engine: duckdb.DuckDBPyConnection, error: duckdb.Error) -> Left | None:
        """Another way to read after the engine refused one; None when there is none left."""
        if "unicode" in str(error).lower():
            if self.decoded or not only_ascii_before_damage(self.path):
                raise FileProblem("wrong_encoding", line=_line(error)) from None
            target = self.work / "text.csv"
            transcode(self.path, "gb18030", target)
            self.path, self.decoded = target, True
            return Left(self._scan(), None)
        if not isinstance(error, duckdb.InvalidInputException | duckdb.ConversionException) or self.lenient:
            return None
        self.lenient = True
        engine.execute("drop table if exists reject_errors; drop table if exists reject_scans")
        return Left(self._scan(", store_rejects=true, rejects_limit=1000000"), self._rejected)

    def _rejected(self, engine: duckdb.DuckDBPyConnection, rows: int) -> tuple[list[int], list[Text]]:
        found = engine.execute(
            "select line, min(line_byte_position), list(distinct error_type::varchar) from reject_errors"
            " group by line order by line"
        ).fetchall()
        engine.execute("drop table reject_errors; drop table reject_scans")
        blanks = _blank_lines(self.path, self.layout.skip)
        numbers = []
        for line, position, kinds in found:
            number = int(line) - self.layout.skip - sum(1 for at in blanks if at < position)
            if not set(kinds) <= {"MISSING COLUMNS", "TOO MANY COLUMNS"}:
                if "INVALID ENCODING" in kinds or "INVALID UNICODE" in kinds:
                    raise FileProblem("wrong_encoding", line=int(line))
                raise FileProblem("unclosed_quote", row=number)
            numbers.append(number)
        if len(numbers) > MOST_RAGGED * (rows + len(numbers)):
            raise FileProblem("ragged_rows", count=len(numbers), rows=numbers[0])
        return numbers, [note("ragged_rows", count=len(numbers), rows=places(numbers))]


def open_delimited(source: Source, record: RecordType, content: Content, work: Path) -> Delimited:
    """Find out encoding and layout; the text is transcoded when it is not UTF-8. Raises FileProblem."""
    with source.path.open("rb") as file:
        head = file.read(HEAD)
    encoding = encoding_of(head, whole=content.size <= len(head))
    if content.nul_line is not None and not encoding.startswith("utf-16"):
        raise FileProblem("nul_bytes")
    path, tidy = source.path, content.tidy
    if encoding not in _TEXT_UTF8:
        path = work / "text.csv"
        tidy = transcode(source.path, encoding, path)
    with path.open("rb") as file:
        text = file.read(HEAD).decode("utf-8-sig", "ignore")
    layout = layout_of(text, lambda row: known_columns(row, source, record))
    if layout is None:
        raise FileProblem("empty_file")
    kept = choose(layout.header, source, record)
    tidy = tidy and (path != source.path or not content.tabs or layout.delimiter == "\t")
    return Delimited(path, layout, kept, tidy, work, decoded=path != source.path)


def _blank_lines(path: Path, skip: int) -> list[int]:
    """Byte positions of lines without content after the header: the engine passes over them but
    counts them as lines."""
    found, offset, last = set(), 0, b""
    with path.open("rb") as file:
        start = sum(len(file.readline()) for _ in range(skip))
        file.seek(0)
        while chunk := file.read(1 << 22):
            data = last + chunk
            begin = offset - len(last)
            found |= {begin + match.start() + 1 for match in re.finditer(rb"\n(?=\r?\n)", data)}
            offset += len(chunk)
            last = chunk[-2:]
    return sorted(at for at in found if at >= start)


def _line(error: duckdb.Error) -> int:
    found = re.search(r"Line: (\d+)", str(error))
    return int(found[1]) if found else 1
