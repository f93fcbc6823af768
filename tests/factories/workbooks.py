"""Workbooks as people fill them in, and as somebody who means harm makes them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import User
from assessments.actions.answers import save_changes
from assessments.actions.importing import Applied, apply_workbook
from assessments.actions.merging import Change
from assessments.models import Assessment
from assessments.workbook.examining import Examination, examine, rubric_for
from assessments.workbook.reading import Filled, read_workbook
from assessments.workbook.stored import content_of, read_stored
from assessments.workbook.writing import write_workbook
from engine.rubric.values import Rubric
from rubrics.actions import publish
from rubrics.models import Edition
from tests.factories.rubrics import library


@cache
def few_items() -> Rubric:
    """Three items of the EMR standard, one of them without a ratio: every kind of cell, a twentieth of the rows."""
    whole = library()["emr-2018"]
    in_use = next(item.code for item in whole.items if item.application.kind == "implemented")
    items = tuple(item for item in whole.items if item.code in ("01.01", "01.02", in_use))
    codes = {item.code for item in items}
    return replace(
        whole,
        items=items,
        roles=tuple(role for role in whole.roles if any(item.role == role.code for item in items)),
        rules=tuple(rule for rule in whole.rules if rule.item in codes),
        statistical_bases=tuple(
            replace(base, feeds={code: levels for code, levels in base.feeds.items() if code in codes})
            for base in whole.statistical_bases
            if codes & set(base.feeds)
        ),
    )


def make_small_edition() -> Edition:
    return publish(rubric=few_items()).edition


def exported(assessment: Assessment, by: User, language: str = "zh-hans") -> bytes:
    """As the page hands it out; permissions are read anew, as in a new request."""
    from django.utils import translation

    with translation.override(language):
        return write_workbook(content_of(assessment, User.objects.get(pk=by.pk), language))


def spot(book: Workbook, key: str, column: str = "value") -> tuple[Worksheet, int, int]:
    """Sheet, row and column of an input, found by its keys as the import finds it."""
    for sheet in book.worksheets:
        heads = {str(cell.value): cell.column for cell in sheet[1] if cell.value}
        for row in range(2, sheet.max_row + 1):
            if sheet.cell(row, 1).value == key and column in heads:
                return sheet, row, heads[column]
    raise KeyError(key)


def put(book: Workbook, key: str, value: Any, column: str = "value") -> str:
    """Type into a cell; returns its address."""
    sheet, row, n = spot(book, key, column)
    sheet.cell(row, n).value = value
    return f"{sheet.title}!{sheet.cell(row, n).coordinate}"


def edited(content: bytes, edit: Callable[[Workbook], object]) -> bytes:
    """The workbook opened, changed and saved, as a spreadsheet program would."""
    book = load_workbook(io.BytesIO(content))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled(content: bytes, **typed: Any) -> bytes:
    """``{"01.01/clauses.1.1": "符合"}`` typed into the value cells."""
    return edited(content, lambda book: [put(book, key, value) for key, value in typed.items()])


def read(content: bytes, assessment: Assessment) -> Filled:
    return read_workbook(io.BytesIO(content), rubric_for(assessment))[1]


def repacked(
    content: bytes,
    change: dict[str, Callable[[bytes], bytes]] | None = None,
    add: dict[str, bytes] | None = None,
) -> bytes:
    """The same package with parts rewritten (by a pattern of their name) or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            body = old.read(part)
            for pattern, rewrite in (change or {}).items():
                if re.search(pattern, part.filename):
                    body = rewrite(body)
            new.writestr(part.filename, body)
        for name, body in (add or {}).items():
            new.writestr(name, body)
    return out.getvalue()


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def look(assessment: Assessment, by: User, content: bytes, **options: object) -> Examination:
    return examine(assessment, fresh(by), read(content, assessment), **options)  # type: ignore[arg-type]


def write(assessment: Assessment, by: User, content: bytes, **options: object) -> Applied:
    seen = look(assessment, by, content, **({"other": True} if options.get("other") else {})).digest
    return apply_workbook(
        by=fresh(by),
        assessment=assessment,
        filled=read(content, assessment),
        seen=seen,
        file="a.xlsx",
        **options,
    )  # type: ignore[arg-type]


def save(
    by: User, assessment: Assessment, path: str, before: object, to: object, item: str = "01.01"
) -> None:
    merge = save_changes(by=fresh(by), assessment=assessment, item=item, changes=[Change(path, before, to)])
    assert merge.status == 200


def values(assessment: Assessment) -> dict[str, object]:
    return dict(read_stored(assessment).values)
