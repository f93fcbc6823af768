"""Screening before anything is kept, and messages, as parts of opening a package."""

from __future__ import annotations

import pytest

from assessments.probes import PrivacyScreen
from engine.evidence.tables import ROW, SYSTEM
from tests.app.probes.reading import codes, rows

PHONES = [f"13{n}{n:08d}"[:11] for n in range(1, 9)]


@pytest.fixture(autouse=True)
def good_file(folder) -> None:
    (folder / "lab_report@LIS.csv").write_text("report_no,request_no\nR1,1\n", "utf-8")


def refused(package, name: str) -> str:
    assert codes(package) == {name: "identifies_person"}
    assert rows(package, "lab_report", "report_no") == [("R1",)]
    tables = package.engine.execute("select table_name from duckdb_tables()").fetchall()
    assert len(tables) == 1
    return package.refused[0].sentence.zh + package.refused[0].sentence.en


def test_values_that_identify_a_person_refuse_the_file_with_column_and_row(folder, opened) -> None:
    lines = [
        "request_no,result_value",
        "1,阴性",
        *(f"{n},请联系 {phone}" for n, phone in enumerate(PHONES, 2)),
    ]
    (folder / "lab_result.csv").write_text("\n".join(lines) + "\n", "utf-8")
    said = refused(opened(screen=PrivacyScreen()), "lab_result.csv")
    assert "result_value" in said and "第2行" in said
    assert not any(phone in said for phone in PHONES)


def test_an_unknown_column_that_identifies_a_person_refuses_the_file_without_its_name(folder, opened) -> None:
    (folder / "lab_result.csv").write_text("request_no,家庭住址\n1,x\n", "utf-8")
    said = refused(opened(screen=PrivacyScreen()), "lab_result.csv")
    assert "#2" in said and "家庭住址" not in said


def test_an_unknown_column_is_screened_by_a_sample(folder, opened) -> None:
    lines = ["request_no,备用", *(f"{n},{phone}" for n, phone in enumerate(PHONES))]
    (folder / "lab_result.csv").write_text("\n".join(lines) + "\n", "utf-8")
    said = refused(opened(screen=PrivacyScreen()), "lab_result.csv")
    assert "#2" in said and not any(phone in said for phone in PHONES)


def test_the_same_files_are_taken_where_nothing_is_handed_in(folder, opened) -> None:
    (folder / "lab_result.csv").write_text("request_no,家庭住址\n1,x\n", "utf-8")
    assert codes(opened()) == {}


MESSAGE = "\r".join(
    [
        "MSH|^~\\&|HIS|H|LIS|H|20260701080509||OML^O21|M1|P|2.5||||||UNICODE UTF-8",
        "PID|1||P1",
        "PV1|1|I",
        "ORC|NW|A1|||||||20260701080000",
        "OBR|1|A1||GLU^血糖|||20260701080400",
    ]
)


def test_messages_become_records_of_their_sending_system(folder, opened) -> None:
    (folder / "messages").mkdir()
    (folder / "messages" / "day1.hl7").write_text(
        MESSAGE + "\r" + MESSAGE.replace("|M1|", "|M2|") + "\r", "utf-8"
    )
    package = opened()
    assert package.refused == ()
    assert "interface_log" in package.tables.tables
    read = rows(package, "interface_log", ROW, SYSTEM)
    assert [place for place, _system in read] == [1, 2]
    named = {one.name for one in package.tables.files}
    assert "messages/day1.hl7" in named
    assert all(one.sha256 for one in package.tables.files)
    assert not package.tables.files[-1].unparsed_times


def test_malformed_messages_are_counted_and_located(folder, opened) -> None:
    (folder / "messages").mkdir()
    broken = MESSAGE.replace("OML^O21", "").replace("|M1|", "|M2|")
    (folder / "messages" / "day1.hl7").write_text(f"{MESSAGE}\r{broken}\r", "utf-8")
    package = opened()
    assert sum(one.malformed for one in package.tables.files) == 1
    assert any("第2条" in note.zh for one in package.tables.files for note in one.notes)


def test_a_file_without_a_single_message_is_refused(folder, opened) -> None:
    (folder / "messages").mkdir()
    (folder / "messages" / "day1.hl7").write_text("nothing of the kind\n", "utf-8")
    assert codes(opened()) == {"messages/day1.hl7": "no_messages"}


def test_messages_that_identify_a_person_are_refused(folder, opened) -> None:
    (folder / "messages").mkdir()
    named = MESSAGE.replace("PID|1||P1", "PID|1||P1||||||||||13912345678")
    (folder / "messages" / "day1.hl7").write_text(named + "\r", "utf-8")
    assert "13912345678" not in refused(opened(screen=PrivacyScreen()), "messages/day1.hl7")
