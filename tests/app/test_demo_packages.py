"""Made-up packages: the same hospital as tables and as messages, and the command that writes one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from assessments.demo.packages.fhir import Fhir
from assessments.demo.packages.hl7 import Hl7
from assessments.demo.packages.rows import Format
from assessments.demo.packages.scenarios import Name, made
from assessments.demo.packages.telling import Dialect
from assessments.demo.packages.write import write_package
from assessments.probes import Package, open_package
from assessments.probes.screening.messages import screen_messages
from engine.evidence.catalogue.values import Catalogue
from rubrics.queries import get_catalogue
from tests.factories.commands import command

WINDOW = (date(2026, 7, 1), date(2026, 9, 30))
CASES = 120
Told = tuple[Name, Package]
DIALECTS: dict[str, Dialect] = {"hl7": Hl7(), "fhir": Fhir()}


def told_by(dialect: Dialect) -> frozenset[str]:
    return frozenset(record for kind in dialect.kinds for record in kind.yields)


def package(
    tmp_path: Path, catalogue: Catalogue, name: Name, form: Format, records: frozenset[str]
) -> Package:
    what = made(
        catalogue, name, hospital="示例市人民医院", window=WINDOW, size=CASES, format=form, records=records
    )
    folder = write_package(what, tmp_path / form)
    return open_package(folder, catalogue=catalogue, work=tmp_path / f"{form}-work", window=WINDOW)


def rows(opened: Package, record: str, fields: list[str]) -> Counter[tuple[object, ...]]:
    names = ", ".join(f'"{name}"' for name in fields)
    return Counter(opened.engine.execute(f'select {names} from "{record}"').fetchall())


@pytest.fixture(scope="module", params=["honest", "facade"])
def tables(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Everything that some message can tell, as tables."""
    every = told_by(DIALECTS["hl7"]) | told_by(DIALECTS["fhir"])
    folder = tmp_path_factory.mktemp(request.param)
    with package(folder, get_catalogue(), request.param, "csv", every) as opened:
        yield request.param, opened


@pytest.mark.parametrize("form", ["hl7", "fhir"])
def test_messages_tell_what_the_tables_of_the_same_hospital_tell(
    tmp_path: Path, form: Format, tables: Told
) -> None:
    name, as_tables = tables
    records = told_by(DIALECTS[form])
    with package(tmp_path, get_catalogue(), name, form, records) as opened:
        assert not opened.refused
        for record in sorted(records):
            fields = sorted(as_tables.tables.supplied[record] & opened.tables.supplied[record])
            assert len(fields) >= 4, record
            assert rows(opened, record, fields) == rows(as_tables, record, fields), record
        files = [file for file in opened.tables.files if file.name.startswith("messages/")]
        told = {file.record for file in files} - {"interface_log"}
        assert len(told) >= (8 if name == "facade" else 15)
        assert len({file.source_system for file in files}) >= 4
        assert not any(file.malformed or file.unparsed_times for file in files)
        if name == "honest":  # most of what messages can tell, they tell
            counted: Counter[str] = Counter()
            for file in files:
                counted[file.record] += file.rows
            assert min(counted[one] for one in ("lab_report", "exam_report", "drug_dispense")) > 0.9 * CASES
            written = [path for path in opened.paths.values() if "messages" in path.parts]
            assert not [hit for path in written for hit in screen_messages(path)]  # nobody is in it


def test_a_resource_is_what_the_standard_writes(tmp_path: Path) -> None:
    catalogue = get_catalogue()
    what = made(
        catalogue, "honest", hospital="示例市人民医院", window=WINDOW, size=CASES, format="fhir",
        records=frozenset({"lab_result", "lab_report", "patient_index"}),
    )  # fmt: skip
    folder = write_package(what, tmp_path / "p")
    (path,) = (folder / "messages").glob("Observation@*.ndjson")
    bundle = json.loads(path.read_text("utf-8").splitlines()[0])
    assert bundle["resourceType"] == "Bundle"
    report, result = (entry["resource"] for entry in bundle["entry"])
    assert report["result"] == [{"reference": f"Observation/{result['id']}"}]
    assert result["category"][0]["coding"][0]["code"] == "laboratory"
    assert result["effectiveDateTime"].endswith("+08:00")
    assert result["subject"]["reference"] == "#subject"
    assert {one["resourceType"] for one in result["contained"]} >= {"Patient", "Encounter", "ServiceRequest"}


def test_the_command_writes_a_package_and_says_what_it_wrote(tmp_path: Path) -> None:
    done = command(
        "demo-package", tmp_path / "p", "--scenario", "ids-lost", "--form", "hl7", "--seed", "3", "--json"
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["scenario"] == "ids-lost" and told["seed"] == 3
    files = [path for path in (tmp_path / "p").rglob("*") if path.is_file()]
    assert told["files"] == len(files)
    assert any(path.suffix == ".hl7" for path in files)
    manifest = yaml.safe_load((tmp_path / "p" / "package.yaml").read_text("utf-8"))
    assert manifest["window"] == {"from": "2026-07-01", "to": "2026-09-30"}


def test_the_same_seed_writes_the_same_package_and_another_seed_another(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        assert command("demo-package", tmp_path / name, "--seed", seed).returncode == 0
    read = {name: (tmp_path / name / "order@His.csv").read_bytes() for name in "abc"}
    assert read["a"] == read["b"] != read["c"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--form", "pdf"), "invalid choice"),
        (("--from", "2026-09-20"), "30天"),
        (("--size", "large", "--form", "xlsx"), "工作表"),
        (("--from", "yesterday"), "YYYY-MM-DD"),
    ],
)
def test_bad_words_are_one_line_and_status_2(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = command("demo-package", tmp_path / "p", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "p").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = command("demo-package", tmp_path)
    assert done.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
