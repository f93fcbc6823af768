"""A workbook's data sheet as text the engine can scan."""

from __future__ import annotations

import math
import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import olefile  # type: ignore[import-untyped]
import pyarrow as pa
import python_calamine as calamine

from assessments.probes.canonical import Raw
from assessments.probes.columns import choose, known_columns
from assessments.probes.delimited.dialect import HEADER_WITHIN, SAMPLE
from assessments.probes.kinds import OLE
from assessments.probes.measuring import is_code
from assessments.probes.refusals import FileProblem, note, places
from assessments.probes.store import Input
from assessments.probes.values import Source
from engine.evidence.catalogue.values import RecordType
from engine.evidence.tables import ROW
from engine.rubric.values import Text

MOST_CELLS = 20_000_000
MOST_XML = 2 * 2**30
MOST_RATIO = 400
RATIO_FROM = 50 * 2**20
#: A spreadsheet keeps 15 digits of a number; more of them are not the ones that were exported.
DIGITS = 1e15
_COLUMN = re.compile(rb"""\br=["']([A-Z]{1,3})[0-9]""")
_ROW = re.compile(rb"""\br=["'][A-Z]{0,3}([0-9]{1,10})["']""")
_CHUNK = 1 << 20


def open_workbook(path: Path, source: Source, record: RecordType) -> Input:
    """The first sheet whose header is known, else the first with content. Raises FileProblem."""
    _refuse_bombs(path)
    try:
        with calamine.load_workbook(str(path)) as book:
            rows, header_at = _data_sheet(book, source, record)
    except calamine.PasswordError:
        raise FileProblem("encrypted_workbook") from None
    except (calamine.CalamineError, OSError, zipfile.BadZipFile):
        raise FileProblem("damaged_file") from None
    header = [_text(cell) for cell in rows[header_at]]
    kept = choose(header, source, record)
    data = rows[header_at + 1 :]
    notes = _numbers_as_codes(data, kept.fields, record)
    positions = sorted({*kept.fields.values(), *kept.lengths.values()})
    filled = [(number, row) for number, row in enumerate(data, 1) if any(_text(cell) for cell in row)]
    sample = [tuple(_text(cell) for cell in row) for _number, row in filled[:SAMPLE]]
    raw = {position: Raw(f"c{position}") for position in positions}
    return Input(
        "zp_sheet", raw, kept, header, sample, notes=notes, arrow=_table(filled, positions), numbered=True
    )


def _data_sheet(
    book: calamine.CalamineWorkbook, source: Source, record: RecordType
) -> tuple[list[list[Any]], int]:
    first: tuple[list[list[Any]], int] | None = None
    for sheet in book.sheets_metadata:
        if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=True)
        scored = [
            (known_columns([_text(cell) for cell in row], source, record), -index)
            for index, row in enumerate(rows[:HEADER_WITHIN])
            if any(_text(cell) for cell in row)
        ]
        if not scored:
            continue
        known, place = max(scored)
        if known:
            return rows, -place
        first = first or (rows, -place)
    if first is None:
        raise FileProblem("no_sheet")
    return first


def _text(cell: object) -> str:
    """A cell as an export would write it: whole numbers without a point, times to the second."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if math.isfinite(cell) and cell == int(cell) and abs(cell) < DIGITS:
            return str(int(cell))
        return repr(cell)
    if isinstance(cell, datetime):
        half_up = cell + timedelta(microseconds=500_000)  # a serial number is seldom a whole second
        return half_up.replace(microsecond=0).isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _numbers_as_codes(data: list[list[Any]], fields: dict[str, int], record: RecordType) -> list[Text]:
    """Codes kept as numbers have lost leading zeros (a note) or their last digits (refused)."""
    notes = []
    for key, position in fields.items():
        described = record.fields.get(key)
        if described is None or not is_code(described):
            continue
        numbers = [(n, row[position]) for n, row in enumerate(data, 1) if isinstance(row[position], float)]
        lost = [n for n, value in numbers if abs(value) >= DIGITS]
        if lost:
            raise FileProblem("scientific_notation", field=key, count=len(lost), rows=places(lost))
        if numbers:
            notes.append(note("numbers_as_codes", field=key, count=len(numbers)))
    return notes


def _table(rows: list[tuple[int, list[Any]]], positions: list[int]) -> pa.Table:
    columns: dict[str, pa.Array] = {ROW: pa.array([number for number, _row in rows], pa.int64())}
    for position in positions:
        columns[f"c{position}"] = pa.array([_text(row[position]) for _number, row in rows], pa.string())
    return pa.table(columns)


def _refuse_bombs(path: Path) -> None:
    """What a sheet would take in memory, found by streaming through it before it is loaded: a table
    is as large as its outermost cells, two cells are enough for billions."""
    with path.open("rb") as file:
        old = file.read(8) == OLE
    if old:
        _refuse_encrypted(path)
        return  # old workbooks cannot span more than 65,536 rows of 256 cells
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            if any(member.flag_bits & 0x1 for member in members):
                raise FileProblem("encrypted_workbook")
            if unpacked > MOST_XML:
                raise FileProblem("unpacks_too_large", most=MOST_XML // 2**30)
            if unpacked > RATIO_FROM and unpacked > MOST_RATIO * path.stat().st_size:
                raise FileProblem("ratio_too_high", ratio=MOST_RATIO)
            for member in members:
                if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                    _refuse_wide(archive, member)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError):
        raise FileProblem("damaged_file") from None


def _refuse_wide(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    columns: set[bytes] = set()
    rows, last = 1, b""
    with archive.open(member) as source:
        while chunk := source.read(_CHUNK):
            data = last + chunk
            columns |= set(_COLUMN.findall(data))
            numbers = set(_ROW.findall(data))
            rows = max(rows, *map(int, numbers), 1)
            last = chunk[-40:]
    cells = rows * max((_position(letters) for letters in columns), default=1)
    if cells > MOST_CELLS:
        raise FileProblem("workbook_too_large", cells=cells // 10_000, most=MOST_CELLS // 10_000)


def _position(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refuse_encrypted(path: Path) -> None:
    try:
        with olefile.OleFileIO(str(path)) as ole:
            if ole.exists("EncryptedPackage"):
                raise FileProblem("encrypted_workbook")
    except OSError:
        raise FileProblem("damaged_file") from None
