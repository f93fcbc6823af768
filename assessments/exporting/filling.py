"""Frozen submissions set into the columns of a template. Levels and shares are numbers; no cell is a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assessments.exporting.columns import BASE, Column
from assessments.models import ScoreSnapshot
from assessments.workbook import styles
from assessments.workbook.cells import put_text
from engine.rubric.values import Item, Rubric

HEAD = styles.Look(styles.HEAD, styles.HEAD_FILL, styles.WRAP)
Value = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Frozen:
    """One submission, annotated by ``span_chip.FROZEN``, and what stands beside it. ``city``: the bureau right above the hospital."""

    snapshot: ScoreSnapshot
    rubric: Rubric
    standard: str
    year: int
    city: str
    awarded: int | None


def table(
    columns: tuple[Column, ...], submissions: Iterable[Frozen], *, by_item: bool
) -> Iterator[list[Value]]:
    """The rows, in the order of the submissions and, within one, of the standard."""
    for number, one in enumerate(submissions, start=1):
        whole = _of_submission(one, number)
        if not by_item:
            wide = {column.key: _wide(one, column.key) for column in columns if column.wide}
            yield [wide.get(column.key, whole.get(column.key)) for column in columns]
            continue
        for item in one.rubric.items:
            values = {**whole, **_of_item(one, item)}
            yield [values.get(column.key) for column in columns]


def write_plain(columns: tuple[Column, ...], rows: Iterable[list[Value]]) -> bytes:
    """A workbook of one sheet with a row of headings."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _("上报表")
    brush = styles.Brush()
    for at, column in enumerate(columns, start=1):
        put_text(sheet.cell(1, at), column.heading)
        brush.paint(sheet.cell(1, at), HEAD)
        sheet.column_dimensions[get_column_letter(at)].width = 28 if "name" in column.key or column.key in ("hospital", "title", "standard") else 13  # fmt: skip
    sheet.freeze_panes = "A2"
    _put(sheet, 2, rows)
    return _saved(book)


def write_into(workbook: bytes, sheet: str, head_row: int, rows: Iterable[list[Value]]) -> bytes:
    """The platform's own workbook, filled beneath its headings; sample rows that stood there are gone."""
    book = load_workbook(io.BytesIO(workbook), keep_links=False)
    into = book[sheet]
    if into.max_row > head_row:
        into.delete_rows(head_row + 1, into.max_row - head_row)
    _put(into, head_row + 1, rows)
    return _saved(book)


def _put(sheet: Any, first: int, rows: Iterable[list[Value]]) -> None:
    for number, values in enumerate(rows, start=first):
        for at, value in enumerate(values, start=1):
            if value is None or value == "":
                continue
            cell = sheet.cell(number, at)
            if isinstance(value, str):
                put_text(cell, value)
            else:
                cell.value = value
                if isinstance(value, date):
                    cell.number_format = "yyyy-mm-dd"


def _saved(book: Workbook) -> bytes:
    book.properties.creator = "Zhiping"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _of_submission(one: Frozen, number: int) -> dict[str, Value]:
    snapshot, assessment = one.snapshot, one.snapshot.assessment
    hospital = assessment.hospital
    return {
        "no": number,
        "code": hospital.code,
        "hospital": hospital.name,
        "hospital_en": hospital.name_en,
        "region": hospital.region,
        "city": one.city,
        "grade": hospital.get_grade_display(),
        "ownership": hospital.get_ownership_display(),
        "type": hospital.get_hospital_type_display(),
        "beds": hospital.beds,
        "standard": one.standard,
        "edition": assessment.edition.key,
        "title": assessment.title,
        "year": one.year,
        "window_from": assessment.window_from,
        "window_to": assessment.window_to,
        "submitted_on": _day(snapshot.taken_at),
        "target": assessment.target_level,
        "level": snapshot.level,
        "total": snapshot.total,
        "at_most": _level(snapshot, "verified_at_most"),
        "strict": _level(snapshot, "verified_at_least"),
        "awarded": one.awarded,
        **{f"{BASE}{figure['key']}": figure["value"] for figure in snapshot.basis},
    }


def _of_item(one: Frozen, item: Item) -> dict[str, Value]:
    scored: Mapping[str, Any] = one.snapshot.card["items"].get(item.code, {})
    given: Mapping[str, Any] = one.snapshot.answers.get("items", {}).get(item.code, {})
    level = str(scored.get("scored_level") or "")
    role = next((role for role in one.rubric.roles if role.code == item.role), None)
    return {
        "role": _said(role.name) if role else item.role,
        "item": item.code,
        "item_name": _said(item.name),
        "function_level": scored.get("function_level"),
        "scored_level": scored.get("scored_level"),
        "denominator": given.get("denominators", {}).get(level, given.get("denominator")),
        "numerator": given.get("numerators", {}).get(level),
        "application": _number(scored.get("application")),
        "data_quality": _number(scored.get("data_quality")),
        "score": _number(scored.get("score")),
        "passes": _("、").join(str(passed) for passed in scored.get("passes", ())),
    }


def _level(snapshot: ScoreSnapshot, annotation: str) -> int | None:
    """What a check left, as annotated by ``span_chip.FROZEN``; None without a check."""
    found: Any = getattr(snapshot, annotation)
    return None if found is None else int(found)


def _wide(one: Frozen, key: str) -> Value:
    code, _colon, part = key.partition(":")
    item = one.rubric.by_code.get(code)
    return _of_item(one, item)[part] if item else None


def _said(text: Any) -> str:
    return str(text.en if (get_language() or "").startswith("en") else text.zh)


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _number(text: Any) -> Value:
    if text in (None, ""):
        return None
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return str(text)
