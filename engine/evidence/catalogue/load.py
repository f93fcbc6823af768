"""Loading the catalogue from YAML: every inconsistency is refused with file, line and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from engine.evidence.catalogue.capability import (
    read_capability,
    read_formulas,
    read_keyed,
    read_not_covered,
)
from engine.evidence.catalogue.loops import read_loop, read_metric, read_not_computable
from engine.evidence.catalogue.records import read_dictionaries, read_records
from engine.evidence.catalogue.references import Known
from engine.evidence.catalogue.rules import check_companions, read_rule, read_table_rule
from engine.evidence.catalogue.semantics import (
    read_authenticity,
    read_decision_support,
    read_fragmentation,
)
from engine.evidence.catalogue.statistics import read_statistic_kinds
from engine.evidence.catalogue.values import (
    ApplicationMetric,
    AuthenticityCheck,
    Catalogue,
    Loop,
    Rule,
)
from engine.rubric.canonical import content_hash, to_plain
from engine.rubric.errors import RubricError
from engine.rubric.load import CHECKS_FILE, load_joined
from engine.rubric.marked import read_marked
from engine.rubric.section import Section
from engine.rubric.values import Rubric

#: “With fewer than 30 counted rows the value is shown and not judged” (conventions, min_rows).
MIN_ROWS = 30

__all__ = ["CHECKS_FILE", "RubricError", "load_catalogue"]


def load_catalogue(folder: Path | str, *, rubrics: Mapping[str, Rubric] | None = None) -> Catalogue:
    """Everything checkable that ``integration-checks.yaml`` in ``folder``, the data-quality table it
    continues and the rubrics it names define.

    ``rubrics``: those rubrics by id where the caller has loaded them already (they are read from
    ``folder`` otherwise). Raises RubricError (file, line, sentence) on any inconsistency; a key
    nobody knows is one.
    """
    folder = Path(folder)
    path = folder / CHECKS_FILE
    document = Section(str(path), "the checks", read_marked(path), 1)
    meta = document.section("meta")
    known_rubrics = _rubrics(meta, folder, rubrics or {})
    table_path = folder / meta.string("inherits")
    owner = next((r for r in known_rubrics.values() if table_path.name == f"{r.id}-dq.yaml"), None)
    if owner is None or owner.data_quality_table_year is None:
        meta.refuse("“inherits” must be the data-quality table of one of the rubrics", "inherits")
    title, notice, purpose = meta.text("title"), meta.text("notice"), meta.text("purpose")
    meta.one_of("status", ("own_analysis",))
    meta.finish()

    table = Section(str(table_path), "the data-quality table", read_marked(table_path), 1)
    known = _nouns(table, document, known_rubrics)
    rules, parts = _table_rules(table, owner, known)
    for family in ("facade_checks", "semantic_checks"):
        for part in document.sections(family):
            _keep(part, read_rule(part, family, known, MIN_ROWS), rules, parts)
    support = document.section("decision_support")
    for part in support.sections("checks"):
        _keep(part, read_rule(part, "decision_support", known, MIN_ROWS), rules, parts)
    check_companions(parts, rules)
    decision_support = read_decision_support(
        support, tuple(rule for rule in rules.values() if rule.family == "decision_support"), known
    )
    loops = _loops(document, known)
    capability, capability_rules = read_capability(document.section("capability_map"))
    catalogue = Catalogue(
        content_hash="",
        data_quality_table_year=owner.data_quality_table_year,
        records=known.records,
        dictionaries=known.dictionaries,
        rules=rules,
        loops=loops,
        metrics=_metrics(document, known, loops),
        decision_support=decision_support,
        fragmentation=read_fragmentation(document, known),
        authenticity=_authenticity(document, known),
        capability=capability,
        not_covered=read_not_covered(document, known),
        not_computable=read_not_computable(document, known),
        formulas=read_formulas(table.section("formulas")),
        statistic_kinds=read_statistic_kinds(document.section("statistic_kinds")),
        doubts=read_keyed(document, "doubts", "ref"),
        conventions=(
            *read_keyed(table, "conventions", "key"),
            *read_keyed(document, "conventions", "key"),
        ),
        capability_rules=capability_rules,
        authenticity_note=document.text("authenticity_note"),
        title=title,
        notice=notice,
        purpose=purpose,
    )
    # What the rubric loader reads of the table: its heading, its lists of items and its doubts.
    table.passed_over("meta", "items", "items_without_rules", "doubts")
    table.finish()
    document.finish()
    return replace(catalogue, content_hash=_hash(catalogue))


def _rubrics(meta: Section, folder: Path, given: Mapping[str, Rubric]) -> dict[str, Rubric]:
    section = meta.section("rubrics")
    found: dict[str, Rubric] = {}
    for name in section.map:
        rubric = given.get(name) or load_joined(folder / section.string(name))
        if rubric.id != name:
            section.refuse(f"this file holds {rubric.id}, not {name}", name)
        found[name] = rubric
    section.passed_over(*found)
    section.finish()
    return found


def _nouns(table: Section, document: Section, rubrics: Mapping[str, Rubric]) -> Known:
    dictionaries = read_dictionaries(table.section("dictionaries"))
    records = read_records(table.section("records"), dictionaries, {}, Path(table.file).name)
    records |= read_records(document.section("records"), dictionaries, records, Path(document.file).name)
    return Known(records, dictionaries, rubrics)


def _table_rules(table: Section, owner: Rubric, known: Known) -> tuple[dict[str, Rule], dict[str, Section]]:
    rules: dict[str, Rule] = {}
    parts: dict[str, Section] = {}
    for part in table.sections("rules"):
        _keep(part, read_table_rule(part, owner, known), rules, parts)
    return rules, parts


def _keep(part: Section, rule: Rule, rules: dict[str, Rule], parts: dict[str, Section]) -> None:
    if rule.id in rules:
        part.refuse(f"the rule {rule.id} stands twice", "id")
    rules[rule.id] = rule
    parts[rule.id] = part


def _loops(document: Section, known: Known) -> dict[str, Loop]:
    found: dict[str, Loop] = {}
    for part in document.sections("closed_loops"):
        loop = read_loop(part, known, MIN_ROWS)
        if loop.id in found:
            part.refuse(f"the closed loop {loop.id} stands twice", "id")
        found[loop.id] = loop
    return found


def _metrics(document: Section, known: Known, loops: Mapping[str, Loop]) -> dict[str, ApplicationMetric]:
    found: dict[str, ApplicationMetric] = {}
    items: set[tuple[str, str]] = set()
    for part in document.sections("application_metrics"):
        metric = read_metric(part, known, loops)
        if metric.id in found or (metric.rubric, metric.item) in items:
            part.refuse(f"{metric.id}, or a metric of item {metric.item}, stands twice", "id")
        items.add((metric.rubric, metric.item))
        found[metric.id] = metric
    return found


def _authenticity(document: Section, known: Known) -> dict[str, AuthenticityCheck]:
    found: dict[str, AuthenticityCheck] = {}
    for part in document.sections("authenticity_checks"):
        check = read_authenticity(part, known)
        if check.id in found:
            part.refuse(f"the authenticity check {check.id} stands twice", "id")
        found[check.id] = check
    return found


def _hash(catalogue: Catalogue) -> str:
    """SHA-256 of the canonical form; the key of an item without a metric is written as one text."""
    plain = to_plain(replace(catalogue, not_computable={}))
    del plain["content_hash"]
    plain["not_computable"] = {
        f"{rubric} {item}": to_plain(text) for (rubric, item), text in catalogue.not_computable.items()
    }
    return content_hash(plain)
