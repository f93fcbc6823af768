"""Screening of a package's files before they are kept: how it meets the reading of files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import duckdb

from assessments.probes import screening
from assessments.probes.refusals import FileProblem, note
from assessments.probes.screening import Hit
from engine.rubric.values import Text


class Screen(Protocol):
    """Looks at a file in three steps; a hit that is no warning refuses the file."""

    def name(self, name: str) -> Iterable[Hit]: ...

    def unknown(
        self, header: Sequence[str], known: Sequence[int], sample: Sequence[Sequence[str]]
    ) -> Iterable[Hit]:
        """Headers of all columns, and a sample of those that are not kept (``known``: positions of
        kept ones, in order of the fields)."""

    def content(self, engine: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> Iterable[Hit]:
        """Every value of the text columns of a written table."""

    def messages(self, path: Path) -> Iterable[Hit]: ...


class PrivacyScreen:
    """Identity numbers, telephone numbers, names, addresses and the like (see ``screening``)."""

    def name(self, name: str) -> Iterable[Hit]:
        return screening.screen_file_name(name)

    def unknown(
        self, header: Sequence[str], known: Sequence[int], sample: Sequence[Sequence[str]]
    ) -> Iterable[Hit]:
        kept = set(known)
        hits = list(screening.screen_header(header, known=[header[i] for i in known]))
        for position in range(len(header)):
            if position not in kept:
                values = [row[position] if position < len(row) else None for row in sample]
                hits += screening.screen_values(header[position], values)
        return hits

    def content(self, engine: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> Iterable[Hit]:
        return screening.screen_table(engine, table, columns)

    def messages(self, path: Path) -> Iterable[Hit]:
        return screening.screen_messages(path)


def judge(hits: Iterable[Hit], header: Sequence[str] = ()) -> list[Text]:
    """Notes of warnings; raises FileProblem for anything else. Columns that are not kept are named
    by their place, never by what stands in their header."""
    found = list(hits)
    refusing = [hit for hit in found if not hit.warning]
    if refusing:
        zh = "；".join(_place(hit, header).zh for hit in refusing[:5])
        en = "; ".join(_place(hit, header).en for hit in refusing[:5])
        raise FileProblem("identifies_person", zh=zh, en=en)
    return [
        note("possible_identity", zh=place.zh, en=place.en)
        for place in (_place(hit, header) for hit in found)
    ]


def _place(hit: Hit, header: Sequence[str]) -> Text:
    if not hit.column:
        return Text(f"文件名中有{hit.label.zh}", f"{hit.label.en} in the file name")
    column = hit.column
    if column in header:
        column = f"#{list(header).index(column) + 1}"
    row = f"，第{hit.row}行起" if hit.row else ""
    row_en = f" from row {hit.row}" if hit.row else ""
    return Text(f"{column}列{row}：{hit.label.zh}", f"column {column}{row_en}: {hit.label.en}")
