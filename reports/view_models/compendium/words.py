"""The words of missing material, the same on page, sheet and paper."""

from __future__ import annotations

from django.utils.translation import gettext as _


def kind_words() -> dict[str, str]:
    """Each kind of missing material -> its word, in the order of KINDS."""
    return {
        "decision": _("符合情况结论"),
        "screenshot": _("截图"),
        "file": _("佐证文件"),
        "menu_path": _("菜单路径"),
        "live_since": _("上线日期"),
        "dictionary": _("使用的字典"),
        "figure": _("统计数值"),
        "quality": _("数据质量指数"),
        "sql": _("统计SQL与执行时间"),
        "owner": _("责任人"),
        "carried": _("沿用上年，待确认"),
    }


def missing_word() -> str:
    return _("【缺】")
