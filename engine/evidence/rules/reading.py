"""Which columns of which record types a rule can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.evidence.catalogue.checks import (
    CompletenessCheck,
    DefinitionCheck,
    DictionaryCheck,
    IntegrationCheck,
    Key,
    StatisticCheck,
    TimelinessCheck,
    Where,
)
from engine.evidence.catalogue.values import Rule

DICTIONARY = "dictionary"
Columns = Mapping[str, frozenset[str]]
_KNOWN: dict[int, tuple[Rule, Columns]] = {}


def fields_of(where: Where) -> Iterator[str]:
    """The fields a filter reads."""
    for alternative in where:
        for condition in alternative:
            yield condition.field


def columns_of(rule: Rule) -> Columns:
    """Record type -> fields; care_setting is always among them. Kept per rule object."""
    known = _KNOWN.get(id(rule))
    if known is None or known[0] is not rule:
        if len(_KNOWN) > 8192:
            _KNOWN.clear()
        known = _KNOWN[id(rule)] = (rule, _columns_of(rule))
    return known[1]


def _columns_of(rule: Rule) -> Columns:
    found: dict[str, set[str]] = {}
    counted = ""  # the record type supports_where filters
    for record, name in _reads(rule):
        counted = counted or record
        found.setdefault(record, {"care_setting"}).add(name)
    for where in rule.supports_where.values():
        found.setdefault(counted, set()).update(fields_of(where))
    return {record: frozenset(names) for record, names in found.items()}


def _reads(rule: Rule) -> Iterator[tuple[str, str]]:
    """Every (record, field); the counted record first."""
    check = rule.check
    if isinstance(check, DictionaryCheck | DefinitionCheck | CompletenessCheck):
        for choice in check.fields:
            yield from ((check.record, name) for name in choice)
        yield from ((check.record, name) for name in fields_of(check.where))
    if isinstance(check, DictionaryCheck):
        yield from _dictionary_reads(check)
    elif isinstance(check, DefinitionCheck):
        yield from ((check.definition, name) for name in check.defined)
        for pair in check.match_on:
            yield from ((check.record, pair.left), (check.definition, pair.right))
    elif isinstance(check, CompletenessCheck):
        for pair in check.match_on:
            yield from ((check.record, pair.left), (check.exists_in or "", pair.right))
    elif isinstance(check, IntegrationCheck):
        yield from _integration_reads(check)
    elif isinstance(check, TimelinessCheck):
        for moment in check.moments:
            yield moment.record, moment.field
            yield from ((moment.record, name) for name in fields_of(moment.where))
        for entry in check.join_on:
            yield from entry.items()
    else:
        assert check is None or isinstance(check, StatisticCheck)


def _dictionary_reads(check: DictionaryCheck) -> Iterator[tuple[str, str]]:
    yield from ((check.record, name) for pair in check.pairs for name in pair)
    for where in check.fields_when.values():
        yield from ((check.record, name) for name in fields_of(where))
    if check.dictionary_from is not None:
        source = check.dictionary_from
        yield source.record, source.field
        for name in source.match_on:
            yield from ((check.record, name), (source.record, name))
    yield from ((DICTIONARY, name) for name in ("dictionary_name", "entry_code", "entry_name"))


def _integration_reads(check: IntegrationCheck) -> Iterator[tuple[str, str]]:
    pairs = [pair for key in _keys(check) for pair in key]
    yield from ((check.left, pair.left) for pair in pairs)
    yield from ((check.left, name) for name in fields_of(check.left_where))
    for where in check.keys_when.values():
        yield from ((check.left, name) for name in fields_of(where))
    yield from ((check.right, pair.right) for pair in pairs)
    yield from ((check.right, name) for name in fields_of(check.right_where))
    if check.right == DICTIONARY:
        yield from ((DICTIONARY, name) for name in ("dictionary_name", "entry_code", "entry_name"))


def _keys(check: IntegrationCheck) -> Iterator[Key]:
    yield from check.link_on
    yield from check.keys
