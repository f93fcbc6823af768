"""Counts as plain JSON values: decimals as strings, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.evidence.counts import (
    AuthenticityCount,
    ConceptCodes,
    FailingRow,
    FileRead,
    FileRefused,
    FragmentationCount,
    LoopCount,
    MetricCount,
    Reason,
    RuleCount,
    RunCounts,
    TopicCount,
)
from engine.rubric.values import Text

Json = dict[str, Any]


def run_to_json(counts: RunCounts, *, failing: bool) -> Json:
    """Everything but the rules; ``failing`` False leaves out the places of rows."""
    return {
        "rubric": counts.rubric,
        "data_quality_table_year": counts.data_quality_table_year,
        "engine_version": counts.evidence_engine_version,
        "catalogue_hash": counts.catalogue_hash,
        "backend": counts.backend,
        "mapping_hash": counts.mapping_hash,
        "window": None
        if counts.window is None
        else {"from": counts.window[0].isoformat(), "to": counts.window[1].isoformat()},
        "loops": [loop_to_json(loop, failing=failing) for loop in counts.loops],
        "metrics": [metric_to_json(metric) for metric in counts.metrics.values()],
        "decision_support": [topic_to_json(topic) for topic in counts.topics.values()],
        "semantic": [] if counts.fragmentation is None else [fragmentation_to_json(counts.fragmentation)],
        "authenticity": [authenticity_to_json(each) for each in counts.authenticity],
        "files": [file_to_json(each) for each in counts.files],
        "refused_files": [refused_to_json(each) for each in counts.refused],
        "dictionaries": dict(counts.dictionaries),
        "not_applicable_records": dict(counts.not_applicable_records),
    }


def rule_to_json(count: RuleCount, *, failing: bool) -> Json:
    """The counts of one rule; splits stand in a list of their own (:func:`splits_to_json`)."""
    entry: Json = {
        "rule": count.rule,
        "numerator": count.numerator,
        "denominator": count.denominator,
        "value": decimal(count.value),
    }
    if count.blocked is not None:
        entry["blocked"] = reason_to_json(count.blocked)
    if count.narrowed:
        entry["narrowed"] = {clause: list(pair) for clause, pair in count.narrowed.items()}
    if failing and count.failing:
        entry["failing"] = [failing_to_json(row) for row in count.failing]
    if count.supplied:
        entry["supplied"] = True
        entry["accepted"] = count.accepted
    return entry


def splits_to_json(rules: Mapping[str, RuleCount]) -> list[Json]:
    return [
        {
            "rule": count.rule,
            "campus": split.campus,
            "department": split.department,
            "numerator": split.numerator,
            "denominator": split.denominator,
        }
        for count in rules.values()
        for split in count.splits
    ]


def loop_to_json(count: LoopCount, *, failing: bool) -> Json:
    entry: Json = {
        "loop": count.loop,
        "setting": count.setting,
        "instances": count.instances,
        "complete": count.complete,
        "nodes": [
            {
                "node": node.node,
                "present": node.present,
                "median_minutes": decimal(node.median_minutes),
                **_blocked(node.blocked),
            }
            for node in count.nodes
        ],
        "orders": [
            {
                "before": order.before,
                "after": order.after,
                "comparable": order.comparable,
                "conforming": order.conforming,
            }
            for order in count.orders
        ],
        **_blocked(count.blocked),
    }
    if failing and count.failing:
        entry["failing"] = [failing_to_json(row) for row in count.failing]
    return entry


def metric_to_json(count: MetricCount) -> Json:
    entry: Json = {
        "metric": count.metric,
        "levels": {str(level): list(pair) for level, pair in sorted(count.levels.items())},
        **_blocked(count.blocked),
    }
    if count.days is not None:
        entry["days"] = count.days
    if count.blocked_levels:
        entry["blocked_levels"] = {
            str(level): reason_to_json(reason) for level, reason in sorted(count.blocked_levels.items())
        }
    if count.cross_checked is not None:
        entry["cross_checked"] = list(count.cross_checked)
    if count.cross_blocked is not None:
        entry["cross_blocked"] = reason_to_json(count.cross_blocked)
    return entry


def topic_to_json(count: TopicCount) -> Json:
    entry: Json = {"topic": count.topic, "alerts": count.alerts, **_blocked(count.blocked)}
    if count.targets:
        entry["targets"] = {setting: dict(targets) for setting, targets in count.targets.items()}
    return entry


def fragmentation_to_json(count: FragmentationCount) -> Json:
    return {
        "fragmented": count.fragmented,
        "volume": count.volume,
        "off_main": count.off_main,
        "worst": [_concept(each) for each in count.worst],
        **_blocked(count.blocked),
    }


def _concept(concept: ConceptCodes) -> Json:
    return {
        "concept": concept.concept,
        "label": concept.label,
        "volume": concept.volume,
        "codes": [list(code) for code in concept.codes],
        "specimens": list(concept.specimens),
    }


def authenticity_to_json(count: AuthenticityCount) -> Json:
    return {
        "check": count.check,
        "record": count.record,
        "field": count.field,
        "value": decimal(count.value),
        "rows": count.rows,
        **_blocked(count.blocked),
    }


def file_to_json(file: FileRead) -> Json:
    return {
        "name": file.name,
        "record": file.record,
        "source_system": file.source_system,
        "sha256": file.sha256,
        "rows": file.rows,
        "outside_window": file.outside_window,
        "unparsed_times": file.unparsed_times,
        "malformed": file.malformed,
        "notes": [text_to_json(note) for note in file.notes],
    }


def refused_to_json(file: FileRefused) -> Json:
    return {"name": file.name, "code": file.code, "sentence": text_to_json(file.sentence)}


def reason_to_json(reason: Reason) -> Json:
    return {
        "code": reason.code,
        "zh": reason.text.zh,
        "en": reason.text.en,
        "parameters": dict(reason.parameters),
    }


def failing_to_json(row: FailingRow) -> list[Any]:
    return [row.file, row.row, list(row.fields)]


def text_to_json(text: Text) -> Json:
    return {"zh": text.zh, "en": text.en}


def decimal(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _blocked(reason: Reason | None) -> Json:
    return {} if reason is None else {"blocked": reason_to_json(reason)}
