"""What the user decided before the solver may, as zhiping-constraints/1 (YAML, JSON, or the screen's own state)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NoReturn

from engine.roadmap.plain import Refused, decimal, refuse, words
from engine.roadmap.quarters import Quarter
from engine.roadmap.values import Constraints, Quotation
from engine.rubric.values import Rubric

CONSTRAINTS_FORMAT = "zhiping-constraints/1"

_PEOPLE = (Decimal(0), Decimal(100_000))
_MONEY = (Decimal(0), Decimal(100_000_000_000))
_MONEY_KEYS = ("software", "interface", "hardware", "implementation")
_NAME_KEYS = ("system", "vendor", "contract")
_LONGEST_NAME = 200


class ConstraintsRefused(Refused):
    """Constraints that cannot be used: where (``path``) and why, in both languages."""


def _no(path: str, zh: str, en: str) -> NoReturn:
    refuse(ConstraintsRefused, path, zh, en)


def read_constraints(document: Mapping[str, object], rubric: Rubric) -> Constraints:
    """The constraints in ``document`` for ``rubric``; every key may be missing.

    Raises ConstraintsRefused (path, sentence in both languages) for an unknown key, item, level or quarter, a number
    out of range, and decisions that contradict each other about one item.
    """
    readers: dict[str, Callable[[object], object]] = {
        "excluded": lambda value: {
            item: _name(f"excluded.{item}", reason)
            for item, reason in _by_item("excluded", value, rubric).items()
        },
        "pinned": lambda value: {
            item: _level(f"pinned.{item}", level, rubric, item)
            for item, level in _by_item("pinned", value, rubric).items()
        },
        "allowed": lambda value: frozenset(
            _item("allowed", item, rubric) for item in words(ConstraintsRefused, "allowed", value)
        ),
        "finish_by": lambda value: None if value is None else _quarter("finish_by", value),
        "quarter_capacity": lambda value: (
            None if value is None else decimal(ConstraintsRefused, "quarter_capacity", value, _PEOPLE)
        ),
        "capacity": lambda value: {
            _quarter("capacity", quarter): decimal(ConstraintsRefused, f"capacity.{quarter}", people, _PEOPLE)
            for quarter, people in _mapping("capacity", value).items()
        },
        "budget": lambda value: {
            _year("budget", year): decimal(ConstraintsRefused, f"budget.{year}", money, _MONEY)
            for year, money in _mapping("budget", value).items()
        },
        "quotations": lambda value: _quotations(value, rubric),
    }
    for name in ("not_before", "not_after", "start_at"):
        readers[name] = lambda value, name=name: {  # type: ignore[misc]
            item: _quarter(f"{name}.{item}", quarter)
            for item, quarter in _by_item(name, value, rubric).items()
        }
    fields: dict[str, object] = {}
    for key, value in document.items():
        if key == "format":
            if value != CONSTRAINTS_FORMAT:
                _no("format", f"应为{CONSTRAINTS_FORMAT}。", f"must be {CONSTRAINTS_FORMAT}.")
        elif key not in readers:
            _no(str(key), "没有这一种约束。", "there is no such constraint.")
        else:
            fields[key] = readers[key](value)
    found = Constraints(**fields)  # type: ignore[arg-type]
    _agree(found)
    return found


def _agree(constraints: Constraints) -> None:
    """Two decisions about one item that no plan can follow both."""
    for item in constraints.excluded:
        for name in ("pinned", "allowed", "start_at", "not_before", "not_after"):
            if item in getattr(constraints, name):
                _no(
                    f"excluded.{item}",
                    f"{item}已排除，不能同时作其他安排（{name}）。",
                    f"{item} is excluded and cannot be arranged otherwise as well ({name}).",
                )
    for item, quarter in constraints.start_at.items():
        earliest, latest = constraints.not_before.get(item), constraints.not_after.get(item)
        if (earliest and quarter < earliest) or (latest and quarter > latest):
            _no(
                f"start_at.{item}",
                f"{item}指定的季度{quarter}在最早或最晚时间之外。",
                f"{item} is to start in {quarter}, outside its earliest or latest quarter.",
            )
    for item, latest in constraints.not_after.items():
        earliest = constraints.not_before.get(item)
        if earliest and earliest > latest:
            _no(
                f"not_after.{item}",
                f"{item}的最晚时间{latest}早于最早时间{earliest}。",
                f"{item} is to finish by {latest}, before it may start in {earliest}.",
            )


def _mapping(path: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        _no(path, "应为“名称：值”的形式。", "must be a mapping.")
    return {str(key): one for key, one in value.items()}


def _by_item(path: str, value: object, rubric: Rubric) -> Mapping[str, object]:
    return {_item(path, item, rubric): one for item, one in _mapping(path, value).items()}


def _item(path: str, code: str, rubric: Rubric) -> str:
    if code not in rubric.by_code:
        _no(path, f"没有项目“{code}”。", f'there is no item "{code}".')
    return code


def _level(path: str, value: object, rubric: Rubric, code: str) -> int:
    levels = [entry.level for entry in rubric.by_code[code].asked_levels]
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value not in levels:
        _no(path, f"{code}没有{value}级的要求。", f"{code} has no requirement at level {value}.")
    return value


def _quarter(path: str, value: object) -> Quarter:
    try:
        return Quarter.parse(str(value))
    except ValueError:
        _no(
            path,
            f"“{value}”不是季度，请写成2027Q1的形式。",
            f'"{value}" is not a quarter; write it like 2027Q1.',
        )


def _year(path: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) == 4):
        _no(path, f"“{value}”不是年份。", f'"{value}" is not a year.')
    return int(value)


def _name(path: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _LONGEST_NAME:
        _no(
            path,
            f"应为不超过{_LONGEST_NAME}字的文字。",
            f"must be a text of at most {_LONGEST_NAME} characters.",
        )
    return value.strip()


def _quotations(value: object, rubric: Rubric) -> tuple[Quotation, ...]:
    if not isinstance(value, list | tuple):
        _no("quotations", "应为一个列表。", "must be a list.")
    found: dict[tuple[str, int], Quotation] = {}
    for n, entry in enumerate(value, start=1):
        path = f"quotations.{n}"
        entry = _mapping(path, entry)
        for key in entry:
            if key not in ("item", "level", "effort", *_MONEY_KEYS, *_NAME_KEYS):
                _no(f"{path}.{key}", "没有这一栏。", "there is no such field.")
        code = _item(path, str(entry.get("item", "")), rubric)
        level = _level(f"{path}.level", entry.get("level"), rubric, code)
        if (code, level) in found:
            _no(path, f"{code}第{level}级有两份报价。", f"{code} has two quotations for level {level}.")

        def money(key: str, *, path: str = path, entry: Mapping[str, object] = entry) -> Decimal:
            value = entry.get(key)
            if value in (None, ""):
                return Decimal(0)
            return decimal(ConstraintsRefused, f"{path}.{key}", value, _MONEY)

        effort = entry.get("effort")
        offered = effort not in (None, "")
        found[code, level] = Quotation(
            item=code,
            level=level,
            effort=decimal(ConstraintsRefused, f"{path}.effort", effort, _PEOPLE) if offered else None,
            software=money("software"),
            interface=money("interface"),
            hardware=money("hardware"),
            implementation=money("implementation"),
            system=_name(f"{path}.system", entry.get("system")),
            vendor=_name(f"{path}.vendor", entry.get("vendor")),
            contract=_name(f"{path}.contract", entry.get("contract")),
        )
    return tuple(found.values())


def constraints_to_json(constraints: Constraints) -> dict[str, object]:
    """zhiping-constraints/1 with what is set only; ``read_constraints`` reads it back."""
    document: dict[str, object] = {"format": CONSTRAINTS_FORMAT}
    if constraints.excluded:
        document["excluded"] = dict(constraints.excluded)
    if constraints.pinned:
        document["pinned"] = dict(constraints.pinned)
    if constraints.allowed:
        document["allowed"] = sorted(constraints.allowed)
    for name in ("not_before", "not_after", "start_at"):
        if quarters := getattr(constraints, name):
            document[name] = {item: str(quarter) for item, quarter in quarters.items()}
    if constraints.finish_by is not None:
        document["finish_by"] = str(constraints.finish_by)
    if constraints.quarter_capacity is not None:
        document["quarter_capacity"] = str(constraints.quarter_capacity)
    if constraints.capacity:
        document["capacity"] = {str(quarter): str(people) for quarter, people in constraints.capacity.items()}
    if constraints.budget:
        document["budget"] = {str(year): str(money) for year, money in constraints.budget.items()}
    if constraints.quotations:
        document["quotations"] = [quotation_to_json(one) for one in constraints.quotations]
    return document


def quotation_to_json(one: Quotation) -> dict[str, object]:
    """One quotation with what is set only."""
    return {
        "item": one.item,
        "level": one.level,
        **({} if one.effort is None else {"effort": str(one.effort)}),
        **{key: str(getattr(one, key)) for key in _MONEY_KEYS if getattr(one, key)},
        **{key: getattr(one, key) for key in _NAME_KEYS if getattr(one, key)},
    }
