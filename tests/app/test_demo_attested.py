"""What the demo's hospitals attest belongs to the rules of today, and a bureau's check accepts it."""

import gzip
import json

import pytest

from accounts.models import User
from assessments.demo.attested import COUNTED, HANDED_IN, WINDOW, hand_in_attestation
from assessments.models import Attestation
from engine.evidence.findings_json import counts_from_json
from hospitals.models import Membership, Organisation
from rubrics.queries import get_catalogue
from tests.factories.assessments import make_assessment
from tests.factories.people import make_person


@pytest.mark.parametrize("number", HANDED_IN)
def test_what_was_counted_belongs_to_this_library(number: int) -> None:
    counts = counts_from_json(json.loads(gzip.decompress((COUNTED / f"{number:02d}.json.gz").read_bytes())))
    assert counts.catalogue_hash == get_catalogue().content_hash, "run scripts/remake_demo_counts.py"
    assert counts.window == WINDOW


@pytest.mark.django_db
def test_an_attestation_of_the_demo_is_valid_and_becomes_a_check(
    hospital: Organisation, bureau: Organisation, owner: User
) -> None:
    assessment = make_assessment(hospital, owner, edition="emr-2018", window=WINDOW)
    keeper = make_person(bureau, Membership.Role.BUREAU_MANAGER, "keeper")
    hand_in_attestation(assessment, owner, keeper, 22, "2026-10-08T09:30:00+08:00")
    received = Attestation.objects.get()
    assert (received.verdict, received.assessment) == (Attestation.Verdict.VALID, assessment)
    assert assessment.verification_runs.get().state == "done"
