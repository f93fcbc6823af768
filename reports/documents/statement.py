"""The statement of truthfulness on paper: the words of its Word file, set as a PDF."""

from __future__ import annotations

import io
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

from reports.pdf import write_pdf
from reports.view_models.official import OfficialDraft, day_in_words

STYLES = ("document-statement.css",)


def set_statement(draft: OfficialDraft) -> bytes:
    """One or two pages, by the number of signatures."""
    html = render_to_string(
        "reports/document/statement.html",
        {"page": draft, "day": day_in_words(draft.day), "language": get_language() or "zh-hans"},
    )
    folder = Path(settings.BASE_DIR) / "static" / "css"
    css = "\n".join((folder / name).read_text(encoding="utf-8") for name in STYLES)
    out = io.BytesIO()
    write_pdf(html, out, css=css)
    return out.getvalue()
