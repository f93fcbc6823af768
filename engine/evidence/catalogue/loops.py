"""Reading closed loops and the application metrics that ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

from engine.evidence.catalogue.grammar import read_where
from engine.evidence.catalogue.references import Known, refuse_at
from engine.evidence.catalogue.rules import SETTINGS
from engine.evidence.catalogue.values import (
    ApplicationMetric,
    Counted,
    Loop,
    LoopOrder,
    Node,
    RecordType,
    Requirement,
    Setting,
)
from engine.rubric.section import Section
from engine.rubric.values import Text

FIDELITIES = ("exact", "declared", "proxy")


def read_loop(part: Section, known: Known, min_rows: int) -> Loop:
    """A closed loop; each node but the anchor is linked to a node that stands before it."""
    part.name = f"closed loop {part.string('id')}"
    rubric = known.rubric(part)
    nodes: dict[str, Node] = {}
    anchor = part.string("anchor")
    for section in part.sections("nodes"):
        node = _read_node(section, nodes, known)
        if (node.link_to is None) != (node.id == anchor):
            section.refuse("every node but the anchor needs a “link”, and the anchor none", "link")
        nodes[node.id] = node
    if anchor not in nodes:
        part.refuse(f"the anchor {anchor} is no node", "anchor")
    supports = known.own_clauses(part, "supports", rubric.id)
    thresholds = part.section("thresholds")
    complete = thresholds.section("complete_loop")
    loop = Loop(
        id=part.string("id"),
        rubric=rubric.id,
        name=part.text("name"),
        setting=cast(Setting, part.one_of("setting", SETTINGS)),
        anchor=anchor,
        nodes=tuple(nodes.values()),
        order=_read_order(part, nodes),
        supports=supports,
        supports_with_nodes=_read_with_nodes(part, rubric.id, nodes, supports, known),
        node_coverage=thresholds.share("node_coverage"),
        optional_node_coverage=thresholds.share("optional_node_coverage"),
        order_conformity=thresholds.share("order_conformity"),
        complete_loop={key: complete.share(key) for key in ("basic", "optional")},
        note=part.text_or_none("note"),
        min_rows=min_rows,
    )
    complete.finish()
    thresholds.finish()
    part.finish()
    return loop


def _read_node(part: Section, earlier: Mapping[str, Node], known: Known) -> Node:
    name = part.string("id")
    part.name = f"{part.name} ({name})"
    if name in earlier:
        part.refuse(f"the node {name} stands twice", "id")
    record = known.record(part)
    link_to: str | None = None
    link_on: tuple[str, ...] = ()
    link = part.section_or_none("link")
    if link is not None:
        link_to = link.string("to")
        if link_to not in earlier:
            link.refuse(f"{link_to} is no node before this one", "to")
        link_on = known.shared_fields(link, "link_on", record, known.records[earlier[link_to].record])
        link.finish()
    node = Node(
        id=name,
        record=record.key,
        field=known.own_field(part, "field", record, "datetime"),
        label=part.own_text(),
        mandatory=part.boolean("mandatory"),
        where=read_where(part, "where", record, known),
        link_to=link_to,
        link_on=link_on,
    )
    part.finish()
    return node


def _read_order(part: Section, nodes: Mapping[str, Node]) -> tuple[LoopOrder, ...]:
    found = []
    for section in part.sections("order"):
        for key in ("before", "after"):
            if section.string(key) not in nodes:
                section.refuse(f"{section.string(key)} is no node of this loop", key)
        op = cast(Literal["<", "<="], section.one_of("op", ("<", "<=")))
        found.append(LoopOrder(section.string("before"), op, section.string("after")))
        section.finish()
    return tuple(found)


def _read_with_nodes(
    part: Section, rubric: str, nodes: Mapping[str, Node], supports: tuple[str, ...], known: Known
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for section in part.sections("supports_with_nodes", required=False):
        code = known.clause(section, section.line_of("criterion"), rubric, section.string("criterion"))
        if code in supports or code in found:
            section.refuse(f"{code} is listed twice for this loop", "criterion")
        for name in section.strings("nodes"):
            if name not in nodes:
                section.refuse(f"{name} is no node of this loop", "nodes")
        found[code] = section.strings("nodes")
        section.finish()
    return found


def read_metric(part: Section, known: Known, loops: Mapping[str, Loop]) -> ApplicationMetric:
    """How the application ratio, or the real use, of one item is counted on data."""
    part.name = f"application metric {part.string('id')}"
    rubric = known.rubric(part)
    item = rubric.by_code.get(part.string("item"))
    if item is None:
        part.refuse(f"{rubric.id} has no item {part.string('item')}", "item")
    kind = cast(Literal["ratio", "in_use"], part.one_of("kind", ("ratio", "in_use")))
    if (item.application.kind == "ratio") != (kind == "ratio"):
        part.refuse(f"item {item.code} of {rubric.id} is of kind {item.application.kind}", "kind")
    counted = part.section("denominator" if kind == "ratio" else "signal")
    if kind == "ratio":
        counted.one_of("count", ("distinct",))
    record = known.record(counted)
    cross = part.section_or_none("cross_check")
    cross_note = cross.own_text() if cross else None
    metric = ApplicationMetric(
        id=part.string("id"),
        rubric=rubric.id,
        item=item.code,
        kind=kind,
        fidelity=cast(Literal["exact", "declared", "proxy"], part.one_of("fidelity", FIDELITIES)),
        window_months=part.integer_or_none("window_months", least=1),
        counted=Counted(
            record=record.key,
            setting=cast(Setting, counted.one_of("setting", SETTINGS)),
            distinct_on=known.own_fields(counted, "distinct_on", record) if kind == "ratio" else (),
            where=read_where(counted, "where", record, known),
            window_on=known.own_field(counted, "window_on", record, "datetime")
            if "window_on" in counted
            else None,
        ),
        require=_read_requirements(part, record, known, loops) if kind == "ratio" else (),
        min_days_with_rows=part.integer("min_days_with_rows", least=1) if kind == "in_use" else None,
        cross_check=_read_requirement(cross, record, known, loops, from_level=0) if cross else None,
        note=part.text_or_none("note"),
        cross_check_note=cross_note,
    )
    counted.finish()
    part.finish()
    return metric


def _read_requirements(
    part: Section, record: RecordType, known: Known, loops: Mapping[str, Loop]
) -> tuple[Requirement, ...]:
    numerator = part.section("numerator")
    numerator.one_of("of", ("denominator",))
    found = tuple(
        _read_requirement(section, record, known, loops, section.integer("from_level"))
        for section in numerator.sections("require")
    )
    numerator.finish()
    return found


def _read_requirement(
    part: Section, record: RecordType, known: Known, loops: Mapping[str, Loop], from_level: int
) -> Requirement:
    """A filter on the counted rows, a row found in another record, or a complete loop."""
    if "exists_in" in part and "loop" in part:
        part.refuse("a condition asks for “exists_in” or for “loop”, not for both", "loop")
    exists_in = known.record(part, "exists_in") if "exists_in" in part else None
    loop = None
    match_on: tuple[str, ...] = ()
    if exists_in is not None:
        match_on = known.shared_fields(part, "match_on", record, exists_in)
    elif "loop" in part:
        loop = loops.get(part.string("loop"))
        if loop is None:
            part.refuse(f"the closed loop {part.string('loop')} does not exist", "loop")
        (anchor,) = (node for node in loop.nodes if node.id == loop.anchor)
        match_on = known.shared_fields(part, "match_on", record, known.records[anchor.record])
    where = read_where(part, "where", exists_in or record, known)
    if loop is not None and where:
        part.refuse("“where” cannot stand beside “loop”", "where")
    if exists_in is None and loop is None and not where:
        part.refuse("a condition needs “where”, “exists_in” or “loop”")
    part.finish()
    return Requirement(
        from_level, where, exists_in.key if exists_in else None, loop.id if loop else None, match_on
    )


def read_not_computable(document: Section, known: Known) -> dict[tuple[str, str], Text]:
    """(rubric, item) -> why no metric can be computed for it."""
    found: dict[tuple[str, str], Text] = {}
    for section in document.sections("application_not_computable"):
        rubric = known.rubric(section)
        item = section.string("item")
        if item not in rubric.by_code:
            refuse_at(section, section.line_of("item"), f"{rubric.id} has no item {item}")
        found[rubric.id, item] = section.own_text()
        section.finish()
    return found
