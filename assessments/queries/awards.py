"""Self-assessed, verified, reviewed and official level of every hospital beneath a bureau, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, ExtractYear
from django.utils import timezone

from assessments.models import AwardedLevel, ScoreSnapshot
from assessments.queries.verification.span_chip import FROZEN, chip_of
from hospitals import access
from hospitals.access import Person, Role
from hospitals.models import Organisation
from rubrics.models import Edition

PER_PAGE = 50
#: the year a submission counts for: of its cycle, else of its window, else of the day it was handed in
YEAR = Coalesce(
    F("assessment__entry__participation__campaign__year"),
    ExtractYear("assessment__window_to"),
    ExtractYear("assessment__submitted_at"),
)
SHOWS = ("", "differs", "unofficial", "unclaimed")


@dataclass(frozen=True, slots=True)
class ComparedHospital:
    """Levels are None where nothing is known. ``gap``: official less self-assessed."""

    hospital: UUID
    name: str
    grade: str
    assessment: UUID | None
    claimed: int | None
    at_most: int | None
    strict: int | None
    reviewed: int | None
    official: int | None
    published: str
    note: str

    @property
    def gap(self) -> int | None:
        return None if self.official is None or self.claimed is None else self.official - self.claimed


@dataclass(frozen=True, slots=True)
class AwardsPage:
    lines: Page[ComparedHospital]
    edition: str
    editions: tuple[tuple[str, str], ...]
    year: int
    years: tuple[int, ...]
    show: str
    search: str
    can_import: bool


def awards_page(
    user: Person,
    *,
    edition: str = "",
    year: int = 0,
    show: str = "",
    search: str = "",
    page: str | None = None,
) -> AwardsPage:
    """Six queries, for thirty hospitals and for three thousand: editions, years, count, page, snapshots, awards."""
    editions = sorted(Edition.objects.current(), key=lambda one: (one.status != "official", one.key))
    chosen = next((one for one in editions if one.key == edition), editions[0] if editions else None)
    years = _years()
    year = year or timezone.localdate().year
    show = show if show in SHOWS else ""
    found = _annotated(user, chosen, year)
    if show == "differs":
        # the result first: few hospitals have one, and the newest submission is dearer to find; unknown is neither
        found = found.filter(official__isnull=False)
        found = found.filter(Q(claimed__lt=F("official")) | Q(claimed__gt=F("official")))
    elif show == "unofficial":
        found = found.filter(official__isnull=True, claimed__isnull=False)
    elif show == "unclaimed":
        found = found.filter(official__isnull=False).filter(claimed__isnull=True)
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(name_en__icontains=word) | Q(code=word))
    pages = Paginator(found, PER_PAGE).get_page(page)
    lines: Any = pages
    lines.object_list = compared(list(pages.object_list), chosen, year)
    return AwardsPage(
        lines=lines,
        edition=chosen.key if chosen else "",
        editions=tuple((one.key, one.title) for one in editions),
        year=year,
        years=tuple(sorted({*years, year}, reverse=True)),
        show=show,
        search=search,
        can_import=bool(access.organisations_where(user, [Role.BUREAU_MANAGER])),
    )


def _years() -> set[int]:
    return set(AwardedLevel.objects.values_list("year", flat=True).distinct().order_by("year"))


def _annotated(user: Person, edition: Edition | None, year: int) -> Any:
    snapshots = (
        ScoreSnapshot.objects.filter(assessment__hospital=OuterRef("pk"), assessment__edition=edition)
        .annotate(year=YEAR)
        .filter(year=year)
        .order_by("-taken_at", "-id")
    )
    awards = AwardedLevel.objects.filter(
        hospital=OuterRef("pk"),
        edition=edition,
        year=year,
        revoked_at__isnull=True,
        published_at__isnull=False,
    )
    return (
        Organisation.objects.hospitals()
        .filter(access.beneath_bureaus_of(user))
        .annotate(
            snapshot=Subquery(snapshots.values("pk")[:1]),
            claimed=Subquery(snapshots.values("level")[:1], output_field=IntegerField()),
            official=Subquery(
                awards.filter(source=AwardedLevel.Source.IMPORTED).values("level")[:1],
                output_field=IntegerField(),
            ),
        )
        .order_by("path")
    )


def compared(hospitals: list[Organisation], edition: Edition | None, year: int) -> list[ComparedHospital]:
    """Lines for annotated hospitals. Two queries: their snapshots' levels, their awards."""
    numbers = [row.snapshot for row in hospitals if row.snapshot is not None]  # type: ignore[attr-defined]
    snapshots = {
        row.pk: row
        for row in ScoreSnapshot.objects.filter(pk__in=numbers)
        .select_related("assessment")
        .defer("answers", "card", "verified", "basis")
        .annotate(**FROZEN)
    }
    awards: dict[tuple[int, str], AwardedLevel] = {
        (row.hospital_id, row.source): row
        for row in AwardedLevel.objects.filter(
            hospital__in=[row.pk for row in hospitals], edition=edition, year=year, revoked_at__isnull=True,
            published_at__isnull=False,
        )
    }  # fmt: skip
    return [_line(row, snapshots.get(row.snapshot), awards) for row in hospitals]  # type: ignore[attr-defined]


def _line(
    hospital: Organisation, snapshot: ScoreSnapshot | None, awards: dict[tuple[int, str], AwardedLevel]
) -> ComparedHospital:
    reviewed = awards.get((hospital.pk, AwardedLevel.Source.REVIEW))
    official = awards.get((hospital.pk, AwardedLevel.Source.IMPORTED))
    span = chip_of(snapshot)
    return ComparedHospital(
        hospital=hospital.public_id,
        name=hospital.label,
        grade=str(hospital.get_grade_display()),
        assessment=snapshot.assessment.public_id if snapshot else None,
        claimed=snapshot.level if snapshot else None,
        at_most=span.at_most,
        strict=span.at_least,
        reviewed=reviewed.level if reviewed else None,
        official=official.level if official else None,
        published=timezone.localtime(official.published_at).date().isoformat()
        if official and official.published_at
        else "",
        note=official.note if official else "",
    )


def compared_whole(user: Person, *, edition: str, year: int) -> list[ComparedHospital]:
    """Every hospital beneath the person's bureaus, for a workbook. Four queries."""
    chosen = Edition.objects.current().filter(key=edition).first()
    return compared(list(_annotated(user, chosen, year)), chosen, year)
