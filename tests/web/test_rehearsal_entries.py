"""A case that failed and its ledger entry lead to each other; a later rehearsal says what it can close."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.actions.ledger import enter_proposals
from assessments.models import Assessment, LedgerEntry, RehearsalCase
from assessments.queries.ledger.entry import source_url
from assessments.queries.ledger.proofs import proofs_of
from hospitals.models import Organisation
from tests.factories.assessments import complete, make_assessment
from tests.factories.browser import signed_in
from tests.factories.rehearsals import make_rehearsal

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    found = make_assessment(hospital, owner)
    complete(found, owner)
    return found


def test_case_and_entry_lead_to_each_other_and_a_passed_rehearsal_is_offered_as_proof(
    assessment: Assessment, owner: User
) -> None:
    client = signed_in(owner)
    make_rehearsal(assessment, owner, outcomes={"01.01": ("failed", "failed", "passed")})
    case = RehearsalCase.objects.filter(outcome="failed").first()
    case_url = reverse("rehearsal-case", args=[assessment.public_id, 1, case.pk])
    points = reverse("rehearsal-points", args=[assessment.public_id])
    assert client.get(case_url).context["page"].may_enter
    with CaptureQueriesContext(connection) as before:
        client.get(points)
    (entry,) = enter_proposals(by=owner, assessment=assessment, keys=[f"case:{case.pk}"])
    LedgerEntry.objects.filter(pk=entry.pk).update(made_at=timezone.now() - timedelta(hours=1))
    entry.refresh_from_db()

    address = reverse("ledger-entry", args=[assessment.public_id, entry.number])
    page = client.get(case_url)
    assert not page.context["page"].may_enter and f'href="{address}"' in page.content.decode()
    assert source_url(entry) == case_url
    with CaptureQueriesContext(connection) as after:
        assert f'href="{address}"' in client.get(points).content.decode()
    assert len(after) == len(before)

    make_rehearsal(assessment, owner, outcomes={"01.01": ("passed",)}, state="closed")
    make_rehearsal(assessment, owner, outcomes={"01.02": ("failed",)}, state="closed")  # of another item
    assert [one.ref for one in proofs_of(entry, owner).choices] == ["rehearsal:2"]
    for number, offered in ((1, 0), (2, 1), (3, 0)):
        shown = client.get(reverse("rehearsal", args=[assessment.public_id, number])).context["page"]
        assert len(shown.closable) == offered
