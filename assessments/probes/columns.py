"""Which columns of a file are kept, under which canonical names: an allow-list by header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assessments.probes.refusals import FileProblem, note, places
from assessments.probes.values import Source
from engine.evidence.catalogue.values import Field, RecordType
from engine.evidence.tables import CAMPUS, DEPARTMENT
from engine.rubric.values import Text

LENGTH = "__length"
_PLACES = {
    CAMPUS: Field(CAMPUS, Text("院区", "Campus"), "string"),
    DEPARTMENT: Field(DEPARTMENT, Text("科室", "Department"), "string"),
}


@dataclass(frozen=True)
class Kept:
    """Columns of a file that are read: canonical field to position from 0; the rest never is."""

    fields: dict[str, int]
    lengths: dict[str, int]
    unknown: tuple[int, ...]
    constants: dict[str, str]
    notes: tuple[Text, ...] = field(default=())

    @property
    def supplied(self) -> frozenset[str]:
        return frozenset(self.fields) | frozenset(self.constants)


def fields_of(record: RecordType) -> dict[str, Field]:
    """Every canonical column of a record type: its fields, campus and department."""
    return {**record.fields, **{key: one for key, one in _PLACES.items() if key not in record.fields}}


def clean_header(cell: object) -> str:
    return str(cell if cell is not None else "").strip(" \t\r\n\v\f\u00a0\u3000\ufeff\u200b'\"")


def choose(header: Sequence[str], source: Source, record: RecordType) -> Kept:
    """Which columns stay. Raises FileProblem: none known, or two for one field."""
    known = fields_of(record)
    wanted = _wanted(source, known)
    positions: dict[str, list[int]] = {}
    unknown = []
    for position, cell in enumerate(header):
        canonical = wanted.get(clean_header(cell).casefold())
        if canonical is None:
            unknown.append(position)
        else:
            positions.setdefault(canonical, []).append(position)
    for canonical, taken in positions.items():
        if len(taken) > 1:
            columns = ", ".join(str(position + 1) for position in taken)
            raise FileProblem("duplicate_header", columns=columns, field=canonical)
    if not positions:
        raise FileProblem(
            "no_known_column", record=record.key, example=",".join(list(record.fields)[:3]) or record.key
        )
    lengths = {
        name.removesuffix(LENGTH): taken[0]
        for name, taken in positions.items()
        if name.endswith(LENGTH) and name not in known
    }
    fields = {name: taken[0] for name, taken in positions.items() if name in known}
    constants = {key: value for key, value in source.constants.items() if key in known and key not in fields}
    return Kept(fields, lengths, tuple(unknown), constants, tuple(_notes(source, positions, unknown)))


def known_columns(header: Sequence[str], source: Source, record: RecordType) -> int:
    """How many cells of what may be a header are known, to tell headers and delimiters apart."""
    wanted = _wanted(source, fields_of(record))
    return sum(clean_header(cell).casefold() in wanted for cell in header)


def _wanted(source: Source, known: dict[str, Field]) -> dict[str, str]:
    names = {**{key: key for key in known}, **{key + LENGTH: key + LENGTH for key in known}}
    if source.columns is None:
        return {key.casefold(): canonical for key, canonical in names.items()}
    return {
        clean_header(theirs).casefold(): canonical
        for theirs, canonical in source.columns.items()
        if canonical in names
    }


def _notes(source: Source, positions: dict[str, list[int]], unknown: list[int]) -> list[Text]:
    notes = []
    if unknown:
        notes.append(note("unknown_columns", columns=places([position + 1 for position in unknown])))
    absent = [one for one in (source.columns or {}).values() if one not in positions]
    if absent:
        notes.append(note("absent_columns", count=len(absent), fields=", ".join(absent[:10])))
    return notes
