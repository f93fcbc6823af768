"""What tests ask of an opened package."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from assessments.probes import Package, PackageRefused

GOOD = "report_no,request_no\nR1,1\n"


def rows(package: Package, record: str, *columns: str) -> list[tuple[Any, ...]]:
    """Columns of a record type in the order of files and rows."""
    table = package.tables.tables[record]
    chosen = table.order_by(["zp_file", "zp_row"]).select(*columns)
    return package.engine.execute(str(package.tables.connection.compile(chosen))).fetchall()


def codes(package: Package) -> dict[str, str]:
    """Refused files and the code of each."""
    return {one.name: one.code for one in package.refused}


def refused_alone(package: Package, name: str, code: str) -> str:
    """The file is refused with the code, the good one was read; the sentence in Chinese."""
    assert codes(package) == {name: code}
    assert rows(package, "lab_report", "report_no") == [("R1",)]
    assert set(package.tables.tables) == {"lab_report"}
    tables = {row[0] for row in package.engine.execute("select table_name from duckdb_tables()").fetchall()}
    assert len(tables) == 1
    (refusal,) = package.refused
    assert name in refusal.sentence.zh and name in refusal.sentence.en
    return refusal.sentence.zh


def put(folder: Path, content: bytes | str, name: str = "lab_result.csv") -> str:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def packed(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lab_report@LIS.csv", GOOD)
        for name, content in members:
            archive.writestr(name, content)
    return path


def refuses(opened: Any, path: Path, code: str, tmp_path: Path, **options: object) -> str:
    with pytest.raises(PackageRefused) as caught:
        opened(path, **options)
    assert caught.value.refusal.code == code
    work = tmp_path / "work0"
    assert list(work.iterdir()) == []
    return caught.value.refusal.sentence.zh
