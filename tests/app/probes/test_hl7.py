"""HL7 v2 messages become rows of canonical records; what is damaged is counted and located."""

from __future__ import annotations

from pathlib import Path

import hl7
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.probes.messages import Malformed, read_messages
from assessments.probes.messages.hl7.fields import separators_of, unescaped
from assessments.probes.messages.hl7.framing import messages
from assessments.probes.messages.hl7.parsing import Message, parse

OML = (
    "MSH|^~\\&|HIS|示例医院|LIS|检验科|20260105080000||OML^O21^OML_O21|M1|P|2.5.1||||||{charset}",
    "PID|1||110105194912310000^^^^NNCN~P001^^^HIS^PI||示例^甲||19800101|M",
    "PV1|1|I|W01^^12||||||||||||||||V001",
    "ORC|NW|O1|||||||20260105075900|||D01^示例^乙",
    "OBR|1|O1||GLU^葡萄糖\\T\\糖^L||||||||||||||||||||LAB",
    "SPM|1|S1^F1||SER^血清|||||||||||||20260105080500|20260105083000",
)
ORU = (
    "MSH|^~\\&|LIS|检验科|EMR|示例医院|20260105100000||ORU^R01|M2|P|2.5.1",
    "PID|1||P001",
    "PV1|1|O",
    "ORC|RE|O1|R1",
    "OBR|1|O1|R1|GLU^Glucose^L|||20260105080500|||||||||||||||20260105095900||LAB|F",
    "OBX|1|NM|GLU^Glucose^L||5.4|mmol/L|3.9-6.1|N|||F|||20260105093000+0000",
    "OBX|2|SN|X^x||>^10||||||F",
    "OBX|3|NM|Y^y||0||||||X",
)


def text(lines: tuple[str, ...], end: str = "\r", charset: str = "UNICODE UTF-8") -> str:
    return end.join(lines).replace("{charset}", charset) + end


class Reading:
    """All rows of a file by record type, and what was damaged."""

    def __init__(self, path: Path) -> None:
        self.damaged: list[Malformed] = []
        self.rows: dict[str, list[dict[str, str]]] = {}
        self.systems: dict[str, set[str | None]] = {}
        self.places: dict[str, list[int]] = {}
        for batch in read_messages(path, on_malformed=self.damaged.append):
            assert len(batch.rows) == len(batch.places)
            self.rows.setdefault(batch.record, []).extend(batch.rows)
            self.systems.setdefault(batch.record, set()).add(batch.system)
            self.places.setdefault(batch.record, []).extend(batch.places)

    @property
    def codes(self) -> list[tuple[int, str]]:
        return [(one.place, one.code) for one in self.damaged]


def read(tmp_path: Path, raw: bytes | str, name: str = "day.hl7") -> Reading:
    path = tmp_path / name
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return Reading(path)


def test_an_order_becomes_order_request_and_specimen_with_its_sender(tmp_path: Path) -> None:
    found = read(tmp_path, text(OML))
    assert not found.damaged
    (order,) = found.rows["order"]
    assert order["order_no"] == "O1"
    assert order["order_class"] == "lab"
    assert order["order_item_name"] == "葡萄糖&糖"
    assert order["ordered_at"] == "2026-01-05 07:59:00"
    assert order["ordering_physician_code"] == "D01"
    assert order["ordering_physician_name"] == "示例乙"
    (request,) = found.rows["lab_request"]
    assert (request["request_no"], request["specimen_no"], request["care_setting"]) == (
        "O1",
        "S1",
        "inpatient",
    )
    assert found.rows["specimen"][0]["received_at"] == "2026-01-05 08:30:00"
    assert found.systems["lab_request"] == {"HIS"}


def test_an_identity_document_is_never_the_patient_identifier(tmp_path: Path) -> None:
    assert read(tmp_path, text(OML)).rows["order"][0]["patient_id"] == "P001"
    only = tuple(line.replace("~P001^^^HIS^PI", "") for line in OML)
    assert read(tmp_path, text(only)).rows["order"][0]["patient_id"] == ""


def test_a_report_becomes_one_row_per_final_result(tmp_path: Path) -> None:
    found = read(tmp_path, text(ORU))
    assert [row["result_value"] for row in found.rows["lab_result"]] == ["5.4", ">10"]
    assert found.rows["lab_report"][0]["reported_at"] == "2026-01-05 09:59:00"
    assert found.rows["lab_result"][0]["tested_at"] == "2026-01-05 17:30:00"  # UTC in the message
    assert found.rows["lab_result"][0]["care_setting"] == "outpatient"
    assert found.systems["lab_report"] == {"LIS"}


