"""The preview of several workbooks at once, as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessments.actions.merging_workbooks import Merged
from assessments.models import Assessment
from assessments.queries.frame import AssessmentFrame
from assessments.workbook.joining import MOST, Clash, Part
from assessments.workbook.older.page import ImportLine, older_page
from assessments.workbook.preview import Preview, field_label, lay_out_preview, shown
from engine.rubric.values import Rubric
from hospitals.access import Person


@dataclass(frozen=True, slots=True)
class RefusedFile:
    file: str
    sentence: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """One workbook: how many fields it changes, in how many another file says something else, what is refused."""

    file: str
    sha256: str
    exported_at: str
    changed: int
    clashing: int
    refused: int


@dataclass(frozen=True, slots=True)
class ClashRow:
    """A field two files disagree on. ``options``: number, value, files with their cells; ``now``: kept otherwise."""

    label: str
    choice: str
    now: str
    options: tuple[tuple[int, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class MergePage:
    frame: AssessmentFrame
    why_not: str
    most_megabytes: int
    most_files: int
    refusal: str
    refused: tuple[RefusedFile, ...]
    imports: tuple[ImportLine, ...]
    files: tuple[FileLine, ...] = ()
    clashes: tuple[ClashRow, ...] = ()
    preview: Preview | None = None


def merge_page(
    assessment: Assessment,
    user: Person,
    *,
    refusal: str = "",
    refused: Sequence[RefusedFile] = (),
    merged: Merged | None = None,
    parts: Sequence[Part] = (),
    token: str = "",
    stale: bool = False,
) -> MergePage:
    """The queries of ``older_page``."""
    about = older_page(assessment, user)
    rubric = merged.examination.stored.rubric if merged else None
    return MergePage(
        frame=about.frame,
        why_not=about.why_not,
        most_megabytes=about.most_megabytes,
        most_files=MOST,
        refusal=refusal,
        refused=tuple(refused),
        imports=about.imports,
        files=tuple(_line(merged, n, part) for n, part in enumerate(parts)) if merged else (),
        clashes=tuple(_clash(rubric, merged, one, parts) for one in merged.joined.clashes)
        if merged and rubric
        else (),
        preview=lay_out_preview(
            merged.examination, merged.joined.filled, file="", token=token, other=False, stale=stale
        )
        if merged
        else None,
    )


def _line(merged: Merged, n: int, part: Part) -> FileLine:
    return FileLine(
        file=part.file,
        sha256=part.sha256,
        exported_at=part.filled.passport.exported_at[:16].replace("T", " "),
        changed=merged.joined.changed[n],
        clashing=sum(any(n in said.parts for said in one.said) for one in merged.joined.clashes),
        refused=len(part.filled.refused),
    )


def _clash(rubric: Rubric, merged: Merged, one: Clash, parts: Sequence[Part]) -> ClashRow:
    return ClashRow(
        label=field_label(rubric, one.field),
        choice=f"clash:{one.field}",
        now=shown(one.field, merged.now.get(one.field)),
        options=tuple(
            (
                n,
                shown(one.field, said.value),
                tuple(
                    f"{parts[part].file} {parts[part].filled.addresses.get(one.field, '')}".strip()
                    for part in said.parts
                ),
            )
            for n, said in enumerate(one.said)
        ),
    )
