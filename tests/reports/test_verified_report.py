"""The report and the workbook tell the verified result with the figures of the pages."""

from __future__ import annotations

import html
import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import User
from assessments.models import Assessment
from hospitals.models import Organisation
from reports.documents.gap import set_gap_report
from reports.documents.gap_workbook import write_gap_workbook
from reports.pdf import write_pdf
from reports.standing import Standing, standing_of, with_evidence
from reports.view_models.report import GapReport, gap_report
from reports.view_models.verified import section
from tests.factories.assessments import complete, make_assessment
from tests.factories.verified import facade_run

pytestmark = [pytest.mark.django_db, pytest.mark.drawn]
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    found = make_assessment(hospital, owner, edition="emr-2018", target_level=3)
    complete(found, owner)
    return found


def standing(assessment: Assessment) -> Standing:
    found = standing_of(assessment, submitted_only=False)
    assert found is not None
    return with_evidence(assessment, found)


def report_of(assessment: Assessment, *, inside: bool = True) -> GapReport:
    return gap_report(standing(assessment), 3, inside=inside)


def text_of(report: GapReport) -> str:
    """The PDF's text without white space, which line breaks would put anywhere."""
    document, file = set_gap_report(report), io.BytesIO()
    write_pdf(document.html, file, css=document.css)
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(file).pages))


def html_of(report: GapReport) -> str:
    return html.unescape(set_gap_report(report).html)


def page_of(user: User, name: str, assessment: Assessment) -> str:
    client = Client()
    client.force_login(user)
    return html.unescape(client.get(reverse(name, args=[assessment.public_id])).content.decode())


def test_without_a_run_one_sentence_says_so_and_nothing_is_called_refuted(assessment: Assessment) -> None:
    report = report_of(assessment)
    assert report.verified is None
    page = html_of(report)
    assert "还没有用数据核验过，也没有采信过材料" in page
    assert "核验不符的部分" not in page and "所交数据登记" not in page


def test_one_number_on_the_page_in_the_pdf_and_in_the_workbook(assessment: Assessment, owner: User) -> None:
    run = facade_run(assessment, owner)
    page, report = page_of(owner, "verified", assessment), report_of(assessment)
    part = report.verified
    assert part is not None and part.refuted and float(part.facade_gap) > 0
    paper = text_of(report)
    sheet = load_workbook(io.BytesIO(write_gap_workbook(report)))
    summary = "\n".join(str(cell.value) for row in sheet["概要"].iter_rows() for cell in row if cell.value)
    for figure in (part.facade_gap, part.not_yet, *(f"{lens.total:.2f}" for lens in part.lenses)):
        assert f">{figure}" in page and figure in paper and figure in summary, figure
    for sentence in (part.headline, part.refuted[0].parts[0]):
        assert sentence in page and re.sub(r"\s", "", sentence) in paper, sentence
    assert part.headline in page_of(owner, "result", assessment)
    assert run.digest in paper and "2" * 64 in paper and "1.0.0" in paper


def test_the_workbook_names_per_item_the_span_and_what_was_refuted(
    assessment: Assessment, owner: User
) -> None:
    facade_run(assessment, owner)
    report = report_of(assessment)
    assert report.verified is not None
    rows = list(load_workbook(io.BytesIO(write_gap_workbook(report)))["核验"].iter_rows(values_only=True))
    assert len(rows) == 1 + len(report.items)
    by_code = {row[0]: row for row in rows}
    worst = report.verified.refuted[0]
    assert worst.parts[0] in str(by_code[worst.code][-1])
    lens = next(row for row in report.verified.rows if row.code == worst.code)
    assert [str(cell) for cell in by_code[worst.code][2:6]] == [
        f"{value:.2f}" for value in (lens.claimed, lens.at_most, lens.provisional, lens.at_least)
    ]


def test_without_a_run_the_workbook_has_no_sheet_of_it(assessment: Assessment) -> None:
    assert "核验" not in load_workbook(io.BytesIO(write_gap_workbook(report_of(assessment)))).sheetnames


def test_refuted_parts_come_before_what_is_not_verified_yet(assessment: Assessment, owner: User) -> None:
    facade_run(assessment, owner)
    page = html_of(report_of(assessment))
    assert page.index("核验不符的部分") < page.index("未核验的部分") < page.index("所交数据登记")
    assert "不算不符" in page


def test_long_lists_are_cut_and_say_how_much_more(
    assessment: Assessment, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    facade_run(assessment, owner)
    monkeypatch.setattr(section, "MOST_OPEN", 2)
    monkeypatch.setattr(section, "MOST_CLAUSES", 1)
    monkeypatch.setattr(section, "MOST_FILES", 1)
    part = report_of(assessment).verified
    assert part is not None and part.register is not None
    assert len(part.open_items) == 2 and part.more_open > 0
    assert all(len(item.clauses) == 1 for item in part.open_items) and part.open_items[0].more > 0
    assert (len(part.register.files), part.register.more) == (1, 1)
    page = html_of(report_of(assessment))
    assert f"另有{part.more_open}个项目" in page and "另有1个文件" in page


def test_the_loop_is_drawn_and_codes_and_warnings_are_told(assessment: Assessment, owner: User) -> None:
    facade_run(assessment, owner)
    report = report_of(assessment)
    part = report.verified
    assert part is not None and len(part.pictures) == 1 and part.warnings
    page = html_of(report)
    assert part.pictures[0].chart.alt in page
    assert "336条业务中，102条走完全部环节" in page
    assert "20%" in page and "葡萄糖" in page and "GLU" in page
    assert part.warnings[0].sentence in page


def test_outside_the_hospital_nothing_under_ten_is_printed(assessment: Assessment, owner: User) -> None:
    facade_run(assessment, owner, small=True)
    inside, outside = html_of(report_of(assessment)), html_of(report_of(assessment, inside=False))
    assert "7条业务中" in inside and "7条业务中" not in outside
    assert "业务量太少，不显示" in outside and "只有7条" not in outside


def test_in_english_no_chinese_word_is_left_in_the_part(assessment: Assessment, owner: User) -> None:
    facade_run(assessment, owner)
    with translation.override("en"):
        page = html_of(report_of(assessment))
    part = page[page.index('id="verified"') : page.index('id="gates"')]
    found = set(re.findall(r"[^<>]*[一-鿿][^<>]*", part)) - {"葡萄糖", " (葡萄糖)"}
    assert {text for text in found if "葡萄糖" not in text} == set()
