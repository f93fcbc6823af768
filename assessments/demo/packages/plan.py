"""What must agree for every rule to hold: moments in order, fields that carry another's value, forced rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.evidence.catalogue.checks import (
    CompletenessCheck,
    IntegrationCheck,
    Pair,
    TimelinessCheck,
    Where,
)
from engine.evidence.catalogue.values import Catalogue, Rule

#: Fields that hold whatever the other side of the comparison calls its number.
CARRIERS = frozenset(
    {"ref_no", "source_no", "signed_content_id", "mapped_code", "external_patient_id", "scheduled_at",
     "performing_dept"}
)  # fmt: skip

Place = tuple[str, str]  # record, field

#: What two records tell of one act is one thing: an interface message that makes rows of both says it once.
ALIKE: Mapping[Place, Place] = {
    ("lab_report", "tested_at"): ("lab_result", "tested_at"),
    ("lab_report", "reported_at"): ("lab_result", "result_reported_at"),
    ("exam_record", "performed_at"): ("exam_report", "performed_at"),
    ("exam_record", "performer"): ("exam_report", "reporter_name"),
    ("order_execution", "administered_at"): ("order_execution", "executed_at"),
    ("prescription", "prescription_item_code"): ("prescription", "drug_code"),
    ("prescription", "prescription_item_name"): ("prescription", "drug_name"),
}


@dataclass(frozen=True, slots=True)
class Carried:
    """In rows of ``record`` that meet ``when``, ``field`` holds the case's value of ``source``."""

    record: str
    field: str
    source: Place
    when: Where = ()


@dataclass(frozen=True, slots=True)
class Forced:
    """Further rows of ``record``, for cases whose ``left`` row meets ``when``, with fixed and carried fields."""

    record: str
    left: str
    when: Where
    fixed: Mapping[str, str | bool]
    carried: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Assigned:
    """The ordinary row of ``record`` has ``value`` in ``field`` for cases whose ``left`` row meets ``when``."""

    record: str
    field: str
    value: str | bool
    left: str
    when: Where


@dataclass(frozen=True)
class Plan:
    """Derived once per catalogue; the same for every made-up hospital."""

    catalogue: Catalogue

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.catalogue.rules.values() if rule.active and rule.check is not None)

    @cached_property
    def carried(self) -> tuple[Carried, ...]:
        found: dict[tuple[str, str, Where], Carried] = {}
        for record, field, source, when in self._carrying():
            found.setdefault((record, field, when), Carried(record, field, source, when))
        return tuple(found.values())

    def _carrying(self) -> Iterable[tuple[str, str, Place, Where]]:
        for rule in self.rules:
            check = rule.check
            if isinstance(check, IntegrationCheck):
                for pair in _pairs(check):
                    if pair.left in CARRIERS and pair.right not in CARRIERS:
                        yield check.left, pair.left, (check.right, pair.right), check.left_where
                    elif pair.right in CARRIERS and not check.right_where:
                        yield check.right, pair.right, (check.left, pair.left), ()
            elif isinstance(check, TimelinessCheck):
                for entry in check.join_on:
                    source = next(((r, f) for r, f in entry.items() if f not in CARRIERS), None)
                    for moment in check.moments:
                        field = entry.get(moment.record)
                        if source and field in CARRIERS and moment.where:
                            yield moment.record, field, source, moment.where

    @cached_property
    def assigned(self) -> tuple[Assigned, ...]:
        """What ordinary rows must say where nothing needs a row of its own."""
        found: dict[tuple[object, ...], Assigned] = {}
        for forced in self._demanded:
            if self._fits_the_ordinary_row(forced):
                for name, value in forced.fixed.items():
                    one = Assigned(forced.record, name, value, forced.left, forced.when)
                    found.setdefault((one.record, one.field, one.left, one.when), one)
        return tuple(found.values())

    @cached_property
    def forced(self) -> tuple[Forced, ...]:
        """Further rows: their number is another case's, so they cannot be the ordinary ones."""
        return tuple(one for one in self._demanded if not self._fits_the_ordinary_row(one))

    def _fits_the_ordinary_row(self, forced: Forced) -> bool:
        """Whether a value or two can be set without taking all rows away from the field's other values."""
        fields = self.catalogue.records[forced.record].fields
        few = all(len(fields[name].values) <= 8 for name in forced.fixed)
        return few and not forced.carried and forced.record != forced.left

    @cached_property
    def _demanded(self) -> tuple[Forced, ...]:
        found: dict[tuple[object, ...], Forced] = {}
        for rule in self.rules:
            check = rule.check
            if isinstance(check, IntegrationCheck) and check.right_where and check.right != "dictionary":
                for alternative in check.right_where:
                    fixed = {condition.field: condition.value for condition in alternative}
                    carried = {
                        pair.right: (check.left, pair.left)
                        for pair in _pairs(check)
                        if pair.right in CARRIERS and pair.left != pair.right
                    }
                    self._note(found, Forced(check.right, check.left, check.left_where, fixed, carried))
            elif isinstance(check, TimelinessCheck):
                first = check.moments[0]
                for moment in check.moments[1:]:
                    told = any(
                        one.record == moment.record and one.when == moment.where for one in self.carried
                    )
                    if moment.where and moment.record != first.record and not told:
                        self._note(found, self._forced_moment(check, moment.record, first.record))
        for loop in self.catalogue.loops.values():
            anchor = next(node for node in loop.nodes if node.id == loop.anchor)
            for node in loop.nodes:
                if node.where and node.record != anchor.record:
                    fixed = {c.field: c.value for c in node.where[0]}
                    self._note(found, Forced(node.record, anchor.record, anchor.where, fixed, {}))
        return tuple(found.values())

    def _forced_moment(self, check: TimelinessCheck, record: str, first: str) -> Forced:
        moment = next(m for m in check.moments if m.record == record)
        fixed = {condition.field: condition.value for condition in moment.where[0]}
        carried = {
            entry[record]: (first, entry[first])
            for entry in check.join_on
            if record in entry and first in entry and entry[record] in CARRIERS
        }
        return Forced(record, first, check.moments[0].where, fixed, carried)

    @staticmethod
    def _note(found: dict[tuple[object, ...], Forced], forced: Forced) -> None:
        key = (forced.record, forced.left, forced.when, *sorted(forced.fixed.items(), key=str))
        found.setdefault(key, forced)

    @cached_property
    def inpatient_only(self) -> frozenset[str]:
        return self._only("inpatient")

    @cached_property
    def outpatient_only(self) -> frozenset[str]:
        return self._only("outpatient") | {"portal_query"}  # what it asks for are outpatients' documents

    @cached_property
    def in_two_systems(self) -> Mapping[str, Where]:
        """Record types compared with themselves across two systems: which rows the second one holds."""
        return {
            check.left: check.right_where
            for rule in self.rules
            if rule.two_sided
            and isinstance(check := rule.check, IntegrationCheck)
            and check.left == check.right
        }

    def _only(self, setting: str) -> frozenset[str]:
        """Record types without a care setting of their own whose partner is filtered by this setting."""
        records = self.catalogue.records
        only = {
            check.left
            for rule in self.rules
            if isinstance(check := rule.check, IntegrationCheck)
            and rule.setting == setting
            and not records[check.left].has_care_setting
            and check.right in records
            and (records[check.right].has_care_setting or records[check.right].setting == setting)
            and records[check.left].setting == setting
        }
        if setting == "inpatient":
            only |= {
                c.left
                for rule in self.rules
                if isinstance(c := rule.check, IntegrationCheck)
                and c.right in only
                and not records[c.left].has_care_setting
                and rule.setting == "all"
            }
        return frozenset(only)

    @cached_property
    def long_texts(self) -> frozenset[Place]:
        """Fields whose text has to have a certain length."""
        return frozenset(
            (check.record, field)
            for rule in self.rules
            if isinstance(check := rule.check, CompletenessCheck) and check.length
            for choice in check.fields
            for field in choice
        )

    @cached_property
    def steps(self) -> Mapping[Place, tuple[int, int]]:
        """(step, seconds after the step began) of every moment, so that every order and gap holds.

        Moments that a key compares are one; a ``gap<`` ties two moments to one step, 20 seconds apart.
        """
        return _Ladder(self).build()


