"""Bad input: each ends in one sentence, what can be read goes on, nothing is left half done."""

from __future__ import annotations

import os
import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet
import pytest
from openpyxl import Workbook

from assessments.probes import PackageRefused, archives, open_package, sheets
from assessments.probes.refusals import NOTES, REFUSALS
from tests.app.probes.reading import codes, rows

GOOD = "report_no,request_no\nR1,1\n"


@pytest.fixture(autouse=True)
def good_file(folder) -> None:
    (folder / "lab_report@LIS.csv").write_text(GOOD, "utf-8")


def refused_alone(package, name: str, code: str) -> str:
    """The file is refused with the code, the good one was read; the sentence in Chinese."""
    assert codes(package) == {name: code}
    assert rows(package, "lab_report", "report_no") == [("R1",)]
    assert set(package.tables.tables) == {"lab_report"}
    tables = {row[0] for row in package.engine.execute("select table_name from duckdb_tables()").fetchall()}
    assert len(tables) == 1
    (refusal,) = package.refused
    assert name in refusal.sentence.zh and name in refusal.sentence.en
    return refusal.sentence.zh


def put(folder: Path, content: bytes | str, name: str = "lab_result.csv") -> str:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


# encodings


def test_bytes_in_no_known_encoding_are_refused_with_the_line(folder, opened) -> None:
    name = put(folder, b"request_no\nR1\nR2\xff\xff\n")
    assert "第3行" in refused_alone(opened(), name, "wrong_encoding")


def test_damaged_utf8_far_into_a_file_is_not_taken_for_another_encoding(folder, opened) -> None:
    name = put(folder, b"request_no,result_value\n" + "R1,血红蛋白\n".encode() * 30_000 + b"R2,\xb1\xb2x\n")
    refused_alone(opened(), name, "wrong_encoding")


def test_gb18030_that_begins_far_into_a_file_is_read(folder, opened) -> None:
    put(folder, b"request_no,result_value\n" + b"R1,1\n" * 100_000 + "R2,阳性\n".encode("gb18030"))
    package = opened()
    assert codes(package) == {}
    assert rows(package, "lab_result", "request_no", "result_value")[-1] == ("R2", "阳性")


def test_nul_bytes_are_refused(folder, opened) -> None:
    name = put(folder, b"request_no\n" + b"R1\n" * 200_000 + b"R\0\n")
    refused_alone(opened(), name, "nul_bytes")


# layout


def test_ragged_rows_are_left_out_counted_and_located(folder, opened) -> None:
    lines = [f"R{n},{n}" for n in range(1, 101)]
    lines[6] = "R7"
    lines[49] = "R50,50,50"
    put(folder, "\ufeffrequest_no,result_value\n" + "\n".join([*lines[:20], "", *lines[20:]]) + "\n")
    package = opened()
    assert codes(package) == {}
    file = next(one for one in package.tables.files if one.record == "lab_result")
    assert (file.rows, file.malformed) == (98, 2)
    assert "第7, 50行" in file.notes[0].zh
    read = rows(package, "lab_result", "request_no", "zp_row")
    assert read == [(f"R{n}", n) for n in range(1, 101) if n not in (7, 50)]


def test_too_many_ragged_rows_refuse_the_file(folder, opened) -> None:
    name = put(folder, "request_no,result_value\n" + "R1,1\n" * 10 + "R2,1,2\n" * 5)
    assert "11" in refused_alone(opened(), name, "ragged_rows")


def test_a_quote_that_is_not_closed_is_refused_with_its_row(folder, opened) -> None:
    name = put(folder, 'request_no,result_value\nR1,1\nR2,"open\nR3,1\n')
    assert "第2行" in refused_alone(opened(), name, "unclosed_quote")


def test_a_file_without_any_known_column_is_refused_without_repeating_its_header(folder, opened) -> None:
    name = put(folder, "某某某;13800000000\n某某某;13800000001\n")
    sentence = refused_alone(opened(), name, "no_known_column")
    assert "13800000000" not in sentence and "某某某" not in sentence and "request_no" in sentence


def test_two_columns_of_one_name_are_refused(folder, opened) -> None:
    name = put(folder, "request_no,result_value,REQUEST_NO\n1,2,3\n")
    assert "1, 3" in refused_alone(opened(), name, "duplicate_header")


