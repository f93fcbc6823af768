"""Which scheme covers a submission, and which offices its steps go to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from assessments.models import Assessment, CampaignEntry, ReviewScheme, ReviewStage, StageKind
from hospitals.models import Organisation

Kind = Organisation.Kind


@dataclass(frozen=True, slots=True)
class Route:
    """A scheme with the stages that the claimed level goes through, each with its office, in order."""

    scheme: ReviewScheme
    steps: tuple[tuple[ReviewStage, Organisation], ...]


def year_of(assessment: Assessment) -> int:
    """The year of the cycle the submission was entered in, else that of its window, else this one. One query."""
    year = (
        CampaignEntry.objects.filter(assessment=assessment)
        .values_list("participation__campaign__year", flat=True)
        .first()
    )
    if year is not None:
        return int(year)
    return assessment.window_to.year if assessment.window_to else timezone.localdate().year


def bureaus_above(hospital: Organisation) -> list[Organisation]:
    """From the province down. One query."""
    above = [int(part) for part in hospital.path.split("/") if part and int(part) != hospital.pk]
    return list(
        Organisation.objects.filter(pk__in=above, kind__in=(Kind.PROVINCE, Kind.CITY)).order_by("path")
    )


def route_for(assessment: Assessment, level: int) -> Route | None:
    """How a submission that claims ``level`` is reviewed; None: no scheme covers it. Four queries at most.

    The bureau further up comes first: a city's own scheme serves only what no scheme above it covers.
    """
    bureaus = bureaus_above(assessment.hospital)
    found = (
        ReviewScheme.objects.filter(
            bureau__in=bureaus, edition__key=assessment.edition.key, year=year_of(assessment)
        )
        .select_related("bureau")
        .prefetch_related("stages")
        .order_by("edition__revision")
    )
    schemes: dict[int, ReviewScheme] = {}
    for scheme in found:  # of this very revision if there is one, else of the newest
        known = schemes.get(scheme.bureau_id)
        if known is None or known.edition_id != assessment.edition_id:
            schemes[scheme.bureau_id] = scheme
    for bureau in bureaus:
        if bureau.pk not in schemes:
            continue
        scheme = schemes[bureau.pk]
        steps = tuple(
            (stage, office)
            for stage in scheme.stages.all()
            if stage.from_level <= level <= stage.to_level
            and (office := office_for(stage.kind, bureaus, bureau)) is not None
        )
        if steps:
            return Route(scheme, steps)
    return None


def office_for(kind: str, bureaus: Sequence[Organisation], leads: Organisation) -> Organisation | None:
    """The bureau of that kind nearest to the hospital; experts work for the bureau of the scheme.

    None where there is no such bureau: a hospital directly beneath the province skips the city's stage.
    """
    if kind == StageKind.EXPERT:
        return leads
    wanted = Kind.CITY if kind == StageKind.CITY else Kind.PROVINCE
    return next((bureau for bureau in reversed(bureaus) if bureau.kind == wanted), None)
