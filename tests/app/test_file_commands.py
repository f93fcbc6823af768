"""score and gap work on plain files, end with the right status, and never show a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.factories.commands import command, command_apart

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"


def small(tmp_path: Path, **changes: object) -> Path:
    document = {"format": "zhiping-assessment/1", "rubric": "emr-2018", "items": {}} | changes
    file = tmp_path / "assessment.json"
    file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return file


def test_score_prints_the_card_of_a_file(tmp_path: Path) -> None:
    outcome = command_apart("score", small(tmp_path))
    assert outcome.returncode == 0, outcome.stderr
    card = json.loads(outcome.stdout)
    assert (card["format"], card["level"], card["total"]) == ("zhiping-scorecard/1", 0, "0.00")


def test_gap_answers_no_when_the_target_is_not_reached(tmp_path: Path) -> None:
    outcome = command("gap", str(small(tmp_path)), "--target", "1", "--json")
    assert outcome.returncode == 1
    assert json.loads(outcome.stdout)["target"] == 1
    assert outcome.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ('{"format": "zhiping-assessment/1", "rubric": "emr-1999", "items": {}}', "emr-1999"),
        ('{"format": "zhiping-assessment/1", "rubric": "emr-2018", "items": {"99.99": {}}}', "99.99"),
        ('{"format": "zhiping-assessment/1", "rubric": "emr-2018", "extra": 1}', "extra"),
        ('{"format": "zhiping-assessment/1", "rubric": "emr-2018", "items": {"01.01": {"denominator": 100, "numerators": {"1": 101}}}}', "101"),
        ("not json", "JSON"),
        ("", "JSON"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_status_two(tmp_path: Path, content: str, word: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(content, encoding="utf-8")
    outcome = command("score", str(file))
    assert outcome.returncode == 2
    assert outcome.stdout == ""
    assert outcome.stderr.count("\n") == 1
    assert word in outcome.stderr


def test_a_missing_file_and_a_binary_file_are_bad_input(tmp_path: Path) -> None:
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    for file in (tmp_path / "absent.json", binary):
        outcome = command("score", str(file))
        assert (outcome.returncode, outcome.stderr.count("\n")) == (2, 1), outcome.stderr


def test_wrong_arguments_are_status_two_without_a_traceback() -> None:
    outcome = command("gap", "file.json", "--target", "four")
    assert outcome.returncode == 2
    assert "Traceback" not in outcome.stderr
