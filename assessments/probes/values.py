"""What opening a data package gives: tables to count on, what was refused, what the package says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from engine.evidence.counts import FileRefused
from engine.evidence.tables import Tables
from engine.rubric.values import Text

Window = tuple[date, date]  # both days belong to it


@dataclass(frozen=True, slots=True)
class StatedFile:
    """What package.yaml says about one file; ``exported_at`` stands as it was written."""

    record: str | None = None
    source_system: str | None = None
    exported_at: str | None = None


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """Counts of one rule made by the hospital's people, and how they were made."""

    numerator: int
    denominator: int
    how: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """package.yaml as read; empty when there is none."""

    hospital: str | None = None
    window: Window | None = None
    discharges: int | None = None
    files: Mapping[str, StatedFile] = field(default_factory=dict)
    not_applicable: Mapping[str, str] = field(default_factory=dict)
    supplied: Mapping[str, StatedFigure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """One file as one record type. ``columns``: theirs to canonical, None where names are canonical.

    ``values``: canonical field to their code to the normalised one; ``constants``: canonical field
    to the value every row has.
    """

    name: str
    path: Path
    record: str
    system: str | None = None
    columns: Mapping[str, str] | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    datetime_format: str | None = None


@dataclass
class Package:
    """An opened package. ``tables`` is valid until :meth:`close`, which also deletes what was unpacked.

    ``dictionaries``: name to SHA-256 of the file it came from. ``digests``: SHA-256 of every file
    that was looked at, refused ones too. ``window``: the window rows were filtered by.
    """

    tables: Tables
    manifest: Manifest
    refused: tuple[FileRefused, ...]
    window: Window | None
    dictionaries: Mapping[str, str]
    digests: Mapping[str, str]
    work: Path
    engine: duckdb.DuckDBPyConnection
    notes: tuple[Text, ...] = ()
    paths: Mapping[str, Path] = field(default_factory=dict)  # name to where the file stands until close

    def close(self) -> None:
        from assessments.probes.store import clear

        self.engine.close()
        clear(self.work)

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
