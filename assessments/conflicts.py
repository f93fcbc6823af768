"""Who may not review a hospital: its own people of today and of the last three years, and those of a
consultancy that it engaged in that time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hospitals.access import Person
from hospitals.models import Engagement, Membership, Organisation

COOLING_OFF = timedelta(days=3 * 365 + 1)


def conflict_of(user: Person, hospital: Organisation) -> str:
    """The sentence that keeps the person from reviewing the hospital; empty when nothing does.

    Three queries at most.
    """
    if not user.is_authenticated or user.pk is None:
        return ""
    return conflicts_with(hospital, {user.pk}).get(user.pk, "")


def conflicts_with(hospital: Organisation, people: Collection[int] | None = None) -> dict[int, str]:
    """Person -> sentence for everybody (or for ``people``) who has an interest in the hospital.

    A membership of any role counts, in force or ended within three years; so does work in a consultancy
    that the hospital engaged within three years, for whoever was there when the engagement began or
    later. Three queries at most.
    """
    since = timezone.localdate() - COOLING_OFF
    among = Q() if people is None else Q(user_id__in=people)
    recent = among & _not_over_before(since)
    worked = _("现在或近三年内在该院任职，按回避规定不能参与对该院的评审。")
    found = dict.fromkeys(
        Membership.objects.filter(recent, organisation__path__startswith=hospital.path).values_list(
            "user_id", flat=True
        ),
        worked,
    )
    began: dict[int, date] = {}
    for consultancy, starts_on, revoked_at in Engagement.objects.filter(
        hospital__path__startswith=hospital.path, ends_on__gte=since
    ).values_list("consultancy_id", "starts_on", "revoked_at"):
        if revoked_at is None or _day(revoked_at) >= since:
            began[consultancy] = min(starts_on, began.get(consultancy, starts_on))
    if not began:
        return found
    advised = _("所在的咨询机构近三年内受该院委托，按回避规定不能参与对该院的评审。")
    for person, consultancy, until, revoked_at in Membership.objects.filter(
        recent, organisation_id__in=began
    ).values_list("user_id", "organisation_id", "until", "revoked_at"):
        ends = [day for day in (until, _day(revoked_at) if revoked_at else None) if day is not None]
        if not ends or min(ends) >= began[consultancy]:
            found.setdefault(person, advised)
    return found


def _not_over_before(day: date) -> Q:
    """Memberships that were in force on ``day`` or later."""
    midnight = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    return (Q(revoked_at__isnull=True) | Q(revoked_at__gte=midnight)) & (
        Q(until__isnull=True) | Q(until__gte=day)
    )


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)
