"""Message files are screened as they are, also where no canonical field reads them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from assessments.probes.screening import screen_messages

TOKEN = hashlib.sha256(b"x").hexdigest()
CLEAN = (
    f"MSH|^~\\&|LIS|L|HIS|H|20260105080000||ORU^R01|20260105080000001|P|2.5\rPID|1||{TOKEN}^^^HIS^PI||{TOKEN}||1980|M\r"
    f"ORC|RE|13812345678|R1|||||||||D01^{TOKEN}\rOBR|1|13812345678|R1|GLU^葡萄糖\rOBX|1|NM|GLU^葡萄糖||5.4\r"
)


def hits(tmp_path: Path, raw: str, name: str = "a.hl7") -> set[tuple[str, str, int | None]]:
    path = tmp_path / name
    path.write_text(raw, encoding="utf-8", newline="")
    return {(hit.kind, hit.column, hit.row) for hit in screen_messages(path)}


def test_messages_with_tokens_are_clean(tmp_path: Path) -> None:
    assert hits(tmp_path, CLEAN * 30) == set()


def test_fields_that_no_record_reads_are_screened_too(tmp_path: Path) -> None:
    dirty = CLEAN.replace(
        "1980|M", "1980|M|||浙江省杭州市西湖区文三路138号2栋||13812345678|||||||11010519491231002X"
    )
    found = hits(tmp_path, CLEAN + dirty)
    assert {("address", "PID-11", 2), ("mobile", "PID-13", 2), ("resident_id", "PID-20", 2)} <= found


def test_an_identity_number_among_the_identifiers_is_found(tmp_path: Path) -> None:
    assert ("resident_id", "PID-3", 1) in hits(
        tmp_path, CLEAN.replace("^PI||", "^PI~11010519491231002X^^^^NNCN||")
    )


def test_real_names_are_found_and_coded_staff_is_not(tmp_path: Path) -> None:
    found = hits(tmp_path, CLEAN.replace(f"PI||{TOKEN}", "PI||张^伟"))
    assert found == {("name", "PID-5", 1)}


def test_resources_are_screened_by_path(tmp_path: Path) -> None:
    patient = {
        "resourceType": "Patient",
        "id": TOKEN,
        "name": [{"text": "张伟"}],
        "telecom": [{"value": "13812345678"}],
    }
    found = hits(tmp_path, json.dumps(patient, ensure_ascii=False), "a.json")
    assert found == {("name", "Patient.name", 1), ("mobile", "Patient.telecom.value", 1)}
    clean = {
        "resourceType": "Patient",
        "id": TOKEN,
        "identifier": [{"value": TOKEN}],
        "name": [{"text": TOKEN}],
    }
    assert hits(tmp_path, json.dumps(clean), "b.json") == set()
