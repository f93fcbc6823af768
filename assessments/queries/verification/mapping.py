"""The mapping editor: tables that were found, what each column may be, versions, and a masked preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from assessments.models import Assessment, ExtractFile, MappingVersion
from assessments.permissions import reason
from assessments.queries.frame import AssessmentFrame, read_frame, said
from assessments.queries.verification.headers import Head, head_of_file
from assessments.verification_permissions import check_can_map
from engine.evidence.catalogue.values import RecordType
from engine.evidence.mapping import (
    EXTRA,
    ColumnProposal,
    MappingDocument,
    MappingRefused,
    SourceMapping,
    guess_record,
    propose,
    read_mapping,
)
from hospitals.access import Person
from rubrics.queries import get_catalogue, get_rubric

SHOWN_VERSIONS = 30
SHOWN_FILES = 400
SPARE_ROWS = 2
MOST_CODES, LONGEST_CODE = 12, 6  # of sample values shown as codes; longer ones may be anything
LOW = 75  # a proposal under this asks to be looked at


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A table in the list: mapped already, or found among the files that were handed in."""

    source: str
    record: str
    record_name: str
    columns: int
    mapped: bool
    file: str
    refused: bool
    chosen: bool

    @property
    def key(self) -> str:
        return f"{self.source}|{self.record}" if self.mapped else self.source


@dataclass(frozen=True, slots=True)
class ValueRow:
    theirs: str
    code: str


@dataclass(frozen=True, slots=True)
class ValueMap:
    """Codes of one normalised field: theirs and ours."""

    field: str
    label: str
    codes: tuple[str, ...]
    rows: tuple[ValueRow, ...]


@dataclass(frozen=True, slots=True)
class ColumnLine:
    theirs: str
    field: str
    score: int
    why: str
    low: bool


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Editor:
    """One table in work. ``was``: source and record as saved, empty for a new one."""

    source: str
    record: str
    system: str
    datetime_format: str
    columns: tuple[ColumnLine, ...]
    spare: tuple[int, ...]
    values: tuple[ValueMap, ...]
    constants: tuple[ValueRow, ...]
    fields: tuple[Choice, ...]
    lengths: tuple[Choice, ...]
    guesses: tuple[tuple[str, str, int], ...]  # record, name, score
    was_source: str
    was_record: str
    file: str
    can_preview: bool


@dataclass(frozen=True, slots=True)
class VersionLine:
    version: int
    by: str
    at: datetime
    note: str
    fingerprint: str
    newest: bool


@dataclass(frozen=True, slots=True)
class MappingPage:
    frame: AssessmentFrame
    tab: str  # tables | yaml | versions
    version: int
    sources: tuple[SourceLine, ...]
    editor: Editor | None
    records: tuple[Choice, ...]
    text: str
    versions: tuple[VersionLine, ...]
    why_not: str
    problem: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A table as it stands in the form, saved or not."""

    mapping: SourceMapping
    was_source: str = ""
    was_record: str = ""
    headers: tuple[str, ...] = ()
    proposals: Mapping[str, ColumnProposal] = field(default_factory=dict)
    file: str = ""
    can_preview: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What the hospital has: the newest mapping and the files whose columns are known."""

    newest: MappingVersion | None
    document: MappingDocument
    files: tuple[ExtractFile, ...]

    def file(self, public_id: str) -> ExtractFile | None:
        return next((one for one in self.files if str(one.public_id) == public_id), None)

    def file_of(self, source: str) -> ExtractFile | None:
        """The newest file a mapping would read, one that is still there if possible."""
        probe = MappingDocument("", (SourceMapping(source, "", {}),))
        fitting = [one for one in self.files if probe.sources_for(one.path)]
        return next((one for one in fitting if one.file), fitting[0] if fitting else None)


