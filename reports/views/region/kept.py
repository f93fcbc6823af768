"""Filters of a page kept under a name."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments.views.door import behind_the_door
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of
from reports.models import SavedView
from reports.regional.actions import PAGES, delete_view, save_view


@behind_the_door
@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    page = request.POST.get("page", "")
    back = reverse(page if page in PAGES else "region")
    query = request.POST.get("query", "")[:500]
    try:
        made = save_view(by=person_of(request), page=page, query=query, name=request.POST.get("name", ""))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已保存视图“%(name)s”。") % {"name": made.name})
    return HttpResponseRedirect(f"{back}?{query}" if query else back)


@behind_the_door
@require_POST
def view_delete(request: HttpRequest, view: UUID) -> HttpResponse:
    found = SavedView.objects.filter(user=person_of(request), public_id=view).first()
    if found is None:
        raise Http404
    delete_view(by=person_of(request), view=found)
    return HttpResponseRedirect(reverse("region"))
