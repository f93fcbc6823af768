"""Page, PDF, Word, workbook and JSON of a gap report show the same numbers, and the same numbered captions."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import User
from assessments.models import Assessment
from engine.scoring.card_json import card_to_json
from engine.scoring.gap import find_gaps
from hospitals.models import Organisation
from reports.documents.gap import set_gap_report
from reports.documents.gap_word import write_gap_word
from reports.documents.gap_workbook import write_gap_workbook
from reports.exhibits import exhibits_of
from reports.pdf import write_pdf
from reports.regional.benchmark import Benchmark, ItemAmongPeers
from reports.regional.peers import Place
from reports.standing import standing_of, with_evidence
from reports.view_models.report import GapReport, gap_report
from tests.factories.assessments import complete, make_assessment
from tests.factories.evidence import make_bundle, make_picture
from tests.factories.verified import facade_run

pytestmark = [pytest.mark.django_db, pytest.mark.drawn]
PEERS = Benchmark(
    "", "示例省卫生健康委员会", 2026, 6, ("3A", 4, "general"), Place(2, 7, 85), Decimal(3), Decimal("91.25"),
    {level: Decimal(8 - level) / 8 for level in range(1, 9)},
    (ItemAmongPeers("01.01", Decimal("2.70"), Decimal("3.10"), 66),),
)  # fmt: skip


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).replace("•", "·")  # one glyph of the font stands for both dots


def word_of(report: GapReport) -> Any:
    return Document(io.BytesIO(write_gap_word(report)))


def word_text(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return squeezed("\n".join([*(one.text for one in document.paragraphs), *cells]))


def captions_on_paper(page: str) -> list[str]:
    found = re.findall(r"<(caption|figcaption)>(.*?)</\1>", page, re.S)
    return [squeezed(html.unescape(words)) for _tag, words in found]


def captions_in_word(document: Any) -> list[str]:
    lines = [one.text for one in document.paragraphs if one.style.name == "Caption"]
    return [squeezed(line.partition("　")[2]) for line in lines]


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    found = make_assessment(hospital, owner, edition="emr-2018", target_level=3)
    complete(found, owner)
    make_picture(found, owner, clause="01.01.1-1")
    make_bundle(found, owner)
    facade_run(found, owner)
    return found


def test_every_form_shows_the_same_numbers_and_captions(
    assessment: Assessment, owner: User, client: Client
) -> None:
    standing = standing_of(assessment, submitted_only=False)
    assert standing is not None
    standing = with_evidence(assessment, standing)
    with translation.override("zh-hans"):
        report = gap_report(standing, 4, exhibits=exhibits_of(assessment, owner), benchmark=PEERS)
        paper, file = set_gap_report(report), io.BytesIO()
        write_pdf(paper.html, file, css=paper.css)
        document = word_of(report)
        book = load_workbook(io.BytesIO(write_gap_workbook(report)))
    pdf = squeezed("".join(page.extract_text() for page in PdfReader(file).pages))
    word = word_text(document)
    sheets = squeezed("".join(str(c.value) for s in book for row in s.iter_rows() for c in row if c.value))
    card = card_to_json(standing.card)
    assert (card["total"], card["level"]) == (report.total, report.level)
    gaps = find_gaps(standing.rubric, standing.answers, 4, card=standing.card)
    assert {row.code for row in report.needed} == {gap.item for gap in gaps.needed}
    client.force_login(owner)
    page = client.get(reverse("gap", args=[assessment.public_id]) + "?target=4").context["page"]
    assert (page.total, page.level, page.target) == (report.total, report.level, 4)
    assert squeezed(page.remaining) == squeezed(report.remaining)
    everywhere = [report.headline, report.total, *report.summary, *report.facade.said, report.exhibits.said]
    everywhere += [f"{row.code}" for row in report.first] + [row.gain for row in report.needed]
    everywhere += [item.score for item in report.items] + [row.sha256 for row in report.exhibits.rows]
    assert report.peers is not None and report.verified is not None
    everywhere += [report.peers.said, report.peers.group, report.peers.items[0].difference]
    everywhere += [report.verified.facade_gap, report.verified.headline]
    for text in everywhere:
        for where, told in (("pdf", pdf), ("word", word), ("workbook", sheets)):
            assert squeezed(text) in told, (where, text)
    assert len(book["差距"]["A"]) == 1 + len(report.needed) + len(report.reserve)
    wanted = captions_on_paper(paper.html)
    assert captions_in_word(document) == wanted and len(wanted) > 12
    assert paper.html.count("<table") - paper.html.count('class="plain three"') == paper.html.count(
        "<caption>"
    )
    for kind in ("图", "表"):
        numbers = [
            int(n)
            for n in re.findall(rf"{kind}(\d+)　", "".join(p.extract_text() for p in PdfReader(file).pages))
        ]
        assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 4, kind


def test_word_has_real_headings_a_contents_field_and_heads_that_repeat(
    assessment: Assessment, owner: User
) -> None:
    standing = standing_of(assessment, submitted_only=False)
    assert standing is not None
    with translation.override("zh-hans"):
        report = gap_report(standing, 4, exhibits=())
        document = word_of(replace(report, peers=None))
    styles = [one.style.name for one in document.paragraphs]
    assert styles.count("Heading 2") >= len(report.sections) and {"Title", "Caption", "Heading 1"} <= set(
        styles
    )
    body = document.element.body
    assert len(body.findall(".//{*}tblHeader")) == len(document.tables)
    assert all(one.get("descr") for one in body.findall(".//{*}inline/{*}docPr"))
    codes = " ".join(one.text for one in body.iter("{*}instrText"))
    assert "TOC" in codes and "SEQ" in codes
    said = word_text(document)
    assert squeezed("还没有可以列出的证据") in said and squeezed("还没有交数据，不能判断") in said
