"""The page on which an organisation sets the cover of its documents."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assessments.views.door import behind_the_door
from hospitals.pages import Place
from hospitals.queries.organisations import way_to
from hospitals.refusals import Refusal
from hospitals.views.finding import find_organisation, person_of
from reports.covers.actions import LINES, STANDING, TEXTS, check_can_set_cover, set_cover
from reports.covers.logos import ACCEPT
from reports.models import Cover


@dataclass(frozen=True, slots=True)
class CoverPage:
    """``logo``: moment of the last change, so that a new logo is not an old one from memory; empty: none."""

    public_id: UUID
    organisation: str
    trail: tuple[Place, ...]
    texts: dict[str, str]
    contact: str
    accent: str
    logo: str
    accept: str
    lines: int
    problem: str = ""


@behind_the_door
@require_http_methods(["GET", "POST"])
def cover(request: HttpRequest, organisation: UUID) -> HttpResponse:
    user = person_of(request)
    found = find_organisation(request, organisation)
    check_can_set_cover(user, found)
    row = Cover.objects.filter(organisation=found).first()
    names = (*TEXTS, *STANDING)
    texts = {name: str(getattr(row, name)) if row else "" for name in names}
    contact, accent, problem = row.contact if row else "", row.accent if row else "", ""
    if request.method == "POST":
        texts = {name: request.POST.get(name, "") for name in names}
        contact, accent = request.POST.get("contact", ""), request.POST.get("accent", "")
        try:
            set_cover(
                by=user,
                organisation=found,
                texts=texts,
                contact=contact,
                accent=accent,
                logo=request.FILES.get("logo"),
                without_logo=request.POST.get("without_logo") == "yes",
            )
        except Refusal as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("报告封面已保存，之后生成的报告使用新封面。"))
            return HttpResponseRedirect(reverse("cover", args=[organisation]))
    page = CoverPage(
        public_id=organisation,
        organisation=found.label,
        trail=way_to(found, user),
        texts=texts,
        contact=contact,
        accent=accent,
        logo=f"{row.changed_at:%Y%m%d%H%M%S}" if row and row.logo else "",
        accept=ACCEPT,
        lines=LINES,
        problem=problem,
    )
    return render(request, "reports/cover.html", {"page": page}, status=422 if problem else 200)


@behind_the_door
@require_GET
def cover_logo(request: HttpRequest, organisation: UUID) -> HttpResponse:
    found = find_organisation(request, organisation)
    check_can_set_cover(request.user, found)
    row = Cover.objects.filter(organisation=found).first()
    if row is None or not row.logo:
        raise Http404
    response = HttpResponse(bytes(row.logo), content_type="image/png")
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