def test_sender_and_receiver_stand_in_the_interface_log_and_an_answer_completes_it(tmp_path: Path) -> None:
    answer = "MSH|^~\\&|LIS|L|HIS|H|20260105080003||ACK|A1|P|2.5\rMSA|AA|M1\r"
    found = read(tmp_path, text(OML) + answer + text(ORU))
    first, second = sorted(found.rows["interface_log"], key=lambda row: row["interface_message_id"])
    assert (first["sender_system"], first["receiver_system"]) == ("HIS", "LIS")
    assert (first["ack_code"], first["message_received_at"]) == ("AA", "2026-01-05 08:00:03")
    assert (first["message_type"], first["ref_no"], second["ack_code"]) == ("OML^O21", "O1", "")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_every_kind_of_line_end_gives_the_same_rows(tmp_path: Path, end: str) -> None:
    assert read(tmp_path, text(OML, end) + text(ORU, end)).rows == read(tmp_path, text(OML) + text(ORU)).rows


@pytest.mark.parametrize(
    ("before", "between", "after"),
    [
        ("\x0b", "\x1c\r\x0b", "\x1c\r"),
        ("FHS|^~\\&|X\rBHS|^~\\&|X\r", "", "BTS|2\rFTS|1\r"),
        ("2026-01-05 08:00:00.123 INFO recv ", "2026-01-05 08:00:01 INFO send ", ""),
        ("\ufeff", "\n\n", "\n"),
    ],
    ids=["mllp", "batch", "log", "bom"],
)
def test_framing_makes_no_difference(tmp_path: Path, before: str, between: str, after: str) -> None:
    found = read(tmp_path, before + text(OML) + between + text(ORU) + after)
    assert not found.damaged
    assert found.rows == read(tmp_path, text(OML) + text(ORU)).rows
    assert found.places["lab_result"] == [2, 2]


def test_a_message_written_on_one_line_is_taken_apart(tmp_path: Path) -> None:
    assert (
        read(tmp_path, "\\r".join(ORU) + "\n").rows["lab_result"]
        == read(tmp_path, text(ORU)).rows["lab_result"]
    )


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("GB 18030-2000", "gb18030"), ("UNICODE UTF-8", "utf-8"), ("", "gb18030"), ("GB 18030-2000", "utf-8")],
)
def test_the_character_set_is_the_declared_one_or_what_it_really_is(
    tmp_path: Path, charset: str, codec: str
) -> None:
    found = read(tmp_path, text(OML, charset=charset).encode(codec))
    assert found.rows["specimen"][0]["specimen_name"] == "血清"
    assert not found.damaged


def test_a_character_whose_second_byte_is_a_separator_splits_nothing(tmp_path: Path) -> None:
    tricky = "".join(chr(n) for n in range(0x4E00, 0x9FA5) if chr(n).encode("gb18030")[-1] in b"|^~\\&")[:30]
    lines = tuple(line.replace("血清", tricky) for line in OML)
    found = read(tmp_path, text(lines, charset="GB 18030-2000").encode("gb18030"))
    assert found.rows["specimen"][0]["specimen_name"] == tricky


def test_a_utf_16_file_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, text(OML).encode("utf-16")).rows == read(tmp_path, text(OML)).rows


def test_separators_are_those_the_header_declares(tmp_path: Path) -> None:
    other = str.maketrans("|^~&", "#*%$")
    plain = tuple(line.replace("\\T\\", "") for line in OML)
    found = read(tmp_path, text(tuple(line.translate(other) for line in plain)))
    assert found.rows == read(tmp_path, text(plain)).rows


def test_a_line_break_inside_a_text_continues_it(tmp_path: Path) -> None:
    broken = text(ORU).replace("Glucose^L||5.4", "Glucose^L||5.4\n复查")
    assert read(tmp_path, broken).rows["lab_result"][0]["result_value"] == "5.4\n复查"


def test_a_cancellation_is_logged_but_is_no_order(tmp_path: Path) -> None:
    found = read(tmp_path, text(OML).replace("ORC|NW", "ORC|CA"))
    assert "order" not in found.rows and "lab_request" not in found.rows
    assert len(found.rows["interface_log"]) == 1


def test_an_outpatient_order_is_no_inpatient_order(tmp_path: Path) -> None:
    found = read(tmp_path, text(OML).replace("PV1|1|I", "PV1|1|O"))
    assert "order" not in found.rows
    assert found.rows["lab_request"][0]["care_setting"] == "outpatient"


