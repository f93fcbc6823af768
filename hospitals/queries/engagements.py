"""Which consultancies work for a hospital, and for whom a consultancy works."""

from __future__ import annotations

from django.utils import timezone

from hospitals.models import Engagement, Organisation
from hospitals.pages import EngagementRow

MOST_SHOWN = 50


def list_engagements(organisation: Organisation) -> tuple[EngagementRow, ...]:
    """Of a hospital or of a consultancy; those in force first, then the newest. One query."""
    hospital = organisation.kind == Organisation.Kind.HOSPITAL
    today = timezone.localdate()
    rows = Engagement.objects.select_related("consultancy", "hospital", "granted_by")
    rows = rows.filter(hospital=organisation) if hospital else rows.filter(consultancy=organisation)
    listed = [
        EngagementRow(
            public_id=row.public_id,
            name=row.consultancy.label if hospital else row.hospital.label,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            note=row.note,
            granted_by=row.granted_by.get_full_name(),
            in_force=row.revoked_at is None and row.ends_on >= today,
            to_come=row.starts_on > today,
        )
        for row in rows.order_by("-granted_at", "-id")[:MOST_SHOWN]
    ]
    return tuple(sorted(listed, key=lambda row: not row.in_force))


def consultancies() -> tuple[Organisation, ...]:
    """Every consultancy of this installation. One query."""
    return tuple(Organisation.objects.filter(kind=Organisation.Kind.CONSULTANCY).order_by("name"))
