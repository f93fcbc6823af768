"""Archives, workbooks and files that are not what they say: refused before they do harm."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from openpyxl import Workbook

from assessments.probes import archives, sheets
from tests.app.probes.reading import GOOD, codes, packed, put, refused_alone, refuses, rows


@pytest.fixture(autouse=True)
def good_file(folder) -> None:
    (folder / "lab_report@LIS.csv").write_text(GOOD, "utf-8")


# archives


def test_a_zip_in_a_zip_is_refused_by_name_and_by_content(tmp_path, opened) -> None:
    inner = packed(tmp_path / "inner.zip").read_bytes()
    package = opened(packed(tmp_path / "outer.zip", ("lab_result.zip", inner), ("lab_result.csv", inner)))
    assert codes(package) == {"lab_result.zip": "archive_in_archive", "lab_result.csv": "archive_in_archive"}
    assert rows(package, "lab_report", "report_no") == [("R1",)]


@pytest.mark.parametrize(
    "name", ["../lab_result.csv", "/lab_result.csv", "a/../../lab_result.csv", "C:/lab_result.csv"]
)
def test_a_path_out_of_the_archive_is_refused(tmp_path, opened, name) -> None:
    package = opened(packed(tmp_path / "outer.zip", (name, GOOD.encode())))
    refused_alone(package, name, "unsafe_path")
    assert not (tmp_path / "lab_result.csv").exists()


def test_a_link_in_an_archive_is_refused(tmp_path, opened) -> None:
    path = tmp_path / "outer.zip"
    packed(path)
    link = zipfile.ZipInfo("lab_result.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    refused_alone(opened(path), "lab_result.csv", "symlink")


def test_a_link_in_a_folder_is_refused(folder, opened, tmp_path) -> None:
    put(tmp_path, GOOD, "elsewhere.csv")
    (folder / "lab_result.csv").symlink_to(tmp_path / "elsewhere.csv")
    refused_alone(opened(), "lab_result.csv", "symlink")


def test_two_members_of_one_name_are_refused(tmp_path, opened) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        path = packed(
            tmp_path / "outer.zip",
            ("lab_result.csv", b"request_no\n1\n"),
            ("lab_result.csv", b"request_no\n2\n"),
        )
    package = opened(path)
    assert codes(package) == {"lab_result.csv": "same_name"}


def test_an_archive_that_declares_a_hundred_gigabytes_is_not_unpacked(tmp_path, opened, monkeypatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 1 << 20)
    path = packed(tmp_path / "big.zip", ("lab_result.csv", b"request_no\n" + b"1\n" * (1 << 20)))
    refuses(opened, path, "unpacks_too_large", tmp_path)


def test_an_archive_that_lies_about_its_size_is_stopped_while_unpacking(
    tmp_path, opened, monkeypatch
) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 1 << 20)
    path = packed(tmp_path / "big.zip", ("lab_result.csv", b"request_no\n" + os.urandom(3 << 20)))
    monkeypatch.setattr(archives, "_refuse_whole", lambda *given: None)
    refuses(opened, path, "unpacks_too_large", tmp_path)


def test_a_ratio_no_export_has_is_refused(tmp_path, opened, monkeypatch) -> None:
    monkeypatch.setattr(archives, "RATIO_FROM", 1 << 20)
    path = packed(tmp_path / "bomb.zip", ("lab_result.csv", b"0" * (8 << 20)))
    refuses(opened, path, "ratio_too_high", tmp_path)


def test_too_many_members_are_refused(tmp_path, opened, monkeypatch) -> None:
    monkeypatch.setattr(archives, "MOST_ENTRIES", 3)
    path = packed(tmp_path / "many.zip", *((f"x{n}.csv", b"1") for n in range(5)))
    refuses(opened, path, "too_many_entries", tmp_path)


def test_an_archive_with_a_password_is_refused(tmp_path, opened) -> None:
    path = packed(tmp_path / "secret.zip")
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x03\x04") + 6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    refuses(opened, path, "encrypted_archive", tmp_path)


@pytest.mark.parametrize("cut", [200, 10])
def test_a_damaged_archive_is_refused(tmp_path, opened, cut) -> None:
    path = packed(tmp_path / "cut.zip", ("lab_result.csv", os.urandom(5000)))
    path.write_bytes(path.read_bytes()[:-cut])
    refuses(opened, path, "damaged_archive", tmp_path)


def test_a_damaged_member_is_refused_and_the_rest_goes_on(tmp_path, opened) -> None:
    path = packed(tmp_path / "hurt.zip", ("lab_result.csv", os.urandom(5000)))
    raw = bytearray(path.read_bytes())
    at = raw.index(b"lab_result.csv") + 2000
    raw[at : at + 4] = bytes(255 - byte for byte in raw[at : at + 4])
    path.write_bytes(raw)
    refused_alone(opened(path), "lab_result.csv", "damaged_file")


# workbooks


def cell_far_away() -> bytes:
    return (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )


def workbook(path: Path, **replaced: bytes) -> Path:
    book = Workbook()
    book.active.append(["request_no"])
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members |= replaced
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_two_cells_that_span_billions_are_refused_before_they_are_loaded(folder, opened) -> None:
    workbook(folder / "lab_result.xlsx", **{"xl/worksheets/sheet1.xml": cell_far_away()})
    refused_alone(opened(), "lab_result.xlsx", "workbook_too_large")


def test_a_workbook_that_unpacks_without_bound_is_refused(folder, opened, monkeypatch) -> None:
    monkeypatch.setattr(sheets, "RATIO_FROM", 1 << 20)
    workbook(folder / "lab_result.xlsx", **{"xl/sharedStrings.xml": b"<sst>" + b" " * (30 << 20) + b"</sst>"})
    refused_alone(opened(), "lab_result.xlsx", "ratio_too_high")


def test_a_workbook_with_a_password_is_refused(folder, opened) -> None:
    (folder / "lab_result.xlsx").write_bytes(compound_file("EncryptedPackage"))
    refused_alone(opened(), "lab_result.xlsx", "encrypted_workbook")


def test_a_damaged_workbook_is_refused(folder, opened) -> None:
    whole = workbook(folder / "lab_result.xlsx").read_bytes()
    (folder / "lab_result.xlsx").write_bytes(whole[: len(whole) // 2])
    refused_alone(opened(), "lab_result.xlsx", "damaged_file")


def test_a_workbook_without_data_is_refused(folder, opened) -> None:
    Workbook().save(folder / "lab_result.xlsx")
    refused_alone(opened(), "lab_result.xlsx", "no_sheet")


def compound_file(stream: str) -> bytes:
    """The smallest compound file with one stream: header, one FAT sector, one directory sector."""
    sector = 512
    header = bytearray(sector)
    header[0:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    for at, size, value in (
        (24, 2, 0x3E), (26, 2, 3), (28, 2, 0xFFFE), (30, 2, 9), (32, 2, 6), (44, 4, 1), (48, 4, 1),
        (56, 4, 4096), (60, 4, 0xFFFFFFFE), (68, 4, 0xFFFFFFFE), (76, 4, 0),
    ):  # fmt: skip
        header[at : at + size] = value.to_bytes(size, "little")
    header[80:512] = b"\xff" * 432
    fat = bytearray(b"\xff" * sector)
    fat[0:4], fat[4:8] = (0xFFFFFFFD).to_bytes(4, "little"), (0xFFFFFFFE).to_bytes(4, "little")

    def entry(name: str, kind: int, child: int) -> bytes:
        made = bytearray(128)
        wide = name.encode("utf-16-le") + b"\0\0"
        made[: len(wide)] = wide
        made[64:66] = len(wide).to_bytes(2, "little")
        made[66], made[67] = kind, 1
        made[68:76] = b"\xff" * 8
        made[76:80] = child.to_bytes(4, "little")
        made[116:120] = (0xFFFFFFFE).to_bytes(4, "little")
        return bytes(made)

    empty = bytearray(128)
    empty[68:80] = b"\xff" * 12
    directory = entry("Root Entry", 5, 1) + entry(stream, 2, 0xFFFFFFFF) + bytes(empty) * 2
    return bytes(header + fat) + directory


# not what the name says


def test_a_file_that_is_not_what_its_name_says_is_refused_and_named(folder, opened) -> None:
    pa.parquet.write_table(pa.table({"request_no": ["1"]}), folder / "lab_result.csv")
    workbook(folder / "order.csv")
    put(folder, "<html><table><tr><td>request_no</td></tr></table></html>", "drug_dispense.xls")
    put(folder, b"MZ\x90", "exam_report.csv")
    put(folder, b"%PDF-1.7", "surgery_request.csv")
    put(folder, "request_no\n1\n", "prescription.parquet")
    put(folder, "request_no\n1\n", "specimen.xlsx")
    package = opened()
    assert set(codes(package).values()) == {"not_what_it_says"}
    assert len(package.refused) == 7
    sentences = {one.name: one.sentence.zh for one in package.refused}
    assert "Parquet" in sentences["lab_result.csv"] and "Excel" in sentences["order.csv"]
    assert "网页" in sentences["drug_dispense.xls"] and "文本" in sentences["prescription.parquet"]


def test_a_damaged_parquet_file_is_refused(folder, opened) -> None:
    pa.parquet.write_table(pa.table({"request_no": ["1"] * 1000}), folder / "lab_result.parquet")
    whole = (folder / "lab_result.parquet").read_bytes()
    (folder / "lab_result.parquet").write_bytes(whole[:-100])
    refused_alone(opened(), "lab_result.parquet", "damaged_file")
