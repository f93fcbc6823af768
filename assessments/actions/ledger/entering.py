"""New entries: proposals that were ticked, and what somebody types."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.ledger.held import next_number, record_entry, refuse_outsiders, typed
from assessments.actions.notices import News, tell_all
from assessments.ledger_permissions import check_can_manage
from assessments.ledger_words import ASSIGNED
from assessments.models import Assessment, LedgerEntry
from assessments.places import refuse_unknown_place
from assessments.queries.ledger.proposals import proposals_of
from assessments.trail import record_work
from hospitals.models import Department
from hospitals.refusals import Refusal

MOST_AT_ONCE = 500


@transaction.atomic
def enter_proposals(
    *, by: User, assessment: Assessment, keys: Collection[str], due_on: date | None = None
) -> list[LedgerEntry]:
    """Put the ticked proposals into the ledger, each for whoever its item is assigned to. One event for all.

    What has an entry by now is left out, so that sending the same list twice enters nothing twice. Raises Refusal when
    nothing is ticked or none of it is on offer any more.
    """
    check_can_manage(by, assessment)
    if not keys:
        raise Refusal(_("请先勾选要记入台账的事项。"))
    number = next_number(assessment)
    wanted = set(keys)
    chosen = [one for one in proposals_of(assessment) if one.key in wanted][:MOST_AT_ONCE]
    if not chosen:
        raise Refusal(_("所选事项都已经在台账中，没有重复记入。"))
    made = LedgerEntry.objects.bulk_create(
        LedgerEntry(
            assessment=assessment,
            number=number + place,
            source=one.source,
            source_key=one.key,
            source_facts=dict(one.facts),
            item_code=one.item,
            level=one.level,
            clause_code=one.clause,
            wrong=one.wrong,
            department_id=one.department_id,
            person_id=one.person_id,
            due_on=due_on,
            made_by=by,
            changed_by=by,
        )
        for place, one in enumerate(chosen)
    )
    record_work(
        verb="ledger.entered",
        by=by,
        assessment=assessment,
        facts={
            "count": len(made),
            "entries": [entry.number for entry in made],
            "sources": [one.key for one in chosen],
        },
    )
    tell_assigned(assessment, by, made)
    return made


@transaction.atomic
def enter_by_hand(
    *,
    by: User,
    assessment: Assessment,
    wrong: str,
    item: str = "",
    clause: str = "",
    department: Department | None = None,
    person: User | None = None,
    due_on: date | None = None,
) -> LedgerEntry:
    """What nothing of the product found. Raises Refusal: no words, no such item or clause, people from outside."""
    check_can_manage(by, assessment)
    wrong = typed(wrong)
    if not wrong:
        raise Refusal(_("请写明存在的问题。"))
    refuse_unknown_place(assessment, item, clause)
    refuse_outsiders(assessment, department, person)
    entry = LedgerEntry.objects.create(
        assessment=assessment,
        number=next_number(assessment),
        source=LedgerEntry.Source.TYPED,
        item_code=item,
        level=level_of(clause),
        clause_code=clause,
        wrong=wrong,
        department=department,
        person=person,
        due_on=due_on,
        made_by=by,
        changed_by=by,
    )
    record_entry(entry, by, "ledger.entered", {"clause": clause} if clause else {})
    tell_assigned(assessment, by, [entry])
    return entry


def level_of(clause: str) -> int | None:
    """01.01.4-2 -> 4."""
    return int(clause[6]) if clause else None


def tell_assigned(assessment: Assessment, by: User, entries: Collection[LedgerEntry]) -> None:
    """One notice per person, however many entries; nobody is told of what he or she did."""
    theirs: dict[int, list[LedgerEntry]] = {}
    for entry in entries:
        if entry.person_id is not None and entry.person_id != by.pk:
            theirs.setdefault(entry.person_id, []).append(entry)
    url = f"{reverse('ledger', args=[assessment.public_id])}?show=mine"
    news = []
    for person, own in theirs.items():
        due = min((entry.due_on for entry in own if entry.due_on), default=None)
        facts = {
            "count": len(own),
            "title": assessment.title,
            **({"due_on": due.isoformat()} if due else {}),
        }
        news.append(News(person, ASSIGNED, facts, url))
    tell_all(news=news)
