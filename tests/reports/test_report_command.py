"""report and export, import on plain files: the same figures, one line when something is wrong, no database."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader

from assessments.documents import read_assessment
from engine.scoring.score import score
from reports.standing import file_standing
from reports.view_models.report import gap_report
from tests.factories.commands import command, command_apart

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "assessments"
COUNTY = GOLDEN / "emr-county-level-2.json"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_workbook_says_what_the_report_says(tmp_path: Path, language: str) -> None:
    out = tmp_path / "gap.xlsx"
    call_command("report", str(COUNTY), target=3, language=language, out=out)
    rubric, answers = read_assessment(COUNTY)
    with translation.override({"zh": "zh-hans", "en": "en"}[language]):
        report = gap_report(file_standing(rubric, answers, score(rubric, answers), target=3), 3)
    book = load_workbook(io.BytesIO(out.read_bytes()))
    assert len(book.worksheets) == 4
    summary, gates, gaps, items = book.worksheets
    said = [str(cell.value) for row in summary.iter_rows() for cell in row if cell.value]
    assert report.total in said and all(sentence in said for sentence in report.summary)
    assert gates.max_row == 1 + 3 * len(report.levels)
    assert gaps.max_row == 1 + len(report.needed) + len(report.reserve)
    assert [items.cell(row, 7).value for row in range(2, items.max_row + 1)] == [
        item.score for item in report.items
    ]
    assert all(
        cell.data_type != "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    )


def test_the_pdf_is_made_without_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIPING_VAR", "/nonexistent/var")
    out = tmp_path / "gap.pdf"
    outcome = command_apart("report", str(GOLDEN / "ai-level-2.json"), "--target", "3", "--out", str(out))
    assert (outcome.returncode, outcome.stderr) == (0, "")
    pages = PdfReader(out).pages
    assert len(pages) > 3 and not list(tmp_path.glob("*.part"))


def test_a_level_that_does_not_exist_is_one_line(tmp_path: Path) -> None:
    out = tmp_path / "gap.pdf"
    outcome = command("report", str(COUNTY), "--target", "99", "--out", str(out))
    assert (outcome.returncode, outcome.stdout, outcome.stderr.count("\n")) == (2, "", 1)
    assert "99" in outcome.stderr and not out.exists()


def test_a_folder_that_does_not_exist_is_one_line(tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "gap.xlsx"
    outcome = command("report", str(COUNTY), "--target", "3", "--out", str(out))
    assert (outcome.returncode, outcome.stderr.count("\n")) == (2, 1) and "Traceback" not in outcome.stderr


@pytest.mark.parametrize("name", ["smart-level-3.json", "ai-level-2.json"])
def test_a_file_becomes_a_workbook_and_the_same_file_again(tmp_path: Path, name: str) -> None:
    source = GOLDEN / name
    if not source.exists():
        source = sorted(GOLDEN.glob(f"{name.partition('-')[0]}*.json"))[0]
    book, back = tmp_path / "a.xlsx", tmp_path / "b.json"
    made = command("export", str(source), "--format", "xlsx", "--language", "en", "--out", str(book))
    assert made.returncode == 0, made.stderr
    read = command("import", str(book), "--out", str(back))
    assert (read.returncode, read.stderr) == (0, "")
    before, after = (json.loads(command("score", str(file)).stdout) for file in (source, back))
    assert before == after


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (["import", "absent.xlsx", "--out", "x.json"], "absent.xlsx"),
        (["import", str(COUNTY), "--out", "x.json"], "xlsx"),
        (["import", str(COUNTY)], "--out"),
        (["export", "absent.json", "--format", "xlsx"], "absent.json"),
    ],
)
def test_bad_input_is_one_line_and_status_two(words: list[str], word: str) -> None:
    outcome = command(*words)
    assert (outcome.returncode, outcome.stdout, outcome.stderr.count("\n")) == (2, "", 1), outcome.stderr
    assert word in outcome.stderr and "Traceback" not in outcome.stderr
