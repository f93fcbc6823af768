"""The statement of truthfulness, to be taken along as Word or PDF."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.filetypes.judging import TYPES
from assessments.permissions import is_staff_of
from assessments.queries.signing.rounds import find_paper
from assessments.views.door import behind_the_door, find_assessment
from hospitals.refusals import Refusal
from reports.documents.official import write_official
from reports.documents.statement import set_statement
from reports.view_models.statement import statement_of
from rubrics.queries import get_rubric

WRITERS = {"docx": write_official, "pdf": set_statement}


@behind_the_door
@require_GET
def statement(request: HttpRequest, assessment: UUID, form: str) -> HttpResponse:
    """``form``: docx or pdf. People outside the hospital get the one of the newest submission."""
    if form not in WRITERS:
        raise Http404
    found = find_assessment(request, assessment)
    paper = find_paper(found, submitted_only=not is_staff_of(request.user, found))
    if paper is None:
        raise Refusal(_("分管院领导批准之后才有承诺书。"))
    draft = statement_of(found, get_rubric(found.edition), paper)
    response = HttpResponse(WRITERS[form](draft), content_type=TYPES[f".{form}"])
    name = get_valid_filename(f"{draft.name}.{form}")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["Cache-Control"] = "private, no-store"
    return response