def test_two_columns_mapped_to_one_field_are_refused(folder, opened) -> None:
    name = put(folder, "A,B\n1,2\n", "lis.csv")
    source = SimpleNamespace(
        source="lis.csv", record="lab_result", columns={"A": "request_no", "B": "request_no"}
    )
    refused_alone(opened(mapping=SimpleNamespace(sources=[source])), name, "duplicate_header")


def test_extra_columns_are_never_read_or_kept_and_missing_ones_are_not_supplied(folder, opened) -> None:
    put(folder, "request_no,住址,result_value\n1,某路1号,5\n")
    package = opened()
    assert package.tables.supplied["lab_result"] == {"request_no", "result_value"}
    stored = package.engine.execute("select * from lab_result").fetchall()
    assert not any("某路1号" in str(value) for row in stored for value in row)
    assert "第2列" in next(one for one in package.tables.files if one.record == "lab_result").notes[0].zh


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n \n"], ids=["nothing", "mark", "blank"])
def test_an_empty_file_is_refused(folder, opened, content) -> None:
    name = put(folder, content)
    refused_alone(opened(), name, "empty_file")


# what spreadsheets do to numbers


def test_scientific_notation_in_a_number_refuses_the_file_with_column_and_row(folder, opened) -> None:
    name = put(folder, "request_no,result_value\n110105199001011234,5\n1.10105E+17,1.5E+3\n")
    sentence = refused_alone(opened(), name, "scientific_notation")
    assert "request_no" in sentence and "第2行" in sentence and "1.10105" not in sentence


def test_scientific_notation_in_an_amount_is_no_fault(folder, opened) -> None:
    put(folder, "request_no,result_value\n1,1.10105E+17\n")
    assert codes(opened()) == {}


def test_codes_that_only_look_like_scientific_notation_are_kept(folder, opened) -> None:
    put(folder, "request_no\n5E+1\n1E+09\n")
    assert codes(opened()) == {}


def test_numbers_of_more_digits_than_a_workbook_keeps_are_refused(folder, opened) -> None:
    book = Workbook()
    book.active.append(["request_no"])
    book.active.append([110105199001011234])
    book.save(folder / "lab_result.xlsx")
    assert "request_no" in refused_alone(opened(), "lab_result.xlsx", "scientific_notation")


# archives


