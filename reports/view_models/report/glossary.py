"""Words of the standard that the report uses, each with its English and a plain meaning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class Term:
    """``zh`` and ``en`` stand beside each other whatever the language of the report is."""

    zh: str
    en: str
    meaning: str


def glossary_of(*, with_index: bool, verified: bool, peers: bool) -> tuple[Term, ...]:
    """Only words this very report uses. ``with_index``: the standard knows data-quality indices."""
    return tuple(_terms(with_index, verified, peers))


def _terms(with_index: bool, verified: bool, peers: bool) -> Iterable[Term]:
    yield Term("自评", "self-assessment", gettext("医院按标准自己填报的结果，不是官方评价。"))
    yield Term("评价项目", "evaluation item", gettext("标准中单独计分的一项应用，用代码表示，例如01.01。"))
    yield Term("条款", "clause", gettext("一个项目在一个级别的一条要求，例如01.01.4-2。"))
    yield Term("基本项", "basic item", gettext("达到该级别时必须全部达标的项目，用■表示。"))
    yield Term("选择项", "optional item", gettext("达到该级别时只须有规定个数达标的项目，用○表示。"))
    yield Term("目标等级", "target level", gettext("本报告以它为准列出差距的级别。"))
    yield Term(
        "有效应用范围",
        "scope of effective application",
        gettext("真正使用这一功能的业务占全部同类业务的比例。"),
    )
    yield Term(
        "分子、分母", "numerator / denominator", gettext("比例的上下两个数；两者都应能用查询重新数出来。")
    )
    if with_index:
        yield Term(
            "数据质量指数", "data-quality index", gettext("一致性、完整性、整合性、及时性的得分，0到1。")
        )
    yield Term("总评分", "total score", gettext("各项目得分之和；每个级别有最低总分。"))
    yield Term("差距项", "gap", gettext("为达到目标还要补齐的一个项目和级别。"))
    yield Term("整体应用水平", "overall level", gettext("基本项、选择项、总评分三项条件都满足的最高级别。"))
    if verified:
        yield Term("核验", "verification", gettext("用医院交来的数据重新数一遍，看填报是否站得住。"))
        yield Term("核验不符", "refuted", gettext("数据与填报相反。没有核验不等于不符。"))
        yield Term(
            "闭环管理",
            "closed-loop management",
            gettext("一件事从开始到结束的每一步都留下记录，并能连起来。"),
        )
        yield Term("一致性", "consistency", gettext("同一内容在数据里只用字典中的编码。"))
        yield Term("及时性", "timeliness", gettext("前后两步的时间次序合理、间隔不超出规定。"))
    yield Term("门面", "façade", gettext("界面上看得到、自评算了分，后面却没有数据接通的应用。"))
    yield Term("证据包", "evidence package", gettext("一次交来的数据文件，连同统计期和指纹。"))
    yield Term(
        "指纹（SHA-256）",
        "fingerprint (SHA-256)",
        gettext("由文件内容算出的64位字符；文件改动一个字，指纹就不同。"),
    )
    if peers:
        yield Term("同类医院", "peer group", gettext("等级、床位区间和类别都相同的医院。"))
        yield Term("百分位", "percentile", gettext("同类中不优于本院的医院所占比例，100为最好。"))
        yield Term("中位数", "median", gettext("从低到高排在正中间的数。"))
