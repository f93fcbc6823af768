"""The evidence compendium: what stands in it, that nothing is made up, and who gets it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from docx import Document
from PIL import Image

from accounts.models import User
from assessments.actions.attaching import add_attachment
from assessments.actions.merging import Change
from assessments.actions.proving import save_proofs
from assessments.models import Assessment
from assessments.queries.missing_material import find_missing
from assessments.queries.proofs import read_materials
from audit.models import Event
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from reports import tasks
from reports.compendium.actions import request_compendium
from reports.documents.compendium import Making, write_archive
from reports.documents.compendium.pictures import WIDEST, drawn_anew
from reports.for_programs import find_job
from reports.models import IssuedReport
from reports.queries import visible_reports
from reports.standing import standing_of
from reports.view_models.compendium import compendium_of
from reports.view_models.identity import identity_of
from tests.factories.assessments import make_answer, make_assessment, make_member, submit
from tests.factories.files import picture

pytestmark = pytest.mark.django_db
Committed = Callable[..., AbstractContextManager[list[Callable[[], object]]]]
CODE = "01.01.1-1"


@pytest.fixture
def assessment(hospital: Organisation, owner: User, settings: Any, tmp_path: Path) -> Assessment:
    settings.MEDIA_ROOT = tmp_path
    found = make_assessment(hospital, owner, edition="emr-2018", target_level=1)
    make_answer(found, "01.01", clauses={"1": ["met", "partly"]}, numerators={"1": 90}, denominator=100)
    for size, caption in (((1366, 768), "医嘱录入界面"), ((200, 100), "")):
        add_attachment(
            by=owner,
            assessment=found,
            file=ContentFile(picture(size=size)),
            name=f"{CODE}.png",
            item="01.01",
            clause=CODE,
            caption=caption,
        )
    save_proofs(
        by=owner,
        assessment=found,
        item="01.01",
        changes=[
            Change(f"clauses.{CODE}.menu_path", "", "住院医生站 → 医嘱录入"),
            Change("levels.1.sql_text", "", "SELECT COUNT(*) FROM orders"),
            Change("levels.1.run_at", "", "2026-10-08T09:30"),
        ],
    )
    return found


def made(committed: Committed, assessment: Assessment, by: User, **asked: str) -> tuple[IssuedReport, bytes]:
    with committed(execute=True):
        report = request_compendium(assessment=assessment, by=by, language="zh-hans", **asked)
    report.refresh_from_db()
    assert (report.state, report.error) == ("done", "")
    with report.file.open("rb") as file:
        return report, file.read()


def test_word_of_an_item_tells_what_is_there_and_marks_what_is_missing(
    assessment: Assessment, owner: User, django_capture_on_commit_callbacks: Committed
) -> None:
    report, content = made(django_capture_on_commit_callbacks, assessment, owner, form="docx", scope="01.01")
    assert report.form == "docx"
    paper = Document(io.BytesIO(content))
    texts = [one.text for one in paper.paragraphs]
    headings = [one.text for one in paper.paragraphs if one.style.name == "Heading 3"]
    assert headings[:2] == [f"{CODE}　符合", "01.01.1-2　部分符合"]
    assert f"图 {CODE}-1　医嘱录入界面" in texts
    assert f"图 {CODE}-2　" in texts  # no caption was given, none is made up
    assert "SELECT COUNT(*) FROM orders" in texts
    cells = {row.cells[0].text: row.cells[1].text for table in paper.tables for row in table.rows}
    assert cells["分子 / 分母"] == "90 / 100"
    assert cells["有效应用比例"] == "0.90"
    rows = [(row.cells[0].text, row.cells[1].text) for table in paper.tables for row in table.rows[:5]]
    assert ("菜单路径", "住院医生站 → 医嘱录入") in rows
    assert ("上线日期", "【缺】") in rows
    widths = [round(shape.width.mm) for shape in paper.inline_shapes]
    assert widths == [174, 53]  # to the width of the page, and never larger than the screen was
    assert any("签字" in cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    verbs = Event.objects.filter(subject_id=str(report.public_id)).values_list("verb", flat=True)
    assert list(verbs) == ["report.requested", "report.issued"]


def test_the_whole_is_a_file_per_role_with_an_index_and_fingerprints(
    assessment: Assessment, owner: User
) -> None:
    whole = request_compendium(assessment=assessment, by=owner, language="zh-hans", form="docx")
    assert (whole.form, whole.media_type) == ("zip", "application/zip")
    standing = standing_of(assessment, submitted_only=False)
    assert standing is not None
    materials = read_materials(assessment)
    view = compendium_of(standing, materials, {})
    assert [len(view.roles), sum(len(role.items) for role in view.roles)] == [10, 39]
    few = replace(view, roles=tuple(replace(role, items=role.items[:1]) for role in view.roles[:2]))
    missing = find_missing(standing.rubric, standing.answers, materials, 1)
    told: list[int] = []
    content = write_archive(
        Making(few, identity_of(standing), "docx", None, missing), lambda percent, step: told.append(percent)
    )
    assert told == sorted(told)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert names == ["00 目录与缺材料清单.docx", "01 病房医师.docx", "02 病房护士.docx", "SHA256SUMS.txt"]
        for line in archive.read("SHA256SUMS.txt").decode().splitlines():
            digest, name = line.split("  ", 1)
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
        index = Document(io.BytesIO(archive.read(names[0])))
    lines = [[cell.text for cell in row.cells] for row in index.tables[1].rows]
    assert [CODE, "上线日期、责任人"] in [line[:2] for line in lines]


def test_pdf_of_an_item_carries_its_screenshots(
    assessment: Assessment, owner: User, django_capture_on_commit_callbacks: Committed
) -> None:
    report, content = made(django_capture_on_commit_callbacks, assessment, owner, form="pdf", scope="01.01")
    assert content.startswith(b"%PDF-")
    assert content.count(b"/DCTDecode") == 2
    assert report.pages is not None


def test_a_picture_is_upright_no_wider_than_paper_shows_and_says_nothing_of_its_camera(
    assessment: Assessment, owner: User, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "taken in ward 3"
    out = io.BytesIO()
    Image.new("RGB", (3000, 1000), "white").save(out, "JPEG", exif=exif)
    shot = assessment.attachments.first()
    assert shot is not None
    shot.file.save("x", ContentFile(out.getvalue()), save=False)
    drawn = drawn_anew(shot)
    assert drawn is not None
    assert drawn.height > drawn.width
    assert drawn.width <= WIDEST
    assert b"ward" not in drawn.content
    shot.file.save("y", ContentFile(out.getvalue()[:400]), save=False)
    assert drawn_anew(shot) is None


def test_reviewers_get_it_while_it_is_in_their_hands_and_strangers_never(
    assessment: Assessment, owner: User, stranger: User, bureau: Organisation
) -> None:
    reviewer = make_member(bureau, "expert", "reviewer")
    wanted: dict[str, Any] = {
        "assessment": assessment,
        "language": "zh-hans",
        "form": "pdf",
        "scope": "01.01",
    }
    for person in (stranger, reviewer):
        with pytest.raises(Refusal):
            request_compendium(by=person, **wanted)
    for wrong in ({"form": "zip"}, {"scope": "99.99"}):
        with pytest.raises(Refusal):
            request_compendium(by=owner, **{**wanted, **wrong})
    submit(assessment, owner)
    asked = request_compendium(by=owner, **wanted)
    assert asked.snapshot is not None
    assert request_compendium(by=owner, **wanted).pk == asked.pk
    request_compendium(by=reviewer, **wanted)
    assert len(visible_reports(assessment, reviewer)) == 2
    waiting = IssuedReport.objects.get(requested_by=reviewer)
    assert find_job(reviewer, asked.public_id, None) is not None
    Assessment.objects.filter(pk=assessment.pk).update(status="returned")
    assessment.refresh_from_db()
    tasks.make_report(
        waiting.pk
    )  # the hospital is at work on it again: its drafts are not what was asked for
    waiting.refresh_from_db()
    assert waiting.state == "failed" and "正在修改" in waiting.error and not waiting.file
    with pytest.raises(Refusal, match="正在修改"):
        request_compendium(by=reviewer, **wanted)
    assert not visible_reports(assessment, reviewer)
    assert find_job(reviewer, asked.public_id, None) is None  # no job of what the library does not show
    assert find_job(owner, asked.public_id, None) is not None
