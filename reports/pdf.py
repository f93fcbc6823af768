"""HTML to PDF: the only module that knows WeasyPrint.

Documents fetch nothing: fonts come from the installation, charts are SVG inside the page. Any other
address stops the document, so that a note somebody typed can never make the server call out.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from reports.glyphs import mark_rare_on_page

Progress = Callable[[int], None]
DRAWN_HERE = "data:image/png;base64,"  # a logo, drawn anew when it was uploaded: carried along, not fetched
SHOT = "shot:"  # a screenshot handed over beside the page, by its number
VARIANT = "pdf/a-3a"  # archival, tagged, may carry files
_PAGE = re.compile(r"Page (\d+)$")


class PdfUnavailable(RuntimeError):
    """The libraries that draw text are missing on this machine; the sentence says what to install."""


@dataclass(frozen=True)
class Written:
    """A finished document: its number of pages."""

    pages: int


@dataclass(frozen=True)
class Attached:
    """A JSON file that travels inside a document. ``relationship``: Source | Data | Supplement, as PDF/A-3 names it."""

    name: str
    content: bytes
    description: str
    relationship: str


def fonts_folder() -> Path:
    return Path(settings.BASE_DIR) / "static" / "fonts"


def write_pdf(
    html: str,
    target: IO[bytes],
    *,
    css: str,
    on_page: Progress | None = None,
    shots: Mapping[str, bytes] | None = None,
    attached: Sequence[Attached] = (),
) -> Written:
    """Lays ``html`` out with ``css`` and writes a tagged PDF/A-3 with bookmarks into ``target``.

    ``on_page`` is told the number of each page as it is laid out; pages may be laid out more than
    once (page x of y), so the number can fall. ``shots``: JPEG by number, for addresses ``shot:01.01.4-1-1``. Raises PdfUnavailable when Pango is missing.
    """
    try:
        from weasyprint import CSS, HTML, Attachment
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
    except OSError as error:
        raise PdfUnavailable(
            "Pango is missing on this machine: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from error

    allowed = fonts_folder().resolve()

    class OwnFilesOnly(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if shots and url.startswith(SHOT) and (shot := shots.get(url.removeprefix(SHOT))):
                return URLFetcherResponse(url, shot, {"Content-Type": "image/jpeg"})
            if url.startswith(DRAWN_HERE):
                return super().fetch(url, headers)
            if url.startswith("file://") and Path(url.removeprefix("file://")).resolve().is_relative_to(
                allowed
            ):
                return super().fetch(url, headers)
            raise FatalURLFetchingError(f"A document may fetch only its fonts, not {url[:100]}")

    fetcher = OwnFilesOnly(allowed_protocols=["file", "data"])
    fonts = FontConfiguration()
    style = CSS(string=css, font_config=fonts, url_fetcher=fetcher, base_url=f"{allowed.as_uri()}/")
    with _pages_reported(on_page):
        document = HTML(
            string=mark_rare_on_page(html), url_fetcher=fetcher, base_url=f"{allowed.as_uri()}/"
        ).render(font_config=fonts, stylesheets=[style], pdf_tags=True)
    carried = [
        Attachment(
            string=one.content.decode(),
            name=one.name,
            description=one.description,
            relationship=one.relationship,
        )
        for one in attached
    ]
    document.write_pdf(target, pdf_tags=True, pdf_variant=VARIANT, attachments=carried or None)
    return Written(pages=len(document.pages))


@contextmanager
def _pages_reported(on_page: Progress | None) -> Iterator[None]:
    """WeasyPrint tells its progress to a logger; this listens to it from this thread alone."""
    if on_page is None:
        yield
        return
    thread, tell = threading.get_ident(), on_page

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread and (found := _PAGE.search(record.getMessage())):
                tell(int(found.group(1)))

    logger = logging.getLogger("weasyprint.progress")
    listener, level, propagate = Listener(), logger.level, logger.propagate
    logger.addHandler(listener)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
        logger.propagate = propagate
