"""The first page after sign-in."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.queries.home import home_of
from assessments.views.door import behind_the_door
from hospitals import access
from hospitals.models import Organisation


@require_GET
@behind_the_door
def home(request: HttpRequest) -> HttpResponse:
    """``?organisation=<uuid>`` shows one of the person's own organisations alone."""
    page = home_of(request.user, chosen_organisation(request))
    return render(request, "assessments/home.html", {"page": page})


def chosen_organisation(request: HttpRequest) -> Organisation | None:
    wanted = request.GET.get("organisation", "")
    if not wanted:
        return None
    try:
        public_id = UUID(wanted)
    except ValueError:
        raise Http404 from None
    for membership in access.memberships_of(request.user):
        if membership.organisation.public_id == public_id:
            return membership.organisation
    raise Http404
