"""One run: every rule, loop, metric and statistic of a rubric counted on one set of tables.

Counts only; thresholds are applied when a result is looked at. A run can be watched, cancelled
between two counts, and taken up again from the counts that were kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.evidence import EVIDENCE_ENGINE_VERSION
from engine.evidence.authenticity import count_authenticity
from engine.evidence.catalogue.values import Catalogue, Loop, Rule
from engine.evidence.counts import (
    AuthenticityCount,
    FragmentationCount,
    LoopCount,
    MetricCount,
    RuleCount,
    RunCounts,
    TopicCount,
)
from engine.evidence.decision_support import count_topics
from engine.evidence.fragmentation import count_fragmentation
from engine.evidence.loops import count_loop
from engine.evidence.metrics import count_metric
from engine.evidence.rules import count_rule
from engine.evidence.tables import Tables

Window = tuple[date, date]

#: Reasons for which a figure that people supplied may stand in: the data is not there. Data that
#: is there and says nothing (one system, nothing joins) is not talked over.
STANDS_IN_FOR = frozenset({"file_absent", "column_absent", "dictionary_absent", "not_mechanisable"})


@dataclass(frozen=True, slots=True)
class SuppliedFigure:
    """Counts of a rule that the hospital's people typed or loaded.

    ``value``: the figure of a statistic rule. ``accepted``: a reviewer accepted it.
    """

    numerator: int
    denominator: int
    accepted: bool = False
    value: Decimal | None = None


@dataclass
class _Course:
    """How far a run is, and whether it goes on."""

    total: int
    on_progress: Callable[[str, int, int], None] | None
    cancelled: Callable[[], bool] | None
    done: int = 0

    def stopped(self) -> bool:
        return self.cancelled is not None and self.cancelled()

    def advance(self, what: str) -> None:
        self.done += 1
        if self.on_progress is not None:
            self.on_progress(what, self.done, self.total)


def run(
    catalogue: Catalogue,
    tables: Tables,
    *,
    rubric: str,
    window: Window | None,
    rules: Iterable[str] | None = None,
    known: Mapping[str, RuleCount] | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
    on_count: Callable[[RuleCount], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    supplied: Mapping[str, SuppliedFigure] | None = None,
) -> RunCounts:
    """Count everything checkable of ``rubric`` (or only ``rules``, then nothing but rules).

    ``known``: counts of the same tables kept from a run that broke off, taken over as they are;
    ``on_count`` hands over each rule's count as soon as it stands, so that it can be kept.
    ``on_progress(what, done, total)`` after each step: a rule's id, ``loop:<id>``, ``metric:<id>``,
    ``topics``, ``fragmentation`` or ``authenticity``. ``cancelled`` is asked before each step; what
    was not counted by then is not in the result. ``supplied``: figures that stand in for rules whose
    data is not there. Rules with ``active: false`` are left out. Files refused, the mapping's hash and
    digests of dictionaries are the caller's to add (``dataclasses.replace``).
    """
    chosen = _chosen(catalogue, rubric, rules)
    loops = [] if rules is not None else list(_loops(catalogue, rubric))
    metrics = [] if rules is not None else [m for m in catalogue.metrics.values() if m.rubric == rubric]
    further = 0 if rules is not None else len(loops) + len(metrics) + 3
    course = _Course(len(chosen) + further, on_progress, cancelled)
    counts = _rules(chosen, tables, catalogue, window, course, known or {}, supplied or {}, on_count)
    result = RunCounts(
        rubric=rubric,
        catalogue_hash=catalogue.content_hash,
        data_quality_table_year=catalogue.data_quality_table_year,
        evidence_engine_version=EVIDENCE_ENGINE_VERSION,
        window=window,
        rules=counts,
        files=tables.files,
        not_applicable_records=dict(tables.not_applicable),
        backend=tables.connection.name,
    )
    if rules is not None:
        return result
    found: list[LoopCount] = []
    for loop, setting in loops:
        if course.stopped():
            break
        found.append(count_loop(loop, tables, catalogue, setting))
        course.advance(f"loop:{loop.id}")
    ratios: dict[str, MetricCount] = {}
    for metric in metrics:
        if course.stopped():
            break
        ratios[metric.id] = count_metric(metric, tables, catalogue, window)
        course.advance(f"metric:{metric.id}")
    topics: Mapping[str, TopicCount] = {}
    if not course.stopped():
        topics = count_topics(catalogue, tables)
        course.advance("topics")
    fragmentation: FragmentationCount | None = None
    if not course.stopped():
        fragmentation = count_fragmentation(catalogue, tables)
        course.advance("fragmentation")
    authenticity: tuple[AuthenticityCount, ...] = ()
    if not course.stopped():
        authenticity = count_authenticity(catalogue, tables, window, counts)
        course.advance("authenticity")
    return replace(
        result,
        loops=tuple(found),
        metrics=ratios,
        topics=topics,
        fragmentation=fragmentation,
        authenticity=authenticity,
    )


def _chosen(catalogue: Catalogue, rubric: str, rules: Iterable[str] | None) -> list[Rule]:
    """Active rules of the rubric in catalogue order, or those named."""
    named = None if rules is None else frozenset(rules)
    return [r for r in catalogue.rules_of(rubric) if r.active and (named is None or r.id in named)]


def _loops(catalogue: Catalogue, rubric: str) -> Iterator[tuple[Loop, str]]:
    """Loops and settings: one for all settings is also counted for inpatients and outpatients apart."""
    for loop in catalogue.loops.values():
        if loop.rubric == rubric:
            yield loop, loop.setting
            if loop.setting == "all":
                yield loop, "inpatient"
                yield loop, "outpatient"


def _rules(
    chosen: list[Rule],
    tables: Tables,
    catalogue: Catalogue,
    window: Window | None,
    course: _Course,
    known: Mapping[str, RuleCount],
    supplied: Mapping[str, SuppliedFigure],
    on_count: Callable[[RuleCount], None] | None,
) -> dict[str, RuleCount]:
    counts: dict[str, RuleCount] = {}
    for rule in chosen:
        if course.stopped():
            break
        count = known.get(rule.id)
        if count is None:
            count = with_figure(count_rule(rule, tables, catalogue, window=window), supplied.get(rule.id))
            if course.stopped():  # a query that was interrupted says nothing about the data
                break
            if on_count is not None:
                on_count(count)
        counts[rule.id] = count
        course.advance(rule.id)
    return counts


def with_figure(count: RuleCount, figure: SuppliedFigure | None) -> RuleCount:
    """The supplied figure where the data is missing, else what was computed."""
    if figure is None or count.blocked is None or count.blocked.code not in STANDS_IN_FOR:
        return count
    return RuleCount(
        rule=count.rule,
        numerator=figure.numerator,
        denominator=figure.denominator,
        value=figure.value,
        supplied=True,
        accepted=figure.accepted,
    )
