"""What could be put into the ledger: gaps, refuted rules, questions and returns of reviewers, failed rehearsal cases.

A source that has an entry is not offered again, closed or not; but for a rule that was put right and is refuted again
by a later run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.templatetags.display import factor_name, level_name, points
from assessments.models import (
    Assessment,
    Assignment,
    LedgerEntry,
    Review,
    ReviewMark,
    ReviewQuestion,
)
from assessments.queries.answers import answers_of
from assessments.queries.frame import said
from assessments.queries.ledger.judged import findings_of, newest_run, place_of
from assessments.queries.rehearsals.points import open_points
from assessments.queries.results import what_counts
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers, AnswersRefused
from engine.scoring.card import Shortfall
from engine.scoring.formats import answers_from_json
from engine.scoring.gap import Gap, find_gaps
from hospitals.access import HOSPITAL_STAFF
from hospitals.models import Membership
from rubrics.queries import get_catalogue, get_rubric, rubric_under

Source = LedgerEntry.Source
CLAUSES_IN_WORDS = 2  # of a gap; a person reads the others on the page of gaps


@dataclass(frozen=True, slots=True)
class Proposal:
    """``ticked``: needed on the easiest way; the others are alternatives. ``again``: the entry that was closed before."""

    key: str
    source: str
    item: str
    level: int | None
    clause: str
    wrong: str
    ticked: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)
    again: int | None = None
    department_id: int | None = None
    person_id: int | None = None
    department: str = ""
    person: str = ""


def proposals_of(assessment: Assessment) -> list[Proposal]:
    """In the order of LedgerEntry.Source. At most fourteen queries, however many there are: answers (4), run,
    questions (2), returns, doubts, rehearsal cases, entries, assignments, people."""
    rubric = get_rubric(assessment.edition)
    found = [
        *_gaps(assessment, rubric),
        *_rules(assessment, rubric),
        *_questions(assessment),
        *_returns(assessment),
        *_rehearsed(assessment),
    ]
    return _with_people(assessment, _only_new(assessment, found))


def _only_new(assessment: Assessment, found: Iterable[Proposal]) -> list[Proposal]:
    known: dict[str, tuple[int, str, int]] = {}
    for key, number, state, proof in (
        assessment.ledger.exclude(source_key="")
        .order_by("number")
        .values_list("source_key", "number", "state", "proof_facts")
    ):
        known[key] = (number, state, int(proof.get("run", 0)))
    kept = []
    for proposal in found:
        before = known.get(proposal.key)
        if before is None:
            kept.append(proposal)
            continue
        number, state, proven = before
        if state == LedgerEntry.State.CLOSED and 0 < proven < int(proposal.facts.get("run", 0)):
            kept.append(replace(proposal, again=number))
    return kept


def _with_people(assessment: Assessment, found: Iterable[Proposal]) -> list[Proposal]:
    """Whose item it is is whose entry it becomes, unless somebody decides otherwise."""
    rows: dict[str, Assignment] = {
        row.item_code: row for row in assessment.assignments.select_related("department", "person")
    }
    working_here = set(  # an assignment outlives a membership
        Membership.objects.in_force()
        .filter(organisation_id=assessment.hospital_id, role__in=HOSPITAL_STAFF, user__is_active=True)
        .values_list("user_id", flat=True)
    )
    placed = []
    for one in found:
        row = rows.get(one.item)
        department = row.department if row and row.department and row.department.closed_at is None else None
        person = row.person if row and row.person and row.person_id in working_here else None
        placed.append(
            replace(
                one,
                department_id=department.pk if department else None,
                department=department.label if department else "",
                person_id=person.pk if person else None,
                person=person.get_full_name() if person else "",
            )
        )
    return placed


# -- gaps --------------------------------------------------------------------------------------


def answers_that_count(assessment: Assessment, rubric: Rubric) -> tuple[Rubric, Answers]:
    """The answers as they stand, or as they were submitted under the flags of that day. Four queries, or one."""
    if not assessment.is_open:
        snapshot = assessment.snapshots.select_related("confirmation").first()
        if snapshot is not None:
            rubric = rubric_under(assessment.edition, snapshot.confirmation)
            return rubric, answers_from_json(rubric, snapshot.answers)
    answers, _problems = what_counts(rubric, answers_of(assessment, rubric=rubric))
    return rubric, answers


def _gaps(assessment: Assessment, rubric: Rubric) -> list[Proposal]:
    rubric, answers = answers_that_count(assessment, rubric)
    try:
        gaps = find_gaps(rubric, answers, assessment.target_level)
    except AnswersRefused:
        return []
    return [
        Proposal(
            key=f"gap:{gap.item}@{gap.level}",
            source=Source.GAP,
            item=gap.item,
            level=gap.level,
            clause=_one_clause(gap),
            wrong=gap_sentence(gap, rubric),
            ticked=gap.suggested,
            facts={"target": assessment.target_level},
        )
        for gap in gaps.needed
    ]


def _one_clause(gap: Gap) -> str:
    if len(gap.clauses) != 1:
        return ""
    clause = gap.clauses[0]
    return f"{gap.item}.{clause.level}-{clause.n}"


def gap_sentence(gap: Gap, rubric: Rubric) -> str:
    """What the item lacks at the level, in the language of the request: the first clauses with their text, the others
    by code, then figures."""
    parts = []
    if gap.clauses:
        levels = rubric.by_code[gap.item].by_level
        named = []
        for place, one in enumerate(gap.clauses):
            text = said(levels[one.level].clauses[one.n - 1].text) if place < CLAUSES_IN_WORDS else ""
            named.append(f"{gap.item}.{one.level}-{one.n} {text}".strip().rstrip("。.；;"))
        parts.append(_("未达到的条款：%(codes)s") % {"codes": _("；").join(named)})
    parts += [_figure(short) for short in gap.shortfalls if short.factor != "function" or not gap.clauses]
    return _("；").join(parts) or _("未达到%(level)s") % {"level": level_name(gap.level)}


def _figure(short: Shortfall) -> str:
    if short.factor == "function":
        return _("功能达到%(have)s，需%(need)s") % {
            "have": level_name(int(short.have)),
            "need": level_name(int(short.need)),
        }
    name = factor_name("application") if short.factor == "application" else _("数据质量指数")
    if short.factor == "earlier_data_quality":
        name = _("%(level)s级数据质量指数") % {"level": short.at_level}
    return _("%(factor)s%(have)s，未达%(need)s") % {
        "factor": name,
        "have": points(short.have),
        "need": points(short.need),
    }


# -- refuted rules -----------------------------------------------------------------------------


def _rules(assessment: Assessment, rubric: Rubric) -> list[Proposal]:
    run = newest_run(assessment)
    if run is None:
        return []
    rules = get_catalogue().rules
    found = []
    for rule_id, finding in findings_of(assessment, run).items():
        if finding.status != "refuted":
            continue
        place = place_of(rules[rule_id])
        found.append(
            Proposal(
                key=f"rule:{rule_id}",
                source=Source.RULE,
                item=place.item if place.item in rubric.by_code else "",
                level=place.level,
                clause=place.clause,
                wrong=_("%(rule)s：%(why)s")
                % {"rule": said(rules[rule_id].label), "why": said(finding.reason)},
                facts={"rule": rule_id, "run": run.number},
            )
        )
    return sorted(found, key=lambda one: (one.item or "~", one.level or 0, one.key))


# -- reviewers ---------------------------------------------------------------------------------


def _level_in(clause: str) -> int | None:
    return int(clause[6]) if len(clause) > 6 and clause[6].isdigit() else None


def _questions(assessment: Assessment) -> list[Proposal]:
    rows = (
        ReviewQuestion.objects.filter(review__assessment=assessment, closed_at__isnull=True)
        .select_related("review")
        .prefetch_related("messages")
        .order_by("pk")
    )
    found = []
    for question in rows:
        asked = next((one.text for one in question.messages.all() if not one.from_hospital), "")
        found.append(
            Proposal(
                key=f"question:{question.pk}",
                source=Source.QUESTION,
                item=question.item_code,
                level=_level_in(question.clause_code),
                clause=question.clause_code,
                wrong=asked or _("评审方提出的问题"),
                facts={"question": question.pk, "review": str(question.review.public_id)},
            )
        )
    return found


def _returns(assessment: Assessment) -> list[Proposal]:
    """The reason of a return, and the clauses that were doubted: disclosed to the hospital with the return."""
    found = []
    change = assessment.status_changes.filter(after=Assessment.Status.RETURNED).first()
    if change is not None and change.reason:
        found.append(
            Proposal(
                key=f"returned:{change.pk}",
                source=Source.RETURNED,
                item="",
                level=None,
                clause="",
                wrong=change.reason,
                facts={"returned": change.pk},
            )
        )
    marks = (
        ReviewMark.objects.filter(
            step__review__assessment=assessment, step__review__state=Review.State.RETURNED
        )
        .exclude(mark=ReviewMark.Mark.AGREE)
        .select_related("step__review")
        .order_by("clause_code", "pk")
    )
    for mark in marks:
        found.append(
            Proposal(
                key=f"mark:{mark.pk}",
                source=Source.RETURNED,
                item=mark.item_code,
                level=mark.level,
                clause=mark.clause_code,
                wrong=mark.reason,
                facts={"review": str(mark.step.review.public_id), "mark": mark.pk},
            )
        )
    return found


# -- rehearsals --------------------------------------------------------------------------------


def _rehearsed(assessment: Assessment) -> list[Proposal]:
    rows = open_points(assessment).select_related("rehearsal").order_by("item_code", "rehearsal", "position")
    return [
        Proposal(
            key=f"case:{case.pk}",
            source=Source.REHEARSAL,
            item=case.item_code,
            level=_level_in(case.clause_code),
            clause=case.clause_code,
            wrong=case.note
            or _("演练中有一例%(outcome)s：%(key)s")
            % {"outcome": case.get_outcome_display(), "key": case.key},
            facts={"rehearsal": case.rehearsal.number, "case": case.pk},
        )
        for case in rows
    ]