def find(assessment: Assessment) -> Found:
    """Two queries."""
    newest = MappingVersion.objects.filter(hospital=assessment.hospital).select_related("made_by").first()
    document = MappingDocument(assessment.hospital.name, ())
    if newest is not None:
        try:
            document = read_mapping(newest.text, get_catalogue())
        except MappingRefused:  # saved under an older catalogue: the text tab says what is wrong
            document = MappingDocument(assessment.hospital.name, ())
    files = (
        ExtractFile.objects.filter(bundle__hospital=assessment.hospital)
        .exclude(header=[])
        .select_related("bundle")
        .order_by("-bundle__uploaded_at", "path")[:SHOWN_FILES]
    )
    return Found(newest, document, tuple(files))


def mapping_page(
    assessment: Assessment,
    user: Person,
    found: Found,
    *,
    tab: str = "tables",
    draft: Draft | None = None,
    text: str | None = None,
    problem: str = "",
) -> MappingPage:
    """Three queries beside those of :func:`find`."""
    versions = MappingVersion.objects.filter(hospital=assessment.hospital).select_related("made_by")
    chosen = (draft.was_source or draft.mapping.source, draft.was_record) if draft else ("", "")
    version = found.newest.version if found.newest else 0
    return MappingPage(
        frame=read_frame(assessment, user, get_rubric(assessment.edition)),
        tab=tab,
        version=version,
        sources=_sources(found, chosen),
        editor=_editor(draft) if draft else None,
        records=tuple(Choice(key, said(one.label)) for key, one in get_catalogue().records.items()),
        text=text if text is not None else found.newest.text if found.newest else "",
        versions=tuple(
            VersionLine(
                one.version,
                one.made_by.name,
                one.made_at,
                one.note,
                one.content_hash[:12],
                one.version == version,
            )
            for one in versions[:SHOWN_VERSIONS]
        )
        if tab == "versions"
        else (),
        why_not=reason(check_can_map, user, assessment.hospital),
        problem=problem,
    )


def saved_draft(found: Found, source: str, record: str) -> Draft | None:
    """A table of the mapping, with the columns of its newest file beside the mapped ones."""
    for one in found.document.sources:
        if (one.source, one.record) == (source, record):
            file = found.file_of(source)
            return Draft(
                one,
                was_source=source,
                was_record=record,
                headers=tuple(file.header) if file else (),
                file=str(file.public_id) if file else "",
                can_preview=bool(file and file.file),
            )
    return None


def proposed_draft(file: ExtractFile, record: str = "") -> Draft:
    """What a table that nobody mapped may be: record type guessed, columns proposed."""
    name = PurePosixPath(file.path).name
    return proposal(name, tuple(file.header), head=head_of_file(file), record=record, file=file)


def proposal(
    name: str,
    headers: tuple[str, ...],
    *,
    head: Head | None = None,
    record: str = "",
    file: ExtractFile | None = None,
) -> Draft:
    catalogue = get_catalogue()
    if record not in catalogue.records:
        guesses = guess_record(name, headers, catalogue, at_most=1)
        record = guesses[0].record if guesses else ""
    proposals = propose(headers, head.samples() if head else {}, record, catalogue) if record else ()
    return Draft(
        SourceMapping(
            source=name,
            record=record,
            columns={one.column: one.field for one in proposals if one.field},
            system=(file.source_system if file else "") or None,
            values={one.field: dict(one.values) for one in proposals if one.field and one.values},
        ),
        headers=headers,
        proposals={one.column: one for one in proposals},
        file=str(file.public_id) if file else "",
        can_preview=bool(file and file.file),
    )


