"""Names of the systems that records usually come from, in the language of the request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language

#: The catalogue names systems in English; those that are abbreviations everywhere (HIS, LIS) are not here.
CHINESE: Mapping[str, str] = {
    "anaesthesia": "麻醉系统",
    "approval workflow": "审批流程系统",
    "audit log": "审计日志",
    "blood bank": "输血系统",
    "booking platform": "预约平台",
    "complaint system": "投诉管理系统",
    "display system": "叫号显示系统",
    "emergency system": "急诊系统",
    "family doctor system": "家庭医生系统",
    "follow-up system": "随访系统",
    "insurance platform": "医保平台",
    "integration platform": "集成平台",
    "IT register": "信息资产台账",
    "kiosk": "自助机",
    "logistics": "物流配送系统",
    "master data": "主数据",
    "message platform": "消息平台",
    "monitoring/ICU": "监护/重症系统",
    "navigation system": "院内导航系统",
    "nursing": "护理系统",
    "patient app": "患者端应用",
    "payment platform": "支付平台",
    "pharmacy": "药房系统",
    "queue system": "排队叫号系统",
    "regional platform": "区域平台",
    "reporting platform": "上报平台",
    "service platform": "服务平台",
    "statistics": "统计系统",
    "survey system": "满意度调查系统",
    "telemedicine platform": "远程医疗平台",
    "treatment system": "治疗系统",
    "wearable gateway": "可穿戴设备网关",
}


def system_names(systems: Iterable[str]) -> str:
    """``HIS、护理系统`` or ``HIS, nursing``."""
    if (get_language() or "").startswith("en"):
        return ", ".join(systems)
    return "、".join(CHINESE.get(name, name) for name in systems)
