"""Colour and standing texts of an organisation on its documents."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import timezone, translation
from docx import Document as read_word

from accounts.models import User
from assessments.models import Assessment
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from reports.covers.actions import set_cover
from reports.covers.colours import contrast_with_white, readable
from reports.covers.reading import own_cover
from reports.documents.finished import Finished
from reports.documents.gap import Document, gap_document
from reports.models import IssuedReport
from tests.factories.assessments import make_assessment

pytestmark = pytest.mark.django_db
TEXTS = {
    "foreword": "示例前言第一段。\n\n示例前言第二段。",
    "foreword_en": "An example foreword.",
    "disclaimer": "示例声明。",
}


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    set_cover(by=owner, organisation=hospital, texts=TEXTS, contact="", accent="#7A1F5C")
    return make_assessment(hospital, owner)


def asked(assessment: Assessment, owner: User, **fields: Any) -> IssuedReport:
    return IssuedReport(
        assessment=assessment, target_level=3, requested_by=owner, requested_at=timezone.now(), **fields
    )


def test_colour_and_texts_stand_in_the_pdf_and_in_word(assessment: Assessment, owner: User) -> None:
    with translation.override("zh-hans"):
        paper = gap_document(asked(assessment, owner, language="zh-hans"))
        word = gap_document(asked(assessment, owner, language="zh-hans", form="docx"))
    assert isinstance(paper, Document) and isinstance(word, Finished)
    assert "h2 { border-bottom-color: #7a1f5c; }" in paper.css
    assert (
        paper.html.index("目录")
        < paper.html.index("<p>示例前言第二段。</p>")
        < paper.html.index("示例声明。")
    )
    written = read_word(io.BytesIO(word.content))
    texts = [one.text for one in written.paragraphs]
    assert texts.index("示例前言第一段。") < texts.index("示例前言第二段。") < texts.index("示例声明。")
    assert str(written.styles["Heading 1"].font.color.rgb) == "7A1F5C"
    with translation.override("en"):
        english = gap_document(asked(assessment, owner, language="en"))
    assert isinstance(english, Document) and "An example foreword." in english.html
    assert "示例声明。" in english.html and "示例前言" not in english.html


def test_a_colour_too_light_for_paper_is_refused_and_nothing_is_kept(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    for colour in ("#ffcc00", "#fff", "red", "#12345g"):
        with pytest.raises(Refusal):
            set_cover(by=owner, organisation=hospital, texts={"title": "别的"}, contact="", accent=colour)
    kept = own_cover(hospital, owner)
    assert kept is not None and (kept.accent, kept.title) == ("#7a1f5c", "")
    with pytest.raises(Refusal):
        set_cover(by=owner, organisation=hospital, texts={"foreword": "长" * 3001}, contact="")


def test_contrast_is_that_of_the_accessibility_guideline() -> None:
    assert contrast_with_white("#ffffff") == pytest.approx(1)
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert readable(" #767676 ") == "#767676"
    with pytest.raises(Refusal):
        readable("#777777")
