"""The preview of an import as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.pages.wording import path_label, value_text
from assessments.permissions import check_can_import, reason
from assessments.queries.frame import AssessmentFrame, frame_of, said
from assessments.workbook.content import BASES, OVERALL, split
from assessments.workbook.differences import Difference
from assessments.workbook.examining import Examination
from assessments.workbook.opening import LARGEST
from assessments.workbook.reading import Filled
from assessments.workbook.stored import Stored, read_stored
from engine.rubric.values import Rubric
from hospitals.access import Person

MOST_CONFLICTS = 300  # asked one by one; a form holds no more
MOST_SHOWN = 1_000
LONGEST_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Row:
    """One field. ``choice``: name of its radio buttons, for a conflict."""

    label: str
    code: str
    before: str
    theirs: str
    mine: str
    address: str
    by: str = ""
    at: datetime | None = None
    choice: str = ""
    chosen: str = "theirs"


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    address: str
    label: str
    typed: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Preview:
    """``writes``: how many fields are written whatever is decided about the conflicts."""

    file: str
    token: str
    exported_at: str
    title: str
    other: bool
    stale: bool
    changes: tuple[Group, ...]
    conflicts: tuple[Group, ...]
    conflict_count: int
    more_conflicts: int
    refused: tuple[Problem, ...]
    withheld: tuple[tuple[str, str, int], ...]  # code, name, fields
    unchanged: int
    writes: int

    @property
    def nothing(self) -> bool:
        return not self.writes and not self.conflict_count


@dataclass(frozen=True, slots=True)
class ImportPage:
    """``offer``: token of a refused workbook that may still be taken as one of another assessment."""

    frame: AssessmentFrame
    can_import: bool
    why_not: str
    most_megabytes: int
    languages: tuple[tuple[str, str], ...]
    refusal: str
    file: str
    offer: str
    preview: Preview | None
    organisation_name: str
    search_edition: str


def import_page(
    assessment: Assessment,
    user: Person,
    *,
    stored: Stored | None = None,
    refusal: str = "",
    file: str = "",
    offer: str = "",
    preview: Preview | None = None,
) -> ImportPage:
    """Five queries, none when the rows were read for the preview."""
    stored = stored or read_stored(assessment)
    done = frozenset(code for code, row in stored.assignments.items() if row.done_at is not None)
    why_not = reason(check_can_import, user, assessment)
    return ImportPage(
        frame=frame_of(assessment, user, stored.rubric, stored.rows, done),
        can_import=not why_not,
        why_not=why_not,
        most_megabytes=LARGEST // 1024 // 1024,
        languages=(("zh", "中文"), ("en", "English")),
        refusal=refusal,
        file=file,
        offer=offer,
        preview=preview,
        organisation_name=assessment.hospital.label,
        search_edition=stored.rubric.id,
    )


def lay_out_preview(
    examination: Examination, filled: Filled, *, file: str, token: str, other: bool, stale: bool = False
) -> Preview:
    rubric = examination.stored.rubric
    conflicts = examination.comparison.conflicts
    fields = {one.field for one in conflicts}
    changes = [one for one in examination.taken if one.field not in fields]
    return Preview(
        file=file,
        token=token,
        exported_at=filled.passport.exported_at[:16].replace("T", " "),
        title=filled.passport.title,
        other=other,
        stale=stale,
        changes=_groups(rubric, changes[:MOST_SHOWN]),
        conflicts=_groups(rubric, conflicts[:MOST_CONFLICTS], asked=True),
        conflict_count=len(conflicts),
        more_conflicts=max(0, len(conflicts) - MOST_CONFLICTS),
        refused=tuple(
            Problem(one.address, field_label(rubric, one.field) if one.field else "", one.typed, one.sentence)
            for one in examination.refused
        ),
        withheld=tuple(
            (code if code not in (BASES, OVERALL) else "", place_name(rubric, code), count)
            for code, count in sorted(examination.comparison.withheld.items())
        ),
        unchanged=examination.comparison.unchanged,
        writes=len(changes),
    )


def place_name(rubric: Rubric, place: str) -> str:
    if place == BASES:
        return _("统计口径")
    if place == OVERALL:
        return _("总体要求")
    return said(rubric.by_code[place].name) if place in rubric.by_code else place


def field_label(rubric: Rubric, name: str) -> str:
    """01.01 3级第2条: a field with the item it belongs to."""
    place, _path = split(name)
    label = path_words(rubric, name)
    return label if place in (BASES, OVERALL) else f"{place} {label}"


def path_words(rubric: Rubric, name: str) -> str:
    place, path = split(name)
    if place == BASES:
        key, _dot, part = path.rpartition(".")
        names = {base.key: said(base.name) for base in rubric.statistical_bases}
        parts = {
            "value": _("数值"),
            "sql_text": _("统计SQL"),
            "database_name": _("数据库"),
            "run_at": _("执行时间"),
            "owner": _("责任人"),
        }
        return _("%(base)s：%(part)s") % {"base": names.get(key, key), "part": parts.get(part, part)}
    if place == OVERALL:
        level, n = path.split(".")
        return _("%(level)s级总体要求第%(n)s条") % {"level": level, "n": n}
    item = rubric.by_code.get(place)
    return path_label(item, path) if item is not None else name


def _groups(rubric: Rubric, ones: Iterable[Difference], *, asked: bool = False) -> tuple[Group, ...]:
    by_place: dict[str, list[Row]] = {}
    for one in ones:
        by_place.setdefault(one.place, []).append(_row(rubric, one, asked))
    order = {item.code: n for n, item in enumerate(rubric.items)}
    places = sorted(by_place, key=lambda place: order.get(place, -1))
    return tuple(
        Group("" if place in (BASES, OVERALL) else place, place_name(rubric, place), tuple(by_place[place]))
        for place in places
    )


def _row(rubric: Rubric, one: Difference, asked: bool) -> Row:
    parts = one.path.split(".")
    return Row(
        label=path_words(rubric, one.field),
        code=f"{one.place}.{parts[1]}-{parts[2]}" if parts[0] == "clauses" else "",
        before=shown(one.field, one.base),
        theirs=shown(one.field, one.theirs),
        mine=shown(one.field, one.mine),
        address=one.address,
        by=one.by,
        at=one.at,
        choice=f"choice:{one.field}" if asked else "",
    )


def shown(name: str, value: Any, longest: int = LONGEST_SHOWN) -> str:
    """A value in words, long ones cut; a clause without an answer is 未作答, another field 未填."""
    place, path = split(name)
    if value is None and (place == OVERALL or path.startswith("clauses.")):
        value = "not_answered"
    text = value_text(f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value)
    return text if len(text) <= longest else f"{text[:longest]}…"
