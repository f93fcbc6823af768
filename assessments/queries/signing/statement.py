"""What the hospital promises (真实性承诺书), in the words of the paper: the page shows them to whoever approves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.templatetags.display import level_name, points
from assessments.models import Assessment
from assessments.queries.frame import said
from engine.rubric.values import Rubric


@dataclass(frozen=True, slots=True)
class Promise:
    """``paragraphs``: numbered, in order."""

    title: str
    opening: str
    paragraphs: tuple[str, ...]


def promise_of(assessment: Assessment, rubric: Rubric, *, level: int, total: Decimal, digest: str) -> Promise:
    """No query when hospital and edition are there."""
    words = {
        "edition": said(rubric.title),
        "title": assessment.title,
        "window": _window(assessment.window_from, assessment.window_to),
        "level": level_name(level),
        "total": points(total),
        "digest": digest,
    }
    return Promise(
        title=_("自评材料真实性承诺书"),
        opening=_("本院按照%(edition)s开展自评，就自评材料“%(title)s”郑重承诺如下：") % words,
        paragraphs=(
            _("一、自评%(window)s，自评结果为%(level)s，总评分%(total)s分。") % words,
            _(
                "二、所填答案、统计数据和实证材料真实、准确、完整，均来自本院正在使用的信息系统，没有伪造、篡改、隐瞒，没有以演示环境代替实际应用。"
            ),
            _(
                "三、分到科室的项目由责任科室确认，其余项目由信息科汇总时一并负责，分管院领导已审核批准，签署人员见签署表。"
            ),
            _(
                "四、本承诺所指的答案和统计数据以摘要码（SHA-256）%(digest)s为准，如有改动，本承诺即行失效，须重新签署；实证材料以系统登记的文件指纹为准。"
            )
            % words,
            _("五、如与事实不符，本院承担相应责任，并接受主管部门按有关规定作出的处理。"),
        ),
    )


def _window(begins: date | None, ends: date | None) -> str:
    if begins is None or ends is None:
        return _("统计期按各项目的规定")
    return _("统计期为%(begins)s至%(ends)s") % {"begins": begins.isoformat(), "ends": ends.isoformat()}
