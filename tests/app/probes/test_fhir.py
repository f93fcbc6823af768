"""FHIR R4 resources become rows of canonical records, whatever the form they come in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.probes.messages import Malformed, index_resources, read_messages
from assessments.probes.messages.fhir import resources as fhir_resources
from assessments.probes.messages.fhir.index import ReferenceIndex
from tests.app.probes.test_hl7 import Reading

LAB = [{"coding": [{"code": "laboratory"}]}]
PATIENT: dict[str, Any] = {
    "resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1980-01-01",
    "identifier": [{"type": {"coding": [{"code": "NNCN"}]}, "value": "110105194912310000"}, {"system": "urn:his", "value": "P001"}],
    "name": [{"family": "示例", "given": ["甲"]}],
}  # fmt: skip
ENCOUNTER = {
    "resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "IMP"}, "subject": {"reference": "Patient/p"},
    "identifier": [{"value": "V001"}], "period": {"start": "2026-01-05T08:00:00+08:00", "end": "2026-01-09T02:00:00Z"},
    "location": [{"location": {"display": "W1"}}],
}  # fmt: skip
REQUEST = {
    "resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "order", "category": LAB,
    "identifier": [{"value": "O1"}], "code": {"coding": [{"code": "XCG", "display": "血常规"}]},
    "subject": {"reference": "Patient/p"}, "encounter": {"reference": "Encounter/e"}, "authoredOn": "2026-01-05T08:10:00+08:00",
    "requester": {"reference": "#d"}, "contained": [{"resourceType": "Practitioner", "id": "d", "identifier": [{"value": "D01"}], "name": [{"text": "示例乙"}]}],
}  # fmt: skip
OBSERVATION = {
    "resourceType": "Observation", "id": "r", "status": "final", "category": LAB, "subject": {"reference": "Patient/p"},
    "encounter": {"reference": "Encounter/e"}, "code": {"coding": [{"code": "WBC", "display": "白细胞"}]},
    "valueQuantity": {"value": 5.4}, "referenceRange": [{"low": {"value": 3.5}, "high": {"value": 9.5}}],
    "effectiveDateTime": "2026-01-05T09:00:00+08:00", "issued": "2026-01-05T09:30:00.123+08:00",
}  # fmt: skip
REPORT = {
    "resourceType": "DiagnosticReport", "id": "b", "status": "final", "category": [{"coding": [{"code": "LAB"}]}],
    "identifier": [{"value": "B1"}], "basedOn": [{"reference": "ServiceRequest/s"}], "subject": {"reference": "Patient/p"},
    "result": [{"reference": "Observation/r"}], "issued": "2026-01-05T09:40:00+08:00", "code": {"text": "血常规报告"},
}  # fmt: skip
ALL = [REPORT, OBSERVATION, REQUEST, ENCOUNTER, PATIENT]  # referred to before they come


def bundle(resources: list[Any], kind: str = "collection") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": one} for one in resources]}


def read(tmp_path: Path, content: Any, name: str = "b.json") -> Reading:
    path = tmp_path / name
    path.write_text(
        content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8"
    )
    return Reading(path)


def lines(resources: list[Any]) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in resources)


def test_a_bundle_fills_the_records_and_follows_references_forward(tmp_path: Path) -> None:
    found = read(tmp_path, bundle(ALL))
    assert not found.damaged
    (request,) = found.rows["lab_request"]
    assert (request["request_no"], request["patient_id"], request["care_setting"]) == (
        "O1",
        "P001",
        "inpatient",
    )
    assert (request["requesting_physician_code"], request["requesting_physician_name"]) == ("D01", "示例乙")
    assert request["requested_at"] == "2026-01-05 08:10:00"
    (result,) = found.rows["lab_result"]
    assert (result["report_no"], result["request_no"], result["lab_item_code"]) == ("B1", "O1", "XCG")
    assert (result["result_value"], result["reference_range"]) == ("5.4", "3.5-9.5")
    (report,) = found.rows["lab_report"]
    assert report["reported_at"] == "2026-01-05 09:40:00"
    assert found.rows["discharge"][0]["discharged_at"] == "2026-01-09 10:00:00"  # UTC in the resource
    assert found.rows["patient_index"][0]["patient_id"] == "P001"  # and not the identity document


@pytest.mark.parametrize("kind", ["collection", "searchset", "transaction", "batch", "history", "document"])
def test_every_type_of_bundle_lines_and_an_array_give_the_same_rows(tmp_path: Path, kind: str) -> None:
    expected = read(tmp_path, bundle(ALL)).rows
    assert read(tmp_path, bundle(ALL, kind)).rows == expected
    assert read(tmp_path, lines(ALL), "b.ndjson").rows == expected
    assert read(tmp_path, ALL).rows == expected
    assert read(tmp_path, json.dumps(bundle(ALL), indent=2)).rows == expected
    assert read(tmp_path, bundle([bundle(ALL)])).rows == expected


def test_a_big_document_is_streamed_to_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = read(tmp_path, bundle(ALL)).rows
    monkeypatch.setattr(fhir_resources, "WHOLE", 10)
    assert read(tmp_path, bundle(ALL)).rows == expected
    broken = read(tmp_path, json.dumps(bundle(ALL))[:-200])
    assert broken.codes == [(5, "not_json")]
    assert broken.rows["lab_request"]


def test_references_by_full_url_identifier_and_condition_are_followed(tmp_path: Path) -> None:
    ways = [{"reference": "urn:uuid:1"}, {"identifier": {"system": "urn:his", "value": "P001"}}, {"reference": "Patient?identifier=urn:his|P001"},
            {"reference": "http://example.org/fhir/Patient/p/_history/3"}]  # fmt: skip
    for way in ways:
        made = bundle([{**REQUEST, "subject": way}, PATIENT])
        made["entry"][1]["fullUrl"] = "urn:uuid:1"
        assert read(tmp_path, made).rows["lab_request"][0]["patient_id"] == "P001"


def test_a_reference_to_nothing_in_the_file_keeps_the_number_it_names(tmp_path: Path) -> None:
    found = read(tmp_path, REQUEST)
    assert found.rows["lab_request"][0]["patient_id"] == "p"


def test_files_of_a_bulk_export_refer_to_each_other(tmp_path: Path) -> None:
    (tmp_path / "Patient.ndjson").write_text(lines([PATIENT]))
    (tmp_path / "ServiceRequest.ndjson").write_text(lines([REQUEST]))
    paths = sorted(tmp_path.glob("*.ndjson"))
    with index_resources(paths) as index:
        batches = [b for path in paths for b in read_messages(path, on_malformed=lambda _: None, index=index)]
    assert [b.rows[0]["patient_id"] for b in batches if b.record == "lab_request"] == ["P001"]


def test_a_message_bundle_names_its_sender(tmp_path: Path) -> None:
    header = {"resourceType": "MessageHeader", "id": "m", "eventCoding": {"code": "order"}, "source": {"name": "HIS", "endpoint": "http://his"},
              "destination": [{"name": "LIS"}]}  # fmt: skip
    made = {
        **bundle([header, *ALL], "message"),
        "identifier": {"value": "M1"},
        "timestamp": "2026-01-05T08:00:00+08:00",
    }
    found = read(tmp_path, made)
    (row,) = found.rows["interface_log"]
    assert (row["sender_system"], row["receiver_system"], row["sent_at"]) == (
        "HIS",
        "LIS",
        "2026-01-05 08:00:00",
    )
    assert row["interface_message_id"] == "M1"
    assert found.systems["lab_request"] == {"HIS"}


def test_components_without_a_common_value_are_rows_of_their_own(tmp_path: Path) -> None:
    pressure = {"resourceType": "Observation", "status": "final", "category": [{"coding": [{"code": "vital-signs"}]}], "code": {"text": "血压"},
                "component": [{"code": {"text": "收缩压"}, "valueQuantity": {"value": 120}}, {"code": {"text": "舒张压"}, "valueQuantity": {"value": 80}}]}  # fmt: skip
    rows = read(tmp_path, pressure).rows["vital_sign"]
    assert [(row["vital_item_name"], row["vital_value"]) for row in rows] == [
        ("收缩压", "120"),
        ("舒张压", "80"),
    ]


DRUG = {"coding": [{"code": "C1", "display": "药一"}]}
OTHERS: list[tuple[dict[str, Any], str, dict[str, str]]] = [
    ({"resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order", "medicationCodeableConcept": DRUG,
      "subject": {"reference": "Patient/p"}, "encounter": {"reference": "Encounter/e"}, "authoredOn": "2026-01-05"},
     "order", {"drug_code": "C1", "order_class": "medication", "encounter_id": "V001"}),
    ({"resourceType": "MedicationDispense", "id": "d", "status": "completed", "medicationCodeableConcept": DRUG, "subject": {"reference": "Patient/p"},
      "authorizingPrescription": [{"identifier": {"value": "RX1"}}], "quantity": {"value": 2}, "whenHandedOver": "2026-01-05T10:00:00+08:00"},
     "drug_dispense", {"drug_name": "药一", "prescription_no": "RX1", "quantity_dispensed": "2", "dispensed_at": "2026-01-05 10:00:00"}),
    ({"resourceType": "MedicationAdministration", "id": "a", "status": "completed", "medicationCodeableConcept": DRUG, "subject": {"reference": "Patient/p"},
      "context": {"reference": "Encounter/e"}, "request": {"identifier": {"value": "O9"}}, "effectiveDateTime": "2026-01-05T11:00:00+08:00"},
     "order_execution", {"order_no": "O9", "executed_at": "2026-01-05 11:00:00", "patient_id": "P001"}),
    ({"resourceType": "ImagingStudy", "id": "i", "status": "available", "identifier": [{"value": "urn:oid:1.2.3"}], "subject": {"reference": "Patient/p"},
      "started": "2026-01-05T12:00:00+08:00", "basedOn": [{"reference": "ServiceRequest/s"}]},
     "exam_image", {"image_uid": "urn:oid:1.2.3", "request_no": "O1", "imaged_at": "2026-01-05 12:00:00"}),
    ({"resourceType": "DiagnosticReport", "id": "x", "status": "final", "category": [{"coding": [{"code": "RAD"}]}], "subject": {"reference": "Patient/p"},
      "code": {"text": "胸部CT"}, "conclusion": "未见异常", "text": {"div": "<div><p>双肺</p>清晰</div>"}},
     "exam_report", {"report_no": "x", "conclusion": "未见异常", "findings": "双肺 清晰"}),
    ({"resourceType": "Specimen", "id": "sp", "accessionIdentifier": {"value": "S1"}, "subject": {"reference": "Patient/p"}, "request": [{"reference": "ServiceRequest/s"}],
      "receivedTime": "2026-01-05T08:40:00+08:00", "collection": {"collectedDateTime": "2026-01-05T08:20:00+08:00"}},
     "specimen", {"specimen_no": "S1", "request_no": "O1", "collected_at": "2026-01-05 08:20:00", "received_at": "2026-01-05 08:40:00"}),
    ({"resourceType": "Procedure", "id": "pr", "status": "completed", "category": {"coding": [{"code": "387713003"}]}, "code": {"coding": [{"code": "47.0"}]},
      "subject": {"reference": "Patient/p"}, "performedPeriod": {"start": "2026-01-06T08:00:00+08:00", "end": "2026-01-06T10:00:00+08:00"}},
     "surgery_record", {"surgery_code": "47.0", "surgery_end_at": "2026-01-06 10:00:00"}),
    ({"resourceType": "Appointment", "id": "ap", "status": "booked", "created": "2026-01-04T08:00:00+08:00", "start": "2026-01-07T08:00:00+08:00",
      "participant": [{"actor": {"reference": "Patient/p"}}]},
     "booking_ledger", {"booking_no": "ap", "patient_id": "P001", "booking_recorded_at": "2026-01-04 08:00:00"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("resource", "record", "expected"), OTHERS, ids=[one[0]["resourceType"] for one in OTHERS]
)
def test_each_type_of_resource_fills_its_record(
    tmp_path: Path, resource: dict[str, Any], record: str, expected: dict[str, str]
) -> None:
    row = read(tmp_path, bundle([resource, *ALL])).rows[record]
    found = [one for one in row if all(one[key] == value for key, value in expected.items())]
    assert len(found) == 1, row


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_what_was_entered_in_error_is_no_row(tmp_path: Path, status: str) -> None:
    assert "lab_result" not in read(tmp_path, {**OBSERVATION, "status": status}).rows


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        ("{", [(1, "not_json")]),
        ("{}", [(1, "not_fhir")]),
        ("[]", []),
        ("{\n" + lines([PATIENT]), [(1, "not_json")]),
        (lines([PATIENT]) + "{broken\n" + lines([PATIENT]), [(2, "not_json")]),
        (json.dumps({"resourceType": "Bundle", "entry": [None, 3, {"resource": {"x": 1}}, {"request": {}}]}),
         [(1, "not_fhir"), (2, "not_fhir"), (3, "not_fhir")]),
    ],
)  # fmt: skip
def test_damaged_lines_and_entries_are_located(
    tmp_path: Path, content: str, codes: list[tuple[int, str]]
) -> None:
    assert read(tmp_path, content, "x.ndjson").codes == codes


def test_nesting_without_end_is_no_crash(tmp_path: Path) -> None:
    deep: Any = PATIENT
    for _ in range(30):
        deep = bundle([deep])
    assert read(tmp_path, deep).codes == [(1, "too_deep")]
    assert read(tmp_path, "[" * 5000).codes == [(1, "not_json")]


def test_the_index_answers_the_same_from_disk_as_from_memory(tmp_path: Path) -> None:
    with ReferenceIndex(in_memory=3, folder=tmp_path) as small, ReferenceIndex() as large:
        for number in range(20):
            for index in (small, large):
                index.put((f"Patient/{number}", f"urn:{number}"), {"patient_id": f"P{number}"})
        assert list(tmp_path.iterdir())
        for number in range(21):
            assert small.get(f"Patient/{number}") == large.get(f"Patient/{number}")
            assert small.get(f"urn:{number}") == large.get(f"urn:{number}")
    assert not list(tmp_path.iterdir())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["reference", "identifier", "value", "coding", "code", "text", "category", "subject", "result", "id", "class", "participant", "actor", "component", "valueQuantity", "referenceRange", "low", "period", "start", "name", "given", "contained", "div"]), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@given(
    kind=st.sampled_from(["Patient", "Encounter", "ServiceRequest", "Specimen", "DiagnosticReport", "Observation", "ImagingStudy", "MedicationRequest",
                          "MedicationDispense", "MedicationAdministration", "Procedure", "Appointment", "MessageHeader"]),
    content=st.dictionaries(st.sampled_from(["identifier", "subject", "category", "code", "class", "status", "result", "participant", "component", "referenceRange",
                                             "name", "period", "encounter", "basedOn", "text", "contained", "valueString", "meta", "id", "source"]), JSON, max_size=8),
)  # fmt: skip
@settings(max_examples=120, deadline=None)
def test_no_shape_of_json_crashes(
    tmp_path_factory: pytest.TempPathFactory, kind: str, content: dict[str, Any]
) -> None:
    path = tmp_path_factory.getbasetemp() / "shape.json"
    path.write_text(json.dumps(bundle([{**content, "resourceType": kind}])))
    damaged: list[Malformed] = []
    for batch in read_messages(path, on_malformed=damaged.append):
        assert all(isinstance(value, str) for row in batch.rows for value in row.values())
    assert not damaged


def test_the_local_id_of_a_contained_resource_is_no_number_of_anything(tmp_path: Path) -> None:
    request = {
        "resourceType": "ServiceRequest", "status": "active", "intent": "order", "identifier": [{"value": "R1"}],
        "category": [{"coding": [{"code": "laboratory"}]}], "specimen": [{"reference": "#s1"}],
        "contained": [{"resourceType": "Specimen", "id": "s1", "type": {"coding": [{"code": "XUE"}]}}],
        "requisition": {"value": "O1"},
    }  # fmt: skip
    path = tmp_path / "one.json"
    path.write_text(json.dumps(request))
    batches = {batch.record: batch for batch in read_messages(path, on_malformed=lambda _: None)}
    (row,) = batches["lab_request"].rows
    assert (row["specimen_no"], row["specimen_code"]) == ("", "XUE")
    assert (row["request_no"], row["order_no"]) == ("R1", "O1")
