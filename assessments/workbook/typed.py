"""What a person typed into a cell, as the plain value its field takes."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.answer_fields import Unreadable, share_text, whole_number
from assessments.workbook.opening import Cell
from assessments.workbook.words import state_of, use_of


class Mistyped(ValueError):
    """A cell that says nothing its field can hold; the text says what to type."""


def typed_value(cell: Cell | None, kind: str) -> Any:
    """The value of an input cell: a state, True or False, a whole number, a share as text, a text, a moment
    as ISO text; nothing for an empty cell. Raises Mistyped."""
    if cell is None or (cell.kind == "text" and not cell.value.strip()):
        return "not_answered" if kind in ("state", "confirmed") else "" if kind == "text" else None
    if cell.kind == "formula":
        raise Mistyped(_("这里是公式，系统不计算公式。请把结果粘贴为数值后再导入。"))
    if cell.kind == "error":
        raise Mistyped(_("这里是表格软件的错误值。请改正后再导入。"))
    try:
        return _READERS[kind](cell)
    except Unreadable as unreadable:
        raise Mistyped(str(unreadable)) from unreadable


def _state(cell: Cell) -> str:
    if cell.kind == "text" and (state := state_of(cell.value)) is not None:
        return state
    raise Mistyped(_("不认识的状态。请选择“符合”“部分符合”“不符合”或“未作答”。"))


def _use(cell: Cell) -> bool | None:
    if cell.kind == "bool":
        return bool(cell.value)
    try:
        if cell.kind == "text":
            return use_of(cell.value)
    except KeyError:
        pass
    raise Mistyped(_("请选择“已在用”或“未在用”。"))


def _count(cell: Cell) -> int | None:
    value = cell.value
    if cell.kind == "number":
        if not math.isfinite(value) or value != int(value):
            raise Mistyped(_("请填写整数，不带小数和单位，如 4210。"))
        value = int(value)
    elif cell.kind != "text":
        raise Mistyped(_("请填写整数，不带小数和单位，如 4210。"))
    return whole_number(value)


def _share(cell: Cell) -> str | None:
    value = cell.value
    if cell.kind == "number":
        if not math.isfinite(value) or abs(value) > 1e9:
            raise Mistyped(_("请填写0至1之间的小数，如 0.93，也可填 93%。"))
        value = format(Decimal(format(value, ".15g")), "f")
    elif cell.kind != "text":
        raise Mistyped(_("请填写0至1之间的小数，如 0.93，也可填 93%。"))
    return share_text(value)


def _text(cell: Cell) -> str:
    if cell.kind == "number":
        return (
            format(Decimal(format(cell.value, ".15g")), "f") if math.isfinite(cell.value) else str(cell.value)
        )
    if cell.kind == "moment":
        return _moment(cell)
    return str(cell.value)


def _moment(cell: Cell) -> str:
    if isinstance(cell.value, datetime):
        return cell.value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(cell.value, date):
        return f"{cell.value.isoformat()}T00:00"
    if cell.kind == "text":
        words = cell.value.strip().replace("/", "-").replace("：", ":").replace("T", " ").split()
        for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"):
            try:
                return datetime.strptime(" ".join(words), form).strftime("%Y-%m-%dT%H:%M")
            except ValueError:
                continue
    raise Mistyped(_("请填写日期和时间，如 2026-10-08 09:30。"))


_READERS = {
    "state": _state,
    "confirmed": _state,
    "use": _use,
    "count": _count,
    "share": _share,
    "text": _text,
    "moment": _moment,
}
