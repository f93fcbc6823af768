"""The trail for auditors. Reading needs the role; nobody can change it, here or anywhere."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.forms import FilterForm
from audit.queries import Slice, read_trail
from audit.readers import readers


@dataclass(frozen=True, slots=True)
class TrailPage:
    events: Slice
    form: FilterForm
    filtered: bool
    several_chains: bool


@require_safe
def show_trail(request: HttpRequest) -> HttpResponse:
    reach = readers.reach_of(request.user)
    if not reach.reader:
        raise PermissionDenied(_("操作记录由审计员查看。如需查询，请联系本单位的审计员。"))
    form = FilterForm(request.GET, chains=reach.chains)
    form.is_valid()
    filters = form.filters()
    events = read_trail(reach, filters, before=_number(request, "before"), after=_number(request, "after"))
    page = TrailPage(events, form, filters.any, len(reach.chains) > 1)
    return render(request, "audit/trail.html", {"page": page})


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
