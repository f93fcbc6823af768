"""Hospitals of the demo's province that counted their data on their own machines and handed in attestations.

What they counted is shipped (scripts/remake_demo_counts.py makes it); keys, signatures, the bureau's
check and everything after it happen when the demo is laid, as for any hospital.
"""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

from accounts.models import User
from assessments.actions.attesting import receive_attestation, register_key
from assessments.demo.packages.scenarios import Name
from assessments.models import Assessment
from engine.evidence.attestation import new_key, read_private_key, sign
from engine.evidence.attesting import attestation_body
from engine.evidence.findings_json import counts_from_json
from rubrics.queries import get_catalogue, get_rubric

COUNTED = Path(__file__).resolve().parent / "counted"
WINDOW = (date(2026, 7, 1), date(2026, 9, 30))

#: number of the hospital -> what kind of hospital its data are of
HANDED_IN: dict[int, Name] = {
    6: "honest", 9: "honest", 14: "honest", 24: "honest", 27: "honest", 11: "mixed-codes", 22: "facade", 28: "facade",
}  # fmt: skip


def hand_in_attestation(assessment: Assessment, lead: User, keeper: User, number: int, made_at: str) -> None:
    """Sign what was counted with a new key of the hospital and hand it in for an open self-assessment."""
    hospital = assessment.hospital
    private, public = new_key()
    register_key(by=keeper, hospital=hospital, pem=public.decode(), label="院内核验用机（演示）")
    counted = json.loads(gzip.decompress((COUNTED / f"{number:02d}.json.gz").read_bytes()))
    body = attestation_body(
        get_rubric(assessment.edition),
        get_catalogue(),
        counts_from_json(counted),
        hospital={"name": hospital.name},
        made_at=made_at,
    )
    content = json.dumps(sign(body, read_private_key(private)), ensure_ascii=False).encode()
    receive_attestation(by=lead, hospital=hospital, content=content, assessment=assessment)
