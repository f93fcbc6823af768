"""Names with characters no bundled font has are marked by number: a reader never meets an empty box."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.utils import translation
from pypdf import PdfReader

from reports.glyphs import covered, mark_rare
from reports.pdf import write_pdf

NAME = "示例𠮷㙦医院"


def laid_out(html: str) -> PdfReader:
    out = io.BytesIO()
    style = 'body { font-family: "Noto Sans SC" } @font-face { font-family: "Noto Sans SC"; src: url(NotoSansSC-Regular.otf) }'
    write_pdf(html, out, css=style)
    return PdfReader(out)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_rare_character_is_marked_by_its_number_and_explained(language: str) -> None:
    html = f"<html lang=zh-Hans><head><title>{NAME}</title></head><body><h1>{NAME}</h1><svg width=200 height=20 xmlns='http://www.w3.org/2000/svg'><text y=15>{NAME}</text></svg></body></html>"
    with translation.override(language):
        reader = laid_out(html)
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert text.count("示例〔U+20BB7〕〔U+3666〕医院") == 2 and "𠮷" not in text
    assert "Unicode" in text
    assert (
        reader.metadata is not None and reader.metadata.title == NAME
    )  # what is not printed keeps its characters


def test_pages_without_rare_characters_stay_as_they_are() -> None:
    text = "示例市人民医院 Example ①—“”"
    assert mark_rare(text) is text
    text = "".join("".join(page.extract_text() for page in laid_out(f"<p>{text}</p>").pages).split())
    assert "Unicode" not in text


def test_every_character_a_marked_text_prints_has_a_glyph() -> None:
    marked = mark_rare(NAME + "🏥\U000300f7\ue000")
    assert {ord(sign) for sign in marked} <= covered()


def test_the_fonts_have_every_character_the_product_itself_writes() -> None:
    """A minus sign no font has would stand in every report as 〔U+2212〕."""
    files = [
        *Path("templates").rglob("*.html"),
        *Path("rubrics/library").rglob("*.yaml"),
        Path("locale/en/LC_MESSAGES/django.po"),
        *Path("reports").rglob("*.py"),
    ]
    written = {sign for file in files for sign in file.read_text(encoding="utf-8")} | {"−"}
    assert sorted(sign for sign in written if ord(sign) not in covered()) == []
