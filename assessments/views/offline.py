"""Submissions that travel as a file: out of a hospital's network, into a bureau's."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.actions.exporting_submissions import export_submission
from assessments.actions.receiving_submissions import LARGEST, receive_submission
from assessments.permissions import check_can_receive_submissions, check_can_see_work
from assessments.queries.offline import Outcome, export_page, import_page, line_of
from assessments.views.door import behind_the_door, find_assessment, for_bureaus
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of

MOST_FILES = 200


@behind_the_door
@require_GET
def offline(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    return render(request, "assessments/offline.html", {"page": export_page(found, request.user)})


@behind_the_door
@require_POST
def offline_export(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    content = export_submission(by=person_of(request), assessment=found)
    response = HttpResponse(content, content_type="application/json")
    name = _("上报包 %(title)s.json") % {"title": found.title}
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@behind_the_door
@require_http_methods(["GET", "POST"])
@for_bureaus
def submissions_import(request: HttpRequest) -> HttpResponse:
    """Each file is taken in or refused by itself; one that is refused spoils no other."""
    check_can_receive_submissions(request.user)
    if request.method == "GET":
        return render(request, "assessments/submissions_import.html", {"page": import_page(request.user)})
    files = request.FILES.getlist("packages")
    problem = ""
    if not files:
        problem = _("请选择上报包文件（JSON）。")
    elif len(files) > MOST_FILES:
        problem = _("一次最多导入%(n)s个文件，没有导入。") % {"n": MOST_FILES}
    outcomes = () if problem else tuple(_outcome(request, file) for file in files)
    page = import_page(request.user, outcomes=outcomes, problem=problem)
    failed = problem or any(outcome.problem for outcome in outcomes)
    return render(
        request, "assessments/submissions_import.html", {"page": page}, status=422 if failed else 200
    )


def _outcome(request: HttpRequest, file: object) -> Outcome:
    name = str(getattr(file, "name", ""))
    try:
        if (getattr(file, "size", 0) or 0) > LARGEST:
            raise Refusal(_("文件超过%(most)s MB，不是上报包。") % {"most": LARGEST // 2**20})
        received = receive_submission(by=person_of(request), content=file.read())  # type: ignore[attr-defined]
    except Refusal as refusal:
        return Outcome(name, problem=str(refusal))
    return Outcome(name, line_of(received))
