"""A hospital's part in the cycles it is invited to: for its first page, and for taking part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from assessments.actions.campaigns.entering import window_of
from assessments.campaign_permissions import (
    check_can_enter,
    check_hands_in_today,
    participation_days,
)
from assessments.campaigns.days import standing_of
from assessments.models import (
    Assessment,
    Campaign,
    CampaignEntry,
    CampaignRubric,
    CampaignTarget,
    Participation,
)
from assessments.permissions import allowed, reason
from assessments.queries.campaigns.rows import running_on
from hospitals import access
from hospitals.access import Person
from hospitals.models import Organisation

CLOSED_STATES = (Assessment.Status.SUBMITTED, Assessment.Status.ACCEPTED)


@dataclass(frozen=True, slots=True)
class OwnRubric:
    """``state``: none, or the status of the assessment the hospital takes part with."""

    number: int
    edition: str
    key: str
    window: tuple[date, date] | None
    state: str
    assessment: str
    title: str
    submitted_at: datetime | None
    target: int | None

    @property
    def done(self) -> bool:
        return self.state in ("submitted", "accepted") or (
            self.state == "archived" and self.submitted_at is not None
        )


@dataclass(frozen=True, slots=True)
class OwnCampaign:
    """``standing``: open, early, over, closed. ``days_left``: None when everything is handed in."""

    public_id: str
    title: str
    year: int
    bureau: str
    hospital: str
    hospital_id: str
    begins: date
    ends: date
    zone: str
    permitted: bool
    standing: str
    days_left: int | None
    rubrics: tuple[OwnRubric, ...]

    @property
    def days_over(self) -> int:
        return max(0, -(self.days_left or 0))

    @property
    def done(self) -> int:
        return sum(rubric.done for rubric in self.rubrics)

    @property
    def complete(self) -> bool:
        return self.done == len(self.rubrics)


def own_campaigns(hospitals: Collection[int]) -> tuple[OwnCampaign, ...]:
    """Running cycles of these hospitals, the most pressing first. Four queries at most, one when there is none."""
    if not hospitals:
        return ()
    today = timezone.localdate()
    found = list(
        Participation.objects.filter(
            running_on(today), hospital_id__in=hospitals, withdrawn_at__isnull=True
        ).select_related("campaign__bureau", "zone", "hospital")
    )
    parts = _parts(found, today)
    return tuple(sorted(parts, key=lambda one: (one.complete, one.ends, one.hospital)))


def _parts(found: Sequence[Participation], today: date) -> list[OwnCampaign]:
    """Three queries: rubrics, targets, entries."""
    if not found:
        return []
    campaigns = {row.campaign_id for row in found}
    rubrics: dict[int, list[CampaignRubric]] = defaultdict(list)
    for rubric in (
        CampaignRubric.objects.filter(campaign__in=campaigns)
        .select_related("edition")
        .order_by("edition__key")
    ):
        rubrics[rubric.campaign_id].append(rubric)
    targets = {
        (campaign, edition, grade): level
        for campaign, edition, grade, level in CampaignTarget.objects.filter(
            campaign__in=campaigns
        ).values_list("campaign", "edition", "grade", "level")
    }
    entries = {
        (entry.participation_id, entry.edition_id): entry.assessment
        for entry in CampaignEntry.objects.filter(participation__in=[row.pk for row in found]).select_related(
            "assessment"
        )
    }
    return [
        _part(
            row,
            today,
            tuple(
                _rubric(
                    one,
                    entries.get((row.pk, one.edition_id)),
                    targets.get((row.campaign_id, one.edition_id, row.hospital.grade)),
                )
                for one in rubrics[row.campaign_id]
            ),
        )
        for row in found
    ]


def _part(row: Participation, today: date, rubrics: tuple[OwnRubric, ...]) -> OwnCampaign:
    days = participation_days(row)
    complete = all(rubric.done for rubric in rubrics)
    return OwnCampaign(
        public_id=str(row.campaign.public_id),
        title=row.campaign.title,
        year=row.campaign.year,
        bureau=row.campaign.bureau.label,
        hospital=row.hospital.label,
        hospital_id=str(row.hospital.public_id),
        begins=days.begins,
        ends=days.ends,
        zone=row.zone.name if row.zone else "",
        permitted=days.permitted,
        standing=standing_of(row.campaign.state, days, today),
        days_left=None if complete else days.left(today),
        rubrics=rubrics,
    )


def _rubric(rubric: CampaignRubric, assessment: Assessment | None, target: int | None) -> OwnRubric:
    return OwnRubric(
        number=rubric.pk,
        edition=rubric.edition.title,
        key=rubric.edition.key,
        window=window_of(rubric),
        state=assessment.status if assessment else "none",
        assessment=str(assessment.public_id) if assessment else "",
        title=assessment.title if assessment else "",
        submitted_at=assessment.submitted_at if assessment else None,
        target=target,
    )


# -- taking part


@dataclass(frozen=True, slots=True)
class Fitting:
    public_id: str
    title: str
    status: str


@dataclass(frozen=True, slots=True)
class EnterRubric:
    """``fitting``: assessments with the edition and window of the cycle that are in none yet; ``earlier``:
    those a new one may be copied from. ``fixed``: something was handed in already."""

    own: OwnRubric
    fitting: tuple[Fitting, ...]
    earlier: tuple[Fitting, ...]
    fixed: bool


@dataclass(frozen=True, slots=True)
class EnterPage:
    """``why_not``: the sentence that keeps the reader from taking part now; ``late``: the one that keeps
    anybody of the hospital. ``others``: further hospitals of the reader in the same cycle (id, name)."""

    campaign: OwnCampaign
    note: str
    rubrics: tuple[EnterRubric, ...]
    can_enter: bool
    why_not: str
    late_reason: str
    others: tuple[tuple[str, str], ...]
    organisation_name: str


def participations_in(user: Person, campaign: Campaign) -> list[Participation]:
    """The reader's hospitals in a cycle. One query."""
    hospitals = [organisation.pk for organisation in access.organisations_where(user, access.HOSPITAL_STAFF)]
    return list(
        campaign.participations.filter(hospital_id__in=hospitals, withdrawn_at__isnull=True)
        .select_related("campaign__bureau", "zone", "hospital")
        .order_by("hospital__path")
    )


