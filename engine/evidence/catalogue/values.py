"""Frozen values of the catalogue: record types and every kind of check, as read from the library.

A *rule* is anything with an id that is counted on records; its check is one of
:mod:`engine.evidence.catalogue.checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from engine.evidence.catalogue.checks import Check, Comparison, Where
from engine.rubric.values import Text

FieldType = Literal["string", "code", "number", "bool", "datetime", "date"]
Dimension = Literal["consistency", "completeness", "integration", "timeliness"]
Setting = Literal["inpatient", "outpatient", "all"]
Scope = Literal["hospital", "regional"]
Family = Literal["dq_rules", "facade_checks", "decision_support", "semantic_checks"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a record type. ``values``: the normalised codes; ``phi``: may be a token."""

    key: str
    label: Text
    type: FieldType
    role: str | None = None  # identifier | filter | person | status
    dictionary: str | None = None
    values: tuple[str, ...] = ()
    phi: bool = False
    added: bool = False


@dataclass(frozen=True, slots=True)
class RecordType:
    """A canonical record type; ``source`` is the library file that defines it."""

    key: str
    label: Text
    fields: Mapping[str, Field]
    window_on: str | None
    systems: tuple[str, ...]
    setting: str  # inpatient | outpatient | any
    grain: Text
    natural_key: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    note: Text | None = None
    source: str = ""

    @property
    def has_care_setting(self) -> bool:
        return "care_setting" in self.fields


@dataclass(frozen=True, slots=True)
class Rule:
    """Anything counted on records that can speak for a clause or enter a data-quality index.

    ``item`` and ``level`` are None where the library names none. ``supports`` are clause codes
    ``item.level.n`` of ``rubric``; those in ``partial_for`` are supported only in part;
    ``supports_where`` narrows the counted side for one clause. ``threshold`` is a share 0-1.
    """

    id: str
    family: Family
    rubric: str
    dimension: Dimension
    label: Text
    setting: Setting
    scope: Scope
    mechanisable: bool
    check: Check | None
    item: str | None = None
    level: int | None = None
    active: bool = True
    required: bool | None = None
    required_basis: str | None = None
    threshold: Decimal | None = None
    two_sided: bool = False
    supports: tuple[str, ...] = ()
    partial_for: tuple[str, ...] = ()
    supports_where: Mapping[str, Where] = field(default_factory=dict)
    companion: str | None = None
    min_rows: int = 30
    proves: Text | None = None
    does_not_prove: Text | None = None
    honest_failure: Text | None = None
    remedy: Text | None = None
    meaning: Text | None = None
    note: Text | None = None
    metric: Mapping[str, object] | None = None
    needs: str | None = None
    table_dimension: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A step of a closed loop. ``link_to`` is None on the anchor."""

    id: str
    record: str
    field: str
    label: Text
    mandatory: bool
    where: Where = ()
    link_to: str | None = None
    link_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoopOrder:
    """``before op after`` between two nodes that are both present."""

    before: str
    op: Literal["<", "<="]
    after: str


@dataclass(frozen=True, slots=True)
class Loop:
    """A closed loop (闭环): each anchor row is one instance."""

    id: str
    rubric: str
    name: Text
    setting: Setting
    anchor: str  # node id
    nodes: tuple[Node, ...]
    order: tuple[LoopOrder, ...]
    supports: tuple[str, ...]
    supports_with_nodes: Mapping[str, tuple[str, ...]]  # clause -> further node ids
    node_coverage: Decimal
    optional_node_coverage: Decimal
    order_conformity: Decimal
    complete_loop: Mapping[str, Decimal]  # basic, optional
    note: Text | None = None
    min_rows: int = 30


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition of a numerator from ``from_level`` on: exactly one of where, exists_in, loop."""

    from_level: int
    where: Where = ()
    exists_in: str | None = None
    loop: str | None = None
    match_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """What a metric counts: distinct keys (or days with rows) of a filtered record."""

    record: str
    setting: Setting
    distinct_on: tuple[str, ...] = ()
    where: Where = ()
    window_on: str | None = None


