"""What the questionnaire's modules say; they have no catalogue of their own. ``{x}`` is filled in there."""

from __future__ import annotations

from django.utils.translation import gettext as _


def script_words() -> dict[str, str]:
    return {
        "saved": _("已保存 {time}"),
        "idle": _("自动保存"),
        "saving": _("正在保存"),
        "offline": _("连接中断，内容保存在本机，恢复后自动发送"),
        "failed": _("保存失败：{reason}"),
        "server_failed": _("服务器暂时无法保存，内容保存在本机，稍后自动重试"),
        "refused": _("有{n}处没有保存，请看字段旁的说明"),
        "conflict": _("有{n}处需要您选择"),
        "blocked": _("不能保存，请看上方说明"),
        "sign_in_again": _("重新登录"),
        "reload": _("刷新页面"),
        "only_memory": _("浏览器不允许在本机保存，离开前请确认已保存"),
        "level": _("{level}级"),
        "carried": _("沿用{level}级分子"),
        "theirs": _("{name} · {at}"),
        "theirs_unknown": _("同事"),
        "choose": _("同事也改了这里"),
        "open_choice": _("查看并选择"),
        "brought_in": _("{name}更新了本项目，页面已同步"),
        "someone": _("同事"),
        "shortcut_done": _("已将{n}条标为符合（至{level}级）。"),
        "shortcut_nothing": _("{level}级及以下的条款已经全部符合。"),
        "undone": _("已撤销。"),
        "incomplete_rule": _("请把分子和分母都填上，填完自动保存。"),
        "reason_needed": _("请写明理由，写好后自动保存。"),
        "elsewhere": _("项目{items}还有未保存的内容，保存在本机。"),
        "no_such_code": _("本自评没有编号“{code}”。"),
        "empty": _("（未填）"),
        "open_all": _("全部展开"),
        "close_all": _("全部收起"),
    }
