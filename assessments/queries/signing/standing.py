"""Which signatures of an assessment count now. Compared when read, so that no way of changing an answer is missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.models import Assessment, Signature, SigningRound, SigningRule
from assessments.queries.signing.documents import Json, digest_of, document_of, part_of
from engine.rubric.values import Rubric
from hospitals.models import Department
from rubrics.queries import get_rubric

Step = Signature.Step


@dataclass(frozen=True, slots=True)
class StepStanding:
    """``signature``: the newest one, void or not. ``digest``: of what would be signed now."""

    step: Step
    department: Department | None
    items: tuple[str, ...]
    digest: str
    signature: Signature | None
    counts: bool

    @property
    def lapsed(self) -> bool:
        """Put down, not void yet, and no longer for what the assessment says."""
        return self.signature is not None and self.signature.voided_at is None and not self.counts

    @property
    def name(self) -> str:
        return self.department.label if self.department else str(self.step.label)


@dataclass(frozen=True, slots=True)
class SigningStanding:
    """``unassigned``: items no department answers for; who consolidates does."""

    rubric: Rubric
    document: Json
    digest: str
    round: SigningRound | None
    departments: tuple[StepStanding, ...]
    unassigned: tuple[str, ...]
    consolidation: StepStanding
    approval: StepStanding

    @property
    def steps(self) -> tuple[StepStanding, ...]:
        return (*self.departments, self.consolidation, self.approval)

    @property
    def complete(self) -> bool:
        return self.approval.counts

    @property
    def open_departments(self) -> tuple[StepStanding, ...]:
        return tuple(one for one in self.departments if not one.counts)

    @property
    def missing(self) -> str:
        """What is missing, in words; nothing: complete."""
        if self.complete:
            return ""
        parts = []
        if waiting := self.open_departments:
            parts.append(_("科室确认（%(names)s）") % {"names": _("、").join(one.name for one in waiting)})
        if not self.consolidation.counts:
            parts.append(_("信息科汇总"))
        parts.append(_("分管院领导批准"))
        return _("、").join(parts)


def standing_of(
    assessment: Assessment, *, document: Json | None = None, rubric: Rubric | None = None
) -> SigningStanding:
    """Six queries, for any number of departments: answers (3, unless the document is handed in), round, signatures,
    assignments. A signature counts when it is not void, what it was put under is what is said now, and everything
    below counts and was signed before it."""
    rubric = rubric or get_rubric(assessment.edition)
    if document is None:
        document = document_of(assessment, rubric)
    signing_round = assessment.signing_rounds.filter(snapshot__isnull=True).first()
    signatures = list(signing_round.signatures.select_related("signer")) if signing_round else []
    items: dict[Department, list[str]] = {}
    for row in assessment.assignments.select_related("department").filter(department__isnull=False):
        if row.department is not None and row.item_code in rubric.by_code:
            items.setdefault(row.department, []).append(row.item_code)
    departments = tuple(
        _of_department(document, department, tuple(sorted(codes)), signatures)
        for department, codes in sorted(items.items(), key=lambda pair: (min(pair[1]), pair[0].pk))
    )
    whole = digest_of(document)
    consolidation = _above(Step.CONSOLIDATION, whole, signatures, departments)
    approval = _above(Step.APPROVAL, whole, signatures, (consolidation,))
    assigned = {code for codes in items.values() for code in codes}
    return SigningStanding(
        rubric=rubric,
        document=document,
        digest=whole,
        round=signing_round,
        departments=departments,
        unassigned=tuple(item.code for item in rubric.items if item.code not in assigned),
        consolidation=consolidation,
        approval=approval,
    )


def why_not_submitted(standing: SigningStanding) -> str:
    """The same sentence on the page and as the refusal."""
    if standing.complete:
        return ""
    return _("本院规定签署完成后才能提交，现在还缺：%(missing)s。") % {"missing": standing.missing}


def is_required(assessment: Assessment) -> bool:
    """Whether the hospital hands in only what is signed. One query."""
    return SigningRule.objects.filter(hospital_id=assessment.hospital_id, required=True).exists()


def _of_department(
    document: Json, department: Department, items: tuple[str, ...], signatures: Sequence[Signature]
) -> StepStanding:
    digest = digest_of(part_of(document, items))
    newest = _newest(signatures, Step.DEPARTMENT, department.pk)
    counts = newest is not None and newest.voided_at is None and newest.digest == digest
    return StepStanding(Step.DEPARTMENT, department, items, digest, newest, counts)


def _above(
    step: Step, digest: str, signatures: Sequence[Signature], below: Sequence[StepStanding]
) -> StepStanding:
    newest = _newest(signatures, step, None)
    counts = (
        newest is not None
        and newest.voided_at is None
        and newest.digest == digest
        and all(one.counts and one.signature is not None and one.signature.pk < newest.pk for one in below)
    )
    return StepStanding(step, None, (), digest, newest, counts)


def _newest(signatures: Sequence[Signature], step: Step, department: int | None) -> Signature | None:
    rows = [row for row in signatures if row.step == step and row.department_id == department]
    return rows[-1] if rows else None
