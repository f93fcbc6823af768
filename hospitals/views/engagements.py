"""A hospital engages a consultancy, and ends it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hospitals.actions.engaging import end_engagement, grant_engagement
from hospitals.forms import EngagementForm
from hospitals.models import Engagement
from hospitals.pages import FormPage
from hospitals.permissions import check_can_engage
from hospitals.queries.engagements import consultancies
from hospitals.queries.organisations import way_to
from hospitals.refusals import Refusal
from hospitals.views.finding import find_organisation, person_of


def back_to(organisation: UUID) -> str:
    return reverse("organisation", kwargs={"organisation": organisation}) + "#engagements"


@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest, organisation: UUID) -> HttpResponse:
    user = person_of(request)
    found = find_organisation(request, organisation)
    check_can_engage(user, found)
    form = EngagementForm(request.POST or None, consultancies=consultancies())
    if request.method == "POST" and form.is_valid():
        try:
            made = grant_engagement(by=user, hospital=found, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("已委托“%(name)s”，至%(day)s。其咨询顾问现在可以填写本院的自评。")
                % {"name": made.consultancy.label, "day": made.ends_on.isoformat()},
            )
            return HttpResponseRedirect(back_to(organisation))
    page = FormPage(
        title=_("委托咨询机构"),
        organisation=found.label,
        organisation_id=organisation,
        trail=way_to(found, user),
        form=form,
        verb=_("委托"),
        back_url=back_to(organisation),
        note=_(
            "委托期间，该机构的咨询顾问可以查看并填写本院全部自评，但不能提交。到期自动失效，也可以随时终止。"
        ),
    )
    return render(request, "hospitals/form.html", {"page": page}, status=400 if form.errors else 200)


@require_POST
def end(request: HttpRequest, organisation: UUID, engagement: UUID) -> HttpResponse:
    found = find_organisation(request, organisation)
    row = get_object_or_404(Engagement, hospital=found, public_id=engagement)
    end_engagement(by=person_of(request), engagement=row)
    messages.success(request, _("委托已终止，咨询顾问不能再打开本院的自评。"))
    return HttpResponseRedirect(back_to(organisation))
