"""PDF, Word, workbook and JSON of a plan show the numbers of its view, in both languages."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from django.utils import translation
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from engine.roadmap.plan_json import plan_to_json
from reports.documents.roadmap import set_roadmap
from reports.documents.roadmap_word import write_roadmap_word
from reports.documents.roadmap_workbook import write_roadmap_workbook
from reports.pdf import write_pdf
from reports.view_models.identity import identity_of
from reports.view_models.roadmap import RoadmapView
from tests.factories.plans import Planned, planned, service_plan, short_plan
from tests.reports.roadmap.calculating import calculated


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def pdf_text(world: Planned, view: RoadmapView) -> tuple[str, PdfReader]:
    paper = set_roadmap(view, identity_of(world.standing))
    file = io.BytesIO()
    write_pdf(paper.html, file, css=paper.css)
    reader = PdfReader(file)
    return squeezed("".join(page.extract_text() for page in reader.pages)), reader


def word_text(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return squeezed("\n".join([*(one.text for one in document.paragraphs), *cells]))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_document_says_the_same_numbers(language: str) -> None:
    world = short_plan()
    with translation.override(language):
        view = world.view()
        identity = identity_of(world.standing)
        pdf, reader = pdf_text(world, view)
        word = word_text(write_roadmap_word(view, identity))
        book = load_workbook(io.BytesIO(write_roadmap_workbook(view, identity)), data_only=True)
    told = [view.headline, view.optimal_words, view.effort.words, view.cost.words, view.total_after]
    for row in view.rows:
        told += [row.code, row.effort.likely_words, row.cost.likely_words, row.cost.high_words]
        told += [clause.code for clause in row.clauses]
    told += [row.so_far.likely_words for row in view.quarters]
    told += [risk.text for risk in view.risks] + [row.value for row in view.assumptions]
    for text in told:
        assert squeezed(text) in pdf, text
        assert squeezed(text) in word, text
    plan = book.worksheets[1]
    document = plan_to_json(world.plan)
    lines = {row[0].value: [cell.value for cell in row] for row in plan.iter_rows(min_row=2)}
    for action in document["actions"]:  # type: ignore[attr-defined]
        row = view.by_code[action["item"]]
        assert Decimal(action["effort"]) == row.effort.likely
        assert lines[row.code][6:13] == [
            float(value)
            for value in (
                row.effort.low, row.effort.likely, row.effort.high, row.purchases,
                row.cost.low, row.cost.likely, row.cost.high,
            )
        ]  # fmt: skip
    for part in ("low", "likely", "high"):
        assert Decimal(document["cost"][part]) == getattr(view.cost, part)  # type: ignore[index]
    titles = [str(entry.title) for entry in reader.outline if not isinstance(entry, list)]
    assert len(reader.outline) > 1 and titles


def test_formulas_compute_what_they_show_and_follow_the_assumptions() -> None:
    world = service_plan()
    with translation.override("zh-hans"):
        view = world.view()
        content = write_roadmap_workbook(view, identity_of(world.standing))
    shown = load_workbook(io.BytesIO(content), data_only=True)
    formulas = load_workbook(io.BytesIO(content))
    values = calculated(formulas)
    assert len(values) > 8 * len(view.rows)
    for (sheet, place), value in values.items():
        assert value == pytest.approx(shown[sheet][place].value), (sheet, place)
    rate = next(row[2] for row in formulas["假设"].iter_rows(min_row=2) if row[1].value == "每人周费用")
    rate.value = float(rate.value) * 2
    total = ("方案", f"L{len(view.rows) + 2}")
    assert calculated(formulas)[total] == pytest.approx(float(view.cost.likely) * 2)


def test_work_a_vendor_quotes_as_nothing_divides_by_nothing_and_follows_no_assumption() -> None:
    world = planned("smart-level-3", 4, {})
    quoted = [
        {"item": action.item, "level": action.to_level, "effort": str(effort), "software": "1000"}
        for action, effort in zip(world.plan.actions, (0, 6), strict=False)
    ]
    world = planned("smart-level-3", 4, {"quotations": quoted})
    with translation.override("zh-hans"):
        view = world.view()
        content = write_roadmap_workbook(view, identity_of(world.standing))
    formulas = load_workbook(io.BytesIO(content))
    assert not [
        cell.value for sheet in formulas for row in sheet.iter_rows() for cell in row
        if cell.data_type == "f" and "/0" in str(cell.value).replace("/0.", "/")
    ]  # fmt: skip
    told = {row.code for row in view.rows if row.quotation}
    assert told and told <= {one["item"] for one in quoted}
    tasks = next(sheet for sheet in formulas if sheet.cell(1, 5).value == "数量")
    lines = [row for row in tasks.iter_rows(min_row=2) if row[0].value in told]
    assert lines and all(row[4].value is None and row[5].data_type == "n" for row in lines)
    shown = load_workbook(io.BytesIO(content), data_only=True)
    for (sheet, place), value in calculated(formulas).items():
        assert value == pytest.approx(shown[sheet][place].value), (sheet, place)


def test_no_text_of_the_workbook_can_become_a_formula() -> None:
    world = service_plan()
    first = world.plan.actions[0].item
    with translation.override("zh-hans"):
        view = world.view(departments={first: '=HYPERLINK("http://example.invalid")'})
        book = load_workbook(io.BytesIO(write_roadmap_workbook(view, identity_of(world.standing))))
    cells = [cell for row in book["方案"].iter_rows() for cell in row if str(cell.value).startswith("=HYPER")]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)]


def test_word_has_real_headings_captions_pictures_with_words_and_tables_that_repeat_their_heads() -> None:
    world = service_plan()
    with translation.override("zh-hans"):
        view = world.view()
        document = Document(io.BytesIO(write_roadmap_word(view, identity_of(world.standing))))
    styles = [one.style.name for one in document.paragraphs if one.style]
    assert styles.count("Heading 3") == len(view.rows) and "Title" in styles and "Caption" in styles
    pictures = document.element.body.findall(".//{*}inline/{*}docPr")
    assert len(pictures) == 4 and all(one.get("descr") for one in pictures)
    heads = document.element.body.findall(".//{*}tblHeader")
    assert len(heads) == len(document.tables)


def test_an_impossible_plan_is_a_document_too() -> None:
    world = planned("smart-level-3", 4, {"finish_by": "2027Q1", "quarter_capacity": "1"})
    assert world.plan.status == "infeasible"
    with translation.override("zh-hans"):
        view = world.view()
        identity = identity_of(world.standing)
        pdf, _reader = pdf_text(world, view)
        word = word_text(write_roadmap_word(view, identity))
        book = load_workbook(io.BytesIO(write_roadmap_workbook(view, identity)))
    summary = squeezed("".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row))
    for text in (view.headline, *(row.text for row in view.blocked), *(row.text for row in view.relaxations)):
        assert squeezed(text) in pdf and squeezed(text) in word and squeezed(text) in summary, text
