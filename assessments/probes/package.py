"""Opening a data package: every file to a canonical table or to one sentence why not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath

import duckdb

from assessments.probes import manifest as manifests
from assessments.probes.archives import is_ignored, unpack
from assessments.probes.delimited.content import Content, digest_of, look_through
from assessments.probes.delimited.reading import open_delimited
from assessments.probes.dictionaries import dictionary_source, is_dictionary
from assessments.probes.from_messages import MessageFiles
from assessments.probes.kinds import Kind, kind_of
from assessments.probes.measuring import measure
from assessments.probes.naming import MappingLike, sources_of
from assessments.probes.parquet import open_parquet
from assessments.probes.privacy import Screen, judge
from assessments.probes.quoting import identifier
from assessments.probes.refusals import FileProblem, PackageRefused, note
from assessments.probes.repeats import same_records, same_rows
from assessments.probes.sheets import open_workbook
from assessments.probes.store import Input, Stored, clear, memory_for, open_store, write_table
from assessments.probes.uniting import declared_discharges, tables_of
from assessments.probes.values import Manifest, Package, Source, Window
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import FileRefused
from engine.rubric.values import Text

Progress = Callable[[str, int, int], None]
MESSAGES = "messages"


def open_package(
    path: Path | str,
    *,
    catalogue: Catalogue,
    work: Path,
    mapping: MappingLike | None = None,
    window: Window | None = None,
    hospital: str | None = None,
    confirmed: Collection[str] = (),
    screen: Screen | None = None,
    on_progress: Progress | None = None,
) -> Package:
    """Read a folder, a zip or a single file into canonical tables under ``work`` (a folder of its own).

    ``window``: the assessment's, both days inside; without it the one package.yaml states counts.
    ``hospital``: the name package.yaml must state. ``confirmed``: codes of package-level doubts a
    person has answered (``other_hospital``, ``other_window``). ``screen``: privacy screening of
    every file before it is kept. ``on_progress(name, done, files)`` may raise to stop.

    Raises PackageRefused when the package as a whole cannot be taken; nothing is left then. Every
    other problem refuses one file and stands in ``Package.refused``.
    """
    path, work = Path(path), Path(work)
    work.mkdir(parents=True, exist_ok=True)
    clear(work)
    engine: duckdb.DuckDBPyConnection | None = None
    try:
        files, refused = _files(path, work)
        manifest, notes = _checked(_manifest(files, catalogue), window, hospital, confirmed)
        engine = open_store(work, memory_for(files.values()))
        reading = _Reading(engine, catalogue, manifest, mapping, window or manifest.window, screen, work)
        reading.refused += refused
        reading.notes += notes
        reading.all(files, on_progress)
        return reading.package(files)
    except BaseException:
        if engine is not None:
            engine.close()
        clear(work)
        raise


def _files(path: Path, work: Path) -> tuple[dict[str, Path], list[FileRefused]]:
    """Files by their name in the package."""
    refused: list[FileRefused] = []
    try:
        if path.is_dir():
            found = {}
            for one in sorted(path.rglob("*")):
                name = one.relative_to(path)
                if is_ignored(PurePosixPath(name.as_posix())) or (one.is_dir() and not one.is_symlink()):
                    continue
                if one.is_symlink() or not one.is_file():
                    refused.append(FileProblem("symlink").of(name.as_posix()))
                elif not any(parent.is_symlink() for parent in one.parents if path in parent.parents):
                    found[name.as_posix()] = one
        elif path.suffix.lower() == ".zip":
            found, refused = unpack(path, work / "unpacked")
            found = _without_top_folder(found)
        elif path.is_file():
            found = {path.name: path}
        else:
            raise PackageRefused("not_a_package", path.name)
    except OSError:
        raise PackageRefused("not_a_package", path.name) from None
    if not found and not refused:
        raise PackageRefused("empty_package", path.name)
    return dict(sorted(found.items())), refused


def _without_top_folder(found: dict[str, Path]) -> dict[str, Path]:
    """A zipped folder holds everything in one folder, which is no part of the names."""
    tops = {PurePosixPath(name).parts[0] for name in found if len(PurePosixPath(name).parts) > 1}
    flat = any(len(PurePosixPath(name).parts) == 1 for name in found)
    if flat or len(tops) != 1 or tops & {"dictionary", MESSAGES}:
        return found
    return {str(PurePosixPath(*PurePosixPath(name).parts[1:])): one for name, one in found.items()}


def _manifest(files: dict[str, Path], catalogue: Catalogue) -> Manifest:
    for name in manifests.NAMES:
        if name in files:
            return manifests.read_manifest(files[name], catalogue)
    return Manifest()


def _checked(
    manifest: Manifest, window: Window | None, hospital: str | None, confirmed: Collection[str]
) -> tuple[Manifest, list[Text]]:
    """Whether the package is this hospital's and of this window, or somebody has said that it may be taken."""
    notes = []
    doubts: dict[str, dict[str, str]] = {}
    if (
        hospital is not None
        and manifest.hospital is not None
        and _plain(manifest.hospital) != _plain(hospital)
    ):
        doubts["other_hospital"] = {"stated": manifest.hospital, "expected": hospital}
    if window is not None and manifest.window is not None and manifest.window != window:
        doubts["other_window"] = {"stated": _days(manifest.window), "expected": _days(window)}
    for code, parameters in doubts.items():
        if code not in confirmed:
            raise PackageRefused(code, manifests.NAME, **parameters)
        notes.append(note(code, **parameters))
    return manifest, notes


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _days(window: Window) -> str:
    return f"{window[0].isoformat()} – {window[1].isoformat()}"


