"""Results by rule and by record type, and the page of one rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext

from assessments.queries.frame import AssessmentFrame
from assessments.queries.verification.wanted import records_of
from engine.evidence.catalogue.values import Rule
from engine.evidence.counts import Split
from engine.evidence.judging import STATUS_WORDS, Finding
from engine.evidence.wording import figure
from reports.view_models.identity import Addresses
from reports.view_models.verified.around import Around, Reading, around
from reports.view_models.words import lang
from rubrics.queries import get_catalogue

STATES = ("refuted", "supported", "could_not_check", "not_applicable")
MOST_SPLITS = 40
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class RuleRow:
    id: str
    label: str
    item: str
    level: int | None
    family: str
    dimension: str
    status: str
    status_word: str
    counts: str
    percent: str
    exceptions: int
    reason: str
    supplied: bool
    statistic: bool = False  # judged by a figure, not by the share that conforms


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to filter by, with how many rules it leaves."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class RulesPage:
    """``rows`` are those of one page of ``pages``; ``total``: rules before any filter but the record type."""

    around: Around
    rows: tuple[RuleRow, ...]
    pages: Page[RuleRow]
    states: tuple[Choice, ...]
    dimensions: tuple[Choice, ...]
    record: str
    record_name: str
    total: int

    @property
    def frame(self) -> AssessmentFrame:
        return self.around.frame


@dataclass(frozen=True, slots=True)
class SplitRow:
    campus: str
    department: str
    counts: str
    percent: str
    weak: bool


@dataclass(frozen=True, slots=True)
class FailingPlace:
    file: str
    row: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpokenClause:
    code: str
    text: str
    part: bool  # the rule proves only part of it


@dataclass(frozen=True, slots=True)
class RulePage:
    around: Around
    row: RuleRow
    threshold: str
    records: tuple[tuple[str, str], ...]
    proves: str
    does_not_prove: str
    honest_failure: str
    remedy: str
    note: str
    clauses: tuple[SpokenClause, ...]
    splits: tuple[SplitRow, ...]
    more_splits: int
    hidden_splits: int  # left out because they are so small
    failing: tuple[FailingPlace, ...]
    companion: str

    @property
    def frame(self) -> AssessmentFrame:
        return self.around.frame


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record type: where it came from, how many rows, and how its rules came out."""

    key: str
    name: str
    systems: tuple[str, ...]
    files: int
    rows: str
    outside: str
    counts: tuple[tuple[str, int], ...]
    declared: str


@dataclass(frozen=True, slots=True)
class RecordsPage:
    around: Around
    rows: tuple[RecordRow, ...]

    @property
    def frame(self) -> AssessmentFrame:
        return self.around.frame


def dimension_words() -> Mapping[str, str]:
    return {
        "consistency": gettext("一致性"),
        "completeness": gettext("完整性"),
        "integration": gettext("整合性"),
        "timeliness": gettext("及时性"),
    }


def family_words() -> Mapping[str, str]:
    return {
        "dq_rules": gettext("数据质量规则"),
        "facade_checks": gettext("系统连通核验"),
        "decision_support": gettext("决策支持核验"),
        "semantic_checks": gettext("语义核验"),
    }


def rules_page(
    reading: Reading,
    frame: AssessmentFrame,
    addresses: Addresses,
    *,
    state: str = "",
    dimension: str = "",
    record: str = "",
    page: str = "",
) -> RulesPage:
    """No query. Refuted rules first, then those with most exceptions."""
    catalogue = get_catalogue()
    rules = [
        rule
        for rule in catalogue.rules_of(reading.rubric.id)
        if rule.active and (not record or record in records_of(rule))
    ]
    rows = [rule_row(reading, rule) for rule in rules]
    states, dimensions = Counter(row.status for row in rows), Counter(row.dimension for row in rows)
    shown = [
        row
        for row in rows
        if (not state or row.status == state) and (not dimension or row.dimension == dimension)
    ]
    shown.sort(key=lambda row: (STATES.index(row.status), -row.exceptions, row.id))
    named = catalogue.records.get(record)
    pages = Paginator(shown, PER_PAGE).get_page(page)
    return RulesPage(
        around=around(reading, frame, "rules", addresses.items),
        rows=tuple(pages.object_list),
        pages=pages,
        states=tuple(
            Choice(value, lang(STATUS_WORDS[value]), states[value], value == state)  # type: ignore[index]
            for value in STATES
        ),
        dimensions=tuple(
            Choice(value, word, dimensions[value], value == dimension)
            for value, word in dimension_words().items()
        ),
        record=record if named else "",
        record_name=lang(named.label) if named else "",
        total=len(rows),
    )


def rule_row(reading: Reading, rule: Rule) -> RuleRow:
    finding = reading.lensed.lenses.verdicts.findings.get(rule.id)
    if finding is None:
        finding = Finding(
            rule.id, "could_not_check", None, STATUS_WORDS["could_not_check"], None, "not_counted"
        )
    few = reading.hides(finding.denominator)
    return RuleRow(
        id=rule.id,
        label=lang(rule.label),
        item=rule.item or (rule.supports[0][:5] if rule.supports else ""),
        level=rule.level,
        family=family_words()[rule.family],
        dimension=rule.dimension,
        status=finding.status,
        status_word=lang(STATUS_WORDS[finding.status]),
        counts=_row_counts(reading, finding),
        percent="" if few or finding.share is None else _percent(finding),
        exceptions=0 if few else max(0, finding.exceptions),
        reason=too_few_to_judge() if few else lang(finding.reason) if finding.status != "supported" else "",
        supplied=finding.supplied,
        statistic=finding.comparison is not None,
    )


