"""From the cells of a workbook to fields: found by hidden keys, typed as people type, nothing guessed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from assessments.workbook.content import EMPTY, FORMAT, Passport
from assessments.workbook.layout import inputs_of, lay_out
from assessments.workbook.opening import Cell, Grid, WorkbookRefused, open_workbook
from assessments.workbook.typed import Mistyped, typed_value
from assessments.workbook.writing import HEAD_MARK, ROWS_MARK
from engine.rubric.values import Rubric

_FAMILY = FORMAT.partition("/")[0]
MOST_REFUSED = 300


@dataclass(frozen=True, slots=True)
class Refused:
    """One cell that is not taken: where, what stands there, why. ``field`` when it is known."""

    address: str
    typed: str
    sentence: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A workbook as it came back. ``base``: every field as it was handed out; ``values``: as it says now
    (None or not_answered: emptied). A field whose cells are gone is in neither way changed: it is not in ``values``."""

    passport: Passport
    base: Mapping[str, Any]
    values: Mapping[str, Any]
    addresses: Mapping[str, str]
    refused: tuple[Refused, ...] = ()


@dataclass(slots=True)
class _Found:
    """Cells by row key and column; keys that occur twice are kept apart."""

    cells: dict[tuple[str, str], Cell | None] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)  # also of empty cells
    rows: dict[str, str] = field(default_factory=dict)  # row key -> where
    twice: dict[str, list[str]] = field(default_factory=dict)
    strangers: list[Refused] = field(default_factory=list)


def read_passport(grids: tuple[Grid, ...]) -> tuple[Passport, dict[str, Any], bool]:
    """Whose workbook it is, the values it was handed out with, and whether it has rows for notes.

    Raises WorkbookRefused when the hidden sheet is not there or not ours.
    """
    for grid in grids:
        mark = grid.rows[0].get(1) if grid.rows else None
        if mark is not None and mark.kind == "text" and str(mark.value).startswith(f"{_FAMILY}/"):
            if mark.value != FORMAT:
                raise WorkbookRefused(
                    _("工作簿的格式是“%(given)s”，本系统能读“%(known)s”。请重新导出后填写。")
                    % {"given": str(mark.value)[:40], "known": FORMAT}
                )
            return _hidden(grid)
    raise WorkbookRefused(
        _(
            "没有找到导出时写入的标记，不能确定各行对应的条款。请从本系统重新导出工作簿，再填写、导入；不要另建文件粘贴。"
        )
    )


def read_workbook(file: BinaryIO, rubric_of: Callable[[Passport], Rubric]) -> tuple[Rubric, Filled]:
    """Open and read a workbook. ``rubric_of``: from the passport to the rubric; raises to refuse."""
    grids = open_workbook(file)
    passport, base, notes = read_passport(grids)
    rubric = rubric_of(passport)
    return rubric, read_fields(rubric, grids, passport, base, notes=notes)


def read_fields(
    rubric: Rubric, grids: tuple[Grid, ...], passport: Passport, base: Mapping[str, Any], *, notes: bool
) -> Filled:
    inputs = inputs_of(lay_out(rubric, notes=notes))
    known_rows = {key for key, _column in inputs}
    found = _gather(grids, known_rows)
    refused = list(found.strangers)
    broken: set[str] = set()
    for key, where in found.twice.items():
        names = sorted({entry.field for (row, _column), entry in inputs.items() if row == key})
        sentence = _("同一行出现多次：%(places)s。请只保留一行。") % {"places": _("、").join(where)}
        refused.append(Refused(where[0], key, sentence, names[0] if names else ""))
        broken.update(names)
    parts: dict[str, dict[str, Any]] = {}
    addresses: dict[str, str] = {}
    for spot, entry in inputs.items():
        if spot[0] not in found.rows or spot not in found.places or entry.field in broken:
            continue
        cell = found.cells.get(spot)
        try:
            value = typed_value(cell, entry.kind)
        except Mistyped as mistyped:
            refused.append(Refused(found.places[spot], _shown(cell), str(mistyped), entry.field))
            broken.add(entry.field)
            continue
        parts.setdefault(entry.field, {})[entry.part] = value
        if value not in EMPTY or entry.field not in addresses:
            addresses[entry.field] = found.places[spot]
    values: dict[str, Any] = {}
    for name, pieces in parts.items():
        if name in broken:
            continue
        try:
            values[name] = _index(pieces, base.get(name)) if "/data_quality." in name else pieces[""]
        except Mistyped as mistyped:
            refused.append(Refused(addresses[name], "", str(mistyped), name))
    return Filled(passport, base, values, addresses, tuple(refused[:MOST_REFUSED]))


