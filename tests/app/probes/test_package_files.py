"""Files of every format as canonical rows."""

from __future__ import annotations

import random
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet
import pytest
from openpyxl import Workbook

from engine.evidence.tables import FILE, ROW, SYSTEM
from tests.app.probes.reading import codes, rows

COLUMNS = ("report_no", "request_no", "care_setting", "reported_at")
HEADER = ",".join(COLUMNS)
LINES = ("R1,0017,inpatient,2026-07-01 08:05:09", "R2,,outpatient,2026/7/2 9:00", "R3,0018, emergency ,")
READ = [
    ("R1", "0017", "inpatient", datetime(2026, 7, 1, 8, 5, 9)),
    ("R2", None, "outpatient", datetime(2026, 7, 2, 9)),
    ("R3", "0018", "emergency", None),
]
WINDOW = (date(2026, 7, 1), date(2026, 9, 30))


def text(*lines: str, delimiter: str = ",", end: str = "\n") -> str:
    return end.join(line.replace(",", delimiter) for line in lines) + end


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_file_is_read_in_every_usual_encoding(folder, opened, encoding) -> None:
    lines = [f"{HEADER},result_item_name", *(f"{line},血红蛋白" for line in LINES)]
    (folder / "lab_report@LIS.csv").write_bytes(text(*lines).encode(encoding))
    package = opened()
    assert package.refused == ()
    assert rows(package, "lab_report", *COLUMNS, "result_item_name") == [(*row, "血红蛋白") for row in READ]
    assert rows(package, "lab_report", FILE, ROW, SYSTEM) == [(0, 1, "LIS"), (0, 2, "LIS"), (0, 3, "LIS")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_delimiter_and_line_end_is_found(folder, opened, delimiter, end) -> None:
    content = text(HEADER, *LINES, delimiter=delimiter, end=end)
    (folder / "lab_report.txt").write_text(content, "utf-8", newline="")
    package = opened()
    assert rows(package, "lab_report", *COLUMNS) == READ
    assert rows(package, "lab_report", SYSTEM) == [(None,)] * 3


def test_quoted_values_may_hold_delimiters_quotes_and_line_ends(folder, opened) -> None:
    content = 'report_no,result_value\n"R1","a,b ""c""\nd"\n" R2 ","  "\n'
    (folder / "lab_report.csv").write_text(content, "utf-8")
    assert rows(opened(), "lab_report", "report_no", "result_value") == [("R1", 'a,b "c"\nd'), ("R2", None)]


@pytest.mark.parametrize("blank", ["\t", "\u3000", "\u00a0", "\ufeff", "\u200b", " ", "\v"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_outer_white_space_of_any_kind_is_no_part_of_a_value(folder, opened, blank, quote) -> None:
    value = f"{quote}{blank}R1{blank}{quote}"
    (folder / "lab_report.csv").write_text(
        f"report_no,request_no\n{value},1\nR2,{quote}{blank}{quote}\n", "utf-8"
    )
    assert rows(opened(), "lab_report", "report_no", "request_no") == [("R1", "1"), ("R2", None)]


def test_a_line_end_at_the_end_of_a_quoted_value_is_no_part_of_it(folder, opened) -> None:
    (folder / "lab_report.csv").write_text('report_no,request_no\n"R1\n","1\r\n"\n', "utf-8", newline="")
    assert rows(opened(), "lab_report", "report_no", "request_no") == [("R1", "1")]


@pytest.mark.parametrize("word", ["NULL", "null", "(null)", "\\N", '""', ""])
def test_what_exports_write_for_nothing_is_empty(folder, opened, word) -> None:
    (folder / "lab_report.csv").write_text(f"report_no,request_no\nR1,{word}\n", "utf-8")
    assert rows(opened(), "lab_report", "request_no") == [(None,)]


def test_full_width_digits_in_codes_stay_as_they_are(folder, opened) -> None:
    (folder / "lab_report.csv").write_text("report_no\n１２３\n", "utf-8")
    assert rows(opened(), "lab_report", "report_no") == [("１２３",)]


def test_truth_values_are_read_in_every_permitted_word_and_others_are_counted(folder, opened) -> None:
    words = ["true", "FALSE", "1", "0", "是", "否", "Y", "n", "", "也许"]
    (folder / "lab_result.csv").write_text(
        "external_origin,request_no\n" + "".join(f"{w},1\n" for w in words), "utf-8"
    )
    package = opened()
    read = [True, False, True, False, True, False, True, False, None, None]
    assert [value for (value,) in rows(package, "lab_result", "external_origin")] == read
    assert any(note.zh.startswith("1个是否值") for note in package.tables.files[0].notes)


def test_unreadable_times_are_counted_per_file(folder, opened) -> None:
    (folder / "lab_report.csv").write_text("report_no,reported_at\nR1,昨天\nR2,2026-07-01\nR3,\n", "utf-8")
    package = opened()
    assert package.tables.files[0].unparsed_times == 1
    assert rows(package, "lab_report", "reported_at") == [(None,), (datetime(2026, 7, 1),), (None,)]


def test_days_are_iso_and_a_token_in_place_of_a_birth_date_is_kept(folder, opened) -> None:
    (folder / "prescription.csv").write_text("birth_date\n1980/3/5\ntoken7f\n", "utf-8")
    (folder / "surgery_request.csv").write_text("surgery_date\n2026年7月1日\ntoken7f\n", "utf-8")
    package = opened()
    assert rows(package, "prescription", "birth_date") == [("1980-03-05",), ("token7f",)]
    assert rows(package, "surgery_request", "surgery_date") == [("2026-07-01",), (None,)]
    assert [one.unparsed_times for one in package.tables.files] == [0, 1]


def test_parquet_keeps_its_types_and_numbers_become_text_without_a_point(folder, opened) -> None:
    table = pa.table(
        {
            "report_no": pa.array([1.0, 17.0, None]),
            "request_no": pa.array([" 007", "NULL", "8"]).dictionary_encode(),
            "reported_at": pa.array([datetime(2026, 7, 1, 8, 5, 9, 600000)] * 3, pa.timestamp("us")),
            "reviewed_at": pa.array([datetime(2026, 7, 1, 0, 5)] * 3, pa.timestamp("ms", "UTC")),
            "somebody": pa.array(["x", "y", "z"]),
        }
    )
    pa.parquet.write_table(table, folder / "lab_report@LIS.parquet")
    package = opened()
    moment = datetime(2026, 7, 1, 8, 5, 9)
    assert rows(package, "lab_report", "report_no", "request_no", "reported_at") == [
        ("1", "007", moment),
        ("17", None, moment),
        (None, "8", moment),
    ]
    if "reviewed_at" in package.tables.supplied["lab_report"]:
        assert rows(package, "lab_report", "reviewed_at")[0] == (datetime(2026, 7, 1, 8, 5),)
    assert "somebody" not in package.tables.tables["lab_report"].columns


def test_a_workbook_is_read_from_its_header_row_on(folder, opened) -> None:
    book = Workbook()
    book.active.title = "说明"
    book.active.append(["导出说明"])
    sheet = book.create_sheet("数据")
    sheet.append(["检验报告 2026年7月"])
    sheet.append([])
    sheet.append([*COLUMNS, "备注"])
    sheet.append(["R1", "0017", "inpatient", datetime(2026, 7, 1, 8, 5, 9), "x"])
    sheet.append([None, None, None, None, None])
    sheet.append(["R2", None, "outpatient", "2026/7/2 9:00", None])
    sheet.append(["R3", "0018", "emergency", None, None])
    book.save(folder / "lab_report@LIS.xlsx")
    package = opened()
    assert package.refused == ()
    assert rows(package, "lab_report", *COLUMNS) == READ
    assert rows(package, "lab_report", ROW) == [(1,), (3,), (4,)]


def test_serial_dates_of_a_workbook_are_times(folder, opened) -> None:
    book = Workbook()
    book.active.append(["report_no", "reported_at"])
    book.active.append(["R1", 46204.336909722224])
    book.save(folder / "lab_report.xlsx")
    assert rows(opened(), "lab_report", "reported_at") == [(datetime(2026, 7, 1, 8, 5, 9),)]


def test_codes_kept_as_numbers_in_a_workbook_are_noted(folder, opened) -> None:
    book = Workbook()
    book.active.append(["report_no", "request_no"])
    book.active.append(["R1", 17])
    book.save(folder / "lab_report.xlsx")
    package = opened()
    assert rows(package, "lab_report", "request_no") == [("17",)]
    assert any("request_no列有1行在工作簿里是数字" in note.zh for note in package.tables.files[0].notes)


def test_eaten_leading_zeros_are_noted_and_kept_ones_are_not(folder, opened) -> None:
    numbers = [f"{n:06d}" for n in random.Random(1).sample(range(1_000_000), 500)]
    eaten = [number.lstrip("0") for number in numbers]
    (folder / "lab_report.csv").write_text("request_no\n" + "\n".join(eaten) + "\n", "utf-8")
    (folder / "lab_result.csv").write_text("request_no\n" + "\n".join(numbers) + "\n", "utf-8")
    spoiled, whole = opened().tables.files
    assert any("前导零" in note.zh for note in spoiled.notes)
    assert not any("前导零" in note.zh for note in whole.notes)


def test_a_zip_of_a_folder_is_the_same_package(folder, opened, tmp_path) -> None:
    (folder / "dictionary").mkdir()
    (folder / "lab_report@LIS.csv").write_text(text(HEADER, *LINES), "utf-8")
    (folder / "dictionary" / "dept.csv").write_text("编码,名称\n01,内科\n", "utf-8")
    packed = tmp_path / "package.zip"
    with ZipFile(packed, "w") as archive:
        for one in folder.rglob("*.csv"):
            archive.write(one, Path("检验数据") / one.relative_to(folder))
        archive.writestr("__MACOSX/检验数据/._lab_report@LIS.csv", b"\0\0")
    plain, zipped = opened(), opened(packed)
    assert [one.name for one in zipped.tables.files] == ["dictionary/dept.csv", "lab_report@LIS.csv"]
    assert zipped.tables.files == plain.tables.files
    assert rows(zipped, "lab_report", *COLUMNS) == READ
    assert zipped.dictionaries == plain.dictionaries
    assert zipped.tables.dictionary_names == {"dept"}


def test_dictionaries_of_files_and_of_records_are_united(folder, opened) -> None:
    (folder / "dictionary").mkdir()
    (folder / "dictionary" / "drug.csv").write_text("code,name\n001,阿司匹林\n", "utf-8")
    (folder / "dictionary" / "CV05.01.001.csv").write_bytes("代码;名称\n1;是\n".encode("gb18030"))
    (folder / "dictionary.csv").write_text("dictionary_name,entry_code,entry_name\ndept,01,内科\n", "utf-8")
    package = opened()
    assert package.tables.dictionary_names == {"drug", "dept", "CV05.01.001"}
    assert sorted(rows(package, "dictionary", "dictionary_name", "entry_code", "entry_name")) == [
        ("CV05.01.001", "1", "是"),
        ("dept", "01", "内科"),
        ("drug", "001", "阿司匹林"),
    ]
    assert set(package.dictionaries) == {"drug", "dept", "CV05.01.001"}


def test_files_of_one_type_are_united_and_keep_their_system(folder, opened) -> None:
    (folder / "lab_report@LIS-1.csv").write_text("report_no,campus\nR1,本部\n", "utf-8")
    (folder / "lab_report@LIS-2.csv").write_text("REQUEST_NO,Report_No\n7,R2\n", "utf-8")
    (folder / "lab_report@EMR.csv").write_text("report_no\nR3\n", "utf-8")
    package = opened()
    assert rows(package, "lab_report", "report_no", "request_no", "campus", SYSTEM) == [
        ("R3", None, None, "EMR"),
        ("R1", None, "本部", "LIS"),
        ("R2", "7", None, "LIS"),
    ]
    assert package.tables.supplied["lab_report"] == {"report_no", "request_no", "campus"}


def test_a_mapping_renames_columns_maps_values_and_states_constants(folder, opened) -> None:
    (folder / "检验2026.csv").write_bytes(
        "报告号,就诊,时间,身份\nR1,1,01/07/2026 08:05,x\nR2,9,坏,x\n".encode("gb18030")
    )
    source = SimpleNamespace(
        source="检验*.csv",
        record="lab_report",
        system="LIS",
        columns={"报告号": "report_no", "就诊": "care_setting", "时间": "reported_at", "没有": "request_no"},
        values={"care_setting": {"1": "inpatient"}},
        constants={"campus": "本部"},
        datetime_format="%d/%m/%Y %H:%M",
    )
    package = opened(mapping=SimpleNamespace(sources=[source]))
    assert rows(package, "lab_report", "report_no", "care_setting", "reported_at", "campus", SYSTEM) == [
        ("R1", "inpatient", datetime(2026, 7, 1, 8, 5), "本部", "LIS"),
        ("R2", "9", None, "本部", "LIS"),
    ]
    (file,) = package.tables.files
    assert file.unparsed_times == 1
    said = " ".join(note.zh for note in file.notes)
    assert "care_setting列有1行的取值不在规定的代码中" in said
    assert "第4列不是该记录类型的字段" in said and "request_no" in said
    assert package.tables.supplied["lab_report"] == {"report_no", "care_setting", "reported_at", "campus"}


def test_one_file_may_carry_two_record_types(folder, opened) -> None:
    (folder / "lis.csv").write_text("NO,ITEM\nR1,K\n", "utf-8")
    sources = [
        SimpleNamespace(source="lis.csv", record="lab_report", columns={"NO": "report_no"}),
        SimpleNamespace(
            source="lis.csv", record="lab_result", columns={"NO": "report_no", "ITEM": "result_item_code"}
        ),
    ]
    package = opened(mapping=SimpleNamespace(sources=sources))
    assert package.refused == ()
    assert set(package.tables.tables) == {"lab_report", "lab_result"}


def test_a_text_may_be_replaced_by_its_length(folder, opened) -> None:
    (folder / "lab_report.csv").write_text("report_no,result_value__length\nR1,12\nR2,\nR3,many\n", "utf-8")
    package = opened()
    assert rows(package, "lab_report", "result_value__length", "result_value") == [
        (12, None),
        (None, None),
        (None, None),
    ]
    assert package.tables.lengths == {"lab_report": {"result_value"}}
    assert package.tables.supplied["lab_report"] == {"report_no"}


def test_rows_outside_the_window_are_left_out_and_counted_and_empty_times_stay(folder, opened) -> None:
    times = [
        "2026-06-30 23:59:59",
        "2026-07-01 00:00:00",
        "2026-09-30 23:59:59",
        "2026-10-01 00:00:00",
        "",
        "坏",
    ]
    content = "report_no,reported_at\n" + "".join(f"R{i},{t}\n" for i, t in enumerate(times))
    (folder / "lab_report.csv").write_text(content, "utf-8")
    package = opened(window=WINDOW)
    assert rows(package, "lab_report", "report_no", ROW) == [("R1", 2), ("R2", 3), ("R4", 5), ("R5", 6)]
    (file,) = package.tables.files
    assert (file.rows, file.outside_window) == (6, 2)
    assert any("2行（33.3%）的时间在统计时段之外" in note.zh for note in file.notes)


def test_few_rows_outside_the_window_are_counted_without_a_warning(folder, opened) -> None:
    days = ["2026-07-02"] * 99 + ["2026-01-01"]
    (folder / "lab_report.csv").write_text("reported_at\n" + "\n".join(days) + "\n", "utf-8")
    (file,) = opened(window=WINDOW).tables.files
    assert (file.outside_window, file.notes) == (1, ())


def test_row_numbers_stay_true_in_a_large_file(folder, opened) -> None:
    """Large enough for several threads and row groups; every kind of expression takes part."""
    count = 300_000
    with (folder / "lab_result.csv").open("w", encoding="utf-8") as file:
        file.write("request_no,tested_at,result_reported_at,external_origin,care_setting,result_value\n")
        for n in range(1, count + 1):
            notation = "2026/7/1 8:05" if n % 3 else "2026-07-01T08:05:09+08:00"
            file.write(
                f" {n},{notation},2026-07-02 00:00:00,{'是' if n % 2 else '否'},1,很长的文字很长的文字{n}\n"
            )
    mapped = {"care_setting": {"1": "inpatient", "2": "outpatient"}}
    columns = (
        "request_no",
        "tested_at",
        "result_reported_at",
        "external_origin",
        "care_setting",
        "result_value",
    )
    source = SimpleNamespace(
        source="lab_result.csv", record="lab_result", columns={c: c for c in columns}, values=mapped
    )
    package = opened(mapping=SimpleNamespace(sources=[source]), window=WINDOW)
    wrong = package.engine.execute(
        "select count(*) from lab_result where request_no::int <> zp_row"
    ).fetchone()
    assert wrong == (0,)
    assert package.tables.files[0].rows == count
    assert package.tables.files[0].unparsed_times == 0


def test_a_file_that_is_there_without_rows_is_supplied_and_empty(folder, opened) -> None:
    (folder / "lab_report.csv").write_text(HEADER + "\n", "utf-8")
    package = opened()
    assert codes(package) == {}
    assert rows(package, "lab_report", "report_no") == []
    assert package.tables.supplied["lab_report"] == set(COLUMNS)
