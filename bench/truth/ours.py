"""What this product believes of a hospital: a clause that ends as supported, with no warning on its records."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from functools import cache
from pathlib import Path
from random import Random

import duckdb

from assessments.probes import PackageRefused, open_package
from assessments.probes.store import open_store
from bench.truth.hospitals import CASES, WINDOW, WRONGS, Hospital, library, records_of
from bench.truth.tables import open_directly
from engine.evidence.authenticity import count_authenticity
from engine.evidence.judging import authenticity_warning, judge
from engine.evidence.looking_up import moments_of
from engine.evidence.rules import count_rule
from engine.evidence.tables import Tables
from engine.rubric.marked import write_plain


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One store per process; every hospital empties it."""
    return open_store(Path(tempfile.mkdtemp(prefix="zhiping-truth-")), 1)


def believe(hospital: Hospital) -> None:
    """Note in ``hospital.told`` what is believed."""
    catalogue, _ = library()
    engine = _engine()
    engine.execute("set threads = 1")  # two processes share the two cores
    tables = open_directly(hospital.made, catalogue, engine, WINDOW)
    if not _is_refused(hospital):
        _judge(hospital, tables)


def _is_refused(hospital: Hospital) -> bool:
    """Whether the package is refused for whose it says it is. The reader is asked whenever there is a
    doubt and for the first hospital of every kind; it reads nothing else of a package that says its own name."""
    if hospital.stated == hospital.name and hospital.number >= len(WRONGS):
        return False
    with tempfile.TemporaryDirectory(prefix="zhiping-truth-") as place:
        folder = Path(place) / "package"
        folder.mkdir()
        window = {"from": WINDOW[0].isoformat(), "to": WINDOW[1].isoformat()}
        stated = write_plain({"hospital": hospital.stated, "window": window})
        (folder / "package.yaml").write_text(stated, "utf-8")
        try:
            open_package(
                folder, catalogue=library()[0], work=Path(place) / "w", window=WINDOW, hospital=hospital.name
            ).close()
        except PackageRefused:
            return True
    return False


def _judge(hospital: Hospital, tables: Tables) -> None:
    catalogue, rubrics = library()
    counts = {
        rule.id: count_rule(rule, tables, catalogue, splits=False, failing=0) for rule in hospital.rules
    }
    warned = {
        count.record
        for count in count_authenticity(catalogue, tables, WINDOW, counts)
        if authenticity_warning(catalogue.authenticity[count.check], count) is not None
    }
    by_clause: dict[str, list[str]] = defaultdict(list)
    for rule in hospital.rules:
        suspicious = bool(warned & set(records_of(rule)))
        for clause in rule.supports:
            status = judge(rule, counts[rule.id], rubrics[rule.rubric], clause=clause).status
            by_clause[f"{rule.rubric}/{clause}"].append(
                "warned" if suspicious and status == "supported" else status
            )
    anchored = hospital.wrong != "screenshot of another record" or _shown_is_there(hospital, tables)
    for clause, states in by_clause.items():
        said = [state for state in states if state != "not_applicable"]
        if said and all(state == "supported" for state in said) and anchored:
            hospital.told.believed[clause].add("ours")


def _shown_is_there(hospital: Hospital, tables: Tables) -> bool:
    """The record that the screenshot is said to show is another hospital's: its number is looked up here."""
    catalogue, _ = library()
    elsewhere = Random(hospital.number)
    for record in sorted(tables.tables):
        key = next(iter(catalogue.records[record].natural_key), "patient_id")
        shown = f"H{elsewhere.randrange(200, 1000)}{key[:1].upper()}{elsewhere.randrange(CASES):09d}"
        found = moments_of(tables, catalogue, record, shown)
        if found is not None:
            return bool(found)
    return False