def _sources(found: Found, chosen: tuple[str, str]) -> tuple[SourceLine, ...]:
    records = get_catalogue().records
    lines = [
        SourceLine(
            source=one.source,
            record=one.record,
            record_name=said(records[one.record].label),
            columns=len(one.columns),
            mapped=True,
            file="",
            refused=False,
            chosen=(one.source, one.record) == chosen,
        )
        for one in found.document.sources
    ]
    seen: set[str] = set()
    for file in found.files:
        name = PurePosixPath(file.path).name
        if name in seen or found.document.sources_for(file.path):
            continue
        seen.add(name)
        known = records.get(file.record)
        lines.append(
            SourceLine(
                source=name,
                record=file.record,
                record_name=said(known.label) if known else "",
                columns=len(file.header),
                mapped=False,
                file=str(file.public_id),
                refused=bool(file.refusal),
                chosen=(name, "") == chosen,
            )
        )
    return tuple(lines)


def _editor(draft: Draft) -> Editor:
    mapping = draft.mapping
    catalogue = get_catalogue()
    record = catalogue.records.get(mapping.record)
    names = list(dict.fromkeys((*draft.headers, *mapping.columns)))
    guesses = guess_record(mapping.source, names, catalogue) if names else ()
    return Editor(
        source=mapping.source,
        record=mapping.record,
        system=mapping.system or "",
        datetime_format=mapping.datetime_format or "",
        columns=tuple(_column(name, mapping, draft.proposals.get(name)) for name in names),
        spare=tuple(range(SPARE_ROWS)),
        values=_values(mapping, record, draft.proposals),
        constants=(
            *(ValueRow(key, value) for key, value in mapping.constants.items()),
            *(ValueRow("", "") for _n in range(SPARE_ROWS)),
        ),
        fields=_fields(record),
        lengths=_lengths(record),
        guesses=tuple(
            (one.record, said(catalogue.records[one.record].label), one.score) for one in guesses[:3]
        ),
        was_source=draft.was_source,
        was_record=draft.was_record,
        file=draft.file,
        can_preview=draft.can_preview,
    )


def _column(name: str, mapping: SourceMapping, proposed: ColumnProposal | None) -> ColumnLine:
    chosen = mapping.columns.get(name, "")
    same = proposed is not None and proposed.field == chosen and bool(chosen)
    return ColumnLine(
        theirs=name,
        field=chosen,
        score=proposed.score if proposed is not None and same else 0,
        why=said(proposed.why) if proposed is not None and (same or not chosen) else "",
        low=proposed is not None and same and proposed.score < LOW,
    )


def _fields(record: RecordType | None) -> tuple[Choice, ...]:
    own = [Choice(key, f"{said(one.label)} {key}") for key, one in record.fields.items()] if record else []
    extra = [
        Choice(key, f"{said(label)} {key}")
        for key, label in EXTRA.items()
        if record is None or key not in record.fields
    ]
    return (*own, *extra)


def _lengths(record: RecordType | None) -> tuple[Choice, ...]:
    """A text may be replaced by its length."""
    if record is None:
        return ()
    return tuple(
        Choice(f"{key}__length", _("%(name)s的字数") % {"name": said(one.label)})
        for key, one in record.fields.items()
        if one.type == "string" and one.role is None
    )


def _values(
    mapping: SourceMapping, record: RecordType | None, proposals: Mapping[str, ColumnProposal]
) -> tuple[ValueMap, ...]:
    """Fields with normalised codes that a column is mapped to: the codes known so far and room for more."""
    if record is None:
        return ()
    found = []
    for column, key in mapping.columns.items():
        known = record.fields.get(key)
        if known is None or not (known.values or known.type == "bool"):
            continue
        rows = [ValueRow(theirs, code) for theirs, code in mapping.values.get(key, {}).items()]
        proposed = proposals.get(column)
        if proposed is not None:
            have = {row.theirs for row in rows}
            rows += [
                ValueRow(theirs, "")
                for theirs in proposed.unknown[:MOST_CODES]
                if theirs not in have and len(theirs) <= LONGEST_CODE
            ]
        found.append(
            ValueMap(
                field=key,
                label=said(known.label),
                codes=tuple(known.values) or ("true", "false"),
                rows=(*rows[:40], *(ValueRow("", "") for _n in range(SPARE_ROWS))),
            )
        )
    return tuple(found)