@pytest.mark.parametrize(
    ("message", "record", "expected"),
    [
        ("MSH|^~\\&|HIS|H|NIS|N|20260105||ADT^A01|1|P|2.5\rEVN|A01|20260105070000\rPID|1||P1\rPV1|1|I|W1^^03||||||||||||||||V1",
         "admission", {"patient_id": "P1", "encounter_id": "V1", "ward": "W1", "admitted_at": "2026-01-05 07:00:00"}),
        ("MSH|^~\\&|HIS|H|NIS|N|20260105||ADT^A03|1|P|2.5\rEVN|A03|20260109\rPID|1||P1\rPV1|1|I|W1||||||||||||||||V1|||||||||||||||||||||||||20260105070000|20260109110000",
         "discharge", {"admitted_at": "2026-01-05 07:00:00", "discharged_at": "2026-01-09 11:00:00"}),
        ("MSH|^~\\&|HIS|H|PHARM|N|20260105||RDS^O13|1|P|2.5\rPID|1||P1\rPV1|1|I\rORC|RE|O9|D9\rRXE|1|C1^药一|1||g\rRXR|PO\rRXD|1|C1^药一|20260105090000|2",
         "drug_dispense", {"dispense_no": "D9", "order_no": "O9", "drug_code": "C1", "route": "PO", "quantity_dispensed": "2", "dispensed_at": "2026-01-05 09:00:00"}),
        ("MSH|^~\\&|NIS|H|HIS|N|20260105||RAS^O17|1|P|2.5\rPID|1||P1\rPV1|1|I\rORC|RE|O9\rRXA|0|1|20260105100500||C1^药一|1|||| N7^示例^丙",
         "order_execution", {"order_no": "O9", "executed_at": "2026-01-05 10:05:00", "executing_nurse_code": "N7", "order_class": "medication"}),
        ("MSH|^~\\&|HIS|H|PHARM|N|20260105||RDE^O11|1|P|2.5\rPID|1||P1\rPV1|1|O\rORC|NW|O9||G9|||||20260105080000\rRXE|1^BID|C1^药一|1||g||||||||||RX9",
         "prescription", {"prescription_no": "RX9", "drug_code": "C1", "dose": "1", "dose_unit": "g", "prescribed_at": "2026-01-05 08:00:00"}),
        ("MSH|^~\\&|RIS|H|HIS|N|20260105081000||SIU^S12|1|P|2.5\rSCH|A1|F1|||||CT^CT检查||||^^^20260107090000|||||||||||||||O9\rPID|1||P1\rAIS|1||CT01^胸部CT",
         "exam_appointment", {"request_no": "O9", "exam_item_code": "CT01", "scheduled_at": "2026-01-07 09:00:00"}),
        ("MSH|^~\\&|EMR|H|CDR|N|20260105||MDM^T02|1|P|2.5\rPID|1||P1\rPV1|1|I\rTXA|1|PN|TX||D1^示例^乙|20260105110000||||||N1\rOBX|1|TX|1||第一段\rOBX|2|TX|1||第二段",
         "medical_note", {"note_id": "N1", "note_type": "PN", "note_content": "第一段\n第二段", "submitted_at": "2026-01-05 11:00:00"}),
        ("MSH|^~\\&|RIS|H|EMR|N|20260105||ORU^R01|1|P|2.5\rPID|1||P1\rPV1|1|I\rORC|RE|O9|E9\rOBR|1|O9|E9|CT01^胸部CT|||20260107090500|||||||||||||||20260107100000||CT|F\rOBX|1|TX|FIND^所见||双肺清晰\rOBX|2|TX|IMP^印象||未见异常",
         "exam_report", {"report_no": "E9", "request_no": "O9", "findings": "双肺清晰", "conclusion": "未见异常", "performed_at": "2026-01-07 09:05:00"}),
    ],
    ids=["ADT^A01", "ADT^A03", "RDS", "RAS", "RDE", "SIU", "MDM", "ORU of an examination"],
)  # fmt: skip
def test_each_kind_of_message_fills_its_record(
    tmp_path: Path, message: str, record: str, expected: dict[str, str]
) -> None:
    found = read(tmp_path, message + "\r")
    assert not found.damaged
    (row,) = found.rows[record]
    assert {key: row[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        ("MSH|\rPID|1\r", [(1, "no_header")]),
        ("MSH|^~\\&|A|B|C|D|2026||||P\r", [(1, "no_type")]),
        ("MSH|^^\\&|A|B|C|D|2026||ORU^R01|1\r", [(1, "no_header")]),
        (b"MSH|^~\\&|A|B|C|D|2026||ORU^R01|1\rPID|\xff\xfe\xff\r", [(1, "undecodable")]),
        ("MSH|^~\\&|A|B|C|D|2026||ORU^R01|1\rPID|1||P\r", [(1, "segment_missing")]),
        ("PID|1||P\rOBR|1\r", [(1, "no_header")]),
        ("", []),
    ],
)
def test_a_damaged_message_is_located_and_the_next_one_read(
    tmp_path: Path, raw: bytes | str, codes: list[tuple[int, str]]
) -> None:
    found = read(tmp_path, raw)
    assert found.codes == codes
    raw = raw if isinstance(raw, bytes) else raw.encode()
    followed = read(tmp_path, raw + b"\r" + text(ORU).encode())
    assert len(followed.rows["lab_result"]) == 2
    assert len(followed.codes) == len(codes)


