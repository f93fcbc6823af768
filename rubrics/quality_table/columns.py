"""What the columns of a table may be called."""

from __future__ import annotations

from collections.abc import Mapping

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "item": ("项目代码", "项目编码", "项目编号", "评价项目代码", "代码", "item", "itemcode", "code"),
    "level": ("等级", "级别", "评价等级", "功能等级", "level"),
    "dimension": ("维度", "考察维度", "数据质量维度", "评价维度", "考察类型", "dimension"),
    "rule": ("规则编号", "规则代码", "规则id", "rule", "ruleid"),
    "text": (
        "规则内容",
        "规则",
        "考察内容",
        "数据质量考察内容",
        "考察项目",
        "评价内容",
        "内容",
        "text",
        "ruletext",
    ),
    "checks": ("核验方式", "核查方式", "考察方式", "核查内容", "核查字段", "计算方法", "checks", "check"),
}
NEEDED = ("item", "level", "dimension")
#: as written by this product
WRITTEN = {
    "item": "项目代码",
    "level": "等级",
    "dimension": "维度",
    "rule": "规则编号",
    "text": "规则内容",
    "checks": "核验方式",
}


def column_of(heading: str) -> str | None:
    """The column a heading names."""
    plain = "".join(heading.split()).replace("_", "").replace("-", "").casefold()
    return next((key for key, names in HEADINGS.items() if plain in names), None)
