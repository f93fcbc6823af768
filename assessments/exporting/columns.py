"""The columns that can be exported: their keys, their headings, and by which other headings they are known.

A column is of a submission (the same on each of its rows) or of an item. ``base:discharges`` is a figure of the
statistical basis. ``01.01:score`` puts what belongs to an item beside the submission: one row each, any items.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from engine.rubric.values import Rubric

OF_SUBMISSION: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "no": (_("序号"), ("no", "number")),
    "code": (_("机构代码"), ("医疗机构代码", "卫生机构代码", "组织机构代码", "hospitalcode")),
    "hospital": (_("医疗机构名称"), ("医院名称", "医院", "机构名称", "单位名称", "医疗机构", "hospital")),
    "hospital_en": (_("英文名称"), ("englishname",)),
    "region": (_("行政区划代码"), ("行政区划", "regioncode")),
    "city": (_("所属地市"), ("地市", "城市", "所在地市", "city")),
    "grade": (_("医院等级"), ("等级", "医院级别", "grade")),
    "ownership": (_("机构性质"), ("性质", "经济类型", "ownership")),
    "type": (_("医院类别"), ("机构类别", "类别", "type")),
    "beds": (_("编制床位"), ("编制床位数", "床位数", "beds")),
    "standard": (_("评价标准"), ("标准", "评价类型", "standard")),
    "edition": (_("标准版本"), ("标准代码", "edition")),
    "title": (_("自评名称"), ("title",)),
    "year": (_("年度"), ("评价年度", "年份", "year")),
    "window_from": (_("统计起始日"), ("统计开始日期", "windowfrom")),
    "window_to": (_("统计截止日"), ("统计结束日期", "windowto")),
    "submitted_on": (_("提交日期"), ("上报日期", "填报日期", "submitted")),
    "target": (_("目标等级"), ("申报等级", "申报级别", "target")),
    "level": (_("自评等级"), ("自评级别", "等级评价结果", "level")),
    "total": (_("总评分"), ("总分", "总得分", "total")),
    "at_most": (_("去掉核验不符后至多"), ()),
    "strict": (_("严格核验等级"), ()),
    "awarded": (_("评定等级"), ("评定级别", "获评等级", "awarded")),
}  # fmt: skip
OF_ITEM: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "role": (_("工作角色"), ("角色", "role")),
    "item": (_("项目代码"), ("项目编号", "项目序号", "评价项目代码", "item")),
    "item_name": (_("项目名称"), ("评价项目", "业务项目", "项目", "itemname")),
    "function_level": (_("功能等级"), ("功能评价等级", "功能评分", "functionlevel")),
    "scored_level": (_("计分等级"), ("自评功能等级", "scoredlevel")),
    "denominator": (_("分母"), ("总数", "总业务量", "denominator")),
    "numerator": (_("分子"), ("实际应用数", "达到要求的数量", "numerator")),
    "application": (_("有效应用比例"), ("实际应用比例", "应用比例", "有效应用评分", "application")),
    "data_quality": (_("数据质量指数"), ("数据质量评分", "数据质量", "dataquality")),
    "score": (_("项目得分"), ("得分", "综合评分", "score")),
    "passes": (_("达标级别"), ("passes",)),
}  # fmt: skip
WIDE = re.compile(r"(\d\d\.\d\d)[\s:：·-]*(.+)", re.DOTALL)
SPECS: Mapping[str, Any] = json.loads((Path(__file__).parent / "templates.json").read_text(encoding="utf-8"))
BASE = "base:"


@dataclass(frozen=True, slots=True)
class Column:
    """``key``: empty for a column the platform has and this product does not know; it stays blank."""

    key: str
    heading: str

    @property
    def of_item(self) -> bool:
        return self.key in OF_ITEM

    @property
    def wide(self) -> bool:
        return bool(WIDE.fullmatch(self.key)) and not self.key.startswith(BASE)


def known(rubrics: tuple[Rubric, ...]) -> tuple[Column, ...]:
    """Every column that can be chosen on the page, headed in the language that is active."""
    return (
        *(Column(key, str(heading)) for key, (heading, _also) in OF_SUBMISSION.items()),
        *(Column(key, heading) for key, heading in _bases(rubrics).items()),
        *(Column(key, str(heading)) for key, (heading, _also) in OF_ITEM.items()),
    )


def recognised(heading: str, rubrics: tuple[Rubric, ...]) -> str:
    """The key of the column that a platform's heading means, or an empty text."""
    plain = _plain(heading)
    if found := _of(plain, OF_SUBMISSION) or _of(plain, OF_ITEM):
        return found
    for key, name in _bases(rubrics).items():
        if plain == _plain(name):
            return key
    wide = WIDE.fullmatch(heading.strip())
    part = _of(_plain(wide[2]), OF_ITEM) if wide else ""
    if wide and part and any(wide[1] in rubric.by_code for rubric in rubrics):
        return f"{wide[1]}:{part}"
    return ""


def rows_of(columns: tuple[Column, ...]) -> str:
    """Whether a table has one row per item or one per submission."""
    return "items" if any(column.of_item for column in columns) else "submissions"


def is_key(key: str, rubrics: tuple[Rubric, ...]) -> bool:
    if key in OF_SUBMISSION or key in OF_ITEM or key in _bases(rubrics):
        return True
    code, _colon, part = key.partition(":")
    return part in OF_ITEM and any(code in rubric.by_code for rubric in rubrics)


def built_in(name: str) -> tuple[Column, ...]:
    """The columns of a template this product brings along."""
    heads = {**OF_SUBMISSION, **OF_ITEM}
    return tuple(Column(key, str(heads[key][0])) for key in SPECS[name]["columns"])


def _bases(rubrics: tuple[Rubric, ...]) -> dict[str, str]:
    english = (get_language() or "").startswith("en")
    return {
        f"{BASE}{base.key}": base.name.en if english else base.name.zh
        for rubric in rubrics
        for base in rubric.statistical_bases
    }


def _plain(text: str) -> str:
    return "".join(text.split()).lower().rstrip("*＊:：")


def _of(plain: str, among: Mapping[str, tuple[str | Promise, tuple[str, ...]]]) -> str:
    for key, (heading, also) in among.items():
        if plain in (_plain(str(heading)), *also):
            return key
    return ""
