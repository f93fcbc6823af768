"""A mapping: read, written, known by its hash, refused with the line."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evidence.mapping import (
    MappingDocument,
    MappingRefused,
    SourceMapping,
    mapping_hash,
    read_mapping,
    write_mapping,
)
from tests.engine.evidence.library import catalogue

DOCUMENT = """\
format: zhiping-mapping/1
hospital: 示例市人民医院
sources:
- source: lis_report_*.csv
  record: lab_report
  system: LIS
  columns:
    REPORT_NO: report_no
    PAT_ID: patient_id
    VISIT: care_setting
    院区: campus
  values:
    care_setting: {"1": inpatient, "2": outpatient}
  datetime_format: "%Y%m%d%H%M%S"
- source: GH_REG
  record: registration
  columns:
    GHLSH: registration_no
    YY: prebooked
  values: {prebooked: {预约: true, 现场: false}}
  constants: {care_setting: outpatient}
"""


def test_a_document_is_read_with_everything_it_says() -> None:
    document = read_mapping(DOCUMENT, catalogue())
    assert document.hospital == "示例市人民医院"
    report, registration = document.sources
    assert report == SourceMapping(
        source="lis_report_*.csv",
        record="lab_report",
        system="LIS",
        columns={
            "REPORT_NO": "report_no",
            "PAT_ID": "patient_id",
            "VISIT": "care_setting",
            "院区": "campus",
        },
        values={"care_setting": {"1": "inpatient", "2": "outpatient"}},
        datetime_format="%Y%m%d%H%M%S",
    )
    assert registration.values == {"prebooked": {"预约": "true", "现场": "false"}}
    assert registration.constants == {"care_setting": "outpatient"}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("lis_report_2026.csv", "lab_report"),
        ("export/LIS_REPORT_2026.CSV", "lab_report"),
        ("gh_reg", "registration"),
        ("gh_reg.csv", "registration"),
        ("gh_reg_2.csv", None),
    ],
)
def test_a_file_finds_its_mapping_by_pattern_whatever_its_folder_and_case(
    name: str, found: str | None
) -> None:
    records = [each.record for each in read_mapping(DOCUMENT, catalogue()).sources_for(name)]
    assert records == ([found] if found else [])


@pytest.mark.parametrize(
    ("old", "new", "line", "zh"),
    [
        ("zhiping-mapping/1", "zhiping-mapping/9", 1, "“format”必须是zhiping-mapping/1"),
        ("record: lab_report", "record: lab_raport", 5, "没有记录类型lab_raport"),
        ("REPORT_NO: report_no", "REPORT_NO: raport_no", 8, "没有字段raport_no"),
        ("PAT_ID: patient_id", "PAT_ID: report_no", 9, "有两列都对应到report_no"),
        ('"2": outpatient', '"2": outside', 13, "归一化取值里没有outside"),
        ("values:\n    care_setting", "values:\n    patient_id: {A: B}\n    report_date", 14, "report_date"),
        ("PAT_ID: patient_id", "PAT_ID: 17", 9, "数字请加引号"),
        ("现场: false", "现场: 也许", 20, "归一化取值里没有也许"),
        ("care_setting: outpatient}", "registration_no: A}", 21, "已有对应的列"),
        ("{care_setting: outpatient}", "{prebooked_: true}", 21, "没有字段prebooked_"),
        ('"%Y%m%d%H%M%S"', '"%Q"', 14, "时间格式“%Q”不能用"),
        ("  system: LIS", "  systems: LIS", 6, "不认识“systems”"),
        ("  system: LIS", "  system: &a LIS", 6, "不能使用锚点和别名"),
        ("  system: LIS", "  system: [LIS", 7, "不是有效的YAML"),
        ("    PAT_ID: patient_id", "    REPORT_NO: patient_id", 9, "stands twice"),
    ],
)
def test_a_mistake_is_refused_with_its_line_and_a_sentence(old: str, new: str, line: int, zh: str) -> None:
    assert DOCUMENT.count(old) == 1
    with pytest.raises(MappingRefused) as refused:
        read_mapping(DOCUMENT.replace(old, new), catalogue())
    assert refused.value.line == line
    assert refused.value.sentence.zh.startswith(f"第{line}行：") and zh in refused.value.sentence.zh
    assert refused.value.sentence.en.startswith(f"Line {line}: ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "hospital: x",
        "format: zhiping-mapping/1\nsources: 3",
        "\x00",
        "a: " + "[" * 40 + "]" * 40,
        "x" * 1_000_001,
    ],
)
def test_what_is_no_mapping_is_refused_and_nothing_else_happens(text: str) -> None:
    with pytest.raises(MappingRefused):
        read_mapping(text, catalogue())


def test_one_table_may_become_two_record_types_but_never_one_twice() -> None:
    table = "- {source: lis.csv, record: %s, columns: {SQDH: request_no}}\n"
    head = "format: zhiping-mapping/1\nsources:\n"
    both = read_mapping(head + table % "lab_request" + table % "specimen", catalogue())
    assert [source.record for source in both.sources_for("lis.csv")] == ["lab_request", "specimen"]
    with pytest.raises(MappingRefused, match="twice"):
        read_mapping(head + table % "specimen" + table % "specimen", catalogue())


def test_the_length_of_a_text_may_stand_for_the_text_and_only_of_a_text() -> None:
    text = (
        "format: zhiping-mapping/1\nsources: [{source: a, record: medical_note, columns: {X: %s__length}}]\n"
    )
    assert read_mapping(text % "note_content", catalogue()).sources[0].columns == {
        "X": "note_content__length"
    }
    with pytest.raises(MappingRefused, match="no length"):
        read_mapping(text % "submitted_at", catalogue())


def test_the_hash_moves_with_the_content_and_not_with_its_writing() -> None:
    document = read_mapping(DOCUMENT)
    said_otherwise = DOCUMENT.replace(
        "    REPORT_NO: report_no\n    PAT_ID: patient_id\n",
        "    PAT_ID: patient_id\n    REPORT_NO: report_no  # 报告\n",
    )
    assert mapping_hash(read_mapping(said_otherwise)) == mapping_hash(document)
    assert mapping_hash(read_mapping(DOCUMENT.replace("YY:", "YYBZ:"))) != mapping_hash(document)


NAMES = st.text(min_size=1, max_size=12).map(str.strip).filter(lambda text: text and text.isprintable())
CODES: st.SearchStrategy[Mapping[str, str]] = st.dictionaries(NAMES, NAMES, max_size=4)
SOURCES = st.builds(
    lambda source, record, columns, system, codes, constants, form: SourceMapping(
        source=source,
        record=record,
        columns={theirs: ours for ours, theirs in columns.items()},
        system=system,
        values={
            ours: codes
            for ours, theirs in list(columns.items())[:1]
            if codes and {v: k for k, v in columns.items()}[theirs] == ours
        },
        constants={key: value for key, value in constants.items() if key not in columns},
        datetime_format=form,
    ),
    NAMES,
    NAMES,
    st.dictionaries(NAMES, NAMES, min_size=1, max_size=4),
    st.none() | NAMES,
    CODES,
    CODES,
    st.none() | st.sampled_from(["%Y-%m-%d", "%d/%m/%y %H:%M"]),
)


@settings(max_examples=60, deadline=None)
@given(NAMES, st.lists(SOURCES, max_size=3, unique_by=lambda s: (s.source.lower(), s.record)))
def test_what_is_written_is_read_back_equal(hospital: str, sources: list[SourceMapping]) -> None:
    document = MappingDocument(hospital, tuple(sources))
    assert read_mapping(write_mapping(document)) == document
