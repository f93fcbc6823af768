"""Which column of a hospital's own workbook means what: proposals from its headings, kept for next year."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from assessments.workbook.older.sheets import Sheet
from assessments.workbook.words import plain, state_of

SKIP = ""
#: what a column can be taken for, in the order of the choice
LABELS = {
    SKIP: _("不导入"),
    "code": _("条款编号"),
    "item": _("项目编号或名称"),
    "level": _("级别"),
    "clause": _("条款序号"),
    "text": _("条款内容"),
    "state": _("现场状态"),
    "evidence": _("证据材料（记入备注）"),
    "problem": _("问题与差距（记入备注）"),
    "plan": _("整改计划（记入备注）"),
    "department": _("责任部门"),
    "person": _("责任人"),
    "due": _("完成期限"),
}
_ALIASES: dict[str, tuple[str, ...]] = {
    "code": ("条款编号", "条款代码", "条款号", "标准编号", "评价编号", "编号", "clausecode", "clauseid", "criterioncode", "code"),
    "item": ("业务项目", "评价项目", "项目编号", "项目代码", "项目名称", "项目", "businessitem", "evaluationitem", "item", "itemcode"),
    "level": ("级别", "等级", "评价等级", "level", "grade"),
    "clause": ("条款序号", "条序号", "第几条", "clauseno", "clausenumber"),
    "text": ("条款内容", "评价内容", "标准内容", "主要评价内容", "评价要求", "要求", "criterion", "clause", "clausetext", "requirement"),
    "state": ("现场状态", "符合情况", "自评结果", "自评状态", "是否符合", "达标情况", "状态", "结果", "status", "state", "result"),
    "evidence": ("证据材料/系统截图", "证据材料", "系统截图", "佐证材料", "实证材料", "证据", "evidence", "screenshots"),
    "problem": ("问题与差距", "存在问题", "问题", "差距", "差距分析", "problem", "problems", "gap", "gaps", "issues"),
    "plan": ("整改计划", "整改措施", "整改方案", "改进措施", "rectificationplan", "plan", "measures"),
    "department": ("责任部门", "责任科室", "牵头部门", "科室", "部门", "department", "responsibledepartment"),
    "person": ("责任人", "负责人", "联系人", "personresponsible", "responsible", "owner", "person"),
    "due": ("完成期限", "完成时间", "整改期限", "截止日期", "计划完成时间", "duedate", "deadline", "due"),
    SKIP: ("序号", "评估类别", "评价类别", "类别", "自评得分", "得分", "分数", "来源定位", "备注", "no", "category", "itemtype", "score", "source"),
}  # fmt: skip
_FIELD_OF = {alias: field for field, aliases in _ALIASES.items() for alias in aliases}
_ALSO_STATES = {
    "待确认": "not_answered", "未确认": "not_answered", "tobeconfirmed": "not_answered", "是": "met", "否": "not_met",
    "达标": "met", "未达标": "not_met", "不达标": "not_met", "基本符合": "partly", "√": "met", "✓": "met", "✔": "met",
    "×": "not_met", "✗": "not_met", "✘": "not_met", "△": "partly", "yes": "met", "no": "not_met", "y": "met", "n": "not_met",
}  # fmt: skip
MOST_LOOKED = 30


@dataclass(frozen=True, slots=True)
class Column:
    """``samples``: the first values beneath the heading."""

    number: int
    letter: str
    heading: str
    field: str
    samples: tuple[str, ...]


def squeeze(text: str) -> str:
    """A heading without the accidents of typing."""
    return re.sub(r"[\s:：*（）()]+", "", unicodedata.normalize("NFKC", text)).casefold()


def heading_row(sheet: Sheet) -> int:
    """The row that says most of what we know; 0 when none says two things of it."""
    best = (1, 0)
    for number in list(sheet.rows)[:MOST_LOOKED]:
        known = {field for text in sheet.rows[number].values() if (field := _FIELD_OF.get(squeeze(text)))}
        if len(known) > best[0]:
            best = (len(known), number)
    return best[1]


def columns_of(sheet: Sheet, head: int, kept: Mapping[str, str] | None = None) -> tuple[Column, ...]:
    """Every column with a heading, and what it is taken for; a field is proposed once. ``kept``: of last time."""
    taken: set[str] = set()
    found = []
    below = [number for number in sheet.rows if number > head]
    for number, heading in sorted(sheet.rows.get(head, {}).items()):
        key = squeeze(heading)
        field = (kept or {}).get(key, _FIELD_OF.get(key, SKIP))
        if field not in LABELS or field in taken:
            field = SKIP
        taken |= {field} - {SKIP}
        samples = [text for row in below if (text := sheet.rows[row].get(number))]
        found.append(
            Column(
                number,
                get_column_letter(number),
                heading[:60],
                field,
                tuple(text[:40] for text in samples[:3]),
            )
        )
    return tuple(found)


def proposed_state(word: str, kept: Mapping[str, str] | None = None) -> str | None:
    """What a word for a state is taken for; None: nobody knows."""
    key = squeeze(word)
    if kept and key in kept:
        return kept[key]
    return _ALSO_STATES.get(key) or state_of(plain(word))


def words_for_states(sheet: Sheet, head: int, column: int) -> tuple[str, ...]:
    """The different words that stand in a column, most common first."""
    counted: dict[str, int] = {}
    for number, row in sheet.rows.items():
        if number > head and (text := row.get(column, "")):
            counted[text[:40]] = counted.get(text[:40], 0) + 1
    return tuple(sorted(counted, key=lambda word: (-counted[word], word))[:MOST_LOOKED])
