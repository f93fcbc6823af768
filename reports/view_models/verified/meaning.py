"""Semantic fragmentation (which concept is carried by which codes), and authenticity warnings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from assessments.queries.frame import AssessmentFrame
from assessments.queries.verification.shared import SharedLine, record_names
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
    volume: str
    codes: tuple[tuple[str, str, int], ...]  # code, volume, per cent
    more: int
    specimens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fragmentation:
    """The index of semantic fragmentation. ``index`` None: could not be counted, ``blocked`` says why."""

    index: Decimal | None
    band: str
    band_number: int
    fragmented: int
    volume: int
    blocked: str
    concepts: tuple[ConceptRow, ...]


@dataclass(frozen=True, slots=True)
class MeaningPage:
    around: Around
    count: Fragmentation
    steps: tuple[str, ...]
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
    rows: str
    state: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SharedRow:
    """A record type that another hospital handed in too. ``hospital``: only for a bureau above both."""

    record: str
    how: str
    first: bool
    on: date
    hospital: str


@dataclass(frozen=True, slots=True)
class AuthenticityGroup:
    """One kind of check at the places where it found nothing remarkable or could not judge."""

    label: str
    calm: int
    rows: tuple[AuthenticityRow, ...]

    @property
    def not_judged(self) -> int:
        return len(self.rows) - self.calm


@dataclass(frozen=True, slots=True)
class AuthenticityPage:
    around: Around
    rows: tuple[AuthenticityRow, ...]
    warnings: int
    shared: tuple[SharedRow, ...]

    @property
    def warned(self) -> tuple[AuthenticityRow, ...]:
        return tuple(row for row in self.rows if row.state == "warns")

    @property
    def groups(self) -> tuple[AuthenticityGroup, ...]:
        return _by_check(self.rows)

    @property
    def frame(self) -> AssessmentFrame:
        return self.around.frame


def _by_check(rows: Sequence[AuthenticityRow]) -> tuple[AuthenticityGroup, ...]:
    """Rows nobody has to look at, together by check."""
    rest: dict[str, list[AuthenticityRow]] = {}
    for row in rows:
        if row.state != "warns":
            rest.setdefault(row.label, []).append(row)
    return tuple(
        AuthenticityGroup(label, sum(row.state == "calm" for row in found), tuple(found))
        for label, found in rest.items()
    )


def meaning_page(reading: Reading, frame: AssessmentFrame, addresses: Addresses) -> MeaningPage:
    """No query."""
    catalogue = get_catalogue()
    described = catalogue.fragmentation
    return MeaningPage(
        around=around(reading, frame, "meaning", addresses.items),
        count=fragmentation_of(reading),
        steps=tuple(lang(step) for step in described.steps),
        checks=tuple(
            rule_row(reading, rule)
            for rule in catalogue.rules_of(reading.rubric.id)
            if rule.family == "semantic_checks" and rule.active
        ),
        honest_failure=lang(described.honest_failure),
        remedy=lang(described.remedy),
    )


def fragmentation_of(reading: Reading) -> Fragmentation:
    """No query."""
    described = get_catalogue().fragmentation
    count = reading.lensed.counts.fragmentation
    index = Decimal(count.fragmented) / count.volume if count and count.volume else None
    band = next(
        (number for number, (top, _) in enumerate(described.bands) if index is not None and index <= top), 0
    )
    return Fragmentation(
        index=index,
        band=lang(described.bands[band][1]) if index is not None else "",
        band_number=band,
        fragmented=count.fragmented if count else 0,
        volume=count.volume if count else 0,
        blocked=lang(count.blocked.text) if count and count.blocked else "",
        concepts=tuple(
            ConceptRow(
                label=worst.label,
                volume=reading.count(worst.volume),
                codes=tuple(
                    (code, reading.count(n), round(100 * n / worst.volume))
                    for code, n in worst.codes[:MOST_CODES]
                ),
                more=max(0, len(worst.codes) - MOST_CODES),
                specimens=tuple(name for name in worst.specimens if name),
            )
            for worst in (count.worst if count else ())
            if not reading.hides(worst.volume)
        ),
    )


def authenticity_page(
    reading: Reading, frame: AssessmentFrame, addresses: Addresses, shared: Sequence[SharedLine]
) -> AuthenticityPage:
    """``shared``: what the person may know of content handed in by two hospitals."""
    rows = authenticity_rows(reading)
    return AuthenticityPage(
        around(reading, frame, "authenticity", addresses.items),
        rows,
        sum(row.state == "warns" for row in rows) + len(shared),
        tuple(
            SharedRow(
                record_names((line.record,))[0],
                line.how,
                line.first,
                timezone.localtime(line.noticed_at).date(),
                line.hospital,
            )
            for line in shared
        ),
    )


def authenticity_rows(reading: Reading) -> tuple[AuthenticityRow, ...]:
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
                rows=reading.count(count.rows),
                state="warns" if warning else "calm" if judged else "not_judged",
                sentence=lang(warning.reason)
                if warning
                else lang(count.blocked.text)
                if count.blocked
                else "",
            )
        )
    rows.sort(key=lambda row: ("warns", "calm", "not_judged").index(row.state))
    return tuple(rows)