@dataclass(frozen=True, slots=True)
class ApplicationMetric:
    """Application ratio (应用比例) or real use of one item, from data.

    ``kind`` ratio: ``counted`` is the denominator; in_use: ``counted`` is the signal and
    ``min_days_with_rows`` decides. ``fidelity``: exact | declared | proxy (a proxy only warns).
    """

    id: str
    rubric: str
    item: str
    kind: Literal["ratio", "in_use"]
    fidelity: Literal["exact", "declared", "proxy"]
    window_months: int | None
    counted: Counted
    require: tuple[Requirement, ...] = ()
    min_days_with_rows: int | None = None
    cross_check: Requirement | None = None
    note: Text | None = None
    cross_check_note: Text | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A knowledge topic of decision support and the clauses it supports."""

    key: str
    label: Text
    supports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionSupport:
    record: str
    min_alerts: int
    topics: tuple[Topic, ...]
    note: Text
    checks_needed: tuple[str, ...] = ("DS-01", "DS-02", "DS-03", "DS-04")


@dataclass(frozen=True, slots=True)
class Analyte:
    """A laboratory concept with its synonyms (112 of them)."""

    key: str
    label: Text
    specimen: str
    synonyms: tuple[str, ...]
    loinc: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fragmentation:
    """The semantic fragmentation index over ``record``; bands are (upper bound, label)."""

    label: Text
    record: str
    code_field: str
    name_field: str
    specimen_record: str
    specimen_field: str
    specimen_join: tuple[str, ...]
    steps: tuple[Text, ...]
    bands: tuple[tuple[Decimal, Text], ...]
    analytes: tuple[Analyte, ...]
    shared_abbreviations: Mapping[str, tuple[str, ...]]
    honest_failure: Text
    remedy: Text
    formula: str = ""
    secondary_formula: str = ""
    secondary_label: Text | None = None


@dataclass(frozen=True, slots=True)
class AuthenticityCheck:
    """A statistic that only warns. ``applies_to``: (record, field); empty for results-based ones."""

    id: str
    label: Text
    applies_to: tuple[tuple[str, str], ...]
    kind: str
    parameters: Mapping[str, object]
    warn_when: Comparison
    min_rows: int
    suggests: Text
    innocent: Text


@dataclass(frozen=True, slots=True)
class FamilyRoute:
    """How a family of checks speaks for clauses of a nature."""

    family: str  # dq_rules | facade_checks | semantic_checks | closed_loops | decision_support | application_metrics
    route: Literal["explicit", "family", "corroborate"]
    dimensions: tuple[str, ...] = ()
    level: Literal["any", "at_least"] = "any"
    scope: Scope | None = None
    same_item: bool = False


@dataclass(frozen=True, slots=True)
class NatureMap:
    """The capability map of one clause nature."""

    nature: str
    label: Text
    max_status: Literal["supported", "partly_supported"]
    threshold_basic: Decimal
    threshold_optional: Decimal
    routes: tuple[FamilyRoute, ...]
    other_evidence: tuple[str, ...] = ()
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class NotCovered:
    """A clause for which no check exists here, with the reason."""

    rubric: str
    clause: str
    reason: Text


@dataclass(frozen=True)
class Catalogue:
    """Everything checkable, with a SHA-256 over its canonical form."""

    content_hash: str
    data_quality_table_year: int
    records: Mapping[str, RecordType]
    dictionaries: Mapping[str, Text]
    rules: Mapping[str, Rule]  # all four families, in file order
    loops: Mapping[str, Loop]
    metrics: Mapping[str, ApplicationMetric]
    decision_support: DecisionSupport
    fragmentation: Fragmentation
    authenticity: Mapping[str, AuthenticityCheck]
    capability: Mapping[str, NatureMap]
    not_covered: tuple[NotCovered, ...]
    not_computable: Mapping[tuple[str, str], Text]  # (rubric, item) -> why no metric
    formulas: Mapping[str, Text]  # dimension -> formula in words
    statistic_kinds: Mapping[str, Text]
    doubts: tuple[tuple[str, Text], ...]
    conventions: tuple[tuple[str, Text], ...] = ()  # the grammar in words, both files
    capability_rules: tuple[tuple[str, Text], ...] = ()  # how routes and thresholds are to be read
    authenticity_note: Text | None = None
    title: Text | None = None
    notice: Text | None = None  # that the checks are the product's own analysis
    purpose: Text | None = None

    def rules_of(self, rubric: str) -> tuple[Rule, ...]:
        """Rules of one rubric edition id (``emr-2018``, ``smart-service-2019``), file order."""
        return tuple(rule for rule in self.rules.values() if rule.rubric == rubric)