def test_a_batch_trailer_that_counts_otherwise_is_reported(tmp_path: Path) -> None:
    found = read(tmp_path, "BHS|^~\\&\r" + text(ORU) + "BTS|5\r" + "BHS|^~\\&\r" + text(ORU) + "BTS|1\r")
    assert found.codes == [(1, "wrong_count")]


def test_an_overlong_message_is_skipped_in_bounded_memory_and_the_next_read(tmp_path: Path) -> None:
    path = tmp_path / "long.hl7"
    path.write_text(text(ORU) + ORU[0] + "\rOBX|1|ED|X||" + "A" * 50_000 + "\r" + text(ORU), newline="")
    damaged: list[Malformed] = []
    got = list(messages(path, on_malformed=damaged.append, longest=10_000, block=1_000))
    assert [place for place, _ in got] == [1, 3]
    assert [(one.place, one.code) for one in damaged] == [(2, "too_long")]


@given(block=st.integers(20, 400))
@settings(max_examples=40, deadline=None)
def test_block_borders_cut_no_message(tmp_path_factory: pytest.TempPathFactory, block: int) -> None:
    path = tmp_path_factory.getbasetemp() / "borders.hl7"
    path.write_text((text(OML) + text(ORU)) * 3, newline="")
    whole = list(messages(path, on_malformed=lambda _: pytest.fail("nothing is damaged")))
    assert (
        list(messages(path, on_malformed=lambda _: pytest.fail("nothing is damaged"), block=block)) == whole
    )
    assert len(whole) == 6


def test_python_hl7_reads_the_same_fields() -> None:
    ours = parse(text(OML).encode())
    assert isinstance(ours, Message)
    theirs = hl7.parse(text(OML))
    for segment in theirs:
        held = {**ours.patients[0].first, **ours.patients[0].orders[0].first}[str(segment[0])]
        for at in range(1, len(segment)):
            if str(segment[0]) != "MSH" or at > 2:
                assert held[at] == str(segment[at])


def test_escapes_mean_what_the_standard_says() -> None:
    separators = separators_of("MSH|^~\\&|")
    assert separators is not None
    assert (
        unescaped("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f\\.br\\g\\X0D0A\\h\\H\\i\\N\\", separators)
        == "a|b^c&d~e\\f\ng\r\nhi"
    )
    assert unescaped("no \\ escape", separators) == "no \\ escape"


@given(
    st.lists(
        st.sampled_from(
            [
                "MSH|^~\\&|A|B|C|D|2026||ORU^R01|1",
                "PID|",
                "OBX|1|NM|",
                "\r",
                "\n",
                "\x0b",
                "\x1c",
                "|",
                "^",
                "~",
                "\\",
                "&",
                "ORC|NW",
                "OBR|",
                "MSH",
                "MSH|",
                "血",
                "\x00",
                "SPM|1|&",
                "PID|1||^^^^~",
            ]
        ),
        max_size=40,
    ).map("".join)
)
@settings(max_examples=150, deadline=None)
def test_no_garble_crashes(tmp_path_factory: pytest.TempPathFactory, garble: str) -> None:
    path = tmp_path_factory.getbasetemp() / "garble.hl7"
    path.write_text(garble, newline="")
    damaged: list[Malformed] = []
    for batch in read_messages(path, on_malformed=damaged.append):
        assert all(isinstance(value, str) for row in batch.rows for value in row.values())
