"""Which checks speak for a clause: the capability map, resolved once per rubric and catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.evidence.catalogue.values import Catalogue, FamilyRoute, Loop, NatureMap, Rule, Topic
from engine.rubric.values import Clause, Item, ItemLevel, Rubric


@dataclass(frozen=True)
class Checks:
    """The checks of one clause.

    ``rules``, ``loops`` (with the further nodes the clause needs) and ``topics`` name the clause;
    ``family`` has, per family route of its nature, the checks of its item that may show matching data.
    """

    nature: NatureMap | None
    rules: tuple[Rule, ...]
    loops: tuple[tuple[Loop, tuple[str, ...]], ...]
    topics: tuple[Topic, ...]
    family: tuple[tuple[Rule | Loop, ...], ...]

    @property
    def explicit(self) -> bool:
        return bool(self.rules or self.loops or self.topics)


@dataclass
class Capability:
    """The map of one rubric."""

    rubric: Rubric
    catalogue: Catalogue
    _rules: dict[str, list[Rule]] = field(default_factory=dict)
    _loops: dict[str, list[tuple[Loop, tuple[str, ...]]]] = field(default_factory=dict)
    _topics: dict[str, list[Topic]] = field(default_factory=dict)
    _family: dict[str, list[Rule]] = field(default_factory=dict)
    _item_loops: dict[str, list[Loop]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        name = self.rubric.id
        for rule in self.catalogue.rules_of(name):
            if not rule.active:
                continue
            for clause in rule.supports:
                self._rules.setdefault(clause, []).append(rule)
            # Left out whether or not somebody typed a figure: else handing one in could cost a match.
            if rule.item is not None and rule.level is not None and rule.mechanisable:
                self._family.setdefault(rule.item, []).append(rule)
        for loop in self.catalogue.loops.values():
            if loop.rubric == name:
                self._add_loop(loop)
        if any(rule.family == "decision_support" for rule in self.catalogue.rules_of(name)):
            for topic in self.catalogue.decision_support.topics:
                for clause in topic.supports:
                    self._topics.setdefault(clause, []).append(topic)

    def _add_loop(self, loop: Loop) -> None:
        needed: Mapping[str, tuple[str, ...]] = {
            **dict.fromkeys(loop.supports, ()),
            **loop.supports_with_nodes,
        }
        for clause, nodes in needed.items():
            self._loops.setdefault(clause, []).append((loop, tuple(nodes)))
        for item in dict.fromkeys(clause.rsplit(".", 2)[0] for clause in needed):
            self._item_loops.setdefault(item, []).append(loop)

    def checks_of(self, item: Item, entry: ItemLevel, clause: Clause) -> Checks:
        """What speaks for a clause, in the order of the library."""
        code = f"{item.code}.{entry.level}.{clause.n}"
        nature = self.catalogue.capability.get(clause.nature)
        routes = nature.routes if nature is not None else ()
        family = (self._of_family(route, item.code, entry.level) for route in routes)
        return Checks(
            nature,
            tuple(self._rules.get(code, ())),
            tuple(self._loops.get(code, ())),
            tuple(self._topics.get(code, ())),
            tuple(group for group in family if group),
        )

    def _of_family(self, route: FamilyRoute, item: str, level: int) -> tuple[Rule | Loop, ...]:
        if route.route != "family":
            return ()
        if route.family == "closed_loops":
            return tuple(self._item_loops.get(item, ()))
        fitting = [
            rule
            for rule in self._family.get(item, ())
            if rule.family == route.family
            and (not route.dimensions or rule.dimension in route.dimensions)
            and (route.scope is None or rule.scope == route.scope)
        ]
        return _nearest(fitting, level, any_level=route.level == "any")


def _nearest(rules: Iterable[Rule], level: int, *, any_level: bool) -> tuple[Rule, ...]:
    """The rules of the nearest level that fits: at or above the clause's, else (any level) below.

    A hospital at level 4 need not hold the data of level 7 to show matching data at level 4.
    """
    by_level: dict[int, list[Rule]] = {}
    for rule in rules:
        if rule.level is not None:
            by_level.setdefault(rule.level, []).append(rule)
    above = [at for at in by_level if at >= level]
    if above:
        return tuple(by_level[min(above)])
    return tuple(by_level[max(by_level)]) if by_level and any_level else ()
