"""What is reported on: a hospital's answers, their card, and where both come from.

Pages and documents read this and nothing else, so that they cannot differ. A submitted assessment
is read from its newest snapshot and never scored again; a bureau reads snapshots only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from django.db.models import F

from assessments.models import Assessment, ScoreSnapshot
from assessments.permissions import is_staff_of
from assessments.queries.answers import answers_of
from assessments.queries.results import what_counts
from assessments.queries.verification.in_force import run_in_force
from assessments.queries.verification.lensed import Lensed, decisions_of
from assessments.queries.verification.lensed import of as lensed_of
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers, Problem
from engine.scoring.card import ScoreCard
from engine.scoring.card_json import card_from_json
from engine.scoring.formats import answers_from_json
from engine.scoring.score import score
from hospitals import access
from rubrics.queries import get_rubric, rubric_under

Source = Literal["live", "snapshot", "file"]


@dataclass(frozen=True, slots=True)
class Frozen:
    """Which snapshot, and who took it when."""

    number: int
    at: datetime
    by: str
    edition_hash: str
    provisional: int | None = None  # verified level that was frozen with it


@dataclass(frozen=True, slots=True)
class Standing:
    """``answers`` are those the card was scored from; ``problems`` name figures left out of a live one.

    ``evidence``: what was counted and decided about it, None where nothing was or nobody asked.
    """

    rubric: Rubric
    answers: Answers
    card: ScoreCard
    hospital: str
    title: str
    target: int
    source: Source
    window: tuple[date, date] | None = None
    frozen: Frozen | None = None
    problems: tuple[Problem, ...] = ()
    evidence: Lensed | None = None

    @property
    def live(self) -> bool:
        return self.source == "live"

    @property
    def unconfirmed_flags(self) -> int:
        """How many basic/optional flags of the rubric nobody confirmed."""
        return sum(
            not level.category_confirmed and level.category is not None
            for item in self.rubric.items
            for level in item.asked_levels
        )


def standing_of(assessment: Assessment, *, submitted_only: bool) -> Standing | None:
    """The standing of an assessment, None when only a submission may be read and there is none.

    Two queries for a snapshot, four for a live one, plus those of the rubric the first time this
    process needs it. The assessment must carry its hospital and edition (``select_related``).
    """
    if submitted_only or not assessment.is_open:
        snapshot = newest_snapshot(assessment)
        if snapshot is not None:
            return _frozen(assessment, snapshot)
    return None if submitted_only else _live(assessment)


def standing_for(user: access.Person, assessment: Assessment) -> Standing | None:
    """What this person may see of it: a bureau gets the newest submission, staff also the draft."""
    return standing_of(assessment, submitted_only=not is_staff_of(user, assessment))


def with_evidence(assessment: Assessment, standing: Standing, *, of: ScoreSnapshot | None = None) -> Standing:
    """The standing with the run in force and the decisions about it: two queries more.

    ``of``: the snapshot whose run it is, where that is known (no query when its run is loaded).
    ``evidence`` stays None where nothing was counted and nobody decided.
    """
    frozen = standing.frozen is not None
    run = of.run if of is not None else run_in_force(assessment, submitted_only=frozen)
    decisions = decisions_of(assessment)
    if run is None and not decisions:
        return standing
    return replace(standing, evidence=lensed_of(standing.rubric, standing.answers, run, decisions))


def evidence_of(standing: Standing) -> Lensed:
    """What is known; where nothing is, every part is not verified. No query."""
    return standing.evidence or lensed_of(standing.rubric, standing.answers, None, ())


def newest_snapshot(assessment: Assessment) -> ScoreSnapshot | None:
    """The last submission, whole. One query."""
    return assessment.snapshots.select_related("confirmation", "taken_by").order_by("-number").first()


def snapshot_standing(assessment: Assessment, snapshot: ScoreSnapshot) -> Standing:
    """The standing that one snapshot froze. No query when confirmation and taker are read already."""
    return _frozen(assessment, snapshot)


def file_standing(rubric: Rubric, answers: Answers, card: ScoreCard, *, target: int) -> Standing:
    """The standing of a zhiping-assessment/1 file, without a database."""
    return Standing(
        rubric=rubric,
        answers=answers,
        card=card,
        hospital=str(answers.hospital.get("name", "")),
        title="",
        target=target,
        source="file",
        window=answers.window,
    )


def _frozen(assessment: Assessment, snapshot: ScoreSnapshot) -> Standing:
    rubric = rubric_under(assessment.edition, snapshot.confirmation)
    answers = answers_from_json(rubric, snapshot.answers)
    return Standing(
        rubric=rubric,
        answers=answers,
        card=card_from_json(snapshot.card),
        hospital=assessment.hospital.label,
        title=assessment.title,
        target=assessment.target_level,
        source="snapshot",
        window=answers.window or _window(assessment),
        frozen=Frozen(
            snapshot.number,
            snapshot.taken_at,
            str(snapshot.taken_by),
            snapshot.edition_hash,
            snapshot.verified["provisional"]["level"] if snapshot.verified else None,
        ),
    )


def _live(assessment: Assessment) -> Standing:
    rubric = get_rubric(assessment.edition)
    answers, problems = what_counts(rubric, answers_of(assessment, rubric=rubric))
    return Standing(
        rubric=rubric,
        answers=answers,
        card=score(rubric, answers),
        hospital=assessment.hospital.label,
        title=assessment.title,
        target=assessment.target_level,
        source="live",
        window=_window(assessment),
        problems=problems,
    )


def _window(assessment: Assessment) -> tuple[date, date] | None:
    if assessment.window_from is None or assessment.window_to is None:
        return None
    return assessment.window_from, assessment.window_to


def assignments_of(assessment: Assessment) -> dict[str, tuple[str, str, date | None]]:
    """Department, person and due date per item code. One query."""
    rows = assessment.assignments.select_related("department", "person")
    return {
        row.item_code: (
            row.department.label if row.department else "",
            str(row.person) if row.person else "",
            row.due_on,
        )
        for row in rows
    }


def others_of(user: access.Person, assessment: Assessment) -> tuple[Assessment, ...]:
    """The other assessments of the hospital that the person may see, newest window first. One query.

    For a bureau only those that were submitted; ``visible_to`` sees to that.
    """
    others = (
        Assessment.objects.visible_to(user)
        .filter(hospital_id=assessment.hospital_id)
        .exclude(pk=assessment.pk)
        .select_related("hospital", "edition")
        .order_by(F("window_to").desc(nulls_last=True), "-created_at", "-id")
    )
    return tuple(others)


def previous_of(assessment: Assessment, others: Sequence[Assessment]) -> Assessment | None:
    """The one to compare with unless told otherwise: the same standard, and as late as possible before
    this one; else the one it was copied from; else any other under the same standard."""
    family = [other for other in others if other.edition.key == assessment.edition.key]
    earlier = [other for other in family if _moment(other) < _moment(assessment)]
    if earlier:
        return earlier[0]
    copied = [other for other in family if other.pk == assessment.copied_from_id]
    return next(iter(copied or family), None)


def _moment(assessment: Assessment) -> tuple[date, datetime]:
    return assessment.window_to or assessment.created_at.date(), assessment.created_at