def _index(pieces: Mapping[str, Any], base: Any) -> Any:
    """One index from its cells: whole, per dimension, or counted per rule; never two of them."""
    whole = pieces.get("")
    given = {key: value for key, value in pieces.items() if key and ":" not in key and value is not None}
    before = base.get("rules", {}) if isinstance(base, Mapping) else {}
    counted: dict[str, dict[str, Any]] = {
        rule: dict(pair) for rule, pair in before.items() if f"{rule}:numerator" not in pieces
    }
    for key, value in pieces.items():
        rule, _colon, side = key.rpartition(":")
        if rule and value is not None:
            counted.setdefault(rule, {})[side] = value
    ways = [way for way in (whole, given, counted) if way]
    if len(ways) > 1 or (whole is not None and (given or counted)):
        raise Mistyped(
            _("同一级别的数据质量指数只能用一种填法：直接填指数、按维度填、或按规则计数。请清空其余的。")
        )
    if counted:
        return {"rules": counted}
    return given or whole


def _gather(grids: tuple[Grid, ...], known: set[str]) -> _Found:
    found = _Found()
    for grid in grids:
        mark = grid.rows[0].get(1) if grid.rows else None
        heads = {n: str(cell.value) for n, cell in grid.rows[0].items() if n > 1} if grid.rows else {}
        if mark is None or mark.value != ROWS_MARK:
            continue
        for row in grid.rows[1:]:
            _gather_row(found, grid.title, row, heads, known)
    return found


def _gather_row(
    found: _Found, title: str, row: Mapping[int, Cell], heads: Mapping[int, str], known: set[str]
) -> None:
    number = next(iter(row.values())).address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    where = _("“%(sheet)s”第%(row)s行") % {"sheet": title, "row": number}
    marked = row.get(1)
    key = str(marked.value) if marked is not None else ""
    if not key:
        if typed := [cell for n, cell in row.items() if heads.get(n) in ("value", "denominator")]:
            sentence = _("这一行没有编号，是后来插入的，没有读取。请把内容填到原有的行。")
            found.strangers.append(Refused(f"{title}!{typed[0].address}", _shown(typed[0]), sentence))
        return
    if key not in known:
        if not key.endswith("/item") and key != HEAD_MARK:
            sentence = _("本标准没有“%(key)s”这一行，没有读取。") % {"key": key[:60]}
            found.strangers.append(Refused(f"{title}!A{number}", key[:60], sentence))
        return
    if key in found.rows:
        found.twice.setdefault(key, [found.rows[key]]).append(where)
        return
    found.rows[key] = where
    for n, head in heads.items():
        found.cells[key, head] = row.get(n)
        found.places[key, head] = (
            f"{title}!{row[n].address}" if n in row else f"{title}!{get_column_letter(n)}{number}"
        )


def _hidden(grid: Grid) -> tuple[Passport, dict[str, Any], bool]:
    facts: dict[str, Any] = {}
    base: dict[str, Any] = {}
    for row in grid.rows[1:]:
        key = str(row[1].value) if 1 in row else ""
        text = "".join(str(row[n].value) for n in sorted(row) if n > 1)
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as broken:
            raise WorkbookRefused(_altered()) from broken
        kind, _colon, name = key.partition(":")
        if kind == "fact":
            facts[name] = value
        elif kind == "value":
            base[name] = value
    return _passport(facts), base, facts.get("notes") is not False


def _passport(facts: Mapping[str, Any]) -> Passport:
    texts = ("assessment", "edition", "content_hash", "language", "exported_at", "title")
    if not all(isinstance(facts.get(key), str) and len(facts[key]) <= 400 for key in texts):
        raise WorkbookRefused(_altered())
    hospital = facts.get("hospital")
    if not isinstance(hospital, Mapping) or not all(
        isinstance(value, str | int) and key in ("name", "beds", "grade", "region")
        for key, value in hospital.items()
    ):
        raise WorkbookRefused(_altered())
    window = facts.get("window")
    try:
        days = (date.fromisoformat(window[0]), date.fromisoformat(window[1])) if window else None
    except (TypeError, ValueError, KeyError, IndexError) as broken:
        raise WorkbookRefused(_altered()) from broken
    return Passport(
        edition=facts["edition"],
        content_hash=facts["content_hash"],
        language=facts["language"],
        exported_at=facts["exported_at"],
        assessment=facts["assessment"],
        title=facts["title"],
        hospital=dict(hospital),
        window=days,
    )


def _altered() -> str:
    return _("工作簿里隐藏的核对页已被改动，不能导入。请重新导出，把填写内容复制过去。")


def _shown(cell: Cell | None) -> str:
    return "" if cell is None else str(cell.value)[:120]
