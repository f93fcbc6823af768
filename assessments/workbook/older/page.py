"""The pages of importing a hospital's own workbook: upload, mapping, preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from assessments.actions.importing_older import check_can_undo_older
from assessments.models import Assessment, OldWorkbookWords
from assessments.permissions import check_can_import, reason
from assessments.queries.frame import AssessmentFrame, read_frame, said
from assessments.workbook.older.columns import (
    LABELS,
    Column,
    columns_of,
    heading_row,
    proposed_state,
    squeeze,
    words_for_states,
)
from assessments.workbook.older.rows import Likely, Taken
from assessments.workbook.older.sheets import Sheet
from assessments.workbook.opening import LARGEST
from assessments.workbook.preview import Preview
from assessments.workbook.words import STATES
from hospitals.access import Person
from rubrics.queries import get_rubric

MOST_LIKELY = 100


@dataclass(frozen=True, slots=True)
class SheetChoice:
    title: str
    hidden: bool
    rows: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class StateWord:
    """``state``: what the word is proposed to mean, or nothing."""

    word: str
    state: str


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The step in which a person says which column is what."""

    token: str
    file: str
    sheets: tuple[SheetChoice, ...]
    head: int
    columns: tuple[Column, ...]
    fields: tuple[tuple[str, str], ...]
    words: tuple[StateWord, ...]
    states: tuple[tuple[str, str], ...]
    merged: int
    remembered: bool
    problem: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What reading found beside the differences."""

    rows: int
    formulas: int
    likely: tuple[Likely, ...]
    unsure: tuple[tuple[str, str, str], ...]
    assigned: int


@dataclass(frozen=True, slots=True)
class ImportLine:
    public_id: str
    file: str
    by: str
    at: datetime
    changed: int
    undone_at: datetime | None
    left: int
    why_not_undo: str


@dataclass(frozen=True, slots=True)
class OlderPage:
    frame: AssessmentFrame
    why_not: str
    most_megabytes: int
    refusal: str
    imports: tuple[ImportLine, ...]
    mapping: ColumnMapping | None = None
    preview: Preview | None = None
    looked: Looked | None = None


def older_page(
    assessment: Assessment,
    user: Person,
    *,
    refusal: str = "",
    mapping: ColumnMapping | None = None,
    preview: Preview | None = None,
    taken: Taken | None = None,
) -> OlderPage:
    """Three queries: the frame (2) and the imports so far."""
    imports = []
    for one in assessment.workbook_imports.select_related("by"):
        one.assessment = assessment
        imports.append(
            ImportLine(
                public_id=str(one.public_id),
                file=one.file,
                by=one.by.name,
                at=one.at,
                changed=len(one.changed) + len(one.assigned),
                undone_at=one.undone_at,
                left=len(one.left),
                why_not_undo=reason(check_can_undo_older, user, one),
            )
        )
    return OlderPage(
        frame=read_frame(assessment, user, get_rubric(assessment.edition)),
        why_not=reason(check_can_import, user, assessment),
        most_megabytes=LARGEST // 2**20,
        refusal=refusal,
        imports=tuple(imports),
        mapping=mapping,
        preview=preview,
        looked=Looked(
            taken.rows,
            taken.formulas,
            tuple(taken.likely[:MOST_LIKELY]),
            tuple((one.address, one.typed, one.sentence) for one in taken.unsure),
            len(taken.assigned),
        )
        if taken is not None
        else None,
    )


def kept_words(assessment: Assessment) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What the hospital's workbooks of earlier imports said. One query."""
    kept = OldWorkbookWords.objects.filter(hospital=assessment.hospital).first()
    return (kept.columns, kept.values) if kept is not None else ({}, {})


def choose_sheet(sheets: tuple[Sheet, ...], title: str = "") -> Sheet:
    """The one named, else the first visible one with headings we know, else the first with rows."""
    for sheet in sheets:
        if sheet.title == title:
            return sheet
    known = [sheet for sheet in sheets if heading_row(sheet)]
    visible = [sheet for sheet in known if not sheet.hidden]
    return next(iter([*visible, *known, *(sheet for sheet in sheets if sheet.rows)]))


def lay_out_mapping(
    assessment: Assessment,
    sheets: tuple[Sheet, ...],
    sheet: Sheet,
    *,
    token: str,
    file: str,
    head: int = 0,
    problem: str = "",
) -> ColumnMapping:
    columns_before, states_before = kept_words(assessment)
    head = head or heading_row(sheet) or next(iter(sheet.rows), 1)
    columns = columns_of(sheet, head, columns_before)
    state = next((one.number for one in columns if one.field == "state"), 0)
    words = words_for_states(sheet, head, state) if state else ()
    return ColumnMapping(
        token=token,
        file=file,
        sheets=tuple(
            SheetChoice(one.title, one.hidden, len(one.rows), one.title == sheet.title) for one in sheets
        ),
        head=head,
        columns=columns,
        fields=tuple((key, str(label)) for key, label in LABELS.items()),
        words=tuple(StateWord(word, proposed_state(word, states_before) or "") for word in words),
        states=tuple(
            (key, _("待确认（不写入）") if key == "not_answered" else said(text))
            for key, text in STATES.items()
        ),
        merged=sheet.merged,
        remembered=any(squeeze(one.heading) in columns_before for one in columns),
        problem=problem,
    )
