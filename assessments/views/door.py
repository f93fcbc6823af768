"""How every page of this app lets people in, and how it says no."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from assessments.models import Assessment
from hospitals import access
from hospitals.refusals import Refusal

View = Callable[..., HttpResponseBase]


def behind_the_door(view: View) -> View:
    """For signed-in people; a refusal nobody caught answers 403 with its sentence.

    Parts fetched by the page's modules get the sentence as plain text.
    """

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            if wants_part(request):
                return plain(str(refusal), 403)
            raise PermissionDenied(str(refusal)) from refusal

    return guarded


def for_bureaus(view: View) -> View:
    """To people who work for no bureau the page does not exist. Stands below the methods it knows."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not access.organisations_where(request.user, access.BUREAU_STAFF):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def find_assessment(request: HttpRequest, public_id: UUID) -> Assessment:
    """The assessment if the person may see it, with hospital and edition. One query.

    404 otherwise; but somebody who was a member and sends something is told so, because a page may
    still be open from before.
    """
    user = request.user
    found = (
        Assessment.objects.visible_to(user)
        .select_related("hospital", "edition")
        .filter(public_id=public_id)
        .first()
    )
    if found is not None:
        return found
    if request.method != "GET" and was_staff(user, public_id):
        raise Refusal(_("您已不是本院成员，不能再修改。已保存的内容都在；如有疑问，请联系本院质控负责人。"))
    raise Http404


def was_staff(user: access.Person, assessment: UUID) -> bool:
    """Whether the person worked in the assessment's hospital before."""
    hospital = Assessment.objects.filter(public_id=assessment).values_list("hospital", flat=True).first()
    return hospital is not None and access.was_staff_of(user, hospital)


def wants_part(request: HttpRequest) -> bool:
    """Whether a module of the page asks, not the browser itself."""
    return "HX-Request" in request.headers or request.headers.get("X-Requested-With") == "attachments"


def plain(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


def back_to(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """To the page the form came from, when that is ours; else to ``otherwise``."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = otherwise
    return HttpResponseRedirect(target)
