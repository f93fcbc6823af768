"""Starting an assessment."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.actions.starting import start_assessment
from assessments.forms import StartForm
from assessments.models import Assessment
from assessments.permissions import check_can_start
from assessments.queries.starting import hospitals_to_start_in, last_quarters, start_page
from assessments.views.door import behind_the_door
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from rubrics.models import Edition
from rubrics.queries import current_editions, find_edition


@behind_the_door
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The standard is chosen by address (``?edition=…&hospital=…``), so the form fits it without a script."""
    check_can_start(request.user)
    hospitals = hospitals_to_start_in(request.user)
    if not hospitals:
        raise Refusal(_("自评在医院内发起；您所在的机构不是医疗机构。"))
    hospital = _hospital(request, hospitals)
    edition = _edition(request)
    page = start_page(request.user, hospitals, hospital, edition, timezone.localdate())
    form = StartForm(page, last_quarters(timezone.localdate()), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            assessment = _start(request, hospital, edition, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("已发起“%(title)s”。请先分工，再填写统计口径。") % {"title": assessment.title}
            )
            to = "carried" if assessment.copied_from_id else "assessment"
            return HttpResponseRedirect(reverse(to, args=[assessment.public_id]))
    return render(
        request, "assessments/start.html", {"page": page, "form": form}, status=422 if form.errors else 200
    )


def _start(request: HttpRequest, hospital: Organisation, edition: Edition, form: StartForm) -> Assessment:
    data = form.cleaned_data
    source = None
    if data["copy_from"]:
        source = Assessment.objects.visible_to(request.user).filter(public_id=data["copy_from"]).first()
    return start_assessment(
        by=request.user,  # type: ignore[arg-type]
        hospital=hospital,
        edition=edition,
        title=data["title"],
        target_level=data["target_level"],
        window=form.cleaned_window(),
        due_on=data["due_on"],
        copy_from=source,
        carry_entries=data["carry_entries"],
        answers=data["answers"] or "draft",
    )


def _hospital(request: HttpRequest, hospitals: tuple[Organisation, ...]) -> Organisation:
    wanted = request.POST.get("hospital") or request.GET.get("hospital")
    if not wanted:
        return hospitals[0]
    for hospital in hospitals:
        if str(hospital.public_id) == wanted:
            return hospital
    raise Http404


def _edition(request: HttpRequest) -> Edition:
    wanted = request.POST.get("edition") or request.GET.get("edition")
    if wanted:
        found = find_edition(wanted)
        if found is None:
            raise Http404
        return found
    editions = current_editions()
    if not editions:
        raise Refusal(_("还没有发布任何标准，暂不能发起自评。请联系系统管理员载入标准库。"))
    return next((edition for edition in editions if edition.key == "emr-2018"), editions[0])
