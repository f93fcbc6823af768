"""The checks where the data are, without a database of the application: files, or tables in place."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from assessments.probes import Package, PackageRefused, open_package
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import RunCounts
from engine.evidence.mapping import MappingDocument, mapping_hash
from engine.evidence.run import SuppliedFigure, run

Say = Callable[[str, int, int], None]


def count_package(
    folder: Path,
    *,
    rubric: str,
    catalogue: Catalogue,
    mapping: MappingDocument | None,
    window: tuple[date, date] | None,
    reading: Say,
    counting: Say,
    work: Path | None = None,
) -> tuple[RunCounts, str]:
    """Counts of a data package (folder or zip), and the hospital its package.yaml names.

    ``reading`` and ``counting`` hear (what, done, total). ``work``: where the engine keeps its own
    form of the files meanwhile; it takes about as much room as they do. Raises PackageRefused.
    """
    with tempfile.TemporaryDirectory(prefix="zhiping-verify-", dir=work) as place:
        package = open_package(
            folder,
            catalogue=catalogue,
            work=Path(place),
            mapping=mapping,
            window=window,
            on_progress=reading,
        )
        with package:
            return _counted(package, rubric, catalogue, mapping, counting), package.manifest.hospital or ""


def _counted(
    package: Package, rubric: str, catalogue: Catalogue, mapping: MappingDocument | None, counting: Say
) -> RunCounts:
    counts = run(
        catalogue,
        package.tables,
        rubric=rubric,
        window=package.window,
        on_progress=counting,
        supplied={
            rule: SuppliedFigure(stated.numerator, stated.denominator)
            for rule, stated in package.manifest.supplied.items()
        },
    )
    return replace(
        counts,
        refused=package.refused,
        dictionaries=package.dictionaries,
        mapping_hash=mapping_hash(mapping) if mapping is not None else "",
    )


__all__ = ["PackageRefused", "count_package"]
