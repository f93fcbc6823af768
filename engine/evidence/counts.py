"""What a run counts: frozen values without any judgement. Thresholds come later, at view time.

Shares are never stored rounded: numerator and denominator are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from engine.rubric.values import Text


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something could not be checked, is void or is refused: a stable code and a sentence.

    Codes: file_absent, column_absent, dictionary_absent, nothing_joins, one_system, system_unknown,
    not_mechanisable, no_figure, probe_failed, cancelled, no_window.
    """

    code: str
    text: Text
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FailingRow:
    """A place, never a value: file name, row number counted from 1 without the header, field names."""

    file: str
    row: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """The counts of one campus and department (empty string where the record says none)."""

    campus: str
    department: str
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class RuleCount:
    """The counts of one rule.

    ``blocked`` set: could not check, numerator and denominator are 0 and say nothing.
    ``blocked`` None and ``denominator`` 0: not applicable. ``value``: the figure of a statistic
    rule (then numerator / denominator are the rows behind it; 0 rows = not applicable).
    ``narrowed``: for clauses of ``supports_where``, (numerator, denominator) on that subset.
    ``supplied``: counted by the hospital's people and typed or loaded, not computed here;
    ``accepted`` says that a reviewer accepted that figure.
    """

    rule: str
    numerator: int
    denominator: int
    blocked: Reason | None = None
    value: Decimal | None = None
    narrowed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    splits: tuple[Split, ...] = ()
    failing: tuple[FailingRow, ...] = ()
    supplied: bool = False
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class NodeCount:
    """How many instances of a loop have this node, and minutes (median) since the linked-to node."""

    node: str
    present: int
    median_minutes: Decimal | None
    blocked: Reason | None = None


@dataclass(frozen=True, slots=True)
class OrderCount:
    before: str
    after: str
    comparable: int
    conforming: int


@dataclass(frozen=True, slots=True)
class LoopCount:
    """The counts of a loop for one care setting (``setting``: inpatient | outpatient | all)."""

    loop: str
    setting: str
    instances: int
    complete: int
    nodes: tuple[NodeCount, ...]
    orders: tuple[OrderCount, ...]
    blocked: Reason | None = None
    failing: tuple[FailingRow, ...] = ()


@dataclass(frozen=True, slots=True)
class MetricCount:
    """Application metric: per level (numerator, denominator); ``days`` with rows for in_use.

    A level with a requirement that could not be read is missing in ``levels`` and stands in
    ``blocked_levels``; ``blocked``: nothing could be counted. ``cross_checked``: of the keys in
    the numerator of the highest readable level, (found by the cross check, all).
    """

    metric: str
    levels: Mapping[int, tuple[int, int]]
    days: int | None = None
    blocked: Reason | None = None
    blocked_levels: Mapping[int, Reason] = field(default_factory=dict)
    cross_checked: tuple[int, int] | None = None
    cross_blocked: Reason | None = None


@dataclass(frozen=True, slots=True)
class TopicCount:
    """Alerts of one knowledge topic, and per care setting (``all`` too) how many by alert target."""

    topic: str
    alerts: int
    targets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    blocked: Reason | None = None


@dataclass(frozen=True, slots=True)
class ConceptCodes:
    """A laboratory concept and the volume of every local code that carries it, largest first.

    ``concept``: the key of an analyte, or ``=`` and the normalised name. ``specimens``: the kinds
    of specimen involved, ``""`` where unknown.
    """

    concept: str
    label: str
    volume: int
    codes: tuple[tuple[str, int], ...]
    specimens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FragmentationCount:
    """Report rows whose concept has more than one local code, of all; ``off_main``: rows not
    carried by the main code of their concept (the secondary index)."""

    fragmented: int
    volume: int
    worst: tuple[ConceptCodes, ...] = ()
    blocked: Reason | None = None
    off_main: int = 0


@dataclass(frozen=True, slots=True)
class AuthenticityCount:
    """One authenticity check on one record and field; ``rows`` below min_rows are not judged."""

    check: str
    record: str
    field: str
    value: Decimal | None
    rows: int
    blocked: Reason | None = None


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file that was read: digest and what became of its rows."""

    name: str
    record: str
    source_system: str
    sha256: str
    rows: int
    outside_window: int
    unparsed_times: int = 0
    malformed: int = 0
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRefused:
    """A file that was refused: one sentence (what, where, what to do)."""

    name: str
    code: str
    sentence: Text


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Everything one run counted; canonical JSON of it is what an attestation signs."""

    rubric: str
    catalogue_hash: str
    data_quality_table_year: int
    evidence_engine_version: str
    window: tuple[date, date] | None
    rules: Mapping[str, RuleCount]
    loops: tuple[LoopCount, ...] = ()
    metrics: Mapping[str, MetricCount] = field(default_factory=dict)
    topics: Mapping[str, TopicCount] = field(default_factory=dict)
    fragmentation: FragmentationCount | None = None
    authenticity: tuple[AuthenticityCount, ...] = ()
    files: tuple[FileRead, ...] = ()
    refused: tuple[FileRefused, ...] = ()
    dictionaries: Mapping[str, str] = field(default_factory=dict)  # name -> SHA-256
    mapping_hash: str = ""
    not_applicable_records: Mapping[str, str] = field(default_factory=dict)  # record -> reason
    backend: str = "duckdb"
