"""Rules compiled to query expressions and counted where the rows are."""

from __future__ import annotations

from datetime import date

from engine.evidence.catalogue.checks import (
    CompletenessCheck,
    DefinitionCheck,
    DictionaryCheck,
    IntegrationCheck,
    StatisticCheck,
    TimelinessCheck,
)
from engine.evidence.catalogue.values import Catalogue, Rule
from engine.evidence.counts import RuleCount
from engine.evidence.rules import reasons
from engine.evidence.rules.completeness import outline_completeness
from engine.evidence.rules.consistency import outline_definition, outline_dictionary
from engine.evidence.rules.integration import outline_integration
from engine.evidence.rules.needs import Scope
from engine.evidence.rules.plan import Outline
from engine.evidence.rules.running import run_outline
from engine.evidence.rules.timeliness import outline_timeliness
from engine.evidence.tables import Tables


def count_rule(
    rule: Rule,
    tables: Tables,
    catalogue: Catalogue,
    *,
    failing: int = 20,
    splits: bool = True,
    window: tuple[date, date] | None = None,
) -> RuleCount:
    """Count one rule on canonical tables.

    Up to ``failing`` failing rows are given as places, ordered by file and row; ``splits`` adds the
    counts per campus and department. Never raises for bad rows or a broken file: what the query
    engine refuses is a count that says nothing (``probe_failed``). ``window`` is read by statistics.
    """
    if rule.check is None or not rule.mechanisable:
        return RuleCount(rule.id, 0, 0, blocked=reasons.not_mechanisable())
    try:
        if isinstance(rule.check, StatisticCheck):
            from engine.evidence.statistics import count_statistic

            return count_statistic(rule, tables, catalogue, window)
        scope = Scope(rule, tables, catalogue)
        return run_outline(outline_of(scope), scope, failing, splits)
    except Exception as error:  # whatever breaks off a query, the rule says nothing
        return RuleCount(rule.id, 0, 0, blocked=reasons.probe_failed(error))


def outline_of(scope: Scope) -> Outline:
    """The query expressions of a rule that is checked on records."""
    check = scope.rule.check
    if isinstance(check, DictionaryCheck):
        return outline_dictionary(check, scope)
    if isinstance(check, DefinitionCheck):
        return outline_definition(check, scope)
    if isinstance(check, CompletenessCheck):
        return outline_completeness(check, scope)
    if isinstance(check, IntegrationCheck):
        return outline_integration(check, scope)
    if isinstance(check, TimelinessCheck):
        return outline_timeliness(check, scope)
    raise TypeError(f"no expression for a check of type {type(check).__name__}")