def _row_counts(reading: Reading, finding: Finding) -> str:
    """``94 / 100``; of a statistic the rows behind it, because its figure is no share of what conforms."""
    if not finding.denominator:
        return ""
    if finding.comparison is not None:
        return gettext("依据%(n)s条") % {"n": reading.count(finding.denominator)}
    return reading.counts(finding.numerator, finding.denominator)


def too_few_to_judge() -> str:
    """In place of a reason that would give a small number away."""
    return gettext("记录太少，不作判定。")


def _percent(finding: Finding) -> str:
    """Never 100% with exceptions, never 0% with hits: the share is cut, not rounded up."""
    if finding.comparison is not None:
        return "" if finding.share is None else figure(finding.share)
    hundredths = finding.numerator * 10000 // finding.denominator if finding.denominator else 0
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def rule_page(reading: Reading, frame: AssessmentFrame, addresses: Addresses, rule: Rule) -> RulePage:
    """One rule whole. No query."""
    catalogue = get_catalogue()
    count = reading.lensed.counts.rules.get(rule.id)
    finding = reading.lensed.lenses.verdicts.findings.get(rule.id)
    splits, hidden = _splits(reading, count.splits if count else ())
    by_code = reading.rubric.by_code
    clauses = []
    for code in rule.supports:
        role, item, level, n = code.split(".")
        found = by_code.get(f"{role}.{item}")
        entry = found.by_level.get(int(level)) if found else None
        if entry is not None and int(n) <= len(entry.clauses):
            text = lang(entry.clauses[int(n) - 1].text)
            clauses.append(SpokenClause(f"{role}.{item}.{level}-{n}", text, code in rule.partial_for))
    threshold = ""
    if finding is not None and finding.threshold is not None:
        threshold = f"{finding.threshold * 100:f}".rstrip("0").rstrip(".") + "%"
    return RulePage(
        around=around(reading, frame, "rules", addresses.items),
        row=rule_row(reading, rule),
        threshold=threshold,
        records=tuple(
            (key, lang(catalogue.records[key].label))
            for key in sorted(records_of(rule))
            if key in catalogue.records
        ),
        proves=lang(rule.proves or rule.meaning or catalogue.formulas.get(rule.dimension)),
        does_not_prove=lang(rule.does_not_prove),
        honest_failure=lang(rule.honest_failure),
        remedy=lang(rule.remedy),
        note=lang(rule.note),
        clauses=tuple(clauses),
        splits=tuple(_split(reading, split) for split in splits[:MOST_SPLITS]),
        more_splits=max(0, len(splits) - MOST_SPLITS),
        hidden_splits=hidden,
        failing=tuple(
            FailingPlace(row.file, row.row, _field_names(rule, row.fields))
            for row in (count.failing if count else ())
        ),
        companion=rule.companion or "",
    )


def _splits(reading: Reading, splits: Iterable[Split]) -> tuple[list[Split], int]:
    """Those that may be shown, the weakest first, and how many are left out.

    Outside the hospital small ones are left out; a single one is joined by the next smallest, or it
    would follow from the total.
    """
    by_size = sorted(splits, key=lambda split: split.denominator)
    hidden = sum(reading.hides(split.denominator) for split in by_size)
    if hidden:
        empty = sum(split.denominator == 0 for split in by_size)
        hidden = max(hidden, 2)
        by_size = by_size[:empty] + by_size[empty + hidden :]
    by_size.sort(
        key=lambda split: (
            split.numerator / split.denominator if split.denominator else 1,
            -split.denominator,
        )
    )
    return by_size, hidden


def _split(reading: Reading, split: Split) -> SplitRow:
    numerator, denominator = split.numerator, split.denominator
    few = reading.hides(denominator)
    share = f"{100 * numerator / denominator:.1f}%" if denominator and not few else ""
    return SplitRow(
        campus=split.campus,
        department=split.department,
        counts=reading.counts(numerator, denominator),
        percent=share,
        weak=bool(denominator) and not few and numerator < denominator * 0.8,
    )


def _field_names(rule: Rule, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Fields by their names in words, those of the first record of the rule."""
    catalogue = get_catalogue()
    known = {
        key: field for record in records_of(rule) for key, field in catalogue.records[record].fields.items()
    }
    return tuple(lang(known[key].label) if key in known else key for key in fields)


def records_page(reading: Reading, frame: AssessmentFrame, addresses: Addresses) -> RecordsPage:
    """Record types that a rule of the rubric reads, those supplied first. No query."""
    catalogue = get_catalogue()
    findings = reading.lensed.lenses.verdicts.findings
    states: dict[str, Counter[str]] = defaultdict(Counter)
    for rule in catalogue.rules_of(reading.rubric.id):
        if rule.active:
            finding = findings.get(rule.id)
            for key in records_of(rule):
                states[key][finding.status if finding else "could_not_check"] += 1
    files = reading.lensed.counts.files
    rows = [
        RecordRow(
            key=key,
            name=lang(catalogue.records[key].label),
            systems=tuple(
                sorted({file.source_system for file in files if file.record == key and file.source_system})
            ),
            files=sum(1 for file in files if file.record == key),
            rows=reading.count(sum(file.rows for file in files if file.record == key)),
            outside=reading.count(sum(file.outside_window for file in files if file.record == key)),
            counts=tuple((state, states[key][state]) for state in STATES),
            declared=reading.lensed.counts.not_applicable_records.get(key, ""),
        )
        for key in states
        if key in catalogue.records
    ]
    rows.sort(key=lambda row: (row.files == 0, -dict(row.counts)["refuted"], row.key))
    return RecordsPage(around(reading, frame, "records", addresses.items), tuple(rows))
