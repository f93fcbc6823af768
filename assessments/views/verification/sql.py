"""Rules as SQL text, for the hospital's own engineers to review and run."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from assessments.permissions import check_can_see_work
from assessments.queries.verification.sql import sql_of
from assessments.views.door import behind_the_door, find_assessment


@behind_the_door
@require_GET
def rule_sql(request: HttpRequest, assessment: UUID, rule: str, dialect: str) -> HttpResponse:
    """A file with one commented statement."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    statement = sql_of(found, rule, dialect)
    if statement is None:
        raise Http404
    answer = HttpResponse(statement.text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{statement.rule}.{statement.dialect}.sql"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
