"""The three gates of every level with the items that fail them and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from accounts.templatetags.display import level_name
from engine.scoring.card import CountGate, Failing, LevelResult
from reports.standing import Standing
from reports.view_models.words import (
    AnyGate,
    capitalised,
    gate_figures,
    gate_name,
    gate_sentence,
    gate_shortage,
    gates_of,
    lang,
    robustness_sentence,
    shortfall_sentence,
    was_entered,
)


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One factor of one item that is too low; ``factor`` is its key, for the sign."""

    factor: str
    sentence: str


@dataclass(frozen=True, slots=True)
class FailingRow:
    code: str
    name: str
    category: str
    confirmed: bool
    factors: tuple[FactorRow, ...]

    @property
    def first(self) -> FactorRow:
        return self.factors[0]


@dataclass(frozen=True, slots=True)
class GateRow:
    """One gate of one level. ``figures`` is have/need; ``shortage`` is empty where it holds."""

    kind: str
    name: str
    holds: bool
    figures: str
    sentence: str
    shortage: str
    borderline: str
    failing: tuple[FailingRow, ...]


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One level. ``holds``: its own gates; ``reached``: and those of every lower level."""

    level: int
    label: str
    name: str
    reached: bool
    holds: bool
    blocking: bool
    target: bool
    detailed: bool  # names the failing items; levels far above the target do not
    robustness: str
    robustness_words: str
    verdict: str
    gates: tuple[GateRow, ...]

    @property
    def depends(self) -> bool:
        return self.robustness == "depends"

    @property
    def subject(self) -> str:
        """What the explanation of this level is asked for by."""
        return f"level-{self.level}"


def level_rows(standing: Standing, target: int) -> tuple[LevelRow, ...]:
    """Every level of the gate table, ascending; failing items up to the target and the blocking level."""
    names = {level.level: lang(level.name) for level in standing.rubric.levels}
    return tuple(
        _level(standing, result, names.get(result.level, ""), target) for result in standing.card.levels
    )


def _level(standing: Standing, result: LevelResult, name: str, target: int) -> LevelRow:
    detailed = result.level <= max(target, standing.card.blocking_level or 0)
    if result.reached:
        verdict = gettext("达到")
    elif result.holds:
        verdict = gettext("本级条件满足，但较低级别未满足")
    else:
        verdict = gettext("未达到")
    return LevelRow(
        level=result.level,
        label=level_name(result.level),
        name=name,
        reached=result.reached,
        holds=result.holds,
        blocking=result.level == standing.card.blocking_level,
        target=result.level == target,
        detailed=detailed,
        robustness=result.robustness,
        robustness_words=robustness_sentence(result),
        verdict=verdict,
        gates=tuple(
            _gate(standing, result.level, kind, gate, detailed) for kind, gate in gates_of(result.gates)
        ),
    )


def _gate(standing: Standing, level: int, kind: str, gate: AnyGate, detailed: bool) -> GateRow:
    counted = gate if detailed and isinstance(gate, CountGate) else None
    return GateRow(
        kind=kind,
        name=gate_name(kind),
        holds=gate.holds,
        figures=gate_figures(gate),
        sentence=capitalised(gate_sentence(kind, gate)),
        shortage=gate_shortage(gate),
        borderline=_borderline(gate),
        failing=tuple(_failing(standing, level, fail) for fail in counted.failing) if counted else (),
    )


def _borderline(gate: AnyGate) -> str:
    if isinstance(gate, CountGate):
        if not gate.borderline:
            return ""
        return gettext("正好在界限上的项目：%(items)s") % {"items": gettext("、").join(gate.borderline)}
    return gettext("总评分正好等于最低总分") if gate.borderline else ""


def _failing(standing: Standing, level: int, fail: Failing) -> FailingRow:
    item, result = standing.rubric.by_code[fail.item], standing.card.items[fail.item]
    entry = item.by_level[level]
    return FailingRow(
        code=item.code,
        name=lang(item.name),
        category=entry.category or "",
        confirmed=entry.category_confirmed,
        factors=tuple(
            FactorRow(
                short.factor, capitalised(shortfall_sentence(short, entered=was_entered(result, short)))
            )
            for short in fail.shortfalls
        ),
    )
