"""Which data are still missing, and what each of them would let us check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from assessments.queries.frame import said
from assessments.queries.verification.systems import system_names
from engine.evidence.catalogue.checks import (
    CompletenessCheck,
    DefinitionCheck,
    DictionaryCheck,
    IntegrationCheck,
    StatisticCheck,
    TimelinessCheck,
)
from engine.evidence.catalogue.values import Catalogue, Rule

DICTIONARY = "dictionary"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record type nobody handed in: how many checks need it, and how many it alone is missing for."""

    record: str
    name: str
    systems: str
    checks: int
    alone: int
    items: tuple[str, ...]
    absence: str = ""  # the reason, where the hospital declared that it has none


def records_of(rule: Rule) -> frozenset[str]:
    """Record types a rule reads; ``dictionary`` where it looks something up."""
    check = rule.check
    if isinstance(check, DictionaryCheck):
        further = {check.dictionary_from.record} if check.dictionary_from else set()
        return frozenset({check.record, DICTIONARY} | further)
    if isinstance(check, DefinitionCheck):
        return frozenset({check.record, check.definition})
    if isinstance(check, CompletenessCheck):
        return frozenset({check.record} | ({check.exists_in} if check.exists_in else set()))
    if isinstance(check, IntegrationCheck):
        return frozenset({check.left, check.right})
    if isinstance(check, TimelinessCheck):
        return frozenset(moment.record for moment in check.moments)
    if isinstance(check, StatisticCheck):
        return frozenset(_named(check.parameters))
    return frozenset()


def _named(value: object) -> Iterable[str]:
    """Every ``record:`` inside the parameters of a statistic."""
    if isinstance(value, dict):
        if isinstance(value.get("record"), str):
            yield value["record"]
        for part in value.values():
            yield from _named(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _named(part)


def asked_rules(catalogue: Catalogue, rubric: str, target: int) -> tuple[Rule, ...]:
    """Rules that matter up to the target level: data-quality rules of those levels and whatever names a clause."""
    return tuple(
        rule
        for rule in catalogue.rules_of(rubric)
        if rule.active and rule.check is not None and _matters(rule, target)
    )


def _matters(rule: Rule, target: int) -> bool:
    if rule.level is not None:
        return rule.level <= target
    levels = [int(code.split(".")[2]) for code in rule.supports]
    return not levels or min(levels) <= target


def wanted(
    catalogue: Catalogue,
    rubric: str,
    target: int,
    supplied: Collection[str],
    absences: dict[str, str],
) -> tuple[Wanted, ...]:
    """Missing record types, the most useful first."""
    checks: dict[str, int] = defaultdict(int)
    alone: dict[str, int] = defaultdict(int)
    items: dict[str, set[str]] = defaultdict(set)
    for rule in asked_rules(catalogue, rubric, target):
        missing = records_of(rule) - set(supplied)
        for record in missing:
            checks[record] += 1
            alone[record] += len(missing) == 1
            codes = [rule.item] if rule.item else [code[:5] for code in rule.supports]
            items[record].update(code for code in codes if code)
    found = [
        Wanted(
            record=record,
            name=said(catalogue.records[record].label),
            systems=system_names(catalogue.records[record].systems),
            checks=checks[record],
            alone=alone[record],
            items=tuple(sorted(items[record])),
            absence=absences.get(record, ""),
        )
        for record in checks
        if record in catalogue.records
    ]
    return tuple(sorted(found, key=lambda one: (bool(one.absence), -one.alone, -one.checks, one.record)))
