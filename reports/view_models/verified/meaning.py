"""Semantic fragmentation (which concept is carried by which codes), and authenticity warnings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from assessments.queries.frame import AssessmentFrame
from engine.evidence.judging import authenticity_warning
from reports.view_models.identity import Addresses
from reports.view_models.verified.around import Around, Reading, around
from reports.view_models.verified.rules import RuleRow, rule_row
from reports.view_models.words import lang
from rubrics.queries import get_catalogue

MOST_CODES = 8


@dataclass(frozen=True, slots=True)
class ConceptRow:
    label: str
    volume: int
    codes: tuple[tuple[str, int, int], ...]  # code, volume, per cent
    more: int
    specimens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeaningPage:
    """``index`` None: could not be counted, ``blocked`` says why."""

    around: Around
    index: Decimal | None
    band: str
    band_number: int
    fragmented: int
    volume: int
    blocked: str
    steps: tuple[str, ...]
    concepts: tuple[ConceptRow, ...]
    checks: tuple[RuleRow, ...]
    honest_failure: str
    remedy: str

    @property
    def frame(self) -> AssessmentFrame:
        return self.around.frame


@dataclass(frozen=True, slots=True)
class AuthenticityRow:
    """``state``: warns | calm | not_judged."""

    label: str
    place: str
    value: str
    rows: int
    state: str
    sentence: str


@dataclass(frozen=True, slots=True)
class AuthenticityPage:
    around: Around
    rows: tuple[AuthenticityRow, ...]
    warnings: int

    @property
    def frame(self) -> AssessmentFrame:
        return self.around.frame


def meaning_page(reading: Reading, frame: AssessmentFrame, addresses: Addresses) -> MeaningPage:
    """No query."""
    catalogue = get_catalogue()
    described = catalogue.fragmentation
    count = reading.lensed.counts.fragmentation
    index = Decimal(count.fragmented) / count.volume if count and count.volume else None
    band = next(
        (number for number, (top, _) in enumerate(described.bands) if index is not None and index <= top), 0
    )
    return MeaningPage(
        around=around(reading, frame, "meaning", addresses.items),
        index=index,
        band=lang(described.bands[band][1]) if index is not None else "",
        band_number=band,
        fragmented=count.fragmented if count else 0,
        volume=count.volume if count else 0,
        blocked=lang(count.blocked.text) if count and count.blocked else "",
        steps=tuple(lang(step) for step in described.steps),
        concepts=tuple(
            ConceptRow(
                label=worst.label,
                volume=worst.volume,
                codes=tuple((code, n, round(100 * n / worst.volume)) for code, n in worst.codes[:MOST_CODES]),
                more=max(0, len(worst.codes) - MOST_CODES),
                specimens=tuple(name for name in worst.specimens if name),
            )
            for worst in (count.worst if count else ())
        ),
        checks=tuple(
            rule_row(reading, rule)
            for rule in catalogue.rules_of(reading.rubric.id)
            if rule.family == "semantic_checks" and rule.active
        ),
        honest_failure=lang(described.honest_failure),
        remedy=lang(described.remedy),
    )


def authenticity_page(reading: Reading, frame: AssessmentFrame, addresses: Addresses) -> AuthenticityPage:
    """Warnings first. They change no figure. No query."""
    catalogue = get_catalogue()
    rows = []
    for count in reading.lensed.counts.authenticity:
        check = catalogue.authenticity.get(count.check)
        if check is None:
            continue
        warning = authenticity_warning(check, count)
        record = catalogue.records.get(count.record)
        field = record.fields.get(count.field) if record else None
        judged = count.blocked is None and count.value is not None and count.rows >= check.min_rows
        rows.append(
            AuthenticityRow(
                label=lang(check.label),
                place=" · ".join(lang(one.label) for one in (record, field) if one is not None),
                value="" if count.value is None else f"{count.value:.3f}",
                rows=count.rows,
                state="warns" if warning else "calm" if judged else "not_judged",
                sentence=lang(warning.reason)
                if warning
                else lang(count.blocked.text)
                if count.blocked
                else "",
            )
        )
    rows.sort(key=lambda row: ("warns", "calm", "not_judged").index(row.state))
    return AuthenticityPage(
        around(reading, frame, "authenticity", addresses.items),
        tuple(rows),
        sum(row.state == "warns" for row in rows),
    )
