"""A hospital lets a consultancy work on its assessments until a day, and ends it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from hospitals.models import Engagement, Organisation
from hospitals.permissions import check_can_engage
from hospitals.refusals import Refusal
from hospitals.trail import record_here

LONGEST_DAYS = 731  # two years: an engagement that is forgotten ends by itself


@transaction.atomic
def grant_engagement(
    *,
    by: User,
    hospital: Organisation,
    consultancy: Organisation,
    ends_on: date,
    starts_on: date | None = None,
    note: str = "",
) -> Engagement:
    """Consultants of the consultancy answer every item of the hospital from ``starts_on`` (today) through ``ends_on``.

    At most one engagement per consultancy at a time. Raises Refusal.
    """
    hospital = Organisation.objects.select_for_update().get(pk=hospital.pk)
    check_can_engage(by, hospital)
    today = timezone.localdate()
    starts_on = starts_on or today
    if consultancy.kind != Organisation.Kind.CONSULTANCY:
        raise Refusal(_("“%(name)s”不是咨询机构，不能委托。") % {"name": consultancy.label})
    if ends_on < max(starts_on, today):
        raise Refusal(_("委托的结束日期不能早于开始日期或今天。"))
    if ends_on - starts_on > timedelta(days=LONGEST_DAYS):
        raise Refusal(_("委托最长两年；到期后可以再次委托。"))
    earlier = Engagement.objects.filter(consultancy=consultancy, hospital=hospital, revoked_at__isnull=True)
    if earlier.filter(ends_on__gte=today).exists():
        raise Refusal(
            _("对“%(name)s”的委托仍然有效。如需更改日期，请先终止原来的委托。") % {"name": consultancy.label}
        )
    earlier.update(revoked_at=timezone.now())  # ran out: makes room for the new one
    made = Engagement.objects.create(
        consultancy=consultancy,
        hospital=hospital,
        starts_on=starts_on,
        ends_on=ends_on,
        note=note.replace("\x00", "").strip()[:200],
        granted_by=by,
    )
    record_here(verb="engagement.granted", by=by, subject=hospital, facts=_facts(made))
    return made


@transaction.atomic
def end_engagement(*, by: User, engagement: Engagement) -> None:
    """The consultants have no access from their next request on. Raises Refusal."""
    row = (
        Engagement.objects.select_for_update(of=("self",))
        .select_related("hospital", "consultancy")
        .get(pk=engagement.pk)
    )
    check_can_engage(by, row.hospital)
    if row.revoked_at is not None or row.ends_on < timezone.localdate():
        raise Refusal(_("这项委托已经结束。"))
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])
    record_here(verb="engagement.ended", by=by, subject=row.hospital, facts=_facts(row))


def _facts(engagement: Engagement) -> dict[str, str]:
    return {"consultancy": engagement.consultancy.name, "until": engagement.ends_on.isoformat()}
