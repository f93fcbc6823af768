"""The roadmap somebody asked for: the plan as it was then, in the form that was asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.queries.planning.ground import digest_of_answers
from engine.roadmap.assumptions import assumptions_to_json, with_changes
from engine.roadmap.constraints import constraints_to_json, read_constraints
from engine.roadmap.plan_json import plan_from_json
from engine.roadmap.sensitivity import Sensitivity, find_sensitivity
from engine.roadmap.values import Assumptions, Constraints, Plan
from engine.scoring.gap import find_gaps
from reports.checking.parcel import Ground, parcel_of
from reports.covers.reading import own_cover
from reports.documents.finished import Finished
from reports.documents.gap import Document, NothingToReport
from reports.documents.roadmap import set_roadmap
from reports.documents.roadmap_word import write_roadmap_word
from reports.documents.roadmap_workbook import write_roadmap_workbook
from reports.models import IssuedReport
from reports.queries import assigned_of
from reports.standing import Standing, snapshot_standing, standing_of
from reports.view_models.gaps import gap_rows
from reports.view_models.identity import Identity, identity_of
from reports.view_models.roadmap import roadmap_view
from rubrics.queries import get_assumptions


def roadmap_document(report: IssuedReport) -> Document | Finished:
    """In the language that is active. Only readers of plans can have asked, so departments are named."""
    assessment, basis = report.assessment, report.basis
    if assessment is None or basis is None:
        raise NothingToReport
    standing = _standing(report, assessment)
    rubric = standing.rubric
    plan = plan_from_json(basis["plan"])
    assumptions = with_changes(get_assumptions(), basis["changes"])
    constraints = read_constraints(basis["constraints"], rubric)
    assigned = assigned_of(assessment)
    same = _same_answers(
        standing, basis
    )  # else the plan cannot be computed again from the answers as they are
    view = roadmap_view(
        rubric,
        plan,
        assumptions=assumptions,
        constraints=constraints,
        answers=standing.answers if same else None,
        departments={code: one.department for code, one in assigned.items()},
        sensitivity=_sensitivity(standing, basis, plan, assumptions, constraints, assessment.hospital.beds),
        defaults=get_assumptions(),
        beds=assessment.hospital.beds,
    )
    identity = _identity(standing, same)
    cover = own_cover(assessment.hospital, report.requested_by)
    if report.form == IssuedReport.Form.WORD:
        return Finished(write_roadmap_word(view, identity, cover))
    if report.form == IssuedReport.Form.WORKBOOK:
        gaps = find_gaps(rubric, standing.answers, plan.target, card=standing.card)
        return Finished(write_roadmap_workbook(view, identity, gap_rows(standing, gaps, assigned), cover))
    attached = parcel_of(
        standing,
        kind="roadmap",
        target=plan.target,
        made_at=timezone.localtime(),
        reference=str(report.public_id),
        plan=plan if same else None,
        ground=Ground(
            assumptions_to_json(assumptions), constraints_to_json(constraints), assessment.hospital.beds
        ),
    )
    return set_roadmap(view, identity, cover, attached, number=str(report.public_id))


def _identity(standing: Standing, same: bool) -> Identity:
    """``same`` False: the reader is told what is not inside, and why."""
    identity = identity_of(standing)
    if same:
        return identity
    note = _("规划之后答案有改动：各项数字是制订规划时的，条款现状、敏感性和可供重新计算的规划没有附上。")
    return replace(identity, status_note=f"{identity.status_note} {note}".strip())


def _standing(report: IssuedReport, assessment: Assessment) -> Standing:
    if report.snapshot is not None:
        return snapshot_standing(assessment, report.snapshot)
    standing = standing_of(assessment, submitted_only=False)
    assert standing is not None  # staff always have one
    return standing


def _same_answers(standing: Standing, basis: dict[str, Any]) -> bool:
    """Whether the answers are still those the plan was made from."""
    return bool(digest_of_answers(standing.rubric, standing.answers) == basis["answers"])


def _sensitivity(
    standing: Standing,
    basis: dict[str, Any],
    plan: Plan,
    assumptions: Assumptions,
    constraints: Constraints,
    beds: int | None,
) -> tuple[Sensitivity, ...]:
    """Left out where the answers have changed since: it would speak of another plan."""
    if not plan.actions or not _same_answers(standing, basis):
        return ()
    return find_sensitivity(
        standing.rubric,
        standing.answers,
        plan.target,
        plan.objective,
        assumptions=assumptions,
        constraints=constraints,
        start=plan.start,
        beds=beds,
    )
