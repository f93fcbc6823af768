"""score with findings and decisions prints four lenses, and refuses what does not belong together."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assessments.documents import catalogue, library
from engine.evidence.counts import RuleCount, RunCounts
from engine.evidence.findings_json import findings_to_json
from engine.evidence.lenses import no_counts
from tests.factories.commands import command

CLAIMS = {
    "format": "zhiping-assessment/1",
    "rubric": "emr-2018",
    "items": {
        "08.02": {
            "clauses": {"1": ["met", "met"], "2": ["met", "met"]},
            "denominator": 100,
            "numerators": {"2": 90},
        }
    },
}
DECISIONS = [
    {"item": "08.02", "level": 2, "clause": None, "kind": "accepted_figure", "verdict": "supported",
     "by": "reviewer", "at": "2026-10-08T09:00:00+08:00", "reason": ""}
]  # fmt: skip


def counted(conforming: int) -> RunCounts:
    """SEM-15 is the check that names clause 08.02.2.2."""
    emr = library()["emr-2018"]
    known = {"SEM-15": RuleCount("SEM-15", conforming, 1000)}
    return replace(no_counts(emr, catalogue()), evidence_engine_version="1.0.0", rules=known)


def written(folder: Path, name: str, document: Any) -> Path:
    file = folder / name
    file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return file


def findings(folder: Path, conforming: int, **changes: object) -> Path:
    document = findings_to_json(library()["emr-2018"], catalogue(), counted(conforming))
    return written(folder, "findings.json", document | changes)


def claims(folder: Path) -> Path:
    item = library()["emr-2018"].by_code["08.02"]
    document = json.loads(json.dumps(CLAIMS))
    document["items"]["08.02"]["clauses"] = {
        str(level): ["met"] * len(item.by_level[level].clauses) for level in (1, 2) if level in item.by_level
    }
    if item.application.kind == "implemented":
        document["items"]["08.02"] = {"clauses": document["items"]["08.02"]["clauses"], "in_use": True}
    return written(folder, "assessment.json", document)


def test_with_findings_four_cards_and_the_coverage_are_printed(tmp_path: Path) -> None:
    outcome = command("score", claims(tmp_path), "--findings", findings(tmp_path, 100), "--json")
    assert (outcome.returncode, outcome.stderr) == (0, "")
    result = json.loads(outcome.stdout)
    assert list(result)[:5] == ["claimed", "not_refuted", "provisional", "strict", "coverage"]
    assert {result[lens]["lens"] for lens in list(result)[:4]} == set(list(result)[:4])
    assert float(result["claimed"]["total"]) > float(result["not_refuted"]["total"])
    assert result["facade_gap"] == result["claimed"]["facade_gap"]
    assert result["coverage"].count(".") == 1


def test_decisions_alone_are_enough_for_the_four_lenses(tmp_path: Path) -> None:
    file = written(tmp_path, "decisions.json", {"format": "zhiping-decisions/1", "decisions": DECISIONS})
    outcome = command("score", claims(tmp_path), "--decisions", file, "--json")
    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert json.loads(outcome.stdout)["facade_gap"] == "0.00"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"rubric": "smart-service-2019"}, "smart-service-2019"),
        ({"engine_version": "2.0.0"}, "2.0.0"),
        ({"format": "zhiping-findings/9"}, "zhiping-findings/9"),
        ({"surprise": 1}, "surprise"),
        ({"findings": [{"rule": "SEM-15", "numerator": 2, "denominator": 1}]}, "findings[0]"),
    ],
)
def test_findings_that_do_not_fit_are_one_line_and_status_two(
    tmp_path: Path, changes: dict[str, object], word: str
) -> None:
    outcome = command("score", claims(tmp_path), "--findings", findings(tmp_path, 990, **changes))
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert outcome.stderr.count("\n") == 1
    assert word in outcome.stderr


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ({"format": "zhiping-decisions/1", "decisions": [DECISIONS[0] | {"item": "99.99"}]}, "99.99"),
        (
            {"format": "zhiping-decisions/1", "rubric": "smart-service-2019", "decisions": []},
            "smart-service-2019",
        ),
        ({"format": "zhiping-decisions/1", "decisions": [DECISIONS[0] | {"kind": "guess"}]}, "guess"),
        ([], "JSON"),
    ],
)
def test_decisions_that_do_not_fit_are_one_line_and_status_two(
    tmp_path: Path, document: object, word: str
) -> None:
    outcome = command("score", claims(tmp_path), "--decisions", written(tmp_path, "d.json", document))
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert outcome.stderr.count("\n") == 1
    assert word in outcome.stderr
