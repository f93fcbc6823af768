"""Looking through a bundle before anything of it is kept."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File

from assessments.actions.receiving import Screened
from assessments.actions.shared_content import Content
from assessments.models import EvidenceBundle, ExtractFile, MappingVersion
from assessments.probes import Package, PackageRefused, PrivacyScreen, open_package
from assessments.probes.manifest import NAMES
from assessments.probes.marks import marks_of
from assessments.queries.verification.shared import Same, same_elsewhere
from assessments.verification.doubting import doubts_about
from assessments.verification.laying_out import link
from engine.evidence.counts import FileRead
from engine.evidence.mapping import MappingDocument, read_mapping
from engine.rubric.values import Text
from rubrics.queries import get_catalogue

#: Doubts about a whole package that a person of the hospital may answer.
DOUBTS = ("other_hospital", "other_window")
SAME_CONTENT = "same_content"
MESSAGES = Text("接口消息", "interface messages")
MOST_NAMED = 5


class Doubtful(Exception):
    """The package says it is another hospital's or of another window, what is in it was handed in by
    another hospital (``same``), or before, or is contradicted by what was; ``sentence`` asks."""

    def __init__(self, code: str, sentence: Text, same: Sequence[Same] = ()) -> None:
        self.code, self.sentence, self.same = code, sentence, same
        super().__init__(code)


def screen(
    bundle: EvidenceBundle,
    keep: Callable[[Sequence[Screened], Mapping[str, Any], Content], object],
    alive: Callable[[], None],
) -> None:
    """Open the bundle's files as the run will, screen every one, and hand what was found to ``keep``.

    Members of a zip come as files of their own. Raises Doubtful when a person has to say first
    whether the package may be taken.
    """
    files = list(bundle.files.all())
    with tempfile.TemporaryDirectory(prefix="zhiping-screen-") as place, ExitStack() as opened:
        folder = Path(place)
        archive = len(files) == 1 and files[0].path.lower().endswith(".zip")
        package_path = folder / "bundle.zip" if archive else folder / "package"
        for extract in files:
            target = package_path if archive else package_path / extract.path
            target.parent.mkdir(parents=True, exist_ok=True)
            link(Path(extract.file.path), target)
        try:
            package = open_package(
                package_path,
                catalogue=get_catalogue(),
                work=folder / "work",
                mapping=mapping_of(bundle),
                window=(bundle.effective_from, bundle.effective_to)
                if bundle.effective_from and bundle.effective_to
                else None,
                hospital=bundle.hospital.name,
                confirmed=tuple(bundle.confirmed),
                screen=PrivacyScreen(),
                on_progress=lambda *_: alive(),
            )
        except PackageRefused as refused:
            if refused.refusal.code in DOUBTS:
                raise Doubtful(refused.refusal.code, refused.refusal.sentence) from refused
            keep([_refused(extract, refused) for extract in files], {}, Content())
            return
        opened.callback(package.close)
        found = _found(package, archive, opened)
        content = _content(package, found)
        if SAME_CONTENT not in bundle.confirmed:
            same = same_elsewhere(bundle, content.digests, content.marks)
            if same:
                raise Doubtful(SAME_CONTENT, _question(same), same)
        manifest = manifest_json(package)
        for code, sentence in doubts_about(bundle, package, found, manifest, get_catalogue()):
            if code not in bundle.confirmed:
                raise Doubtful(code, sentence)
        keep(found, manifest, content)


def _content(package: Package, found: Sequence[Screened]) -> Content:
    """By which what may stay is recognised in another hospital's hands. The marks of rows are keyed with
    a secret of this installation."""
    digests: dict[str, set[str]] = {}
    for one in found:
        if one.refusal is None and one.rows:
            digests.setdefault(one.record, set()).add(one.sha256)
    salt = hashlib.sha256(f"content marks {settings.SECRET_KEY}".encode()).hexdigest()
    return Content(digests, marks_of(package.tables, get_catalogue(), salt=salt))


def _question(same: Sequence[Same]) -> Text:
    records = get_catalogue().records
    labels = [records[key].label if key else MESSAGES for key in dict.fromkeys(one.record for one in same)]
    shown, more = labels[:MOST_NAMED], len(labels) > MOST_NAMED
    return Text(
        zh=f"另一家医院交来过与此相同的内容（{'、'.join(one.zh for one in shown)}{'等' if more else ''}）。"
        "请核对数据是否确实出自本院；确认后仍可使用，上级主管部门会看到这条提示。",
        en=f"Another hospital has handed in the same content ({', '.join(one.en for one in shown)}"
        f"{' and more' if more else ''}). Please check that these data really are your own; they can still be used, "
        "and the bureau above will see this note.",
    )


def mapping_of(bundle: EvidenceBundle) -> MappingDocument | None:
    """The hospital's newest mapping, None when it has none."""
    newest = MappingVersion.objects.filter(hospital=bundle.hospital).first()
    return read_mapping(newest.text, get_catalogue()) if newest else None


def _found(package: Package, archive: bool, opened: ExitStack) -> list[Screened]:
    refusals = {one.name: one for one in package.refused}
    read: dict[str, list[FileRead]] = {}
    for file in package.tables.files:
        read.setdefault(file.name, []).append(file)
    found = []
    for name in dict.fromkeys((*package.paths, *refusals)):
        path = package.paths.get(name)
        refusal = refusals.get(name)
        parts = read.get(name, [])
        content = None
        if path is not None and archive and refusal is None:
            content = File(opened.enter_context(path.open("rb")), name=path.name)
        found.append(
            Screened(
                path=name,
                sha256=package.digests.get(name) or (_digest(path) if path else ""),
                size=path.stat().st_size if path else 0,
                record=parts[0].record if len({part.record for part in parts}) == 1 else "",
                system=parts[0].source_system if parts else "",
                rows=sum(part.rows for part in parts) if parts else None,
                refusal={"code": refusal.code, **asdict(refusal.sentence)} if refusal else None,
                notes=tuple(asdict(note) for part in parts for note in part.notes),
                content=content,
            )
        )
    return found


def manifest_json(package: Package) -> dict[str, Any]:
    """What package.yaml said, as it is kept, and notes about it; without one an empty mapping."""
    manifest = package.manifest
    kept: dict[str, Any] = {}
    if manifest.hospital:
        kept["hospital"] = manifest.hospital
    if manifest.window:
        kept["window"] = {"from": manifest.window[0].isoformat(), "to": manifest.window[1].isoformat()}
    if manifest.discharges is not None:
        kept["discharges"] = manifest.discharges
    if manifest.files:
        kept["files"] = [
            {"path": path, **{key: value for key, value in asdict(stated).items() if value is not None}}
            for path, stated in manifest.files.items()
        ]
    if manifest.not_applicable:
        kept["not_applicable"] = dict(manifest.not_applicable)
    if manifest.supplied:
        kept["supplied"] = {rule: asdict(figure) for rule, figure in manifest.supplied.items()}
    if package.notes:
        kept["notes"] = [asdict(note) for note in package.notes]
    return kept


def is_manifest(extract: ExtractFile) -> bool:
    return extract.path in NAMES


def _refused(extract: ExtractFile, refused: PackageRefused) -> Screened:
    return Screened(
        path=extract.path,
        sha256=extract.sha256,
        size=extract.size,
        refusal={"code": refused.refusal.code, **asdict(refused.refusal.sentence)},
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
