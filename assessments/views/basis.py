"""The statistical basis and the overall requirements; both save by themselves (api/basis.py)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.permissions import check_can_see_work
from assessments.queries.basis import basis_page
from assessments.queries.overall import overall_page
from assessments.views.door import behind_the_door, find_assessment


@behind_the_door
@require_GET
def basis(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    return render(request, "assessments/basis.html", {"page": basis_page(found, request.user)})


@behind_the_door
@require_GET
def overall(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    return render(request, "assessments/overall.html", {"page": overall_page(found, request.user)})
