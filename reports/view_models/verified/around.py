"""What stands around every page of the checks: the run it shows, the tabs, and who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from assessments.queries.frame import AssessmentFrame
from assessments.queries.verification.lensed import Lensed
from engine.rubric.values import Rubric

FEW = 10  # outside the hospital a denominator under this is not shown


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Which run a page shows."""

    number: int
    at: datetime | None
    digest: str
    engine_version: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The material of every page. ``inside``: the reader belongs to the hospital and sees small figures."""

    rubric: Rubric
    lensed: Lensed
    target: int
    inside: bool

    def counts(self, numerator: int, denominator: int) -> str:
        """``94 / 100``, or that there are too few to show outside the hospital."""
        if not self.inside and 0 < denominator < FEW:
            return gettext("少于%(few)s") % {"few": FEW}
        return f"{numerator:,} / {denominator:,}"


@dataclass(frozen=True, slots=True)
class Around:
    """Part ``around`` of every page: frame, run and the tab that is open."""

    frame: AssessmentFrame
    run: RunFacts | None
    here: str
    inside: bool
    items: Mapping[str, str]  # item code -> address


def around(reading: Reading, frame: AssessmentFrame, here: str, items: Mapping[str, str]) -> Around:
    run = reading.lensed.run
    facts = RunFacts(run.number, run.finished_at, run.digest, run.engine_version) if run else None
    return Around(frame, facts, here, reading.inside, items)
