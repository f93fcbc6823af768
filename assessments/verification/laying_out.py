"""Laying the files of bundles out as one package folder, the way the probes read it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from assessments.models import EvidenceBundle, ExtractFile
from engine.rubric.marked import write_plain

MANIFEST = "package.yaml"


def lay_out(
    bundles: Iterable[EvidenceBundle],
    folder: Path,
    *,
    window: tuple[date, date] | None = None,
    not_applicable: Mapping[str, str] | None = None,
) -> dict[str, ExtractFile]:
    """Put every kept file of the bundles into ``folder``; which file of a bundle stands under which name.

    Files are linked, not copied, where the disk allows it. Two bundles with a file of the same name
    both go in: the second gets a part number, which the probes unite. The manifests are merged.
    """
    placed: dict[str, ExtractFile] = {}
    manifests: list[Mapping[str, Any]] = []
    for bundle in bundles:
        manifests.append(bundle.manifest)
        for extract in bundle.files.all():
            if not extract.file or extract.refusal or PurePosixPath(extract.path).name == MANIFEST:
                continue
            name = _free(extract.path, placed)
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            link(Path(extract.file.path), target)
            placed[name] = extract
    manifest = merged(manifests, window, not_applicable or {})
    if manifest:
        (folder / MANIFEST).write_text(write_plain(manifest), "utf-8")
    return placed


def merged(
    manifests: Iterable[Mapping[str, Any]],
    window: tuple[date, date] | None,
    not_applicable: Mapping[str, str],
) -> dict[str, Any]:
    """One manifest out of several, oldest first: the assessment's window, everything said about files,
    every absence; where two state the same figure, the later one stands (it was asked about)."""
    discharges = 0
    files: dict[str, Any] = {}
    absent: dict[str, str] = {}
    supplied: dict[str, Any] = {}
    for manifest in manifests:
        files.update({entry["path"]: entry for entry in manifest.get("files", ()) if "path" in entry})
        absent.update(manifest.get("not_applicable", {}))
        supplied.update(manifest.get("supplied", {}))
        discharges = manifest.get("discharges", discharges)
    absent.update(not_applicable)
    result: dict[str, Any] = {}
    if window is not None:
        result["window"] = {"from": window[0].isoformat(), "to": window[1].isoformat()}
    if discharges:
        result["discharges"] = discharges
    for key, value in (("files", list(files.values())), ("not_applicable", absent), ("supplied", supplied)):
        if value:
            result[key] = value
    return result


def _free(path: str, placed: Mapping[str, ExtractFile]) -> str:
    """``path``, or with a part number before its ending when that name is taken."""
    if path not in placed:
        return path
    pure = PurePosixPath(path)
    stem = pure.name.removesuffix("".join(pure.suffixes))
    number = 2
    while (name := str(pure.with_name(f"{stem}-{number}{''.join(pure.suffixes)}"))) in placed:
        number += 1
    return name


def link(source: Path, target: Path) -> None:
    """The same file under another name, copied only where the disk cannot link."""
    try:
        os.link(source, target)
    except OSError:  # another disk, or a disk without links
        shutil.copyfile(source, target)
