"""Drafts in official-document form: what Word finds in them."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from accounts.models import User
from assessments.actions.reviewing.closing import return_to_hospital
from assessments.actions.reviewing.marking import mark_clause
from assessments.actions.reviewing.objecting import raise_objection
from assessments.models import AwardedLevel, Review
from reports.documents.official import write_official
from reports.view_models.official import (
    DraftTable,
    OfficialDraft,
    Section,
    correction_notice,
    objection_register,
    public_notice,
)
from rubrics.queries import get_rubric
from tests.factories.people import forget_memberships
from tests.factories.reviews import Cast, on_notice

pytestmark = pytest.mark.django_db


def opened(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def words(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def signed_in(user: User) -> Client:
    forget_memberships(user)
    client = Client()
    client.force_login(user)
    return client


def test_the_page_has_the_proportions_of_official_documents() -> None:
    draft = OfficialDraft(
        "notice", "标题", "", (Section("一、事项", ("正文。",)),), "示例单位", date(2026, 11, 3), "x"
    )
    document = opened(write_official(draft))
    page = document.sections[0]
    assert round((page.page_width - page.left_margin - page.right_margin) / Mm(1)) == 156
    assert round((page.page_height - page.top_margin - page.bottom_margin) / Mm(1)) == 225
    by_text = {paragraph.text: paragraph for paragraph in document.paragraphs}
    assert by_text["标题"].style.name == "Title" and by_text["一、事项"].style.name == "Heading 1"
    assert by_text["2026年11月3日"].text
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert "PAGE" in page.footer._element.xml


def test_a_long_table_repeats_its_headings_and_keeps_every_row() -> None:
    rows = tuple((str(n), f"示例{n}院") for n in range(80))
    table = DraftTable("名单", ("序号", "名称"), rows, (0.2, 0.8))
    draft = OfficialDraft("notice", "标题", "", (Section("", (), table),), "示例单位", date(2026, 1, 1), "x")
    document = opened(write_official(draft))
    assert len(document.tables[0].rows) == 81
    assert "tblHeader" in document.tables[0].rows[0]._tr.xml
    assert "示例79院" in words(document)


def test_a_notice_lists_what_was_decided_and_its_days(review: Review, cast: Cast) -> None:
    award = on_notice(review, cast)
    awards = AwardedLevel.objects.select_related("hospital", "review__snapshot")
    draft = public_notice(cast.bureau, award.edition, award.year, list(awards))
    text = words(opened(write_official(draft)))
    assert cast.hospital.name in text and "公示时间" in text
    assert f"{award.notice_until.year}年{award.notice_until.month}月{award.notice_until.day}日" in text
    assert cast.reviewer.name not in text


def test_the_register_of_objections_holds_every_objection_or_says_there_is_none(
    review: Review, cast: Cast
) -> None:
    award = on_notice(review, cast)
    none = objection_register(cast.bureau, award.edition, award.year, [])
    assert "公示期内没有收到异议" in words(opened(write_official(none)))
    one = raise_objection(by=cast.manager, review=review, text="数据与实际不符", from_whom="示例来信")
    text = words(opened(write_official(objection_register(cast.bureau, award.edition, award.year, [one]))))
    assert "数据与实际不符" in text and "示例来信" in text


def test_a_correction_notice_carries_the_reason_and_the_clauses_and_no_reviewers_name(
    taken: Review, cast: Cast
) -> None:
    clause = "01.01.1-1"
    mark_clause(by=cast.reviewer, review=taken, clause=clause, mark="disagree", reason="截图不是本系统")
    return_to_hospital(by=cast.reviewer, review=taken, reason="材料不全")
    answer = signed_in(cast.reviewer).get(reverse("draft-correction", args=[taken.public_id]))
    text = words(opened(answer.content))
    assert {"材料不全", "截图不是本系统"} <= set(text.split("\n")) and clause in text
    assert cast.reviewer.name not in text
    assert ".docx" in answer.headers["Content-Disposition"]


def test_drafts_are_english_for_who_reads_english(taken: Review, cast: Cast) -> None:
    return_to_hospital(by=cast.reviewer, review=taken, reason="Incomplete")
    client = signed_in(cast.reviewer)
    client.post(reverse("language"), {"language": "en", "next": "/"})
    text = words(opened(client.get(reverse("draft-correction", args=[taken.public_id])).content))
    assert "Notice to rectify" in text and "整改" not in text


def test_nothing_is_drafted_for_a_review_that_goes_on(taken: Review, cast: Cast) -> None:
    assert (
        signed_in(cast.reviewer).get(reverse("draft-correction", args=[taken.public_id])).status_code == 403
    )
    rubric = get_rubric(taken.assessment.edition)
    draft = correction_notice(taken, rubric, cast.bureau, "理由", [])
    assert [section.heading for section in draft.sections] == ["", "一、退回理由", "二、整改要求"]
