"""What can prove that an entry is done. Nothing that was there before the entry proves its end.

A refuted rule: the newest run, later than the one that refuted it, in which the rule is 核验相符. That it could not be
checked any more, or that there are no records, is no proof: then the entry is withdrawn with a reason.
Everything else: an accepted decision about the item, new material that somebody other than its uploader accepts,
a reviewer's question that was closed after an answer, a return that ended in acceptance, a later rehearsal passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from assessments.models import (
    Assessment,
    EvidenceDecision,
    LedgerEntry,
    Rehearsal,
    RehearsalCase,
    ReviewQuestion,
)
from assessments.queries.frame import said
from assessments.queries.ledger.judged import findings_of, newest_run
from hospitals.access import Person

Kind = EvidenceDecision.Kind
Proof, Source = LedgerEntry.Proof, LedgerEntry.Source
ACCEPTING = (Kind.ACCEPTED, Kind.ANCHORED, Kind.CONFIRMED, Kind.FIGURE)
MOST = 20  # of one kind


@dataclass(frozen=True, slots=True)
class ProofChoice:
    """``ref`` is what the form sends. ``why_not``: there, but this person may not rest on it."""

    ref: str
    kind: str
    label: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Proofs:
    """``missing``: one sentence why there is nothing to close with, empty where there is."""

    choices: tuple[ProofChoice, ...]
    missing: str

    def chosen(self, ref: str) -> ProofChoice | None:
        return next((one for one in self.choices if one.ref == ref), None)


def proofs_of(entry: LedgerEntry, user: Person) -> Proofs:
    """One query for an entry of a refuted rule, at most five for others. The entry carries its assessment."""
    if entry.source == Source.RULE:
        return _new_run(entry)
    choices = [*_answered(entry), *_rehearsed(entry)]
    if entry.item_code:
        choices += [*_decided(entry), *_material(entry, user)]
    missing = "" if any(not one.why_not for one in choices) else _missing(entry)
    return Proofs(tuple(choices), missing)


def _missing(entry: LedgerEntry) -> str:
    if entry.source == Source.QUESTION:
        return _("评审方还没有关闭这个问题，登记之后也没有新的采信材料。")
    if not entry.item_code:
        return _("这个事项没有对应的项目，没有可引用的佐证。")
    return _("登记之后这个项目还没有新的采信结论或新上传的材料。")


# -- a new run ---------------------------------------------------------------------------------


def _new_run(entry: LedgerEntry) -> Proofs:
    run = newest_run(entry.assessment)
    if run is None or run.requested_at <= entry.made_at or run.number <= _refuted_in(entry):
        return Proofs((), _("这条规则核验不符，还没有新的核验；请修正数据后重新核验，相符之后才能销号。"))
    finding = findings_of(entry.assessment, run).get(str(entry.source_facts.get("rule", "")))
    if finding is None or finding.status != "supported":
        why = said(finding.reason) if finding else _("规则已不在核验范围内")
        return Proofs(
            (),
            _("第%(n)s次核验还不能证明这条规则已经相符，不能销号：%(why)s") % {"n": run.number, "why": why},
        )
    label = _("第%(n)s次核验：%(why)s") % {"n": run.number, "why": said(finding.reason)}
    facts = {
        "run": run.number,
        "digest": run.digest[:16],
        "numerator": finding.numerator,
        "denominator": finding.denominator,
    }
    return Proofs((ProofChoice(f"run:{run.number}", Proof.RUN, label, facts),), "")


def _refuted_in(entry: LedgerEntry) -> int:
    """A number of this assessment's own runs; an entry carried over names a run of another."""
    return 0 if entry.carried_from_id else int(entry.source_facts.get("run", 0))


# -- accepted ----------------------------------------------------------------------------------


