"""What-if: switches as an address writes them, and the answer the scorer gives.

``lift=01.05:4`` says that item 01.05 just passes level 4: every function met, ratio and index at
least at their bounds. ``functions=01.05:4`` lifts the functions alone, ``ratio=01.05:4:0.85`` and
``index=01.05:4:0.60`` set one figure. Whatever the address holds is scored again from the beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal
from urllib.parse import urlencode

from django.utils.translation import gettext, ngettext

from accounts.templatetags.display import level_name, points
from engine.rubric.values import Rubric
from engine.scoring.card import ScoreCard
from engine.scoring.whatif import Switch, UnknownSwitch, passing_switch, score_with
from reports.standing import Standing
from reports.view_models.words import blocking_sentence, gate_figures, gate_name, gates_of, lang, signed

Kind = Literal["lift", "functions", "ratio", "index"]
KINDS: tuple[Kind, ...] = ("lift", "functions", "ratio", "index")
MOST = 200  # switches in one address


class BadSwitch(ValueError):
    """A switch that cannot be read or that the rubric does not have; ``str()`` says why."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One switch as written in an address; ``value`` is empty for lift and functions."""

    kind: Kind
    item: str
    level: int
    value: str = ""

    @property
    def text(self) -> str:
        return f"{self.item}:{self.level}" + (f":{self.value}" if self.value else "")


@dataclass(frozen=True, slots=True)
class GateChange:
    """One gate of one level before and after. ``changed``: the figures differ."""

    name: str
    before: str
    after: str
    held: bool
    holds: bool

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class LevelChange:
    level: int
    label: str
    was_reached: bool
    reached: bool
    target: bool
    gates: tuple[GateChange, ...]


@dataclass(frozen=True, slots=True)
class ItemChange:
    code: str
    name: str
    before: str
    after: str
    gain: str
    newly_passes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Context ``what_if`` of reports/_what_if.html. ``sentence`` says it in one line."""

    chosen: tuple[Chosen, ...]
    query: str
    level_before: int
    level_after: int
    total_before: str
    total_after: str
    gain: str
    sentence: str
    blocking: str
    levels: tuple[LevelChange, ...]
    items: tuple[ItemChange, ...]
    problem: str = ""

    @property
    def active(self) -> bool:
        return bool(self.chosen)


def read_switches(values: Mapping[str, Iterable[str]]) -> tuple[Chosen, ...]:
    """The switches of an address or a form, each once, in their order. Raises BadSwitch."""
    found: dict[tuple[Kind, str, int], Chosen] = {}
    for kind in KINDS:
        for text in values.get(kind, ()):
            one = _read(kind, text)
            found[kind, one.item, one.level] = one
            if len(found) > MOST:
                raise BadSwitch(gettext("一次最多试算%(most)s项。") % {"most": MOST})
    return tuple(found.values())


def _read(kind: Kind, text: str) -> Chosen:
    parts = text.split(":")
    wanted = 2 if kind in ("lift", "functions") else 3
    if len(parts) != wanted or not (parts[1].isascii() and parts[1].isdecimal() and len(parts[1]) < 3):
        raise BadSwitch(gettext("无法识别试算条件“%(text)s”。") % {"text": text[:40]})
    value = ""
    if wanted == 3:
        value = _share(parts[2])
    return Chosen(kind, parts[0], int(parts[1]), value)


def _share(text: str) -> str:
    try:
        value = Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation:
        value = Decimal(-1)
    if not (value.is_finite() and 0 <= value <= 1):
        raise BadSwitch(gettext("“%(text)s”不是0至1之间的数。") % {"text": text[:20]})
    return str(value)


def engine_switch(rubric: Rubric, one: Chosen) -> Switch:
    """The engine's switch. Raises BadSwitch for what the rubric does not have."""
    item = rubric.by_code.get(one.item)
    if item is None or one.level not in item.by_level or one.level == 0:
        raise BadSwitch(
            gettext("本标准没有%(item)s的%(level)s级要求。") % {"item": one.item[:12], "level": one.level}
        )
    if one.kind == "lift":
        return passing_switch(rubric, item, one.level)
    if one.kind == "functions":
        return Switch(one.item, to_level=one.level)
    if one.kind == "ratio":
        return Switch(one.item, level=one.level, application=Decimal(one.value))
    return Switch(one.item, level=one.level, data_quality=Decimal(one.value))