class _Ladder:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.same: dict[Place, Place] = {}
        self.tied: dict[Place, Place] = {}
        self.before: dict[Place, set[Place]] = defaultdict(set)

    def find(self, place: Place) -> Place:
        while self.same.get(place, place) != place:
            place = self.same[place]
        return place

    def build(self) -> Mapping[Place, tuple[int, int]]:
        records = self.plan.catalogue.records
        times = [
            (record.key, field.key)
            for record in records.values()
            for field in record.fields.values()
            if field.type == "datetime"
        ]
        known = set(times)
        for place, other in ALIKE.items():
            if place in known:
                self.same[self.find(place)] = self.find(other)
        for rule in self.plan.rules:
            if isinstance(check := rule.check, IntegrationCheck):
                for pair in _pairs(check, every=True):
                    left, right = (check.left, pair.left), (check.right, pair.right)
                    if left in known and right in known:
                        self.same[self.find(right)] = self.find(left)
        gaps = []
        for rule in self.plan.rules:
            if isinstance(check := rule.check, TimelinessCheck):
                chain = [(moment.record, moment.field) for moment in check.moments]
                for first, sign, second in zip(chain, check.signs, chain[1:], strict=False):
                    if sign.op == "gap<":
                        gaps.append((first, second))
                    else:
                        self._order(first, second)
        for loop in self.plan.catalogue.loops.values():
            nodes = {node.id: (node.record, node.field) for node in loop.nodes}
            for order in loop.order:
                self._order(nodes[order.before], nodes[order.after])
        for first, second in gaps:
            if self.find(first) != self.find(second) and not self._comes_before(second, first):
                self.tied[self.find(second)] = self.find(first)
        levels: dict[Place, int] = {}
        return {place: self._level(self.find(place), levels) for place in times}

    def _order(self, first: Place, second: Place) -> None:
        if self.find(first) != self.find(second):
            self.before[self.find(second)].add(self.find(first))

    def _comes_before(self, first: Place, second: Place) -> bool:
        seen: set[Place] = set()
        waiting = [self.find(second)]
        while waiting:
            place = waiting.pop()
            if place == self.find(first):
                return True
            if place not in seen:
                seen.add(place)
                waiting.extend(self.before[place])
        return False

    def _level(self, place: Place, levels: dict[Place, int]) -> tuple[int, int]:
        def level(at: Place) -> int:
            if at not in levels:
                levels[at] = 0  # a circle would stay where it began
                ties = [self.tied[at]] if at in self.tied else []
                levels[at] = max(
                    [level(p) + 1 for p in self.before[at]] + [level(t) for t in ties], default=0
                )
            return levels[at]

        return level(place), 20 if place in self.tied else 0


def _pairs(check: IntegrationCheck, *, every: bool = False) -> tuple[Pair, ...]:
    """The first alternative of every key and link; those that name two fields, or all of them."""
    firsts = [key[0] for key in (*check.keys, *check.link_on)]
    return tuple(dict.fromkeys(pair for pair in firsts if every or pair.left != pair.right))
