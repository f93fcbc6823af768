"""Code lists: ``dictionary/<name>.csv`` as rows of the record type ``dictionary``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

from assessments.probes.naming import MappingLike, mapped_sources
from assessments.probes.values import Manifest, Source
from engine.evidence.catalogue.values import Catalogue

RECORD = "dictionary"
FOLDER = "dictionary"
_COLUMNS = {
    "entry_code": ("code", "entry_code", "编码", "代码", "条目编码"),
    "entry_name": ("name", "entry_name", "名称", "条目名称"),
}
_THEIRS = {theirs: canonical for canonical, names in _COLUMNS.items() for theirs in names}


def is_dictionary(name: str) -> bool:
    return PurePosixPath(name).parent.name == FOLDER


def dictionary_source(
    name: str, path: Path, *, catalogue: Catalogue, manifest: Manifest, mapping: MappingLike | None
) -> Source:
    """The file as rows of one dictionary, named by the file; a mapping may say what its columns are."""
    stem = PurePosixPath(name).stem.strip()
    source = Source(name, path, RECORD, columns=_THEIRS, constants={"dictionary_name": stem})
    for mapped in mapped_sources(name, path, catalogue=catalogue, manifest=manifest, mapping=mapping):
        if mapped.record == RECORD:
            return replace(mapped, constants={"dictionary_name": stem, **mapped.constants})
    return source
