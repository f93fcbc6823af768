"""Marks of rows: the same rows have the same marks in whatever file they come, other rows have others."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from assessments.probes import open_package
from assessments.probes.marks import ENOUGH, MARKS, marks_of
from engine.evidence.catalogue.values import Catalogue


def marks(catalogue: Catalogue, folder: Path, rows: list[str], salt: str = "s") -> frozenset[int]:
    folder.mkdir()
    (folder / "order@HIS.csv").write_text("order_no,patient_id,ordered_at\n" + "\n".join(rows) + "\n")
    with open_package(folder, catalogue=catalogue, work=folder.with_suffix(".work")) as package:
        return marks_of(package.tables, catalogue, salt=salt).get("order", frozenset())


def rows(first: int, many: int) -> list[str]:
    return [f"O{n},P{n % 7},2026-07-{n % 28 + 1:02d} 08:{n % 60:02d}:00" for n in range(first, first + many)]


def test_order_repetition_and_further_rows_change_little(catalogue: Catalogue, tmp_path: Path) -> None:
    every = rows(0, 400)
    shuffled = every + every[:40]
    random.Random(1).shuffle(shuffled)
    one = marks(catalogue, tmp_path / "a", every)
    assert len(one) == MARKS
    assert marks(catalogue, tmp_path / "b", shuffled) == one
    half = marks(catalogue, tmp_path / "c", every[:240])
    assert len(one & half) >= ENOUGH


def test_other_numbers_other_times_and_another_key_share_nothing(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    one = marks(catalogue, tmp_path / "a", rows(0, 400))
    assert not one & marks(catalogue, tmp_path / "b", rows(400, 400))
    later = [row.replace(" 08:", " 09:") for row in rows(0, 400)]
    assert not one & marks(catalogue, tmp_path / "c", later)
    assert not one & marks(catalogue, tmp_path / "d", rows(0, 400), salt="another installation")


@pytest.mark.parametrize("many", [0, 5, 29])
def test_few_rows_have_no_marks(catalogue: Catalogue, tmp_path: Path, many: int) -> None:
    assert marks(catalogue, tmp_path / "a", rows(0, max(1, many))) == frozenset()
