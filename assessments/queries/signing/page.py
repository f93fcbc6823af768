"""The page on which an assessment is signed: what is signed first, then who signs, then the paper."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from assessments.models import Assessment, SealedScan, Signature
from assessments.permissions import allowed, reason
from assessments.queries.frame import AssessmentFrame, frame_of
from assessments.queries.ledger.judged import findings_of, newest_run
from assessments.queries.progress import clauses_by_item, missing_figures, together
from assessments.queries.results import result_of
from assessments.queries.signing.changes import change_facts, differences_of, why_void
from assessments.queries.signing.documents import part_of, prints_of
from assessments.queries.signing.rounds import find_paper, newest_scan
from assessments.queries.signing.standing import (
    SigningStanding,
    StepStanding,
    is_required,
    standing_of,
    why_not_submitted,
)
from assessments.queries.signing.statement import Promise, promise_of
from assessments.signing_permissions import (
    check_can_approve,
    check_can_confirm,
    check_can_consolidate,
    check_can_seal,
    check_can_set_rule,
    check_can_withdraw_signature,
)
from engine.scoring.card import Gates, LevelResult
from hospitals.access import Person
from hospitals.models import Membership
from rubrics.queries import get_rubric

Step = Signature.Step


@dataclass(frozen=True, slots=True)
class StepLine:
    """``state``: signed | lapsed | void | open. ``why``: sentences about what no longer counts. ``seen`` and ``prints``
    go with the form; ``why_not``: why the person cannot sign here, empty when it can be signed now."""

    step: str
    name: str
    department: str  # public id
    items: tuple[str, ...]
    state: str
    signer: str
    role: str
    at: datetime | None
    why: tuple[str, ...]
    seen: str
    prints: str
    why_not: str
    signature: str = ""  # public id, where the person may take it back

    @property
    def anchor(self) -> str:
        return f"step-{self.department or self.step}"


@dataclass(frozen=True, slots=True)
class Summary:
    """What is signed, in a few figures. ``gates``: of the target level. ``refuted`` None: nothing was checked."""

    level: int
    total: Decimal
    target: int
    gates: Gates | None
    open_clauses: int
    missing_figures: int
    comments: int
    refuted: int | None


@dataclass(frozen=True, slots=True)
class ScanLine:
    public_id: str
    name: str
    size: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SigningPage:
    frame: AssessmentFrame
    summary: Summary
    levels: tuple[LevelResult, ...]
    lines: tuple[StepLine, ...]
    unassigned: tuple[str, ...]
    complete: bool
    submitted: bool  # what is shown is what was handed in
    digest: str
    required: bool
    missing: str
    can_require: bool
    can_release: bool
    promise: Promise
    paper: bool
    scan: ScanLine | None
    can_seal: bool
    problem: str
    organisation_name: str
    search_edition: str

    @property
    def mine(self) -> str:
        """Where the person can sign now, or nothing."""
        return next((line.anchor for line in self.lines if not line.why_not), "")


def signing_page(assessment: Assessment, user: Person, problem: str = "") -> SigningPage:
    """Twenty-two queries at most, for any number of departments."""
    rubric = get_rubric(assessment.edition)
    standing = standing_of(assessment, rubric=rubric)
    result = result_of(assessment)
    rows = {row.item_code: row for row in assessment.item_answers.all()}
    bases = {
        key: value or 0
        for key, value in assessment.base_figures.filter(value__isnull=False).values_list("key", "value")
    }
    card = result.card
    target = assessment.target_level
    paper = find_paper(assessment, standing=standing)
    run = newest_run(assessment)
    digest = paper.digest if paper else standing.digest
    summary = Summary(
        level=card.level,
        total=card.total,
        target=target,
        gates=next((one.gates for one in card.levels if one.level == target), None),
        open_clauses=together(clauses_by_item(rubric, rows, target).values()).open,
        missing_figures=sum(
            len(missing_figures(rubric, item, rows.get(item.code), bases, target)) for item in rubric.items
        ),
        comments=assessment.comments.filter(resolved_at__isnull=True).count(),
        refuted=None
        if run is None
        else sum(1 for finding in findings_of(assessment, run).values() if finding.status == "refuted"),
    )
    required = is_required(assessment)
    return SigningPage(
        frame=frame_of(assessment, user, rubric, rows),
        summary=summary,
        levels=tuple(card.levels),
        lines=_submitted(paper.signatures if paper else ())
        if not assessment.is_open
        else tuple(_line(assessment, user, standing, one) for one in standing.steps),
        unassigned=standing.unassigned,
        complete=standing.complete if assessment.is_open else paper is not None,
        submitted=not assessment.is_open,
        digest=digest,
        required=required,
        missing=why_not_submitted(standing) if required and assessment.is_open else "",
        can_require=not required and allowed(check_can_set_rule, user, assessment.hospital, True),
        can_release=required and allowed(check_can_set_rule, user, assessment.hospital, False),
        promise=promise_of(assessment, rubric, level=card.level, total=card.total, digest=digest),
        paper=paper is not None,
        scan=_scan(newest_scan(paper)),
        can_seal=paper is not None and allowed(check_can_seal, user, assessment),
        problem=problem,
        organisation_name=assessment.hospital.label,
        search_edition=rubric.id,
    )


def _scan(row: SealedScan | None) -> ScanLine | None:
    if row is None:
        return None
    by = row.uploaded_by.get_full_name()
    return ScanLine(str(row.public_id), row.original_name, row.size, by, row.uploaded_at)


def _line(assessment: Assessment, user: Person, standing: SigningStanding, step: StepStanding) -> StepLine:
    signature = step.signature
    document = part_of(standing.document, step.items) if step.department else standing.document
    line = StepLine(
        step=str(step.step),
        name=step.name,
        department=str(step.department.public_id) if step.department else "",
        items=step.items,
        state="open",
        signer="",
        role="",
        at=None,
        why=(),
        seen=step.digest,
        prints="",
        why_not=_why_not(assessment, user, standing, step),
    )
    if not line.why_not:
        prints = prints_of(document, standing.rubric)
        line = replace(line, prints=json.dumps(prints, separators=(",", ":"), sort_keys=True))
    if signature is None:
        return line
    signature.round.assessment = assessment
    line = replace(
        line,
        state="signed" if step.counts else "lapsed" if step.lapsed else "void",
        signer=signature.signer_name,
        role=role_name(signature.role),
        at=signature.at,
        signature=str(signature.public_id) if allowed(check_can_withdraw_signature, user, signature) else "",
    )
    if step.lapsed:
        found = differences_of(standing, step)
        facts = change_facts(assessment, signature.at, found)
        below = next((one.name for one in standing.steps if not one.counts), "")
        kind = Signature.Void.CHANGED if found or below == step.name else Signature.Void.BELOW
        return replace(line, why=why_void(facts if found else {"below": below}, kind))
    if signature.voided_at is not None:
        return replace(line, why=why_void(signature.void_facts, signature.void_kind))
    return line


def _why_not(assessment: Assessment, user: Person, standing: SigningStanding, step: StepStanding) -> str:
    if step.counts:
        return _("已签署，内容没有变化。")
    if step.department is not None:
        return reason(check_can_confirm, user, assessment, step.department)
    if step.step == Step.CONSOLIDATION:
        waits = _("全部科室确认后才能汇总。") if standing.open_departments else ""
        return reason(check_can_consolidate, user, assessment) or waits
    below = standing.consolidation
    if sentence := reason(check_can_approve, user, assessment):
        return sentence
    if not below.counts or below.signature is None:
        return _("信息科汇总后才能批准。")
    return _("汇总和批准不能由同一人签署。") if below.signature.signer_id == user.pk else ""


def _submitted(signatures: tuple[object, ...]) -> tuple[StepLine, ...]:
    lines = []
    for one in signatures:
        assert isinstance(one, dict)  # as handing_in writes them
        lines.append(
            StepLine(
                step=one["step"],
                name=one["department"] or str(Step(one["step"]).label),
                department="",
                items=(),
                state="signed",
                signer=one["name"],
                role=role_name(one["role"]),
                at=parse_datetime(one["at"]),
                why=(),
                seen="",
                prints="",
                why_not=_("已随提交保存。"),
            )
        )
    return tuple(lines)


def role_name(role: str) -> str:
    return str(dict(Membership.Role.choices).get(role, role))
