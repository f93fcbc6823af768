"""The truthfulness benchmark: hospitals handed over as tables are those read from files, and its truths are sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessments.demo.packages.write import write_package
from assessments.probes import open_package
from assessments.probes.store import open_store
from bench.bench_truthfulness import figures
from bench.truth.hospitals import FAULTS, WINDOW, WRONGS, Told, destroyed, hospital, library, records_of
from bench.truth.ours import believe
from bench.truth.tables import open_directly
from engine.evidence.authenticity import count_authenticity
from engine.evidence.rules import count_rule

SEED = 3  # not the reported one


@pytest.mark.parametrize("number", [3, 5, 6, 7])
def test_tables_handed_over_count_like_the_same_hospital_read_from_its_files(
    tmp_path: Path, number: int
) -> None:
    one, (catalogue, _) = hospital(number, SEED), library()
    folder = write_package(one.made, tmp_path / "p")
    engine = open_store(tmp_path, 1)
    tables = open_directly(one.made, catalogue, engine, WINDOW)
    with open_package(folder, catalogue=catalogue, work=tmp_path / "w", window=WINDOW) as package:
        assert tables.supplied == package.tables.supplied
        for rule in one.rules:
            direct, read = (
                count_rule(rule, each, catalogue, splits=False, failing=0)
                for each in (tables, package.tables)
            )
            assert (direct.numerator, direct.denominator) == (read.numerator, read.denominator), rule.id
        assert count_authenticity(catalogue, tables, WINDOW, {}) == count_authenticity(
            catalogue, package.tables, WINDOW, {}
        )
    engine.close()


def test_every_kind_of_lie_is_told_and_an_honest_hospital_tells_none() -> None:
    lies: dict[str, int] = {}
    for number in range(3 * len(WRONGS)):
        told = hospital(number, SEED).told
        lies[told.wrong] = lies.get(told.wrong, 0) + sum(not true for true in told.truths.values())
    assert lies.pop("honest") == 0
    assert len(lies) == len(WRONGS) - 1 and all(lies.values())


def test_what_a_wrong_does_not_touch_stays_true() -> None:
    catalogue, _ = library()
    one = hospital(2, SEED)
    untouched = [rule for rule in one.rules if not one.hit & set(records_of(rule))]
    assert untouched
    for wrong in FAULTS:
        assert not any(destroyed(wrong, set(one.hit), rule, catalogue) for rule in untouched)


def test_lost_ids_are_not_believed_and_the_honest_hospital_mostly_is() -> None:
    honest, lost = hospital(0, SEED), hospital(2, SEED)
    believe(honest)
    believe(lost)
    assert figures([honest.told], "ours")["truths_believed"] >= 0.7
    assert figures([lost.told], "ours")["recall"] >= 0.9


def test_figures_are_shares_of_what_they_say() -> None:
    told = Told("x", {"a": True, "b": False, "c": False, "d": True})
    told.believed["a"].add("ours")
    told.believed["b"].add("ours")
    found = figures([told], "ours")
    assert (found["lies"], found["truths"]) == (2, 2)
    assert (found["recall"], found["false_acceptance"], found["precision"]) == (0.5, 0.5, 0.5)
