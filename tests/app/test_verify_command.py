"""verify and attestation from the shell: findings, signature, arithmetic, and one line for bad input."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assessments.demo.packages.scenarios import made
from assessments.demo.packages.write import write_package
from assessments.documents import catalogue, library, read_findings
from engine.evidence.attestation import read_private_key, sign
from engine.evidence.attesting import attestation_body
from engine.evidence.recounting import differences, recounted
from tests.factories.commands import command, command_apart

ROOT = Path(__file__).resolve().parents[2]
EMR = "emr-2018"
RECORDS = frozenset({"order", "order_execution", "lab_request", "lab_report"})
WINDOW = (date(2026, 7, 1), date(2026, 9, 30))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small package, a key pair, findings and an attestation over them."""
    folder = tmp_path_factory.mktemp("verify")
    package = made(catalogue(), "honest", hospital="示例市人民医院", window=WINDOW, size=40, records=RECORDS)
    write_package(package, folder / "package")
    done = command("attestation", "new-key", "--out", folder / "h.key.pem")
    assert done.returncode == 0, done.stderr
    done = command_apart(
        "verify", folder / "package", "--rubric", EMR, "--out", folder / "findings.json",
        "--attest", folder / "h.key.pem",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "核验证明" in done.stderr and not done.stdout
    return folder


def document(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / "attestation.json").read_text())
    return found


def test_findings_are_those_of_a_run_and_can_be_scored(place: Path) -> None:
    counts = read_findings(place / "findings.json", library()[EMR])
    assert counts.window == WINDOW
    assert {file.record for file in counts.files} >= {"order", "order_execution"}
    assert any(count.denominator for count in counts.rules.values())


def test_the_private_key_is_for_its_owner_only_and_is_never_overwritten(place: Path) -> None:
    assert (place / "h.key.pem").stat().st_mode & 0o077 == 0
    before = (place / "h.key.pem").read_bytes()
    done = command("attestation", "new-key", "--out", place / "h.key.pem")
    assert done.returncode == 2
    assert (place / "h.key.pem").read_bytes() == before


def test_an_attestation_holds_counts_and_digests_and_no_place_of_a_row(place: Path) -> None:
    body = document(place)["body"]
    assert body["hospital"] == {"name": "示例市人民医院"}
    assert body["catalogue_hash"] == catalogue().content_hash
    assert body["edition"] == library()[EMR].content_hash
    assert body["window"] == {"from": "2026-07-01", "to": "2026-09-30"}
    assert all(len(file["sha256"]) == 64 for file in body["inputs"])
    assert body["rows"]["order"] > 0
    assert "failing" not in json.dumps(body)
    assert differences(body, library()[EMR], catalogue()) == ()


def test_valid_altered_and_unknown_key_are_told_apart(place: Path) -> None:
    key, file = place / "h.pub.pem", place / "attestation.json"
    done = command("attestation", "verify", file, "--key", key)
    assert (done.returncode, done.stdout.split(":")[0]) == (0, "valid")
    checker = subprocess.run(
        [sys.executable, "scripts/check_attestation.py", file, "--key", key],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checker.returncode == 0, checker.stdout
    altered = copy.deepcopy(document(place))
    altered["body"]["rows"]["order"] += 1
    (place / "altered.json").write_text(json.dumps(altered))
    done = command("attestation", "verify", place / "altered.json", "--key", key)
    assert (done.returncode, done.stderr.split(":")[0]) == (1, "altered")
    command("attestation", "new-key", "--out", place / "other.key.pem")
    done = command("attestation", "verify", file, "--key", place / "other.pub.pem", "--json")
    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (1, "unknown_key")


def test_figures_that_do_not_follow_from_the_counts_are_named_although_the_signature_is_right(
    place: Path,
) -> None:
    body = document(place)["body"]
    entry = next(e for e in body["findings"]["findings"] if e["denominator"] and e["coefficient"])
    entry["coefficient"], entry["status"] = "0.1234", "supported"
    private = read_private_key((place / "h.key.pem").read_bytes())
    (place / "embellished.json").write_text(json.dumps(sign(body, private)))
    done = command("attestation", "verify", place / "embellished.json", "--key", place / "h.pub.pem")
    assert (done.returncode, done.stderr.split(":")[0]) == (1, "arithmetic differs")
    assert "findings.findings[" in done.stderr


def edited(body: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    *parents, last = path.split(".")
    at = changed
    for name in parents:
        at = at[name]
    at[last] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "place_named"),
    [
        ("rows", {}, "rows"),
        ("inputs", [], "inputs"),
        ("mapping_hash", "ab" * 32, "mapping_hash"),
        ("backend", "spark", "backend"),
        ("authenticity_warnings", [{"check": "x"}], "authenticity_warnings"),
        ("window", None, "window"),
        ("edition", "00" * 32, "edition"),
        ("findings.catalogue_hash", "00" * 32, "catalogue_hash"),
        ("findings.engine_version", "9.0.0", "engine_version"),
        ("findings.indices", {"01.01": {"3": "1.00"}}, "findings.indices"),
        ("findings", "nothing", "findings"),
        ("more", 1, "more"),
    ],
)
def test_every_statement_of_the_body_is_held_against_the_counts(
    place: Path, path: str, value: object, place_named: str
) -> None:
    body = edited(document(place)["body"], path, value)
    found = differences(body, library()[EMR], catalogue())
    assert any(name.startswith(place_named) for name in found), found
    outcome = recounted(body, library()[EMR], catalogue())
    assert outcome is not None and outcome.outcome == "arithmetic_differs"


def test_show_says_what_an_attestation_says(place: Path) -> None:
    done = command("attestation", "show", place / "attestation.json")
    assert done.returncode == 0
    assert "示例市人民医院" in done.stdout and "2026-07-01 – 2026-09-30" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "no-such-folder", "--rubric", EMR),
        ("verify", "--rubric", EMR),
        ("verify", "docs", "--rubric", "ai-readiness-2021"),
        ("verify", "docs", "--rubric", EMR, "--window", "2026-09-30", "2026-07-01"),
        ("verify", "docs", "--rubric", EMR, "--window", "soon", "later"),
        ("verify", "docs", "--rubric", EMR, "--mapping", "README.md"),
        ("verify", "docs", "--rubric", EMR, "--attest", "README.md"),
        ("attestation", "verify", "README.md", "--key", "README.md"),
        ("attestation", "show", "no-such-file"),
        ("attestation",),
    ],
)
def test_bad_input_ends_with_status_two_and_one_line(words: tuple[str, ...]) -> None:
    done = command(*words)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_a_body_of_the_same_counts_is_the_same(place: Path) -> None:
    counts = read_findings(place / "findings.json", library()[EMR])
    stated = document(place)["body"]
    body = attestation_body(
        library()[EMR], catalogue(), counts, hospital=stated["hospital"], made_at=stated["made_at"]
    )
    assert body == stated
