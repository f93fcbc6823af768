"""Decision support: alerts per knowledge topic, and whether alerts of that kind are about real business."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import ibis.expr.types as ir

from engine.evidence.asking import Asking
from engine.evidence.catalogue.checks import IntegrationCheck
from engine.evidence.catalogue.values import Catalogue, DecisionSupport
from engine.evidence.counts import TopicCount
from engine.evidence.rules.needs import SETTINGS
from engine.evidence.rules.reasons import probe_failed
from engine.evidence.selecting import CouldNotCheck, available, chosen, has_care_setting
from engine.evidence.tables import Tables

TOPIC, TARGET, SETTING = "knowledge_topic", "alert_target", "care_setting"


def count_topics(catalogue: Catalogue, tables: Tables) -> dict[str, TopicCount]:
    """Alerts of every topic of the catalogue, by care setting and alert target.

    ``targets`` has ``all`` and, where the records carry it, ``inpatient`` and ``outpatient``
    (emergency included). A target that is empty counts under ``""``.
    """
    support = catalogue.decision_support
    try:
        return _counted(support, catalogue, tables)
    except CouldNotCheck as stopped:
        return {topic.key: TopicCount(topic.key, 0, blocked=stopped.reason) for topic in support.topics}
    except Exception as problem:
        reason = probe_failed(problem)
        return {topic.key: TopicCount(topic.key, 0, blocked=reason) for topic in support.topics}


def _counted(support: DecisionSupport, catalogue: Catalogue, tables: Tables) -> dict[str, TopicCount]:
    if not available(tables, catalogue, support.record, fields=(TOPIC,)):
        return {topic.key: TopicCount(topic.key, 0) for topic in support.topics}
    supplied = tables.supplied[support.record]
    keys = [TOPIC, *(name for name in (TARGET, SETTING) if name in supplied)]
    by_setting = SETTING in keys and has_care_setting(catalogue, support.record)
    found: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    asking = Asking(tables, catalogue, "decision support", support, (support.record,))

    def build() -> ir.Table:
        rows = chosen(tables, catalogue, support.record)
        return rows.group_by(keys).aggregate(zp_n=rows.count())

    for row in asking.ask("topics", build):
        settings = ["all"]
        if by_setting:
            settings += [name for name, codes in SETTINGS.items() if row[SETTING] in codes]
        for setting in settings:
            found[row[TOPIC]][setting][row.get(TARGET) or ""] += int(row["zp_n"])
    names = ("all", *SETTINGS) if by_setting else ("all",)
    return {
        topic.key: TopicCount(
            topic.key,
            sum(found[topic.key]["all"].values()),
            {name: dict(sorted(found[topic.key][name].items())) for name in names},
        )
        for topic in support.topics
    }


def check_of_target(catalogue: Catalogue) -> dict[str, str]:
    """The check that alerts on a target refer to real business: ``order`` -> ``DS-01`` and so on.

    Read from the filters of the needed checks, so a change of the library needs none here.
    """
    found: dict[str, str] = {}
    for rule_id in catalogue.decision_support.checks_needed:
        rule = catalogue.rules.get(rule_id)
        if rule is None or not isinstance(rule.check, IntegrationCheck):
            continue
        for group in rule.check.left_where:
            for condition in group:
                if condition.field == TARGET:
                    found[str(condition.value)] = rule_id
    return found


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """Both conditions of a topic, apart. ``real`` None: no check exists for its kinds of alert."""

    alerts: int
    enough: bool
    checks: tuple[str, ...]
    real: bool | None


def topic_facts(
    count: TopicCount, catalogue: Catalogue, passing: Mapping[str, bool], setting: str = "all"
) -> TopicFacts:
    """``passing``: per rule id whether the check reached its threshold (could not check = False).

    Only targets that occur among the topic's alerts in this setting ask for their check.
    """
    targets = count.targets.get(setting, {})
    alerts = sum(targets.values())
    by_target = check_of_target(catalogue)
    checks = tuple(dict.fromkeys(by_target[target] for target in targets if target in by_target))
    real = all(passing.get(check, False) for check in checks) if checks else None
    return TopicFacts(alerts, alerts >= catalogue.decision_support.min_alerts, checks, real)
