"""A package rewritten without anybody in it: CSV files row by row, message files as CSV files of canonical records."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import IO, Any

import yaml

from assessments.probes.messages import Malformed, index_resources, kind_of, read_messages
from assessments.probes.pseudonyms import Columns, Pseudonyms, columns_of
from assessments.probes.screening import screen_header
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.mapping.document import MappingDocument

TABLES = frozenset((".csv", ".tsv", ".txt"))
MESSAGES = frozenset((".hl7", ".json", ".ndjson", ".jsonl", ".log"))
LONGEST_FIELD = 16 << 20
_STEM = re.compile(r"([a-z][a-z0-9_]*)(?:@[^@]+)?")


@dataclass(slots=True)
class Written:
    """What became of one file; names of columns, never values."""

    name: str
    rows: int = 0
    dropped: tuple[str, ...] = ()
    malformed: int = 0
    skipped: bool = False


@dataclass(slots=True)
class Rewriting:
    """One run: from a folder (or file) to a new folder."""

    catalogue: Catalogue
    pseudonyms: Pseudonyms
    mapping: MappingDocument | None = None
    keep: frozenset[str] = frozenset()
    _messages: dict[str, tuple[Any, Columns, list[str]]] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)  # file names of the package itself, and those given out

    def run(self, source: Path, target: Path) -> Iterator[Written]:
        """Rewrite every file; ``target`` must not exist or be empty. What cannot be rewritten is skipped."""
        files = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
        base = source if source.is_dir() else source.parent
        self._taken = {p.relative_to(base).as_posix().lower() for p in files}
        fhir = [p for p in files if p.suffix.lower() in MESSAGES and kind_of(p) == "fhir"]
        with ExitStack() as stack:
            index = stack.enter_context(index_resources(fhir)) if fhir else None
            for path in files:
                name = path.relative_to(base).as_posix()
                place = target / name
                suffix = path.suffix.lower()
                if path.name in ("package.yaml", "package.yml"):
                    yield self._manifest(path, place, name)
                elif suffix in MESSAGES:
                    yield self._of_messages(path, target, name, stack, index)
                elif suffix in TABLES:
                    yield self._table(path, place, name)
                else:
                    yield Written(name, skipped=True)

    def _table(self, path: Path, place: Path, name: str) -> Written:
        with path.open("r", encoding=_encoding(path), newline="") as opened:
            first = opened.readline()
            opened.seek(0)
            delimiter = max(",\t;|", key=first.count)
            rows = csv.reader(opened, delimiter=delimiter)
            header = next(rows, [])
            header = [cell.removeprefix("\ufeff") for cell in header]
            columns = self._columns(name, header)
            if columns is None or not columns.positions:
                return Written(name, skipped=True)
            place.parent.mkdir(parents=True, exist_ok=True)
            partly = place.with_name(place.name + ".partly")
            done = Written(name, dropped=_sayable(columns.dropped))
            with partly.open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
                writer.writerow(columns.header)
                for row in rows:
                    writer.writerow(columns.row(row, self.pseudonyms))
                    done.rows += 1
            partly.replace(place)
        return done

    def _columns(self, name: str, header: list[str]) -> Columns | None:
        path = PurePosixPath(name)
        if path.parent.name == "dictionary":
            return _of_dictionary(path.stem, header)
        if self.mapping is not None:
            mapped = [(one.record, one.columns) for one in self.mapping.sources_for(name)]
            known = [(record, columns) for record, columns in mapped if record in self.catalogue.records]
            if known:
                return columns_of(header, known, self.catalogue, keep=self.keep)
        found = _STEM.fullmatch(path.stem)
        record = re.sub(r"-\d+$", "", found.group(1)) if found else ""
        if record not in self.catalogue.records:
            return None
        return columns_of(header, [(record, None)], self.catalogue, keep=self.keep)

    def _of_messages(self, path: Path, target: Path, name: str, stack: ExitStack, index: Any) -> Written:
        done = Written(name)

        def count(_: Malformed) -> None:
            done.malformed += 1

        for batch in read_messages(path, on_malformed=count, index=index):
            rows = batch.rows
            if not rows or batch.record not in self.catalogue.records:
                continue
            writer, columns, keys = self._message_table(batch.record, batch.system, rows[0], target, stack)
            for row in rows:
                writer.writerow(columns.row([row[key] for key in keys], self.pseudonyms))
            done.rows += len(rows)
        return done

    def _message_table(
        self, record: str, system: str | None, row: dict[str, str], target: Path, stack: ExitStack
    ) -> tuple[Any, Columns, list[str]]:
        """The table of one record type, system and set of keys; its file is open until the run ends."""
        clean = re.sub(r"[^\w.+-]+", "_", system or "")[:60].strip("._")
        keys = list(row)
        known = f"{record}@{clean}|{','.join(keys)}"
        held = self._messages.get(known)
        if held is None:
            stem, number = record + (f"@{clean}" if clean else ""), 1
            name = f"{stem}.csv"
            while name.lower() in self._taken:
                number += 1
                name = f"{stem}-{number}.csv"
            self._taken.add(name.lower())
            columns = columns_of(keys, [(record, None)], self.catalogue, keep=self.keep)
            out: IO[str] = stack.enter_context((target / name).open("x", encoding="utf-8", newline=""))
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(columns.header)
            held = self._messages[known] = (writer, columns, keys)
        return held

    def _manifest(self, path: Path, place: Path, name: str) -> Written:
        """package.yaml with its window moved along. A file that is no mapping is left out."""
        try:
            loaded = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
        except (yaml.YAMLError, UnicodeDecodeError):
            return Written(name, skipped=True)
        if not isinstance(loaded, dict):
            return Written(name, skipped=True)
        moved = _moved(loaded, timedelta(weeks=self.pseudonyms.weeks))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(yaml.safe_dump(moved, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return Written(name)


def _sayable(names: tuple[str, ...]) -> tuple[str, ...]:
    """Headers as they may be printed: one that is itself a value (a file without headers) by its place only."""
    values = {hit.column for hit in screen_header(names) if hit.kind != "header"}
    return tuple(f"#{at}" if f"#{at}" in values else name for at, name in enumerate(names, 1))


def _moved(value: Any, by: timedelta) -> Any:
    if isinstance(value, dict):
        return {key: _moved(inner, by) for key, inner in value.items()}
    if isinstance(value, list):
        return [_moved(inner, by) for inner in value]
    if isinstance(value, datetime | date):
        return value + by
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return (date.fromisoformat(value) + by).isoformat()
    return value


def _of_dictionary(stem: str, header: Sequence[str]) -> Columns:
    """A dictionary is kept whole; of that of the staff, the names become tokens, as in the records."""
    names = tuple(cell.strip() for cell in header)
    persons = stem == "staff"
    return Columns(
        tuple(range(len(names))),
        tuple(
            "token" if persons and name.lower() in ("name", "entry_name", "名称", "姓名") else "keep"
            for name in names
        ),
        names,
        (),
    )


def _encoding(path: Path) -> str:
    """UTF-8 (a byte-order mark or not) or UTF-16 where the file is it from end to end, else GB18030."""
    with path.open("rb") as opened:
        start = opened.read(2)
    if start in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        with path.open("r", encoding="utf-8-sig", newline="") as opened_text:
            while opened_text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"
