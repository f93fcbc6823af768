"""Which task waits for which (ROADMAP "Order"); tasks are (item, level, kind of work), so no circle can form.

Inside an item levels follow each other, and at one level the kinds of work of ``order_inside``; rollout and cleaning
come after everything else of their level. Between items the rules of ``across`` hold from a level to the same or a
higher one, and at the same level only from an earlier kind of work to a later one: every edge leads to a larger
(level, place), which is why there is no circle whatever the rules say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.roadmap.values import CLEANING, ROLLOUT, Across, Assumptions, TaskKey

_FIRST, _SECOND, _LATE, _LAST = 0, 1, 90, 99


def places(assumptions: Assumptions) -> Mapping[str, int]:
    """The place of each kind of work at one level; kinds that the order does not name stand in between."""
    found = {nature: 10 * (n + 1) for n, nature in enumerate(assumptions.order_inside)}
    found.setdefault("dictionary", _FIRST)
    found["analytics"] = found.get("analytics", _LATE)
    for nature in assumptions.clause_effort:
        found.setdefault(nature, _SECOND)
    found[ROLLOUT] = found[CLEANING] = _LAST
    return found


def predecessors(
    keys: Iterable[TaskKey], assumptions: Assumptions, rubric: str
) -> Mapping[TaskKey, tuple[TaskKey, ...]]:
    """For each task those of ``keys`` that have to be finished before it starts, each after all of its own."""
    place = places(assumptions)
    tasks = sorted(keys, key=lambda key: (key.level, place[key.nature], key.item, key.nature))
    inside = frozenset(assumptions.order_inside)
    rules = [rule for rule in assumptions.across if not rule.rubrics or rubric in rule.rubrics]
    by_item: dict[str, list[TaskKey]] = {}
    for key in tasks:
        by_item.setdefault(key.item, []).append(key)
    after: dict[TaskKey, tuple[TaskKey, ...]] = {}
    for key in tasks:
        own = [one for one in by_item[key.item] if _inside(one, key, place, inside)]
        others = [
            one
            for rule in rules
            if _matches(key, rule.after_items, rule.after_natures)
            for one in tasks
            if _across(rule, one, key, place)
        ]
        after[key] = tuple(dict.fromkeys((*own, *others)))
    return after


def _inside(one: TaskKey, key: TaskKey, place: Mapping[str, int], inside: frozenset[str]) -> bool:
    if one.level != key.level:
        return one.level < key.level
    if place[key.nature] == _LAST:
        return place[one.nature] < _LAST
    return {one.nature, key.nature} <= inside and place[one.nature] < place[key.nature]


def _across(rule: Across, one: TaskKey, key: TaskKey, place: Mapping[str, int]) -> bool:
    if one.item == key.item or place[one.nature] == _LAST:
        return False
    if not _matches(one, rule.before_items, rule.before_natures):
        return False
    return (one.level, place[one.nature]) < (key.level, place[key.nature])


def _matches(key: TaskKey, items: frozenset[str], natures: frozenset[str]) -> bool:
    return (not items or key.item in items) and (not natures or key.nature in natures)
