"""Documents as files: fonts embedded, text extractable, bookmarks, and nothing fetched from anywhere."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.utils import translation
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from engine.scoring.score import score
from reports.documents.gap import set_gap_report
from reports.pdf import write_pdf
from reports.standing import file_standing
from reports.view_models.report import gap_report
from tests.engine.library import rubric as standard
from tests.engine.test_gap import golden


def written(language: str, target: int = 4) -> tuple[PdfReader, list[int]]:
    rubric, answers = standard("emr-2018"), golden("emr-near-level-4")
    pages: list[int] = []
    with translation.override(language):
        report = gap_report(file_standing(rubric, answers, score(rubric, answers), target=target), target)
        document = set_gap_report(report)
        file = io.BytesIO()
        outcome = write_pdf(document.html, file, css=document.css, on_page=pages.append)
    reader = PdfReader(file)
    assert outcome.pages == len(reader.pages)
    return reader, pages


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "差距分析报告"), ("en", "Gap analysis report")])
def test_the_document_carries_text_bookmarks_and_its_own_fonts(language: str, words: str) -> None:
    reader, pages = written(language)
    text = "".join(page.extract_text() for page in reader.pages)
    assert words in text.replace("\n", "")
    assert reader.outline
    assert max(pages) == len(reader.pages)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts and all("Noto-Sans-SC" in font for font in fonts), fonts


def test_the_same_total_stands_in_the_document_and_on_the_card() -> None:
    rubric, answers = standard("emr-2018"), golden("emr-near-level-4")
    card = score(rubric, answers)
    reader, _ = written("zh-hans")
    assert str(card.total) in reader.pages[0].extract_text() + reader.pages[1].extract_text()


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/x.png", "https://example.invalid/x.css", "file:///etc/passwd", "data:,x"]
)
def test_a_document_fetches_nothing_but_its_fonts(address: str) -> None:
    with pytest.raises((FatalURLFetchingError, ValueError)):
        write_pdf(f'<img src="{address}" alt="">', io.BytesIO(), css="")


def test_fonts_lie_beside_their_licence() -> None:
    folder = Path(__file__).resolve().parents[2] / "static" / "fonts"
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text(encoding="utf-8")
    assert {file.name for file in folder.glob("*.otf")} >= {"NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"}
