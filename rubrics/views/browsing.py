"""Standard > role > item > level > clause. Any signed-in person reads all of it.

Every page costs session, person and memberships (three queries) besides what its docstring says.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from rubrics import queries
from rubrics.pages.heading import heading_of
from rubrics.pages.item import lay_out_item
from rubrics.pages.search import OtherStandard, SearchPage
from rubrics.pages.standard import ItemRow, ShelfPage, lay_out_standard, sections_of
from rubrics.search import LONGEST_QUERY, CodeHit, find, parse_code
from rubrics.views.opening import Opened, open_edition, why_not_confirm


@login_required
@require_GET
def rubrics(request: HttpRequest) -> HttpResponse:
    """All standards. Editions, confirmations; for a quality lead also how many hospitals there are."""
    editions = queries.current_editions()
    confirmations = queries.confirmations_of(editions)
    headings = []
    for edition in editions:
        confirmation = confirmations.get(edition.pk)
        known = queries.rubric_under(edition, confirmation)
        headings.append(heading_of(edition, known, confirmation))
    page = ShelfPage(tuple(headings), why_not_confirm(request.user))
    return render(request, "rubrics/rubrics.html", {"page": page})


@login_required
@require_GET
def rubric(request: HttpRequest, edition: str) -> HttpResponse:
    """One standard: edition, confirmation."""
    opened = open_edition(edition)
    return render(request, "rubrics/rubric.html", {"page": lay_out_standard(opened.heading, opened.rubric)})


@login_required
@require_GET
def rubric_item(request: HttpRequest, edition: str, item: str) -> HttpResponse:
    """One item: edition, confirmation, and official wordings when an annex was imported."""
    opened = open_edition(edition)
    found = opened.rubric.by_code.get(item)
    if found is None:
        raise Http404
    wordings = queries.official_wordings(opened.confirmation, found.code)
    origin = f"{request.scheme}://{request.get_host()}"
    page = lay_out_item(opened.heading, opened.rubric, found, wordings, origin)
    return render(request, "rubrics/item.html", {"page": page})


@login_required
@require_GET
def rubric_clause(request: HttpRequest, edition: str, clause: str) -> HttpResponse:
    """The permalink of a clause, a level (01.01.4) or an item: goes to its place on the item's page."""
    opened = open_edition(edition)
    hit = parse_code(opened.rubric, clause)
    if hit is None or hit.item is None or not hit.found:
        raise Http404
    return redirect(address_of(opened, hit))


@login_required
@require_GET
def rubric_search(request: HttpRequest, edition: str) -> HttpResponse:
    """By code (goes straight there) or by words: edition, confirmation, all editions, and official
    wordings when an annex was imported; the same for one hit and for a hundred."""
    opened = open_edition(edition)
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    hit = parse_code(opened.rubric, query)
    if hit is not None and hit.item is not None and hit.found:
        return redirect(address_of(opened, hit))
    rows: tuple[ItemRow, ...] = ()
    if hit is not None and hit.found:
        rows = next(section.rows for section in sections_of(opened.rubric) if section.role.code == hit.role)
    wordings = queries.official_wordings(opened.confirmation)
    language = get_language() or ""
    page = SearchPage(
        edition=opened.heading,
        query=query,
        code=hit,
        role_rows=rows,
        found=find(opened.rubric, query, language, wordings),
        standards=tuple(
            OtherStandard(other.key, other.title, other.key == opened.edition.key)
            for other in queries.current_editions()
        ),
    )
    return render(request, "rubrics/search.html", {"page": page, "search_words": query})


def address_of(opened: Opened, hit: CodeHit) -> str:
    assert hit.item is not None  # the callers ask only for codes of items
    address = reverse("rubric-item", args=[opened.heading.address, hit.item.code])
    return f"{address}#{hit.anchor}" if hit.anchor else address