class _Reading:
    """Files of one package, one after the other."""

    def __init__(
        self,
        engine: duckdb.DuckDBPyConnection,
        catalogue: Catalogue,
        manifest: Manifest,
        mapping: MappingLike | None,
        window: Window | None,
        screen: Screen | None,
        work: Path,
    ) -> None:
        self.engine, self.catalogue, self.manifest, self.mapping = engine, catalogue, manifest, mapping
        self.window, self.screen, self.work = window, screen, work
        self.stored: list[Stored] = []
        self.refused: list[FileRefused] = []
        self.notes: list[Text] = []
        self.digests: dict[str, str] = {}
        self._by_digest: dict[str, str] = {}

    def all(self, files: Mapping[str, Path], on_progress: Progress | None) -> None:
        names = [name for name in files if name not in manifests.NAMES]
        messages = MessageFiles(
            [files[name] for name in names if self._holds_messages(name)], self.catalogue, self.work
        )
        try:
            for done, name in enumerate(names):
                if on_progress is not None:
                    on_progress(name, done, len(names))
                before = len(self.stored)
                try:
                    self._file(name, files[name], messages)
                except FileProblem as problem:
                    for stored in self.stored[before:]:
                        self._drop(stored)
                    del self.stored[before:]
                    self.refused.append(problem.of(name))
        finally:
            messages.close()
        self._refuse_repeated_rows()
        if on_progress is not None:
            on_progress("", len(names), len(names))

    def _file(self, name: str, path: Path, messages: MessageFiles) -> None:
        hits = list(self.screen.name(name)) if self.screen else []
        notes = judge(hits)
        kind: Kind = "messages" if self._in_messages(name) else kind_of(path, PurePosixPath(name).suffix)
        if self._in_messages(name) and not path.stat().st_size:
            raise FileProblem("empty_file")
        sources: tuple[Source, ...] = ()
        if kind != "messages":
            sources = self._sources(name, path)
        content = look_through(path) if kind == "text" else digest_of(path)
        self.digests[name] = content.sha256
        other = self._by_digest.setdefault(content.sha256, name)
        if other != name:
            raise FileProblem("same_export_twice", other=other)
        try:
            if kind == "messages":
                self._messages(name, path, messages)
            for source in sources:
                self._one(kind, source, content, notes)
        except FileProblem:
            del self._by_digest[content.sha256]
            raise
        finally:
            (self.work / "text.csv").unlink(missing_ok=True)

    def _sources(self, name: str, path: Path) -> tuple[Source, ...]:
        given = {"catalogue": self.catalogue, "manifest": self.manifest, "mapping": self.mapping}
        if is_dictionary(name):
            return (dictionary_source(name, path, **given),)  # type: ignore[arg-type]
        return sources_of(name, path, **given)  # type: ignore[arg-type]

    def _one(self, kind: Kind, source: Source, content: Content, notes: list[Text]) -> None:
        record = self.catalogue.records[source.record]
        given = self._input(kind, source, content)
        if self.screen is not None:
            known = sorted({*given.kept.fields.values(), *given.kept.lengths.values()})
            notes = notes + judge(self.screen.unknown(given.header, known, given.sample), given.header)
        stored = write_table(self.engine, f"zp_{len(self.stored)}", given, source, record)
        self.stored.append(stored)
        stored.notes += notes
        measure(self.engine, stored, record, self.window)
        if self.screen is not None:
            texts = [key for key in stored.kept.fields if self._is_text(stored, key)]
            stored.notes += judge(self.screen.content(self.engine, stored.table, texts))

    def _input(self, kind: Kind, source: Source, content: Content) -> Input:
        record = self.catalogue.records[source.record]
        try:
            if kind == "text":
                return open_delimited(source, record, content, self.work).inputs()
            if kind == "parquet":
                return open_parquet(self.engine, source.path, source, record)
            return open_workbook(source.path, source, record)
        except FileProblem as problem:
            if problem.code == "no_known_column" and is_dictionary(source.name):
                raise FileProblem("bad_dictionary") from None
            raise
        except OSError:
            raise FileProblem("unreadable") from None

    def _is_text(self, stored: Stored, key: str) -> bool:
        described = self.catalogue.records[stored.source.record].fields.get(key)
        return described is None or described.type in ("string", "code", "number", "date")

    def _messages(self, name: str, path: Path, messages: MessageFiles) -> None:
        notes = judge(self.screen.messages(path)) if self.screen is not None else []
        found = messages.write(self.engine, f"zp_{len(self.stored)}", name, path)
        self.stored += found
        found[0].notes += notes
        for stored in found:
            measure(self.engine, stored, self.catalogue.records[stored.source.record], self.window)

    def _refuse_repeated_rows(self) -> None:
        for earlier, later in same_rows(self.engine, self.stored, self.catalogue):
            if earlier.source.system != later.source.system:
                later.notes.append(note("same_rows", other=earlier.source.name))
                continue
            if later in self.stored:
                self.stored.remove(later)
                self._drop(later)
                self.refused.append(
                    FileProblem("same_export_twice", other=earlier.source.name).of(later.source.name)
                )

        for earlier, later, many in same_records(self.engine, self.stored, self.catalogue):
            later.notes.append(note("same_records", count=many, other=earlier.source.name))

    def _drop(self, stored: Stored) -> None:
        self.engine.execute(f"drop table if exists {identifier(stored.table)}")

    def _in_messages(self, name: str) -> bool:
        return MESSAGES in PurePosixPath(name).parts[:-1]

    def _holds_messages(self, name: str) -> bool:
        return self._in_messages(name) or PurePosixPath(name).suffix.lower() in (".json", ".ndjson")

    def package(self, files: Mapping[str, Path]) -> Package:
        declared_discharges(self.engine, self.stored, self.manifest, self.catalogue, files)
        dictionaries = self._dictionaries()
        tables, notes = tables_of(
            self.engine, self.stored, self.catalogue, self.manifest, self.digests, self.window
        )
        return Package(
            tables=tables,
            manifest=self.manifest,
            refused=tuple(sorted(self.refused, key=lambda one: one.name)),
            window=self.window,
            dictionaries=dictionaries,
            digests=dict(self.digests),
            work=self.work,
            engine=self.engine,
            notes=(*self.notes, *notes),
            paths=dict(files),
        )

    def _dictionaries(self) -> dict[str, str]:
        """SHA-256 of the files of each dictionary; of several files, that of their digests in order."""
        found: dict[str, list[str]] = {}
        for stored in self.stored:
            if stored.source.record == "dictionary":
                names: Iterable[tuple[str]] = self.engine.execute(
                    f"select distinct dictionary_name from {identifier(stored.table)} where dictionary_name is not null"
                ).fetchall()
                for (name,) in names:
                    found.setdefault(name, []).append(self.digests[stored.source.name])
        return {
            name: those[0] if len(those) == 1 else hashlib.sha256("\n".join(those).encode()).hexdigest()
            for name, those in sorted(found.items())
        }
