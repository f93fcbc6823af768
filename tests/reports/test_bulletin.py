"""The bulletin: asked for, made by the job in both languages, nobody named, small groups held back; the same as Word."""

from __future__ import annotations

import io

import pytest
from django.utils import translation
from docx import Document
from pypdf import PdfReader

from accounts.models import User
from hospitals.access import Role
from hospitals.models import Organisation
from reports.actions import request_bulletin
from reports.covers.actions import set_cover
from reports.documents.bulletin import bulletin_document, bulletin_of
from reports.documents.official import write_official
from reports.models import IssuedReport
from reports.view_models.official import bulletin_draft
from rubrics.models import Edition
from tests.factories.people import forget_memberships, make_person
from tests.reports.test_covers import picture
from tests.reports.test_issuing import Committed
from tests.web.test_region_pages import lay

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_person(bureau, Role.BUREAU_MANAGER)


@pytest.fixture
def hospitals(bureau: Organisation, manager: User) -> list[Organisation]:
    """Six tertiary hospitals and two secondary ones, which are too few to be told about."""
    return [*lay(bureau, manager, 6, grade="3A"), *lay(bureau, manager, 2, grade="2A")]


@pytest.mark.parametrize(("language", "heading"), [("zh-hans", "总体情况"), ("en", "Overview")])
def test_the_job_makes_it_and_names_nobody(
    hospitals: list[Organisation],
    bureau: Organisation,
    manager: User,
    language: str,
    heading: str,
    django_capture_on_commit_callbacks: Committed,
) -> None:
    forget_memberships(manager)
    edition = Edition.objects.get(key="emr-2018")
    with django_capture_on_commit_callbacks(execute=True):
        asked = request_bulletin(bureau=bureau, edition=edition, year=2026, language=language, by=manager)
    asked.refresh_from_db()
    assert asked.state == IssuedReport.State.DONE, asked.error
    with asked.file.open("rb") as file:
        text = "".join(page.extract_text() for page in PdfReader(file).pages)
    assert heading in text and "2026" in text
    assert not [one.name for one in hospitals if one.name in text]


def test_it_wears_the_cover_of_its_bureau(
    hospitals: list[Organisation], bureau: Organisation, manager: User
) -> None:
    forget_memberships(manager)
    asked = IssuedReport(bureau=bureau, edition=Edition.objects.get(key="emr-2018"), year=2026)
    with translation.override("zh-hans"):
        assert "cover-logo" not in bulletin_document(asked).html
        texts = {"title": "内部资料", "subtitle": "请注意保存"}
        logo = picture(400, 100)
        set_cover(by=manager, organisation=bureau, texts=texts, contact="示例路1号", logo=logo)
        cover = bulletin_document(asked).html.split("</section>", 1)[0]
    assert all(part in cover for part in ("内部资料", "请注意保存", "示例路1号", "data:image/png;base64,"))
    assert "编制单位" not in cover, "the bureau's name stands there already"


def test_word_carries_the_same_figures_and_holds_back_the_same_groups(
    hospitals: list[Organisation], bureau: Organisation
) -> None:
    asked = IssuedReport(bureau=bureau, edition=Edition.objects.get(key="emr-2018"), year=2026)
    with translation.override("zh-hans"):
        found = bulletin_of(asked)
        document = Document(io.BytesIO(write_official(bulletin_draft(found))))
    paragraphs = {paragraph.text for paragraph in document.paragraphs}
    assert set(found.summary) <= paragraphs
    rows = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in document.tables[0].rows}
    shown = {line.name: list(line.cells) for line in found.tables[0].lines}
    assert {name: cells for name, cells in rows.items() if name in shown} == {
        name: cells or ["—"] * len(found.tables[0].headings) for name, cells in shown.items()
    }
    assert any(not cells for cells in shown.values()), "two secondary hospitals are too few"
    assert not [one.name for one in hospitals if any(one.name in text for text in paragraphs)]
