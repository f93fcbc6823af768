"""What the tags on clauses say. They are this project's analysis, not part of any standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Tag:
    key: str
    label: Words
    meaning: Words


def _by_key(*tags: Tag) -> Mapping[str, Tag]:
    return {tag.key: tag for tag in tags}


NATURES = _by_key(
    Tag("capture", pgettext_lazy("条款标签", "采集"), _("信息由系统录入、采集或记录下来。")),
    Tag("feature", pgettext_lazy("条款标签", "功能"), _("单一系统里看得见、用得上的功能。")),
    Tag("dictionary", pgettext_lazy("条款标签", "字典"), _("使用统一的编码、字典或值域。")),
    Tag("exchange", pgettext_lazy("条款标签", "交换"), _("数据在科室或系统之间传送、共享。")),
    Tag(
        "decision_support",
        pgettext_lazy("条款标签", "决策支持"),
        _("系统依据规则或知识库核查、提示、建议或预警。"),
    ),
    Tag(
        "closed_loop", pgettext_lazy("条款标签", "闭环"), _("一件事的各个环节前后相接，每一步的状态可追踪。")
    ),
    Tag("analytics", pgettext_lazy("条款标签", "分析"), _("由业务数据生成指标、报表，或供挖掘利用。")),
    Tag("regional", pgettext_lazy("条款标签", "区域"), _("与院外机构或患者自己的设备、应用交换信息。")),
    Tag(
        "governance",
        pgettext_lazy("条款标签", "治理"),
        _("制度、权限、责任与管理，主要靠文件和执行记录说明。"),
    ),
)

BACKEND = Tag(
    "backend", pgettext_lazy("条款标签", "后台"), _("须由后台系统真正打通才能做到，只看界面不能证明。")
)

EVIDENCE = _by_key(
    Tag("data", pgettext_lazy("条款标签", "数据"), _("从业务系统提取的数据表。")),
    Tag("message", pgettext_lazy("条款标签", "消息"), _("系统间的接口消息或日志。")),
    Tag("metric", pgettext_lazy("条款标签", "计数"), _("由查询得出的分子、分母或统计指标。")),
    Tag("document", pgettext_lazy("条款标签", "文档"), _("制度、合同、报告等文件。")),
    Tag("screen", pgettext_lazy("条款标签", "界面"), _("系统界面截图或录屏。")),
)

DIMENSIONS = _by_key(
    Tag("consistency", pgettext_lazy("条款标签", "一致性"), _("数据项与字典内容一致的记录所占比例。")),
    Tag("completeness", pgettext_lazy("条款标签", "完整性"), _("必填项、常用项内容完整的记录所占比例。")),
    Tag("integration", pgettext_lazy("条款标签", "整合性"), _("能与相关项目或系统对照匹配的记录所占比例。")),
    Tag("timeliness", pgettext_lazy("条款标签", "及时性"), _("时间项有值且先后、间隔合乎逻辑的比例。")),
)