def _decided(entry: LedgerEntry) -> list[ProofChoice]:
    accepted = Q(kind__in=ACCEPTING) | Q(kind=Kind.ON_SITE, verdict=EvidenceDecision.Verdict.SUPPORTED)
    rows = entry.assessment.evidence_decisions.filter(
        accepted, item_code=entry.item_code, withdrawn_at__isnull=True, at__gte=entry.made_at
    ).select_related("by", "attachment")
    if entry.level is not None:
        rows = rows.filter(level=entry.level)
    return [
        ProofChoice(
            f"decision:{row.pk}",
            Proof.DECISION,
            _("%(kind)s：%(item)s.%(level)s，%(name)s，%(day)s")
            % {
                "kind": row.get_kind_display(),
                "item": row.item_code,
                "level": row.level,
                "name": row.by.get_full_name(),
                "day": row.at.date().isoformat(),
            },
            {"decision": row.pk, "by": row.by.get_full_name()},
        )
        for row in rows.order_by("-at")[:MOST]
    ]


def _material(entry: LedgerEntry, user: Person) -> list[ProofChoice]:
    rows = (
        entry.assessment.attachments.kept()
        .filter(item_code=entry.item_code, uploaded_at__gte=entry.made_at)
        .select_related("uploaded_by")
        .order_by("-uploaded_at")
    )
    return [
        ProofChoice(
            f"attachment:{row.public_id}",
            Proof.ATTACHMENT,
            _("材料“%(name)s”，%(by)s上传，%(day)s")
            % {
                "name": row.original_name,
                "by": row.uploaded_by.get_full_name(),
                "day": row.uploaded_at.date().isoformat(),
            },
            {"attachment": str(row.public_id), "name": row.original_name, "sha256": row.sha256},
            _("不能采信自己上传的材料，请由另一位同事判断。") if row.uploaded_by_id == user.pk else "",
        )
        for row in rows[:MOST]
    ]


def _answered(entry: LedgerEntry) -> list[ProofChoice]:
    if entry.source == Source.QUESTION:
        question = ReviewQuestion.objects.filter(
            pk=entry.source_facts.get("question"),
            closed_at__gte=entry.made_at,
            messages__from_hospital=True,
        ).first()
        if question is None or question.closed_at is None:
            return []
        label = _("评审方于%(day)s关闭了这个问题") % {"day": question.closed_at.date().isoformat()}
        facts = {"question": question.pk, "review": str(entry.source_facts.get("review", ""))}
        return [ProofChoice(f"answer:{question.pk}", Proof.ANSWER, label, facts)]
    if entry.source == Source.RETURNED:
        change = entry.assessment.status_changes.filter(
            after=Assessment.Status.ACCEPTED, at__gte=entry.made_at
        ).first()
        if change is not None and entry.assessment.status == Assessment.Status.ACCEPTED:
            label = _("重新提交的自评已于%(day)s接收") % {"day": change.at.date().isoformat()}
            return [ProofChoice(f"answer:accepted-{change.pk}", Proof.ANSWER, label, {"accepted": change.pk})]
    return []


def _rehearsed(entry: LedgerEntry) -> list[ProofChoice]:
    """The newest rehearsal with the item, planned and ended since, in which every case of it was looked at and passed."""
    if entry.source != Source.REHEARSAL:
        return []
    here = Q(cases__item_code=entry.item_code)
    passed = here & Q(cases__outcome=RehearsalCase.Outcome.PASSED)
    held = (
        entry.assessment.rehearsals.filter(state=Rehearsal.State.CLOSED, made_at__gt=entry.made_at)
        .annotate(looked=Count("cases", filter=here), passed=Count("cases", filter=passed))
        .filter(looked__gt=0)
        .order_by("-number")
        .first()
    )
    if held is None or held.passed != held.looked:
        return []
    label = _("%(title)s：%(n)s例全部通过") % {"title": held.label, "n": held.looked}
    return [
        ProofChoice(
            f"rehearsal:{held.number}",
            Proof.REHEARSAL,
            label,
            {"rehearsal": held.number, "cases": held.looked},
        )
    ]
