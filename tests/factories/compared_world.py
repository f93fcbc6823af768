"""What comparing keeps, for the permission table: a consortium, a question to a hospital, a bulletin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from hospitals.models import Consortium, ConsortiumMember, Organisation
from reports.models import DualTrackQuestion, IssuedReport
from rubrics.models import Edition


@dataclass(frozen=True, slots=True)
class Compared:
    consortium: Consortium
    question: DualTrackQuestion  # to the hospital, not answered
    bulletin: IssuedReport  # of the bureau, finished


def compare_some(
    bureau: Organisation, hospital: Organisation, member: Organisation, edition: Edition, manager: User
) -> Compared:
    consortium = Consortium.objects.create(name="示例医联体", bureau=bureau, lead=hospital)
    ConsortiumMember.objects.create(consortium=consortium, hospital=member)
    question = DualTrackQuestion.objects.create(
        hospital=hospital,
        year=2026,
        bureau=bureau,
        facts={"emr_claimed": 4, "emr_at_most": 2, "service": 3, "coverage": "0.40"},
        asked_by=manager,
        answer_by=timezone.localdate() + timedelta(days=14),
    )
    bulletin = IssuedReport(
        bureau=bureau, edition=edition, year=2026, kind=IssuedReport.Kind.BULLETIN, language="zh-hans",
        state=IssuedReport.State.DONE, progress=100, pages=1, size=9, sha256="0" * 64, requested_by=manager,
        finished_at=timezone.now(),
    )  # fmt: skip
    bulletin.file.save("x", ContentFile(b"%PDF-1.4\n"), save=True)
    return Compared(consortium, question, bulletin)
