"""Which record type, system and mapping a file of a package has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from assessments.probes.refusals import FileProblem
from assessments.probes.values import Manifest, Source
from engine.evidence.catalogue.values import Catalogue

_STEM = re.compile(r"(?P<record>[a-z][a-z0-9_]*)(?:@(?P<system>[^@]+?)(?:-(?P<part>[0-9]+))?)?(?:-[0-9]+)?")


class MappingLike(Protocol):
    @property
    def sources(self) -> Sequence[Any]: ...


def sources_of(
    name: str, path: Path, *, catalogue: Catalogue, manifest: Manifest, mapping: MappingLike | None
) -> tuple[Source, ...]:
    """The record types a file carries: by mapping, then by package.yaml, then by its name.

    A mapping may read several record types out of one file. Raises FileProblem.
    """
    mapped = mapped_sources(name, path, catalogue=catalogue, manifest=manifest, mapping=mapping)
    if mapped:
        return mapped
    record, system = _said(name, manifest)
    if record is None or record not in catalogue.records:
        raise FileProblem("unknown_record")
    return (Source(name, path, record, system),)


def mapped_sources(
    name: str, path: Path, *, catalogue: Catalogue, manifest: Manifest, mapping: MappingLike | None
) -> tuple[Source, ...]:
    """What the mapping makes of a file; a system it does not name comes from package.yaml or the name."""
    _record, system = _said(name, manifest)
    return tuple(_source(name, path, one, catalogue, system) for one in _mapped(name, mapping))


def _said(name: str, manifest: Manifest) -> tuple[str | None, str | None]:
    record, system = from_name(PurePosixPath(name))
    stated = manifest.files.get(name)
    if stated is not None:
        record, system = stated.record or record, stated.source_system or system
    return record, system


def from_name(name: PurePosixPath) -> tuple[str | None, str | None]:
    """Record type and system of ``lab_report@LIS-2.csv``; ``LIS-2`` is part 2 of the system LIS."""
    found = _STEM.fullmatch(name.stem.strip())
    if found is None:
        return None, None
    return found["record"], (found["system"] or "").strip() or None


def _mapped(name: str, mapping: MappingLike | None) -> list[Any]:
    if mapping is None:
        return []
    path = PurePosixPath(name.lower())
    names = (name.lower(), path.name, path.stem)
    found: dict[str, Any] = {}
    for source in mapping.sources:
        if any(fnmatchcase(one, source.source.lower()) for one in names):
            found.setdefault(source.record, source)
    return list(found.values())


def _source(name: str, path: Path, mapped: Any, catalogue: Catalogue, system: str | None) -> Source:
    if mapped.record not in catalogue.records:
        raise FileProblem("mapping_unknown_record", record=mapped.record)
    return Source(
        name=name,
        path=path,
        record=mapped.record,
        system=getattr(mapped, "system", None) or system,
        columns=dict(mapped.columns) if getattr(mapped, "columns", None) else None,
        values=dict(getattr(mapped, "values", None) or {}),
        constants={key: str(value) for key, value in (getattr(mapped, "constants", None) or {}).items()},
        datetime_format=getattr(mapped, "datetime_format", None) or None,
    )