def what_if(standing: Standing, chosen: tuple[Chosen, ...], target: int) -> WhatIf:
    """The answer to the switches. Scores once; no query. Raises BadSwitch."""
    before = standing.card
    after = before
    if chosen:
        switches = [engine_switch(standing.rubric, one) for one in chosen]
        try:
            after = score_with(standing.rubric, standing.answers, switches)
        except UnknownSwitch as problem:
            raise BadSwitch(lang(problem.message)) from None
    return WhatIf(
        chosen=chosen,
        query=switch_query(chosen),
        level_before=before.level,
        level_after=after.level,
        total_before=points(before.total),
        total_after=points(after.total),
        gain=signed(after.total - before.total),
        sentence=_sentence(before, after, len(chosen)),
        blocking=blocking_sentence(standing.rubric, after),
        levels=tuple(_level(before, after, level, target) for level in _shown(before, after, target)),
        items=tuple(_items(standing, after)),
    )


def switch_query(chosen: tuple[Chosen, ...]) -> str:
    return urlencode([(one.kind, one.text) for one in chosen], safe=":")


def _sentence(before: ScoreCard, after: ScoreCard, count: int) -> str:
    if not count:
        return gettext("打开下方开关，立即看到级别和总评分的变化。这里只是试算，不会改动填写内容。")
    words = {
        "n": count,
        "before": level_name(before.level),
        "after": level_name(after.level),
        "gain": signed(after.total - before.total),
    }
    if before.level == after.level:
        return (
            ngettext(
                "试算%(n)s项：仍为%(after)s，总评分%(gain)s分。",
                "试算%(n)s项：仍为%(after)s，总评分%(gain)s分。",
                count,
            )
            % words
        )
    return (
        ngettext(
            "试算%(n)s项：由%(before)s升至%(after)s，总评分%(gain)s分。",
            "试算%(n)s项：由%(before)s升至%(after)s，总评分%(gain)s分。",
            count,
        )
        if after.level > before.level
        else ngettext(
            "试算%(n)s项：由%(before)s降至%(after)s，总评分%(gain)s分。",
            "试算%(n)s项：由%(before)s降至%(after)s，总评分%(gain)s分。",
            count,
        )
    ) % words


def _shown(before: ScoreCard, after: ScoreCard, target: int) -> list[int]:
    """From the first level that is not reached today up to the target, and one more."""
    start = min(before.blocking_level or target, target)
    end = max(target, min(after.level + 1, len(before.levels)))
    return [level.level for level in before.levels if start <= level.level <= end]


def _level(before: ScoreCard, after: ScoreCard, level: int, target: int) -> LevelChange:
    was, now = before.by_level[level], after.by_level[level]
    return LevelChange(
        level=level,
        label=level_name(level),
        was_reached=was.reached,
        reached=now.reached,
        target=level == target,
        gates=tuple(
            GateChange(gate_name(kind), gate_figures(old), gate_figures(new), old.holds, new.holds)
            for (kind, old), (_, new) in zip(gates_of(was.gates), gates_of(now.gates), strict=True)
        ),
    )


def _items(standing: Standing, after: ScoreCard) -> Iterable[ItemChange]:
    for item in standing.rubric.items:
        old, new = standing.card.items[item.code], after.items[item.code]
        if old.score == new.score and old.passes == new.passes:
            continue
        yield ItemChange(
            code=item.code,
            name=lang(item.name),
            before=points(old.score),
            after=points(new.score),
            gain=signed(new.score - old.score),
            newly_passes=tuple(level for level in new.passes if level not in old.passes),
        )