def enter_page(user: Person, participation: Participation, others: Iterable[Organisation]) -> EnterPage:
    """Four queries: rubrics, targets, entries, and the hospital's assessments in the cycle's editions."""
    today = timezone.localdate()
    (own,) = _parts([participation], today)
    kept = list(
        Assessment.objects.filter(
            hospital=participation.hospital,
            edition__key__in=[rubric.key for rubric in own.rubrics],
        )
        .filter(~Q(status=Assessment.Status.ARCHIVED) | Q(submitted_at__isnull=False))
        .select_related("edition")
        .annotate(in_campaign=Q(entry__isnull=False))
        .order_by("-created_at", "-pk")
    )
    return EnterPage(
        campaign=own,
        note=participation.campaign.note,
        rubrics=tuple(_enter_rubric(rubric, kept) for rubric in own.rubrics),
        can_enter=allowed(check_can_enter, user, participation),
        why_not=reason(check_can_enter, user, participation)
        if not own.complete
        else reason(check_hands_in_today, participation),
        late_reason=participation.late_reason,
        others=tuple((str(one.public_id), one.label) for one in others),
        organisation_name=participation.hospital.label,
    )


def _enter_rubric(own: OwnRubric, kept: Sequence[Assessment]) -> EnterRubric:
    of_edition = [one for one in kept if one.edition.key == own.key]
    fitting = [
        one
        for one in of_edition
        if not one.in_campaign  # type: ignore[attr-defined]
        and one.status != Assessment.Status.ARCHIVED
        and ((one.window_from, one.window_to) if one.window_from and one.window_to else None) == own.window
    ]
    return EnterRubric(
        own=own,
        fitting=tuple(Fitting(str(one.public_id), one.title, one.status) for one in fitting),
        earlier=tuple(Fitting(str(one.public_id), one.title, one.status) for one in of_edition),
        fixed=own.submitted_at is not None,
    )
