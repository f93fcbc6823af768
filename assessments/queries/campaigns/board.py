"""The board of a cycle: who takes part, what came in, who is late; the hospitals of the reader's bureaus alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, Q, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.actions.campaigns.held import seen_of
from assessments.campaign_permissions import (
    check_can_change,
    check_can_open,
    check_can_remind,
    check_can_reopen,
    check_is_going_on,
    manages,
    participation_days,
)
from assessments.campaigns.days import standing_of
from assessments.models import (
    Assessment,
    Campaign,
    CampaignEntry,
    CampaignTarget,
    Participation,
    Reminder,
    ScoreSnapshot,
)
from assessments.permissions import allowed
from assessments.queries.campaigns.rows import (
    COMPLETE,
    INCOMPLETE,
    late_on,
    with_contact,
    with_days,
    with_progress,
)
from assessments.queries.campaigns.shown import (
    BoardLine,
    BoardPage,
    CampaignHead,
    Cell,
    CityLine,
    Filters,
    RubricHead,
    Tally,
    ZoneLine,
)
from hospitals import access
from hospitals.access import Person
from hospitals.models import Organisation

PER_PAGE = 50
STATES = ("", "none", "working", "done", "late", "returned", "permitted", "silent", "withdrawn")


def head_of(user: Person, campaign: Campaign) -> CampaignHead:
    """No query; the bureau is read already."""
    return CampaignHead(
        public_id=str(campaign.public_id),
        title=campaign.title,
        year=campaign.year,
        state=campaign.state,
        state_name=campaign.get_state_display(),
        bureau=campaign.bureau.label,
        opens_on=campaign.opens_on,
        closes_on=campaign.closes_on,
        days_left=(campaign.closes_on - timezone.localdate()).days,
        note=campaign.note,
        seen=seen_of(campaign),
        closed_at=campaign.closed_at,
        manages=manages(user, campaign),
        can_change=allowed(check_can_change, user, campaign),
        can_open=allowed(check_can_open, user, campaign),
        can_end=allowed(check_is_going_on, user, campaign),
        can_reopen=allowed(check_can_reopen, user, campaign),
        can_remind=allowed(check_can_remind, user, campaign),
    )


def board_page(user: Person, campaign: Campaign, filters: Filters, *, page: int = 1) -> BoardPage:
    """Nine queries, for thirty hospitals and for three thousand: rubrics, zones, tally, cities, count, one
    page, and of the page entries with levels, targets and reminders."""
    rubrics = rubric_heads(campaign)
    zones = zone_lines(campaign)
    rows = rows_of(user, campaign)
    filters = fitting(filters, zones)
    found = Paginator(ordered(narrowed(rows, filters)), PER_PAGE).get_page(page)
    shown: Any = found  # the same position and count, with lines in place of rows
    shown.object_list = board_lines(campaign, rubrics, list(found.object_list))
    return BoardPage(
        campaign=head_of(user, campaign),
        rubrics=rubrics,
        zones=zones,
        tally=tally_of(rows),
        cities=cities_of(rows),
        lines=cast("Page[BoardLine]", shown),
        filters=filters,
        grades=tuple((value or "-", str(label)) for value, label in Organisation.Grade.choices),
        states=state_choices(),
    )


def state_choices() -> tuple[tuple[str, str], ...]:
    return (
        ("none", _("未参评")),
        ("working", _("填报中")),
        ("done", _("已全部提交")),
        ("late", _("逾期未提交")),
        ("returned", _("已退回")),
        ("permitted", _("准予补报")),
        ("silent", _("没有可通知的人")),
        ("withdrawn", _("已移出")),
    )


def rubric_heads(campaign: Campaign) -> tuple[RubricHead, ...]:
    """One query."""
    return tuple(
        RubricHead(row.edition_id, row.edition.key, row.edition.title, (row.window_from, row.window_to))
        for row in campaign.rubrics.select_related("edition").order_by("edition__key")
    )


def zone_lines(campaign: Campaign) -> tuple[ZoneLine, ...]:
    """One query."""
    return tuple(ZoneLine(z.pk, z.name, z.opens_on, z.closes_on) for z in campaign.zones.all())


def rows_of(user: Person, campaign: Campaign) -> Any:
    """Participations of hospitals beneath the reader's bureaus, with days and progress; those taken out too."""
    mine = campaign.participations.filter(access.beneath_bureaus_of(user, "hospital__"))
    return with_progress(with_days(mine))


def fitting(filters: Filters, zones: Sequence[ZoneLine]) -> Filters:
    """Choices that do not exist narrow nothing."""
    return Filters(
        city=filters.city if _is_uuid(filters.city) else "",
        grade=filters.grade if filters.grade == "-" or filters.grade in Organisation.Grade.values else "",
        zone=filters.zone if filters.zone in {"-", *(str(zone.number) for zone in zones)} else "",
        state=filters.state if filters.state in STATES else "",
        search=filters.search.replace("\x00", "").strip()[:60],
    )


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def narrowed(rows: Any, filters: Filters) -> Any:
    today = timezone.localdate()
    rows = rows.filter(withdrawn_at__isnull=filters.state != "withdrawn")
    if filters.city:
        rows = rows.filter(hospital__parent__public_id=filters.city)
    if filters.grade:
        rows = rows.filter(hospital__grade="" if filters.grade == "-" else filters.grade)
    if filters.zone:
        rows = rows.filter(zone=None if filters.zone == "-" else int(filters.zone))
    if filters.search:
        rows = rows.filter(
            Q(hospital__name__icontains=filters.search)
            | Q(hospital__name_en__icontains=filters.search)
            | Q(hospital__code=filters.search.upper())
        )
    if filters.state == "none":
        rows = rows.filter(entered=0)
    elif filters.state == "working":
        rows = rows.filter(INCOMPLETE, entered__gt=0)
    elif filters.state == "done":
        rows = rows.filter(COMPLETE)
    elif filters.state == "late":
        rows = rows.filter(late_on(today))
    elif filters.state == "returned":
        rows = rows.filter(sent_back__gt=0)
    elif filters.state == "permitted":
        rows = rows.filter(late_until__isnull=False)
    elif filters.state == "silent":
        rows = with_contact(rows).filter(reachable=False)
    return rows


