"""The whole table of a page of a region as a file."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from reports.documents.sheets import CONTENT_TYPES, Form, Sheet, as_file
from reports.view_models.region.choice import Choice
from reports.views.reading import file_response


def wants_table(request: HttpRequest) -> bool:
    """``?as=csv`` or ``?as=xlsx`` without a chart's name."""
    return "figure" not in request.GET and request.GET.get("as") in ("csv", "xlsx")


def table_response(request: HttpRequest, choice: Choice, name: str, sheets: Sequence[Sheet]) -> HttpResponse:
    form: Form = "csv" if request.GET["as"] == "csv" else "xlsx"
    title = f"{choice.bureau.label} {choice.edition.key} {choice.year} {name}.{form}"
    return file_response(as_file(sheets, form), CONTENT_TYPES[form], title)
