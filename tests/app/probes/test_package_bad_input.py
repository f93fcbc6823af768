"""Bad input: each ends in one sentence, what can be read goes on, nothing is left half done."""

from __future__ import annotations

import re
from datetime import date, datetime
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet
import pytest
from openpyxl import Workbook

from assessments.probes import open_package
from assessments.probes.refusals import NOTES, REFUSALS
from tests.app.probes.reading import GOOD, codes, packed, put, refused_alone, refuses, rows


@pytest.fixture(autouse=True)
def good_file(folder) -> None:
    (folder / "lab_report@LIS.csv").write_text(GOOD, "utf-8")


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


def test_files_of_one_system_that_tell_of_the_same_records_differently_are_noted(folder, opened) -> None:
    header = "specimen_no,request_no\n"
    put(folder, header + "S1,1\nS2,2\n", "specimen@LIS-1.csv")
    put(folder, header + "S2,9\nS3,3\n", "specimen@LIS-2.csv")
    put(folder, header + "S1,1\n", "specimen@HIS.csv")
    [note] = [note for one in opened().tables.files for note in one.notes]
    assert note.zh.startswith("1条记录在specimen@LIS-1.csv里也有")
