"""The numbers a plan rests on: shipped defaults, and what a hospital changed of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from engine.roadmap.plain import Refused, decimal, refuse, words
from engine.roadmap.values import Across, Assumptions, SizeFactor
from engine.rubric.load import ROADMAP_FILE
from engine.rubric.marked import read_marked
from engine.rubric.section import Section
from engine.rubric.values import Text
from engine.rubric.vocabulary import NATURES

DEFAULTS_FORMAT = "zhiping-roadmap-defaults/1"

_EFFORT = (Decimal(0), Decimal(10_000))
_SHARE = (Decimal(0), Decimal(1))
_ABOVE_ZERO = (Decimal("0.01"), Decimal(10_000))
_MONEY = (Decimal(0), Decimal(10_000_000))


class AssumptionsRefused(Refused):
    """Assumptions that no plan can be made from: where (``path``) and why, in both languages."""


def load_assumptions(folder: Path | str) -> Assumptions:
    """The shipped defaults of the rubric library in ``folder``. Raises RubricError (file, line, sentence)."""
    path = Path(folder) / ROADMAP_FILE
    page = Section(str(path), "the defaults of the roadmap", read_marked(path), 1)
    page.one_of("format", (DEFAULTS_FORMAT,))
    efforts = page.section("clause_effort")
    safest = page.section("safest")
    found = Assumptions(
        clause_effort={nature: efforts.number(nature) for nature in NATURES},
        partly=page.share("partly"),
        rollout_effort=page.number("rollout_effort"),
        cleaning_effort=page.number("cleaning_effort"),
        steps=tuple(Decimal(str(step)) for step, _line in page.entries("steps")),
        earlier_index=page.share("earlier_index"),
        size_factors=tuple(_size_factor(entry) for entry in page.sections("size_factors")),
        levels_above_target=page.integer("levels_above_target"),
        low=page.number("low"),
        high=page.number("high"),
        rate=page.number("rate"),
        quarter_capacity=page.number("quarter_capacity"),
        task_pace=page.number("task_pace"),
        safe_total=safest.share("total"),
        safe_spare=safest.integer("spare"),
        safe_ratio=safest.share("ratio"),
        order_inside=page.strings("order_inside"),
        across=tuple(_across(entry) for entry in page.sections("across")),
    )
    for part in (efforts, safest, page):
        part.finish()
    return found


def _size_factor(entry: Section) -> SizeFactor:
    found = SizeFactor(entry.integer_or_none("up_to_beds"), entry.number("factor"))
    entry.finish()
    return found


def _across(entry: Section) -> Across:
    ends: dict[str, frozenset[str]] = {}
    for end in ("before", "after"):
        part = entry.section(end)
        for key in ("items", "natures"):
            ends[f"{end}_{key}"] = frozenset(part.strings(key, required=False))
        part.finish()
    found = Across(
        key=entry.string("key"),
        rubrics=frozenset(entry.strings("rubrics", required=False)),
        why=entry.text("why"),
        **ends,
    )
    entry.finish()
    return found


#: what one number may be, by the name a hospital changes it under
_NUMBERS: Mapping[str, tuple[Decimal, Decimal]] = {
    "partly": _SHARE,
    "rollout_effort": _EFFORT,
    "cleaning_effort": _EFFORT,
    "earlier_index": _SHARE,
    "low": (Decimal("0.01"), Decimal(1)),
    "high": (Decimal(1), Decimal(100)),
    "rate": _MONEY,
    "quarter_capacity": _ABOVE_ZERO,
    "task_pace": _ABOVE_ZERO,
    "safe_total": _SHARE,
    "safe_ratio": _SHARE,
}
NUMBERS = tuple(_NUMBERS)
_WHOLE = {"safe_spare": (Decimal(0), Decimal(50)), "levels_above_target": (Decimal(0), Decimal(8))}

_number: Callable[[str, object, tuple[Decimal, Decimal]], Decimal] = partial(decimal, AssumptionsRefused)


def with_changes(assumptions: Assumptions, changes: Mapping[str, object]) -> Assumptions:
    """``assumptions`` with a hospital's own numbers.

    Keys: those of ``assumptions_to_json``; ``clause_effort`` may name some natures only, ``across`` lists the
    rules kept, ``size_factor`` replaces the table of beds by one factor. Raises AssumptionsRefused for an unknown
    key or a number out of its range.
    """
    fields: dict[str, object] = {}
    for key, value in changes.items():
        if key in _NUMBERS:
            fields[key] = _number(key, value, _NUMBERS[key])
        elif key == "clause_effort":
            fields[key] = {**assumptions.clause_effort, **_efforts(value)}
        elif key in _WHOLE:
            whole = _number(key, value, _WHOLE[key])
            if whole != int(whole):
                refuse(AssumptionsRefused, key, "应为整数。", "must be a whole number.")
            fields[key] = int(whole)
        elif key == "steps":
            steps = {_number(key, one, _SHARE) for one in words(AssumptionsRefused, key, value)}
            fields[key] = tuple(sorted(steps))
        elif key == "size_factor":
            fields["size_factors"] = (SizeFactor(None, _number(key, value, (Decimal("0.1"), Decimal(10)))),)
        elif key == "order_inside":
            fields[key] = _natures(key, words(AssumptionsRefused, key, value))
        elif key == "across":
            fields[key] = _kept(assumptions, words(AssumptionsRefused, key, value))
        else:
            refuse(AssumptionsRefused, key, "没有这一项假设。", "there is no such assumption.")
    return replace(assumptions, **fields)  # type: ignore[arg-type]


def _efforts(value: object) -> dict[str, Decimal]:
    if not isinstance(value, Mapping):
        refuse(
            AssumptionsRefused, "clause_effort", "应按工作性质列出。", "must list an effort per kind of work."
        )
    _natures("clause_effort", [str(key) for key in value])
    return {str(nature): _number(f"clause_effort.{nature}", one, _EFFORT) for nature, one in value.items()}


def _natures(path: str, names: list[str]) -> tuple[str, ...]:
    for name in names:
        if name not in NATURES:
            refuse(
                AssumptionsRefused, path, f"没有“{name}”这种工作性质。", f'there is no kind of work "{name}".'
            )
    if len(set(names)) < len(names):
        refuse(AssumptionsRefused, path, "同一项写了两次。", "names one thing twice.")
    return tuple(names)


def _kept(assumptions: Assumptions, keys: list[str]) -> tuple[Across, ...]:
    known = {rule.key: rule for rule in assumptions.across}
    for key in keys:
        if key not in known:
            refuse(AssumptionsRefused, "across", f"没有“{key}”这条先后规则。", f'there is no rule "{key}".')
    return tuple(rule for rule in assumptions.across if rule.key in keys)


def assumptions_to_json(assumptions: Assumptions) -> dict[str, object]:
    """Every number as text, as ``with_changes`` reads it; ``size_factors`` for reading only."""
    return {
        "clause_effort": {nature: str(effort) for nature, effort in assumptions.clause_effort.items()},
        **{key: str(getattr(assumptions, key)) for key in _NUMBERS},
        **{key: getattr(assumptions, key) for key in _WHOLE},
        "steps": [str(step) for step in assumptions.steps],
        "size_factors": [
            {"up_to_beds": one.up_to_beds, "factor": str(one.factor)} for one in assumptions.size_factors
        ],
        "order_inside": list(assumptions.order_inside),
        "across": [rule.key for rule in assumptions.across],
    }


def rule_words(assumptions: Assumptions) -> tuple[Text, ...]:
    """The rules between items, as sentences."""
    return tuple(rule.why for rule in assumptions.across)
