"""How fields, values, tags and shortfalls of an item are called, in the language of the request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.answer_fields import Place, find_place
from engine.rubric.values import Item
from engine.scoring.answers import ItemAnswers
from engine.scoring.card import ItemResult


def states() -> dict[str, str]:
    return {"met": _("符合"), "partly": _("部分符合"), "not_met": _("不符合"), "not_answered": _("未作答")}


def dimensions() -> dict[str, str]:
    return {
        "consistency": _("一致性"),
        "completeness": _("完整性"),
        "integration": _("整合性"),
        "timeliness": _("及时性"),
    }


def natures() -> dict[str, tuple[str, str]]:
    """Tag of what a clause is about: its word and its explanation."""
    return {
        "capture": (_("数据采集"), _("数据在发生处由系统记录下来。")),
        "feature": (_("系统功能"), _("系统提供给使用者的一项功能。")),
        "dictionary": (_("字典与编码"), _("按统一的字典或编码记录，能与其他部门对照。")),
        "exchange": (_("数据交换"), _("数据在系统或部门之间自动传递，不靠手工转抄。")),
        "decision_support": (_("决策支持"), _("系统按规则或知识库核查、提示、建议。")),
        "closed_loop": (_("闭环管理"), _("从申请到执行的每一步都有记录、可追踪、可干预。")),
        "analytics": (_("统计分析"), _("对积累的数据做统计、质控和分析。")),
        "regional": (_("院外与区域"), _("与院外机构、患者或区域平台共享和协同。")),
        "governance": (_("管理与安全"), _("制度、权限、安全、备份等管理要求。")),
    }


def evidence_kinds() -> dict[str, tuple[str, str]]:
    """Tag of what proves a clause: its word and its explanation."""
    return {
        "data": (_("数据"), _("可从业务数据中核对。")),
        "message": (_("接口消息"), _("可从系统之间的消息中核对。")),
        "metric": (_("指标"), _("可用统计指标核对。")),
        "document": (_("文档"), _("由人查看制度、记录等文件。")),
        "screen": (_("界面"), _("由人查看系统界面或截图。")),
    }


def backend_tag() -> tuple[str, str]:
    return _("后台集成"), _("要求落在后台的数据与系统衔接上，只看界面看不出来。")


def path_label(item: Item, path: str) -> str:
    """3级第2条, 3级分子, 统计分母: what a field is called in a dialog or the history."""
    place = find_place(item, path)
    return path if place is None else place_label(place)


def place_label(place: Place) -> str:
    if place.kind == "clauses":
        return _("%(level)s级第%(n)s条") % {"level": place.level, "n": place.n}
    if place.level:
        with_level = {
            "numerators": _("%(level)s级分子"),
            "denominators": _("%(level)s级分母"),
            "data_quality": _("%(level)s级数据质量指数"),
        }
        return with_level[place.kind] % {"level": place.level}
    return {
        "denominator": _("本项目自有分母"),
        "in_use": _("是否在用"),
        "no_such_service": _("无此项业务的理由"),
        "note": _("备注"),
    }[place.kind]


def value_text(value: object) -> str:
    """A stored or typed value in words; 未填 for nothing."""
    if value is None or value == "":
        return _("（未填）")
    if isinstance(value, bool):
        return _("已在用") if value else _("未在用")
    if isinstance(value, str):
        return states().get(value, value)
    if isinstance(value, Mapping):
        if isinstance(rules := value.get("rules"), Mapping):
            return _("；").join(
                f"{rule} {pair.get('numerator')}/{pair.get('denominator')}"
                for rule, pair in rules.items()
                if isinstance(pair, Mapping)
            )
        names = dimensions()
        return _("；").join(f"{names.get(str(key), key)} {part}" for key, part in value.items())
    return str(value)


def changed_fields(item: Item, paths: Iterable[str]) -> str:
    """The fields of one event in a line; many are counted, not listed."""
    labels = [path_label(item, path) for path in paths]
    if len(labels) <= 3:
        return _("、").join(labels)
    rest = len(labels) - 2
    return ngettext("%(first)s等%(n)s处", "%(first)s等%(n)s处", rest) % {
        "first": _("、").join(labels[:2]),
        "n": len(labels),
    }


def missing_line(
    item: Item,
    level: int,
    result: ItemResult,
    *,
    unmet: int,
    given: ItemAnswers,
) -> str:
    """差2条，有效应用比例0.76，未达0.80: what one level still needs.

    ``unmet``: its clauses not met. An earlier level whose index was never entered says so itself, so
    here it is named only where nothing else is missing.
    """
    counted = given.counted_at(level) is not None
    no_base = bool(given.numerators) and given.denominator_at(level) is None
    parts: list[str] = []
    last: list[str] = []
    entered = result.factors[level].index_entered
    if unmet:
        parts.append(ngettext("差%(n)s条", "差%(n)s条", unmet) % {"n": unmet})
    shortfalls = result.shortfalls.get(level, ())
    kinds = {short.factor for short in shortfalls}
    ratio = item.application.kind == "ratio"
    if ratio and not counted and not no_base and not entered and {"application", "data_quality"} <= kinds:
        parts.append(_("有效应用比例和数据质量未填"))
        kinds -= {"application", "data_quality"}
    for short in shortfalls:
        figures = {"have": short.have, "need": short.need, "level": short.at_level}
        if short.factor not in kinds:
            continue
        if short.factor == "function" and not unmet:
            parts.append(_("第%(level)s级条款尚未全部符合") % figures)
        elif short.factor == "application" and not ratio:
            parts.append(_("尚未确认在用"))
        elif short.factor == "application" and no_base:
            parts.append(_("分母未填"))
        elif short.factor == "application":
            parts.append(
                _("有效应用比例%(have)s，未达%(need)s") % figures if counted else _("有效应用比例未填")
            )
        elif short.factor == "data_quality":
            parts.append(
                _("数据质量指数%(have)s，未达%(need)s") % figures if entered else _("数据质量指数未填")
            )
        elif short.factor == "earlier_data_quality":
            if result.factors[short.at_level].index_entered:
                parts.append(_("第%(level)s级数据质量指数%(have)s，未达%(need)s") % figures)
            else:
                last.append(_("第%(level)s级数据质量指数未填") % figures)
    return _("，").join(parts or last)
