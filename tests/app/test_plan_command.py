"""plan works on plain files: a plan, no plan, bad input, each with its status and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.roadmap.plan_json import plan_from_json
from tests.factories.commands import command

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "assessments"
SMART = GOLDEN / "smart-level-3.json"


def test_a_plan_is_printed_whole() -> None:
    outcome = command("plan", str(SMART), "--target", "4", "--start", "2027Q1", "--json")
    assert outcome.returncode == 0, outcome.stderr
    plan = plan_from_json(json.loads(outcome.stdout))
    assert (plan.status, plan.objective, plan.level_before, plan.level_after) == ("optimal", "cheapest", 3, 4)
    assert str(plan.start) == "2027Q1" and plan.actions


def test_lines_to_read_name_every_action_and_its_reason() -> None:
    outcome = command("plan", str(SMART), "--target", "4", "--objective", "safest", "--text")
    assert outcome.returncode == 0
    assert "optional_gate 4" in outcome.stdout or "basic_gate 4" in outcome.stdout


def test_constraints_of_a_file_are_kept_and_no_plan_is_status_one(tmp_path: Path) -> None:
    file = tmp_path / "constraints.yaml"
    file.write_text(
        "format: zhiping-constraints/1\nstart: 2027Q2\nfinish_by: 2027Q2\nassumptions: {rate: 20000}\n"
        'excluded: {"03.04": 示例原因}\n',
        encoding="utf-8",
    )
    outcome = command("plan", str(SMART), "--target", "4", "--constraints", str(file), "--json")
    assert outcome.returncode == 1
    document = json.loads(outcome.stdout)
    assert document["status"] == "infeasible" and document["start"] == "2027Q2"
    assert {one["kind"] for one in document["relaxations"]} >= {"finish_by"}
    assert outcome.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("excluded: [", "constraints.yaml"),
        ("- a\n- b\n", "constraints.yaml"),
        ("budjet: {2027: 1}\n", "budjet"),
        ("assumptions: {rate: -1}\n", "rate"),
        ("assumptions: 5\n", "assumptions"),
        ("start: tomorrow\n", "tomorrow"),
    ],
)
def test_a_bad_constraints_file_is_one_line_and_status_two(tmp_path: Path, content: str, word: str) -> None:
    file = tmp_path / "constraints.yaml"
    file.write_text(content, encoding="utf-8")
    outcome = command("plan", str(SMART), "--target", "4", "--constraints", str(file))
    assert outcome.returncode == 2 and outcome.stdout == ""
    assert outcome.stderr.count("\n") == 1 and word in outcome.stderr


@pytest.mark.parametrize(
    "arguments", [["--target", "9"], ["--target", "4", "--start", "soon"], ["--target", "x"]]
)
def test_a_target_or_start_that_is_none_is_bad_input(arguments: list[str]) -> None:
    outcome = command("plan", str(SMART), *arguments)
    assert outcome.returncode == 2
