"""Proposals: which column is which field, which file is which record type, which code means what."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evidence.mapping import guess_record, propose, propose_values
from engine.evidence.mapping.names import concepts, unified, variants
from tests.engine.evidence.hospital_headers import CHINESE, ENGLISH, KEPT_ASIDE, Table
from tests.engine.evidence.library import catalogue

TABLES = (*CHINESE, *ENGLISH, *KEPT_ASIDE)


def right(tables: tuple[Table, ...]) -> float:
    """Share of columns whose first proposal is the field they are."""
    hits = [
        proposal.field == columns[proposal.column]
        for record, _, columns in tables
        for proposal in propose(tuple(columns), None, record, catalogue())
    ]
    return sum(hits) / len(hits)


@pytest.mark.parametrize("tables", [CHINESE, ENGLISH, KEPT_ASIDE], ids=["chinese", "english", "kept_aside"])
def test_at_least_nine_of_ten_first_proposals_are_right(tables: tuple[Table, ...]) -> None:
    assert right(tables) >= 0.9


def test_the_measurement_spans_many_record_types_in_both_languages() -> None:
    assert len({record for record, _, _ in CHINESE}) >= 12
    assert len({record for record, _, _ in ENGLISH}) >= 12
    for record, _, columns in TABLES:
        assert {field for field in columns.values() if field} <= set(catalogue().records[record].fields)


@pytest.mark.parametrize(("record", "name", "columns"), TABLES, ids=[f"{r}-{n}" for r, n, _ in TABLES])
def test_no_field_is_proposed_to_two_columns(record: str, name: str, columns: dict[str, str | None]) -> None:
    fields = [p.field for p in propose(tuple(columns), None, record, catalogue()) if p.field]
    assert len(fields) == len(set(fields))


def test_the_record_type_is_found_from_the_columns_alone_and_with_the_file_name() -> None:
    for with_name in (True, False):
        hits = [
            guess_record(name if with_name else "", tuple(columns), catalogue())[0].record == record
            for record, name, columns in TABLES
        ]
        assert sum(hits) / len(hits) >= 0.9


def test_a_file_named_after_a_record_type_is_that_type_whatever_its_part() -> None:
    guesses = guess_record("export/lab_report@LIS-2.parquet", ["A", "B"], catalogue())
    assert (guesses[0].record, guesses[0].score) == ("lab_report", 100)


def test_columns_that_say_nothing_get_no_proposal() -> None:
    headers = ("F1", "备注1", "ROWGUID", "仪器型号", "打印次数")
    assert all(p.field is None for p in propose(headers, None, "lab_report", catalogue()))
    assert guess_record("导出.csv", ("F1", "F2"), catalogue()) == ()
    assert [p.field for p in propose(("F1", "F2"), None, None, catalogue())] == [None, None]


def test_canonical_keys_in_any_writing_are_certain() -> None:
    for record in catalogue().records.values():
        shouted = tuple(key.upper().replace("_", "-") for key in record.fields)
        proposals = propose(shouted, None, record.key, catalogue())
        assert [p.field for p in proposals] == list(record.fields)
        assert all(p.score == 100 for p in proposals)


def test_labels_of_both_languages_are_found_in_every_record_type() -> None:
    for record in catalogue().records.values():
        for language in ("zh", "en"):
            labels = tuple(field.label.in_language(language) for field in record.fields.values())
            proposals = propose(labels, None, record.key, catalogue())
            assert [p.field for p in proposals] == list(record.fields), (record.key, language)


def test_the_columns_for_the_split_are_proposed_too() -> None:
    assert [p.field for p in propose(("院区", "部门"), None, "lab_report", catalogue())] == [
        "campus",
        "department",
    ]


def test_values_that_are_no_times_speak_against_a_time_field() -> None:
    header = ("报告",)
    times = propose(("REPORT_DT",), {"REPORT_DT": ("2026-03-01 08:00:00",)}, "lab_report", catalogue())
    codes = propose(("REPORT_DT",), {"REPORT_DT": ("CT", "MR")}, "lab_report", catalogue())
    assert times[0].field == "reported_at" and codes[0].score < times[0].score
    assert propose(header, {"报告": ("",)}, "lab_report", catalogue()) == propose(
        header, None, "lab_report", catalogue()
    )


def test_local_codes_in_words_are_proposed_and_bare_numbers_left_to_a_person() -> None:
    (proposal,) = propose(
        ("就诊类别",), {"就诊类别": ("住院", "门诊", "急诊", "I", " O ", "3", "")}, "lab_report", catalogue()
    )
    assert proposal.field == "care_setting"
    assert proposal.values == {
        "住院": "inpatient",
        "门诊": "outpatient",
        "急诊": "emergency",
        "I": "inpatient",
        "O": "outpatient",
    }
    assert proposal.unknown == ("3",)


def test_truth_values_are_known_in_every_writing() -> None:
    field = catalogue().records["registration"].fields["prebooked"]
    found, unknown = propose_values(field, ("是", "否", "Y", "n", "1", "0", "TRUE", "也许"))
    assert found == {
        "是": "true",
        "否": "false",
        "Y": "true",
        "n": "false",
        "1": "true",
        "0": "false",
        "TRUE": "true",
    }
    assert unknown == ("也许",)


def test_every_proposed_code_is_a_normalised_value_of_its_field() -> None:
    from engine.evidence.mapping.codes import WRITTEN

    fields = {key: f for record in catalogue().records.values() for key, f in record.fields.items()}
    for key, codes in WRITTEN.items():
        assert set(codes.values()) <= set(fields[key].values), key


def test_every_habit_belongs_to_a_field() -> None:
    from engine.evidence.mapping.words import ALIASES

    fields = {key for record in catalogue().records.values() for key in record.fields}
    assert set(ALIASES) <= fields


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("患者代码", "病人编码"),
        ("ＰＡＴ＿ＩＤ", "pat_id"),
        ("样本号码", "标本号"),
        ("申请单编号", "申请单号"),
    ],
)
def test_names_that_mean_the_same_are_written_one_way(one: str, other: str) -> None:
    assert unified(one) == unified(other)


def test_words_of_both_languages_and_of_joined_names_meet_in_their_concepts() -> None:
    assert concepts("报告时间") == concepts("REPORT_TIME") == concepts("reportTime") == concepts("REPORTTIME")
    assert concepts("申请科室") == concepts("APPLY_DEPT")


def test_a_label_with_brackets_is_read_both_ways() -> None:
    assert set(variants("病人到检（报到）时间")) >= {"病人到检时间", "报到时间"}
    assert set(variants("标本标识（标本号）")) == {"标本标识", "标本号"}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=6, unique=True))
def test_no_column_name_breaks_the_proposals(headers: list[str]) -> None:
    proposals = propose(headers, {h: (h,) for h in headers}, "payment", catalogue())
    assert [p.column for p in proposals] == headers
    fields = [p.field for p in proposals if p.field]
    assert len(fields) == len(set(fields))
