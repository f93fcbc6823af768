"""Workbooks on plain files: from a zhiping-assessment/1 document and back to one, without a database."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.answer_fields import Unreadable, find_place, normal
from assessments.documents import library
from assessments.workbook.content import (
    BASES,
    EMPTY,
    OVERALL,
    Content,
    Passport,
    answers_from,
    same,
    split,
    values_of_answers,
)
from assessments.workbook.opening import WorkbookRefused
from assessments.workbook.reading import Filled, Refused, read_workbook
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.checking import check_answers


def content_of_file(rubric: Rubric, answers: Answers, language: str) -> Content:
    """A workbook of a document. It has no rows for notes: the document has no place for them."""
    return Content(
        passport=Passport(
            edition=rubric.id,
            content_hash=rubric.content_hash,
            language=language,
            exported_at=timezone.localtime().isoformat(timespec="seconds"),
            hospital=dict(answers.hospital),
            window=answers.window,
        ),
        rubric=rubric,
        values=values_of_answers(rubric, answers),
        notes=False,
    )


def rubric_in_library(passport: Passport) -> Rubric:
    """The rubric of the library that a workbook names. Raises WorkbookRefused."""
    known = library()
    if passport.edition not in known:
        raise WorkbookRefused(
            _("工作簿使用的标准“%(rubric)s”不在标准库中。可用：%(known)s。")
            % {"rubric": passport.edition[:40], "known": ", ".join(sorted(known))}
        )
    if known[passport.edition].content_hash != passport.content_hash:
        raise WorkbookRefused(
            _("工作簿按“%(edition)s”的另一版本导出，条款可能不同，不能读取。") % {"edition": passport.edition}
        )
    return known[passport.edition]


def read_file(file: Path) -> tuple[Rubric, Filled]:
    """A workbook on disk. Raises WorkbookRefused; OSError when the file cannot be opened."""
    with file.open("rb") as opened:
        return read_workbook(opened, rubric_in_library)


def answers_in(rubric: Rubric, filled: Filled) -> tuple[Answers, list[Refused], int]:
    """The answers of a workbook, what of it is refused, and how many filled fields a document has no place
    for (notes, the sources of base figures). Fields whose rows are gone are as they were handed out."""
    refused = list(filled.refused)
    broken = {one.field for one in refused}
    values = {
        name: value for name, value in filled.base.items() if name not in filled.values or name in broken
    }
    lost = 0
    for name, typed in filled.values.items():
        before = filled.base.get(name)
        try:
            value = before if same(name, typed, before) else _normal(rubric, name, typed)
        except Unreadable as unreadable:
            refused.append(Refused(filled.addresses.get(name, ""), str(typed)[:120], str(unreadable), name))
            continue
        if value in EMPTY:
            continue
        place, path = split(name)
        if path == "note" or (place == BASES and not path.endswith(".value")):
            lost += 1
            continue
        values[name] = value
    answers = answers_from(
        rubric, filled.passport, {name: value for name, value in values.items() if _kept(name)}
    )
    language = get_language() or ""
    for problem in check_answers(rubric, answers):
        field = (
            f"{problem.item}/{problem.field}{f'.{problem.level}' if problem.level else ''}"
            if problem.item
            else ""
        )
        refused.append(
            Refused(filled.addresses.get(field, ""), "", problem.message.in_language(language), field)
        )
    return answers, refused, lost


def _kept(name: str) -> bool:
    place, path = split(name)
    return path != "note" and (place != BASES or path.endswith(".value"))


def _normal(rubric: Rubric, name: str, value: object) -> object:
    place, path = split(name)
    if place in (BASES, OVERALL):
        return value
    found = find_place(rubric.by_code[place], path)
    return normal(rubric, rubric.by_code[place], found, value) if found is not None else None
