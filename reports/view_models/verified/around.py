"""What stands around every page of the checks: the run it shows, the tabs, and who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext

from accounts.templatetags.display import level_name
from assessments.queries.frame import AssessmentFrame
from assessments.queries.verification.lensed import Lensed
from engine.rubric.values import Rubric
from reports.standing import Standing, evidence_of

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
    """The material of every page. ``inside``: the reader belongs to the hospital and sees small figures.

    ``own_total``: what the hospital's own answers score, without indices that only the data gave.
    ``submitted_level``: the provisional level that was frozen with the submission, None where nothing was.
    """

    rubric: Rubric
    lensed: Lensed
    target: int
    inside: bool
    own_total: Decimal
    submitted_level: int | None = None

    def hides(self, denominator: int) -> bool:
        """So few that a figure could point at a person: only the hospital itself sees it."""
        return not self.inside and 0 < denominator < FEW

    def counts(self, numerator: int, denominator: int) -> str:
        """``94 / 100``, or that there are too few to show outside the hospital."""
        return too_few_words() if self.hides(denominator) else f"{numerator:,} / {denominator:,}"

    def count(self, figure: int) -> str:
        return too_few_words() if self.hides(figure) else f"{figure:,}"


def reading_of(standing: Standing, *, inside: bool) -> Reading:
    """The material from a standing that carries its evidence, or from one without any. No query."""
    return Reading(
        standing.rubric,
        evidence_of(standing),
        standing.target,
        inside,
        standing.card.total,
        standing.frozen.provisional if standing.frozen else None,
    )


def too_few_words() -> str:
    return gettext("少于%(few)s") % {"few": FEW}


@dataclass(frozen=True, slots=True)
class Around:
    """Part ``around`` of every page: frame, run and the tab that is open."""

    frame: AssessmentFrame
    run: RunFacts | None
    here: str
    inside: bool
    items: Mapping[str, str]  # item code -> address
    since: str = ""  # what decisions after the submission changed


def around(reading: Reading, frame: AssessmentFrame, here: str, items: Mapping[str, str]) -> Around:
    return Around(frame, run_facts(reading), here, reading.inside, items, since_submission(reading))


def since_submission(reading: Reading) -> str:
    """That decisions taken after the submission moved the level, empty where they did not: lists and
    statistics keep what was submitted."""
    then, now = reading.submitted_level, reading.lensed.lenses.cards["provisional"].level
    if then is None or then == now:
        return ""
    return gettext(
        "提交时现有证据支持%(then)s；加上提交后的评审结论，现为%(now)s。列表和统计仍用提交时的结果。"
    ) % {
        "then": level_name(then),
        "now": level_name(now),
    }


def run_facts(reading: Reading) -> RunFacts | None:
    run = reading.lensed.run
    return RunFacts(run.number, run.finished_at, run.digest, run.engine_version) if run else None
