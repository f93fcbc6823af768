"""The counts in plain JSON values, read back. Unknown keys are refused with their path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from engine.evidence.counts import (
    AuthenticityCount,
    ConceptCodes,
    FailingRow,
    FileRead,
    FileRefused,
    FragmentationCount,
    LoopCount,
    MetricCount,
    NodeCount,
    OrderCount,
    Reason,
    RuleCount,
    RunCounts,
    Split,
    TopicCount,
)
from engine.evidence.findings_json.plain import (
    Reader,
    count,
    level,
    pair,
    reader,
    refuse,
    sha256,
    share_of,
    string,
)
from engine.rubric.values import Text

#: Keys of a rule that hold counts; a finding has further ones that follow from them.
RULE_KEYS = (
    "rule",
    "numerator",
    "denominator",
    "value",
    "blocked",
    "narrowed",
    "failing",
    "supplied",
    "accepted",
)
RUN_KEYS = (
    "rubric",
    "data_quality_table_year",
    "engine_version",
    "catalogue_hash",
    "backend",
    "mapping_hash",
    "window",
    "splits",
    "loops",
    "metrics",
    "decision_support",
    "semantic",
    "authenticity",
    "files",
    "refused_files",
    "dictionaries",
    "not_applicable_records",
)


def run_from_json(whole: Reader, rules: Sequence[RuleCount]) -> RunCounts:
    """The counts of a run, its rules read already (they stand under another key in each format)."""
    found: dict[str, RuleCount] = {}
    for number, rule in enumerate(rules):
        if rule.rule in found:
            refuse(
                f"findings[{number}].rule",
                f"规则“{rule.rule}”出现两次。",
                f'the rule "{rule.rule}" appears twice.',
            )
        found[rule.rule] = rule
    for name, splits in _splits(whole, found).items():
        found[name] = replace(found[name], splits=tuple(splits))
    semantic = whole.each("semantic", _fragmentation)
    if len(semantic) > 1:
        refuse("semantic[1]", "最多一条。", "there is one at most.")
    return RunCounts(
        rubric=whole.text("rubric"),
        catalogue_hash=whole.text("catalogue_hash", default=""),
        data_quality_table_year=whole.count("data_quality_table_year"),
        evidence_engine_version=whole.text("engine_version"),
        window=_window(whole),
        rules=found,
        loops=whole.each("loops", _loop),
        metrics={each.metric: each for each in whole.each("metrics", _metric)},
        topics={each.topic: each for each in whole.each("decision_support", _topic)},
        fragmentation=semantic[0] if semantic else None,
        authenticity=whole.each("authenticity", _authenticity),
        files=whole.each("files", _file),
        refused=whole.each("refused_files", _refused),
        dictionaries=whole.mapping("dictionaries", sha256),
        mapping_hash=whole.text("mapping_hash", default=""),
        not_applicable_records=whole.mapping("not_applicable_records", string),
        backend=whole.text("backend", default="duckdb"),
    )


def rule_from_json(entry: Reader) -> RuleCount:
    """The counts of one rule, whatever else stands beside them (the caller checks the keys)."""
    numerator, denominator = share_of(entry.count("numerator"), entry.count("denominator"), entry.path)
    supplied = entry.truth("supplied", default=False)
    accepted = entry.truth("accepted", default=False)
    if accepted and not supplied:
        refuse(entry.at("accepted"), "只有填报的数字才需采信。", "only a supplied figure is accepted.")
    blocked = _blocked(entry)
    if blocked is not None and (numerator or denominator):
        refuse(entry.path, "无法核验的规则没有计数。", "a rule that could not be checked has no counts.")
    return RuleCount(
        entry.text("rule"),
        numerator,
        denominator,
        blocked,
        entry.decimal("value"),
        entry.mapping("narrowed", pair),
        (),
        _failing(entry),
        supplied,
        accepted,
    )


def _splits(whole: Reader, rules: Mapping[str, RuleCount]) -> dict[str, list[Split]]:
    found: dict[str, list[Split]] = {}

    def read(entry: Reader) -> None:
        entry.known("rule", "campus", "department", "numerator", "denominator")
        name = entry.text("rule")
        if name not in rules:
            refuse(entry.at("rule"), f"没有规则“{name}”的计数。", f'there is no count of the rule "{name}".')
        counted = share_of(entry.count("numerator"), entry.count("denominator"), entry.path)
        found.setdefault(name, []).append(Split(entry.text("campus"), entry.text("department"), *counted))

    whole.each("splits", read)
    return found


def _window(whole: Reader) -> tuple[date, date] | None:
    if whole.value.get("window") is None:
        return None
    window = whole.inside("window")
    window.known("from", "to")
    return window.date("from"), window.date("to")


def _loop(entry: Reader) -> LoopCount:
    entry.known("loop", "setting", "instances", "complete", "nodes", "orders", "blocked", "failing")
    complete, instances = share_of(entry.count("complete"), entry.count("instances"), entry.at("complete"))
    return LoopCount(
        entry.text("loop"),
        entry.text("setting"),
        instances,
        complete,
        entry.each("nodes", _node),
        entry.each("orders", _order),
        _blocked(entry),
        _failing(entry),
    )


def _node(entry: Reader) -> NodeCount:
    entry.known("node", "present", "median_minutes", "blocked")
    return NodeCount(
        entry.text("node"), entry.count("present"), entry.decimal("median_minutes"), _blocked(entry)
    )


def _order(entry: Reader) -> OrderCount:
    entry.known("before", "after", "comparable", "conforming")
    conforming, comparable = share_of(entry.count("conforming"), entry.count("comparable"), entry.path)
    return OrderCount(entry.text("before"), entry.text("after"), comparable, conforming)


def _metric(entry: Reader) -> MetricCount:
    entry.known("metric", "levels", "days", "blocked", "blocked_levels", "cross_checked", "cross_blocked")
    levels = entry.mapping("levels", pair)
    stopped = entry.mapping("blocked_levels", lambda value, path: _reason(reader(value, path)))
    cross = entry.value.get("cross_checked")
    return MetricCount(
        entry.text("metric"),
        {level(key, entry.at("levels")): value for key, value in levels.items()},
        entry.count("days") if entry.value.get("days") is not None else None,
        _blocked(entry),
        {level(key, entry.at("blocked_levels")): value for key, value in stopped.items()},
        None if cross is None else pair(cross, entry.at("cross_checked")),
        _reason(entry.inside("cross_blocked")) if entry.value.get("cross_blocked") is not None else None,
    )


def _topic(entry: Reader) -> TopicCount:
    entry.known("topic", "alerts", "targets", "blocked")
    targets = entry.mapping(
        "targets",
        lambda value, path: {key: count(n, f"{path}.{key}") for key, n in reader(value, path).value.items()},
    )
    return TopicCount(entry.text("topic"), entry.count("alerts"), targets, _blocked(entry))


def _fragmentation(entry: Reader) -> FragmentationCount:
    entry.known("fragmented", "volume", "off_main", "worst", "blocked")
    fragmented, volume = share_of(entry.count("fragmented"), entry.count("volume"), entry.path)
    return FragmentationCount(
        fragmented, volume, entry.each("worst", _concept), _blocked(entry), entry.count("off_main", default=0)
    )


def _concept(entry: Reader) -> ConceptCodes:
    entry.known("concept", "label", "volume", "codes", "specimens")
    codes: list[tuple[str, int]] = []
    for value, path in entry.entries("codes"):
        if not isinstance(value, list | tuple) or len(value) != 2:
            refuse(path, "应为[编码, 条数]。", "expected [code, rows].")
        codes.append((string(value[0], f"{path}[0]"), count(value[1], f"{path}[1]")))
    return ConceptCodes(
        entry.text("concept"),
        entry.text("label"),
        entry.count("volume"),
        tuple(codes),
        tuple(string(value, path) for value, path in entry.entries("specimens")),
    )


def _authenticity(entry: Reader) -> AuthenticityCount:
    entry.known("check", "record", "field", "value", "rows", "blocked")
    return AuthenticityCount(
        entry.text("check"),
        entry.text("record"),
        entry.text("field"),
        entry.decimal("value"),
        entry.count("rows"),
        _blocked(entry),
    )


def _file(entry: Reader) -> FileRead:
    entry.known(
        "name",
        "record",
        "source_system",
        "sha256",
        "rows",
        "outside_window",
        "unparsed_times",
        "malformed",
        "notes",
    )
    return FileRead(
        entry.text("name"),
        entry.text("record"),
        entry.text("source_system", default=""),
        entry.text("sha256"),
        entry.count("rows"),
        entry.count("outside_window"),
        entry.count("unparsed_times", default=0),
        entry.count("malformed", default=0),
        entry.each("notes", _text),
    )


def _text(entry: Reader) -> Text:
    entry.known("zh", "en")
    return Text(entry.text("zh"), entry.text("en"))


def _refused(entry: Reader) -> FileRefused:
    entry.known("name", "code", "sentence")
    return FileRefused(entry.text("name"), entry.text("code"), entry.sentence("sentence"))


def _blocked(entry: Reader) -> Reason | None:
    return None if entry.value.get("blocked") is None else _reason(entry.inside("blocked"))


def _reason(entry: Reader) -> Reason:
    entry.known("code", "zh", "en", "parameters")
    text = Text(entry.text("zh"), entry.text("en"))
    return Reason(entry.text("code"), text, entry.mapping("parameters", string))


def _failing(entry: Reader) -> tuple[FailingRow, ...]:
    found: list[FailingRow] = []
    for value, path in entry.entries("failing"):
        if not isinstance(value, list | tuple) or len(value) != 3 or not isinstance(value[2], list | tuple):
            refuse(path, "应为[文件, 行号, [字段]]。", "expected [file, row, [fields]].")
        fields = tuple(string(name, f"{path}[2]") for name in value[2])
        found.append(FailingRow(string(value[0], f"{path}[0]"), count(value[1], f"{path}[1]"), fields))
    return tuple(found)
