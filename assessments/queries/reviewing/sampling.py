"""A sample of clauses for a site visit that anybody draws again from its seed.

Clauses stand in the order of the SHA-256 of ``seed|code``; the first ones are the sample, the same rule as
for cases of a rehearsal (engine/evidence/sampling.py). What the clauses are drawn from is fixed too: the
frozen submission, its frozen verdicts, or the doubts at that moment, which the visit keeps as a number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from assessments.models import Review, ReviewMark, ScoreSnapshot, SiteVisit
from assessments.queries.reviewing.claims import Claim, claims_in
from assessments.queries.verification.lensed import of as lensed_of
from engine.scoring.formats import answers_from_json
from rubrics.queries import get_rubric, rubric_under

Source = SiteVisit.Source


@dataclass(frozen=True, slots=True)
class Drawn:
    """``population``: how many clauses there were to draw from."""

    population: int
    sample: tuple[Claim, ...]


def draw_clauses(review: Review, source: str, *, seed: str, size: int) -> Drawn:
    """The sample of a source, in drawn order. Two queries at most."""
    rubric = get_rubric(review.assessment.edition)
    snapshot = ScoreSnapshot.objects.select_related("run", "confirmation").get(pk=review.snapshot_id)
    claims = claims_in(rubric, snapshot)
    if source == Source.UNVERIFIED:
        flagged = rubric_under(review.assessment.edition, snapshot.confirmation)
        answers = answers_from_json(flagged, snapshot.answers)
        verdicts = lensed_of(flagged, answers, snapshot.run, ()).lenses.verdicts
        claims = tuple(
            one for one in claims if verdicts.at(one.item, one.level, one.n).group() != "supported"
        )
    elif source == Source.DOUBTED:
        doubted = set(
            ReviewMark.objects.filter(step__review=review)
            .exclude(mark=ReviewMark.Mark.AGREE)
            .values_list("clause_code", flat=True)
        )
        claims = tuple(one for one in claims if one.code in doubted)
    return Drawn(len(claims), in_drawn_order(claims, seed)[:size])


def in_drawn_order(claims: Iterable[Claim], seed: str) -> tuple[Claim, ...]:
    """By the SHA-256 of seed and code; the order they came in plays no part."""
    return tuple(
        sorted(claims, key=lambda one: (hashlib.sha256(f"{seed}|{one.code}".encode()).hexdigest(), one.code))
    )
