"""The first page after sign-in, by role. Every part has a fixed number of queries, whatever there is to show."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils import timezone

from assessments.permissions import allowed, check_can_start
from assessments.queries.campaigns.listing import CampaignLine, running_for
from assessments.queries.campaigns.own import OwnCampaign, own_campaigns
from assessments.queries.home.cards import AssessmentCard, cards_for, is_in_progress, pressing_assessments
from assessments.queries.home.overseeing import Board, Door, board_of, doors_of
from assessments.queries.home.work import Mention, MyItem, items_for, mentions_of, open_assignments
from assessments.queries.ledger.mine import MyEntry, entries_on_home, open_entries
from assessments.queries.planning.adopted import MyTask, open_tasks, tasks_on_home
from assessments.queries.reviewing.line import ToAnswer, review_tally, reviews_to_answer
from assessments.queries.reviewing.queue import Tally
from hospitals import access
from hospitals.access import Person, Role
from hospitals.models import Organisation
from rubrics.queries import get_rubrics

MOST_CARDS = 6  # of one hospital; the list has the rest
MOST_LINES = 12  # of several hospitals


@dataclass(frozen=True, slots=True)
class Home:
    name: str
    organisation_name: str
    several: bool  # hospitals: the assessments are a table that names them
    staff: bool
    director: bool
    contributor: bool
    cards: tuple[AssessmentCard, ...]
    past: tuple[AssessmentCard, ...]  # accepted and archived, of one hospital
    more: bool
    items: tuple[MyItem, ...]
    tasks: tuple[MyTask, ...]  # of plans the hospital adopted
    entries: tuple[MyEntry, ...]  # of rectification ledgers
    mentions: tuple[Mention, ...]
    to_answer: tuple[ToAnswer, ...]  # reviews whose questions wait for the person's hospitals
    reviews: Tally | None
    board: Board | None
    doors: tuple[Door, ...]
    can_start: bool
    campaigns: tuple[OwnCampaign, ...] = ()
    running: tuple[CampaignLine, ...] = ()  # cycles the person's bureaus take care of

    @property
    def items_first(self) -> bool:
        """A contributor comes for the own items, everybody else for the hospital."""
        return self.contributor and bool(self.items or self.tasks or self.entries or self.mentions)

    @property
    def empty(self) -> bool:
        return not (self.staff or self.board or self.doors)


def home_of(user: Person, organisation: Organisation | None = None) -> Home:
    """Staff of hospitals: twelve queries (flags in force, assessments, snapshots, rows, figures,
    confirmations, assignments with their rows, tasks of plans, entries of ledgers, mentions, questions of reviewers); staff of bureaus: four;
    others none.
    The memberships are read besides, once per request.

    ``organisation``: one of the person's own, to see its part alone.
    """
    chosen = {organisation.pk} if organisation else None
    hospitals = _pks(access.organisations_where(user, access.HOSPITAL_STAFF), chosen)
    bureaus = [
        bureau
        for bureau in access.organisations_where(user, access.BUREAU_STAFF)
        if not chosen or bureau.pk in chosen
    ]
    today = timezone.localdate()
    several = len(hospitals) > 1
    most = MOST_LINES if several else MOST_CARDS
    found = pressing_assessments(user, hospitals, most) if hospitals else []
    assignments = open_assignments(user, hospitals) if hospitals else []
    tasks = open_tasks(user, hospitals) if hospitals else []
    entries = open_entries(user, hospitals) if hospitals else []
    of_work = [row.assessment for row in assignments] + [task.plan.assessment for task in tasks]
    of_work += [entry.assessment for entry in entries]
    editions = {a.edition_id: a.edition for a in [*found, *of_work]}
    rubrics = get_rubrics(editions.values()) if editions else {}
    shown = found[:most]
    current = {a.pk for a in shown if several or is_in_progress(a)} or {a.pk for a in shown[:1]}
    gates_of = set() if several else current
    cards = cards_for(user, shown, rubrics, today, gates_of=gates_of) if shown else {}
    return Home(
        name=user.get_short_name() if user.is_authenticated else "",
        organisation_name=organisation.label if organisation else "",
        several=several,
        staff=bool(hospitals),
        director=_only(user, hospitals, Role.DIRECTOR),
        contributor=_only(user, hospitals, Role.CONTRIBUTOR),
        cards=tuple(cards[a.pk] for a in shown if a.pk in current),
        past=tuple(cards[a.pk] for a in shown if a.pk not in current),
        more=len(found) > most,
        items=items_for(assignments, rubrics, today) if assignments else (),
        tasks=tasks_on_home(tasks, rubrics) if tasks else (),
        entries=entries_on_home(entries, rubrics) if entries else (),
        mentions=mentions_of(user, hospitals) if hospitals else (),
        to_answer=reviews_to_answer(user, hospitals) if hospitals else (),
        reviews=review_tally(user, bureaus) if bureaus else None,
        board=board_of(user, bureaus) if bureaus else None,
        doors=doors_of(user, chosen),
        can_start=allowed(check_can_start, user, organisation)
        if organisation is None or organisation.pk in hospitals
        else False,
        campaigns=own_campaigns(hospitals),
        running=running_for(user) if bureaus else (),
    )


def _pks(organisations: Iterable[Organisation], chosen: Collection[int] | None) -> set[int]:
    return {organisation.pk for organisation in organisations if chosen is None or organisation.pk in chosen}


def _only(user: Person, hospitals: Collection[int], role: str) -> bool:
    """Whether this is the person's only role in these hospitals."""
    held = {m.role for m in access.memberships_of(user) if m.organisation_id in hospitals}
    return held & access.HOSPITAL_STAFF == {role}
