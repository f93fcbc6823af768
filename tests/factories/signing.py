"""Rounds of signing for tests: plain rows, nobody is asked."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from assessments.models import Assessment, SealedScan, Signature, SigningRound
from assessments.models.signing import scan_name
from assessments.queries.signing.documents import digest_of

SCAN = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def make_signature(assessment: Assessment, by: User, step: str = "consolidation") -> Signature:
    """In an open round, over something the assessment does not say: it stands and no longer counts."""
    signing_round = SigningRound.objects.create(
        assessment=assessment, number=assessment.signing_rounds.count() + 1
    )
    return Signature.objects.create(
        round=signing_round,
        step=step,
        document={},
        digest="0" * 64,
        signer=by,
        signer_name=by.get_full_name(),
        role="quality_lead",
    )


def make_signed(assessment: Assessment, by: User) -> SealedScan:
    """The newest submission as if it had been approved by one person, with its sealed scan."""
    snapshot = assessment.snapshots.all()[0]
    digest = digest_of(snapshot.answers)
    snapshot.signing = {
        "digest": digest,
        "signatures": [
            {
                "step": "approval",
                "department": "",
                "name": by.get_full_name(),
                "role": "director",
                "at": timezone.now().isoformat(),
                "digest": digest,
            }
        ],
    }
    snapshot.save(update_fields=["signing"])
    signing_round = SigningRound.objects.create(assessment=assessment, number=1, snapshot=snapshot)
    return make_scan(signing_round, by, digest)


def make_scan(signing_round: SigningRound, by: User, digest: str) -> SealedScan:
    scan = SealedScan(
        round=signing_round,
        digest=digest,
        original_name="承诺书.pdf",
        content_type="application/pdf",
        size=len(SCAN),
        sha256=hashlib.sha256(SCAN).hexdigest(),
        uploaded_by=by,
    )
    scan.file.name = scan.file.storage.save(scan_name(scan), ContentFile(SCAN))
    scan.save()
    return scan
