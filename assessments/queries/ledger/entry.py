"""One entry of the rectification ledger: its page, what is offered there, and where it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.ledger_permissions import (
    check_can_close,
    check_can_manage,
    check_can_reopen,
    check_can_work,
)
from assessments.models import LedgerEntry
from assessments.permissions import allowed, reason
from assessments.queries.assigning import people_who_answer
from assessments.queries.frame import AssessmentFrame, read_frame
from assessments.queries.ledger.listing import EntryLine, departments_of_hospital, entry_line
from assessments.queries.ledger.proofs import ProofChoice, Proofs, proofs_of
from assessments.queries.panels import Mentionable
from hospitals.access import Person
from rubrics.queries import get_rubric

Source, Proof = LedgerEntry.Source, LedgerEntry.Proof


@dataclass(frozen=True, slots=True)
class DatedLine:
    """A measure, or a step with the name of the state it led to."""

    day: date
    text: str
    step: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ClashLine:
    """A field that two people changed: both values in words."""

    label: str
    theirs: str
    yours: str


@dataclass(frozen=True, slots=True)
class EntryForm:
    """What the form shows: what stands there, or what was typed and not written. ``seen``: what it is compared with."""

    wrong: str
    item: str
    clause: str
    department: str
    person: str
    due_on: str
    seen: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """``why_not_close``: why nothing can be closed with a proof now. ``kept``: words typed for a step that was refused."""

    frame: AssessmentFrame
    line: EntryLine
    lines: tuple[DatedLine, ...]
    made_by: str
    made_at: datetime
    source_url: str
    source_words: str
    before: tuple[str, int, str]  # address, number, title of the assessment it was carried from
    after: tuple[str, int, str]
    proof: str
    proof_url: str
    ended_by: str
    ended_at: datetime | None
    ended_why: str
    form: EntryForm | None
    can_work: bool
    can_manage: bool
    can_close: bool
    can_reopen: bool
    why_not_work: str
    proofs: tuple[ProofChoice, ...]
    why_not_close: str
    must_be_proven: bool
    departments: tuple[tuple[str, str], ...]
    people: tuple[Mentionable, ...]
    today: date
    problem: str = ""
    clashes: tuple[ClashLine, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)


def entry_page(
    entry: LedgerEntry,
    user: Person,
    *,
    problem: str = "",
    clashes: tuple[ClashLine, ...] = (),
    form: EntryForm | None = None,
    kept: Mapping[str, str] | None = None,
) -> EntryPage:
    """At most twelve queries: frame (2), lines, carried from and to (2), departments and people, proofs (5).

    ``entry`` carries its assessment, department, person, maker and ender.
    """
    assessment = entry.assessment
    rubric = get_rubric(assessment.edition)
    rows = list(entry.lines.select_related("by"))
    can_close = allowed(check_can_close, user, entry)
    can_manage = allowed(check_can_manage, user, assessment) and entry.is_undone
    proofs = proofs_of(entry, user) if can_close else Proofs((), "")
    return EntryPage(
        frame=read_frame(assessment, user, rubric),
        line=entry_line(entry, rubric, timezone.localdate(), sum(1 for row in rows if not row.state)),
        lines=tuple(
            DatedLine(
                row.day,
                row.text,
                str(LedgerEntry.State(row.state).label) if row.state else "",
                row.by.get_full_name(),
                row.at,
            )
            for row in rows
        ),
        made_by=entry.made_by.get_full_name(),
        made_at=entry.made_at,
        source_url=source_url(entry),
        source_words=source_words(entry),
        before=_other(entry.carried_from),
        after=_other(LedgerEntry.objects.filter(carried_from=entry).select_related("assessment").first()),
        proof=proof_words(entry),
        proof_url=proof_url(entry),
        ended_by=entry.ended_by.get_full_name() if entry.ended_by else "",
        ended_at=entry.ended_at,
        ended_why=entry.ended_why,
        form=(form or form_of(entry)) if can_manage else None,
        can_work=allowed(check_can_work, user, entry),
        can_manage=can_manage,
        can_close=can_close,
        can_reopen=allowed(check_can_reopen, user, entry),
        why_not_work=reason(check_can_work, user, entry) if entry.is_undone else "",
        proofs=proofs.choices,
        why_not_close=proofs.missing,
        must_be_proven=entry.source == Source.RULE,
        departments=departments_of_hospital(assessment) if can_manage else (),
        people=people_who_answer(assessment) if can_manage else (),
        today=timezone.localdate(),
        problem=problem,
        clashes=clashes,
        kept=kept or {},
    )


def form_of(entry: LedgerEntry) -> EntryForm:
    """What stands in the entry now."""
    seen = {
        "wrong": entry.wrong,
        "item": entry.item_code,
        "clause": entry.clause_code,
        "department": str(entry.department.public_id) if entry.department else "",
        "person": str(entry.person.public_id) if entry.person else "",
        "due_on": entry.due_on.isoformat() if entry.due_on else "",
    }
    return EntryForm(**seen, seen=seen)


def _other(entry: LedgerEntry | None) -> tuple[str, int, str]:
    if entry is None:
        return "", 0, ""
    url = reverse("ledger-entry", args=[entry.assessment.public_id, entry.number])
    return url, entry.number, entry.assessment.title


# -- where it came from, what closed it --------------------------------------------------------


def source_words(entry: LedgerEntry) -> str:
    facts = entry.source_facts
    if entry.source == Source.RULE and facts.get("run"):
        return _("第%(n)s次核验，规则%(rule)s") % {"n": facts["run"], "rule": facts.get("rule", "")}
    if entry.source == Source.GAP and facts.get("target"):
        return _("目标%(level)s级的差距") % {"level": facts["target"]}
    if entry.source == Source.REHEARSAL and facts.get("rehearsal"):
        return _("第%(n)s次演练") % {"n": facts["rehearsal"]}
    return ""


def source_url(entry: LedgerEntry) -> str:
    """The page it came from; of an entry carried over the page in the assessment where it was found."""
    facts = entry.source_facts
    assessment = str(facts.get("assessment") or entry.assessment.public_id)
    builder = _SOURCES.get(entry.source)
    return builder(assessment, entry, facts) if builder else ""


def _of_gap(assessment: str, entry: LedgerEntry, facts: Mapping[str, Any]) -> str:
    return f"{reverse('gap', args=[assessment])}?target={int(facts.get('target', 1))}"


def _of_rule(assessment: str, entry: LedgerEntry, facts: Mapping[str, Any]) -> str:
    if entry.item_code:
        return reverse("verification-item", args=[assessment, entry.item_code])
    return reverse("run", args=[assessment, int(facts.get("run", 1))])


def _of_review(assessment: str, entry: LedgerEntry, facts: Mapping[str, Any]) -> str:
    if facts.get("review"):
        return reverse("review", args=[facts["review"]])
    return reverse("assessment", args=[assessment])


def _of_rehearsal(assessment: str, entry: LedgerEntry, facts: Mapping[str, Any]) -> str:
    if "case" not in facts:
        return reverse("rehearsals", args=[assessment])
    return reverse("rehearsal-case", args=[assessment, int(facts["rehearsal"]), int(facts["case"])])


_SOURCES: Mapping[str, Callable[[str, LedgerEntry, Mapping[str, Any]], str]] = {
    Source.GAP: _of_gap,
    Source.RULE: _of_rule,
    Source.QUESTION: _of_review,
    Source.RETURNED: _of_review,
    Source.REHEARSAL: _of_rehearsal,
}


def proof_words(entry: LedgerEntry) -> str:
    """What closed it, in the language of the request."""
    facts = entry.proof_facts
    if entry.proof_kind == Proof.RUN:
        return _("第%(n)s次核验相符：%(numerator)s/%(denominator)s，结果摘要码%(digest)s") % {
            "n": facts.get("run"),
            "numerator": facts.get("numerator"),
            "denominator": facts.get("denominator"),
            "digest": facts.get("digest"),
        }
    if entry.proof_kind == Proof.DECISION:
        return _("%(name)s的采信结论") % {"name": facts.get("by", "")}
    if entry.proof_kind == Proof.ATTACHMENT:
        return _("材料“%(name)s”（SHA-256 %(sha)s…）") % {
            "name": facts.get("name", ""),
            "sha": str(facts.get("sha256", ""))[:12],
        }
    if entry.proof_kind == Proof.REHEARSAL:
        return _("第%(n)s次演练%(cases)s例全部通过") % {
            "n": facts.get("rehearsal"),
            "cases": facts.get("cases"),
        }
    return str(LedgerEntry.Proof(entry.proof_kind).label) if entry.proof_kind else ""


def proof_url(entry: LedgerEntry) -> str:
    facts, here = entry.proof_facts, entry.assessment.public_id
    if entry.proof_kind == Proof.RUN:
        return reverse("run", args=[here, int(facts["run"])])
    if entry.proof_kind == Proof.DECISION and entry.item_code:
        return reverse("verification-item", args=[here, entry.item_code])
    if entry.proof_kind == Proof.ATTACHMENT:
        return reverse("attachment", args=[here, facts["attachment"]])
    if entry.proof_kind == Proof.REHEARSAL:
        return reverse("rehearsal", args=[here, int(facts["rehearsal"])])
    if entry.proof_kind == Proof.ANSWER and facts.get("review"):
        return reverse("review", args=[facts["review"]])
    return ""