def packed(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lab_report@LIS.csv", GOOD)
        for name, content in members:
            archive.writestr(name, content)
    return path


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


def refuses(opened, path: Path, code: str, tmp_path: Path, **options: object) -> str:
    with pytest.raises(PackageRefused) as caught:
        opened(path, **options)
    assert caught.value.refusal.code == code
    work = tmp_path / "work0"
    assert list(work.iterdir()) == []
    return caught.value.refusal.sentence.zh


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


def test_a_name_that_is_no_record_type_is_refused(folder, opened) -> None:
    name = put(folder, "request_no\n1\n", "检验.csv")
    refused_alone(opened(), name, "unknown_record")


def test_a_format_nobody_reads_is_refused(folder, opened) -> None:
    name = put(folder, "x", "lab_result.docx")
    refused_alone(opened(), name, "unknown_format")


def test_a_mapping_to_no_record_type_is_refused(folder, opened) -> None:
    name = put(folder, "A\n1\n", "lis.csv")
    source = SimpleNamespace(source="lis.csv", record="lab_wrong", columns={"A": "request_no"})
    refused_alone(opened(mapping=SimpleNamespace(sources=[source])), name, "mapping_unknown_record")


def test_a_time_format_that_says_no_day_is_refused(folder, opened) -> None:
    name = put(folder, "A\n1\n", "lis.csv")
    source = SimpleNamespace(
        source="lis.csv", record="lab_result", columns={"A": "tested_at"}, datetime_format="%H:%M"
    )
    refused_alone(opened(mapping=SimpleNamespace(sources=[source])), name, "bad_datetime_format")


def test_a_dictionary_without_codes_is_refused(folder, opened) -> None:
    (folder / "dictionary").mkdir()
    name = put(folder, "a,b\n1,2\n", "dictionary/dept.csv")
    refused_alone(opened(), name, "bad_dictionary")


# twice, another hospital, another window


def test_the_same_file_under_two_systems_is_one_export_handed_in_twice(folder, opened) -> None:
    name = put(folder, GOOD, "lab_report@ZZZ.csv")
    assert "lab_report@LIS.csv" in refused_alone(opened(), name, "same_export_twice")


def test_the_same_rows_in_another_format_and_order_are_one_export_handed_in_twice(folder, opened) -> None:
    (folder / "lab_report@LIS.csv").write_text("report_no,request_no\nR1,1\nR2,2\n", "utf-8")
    pa.parquet.write_table(
        pa.table({"request_no": ["2", "1"], "report_no": ["R2", "R1"]}), folder / "lab_report@LIS-2.parquet"
    )
    package = opened()
    assert codes(package) == {"lab_report@LIS.csv": "same_export_twice"} or codes(package) == {
        "lab_report@LIS-2.parquet": "same_export_twice"
    }
    assert len(rows(package, "lab_report", "report_no")) == 2


def test_the_same_rows_of_two_systems_are_noted(folder, opened) -> None:
    put(folder, "request_no;report_no\n1;R1\n", "lab_report@ZZZ.csv")
    package = opened()
    assert codes(package) == {}
    assert any("完全相同" in note.zh for note in package.tables.files[1].notes)


def test_different_rows_of_equal_number_are_no_repeat(folder, opened) -> None:
    put(folder, "report_no,request_no\nR1,2\n", "lab_report@LIS-2.csv")
    package = opened()
    assert codes(package) == {}
    assert not any("完全相同" in note.zh for one in package.tables.files for note in one.notes)


def test_a_package_of_another_hospital_is_refused_until_somebody_confirms(folder, opened, tmp_path) -> None:
    put(folder, "hospital: 示例县中医院\n", "package.yaml")
    sentence = refuses(opened, folder, "other_hospital", tmp_path, hospital="示例市人民医院")
    assert "示例县中医院" in sentence and "示例市人民医院" in sentence
    package = opened(hospital="示例市人民医院", confirmed={"other_hospital"})
    assert "示例县中医院" in package.notes[0].zh
    assert rows(package, "lab_report", "report_no") == [("R1",)]


def test_a_window_other_than_the_assessments_is_refused_until_somebody_confirms(
    folder, opened, tmp_path
) -> None:
    put(folder, "window: {from: 2026-01-01, to: 2026-03-31}\n", "package.yaml")
    window = (date(2026, 7, 1), date(2026, 9, 30))
    refuses(opened, folder, "other_window", tmp_path, window=window)
    package = opened(window=window, confirmed={"other_window"})
    assert package.window == window
    assert opened().window == (date(2026, 1, 1), date(2026, 3, 31))


def test_a_reading_that_is_stopped_leaves_nothing_behind(folder, catalogue, tmp_path) -> None:
    def stop(name: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_package(folder, catalogue=catalogue, work=tmp_path / "work", on_progress=stop)
    assert list((tmp_path / "work").iterdir()) == []


def test_closing_deletes_what_was_unpacked_and_the_package_itself_stays(folder, tmp_path, catalogue) -> None:
    path = packed(tmp_path / "outer.zip")
    package = open_package(path, catalogue=catalogue, work=tmp_path / "work")
    package.close()
    assert list((tmp_path / "work").iterdir()) == [] and path.exists()


def test_nothing_and_something_else_are_no_package(folder, opened, tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    refuses(opened, tmp_path / "empty", "empty_package", tmp_path)
    refuses(opened, tmp_path / "nowhere", "not_a_package", tmp_path)


def test_every_sentence_says_something_in_both_languages() -> None:
    asked = re.compile(r"{(?!zh|en|real_zh|real_en)(\w+)}")
    for zh, en in [*REFUSALS.values(), *NOTES.values()]:
        assert en and not zh.isascii()
        assert set(asked.findall(zh)) == set(asked.findall(en)), zh


def test_a_time_that_is_a_datetime_is_not_changed_by_reading(folder, opened) -> None:
    put(folder, "tested_at\n2026-07-01 08:05:09\n")
    assert rows(opened(), "lab_result", "tested_at") == [(datetime(2026, 7, 1, 8, 5, 9),)]
