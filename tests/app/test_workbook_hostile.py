"""Files made to break the import: each ends in one sentence, quickly, and leaves nothing behind."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable
from functools import cache

import pytest
from openpyxl import Workbook

from assessments.workbook import opening
from assessments.workbook.files import content_of_file, rubric_in_library
from assessments.workbook.opening import WorkbookRefused
from assessments.workbook.reading import read_workbook
from assessments.workbook.writing import write_workbook
from engine.scoring.answers import Answers
from tests.factories.files import archive, compound, encrypted_zip_flag, office, old_workbook, pdf, picture
from tests.factories.rubrics import library
from tests.factories.workbooks import edited, repacked

SHEET = r"xl/worksheets/sheet2\.xml"


@cache
def good() -> bytes:
    rubric = library()["smart-service-2019"]
    return write_workbook(content_of_file(rubric, Answers(rubric.id, {}), "zh-hans"))


def sheet_of(body: str) -> Callable[[bytes], bytes]:
    head = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    )
    return lambda old: f"{head}{body}</worksheet>".encode()


def in_hidden(edit: Callable[[Workbook], object]) -> bytes:
    def change(book: Workbook) -> None:
        book["zhiping"].sheet_state = "visible"
        edit(book)

    return edited(good(), change)


def fact(name: str, value: str | None) -> bytes:
    def change(book: Workbook) -> None:
        for row in book["zhiping"].iter_rows():
            if row[0].value == f"fact:{name}":
                row[1].value = value

    return in_hidden(change)


def macro() -> bytes:
    def types(old: bytes) -> bytes:
        return old.replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )

    return repacked(good(), {r"\[Content_Types\]": types}, {"xl/vbaProject.bin": b"x"})


def doctype(encoding: str) -> Callable[[bytes], bytes]:
    bomb = f'<?xml version="1.0" encoding="{encoding}"?>'
    bomb += '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]>'
    body = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&c;</t></si></sst>'
    return lambda old: (bomb + body).encode(encoding)


def bomb() -> bytes:
    return repacked(good(), {SHEET: lambda old: b" " * (40 * 1024 * 1024)})


def big_inside() -> bytes:
    words = b"".join(b"<!--%09d-->" % n for n in range(3_200_000))
    return repacked(good(), {SHEET: lambda old: old + words})


def lying_size() -> bytes:
    """The directory says a part is small; it unpacks to something else."""
    raw = bytearray(good())
    at = raw.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<I", raw, at + 24, 10)
        at = raw.find(b"PK\x01\x02", at + 4)
    return bytes(raw)


def twice_inside() -> bytes:
    out = io.BytesIO(good())
    with pytest.warns(UserWarning), zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "one byte": lambda: b"P",
    "text": lambda: "项目,状态\n01.01,符合\n".encode(),
    "html called xlsx": lambda: b"<html><table><tr><td>=1+1</td></tr></table></html>",
    "a picture": picture,
    "a pdf": pdf,
    "an archive": lambda: archive({"a.txt": b"a"}),
    "a word document": office,
    "an old workbook": old_workbook,
    "a workbook with a password": lambda: compound({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}),
    "a zip with a password": lambda: encrypted_zip_flag(good()),
    "macros": macro,
    "cut in half": lambda: good()[: len(good()) // 2],
    "the end missing": lambda: good()[:-40],
    "noise in the middle": lambda: good()[:5000] + b"\xff" * 2000 + good()[7000:],
    "40 MB of spaces": bomb,
    "too much inside": big_inside,
    "sizes that lie": lying_size,
    "a part that is there twice": twice_inside,
    "an entity bomb": lambda: repacked(good(), add={"xl/sharedStrings.xml": doctype("utf-8")(b"")}),
    "an entity bomb in utf-16": lambda: repacked(
        good(), add={"xl/sharedStrings.xml": doctype("utf-16-le")(b"")}
    ),
    "an external template": lambda: repacked(
        good(),
        add={
            "xl/_rels/other.xml.rels": b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/'
            b'package/2006/relationships"><Relationship Id="r" Type="http://x/oleObject" Target="http://x/a" '
            b'TargetMode="External"/></Relationships>'
        },
    ),
    "a path outside": lambda: repacked(good(), add={"../../evil.xml": b"<a/>"}),
    "broken xml": lambda: repacked(good(), {SHEET: lambda old: old[: len(old) // 2]}),
    "no sheets": lambda: repacked(good(), {r"xl/workbook\.xml": lambda old: b"<workbook/>"}),
    "a workbook of somebody else": lambda: saved(Workbook()),
    "a hundred sheets": lambda: edited(good(), lambda book: [book.create_sheet() for _n in range(100)]),
    "without the hidden sheet": lambda: edited(good(), lambda book: book.remove(book["zhiping"])),
    "a later format": lambda: in_hidden(lambda book: book["zhiping"].cell(1, 1, "zhiping-workbook/2")),
    "another edition": lambda: fact("edition", '"emr-1999"'),
    "another version of the edition": lambda: fact("content_hash", '"00"'),
    "facts that are no facts": lambda: fact("edition", '{"a": 1}'),
    "facts that are no json": lambda: fact("edition", "nonsense"),
    "facts nested without end": lambda: fact("hospital", "[" * 30_000),
    "a hospital of the wrong shape": lambda: fact("hospital", '{"name": ["x"]}'),
    "a window of the wrong shape": lambda: fact("window", '{"a": 1}'),
}


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_is_refused_in_one_sentence(name: str) -> None:
    content = HOSTILE[name]()
    started = time.process_time()
    with pytest.raises(WorkbookRefused) as refused:
        read_workbook(io.BytesIO(content), rubric_in_library)
    assert len(str(refused.value)) > 8 and "Traceback" not in str(refused.value)
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a dimension that lies", '<dimension ref="A1:XFD1048576"/><sheetData/>'),
        (
            "a cell in the last corner",
            '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        ),
        (
            "rows without numbers, cells without places",
            "<sheetData>" + "<row><c><v>1</v></c></row>" * 20_000 + "</sheetData>",
        ),
        (
            "wide rows",
            "<sheetData>" + '<row r="1"><c r="XFD1"><v>1</v></c></row>' * 3_000 + "</sheetData>",
        ),
    ],
)
def test_a_sheet_that_claims_to_be_huge_costs_nothing_and_the_others_are_read(name: str, body: str) -> None:
    content = repacked(good(), {SHEET: sheet_of(body)})
    started = time.process_time()
    _rubric, filled = read_workbook(io.BytesIO(content), rubric_in_library)
    assert time.process_time() - started < 10
    assert not any(field.startswith("01.") for field in filled.values)
    assert any(field.startswith("02.") for field in filled.values)


def test_the_good_file_is_read() -> None:
    _rubric, filled = read_workbook(io.BytesIO(good()), rubric_in_library)
    assert filled.refused == () and len(filled.values) > 300


def test_a_file_over_the_limit_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "load_workbook", None)
    with pytest.raises(WorkbookRefused, match="MB"):
        opening.open_workbook(io.BytesIO(good()), most_bytes=1000)
