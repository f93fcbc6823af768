"""Colour and standing texts of an organisation on its documents."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from django.utils import timezone, translation
from docx import Document as read_word
from openpyxl import load_workbook
from PIL import Image

from accounts.models import User
from assessments.models import Assessment
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from reports.covers.actions import set_cover
from reports.covers.colours import contrast_with_white, readable
from reports.covers.reading import OwnCover, own_cover
from reports.documents.finished import Finished
from reports.documents.gap import Document, gap_document
from reports.documents.gap_workbook import write_gap_workbook
from reports.documents.roadmap_workbook import write_roadmap_workbook
from reports.models import IssuedReport
from reports.view_models.identity import identity_of
from reports.view_models.report import gap_report
from tests.factories.assessments import make_assessment
from tests.factories.plans import service_plan

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


def test_both_workbooks_carry_logo_colour_and_texts() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (300, 100), "#7a1f5c").save(picture, "PNG")
    cover = OwnCover(
        issuer="=示例咨询机构",
        title="咨询评估报告",
        subtitle="",
        contact=("示例路1号", "000-0000"),
        logo=f"data:image/png;base64,{base64.b64encode(picture.getvalue()).decode()}",
        accent="#7a1f5c",
        foreword=("示例前言。",),
        disclaimer=("示例声明。",),
    )
    world = service_plan()
    with translation.override("zh-hans"):
        report = gap_report(world.standing, world.plan.target)
        books = [
            (write_gap_workbook(report, cover), write_gap_workbook(report)),
            (
                write_roadmap_workbook(world.view(), identity_of(world.standing), (), cover),
                write_roadmap_workbook(world.view(), identity_of(world.standing)),
            ),
        ]
    for own, plain in books:
        written, without = load_workbook(io.BytesIO(own)), load_workbook(io.BytesIO(plain))
        first = written.worksheets[0]
        told = [cell for row in first.iter_rows() for cell in row if cell.value]
        values = [cell.value for cell in told]
        assert {"示例路1号", "000-0000", "示例前言。", "示例声明。", "咨询评估报告"} <= set(values)
        assert [cell.data_type for cell in told if cell.value == "=示例咨询机构"] == ["s"]
        assert values.index("示例前言。") < values.index(world.standing.hospital) < values.index("示例声明。")
        assert len(first._images) == 1 and not without.worksheets[0]._images
        colours = [str(book.worksheets[1]["A1"].fill.start_color.rgb)[-6:] for book in (written, without)]
        assert colours == ["7A1F5C", "005067"]
