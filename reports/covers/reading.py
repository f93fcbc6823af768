"""Whose cover a document gets: that of the organisation its maker works for."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from django.utils.translation import get_language

from accounts.models import User
from hospitals import access
from hospitals.models import Engagement, Organisation
from reports.models import Cover


@dataclass(frozen=True, slots=True)
class OwnCover:
    """``logo``: a data address of a PNG this product drew, or empty; ``contact``: lines; ``accent``: "#006980" or
    empty; ``foreword`` and ``disclaimer``: paragraphs."""

    issuer: str
    title: str
    subtitle: str
    contact: tuple[str, ...]
    logo: str
    accent: str = ""
    foreword: tuple[str, ...] = ()
    disclaimer: tuple[str, ...] = ()


def issuer_of(hospital: Organisation, person: User) -> Organisation | None:
    """The hospital itself for its own staff, the consultancy for those it engaged, else the nearest bureau of the
    person's. At most one query beside the person's memberships."""
    memberships = access.memberships_of(person)
    if any(m.organisation_id == hospital.pk and m.pk for m in memberships):
        return hospital
    consultancies = [
        m.organisation for m in memberships if m.organisation.kind == Organisation.Kind.CONSULTANCY
    ]
    if consultancies:
        engaged = Engagement.objects.in_force().filter(hospital=hospital, consultancy__in=consultancies)
        found = engaged.select_related("consultancy").order_by("-ends_on").first()
        if found is not None:
            return found.consultancy
    above = [
        m.organisation
        for m in memberships
        if m.role in access.BUREAU_STAFF and hospital.path.startswith(m.organisation.path)
    ]
    return max(above, key=lambda one: len(one.path)) if above else None


def own_cover(hospital: Organisation, person: User) -> OwnCover | None:
    """None where the maker's organisation set nothing: the plain cover stays. Two queries at most."""
    issuer = issuer_of(hospital, person)
    return cover_of(issuer, about=hospital) if issuer else None


def cover_of(issuer: Organisation, *, about: Organisation) -> OwnCover | None:
    """What ``issuer`` puts on documents ``about`` an organisation; its name is told where that is another. None where
    it set nothing. One query."""
    found = Cover.objects.filter(organisation=issuer).first()
    if found is None:
        return None
    english = (get_language() or "").startswith("en")
    return OwnCover(
        issuer="" if issuer == about else issuer.label,
        title=(english and found.title_en) or found.title,
        subtitle=(english and found.subtitle_en) or found.subtitle,
        contact=_lines(found.contact),
        accent=found.accent,
        foreword=_lines((english and found.foreword_en) or found.foreword),
        disclaimer=_lines((english and found.disclaimer_en) or found.disclaimer),
        logo=f"data:image/png;base64,{base64.b64encode(bytes(found.logo)).decode()}" if found.logo else "",
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
