"""What a new assessment takes over from an earlier one, with states reset, and confirming it place by place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import (
    Assessment,
    Assignment,
    Attachment,
    BaseFigure,
    CarriedPlace,
    Carrying,
    ClauseProof,
    ItemAnswer,
    LevelProof,
)
from assessments.permissions import check_can_answer
from assessments.places import clause_exists
from assessments.queries.carried import unconfirmed
from assessments.trail import record_work
from engine.rubric.values import Rubric
from hospitals.models import Membership
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric

#: draft: as they were; reset: "in use", reasons and notes, every clause to be answered anew; none: nothing
AnswersTaken = Literal["draft", "reset", "none"]
NOT_ANSWERED = "not_answered"


@dataclass(slots=True)
class _Carry:
    """Both assessments with their standards, and what became of everything."""

    source: Assessment
    target: Assessment
    by: User
    old: Rubric
    new: Rubric
    carried: dict[str, int] = field(default_factory=dict)
    left: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, CarriedPlace] = field(default_factory=dict)

    @property
    def stamp(self) -> dict[str, object]:
        return {
            "assessment": self.target,
            "version": 1,
            "updated_by": self.by,
            "updated_at": self.target.created_at,
        }

    def leave(self, kind: str, code: str) -> None:
        codes = self.left.setdefault(kind, [])
        if code not in codes:
            codes.append(code)

    def has_item(self, code: str) -> bool:
        return same_item(self.old, self.new, code)

    def has_place(self, item: str, clause: str) -> bool:
        return self.has_item(item) and (not clause or clause_exists(self.new, clause))

    def mark(self, item: str, place: str, *, facts: bool) -> None:
        row = self.places.setdefault(place, CarriedPlace(assessment=self.target, item_code=item, place=place))
        row.facts = row.facts or facts


def same_item(old: Rubric, new: Rubric, code: str) -> bool:
    """Whether a code means the same item in both: editions of one standard keep their codes, another standard
    counts its own from 01.01, so that there the name has to agree as well."""
    if code not in new.by_code or code not in old.by_code:
        return False
    return _standard(old) == _standard(new) or old.by_code[code].name == new.by_code[code].name


def _standard(rubric: Rubric) -> str:
    return rubric.id.rpartition("-")[0]


def carry_over(*, by: User, source: Assessment, target: Assessment, answers: AnswersTaken) -> Carrying:
    """Copy into ``target``, inside the transaction that starts it.

    Taken over: answers as ``answers`` says, who does what, definitions of the statistical basis, facts of clauses and
    levels, and files by reference: a row of its own on the same stored bytes. Not taken over: numbers, run times,
    days due, done marks, confirmations, signatures and verdicts; files that proved a number. Every place with proof
    material is marked until somebody confirms it. Codes the new edition does not have stay behind and are listed.
    """
    work = _Carry(source, target, by, get_rubric(source.edition), get_rubric(target.edition))
    if answers != "none":
        _carry_answers(work, keep=answers == "draft")
    _carry_people(work)
    _carry_basis(work)
    _carry_facts(work)
    _carry_files(work)
    CarriedPlace.objects.bulk_create(work.places.values())
    return Carrying.objects.create(assessment=target, answers=answers, carried=work.carried, left=work.left)


def _carry_answers(work: _Carry, *, keep: bool) -> None:
    rows = []
    for row in work.source.item_answers.all():
        if not work.has_item(row.item_code):
            work.leave("items", row.item_code)
            continue
        rows.append(
            ItemAnswer(
                item_code=row.item_code,
                clauses=_clauses(work, row) if keep else {},
                in_use=row.in_use,
                no_such_service=row.no_such_service,
                note=row.note,
                **work.stamp,
            )
        )
    ItemAnswer.objects.bulk_create(rows)
    work.carried["answers"] = sum(
        state != NOT_ANSWERED for row in rows for states in row.clauses.values() for state in states
    )
    work.carried["notes"] = sum(bool(row.note) for row in rows)


def _clauses(work: _Carry, row: ItemAnswer) -> dict[str, list[str]]:
    """Answers of clauses whose wording is the same in both editions; in the same edition all of them."""
    if work.old.content_hash == work.new.content_hash:
        return dict(row.clauses)
    taken: dict[str, list[str]] = {}
    for level, states in row.clauses.items():
        before = work.old.by_code[row.item_code].by_level.get(int(level))
        after = work.new.by_code[row.item_code].by_level.get(int(level))
        words = {clause.n: clause.text for clause in before.clauses} if before else {}
        places = {clause.n: place for place, clause in enumerate(after.clauses)} if after else {}
        found = [NOT_ANSWERED] * len(places)
        for n, state in enumerate(states, start=1):
            place = places.get(n)
            if place is not None and after is not None and after.clauses[place].text == words.get(n):
                found[place] = state
            elif state != NOT_ANSWERED:
                work.leave("clauses", f"{row.item_code}.{level}-{n}")
        if any(state != NOT_ANSWERED for state in found):
            taken[level] = found
    return taken


def _carry_people(work: _Carry) -> None:
    """Closed departments and people who have left the hospital are not taken over; days due are not either."""
    still_here = set(
        Membership.objects.in_force()
        .filter(organisation_id=work.target.hospital_id)
        .values_list("user_id", flat=True)
    )
    rows = []
    for row in work.source.assignments.select_related("department"):
        open_still = row.department is not None and row.department.closed_at is None
        person = row.person_id if row.person_id in still_here else None
        if work.has_item(row.item_code) and (open_still or person):
            rows.append(
                Assignment(
                    assessment=work.target,
                    item_code=row.item_code,
                    department=row.department if open_still else None,
                    person_id=person,
                )
            )
    work.carried["people"] = len(Assignment.objects.bulk_create(rows))


def _carry_basis(work: _Carry) -> None:
    known = {base.key for base in work.new.statistical_bases}
    rows = []
    for row in work.source.base_figures.all():
        if not (row.sql_text or row.database_name or row.owner):
            continue
        if row.key not in known:
            work.leave("bases", row.key)
            continue
        rows.append(
            BaseFigure(
                key=row.key,
                sql_text=row.sql_text,
                database_name=row.database_name,
                owner=row.owner,
                **work.stamp,
            )
        )
    work.carried["bases"] = len(BaseFigure.objects.bulk_create(rows))


def _carry_facts(work: _Carry) -> None:
    """Menu paths, go-live days and dictionaries rarely change; run times are left out, because the window differs."""
    clauses = []
    for row in work.source.clause_proofs.all():
        if not work.has_place(row.item_code, row.clause_code):
            work.leave("clauses", row.clause_code)
            continue
        clauses.append(
            ClauseProof(
                item_code=row.item_code,
                clause_code=row.clause_code,
                menu_path=row.menu_path,
                live_since=row.live_since,
                dictionary=row.dictionary,
                test_account=row.test_account,
                owner=row.owner,
                **work.stamp,
            )
        )
        work.mark(row.item_code, row.clause_code, facts=True)
    levels = []
    for one in work.source.level_proofs.all():
        if not (one.sql_text or one.database_name):
            continue
        if not work.has_item(one.item_code) or one.level not in work.new.by_code[one.item_code].by_level:
            work.leave("levels", f"{one.item_code}.{one.level}")
            continue
        levels.append(
            LevelProof(
                item_code=one.item_code,
                level=one.level,
                sql_text=one.sql_text,
                database_name=one.database_name,
                **work.stamp,
            )
        )
        work.mark(one.item_code, f"{one.item_code}.{one.level}", facts=True)
    work.carried["facts"] = len(ClauseProof.objects.bulk_create(clauses))
    work.carried["queries"] = len(LevelProof.objects.bulk_create(levels))


def _carry_files(work: _Carry) -> None:
    """Rows on the same stored bytes; who brought a file and when stays as it was."""
    rows = []
    kept = Attachment.objects.kept().filter(assessment=work.source).exclude(item_code="").exclude(file="")
    for row in kept:
        if not work.has_place(row.item_code, row.clause_code):
            work.leave("files", row.original_name)
            continue
        rows.append(
            Attachment(
                assessment=work.target,
                item_code=row.item_code,
                clause_code=row.clause_code,
                file=row.file.name,
                original_name=row.original_name,
                content_type=row.content_type,
                size=row.size,
                sha256=row.sha256,
                caption=row.caption,
                legend=row.legend,
                position=row.position,
                masked=row.masked,
                look=row.look,
                uploaded_by_id=row.uploaded_by_id,
                uploaded_at=row.uploaded_at,
            )
        )
        work.mark(row.item_code, row.clause_code or row.item_code, facts=False)
    work.carried["files"] = len(Attachment.objects.bulk_create(rows))


@transaction.atomic
def confirm_carried(*, by: User, assessment: Assessment, item: str, place: str = "") -> tuple[str, ...]:
    """Say that what was carried from an earlier year still holds: at one place, or everywhere in the item.

    Returns the places confirmed; one event names them. Raises Refusal when there is nothing to confirm.
    """
    locked = (
        Assessment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("hospital", "edition")
        .get(pk=assessment.pk)
    )
    check_can_answer(by, locked, item)
    found = tuple(row.place for row in unconfirmed(locked, item=item) if not place or row.place == place)
    if not found:
        raise Refusal(_("这里没有待确认的沿用材料；可能已经有人确认或更换。"))
    locked.carried_places.filter(place__in=found).update(confirmed_by=by, confirmed_at=timezone.now())
    record_work(
        verb="material.confirmed",
        by=by,
        assessment=locked,
        item=item,
        facts={"count": len(found), "places": list(found)},
    )
    return found


def facts_replaced(assessment: Assessment, places: Iterable[str]) -> None:
    """Somebody wrote facts there: what stands there is no longer last year's. Inside the caller's transaction."""
    if assessment.copied_from_id is not None:
        assessment.carried_places.filter(place__in=list(places), facts=True).update(facts=False)
