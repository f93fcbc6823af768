"""What bureaus, administrators and auditors come for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Case, Count, IntegerField, OuterRef, Q, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Assessment, ScoreSnapshot
from assessments.queries.verification.span_chip import SpanChip, chip_of, with_frozen_span
from hospitals import access
from hospitals.access import Person, Role
from hospitals.models import Organisation

MOST_SUBMISSIONS = 20


@dataclass(frozen=True, slots=True)
class Submission:
    public_id: str
    hospital: str
    grade: str
    title: str
    edition: str
    status: str
    level: int
    span: SpanChip
    total: Decimal
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Board:
    """What a bureau sees first: how many hospitals took part, and what waits for a decision."""

    hospitals: int
    taking_part: int
    awaiting: int
    submissions: tuple[Submission, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Door:
    """A page an administrator or auditor works on."""

    icon: str
    title: str
    text: str
    url: str


def board_of(user: Person, bureaus: Sequence[Organisation]) -> Board:
    """Three queries: hospitals beneath, what they handed in counted, and the newest of it.

    Levels come from the newest snapshot's own columns: no card is read, nothing is scored.
    """
    beneath, of_assessments = Q(pk__in=[]), Q(pk__in=[])
    for bureau in bureaus:
        beneath |= Q(path__startswith=bureau.path)
        of_assessments |= Q(hospital__path__startswith=bureau.path)
    handed_in = Assessment.objects.visible_to(user).ever_submitted().filter(of_assessments)
    counts = handed_in.aggregate(
        hospitals=Count("hospital", distinct=True),
        awaiting=Count("pk", filter=Q(status=Assessment.Status.SUBMITTED)),
    )
    newest = ScoreSnapshot.objects.filter(assessment=OuterRef("pk")).order_by("-number")
    waits = Case(
        When(status=Assessment.Status.SUBMITTED, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    order = ("waits", "-submitted_at", "-id")
    # levels are read of the rows shown alone: a database works them out before it sorts
    shown = handed_in.annotate(waits=waits).order_by(*order)[: MOST_SUBMISSIONS + 1]
    rows = list(
        with_frozen_span(
            Assessment.objects.filter(pk__in=shown.values("pk")).select_related("hospital", "edition")
        )
        .annotate(
            waits=waits,
            frozen_level=Subquery(newest.values("level")[:1]),
            frozen_total=Subquery(newest.values("total")[:1]),
        )
        .order_by(*order)
    )
    return Board(
        hospitals=Organisation.objects.hospitals().filter(beneath).count(),
        taking_part=counts["hospitals"],
        awaiting=counts["awaiting"],
        submissions=tuple(_submission(row) for row in rows[:MOST_SUBMISSIONS]),
        more=len(rows) > MOST_SUBMISSIONS,
    )


def _submission(row: Assessment) -> Submission:
    assert row.submitted_at is not None
    return Submission(
        public_id=str(row.public_id),
        hospital=row.hospital.label,
        grade=str(row.hospital.get_grade_display()),
        title=row.title,
        edition=row.edition.title,
        status=row.status,
        level=row.frozen_level,  # type: ignore[attr-defined]
        span=chip_of(row),
        total=row.frozen_total,  # type: ignore[attr-defined]
        submitted_at=row.submitted_at,
    )


def doors_of(user: Person, chosen: Collection[int] | None) -> tuple[Door, ...]:
    """Pages of the administrators and auditors; a person with several roles sees all of theirs."""
    found = []
    for organisation in access.organisations_where(user, [Role.SECURITY_ADMIN]):
        if chosen is None or organisation.pk in chosen:
            found.append(
                Door(
                    "users",
                    _("成员与角色：%(organisation)s") % {"organisation": organisation.label},
                    _("邀请成员、授予或收回角色、重置密码。"),
                    reverse("organisation", kwargs={"organisation": organisation.public_id}),
                )
            )
    if access.organisations_where(user, [Role.AUDITOR]):
        found.append(
            Door("history", _("操作记录"), _("查看谁在何时做了什么；记录不可更改。"), reverse("trail"))
        )
    if access.organisations_where(user, [Role.SYSTEM_ADMIN]):
        found.append(
            Door(
                "settings",
                _("系统后台"),
                _("维护账户、机构、成员资格与后台任务；不含自评数据。"),
                reverse("admin:index"),
            )
        )
    return tuple(found)
