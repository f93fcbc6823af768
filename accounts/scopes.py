"""What a key may be used for. A scope opens nothing by itself: the person's own rights are asked as well."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCOPES: dict[str, str | Promise] = {
    "organisations:read": _("查看机构与科室"),
    "organisations:write": _("新建与修改机构"),
    "assessments:read": _("查看自评、答案、快照与结果"),
    "assessments:write": _("发起自评、填写答案与统计口径"),
    "assessments:submit": _("提交、撤回与归档自评"),
    "evidence:read": _("查看证据包、核验、结论与核验证明"),
    "evidence:write": _("上传证据包与核验证明、发起核验"),
    "plans:read": _("计算与查看建设规划"),
    "plans:write": _("更新规划任务"),
    "reports:read": _("查看与下载报告"),
    "reports:write": _("生成报告"),
    "campaigns:read": _("查看年度评价工作"),
    "campaigns:write": _("办理年度评价工作"),
    "reviews:read": _("查看评审与评定结果"),
    "reviews:write": _("办理评审，退回与接收自评"),
    "comparisons:read": _("查看地区比较"),
    "comparisons:write": _("保存与删除地区比较的视图"),
}
#: for addresses any key opens: the standards, the own account, jobs of what the key may read
ANY = ""


def scope_label(scope: str) -> str:
    return str(SCOPES.get(scope, scope))
