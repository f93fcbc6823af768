"""The queue of reviews: what is mine, what waits in my office, everything; what is overdue comes first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language

from assessments.models import (
    Review,
    ReviewAssignment,
    ReviewMessage,
    ReviewQuestion,
    ReviewStep,
    StageKind,
)
from assessments.queries.reviewing.desk import loaded
from assessments.queries.verification.span_chip import SpanChip, chip_of
from hospitals import access
from hospitals.access import Person
from rubrics.models import Edition

PER_PAGE = 25
SHOWS = ("mine", "office", "all")
State = Review.State


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty strings narrow nothing."""

    show: str = ""
    state: str = ""
    edition: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """``step``: the one in work, empty when everything was passed or the review has ended. ``waiting``:
    answers of the hospital that nobody has read into yet; ``asked``: questions that wait for the hospital.
    """

    public_id: str
    hospital: str
    grade: str
    title: str
    edition: str
    level: int
    span: SpanChip
    state: str
    state_name: str
    step: str
    office: str
    due_on: date | None
    days_left: int | None
    reviewers: tuple[str, ...]
    needed: int
    awaits_decision: bool
    asked: int
    waiting: int
    award: int | None
    opened_at: datetime

    @property
    def overdue(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def days_over(self) -> int:
        return max(0, -(self.days_left or 0))


@dataclass(frozen=True, slots=True)
class Tally:
    """Reviews in course that concern the person."""

    mine: int
    office: int
    all: int
    overdue: int
    unassigned: int


@dataclass(frozen=True, slots=True)
class QueuePage:
    """``bureau``: the person reviews; otherwise the page is the hospital's own list."""

    lines: Page[QueueLine]
    filters: Filters
    tally: Tally
    bureau: bool
    editions: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    schemes_of: tuple[tuple[str, str], ...]  # bureaus whose schemes the person may open: id, name

    @property
    def narrowed(self) -> bool:
        return bool(self.filters.state or self.filters.edition or self.filters.search)


def queue_page(user: Person, filters: Filters, *, page: int = 1) -> QueuePage:
    """Six queries, for 1 and for 3,000 reviews: tally, editions, count, one page, and of the page the
    reviewers and the questions."""
    bureaus = access.organisations_where(user, access.BUREAU_STAFF)
    found = in_work(Review.objects.visible_to(user), user)
    tally = tally_of(found, [bureau.pk for bureau in bureaus])
    filters = _fit(filters, bool(bureaus), tally)
    lines = Paginator(_ordered(_narrowed(found, filters, bureaus)), PER_PAGE).get_page(page)
    shown = list(lines.object_list)
    page_of_lines: Any = lines  # the same position and count, with lines in place of rows
    page_of_lines.object_list = _lines(shown, named=bool(bureaus))
    return QueuePage(
        lines=cast("Page[QueueLine]", page_of_lines),
        filters=filters,
        tally=tally,
        bureau=bool(bureaus),
        editions=tuple(
            (edition.key, edition.title)
            for edition in Edition.objects.current().filter(review_schemes_exist())
        ),
        states=tuple((value, str(label)) for value, label in State.choices),
        schemes_of=tuple((str(bureau.public_id), bureau.label) for bureau in bureaus),
    )


def review_schemes_exist() -> Q:
    """Filter of editions: some bureau reviews them, in this or an earlier revision."""
    return Q(key__in=Review.objects.values("assessment__edition__key"))


def in_work(reviews: QuerySet[Review], user: Person) -> QuerySet[Any]:
    """The same reviews, each with its step in work (``now``), the day it is due, and whether it is the person's."""
    return reviews.annotate(
        now=FilteredRelation("steps", condition=Q(steps__state=ReviewStep.State.ACTIVE)),
        due=Coalesce(F("now__due_on"), F("award__notice_until")),
        is_mine=Exists(
            ReviewAssignment.objects.filter(
                step__review=OuterRef("pk"),
                step__state=ReviewStep.State.ACTIVE,
                person_id=user.pk or 0,
                ended_at__isnull=True,
            )
        ),
    )


def tally_of(reviews: QuerySet[Review], offices: Collection[int]) -> Tally:
    """One query."""
    course, today = Q(state__in=Review.IN_COURSE), timezone.localdate()
    assigned = ReviewAssignment.objects.filter(
        step__review=OuterRef("pk"), step__state=ReviewStep.State.ACTIVE, ended_at__isnull=True
    )
    counts = reviews.annotate(has_reviewer=Exists(assigned)).aggregate(
        mine=Count("pk", filter=course & Q(is_mine=True)),
        office=Count("pk", filter=_of_office(offices)),
        all=Count("pk", filter=course),
        overdue=Count("pk", filter=Q(state=State.REVIEWING, now__due_on__lt=today)),
        unassigned=Count("pk", filter=Q(now__office__in=offices, has_reviewer=False, state=State.REVIEWING)),
    )
    return Tally(**counts)


def _of_office(offices: Collection[int]) -> Q:
    """What one of these bureaus has to do next: its step is in work, or it decides on the result."""
    return Q(state=State.REVIEWING, now__office__in=offices) | Q(
        Q(state__in=(State.DECIDED, State.NOTICE)) | Q(state=State.REVIEWING, now__isnull=True),
        scheme__bureau__in=offices,
    )


def _fit(filters: Filters, bureau: bool, tally: Tally) -> Filters:
    """Unknown choices narrow nothing; a reviewer begins with the own work when there is any."""
    show = filters.show if filters.show in SHOWS else ""
    if not bureau:
        show = "all"
    elif not show:
        show = "mine" if tally.mine else "office"
    return Filters(
        show=show,
        state=filters.state if filters.state in State.values else "",
        edition=filters.edition[:40],
        search=filters.search.replace("\x00", "").strip()[:60],
    )


def _narrowed(reviews: QuerySet[Any], filters: Filters, bureaus: Sequence[Any]) -> QuerySet[Any]:
    if filters.show == "mine":
        reviews = reviews.filter(state__in=Review.IN_COURSE, is_mine=True)
    elif filters.show == "office":
        reviews = reviews.filter(_of_office([bureau.pk for bureau in bureaus]))
    if filters.state:
        reviews = reviews.filter(state=filters.state)
    if filters.edition:
        reviews = reviews.filter(assessment__edition__key=filters.edition)
    if filters.search:
        reviews = reviews.filter(
            Q(assessment__hospital__name__icontains=filters.search)
            | Q(assessment__hospital__name_en__icontains=filters.search)
        )
    return reviews


def _ordered(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Overdue first, then what waits for a decision, then by the next day that matters; the ended last."""
    today = timezone.localdate()
    rank = Case(
        When(Q(state=State.REVIEWING, now__due_on__lt=today), then=Value(0)),
        When(Q(state=State.REVIEWING, now__isnull=True) | Q(state=State.DECIDED), then=Value(1)),
        When(state__in=Review.IN_COURSE, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    # KT follows no relation: it would look for "verified" inside the number of the snapshot
    verified = F("snapshot__verified")
    names = {
        "verified_at_most": KeyTextTransform("level", KeyTransform("not_refuted", verified)),
        "verified_provisional": KeyTextTransform("level", KeyTransform("provisional", verified)),
        "verified_at_least": KeyTextTransform("level", KeyTransform("strict", verified)),
        "verified_coverage": KeyTextTransform("coverage", verified),
    }
    step = ReviewStep.objects.filter(pk=OuterRef("now"))
    return (
        loaded(reviews)
        .select_related("award")
        .annotate(
            rank=rank,
            now_kind=F("now__kind"),
            now_due=F("now__due_on"),
            now_reviewers=F("now__reviewers"),
            now_office=Subquery(step.values("office__name")[:1]),
            now_office_en=Subquery(step.values("office__name_en")[:1]),
            **names,
        )
        .order_by("rank", F("due").asc(nulls_last=True), "-opened_at", "-pk")
    )


def _lines(shown: Sequence[Review], *, named: bool) -> list[QueueLine]:
    """``named``: with the reviewers, whom a hospital does not read."""
    pks = [review.pk for review in shown]
    people: dict[int, list[str]] = defaultdict(list)
    for review, name in ReviewAssignment.objects.filter(
        step__review__in=pks if named else [], step__state=ReviewStep.State.ACTIVE, ended_at__isnull=True
    ).values_list("step__review", "person__name"):
        people[review].append(name)
    asked, waiting = open_questions(pks)
    today = timezone.localdate()
    return [_line(review, people[review.pk], asked[review.pk], waiting[review.pk], today) for review in shown]


def open_questions(reviews: Collection[int]) -> tuple[Counter[int], Counter[int]]:
    """Per review: questions that wait for the hospital, and answers that wait for a reviewer. One query."""
    last = ReviewMessage.objects.filter(question=OuterRef("pk")).order_by("-id")
    asked: Counter[int] = Counter()
    waiting: Counter[int] = Counter()
    for review, answered in (
        ReviewQuestion.objects.filter(review__in=reviews, closed_at__isnull=True)
        .annotate(answered=Subquery(last.values("from_hospital")[:1]))
        .values_list("review", "answered")
    ):
        (waiting if answered else asked)[review] += 1
    return asked, waiting


def _line(review: Any, people: list[str], asked: int, waiting: int, today: date) -> QueueLine:
    assessment = review.assessment
    award = getattr(review, "award", None)
    due = review.now_due if review.state == State.REVIEWING else None
    if review.state == State.NOTICE and award is not None:
        due = award.notice_until
    english = (get_language() or "").startswith("en")
    return QueueLine(
        public_id=str(review.public_id),
        hospital=assessment.hospital.label,
        grade=assessment.hospital.get_grade_display(),
        title=assessment.title,
        edition=assessment.edition.title,
        level=review.snapshot.level,
        span=chip_of(review),
        state=review.state,
        state_name=review.get_state_display(),
        step=str(StageKind(review.now_kind).label)
        if review.now_kind and review.state == State.REVIEWING
        else "",
        office=(english and review.now_office_en) or review.now_office or "",
        due_on=due,
        days_left=(due - today).days if due is not None and review.state == State.REVIEWING else None,
        reviewers=tuple(people),
        needed=review.now_reviewers or 0,
        awaits_decision=review.state == State.REVIEWING and review.now_kind is None,
        asked=asked,
        waiting=waiting,
        award=award.level if award is not None else None,
        opened_at=review.opened_at,
    )
