"""The list of assessments."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.queries.listing import list_assessments
from assessments.views.door import behind_the_door


def page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


@behind_the_door
@require_GET
def assessments(request: HttpRequest) -> HttpResponse:
    page = list_assessments(request.user, show=request.GET.get("show", ""), page=page_number(request))
    return render(request, "assessments/list.html", {"page": page})
