"""What tests ask of an opened package."""

from __future__ import annotations

from typing import Any

from assessments.probes import Package

REPORT = "report_no,request_no,care_setting,reported_at\n"


def rows(package: Package, record: str, *columns: str) -> list[tuple[Any, ...]]:
    """Columns of a record type in the order of files and rows."""
    table = package.tables.tables[record]
    chosen = table.order_by(["zp_file", "zp_row"]).select(*columns)
    return package.engine.execute(str(package.tables.connection.compile(chosen))).fetchall()


def codes(package: Package) -> dict[str, str]:
    """Refused files and the code of each."""
    return {one.name: one.code for one in package.refused}
