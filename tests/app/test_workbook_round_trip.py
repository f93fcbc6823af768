"""What goes out comes back: every answer, in both languages, whatever a spreadsheet does to its form."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from random import Random

import pytest
from django.utils import translation
from openpyxl import load_workbook

from assessments.documents import library
from assessments.workbook import styles, words
from assessments.workbook.content import same, values_of_answers
from assessments.workbook.files import answers_in, content_of_file, rubric_in_library
from assessments.workbook.reading import read_workbook
from assessments.workbook.writing import write_workbook
from engine.scoring.answers import Answers
from engine.scoring.card_json import card_to_json
from engine.scoring.score import score
from tests.engine.random_cases import random_answers

ROOT = Path(__file__).resolve().parents[2]
SEEDS = {"emr-2018": range(2), "smart-service-2019": range(3), "ai-readiness-2021": range(3)}


def journey(rubric_key: str, answers: Answers, language: str) -> Answers:
    rubric = library()[rubric_key]
    with translation.override(language):
        book = write_workbook(content_of_file(rubric, answers, language))
    with translation.override("en" if language != "en" else "zh-hans"):
        _rubric, filled = read_workbook(io.BytesIO(book), rubric_in_library)
        back, refused, lost = answers_in(rubric, filled)
    assert (refused, lost) == ([], 0)
    return back


@pytest.mark.parametrize(("key", "seed"), [(key, seed) for key, seeds in SEEDS.items() for seed in seeds])
def test_random_answers_come_back_the_same_and_score_the_same(key: str, seed: int) -> None:
    rubric = library()[key]
    answers = random_answers(Random(f"{key}{seed}"), rubric)
    back = journey(key, answers, "zh-hans" if seed % 2 else "en")
    before, after = values_of_answers(rubric, answers), values_of_answers(rubric, back)
    assert len(before) > 20
    assert [
        name for name in before.keys() | after.keys() if not same(name, before.get(name), after.get(name))
    ] == []
    assert before == after  # nothing was retyped, so even 0.50 is still 0.50
    assert card_to_json(score(rubric, back)) == card_to_json(score(rubric, answers))


def test_hospital_and_window_come_back() -> None:
    rubric = library()["smart-service-2019"]
    hospital = {"name": "=示例市人民医院", "beds": 1200, "grade": "三级甲等", "region": "330100"}
    answers = Answers(rubric.id, {}, hospital=hospital, window=(date(2026, 7, 1), date(2026, 9, 30)))
    back = journey(rubric.id, answers, "en")
    assert (dict(back.hospital), back.window) == (hospital, answers.window)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_workbook_has_a_sheet_per_role_dropdowns_and_nothing_open_but_inputs(language: str) -> None:
    rubric = library()["emr-2018"]
    with translation.override(language):
        content = content_of_file(rubric, Answers(rubric.id, {}), language)
        book = load_workbook(io.BytesIO(write_workbook(content)))
    assert len(book.worksheets) == 1 + 10 + 3 + 1  # cover, roles, counts by rule, basis, overall, hidden
    assert book.worksheets[-1].sheet_state == "veryHidden" and book.security.lockStructure
    clauses = 0
    for sheet in book.worksheets:
        assert sheet.protection.sheet and not sheet.protection.password
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if not cell.protection.locked:
                    assert sheet.cell(row[0].row, 1).value, cell.coordinate
        clauses += sum("/clauses." in str(sheet.cell(row, 1).value) for row in range(1, sheet.max_row + 1))
    assert clauses == 735
    role = book.worksheets[1]
    assert role.column_dimensions["A"].hidden and role.row_dimensions[1].hidden and role.freeze_panes
    lists = [rule.formula1 for rule in role.data_validations.dataValidation if rule.type == "list"]
    expected = ",".join(text.in_language(language) for text in words.STATES.values())
    assert f'"{expected}"' in lists
    assert role.page_setup.orientation == "landscape" and role.print_title_rows


@pytest.mark.parametrize(
    "nasty", ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "#N/A", '=HYPERLINK("x")']
)
def test_what_somebody_typed_is_never_a_formula(nasty: str) -> None:
    rubric = library()["smart-service-2019"]
    code = rubric.items[0].code
    answers = Answers(rubric.id, {}, hospital={"name": nasty})
    content = content_of_file(rubric, answers, "zh-hans")
    values = {f"{code}/no_such_service": nasty}
    from dataclasses import replace

    data = write_workbook(replace(content, values=values, by=nasty, notes=True))
    book = load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    typed = [cell for cell in cells if str(cell.value).strip() == nasty.strip()]
    assert len(typed) >= 3
    assert all(cell.quotePrefix for cell in typed if nasty[0] in "=+-@\t")
    back = read_workbook(io.BytesIO(data), rubric_in_library)[1]
    assert back.refused == () and back.values[f"{code}/no_such_service"].strip() == nasty.strip()


def test_characters_that_xml_has_no_place_for_do_not_break_the_file_and_are_no_change() -> None:
    rubric = library()["smart-service-2019"]
    name = f"{rubric.items[0].code}/no_such_service"
    from dataclasses import replace

    content = content_of_file(rubric, Answers(rubric.id, {}), "zh-hans")
    data = write_workbook(replace(content, values={name: "一\x0b二\x1f三\ufffe\r\n四"}))
    back = read_workbook(io.BytesIO(data), rubric_in_library)[1]
    assert same(name, back.values[name], back.base[name])


def test_the_level_ramp_is_that_of_the_screens() -> None:
    css = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    light = dict(reversed(re.findall(r"--(?:on-)?level-(\d): #([0-9a-f]{6})", css)))
    ramp = [re.search(rf"--level-{n}: #([0-9a-f]{{6}})", css).group(1) for n in range(9)]  # type: ignore[union-attr]
    assert light and [color.lower() for color in styles.LEVELS] == ramp


def test_the_words_of_the_dropdowns_are_those_of_the_pages() -> None:
    from accounts.templatetags.display import state_name

    for language in ("zh-hans", "en"):
        with translation.override(language):
            said = {key: text.in_language(language) for key, text in words.STATES.items()}
            assert {key: word.lower() for key, word in said.items()} == {
                key: state_name(key).lower() for key in words.STATES
            }


@pytest.mark.parametrize(
    ("typed", "state"),
    [("符合", "met"), (" 部分符合 ", "partly"), ("MET", "met"), ("not  met", "not_met"), ("未作答", "not_answered"), ("", "not_answered"), ("Ｍet", "met"), ("大概", None)],
)  # fmt: skip
def test_states_are_read_in_both_languages(typed: str, state: str | None) -> None:
    assert words.state_of(typed) == state
