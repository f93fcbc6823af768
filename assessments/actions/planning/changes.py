"""One decision about the plan, as the page sends it, applied to what was decided before. No query, nothing stored.

An item is arranged in one way at a time: excluding it drops its other arrangements, and pinning or placing an
excluded item takes it back in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.queries.planning.ground import Ground, Setting, first_setting, read_given_constraints
from assessments.queries.planning.making import plan_for
from engine.roadmap.constraints import CONSTRAINTS_FORMAT, constraints_to_json
from engine.roadmap.quarters import Quarter
from engine.roadmap.values import Relaxation
from hospitals.refusals import Refusal

QUOTED = (
    "effort", "software", "interface", "hardware", "implementation", "system", "vendor", "contract",
)  # fmt: skip
LONGEST_REASON = 200
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """``what``: a key of ``WAYS``; the rest is text as typed, checked when it is applied."""

    what: str
    item: str = ""
    level: str = ""
    quarter: str = ""
    year: str = ""
    amount: str = ""
    reason: str = ""
    quotation: Mapping[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        """For the trail: what was decided, never what was quoted."""
        said = {"changed": self.what, "item": self.item, "level": self.level, "quarter": self.quarter}
        said |= {"year": self.year, "reason": self.reason[:LONGEST_REASON]}
        if self.what != "quote":
            said["amount"] = self.amount
        return {key: value[:LONGEST_REASON] for key, value in said.items() if value}


def changed(ground: Ground, change: Change) -> Setting:
    """The setting after the change. Raises Refusal with one sentence."""
    setting = ground.setting
    if change.what in _OF_THE_SETTING:
        return _OF_THE_SETTING[change.what](ground, change)
    way = WAYS.get(change.what)
    if way is None:
        raise Refusal(_("没有这种修改。"))
    document = constraints_to_json(setting.constraints)
    way(document, change)
    return replace(setting, constraints=read_given_constraints(ground.rubric, document))


# -- the setting itself


def _target(ground: Ground, change: Change) -> Setting:
    return replace(ground.setting, target=whole(change.level))


def _objective(ground: Ground, change: Change) -> Setting:
    return replace(ground.setting, objective=change.amount)


def _start(ground: Ground, change: Change) -> Setting:
    return replace(ground.setting, start=quarter(change.quarter))


def _reset(ground: Ground, change: Change) -> Setting:
    """Everything as at first, but target and objective."""
    plain = first_setting(ground.card, ground.rubric, ground.assessment)
    return replace(plain, target=ground.setting.target, objective=ground.setting.objective)


def _relax(ground: Ground, change: Change) -> Setting:
    """What the page proposed against an infeasible plan: the n-th relaxation of the plan as it stands."""
    n = whole(change.amount)
    offered = plan_for(ground).relaxations
    if not 0 <= n < len(offered):
        raise Refusal(_("这条建议已不适用，规划刚刚有了变化。"))
    document = constraints_to_json(ground.setting.constraints)
    relaxed(document, offered[n], ground)
    return replace(ground.setting, constraints=read_given_constraints(ground.rubric, document))


_OF_THE_SETTING: Mapping[str, Callable[[Ground, Change], Setting]] = {
    "target": _target,
    "objective": _objective,
    "start": _start,
    "reset": _reset,
    "relax": _relax,
}


def relaxed(document: Document, offer: Relaxation, ground: Ground) -> None:
    """The document with what the relaxation asks for."""
    for item in offer.items:
        _drop(document, item, {"allow": "excluded", "unpin": "pinned"}.get(offer.kind, offer.kind))
    if offer.kind == "allow":
        given = ground.answers.items
        absent = [item for item in offer.items if item in given and given[item].no_such_service]
        if absent:
            document["allowed"] = sorted({*document.get("allowed", ()), *absent})
    elif offer.kind == "not_after" and offer.quarter is not None:
        for item in offer.items:
            document.setdefault("not_after", {})[item] = str(offer.quarter)
    elif offer.kind == "finish_by":
        _set_or_drop(document, "finish_by", str(offer.quarter) if offer.quarter else "")
    elif offer.kind == "budget" and offer.amount is not None:
        budget = document.setdefault("budget", {})
        years = [year for year in budget if int(year) >= ground.setting.start.year]
        for year in years if offer.year is None else [str(offer.year)]:
            budget[year] = str(Decimal(budget.get(year, "0")) + offer.amount)
    elif offer.kind == "capacity" and offer.amount is not None:
        _more_people(document, offer, ground)


def _more_people(document: Document, offer: Relaxation, ground: Ground) -> None:
    """``amount`` more person-weeks: in one quarter, spread evenly over the quarters of one year, or in every quarter."""
    amount, start = offer.amount or Decimal(0), ground.setting.start
    usual = ground.setting.constraints.quarter_capacity
    if usual is None:
        usual = ground.assumptions.quarter_capacity * ground.assumptions.size_factor(ground.beds)
    if offer.quarter is not None:
        quarters = [offer.quarter]
    elif offer.year is not None:
        quarters = [one for n in range(1, 5) if (one := Quarter(offer.year, n)) >= start]
    else:
        document["quarter_capacity"] = str(usual + amount)
        return
    capacity = document.setdefault("capacity", {})
    whole_weeks, rest = divmod(amount, len(quarters) or 1)
    for place, one in enumerate(quarters):
        share = whole_weeks + min(Decimal(1), max(Decimal(0), rest - place))
        capacity[str(one)] = str(Decimal(capacity.get(str(one), str(usual))) + share)


# -- constraints, as zhiping-constraints/1 before it is read again


def _exclude(document: Document, change: Change) -> None:
    for name in ("pinned", "start_at", "not_before", "not_after", "allowed"):
        _drop(document, change.item, name)
    document.setdefault("excluded", {})[change.item] = change.reason.replace("\x00", "").strip()


def _include(document: Document, change: Change) -> None:
    _drop(document, change.item, "excluded")


def _arrange(name: str, value: Callable[[Change], object]) -> Callable[[Document, Change], None]:
    def way(document: Document, change: Change) -> None:
        _drop(document, change.item, "excluded")
        document.setdefault(name, {})[change.item] = value(change)

    return way


def _release(name: str) -> Callable[[Document, Change], None]:
    return lambda document, change: _drop(document, change.item, name)


def _allow(document: Document, change: Change) -> None:
    _drop(document, change.item, "excluded")
    document["allowed"] = sorted({*document.get("allowed", ()), change.item})


def _finish_by(document: Document, change: Change) -> None:
    _set_or_drop(document, "finish_by", change.quarter)


def _quarter_capacity(document: Document, change: Change) -> None:
    _set_or_drop(document, "quarter_capacity", change.amount)


def _of_period(name: str, period: Callable[[Change], str]) -> Callable[[Document, Change], None]:
    """An amount for a quarter or a year; an empty one takes it back."""

    def way(document: Document, change: Change) -> None:
        if change.amount.strip():
            document.setdefault(name, {})[period(change)] = change.amount.replace(",", "")
        else:
            _drop(document, period(change), name)

    return way


def _quote(document: Document, change: Change) -> None:
    _unquote(document, change)
    given = {key: str(change.quotation.get(key, "")).replace("\x00", "").strip() for key in QUOTED}
    given = {key: value.replace(",", "") if key in QUOTED[:5] else value for key, value in given.items()}
    kept = {key: value for key, value in given.items() if value}
    if not kept:
        raise Refusal(_("报价是空的。请填写工作量、金额，或供应商与合同。"))
    entry = {"item": change.item, "level": whole(change.level), **kept}
    document["quotations"] = [*document.get("quotations", ()), entry]


def _unquote(document: Document, change: Change) -> None:
    level = whole(change.level)
    left = [
        one for one in document.get("quotations", ()) if (one["item"], one["level"]) != (change.item, level)
    ]
    document["quotations"] = left


WAYS: Mapping[str, Callable[[Document, Change], None]] = {
    "exclude": _exclude,
    "include": _include,
    "pin": _arrange("pinned", lambda change: whole(change.level)),
    "unpin": _release("pinned"),
    "start_at": _arrange("start_at", lambda change: change.quarter),
    "free": _release("start_at"),
    "not_before": _arrange("not_before", lambda change: change.quarter),
    "any_earlier": _release("not_before"),
    "not_after": _arrange("not_after", lambda change: change.quarter),
    "any_later": _release("not_after"),
    "allow": _allow,
    "disallow": _release("allowed"),
    "finish_by": _finish_by,
    "quarter_capacity": _quarter_capacity,
    "capacity": _of_period("capacity", lambda change: change.quarter),
    "budget": _of_period("budget", lambda change: change.year),
    "quote": _quote,
    "unquote": _unquote,
}


def _drop(document: Document, key: str, name: str) -> None:
    held = document.get(name)
    if isinstance(held, dict):
        held.pop(key, None)
    elif isinstance(held, list):
        document[name] = [one for one in held if one != key]


def _set_or_drop(document: Document, name: str, value: str) -> None:
    value = value.strip()
    if value:
        document[name] = value.replace(",", "") if name == "quarter_capacity" else value
    else:
        document.pop(name, None)


def whole(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise Refusal(_("“%(given)s”不是整数。") % {"given": text[:20]})
    return int(text)


def quarter(text: str) -> Quarter:
    try:
        return Quarter.parse(text.strip())
    except ValueError as wrong:
        raise Refusal(_("“%(given)s”不是季度，请写成2027Q1的形式。") % {"given": text[:20]}) from wrong


__all__ = ["CONSTRAINTS_FORMAT", "QUOTED", "WAYS", "Change", "changed", "quarter", "relaxed", "whole"]
