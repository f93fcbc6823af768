"""What the last decision changed, in sentences and per item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from engine.roadmap.comparing import compare_plans
from engine.roadmap.values import Plan
from engine.rubric.values import Rubric
from reports.view_models.roadmap.rows import levels_words
from reports.view_models.roadmap.wording import item_name, quarters_words, tenths, yuan


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """``kind``: new | dropped | altered | moved."""

    code: str
    words: str
    kind: str
    kind_words: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """``by_item``: item -> kind, for marking its line. ``sentence``: the sums."""

    sentence: str
    items: tuple[ItemDifference, ...]
    by_item: Mapping[str, str]


def difference_of(rubric: Rubric, before: Plan, after: Plan, *, adopted: int = 0) -> Difference:
    """``after`` against ``before``, in the language that is active. ``adopted``: the number of the plan in force that
    ``before`` is, 0 for the plan before the last decision."""
    if after.status == "infeasible" and not after.proven:
        return Difference(gettext("改动之后，在现有约束下没有找到方案，也未证明没有。"), (), {})
    if after.status == "infeasible":
        return Difference(gettext("改动之后，在现有约束下无法达到目标。"), (), {})
    if before.status == "infeasible":
        return Difference(gettext("改动之后可以达到目标了。"), (), {})
    found = compare_plans(before, after)
    if found.same and not found.effort and not found.cost:
        same = gettext("与执行中的第%(n)s份规划相同。") % {"n": adopted}
        return Difference(same if adopted else gettext("规划没有变化。"), (), {})
    kinds = {
        "new": gettext("新增"),
        "dropped": gettext("不再需要"),
        "altered": gettext("目标改变"),
        "moved": gettext("时间改变"),
    }
    lines = [(action.item, "new", levels_words(action)) for action in found.added]
    lines += [(action.item, "dropped", levels_words(action)) for action in found.dropped]
    lines += [
        (one.item, "altered", f"{_end(rubric, before, one.item)} → {_end(rubric, after, one.item)}")
        for one, _other in found.altered
    ]
    named = {code for code, _kind, _text in lines}
    lines += [
        (
            one.item,
            "moved",
            f"{quarters_words(one.start[0], one.finish[0])} → {quarters_words(one.start[1], one.finish[1])}",
        )
        for one in found.moved
        if one.item not in named
    ]
    return Difference(
        sentence=_sentence(found.effort, found.cost, found.quarters_later, adopted),
        items=tuple(
            ItemDifference(code, item_name(rubric, code).words, kind, kinds[kind], text)
            for code, kind, text in lines
        ),
        by_item={code: kind for code, kind, _text in lines},
    )


def _end(rubric: Rubric, plan: Plan, item: str) -> str:
    action = plan.by_item[item]
    return gettext("%(levels)s（%(effort)s人周）") % {
        "levels": levels_words(action),
        "effort": tenths(action.effort),
    }


def _sentence(effort: Decimal, cost: Decimal, later: int | None, adopted: int) -> str:
    parts = [
        gettext("投入%(effort)s人周") % {"effort": _signed(effort, tenths)},
        gettext("费用%(cost)s元") % {"cost": _signed(cost, yuan)},
    ]
    if later:
        parts.append(
            ngettext("完成推迟%(n)s个季度", "完成推迟%(n)s个季度", later) % {"n": later}
            if later > 0
            else ngettext("完成提前%(n)s个季度", "完成提前%(n)s个季度", -later) % {"n": -later}
        )
    elif later == 0:
        parts.append(gettext("完成时间不变"))
    words = {"parts": gettext("，").join(parts), "n": adopted}
    if adopted:
        return gettext("与执行中的第%(n)s份规划相比：%(parts)s。") % words
    return gettext("与改动之前相比：%(parts)s。") % words


def _signed(value: Decimal, words: object) -> str:
    assert callable(words)
    text = str(words(abs(value)))
    return f"+{text}" if value > 0 else f"−{text}" if value < 0 else text