def ordered(rows: Any) -> Any:
    """Late ones first, the longest on top; then by the tree."""
    today = timezone.localdate()
    late = Case(When(late_on(today), then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        with_contact(rows)
        .select_related("campaign", "zone", "hospital__parent")
        .annotate(lateness=late)
        .order_by("lateness", Case(When(lateness=0, then=F("ends"))), "hospital__path")
    )


def tally_of(rows: Any) -> Tally:
    """One query."""
    today, here = timezone.localdate(), Q(withdrawn_at__isnull=True)
    counts = rows.aggregate(
        invited=Count("pk", filter=here),
        all_entered=Count("pk", filter=here & Q(entered__gt=0)),
        done=Count("pk", filter=here & COMPLETE),
        late=Count("pk", filter=here & late_on(today)),
        returned=Count("pk", filter=here & Q(sent_back__gt=0)),
        permitted=Count("pk", filter=here & Q(late_until__isnull=False)),
        withdrawn=Count("pk", filter=~here),
    )
    counts["entered"] = counts.pop("all_entered")
    return Tally(**counts)


def cities_of(rows: Any) -> tuple[CityLine, ...]:
    """By the bureau right above the hospitals. One query."""
    today = timezone.localdate()
    english = (get_language() or "").startswith("en")
    found = (
        rows.filter(withdrawn_at__isnull=True)
        .order_by()
        .values("hospital__parent__public_id", "hospital__parent__name", "hospital__parent__name_en")
        .annotate(
            invited=Count("pk"),
            in_it=Count("pk", filter=Q(entered__gt=0)),
            done=Count("pk", filter=COMPLETE),
            late=Count("pk", filter=late_on(today)),
        )
        .order_by("hospital__parent__path")
    )
    return tuple(
        CityLine(
            str(row["hospital__parent__public_id"]),
            (english and row["hospital__parent__name_en"]) or row["hospital__parent__name"] or _("没有上级"),
            row["invited"],
            row["in_it"],
            row["done"],
            row["late"],
        )
        for row in found
    )


def board_lines(campaign: Campaign, rubrics: Sequence[RubricHead], shown: Sequence[Any]) -> list[BoardLine]:
    """Lines of rows with days, progress and contact. Three queries: entries, targets, reminders."""
    numbers = [row.pk for row in shown]
    newest = ScoreSnapshot.objects.filter(assessment=OuterRef("assessment")).order_by("-number")
    entries = {
        (row.participation_id, row.edition_id): row
        for row in CampaignEntry.objects.filter(participation__in=numbers)
        .select_related("assessment")
        .annotate(frozen_level=Subquery(newest.values("level")[:1]))
    }
    targets = targets_of(campaign)
    reminders = {
        row["participation"]: row
        for row in Reminder.objects.filter(participation__in=numbers)
        .order_by()
        .values("participation")
        .annotate(n=Count("pk"), last=Max("sent_at"))
    }
    today = timezone.localdate()
    return [_line(row, campaign, rubrics, entries, targets, reminders, today) for row in shown]


def targets_of(campaign: Campaign) -> dict[tuple[int, str], int]:
    """(edition, grade) -> level. One query."""
    return {
        (edition, grade): level
        for edition, grade, level in CampaignTarget.objects.filter(campaign=campaign).values_list(
            "edition", "grade", "level"
        )
    }


def _line(
    row: Participation,
    campaign: Campaign,
    rubrics: Iterable[RubricHead],
    entries: Mapping[tuple[int, int], Any],
    targets: Mapping[tuple[int, str], int],
    reminders: Mapping[int, Any],
    today: date,
) -> BoardLine:
    hospital, days = row.hospital, participation_days(row)
    incomplete = row.handed_in < row.asked  # type: ignore[attr-defined]
    reminded = reminders.get(row.pk)
    return BoardLine(
        public_id=str(row.public_id),
        hospital=hospital.label,
        code=hospital.code,
        grade=str(hospital.get_grade_display()),
        city=hospital.parent.label if hospital.parent else "",
        type=str(hospital.get_hospital_type_display()),
        zone=row.zone.name if row.zone else "",
        begins=days.begins,
        ends=days.ends,
        permitted=days.permitted,
        withdrawn=row.withdrawn_at is not None,
        days_left=days.left(today) if incomplete else None,
        early=standing_of(campaign.state, days, today) in ("draft", "early"),
        cells=tuple(
            _cell(entries.get((row.pk, rubric.number)), targets.get((rubric.number, hospital.grade)))
            for rubric in rubrics
        ),
        reminders=reminded["n"] if reminded else 0,
        reminded_at=reminded["last"] if reminded else None,
        reachable=row.reachable,  # type: ignore[attr-defined]
    )


def _cell(entry: Any, target: int | None) -> Cell:
    if entry is None:
        return Cell("none", None, "", None, target)
    assessment: Assessment = entry.assessment
    sent = assessment.submitted_at is not None
    return Cell(
        assessment.status,
        assessment.submitted_at,
        str(assessment.public_id) if sent else "",
        entry.frozen_level if sent else None,
        target,
    )
