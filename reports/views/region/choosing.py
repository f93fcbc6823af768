"""Which bureau, edition and year a page is about."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from hospitals import access
from reports.models import SavedView
from reports.regional import reading
from reports.view_models.region.choice import Choice
from rubrics.models import Edition
from rubrics.queries import get_rubric


def choose(request: HttpRequest) -> Choice:
    """Bureau, edition and year asked for, or the widest, the first and the newest. Six queries. 404 for somebody
    without a bureau and for a bureau elsewhere."""
    if not access.organisations_where(request.user, access.BUREAU_STAFF):
        raise Http404
    bureaus = reading.bureaus_of(request.user)
    wanted = request.GET.get("bureau", "")
    bureau = next((one for one in bureaus if str(one.public_id) == wanted), None if wanted else bureaus[0])
    if bureau is None:
        raise Http404
    editions = sorted(Edition.objects.current(), key=lambda one: (one.status != "official", one.key))
    key = request.GET.get("edition", "")
    edition = next(
        (one for one in editions if one.key == key), None if key else editions[0] if editions else None
    )
    if edition is None:
        raise Http404
    years = reading.years_of(bureau, edition)
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else (years[0] if years else 0)
    return Choice(
        bureau=bureau,
        edition=edition,
        year=year,
        top=get_rubric(edition).top_level,
        bureaus=tuple((str(one.public_id), one.label) for one in bureaus),
        editions=tuple((one.key, one.title) for one in editions),
        years=tuple(sorted({*years, *([year] if year else [])}, reverse=True)),
        refreshed_at=reading.refreshed_at(bureau, edition, year),
        views=tuple(SavedView.objects.filter(user=request.user.pk)),
    )


def language() -> str:
    return get_language() or "zh-hans"


def name_column() -> str:
    """The column of an organisation that a reader of this language searches in."""
    return "name_en" if language().startswith("en") else "name"
