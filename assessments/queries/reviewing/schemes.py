"""Schemes of a bureau as pages: who reviews which level, and the form that sets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count
from django.utils import timezone

from assessments.models import ReviewScheme, StageKind
from assessments.permissions import reason
from assessments.review_permissions import check_can_edit_schemes
from hospitals.access import Person
from hospitals.models import Organisation
from rubrics.models import Edition

MOST_STAGES = 12
SPARE = 1  # empty rows at the end of the form, for browsers without scripts


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage as it stands in the form: text as typed, so that a refused form comes back as it was."""

    kind: str = ""
    from_level: str = ""
    to_level: str = ""
    days: str = ""
    reviewers: str = "1"
    site_visit: bool = False

    @property
    def empty(self) -> bool:
        return not (self.kind or self.from_level or self.to_level or self.days)


@dataclass(frozen=True, slots=True)
class LevelRoute:
    """What claimed levels go through; nothing: accepted or returned without steps."""

    from_level: int
    to_level: int
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SchemeLine:
    id: int
    edition: str
    year: int
    notice_days: int
    valid_months: int | None
    recheck_months: int | None
    reviews: int
    routes: tuple[LevelRoute, ...]


@dataclass(frozen=True, slots=True)
class SchemesPage:
    organisation: str
    organisation_name: str
    schemes: tuple[SchemeLine, ...]
    why_not_edit: str


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was typed."""

    edition: str = ""
    year: str = ""
    notice_days: str = "7"
    valid_months: str = ""
    recheck_months: str = ""
    stages: tuple[StageRow, ...] = ()


@dataclass(frozen=True, slots=True)
class SchemePage:
    """``scheme``: None for a new one. ``fixed``: reviews follow it, so that year and rubric stay."""

    organisation: str
    organisation_name: str
    scheme: int | None
    typed: Typed
    editions: tuple[tuple[str, str, int], ...]  # key, title, top level
    kinds: tuple[tuple[str, str], ...]
    fixed: bool
    problem: str
    why_not_edit: str
    most_stages: int = MOST_STAGES


def schemes_page(bureau: Organisation, user: Person) -> SchemesPage:
    """Two queries: schemes with how many reviews follow each, their stages."""
    rows = (
        ReviewScheme.objects.filter(bureau=bureau)
        .select_related("edition")
        .prefetch_related("stages")
        .annotate(reviews=Count("review"))
        .order_by("-year", "edition__key")
    )
    return SchemesPage(
        organisation=str(bureau.public_id),
        organisation_name=bureau.label,
        schemes=tuple(_line(row, row.reviews) for row in rows),
        why_not_edit=reason(check_can_edit_schemes, user, bureau),
    )


def _line(scheme: ReviewScheme, reviews: int) -> SchemeLine:
    return SchemeLine(
        id=scheme.pk,
        edition=scheme.edition.title,
        year=scheme.year,
        notice_days=scheme.notice_days,
        valid_months=scheme.valid_months,
        recheck_months=scheme.recheck_months,
        reviews=reviews,
        routes=routes_of(scheme),
    )


def routes_of(scheme: ReviewScheme) -> tuple[LevelRoute, ...]:
    """From the highest level down, neighbours of one way together; stages must be loaded."""
    routes: list[LevelRoute] = []
    for level in range(scheme.edition.top_level, -1, -1):
        steps = tuple(
            str(StageKind(stage.kind).label)
            for stage in scheme.stages.all()
            if stage.from_level <= level <= stage.to_level
        )
        if routes and routes[-1].steps == steps:
            routes[-1] = replace(routes[-1], from_level=level)
        else:
            routes.append(LevelRoute(level, level, steps))
    return tuple(routes)


def scheme_page(
    bureau: Organisation,
    user: Person,
    *,
    scheme: ReviewScheme | None = None,
    like: ReviewScheme | None = None,
    typed: Typed | None = None,
    problem: str = "",
) -> SchemePage:
    """The form: of a scheme, of a new one like another (the next year's), or as it was typed. Three queries."""
    source = scheme or like
    if typed is None:
        typed = (
            _typed(source, copied=scheme is None) if source else Typed(year=str(timezone.localdate().year))
        )
    stages = list(typed.stages)
    while len(stages) < MOST_STAGES and (not stages or sum(row.empty for row in stages) < SPARE):
        stages.append(StageRow())
    return SchemePage(
        organisation=str(bureau.public_id),
        organisation_name=bureau.label,
        scheme=scheme.pk if scheme else None,
        typed=Typed(
            typed.edition,
            typed.year,
            typed.notice_days,
            typed.valid_months,
            typed.recheck_months,
            tuple(stages),
        ),
        editions=tuple((row.key, row.title, row.top_level) for row in Edition.objects.current()),
        kinds=tuple((value, str(label)) for value, label in StageKind.choices),
        fixed=scheme is not None and scheme.review_set.exists(),
        problem=problem,
        why_not_edit=reason(check_can_edit_schemes, user, bureau),
    )


def _typed(scheme: ReviewScheme, *, copied: bool) -> Typed:
    return Typed(
        edition=scheme.edition.key,
        year=str(scheme.year + 1 if copied else scheme.year),
        notice_days=str(scheme.notice_days),
        valid_months=_text(scheme.valid_months),
        recheck_months=_text(scheme.recheck_months),
        stages=_rows(scheme),
    )


def _rows(scheme: ReviewScheme) -> tuple[StageRow, ...]:
    return tuple(
        StageRow(
            stage.kind,
            str(stage.from_level),
            str(stage.to_level),
            str(stage.days),
            str(stage.reviewers),
            stage.site_visit,
        )
        for stage in scheme.stages.all()
    )


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def filled(rows: Sequence[StageRow]) -> tuple[StageRow, ...]:
    """Without the rows nobody filled in."""
    return tuple(row for row in rows if not row.empty)
