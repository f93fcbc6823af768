"""Asking for an evidence compendium: of the whole assessment, of a role or of an item."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment
from assessments.proof_permissions import check_can_see_proofs
from audit.actions import record
from hospitals.refusals import Refusal
from reports import jobs
from reports.actions import refuse_too_many
from reports.models import IssuedReport
from rubrics.queries import get_rubric

State = IssuedReport.State
FORMS = ("pdf", "docx")


@transaction.atomic
def request_compendium(
    *, assessment: Assessment, language: str, form: str, scope: str = "", by: User
) -> IssuedReport:
    """Put a compendium into the queue; asking twice for the same while it is being made gives the first.

    ``form``: pdf or docx; ``scope``: empty for the whole (a zip of one file per role), a role ``01`` or an item
    ``01.01``. Raises Refusal for people who may not see the proof material, an unknown form or scope, and when too
    many of this person's documents are under way.
    """
    check_can_see_proofs(by, assessment)
    if form not in FORMS:
        raise Refusal(_("这种文档没有%(form)s格式。") % {"form": form[:12]})
    rubric = get_rubric(assessment.edition)
    if scope and scope not in rubric.by_code and scope not in {role.code for role in rubric.roles}:
        raise Refusal(_("标准中没有角色或项目“%(code)s”。") % {"code": scope[:12]})
    basis = {"scope": scope, "form": form}
    under_way = IssuedReport.objects.select_for_update().filter(
        assessment=assessment, requested_by=by, state__in=[State.WAITING, State.RUNNING]
    )
    alike = under_way.filter(kind=IssuedReport.Kind.COMPENDIUM, language=language)
    same = next((one for one in alike if one.basis == basis), None)
    if same is not None:
        return same
    refuse_too_many(under_way)
    report = IssuedReport.objects.create(
        kind=IssuedReport.Kind.COMPENDIUM,
        assessment=assessment,
        snapshot=None if assessment.is_open else assessment.snapshots.first(),
        language=language,
        form=form if scope else IssuedReport.Form.ARCHIVE,
        target_level=assessment.target_level,
        basis=basis,
        requested_by=by,
    )
    record(
        verb="report.requested",
        by=by,
        chain=str(assessment.hospital.public_id),
        subject_kind="report",
        subject_id=report.public_id,
        facts={
            "assessment": str(assessment.public_id),
            "language": language,
            "target": assessment.target_level,
            "kind": "compendium",
            "form": form,
            "scope": scope,
        },
    )
    jobs.enqueue(jobs.MAKE_REPORT, report.pk)
    return report
