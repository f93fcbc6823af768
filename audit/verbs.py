"""Every verb of the trail in words. An app that records a new verb adds it here; a test says when
one is missing.

``VERBS``: verb -> label, ``SUBJECTS``: kind of subject -> label, ``FACTS``: key of a fact -> label
(a key without a label is shown as it is), ``VALUES``: coded values of facts -> label; hospitals adds its roles and kinds when it is ready.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, str | Promise] = {
    # accounts
    "account.signed-in": _("登录"),
    "account.sign-in-locked": _("登录失败次数过多，暂停登录"),
    "account.signed-out": _("退出登录"),
    "account.created": _("新建账号"),
    "account.password-changed": _("修改密码"),
    "account.password-reset": _("重置密码"),
    "account.preferences-changed": _("修改个人设置"),
    "account.closed": _("停用账号"),
    "account.reopened": _("启用账号"),
    "account.changed": _("修改账号资料"),
    "account.wait-lifted": _("解除登录等待"),
    # hospitals
    "organisation.created": _("新建机构"),
    "organisation.changed": _("修改机构信息"),
    "department.added": _("新增科室"),
    "department.renamed": _("科室更名"),
    "department.closed": _("停用科室"),
    "department.reopened": _("恢复科室"),
    "member.invited": _("邀请人员"),
    "member.changed": _("修改人员角色"),
    "member.revoked": _("撤销人员角色"),
    # rubrics
    "edition.published": _("发布标准版本"),
    "flags.carried_over": _("沿用基本项与选择项确认"),
    "flags.confirmed": _("确认基本项与选择项"),
    "flags.withdrawn": _("撤回基本项与选择项确认"),
    "quality_table.approved": _("批准年度数据质量评分表"),
    # assessments
    "assessment.started": _("发起自评"),
    "assessment.submitted": _("提交自评"),
    "assessment.withdrawn": _("撤回自评"),
    "assessment.returned": _("退回自评"),
    "assessment.accepted": _("接收自评"),
    "assessment.archived": _("归档自评"),
    "basis.changed": _("修改统计口径"),
    "overall.answered": _("确认总体要求"),
    "items.assigned": _("分配项目"),
    "item.answered": _("填写项目"),
    "item.done": _("标记项目完成"),
    "item.reopened": _("取消项目完成标记"),
    "workbook.imported": _("导入工作簿"),
    "attachment.added": _("上传附件"),
    "attachment.removed": _("移除附件"),
    "comment.added": _("发表评论"),
    "comment.resolved": _("标记评论已解决"),
    "comment.reopened": _("重新打开评论"),
    "evidence.received": _("接收证据包"),
    "evidence.confirmed": _("确认接收证据包"),
    "evidence.refused": _("拒收数据文件"),
    "evidence.used": _("证据包用于自评"),
    "evidence.removed": _("移除证据包"),
    "evidence.destroyed": _("销毁原始数据"),
    "mapping.saved": _("保存数据映射"),
    "run.requested": _("发起核验"),
    "run.finished": _("完成核验"),
    "run.cancelled": _("取消核验"),
    "absence.declared": _("声明没有某种数据"),
    "absence.withdrawn": _("撤回没有某种数据的声明"),
    "figure.supplied": _("填写统计数字"),
    "figure.accepted": _("采信统计数字"),
    "decision.taken": _("作出证据结论"),
    "decision.withdrawn": _("撤回证据结论"),
    "anchor.set": _("锚定截图"),
    "key.registered": _("登记签名密钥"),
    "key.rotated": _("更换签名密钥"),
    "key.revoked": _("吊销签名密钥"),
    "attestation.received": _("接收核验证明"),
    # reports
    "report.requested": _("申请生成报告"),
    "report.issued": _("签发报告"),
}

#: kinds of subject
SUBJECTS: dict[str, str | Promise] = {
    "account": _("用户账号"),
    "organisation": _("机构"),
    "department": _("科室"),
    "membership": _("人员"),
    "edition": _("标准版本"),
    "assessment": _("自评"),
    "report": _("报告"),
}

FACTS: dict[str, str | Promise] = {
    "address": _("网络地址"),
    "login": _("登录名"),
    "person": _("人员"),
    "name": _("名称"),
    "role": _("角色"),
    "department": _("科室"),
    "until": _("有效期至"),
    "fields": _("修改的内容"),
    "before": _("修改前"),
    "after": _("修改后"),
    "wait": _("等待时间"),
    "failures": _("失败次数"),
    "parent": _("上级机构"),
    "kind": _("类型"),
    "item": _("项目"),
    "items": _("项目"),
    "edition": _("标准版本"),
    "title": _("名称"),
    "reason": _("原因"),
    "status": _("状态"),
    "language": _("语言"),
    "format": _("格式"),
    "sha256": _("SHA-256 校验值"),
    "due_on": _("完成期限"),
    "changes": _("修改"),
    "count": _("数量"),
    "level": _("级别"),
    "total": _("总评分"),
    "version": _("版本"),
    "file": _("文件"),
    "changed": _("修改"),
    "size": _("大小"),
    "existing": _("已有账号"),
    "back_office": _("经系统后台"),
    # evidence and checks
    "bundle": _("证据包"),
    "bundles": _("证据包"),
    "files": _("文件"),
    "clause": _("条款"),
    "replaced": _("取代"),
    "reasons": _("原因"),
    "run": _("核验次序"),
    "digest": _("结果摘要码"),
    "record": _("数据类型"),
    "rule": _("规则"),
    "numerator": _("分子"),
    "denominator": _("分母"),
    "n": _("条款序号"),
    "verdict": _("结论"),
    "attachment": _("附件"),
    "alike": _("相近的图片"),
    "fingerprint": _("密钥指纹"),
    "assessment": _("自评"),
}

VALUES: dict[str, str | Promise] = {
    "true": _("是"),
    "false": _("否"),
    "": _("（空）"),
    "zh-hans": "简体中文",
    "en": "English",
    "name": _("姓名"),
    "email": _("电子邮箱"),
    "language": _("语言"),
    "time_zone": _("时区"),
    "met": _("符合"),
    "partly": _("部分符合"),
    "not_met": _("不符合"),
    "not_answered": _("未作答"),
    "supported": _("核验相符"),
    "refuted": _("核验不符"),
    "accepted_evidence": _("采信材料"),
    "anchored_evidence": _("采信已锚定材料"),
    "confirmed_match": _("确认数据与条款相关"),
    "accepted_figure": _("采信数字"),
    "on_site": _("现场核验结论"),
    "questioned": _("提出疑问"),
    "rejected_evidence": _("不予采信"),
    "valid": _("有效"),
    "altered": _("内容被改动"),
    "unknown_key": _("密钥未登记"),
    "revoked_key": _("密钥已吊销"),
    "arithmetic_differs": _("计算不符"),
}


def verb_label(verb: str) -> str:
    return str(VERBS.get(verb, verb))


def subject_label(kind: str) -> str:
    return str(SUBJECTS.get(kind, kind))


def value_words(value: Any) -> str:
    """A fact's value on one line."""
    if isinstance(value, Mapping):
        return "; ".join(f"{fact_label(str(key))}: {value_words(part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(value_words(part) for part in value)
    if isinstance(value, bool) or value is None or value == "":
        return str(VALUES["true" if value is True else "false" if value is False else ""])
    return str(VALUES.get(value, value)) if isinstance(value, str) else str(value)


def fact_label(key: str) -> str:
    return str(FACTS.get(key, key))
