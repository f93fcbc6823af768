"""What a person was told."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.actions.notices import read_all_notices, read_notice
from assessments.models import Notice
from assessments.queries.notices import notices_page
from assessments.views.door import behind_the_door
from assessments.views.listing import page_number
from hospitals.views.finding import person_of


@behind_the_door
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    page = notices_page(request.user, page=page_number(request))
    return render(request, "assessments/notices.html", {"page": page})


@behind_the_door
@require_POST
def notice_read(request: HttpRequest, notice: int) -> HttpResponse:
    """Marks it read and leads to what it is about."""
    user = person_of(request)
    found = Notice.objects.filter(user=user, pk=notice).first()
    if found is None:
        raise Http404
    read_notice(by=user, notice=found)
    target = found.url
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = reverse("notices")
    return HttpResponseRedirect(target)


@behind_the_door
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    text = request.POST.get("up_to", "")
    up_to = int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
    read_all_notices(by=person_of(request), up_to=up_to)
    messages.success(request, _("已全部标为已读。"))
    return HttpResponseRedirect(reverse("notices"))
