"""Service level against EMR level: a hospital that serves its patients well online while its records are weak is
asked about it, and named to nobody before it could answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from reports.comparing.rows import Compared

#: the corner 服务强、临床弱（待核实）: service level at least, EMR level at most, once refuted claims are off
SERVICE_FROM, EMR_UP_TO = 3, 2
ANSWER_WITHIN = timedelta(days=14)
EMR, SERVICE = "emr-2018", "smart-service-2019"


@dataclass(frozen=True, slots=True)
class Position:
    """A hospital on both tracks. EMR: claimed, at most, and strict level. Service: claimed, and at most where its
    claims were checked too."""

    hospital: int
    grade: str
    discharges: int | None
    beds: int | None
    emr_claimed: int
    emr_at_most: int
    emr_strict: int
    coverage: Decimal
    service_claimed: int
    service_at_most: int | None

    @property
    def service(self) -> int:
        """The best the service level can be."""
        return self.service_claimed if self.service_at_most is None else self.service_at_most

    @property
    def in_corner(self) -> bool:
        return self.service >= SERVICE_FROM and self.emr_at_most <= EMR_UP_TO


def positions(
    emr: Sequence[Compared], service: Sequence[Compared], least_coverage: Decimal
) -> tuple[Position, ...]:
    """Hospitals with results on both tracks whose EMR claims were checked as far as ``least_coverage``."""
    served = {row.hospital: row for row in service}
    return tuple(
        Position(
            row.hospital,
            row.grade,
            row.discharges,
            row.beds,
            row.claimed,
            row.at_most,
            row.strict or 0,
            row.coverage,
            other.claimed,
            other.at_most,
        )
        for row in emr
        if row.at_most is not None
        and row.coverage is not None
        and row.coverage >= least_coverage
        and (other := served.get(row.hospital)) is not None
    )


@dataclass(frozen=True, slots=True)
class Question:
    """A hospital was asked. ``answer`` is empty until it answered."""

    hospital: int
    asked_on: date
    answer_by: date
    answered_on: date | None
    answer: str

    def may_be_named(self, today: date) -> bool:
        """Once it answered, or once the last day for an answer has passed."""
        return self.answered_on is not None or today > self.answer_by


def named(positions_: Sequence[Position], questions: Mapping[int, Question], today: date) -> frozenset[int]:
    """Hospitals whose name may stand on the page: in the corner, asked, and answered or out of time."""
    return frozenset(
        one.hospital
        for one in positions_
        if one.in_corner
        and (question := questions.get(one.hospital)) is not None
        and question.may_be_named(today)
    )
