"""What a submission claims, clause by clause: what reviewers look at and samples are drawn from."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.models import ScoreSnapshot
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.card import ScoreCard
from engine.scoring.card_json import card_from_json
from engine.scoring.formats import answers_from_json

CLAIMS = ("met", "partly")


@dataclass(frozen=True, slots=True)
class Claim:
    item: str
    level: int
    n: int

    @property
    def code(self) -> str:
        return f"{self.item}.{self.level}-{self.n}"


def claims_of(rubric: Rubric, answers: Answers, card: ScoreCard) -> tuple[Claim, ...]:
    """Clauses said to be met, up to the function level each item reaches: those that count. No query."""
    found = []
    for item in rubric.items:
        given, result = answers.items.get(item.code), card.items.get(item.code)
        if given is None or result is None:
            continue
        for entry in item.asked_levels:
            if 0 < entry.level <= result.function_level:
                found += [
                    Claim(item.code, entry.level, clause.n)
                    for clause in entry.clauses
                    if given.state(entry.level, clause.n) in CLAIMS
                ]
    return tuple(found)


def claims_in(rubric: Rubric, snapshot: ScoreSnapshot) -> tuple[Claim, ...]:
    """The same from a snapshot with its answers and card loaded."""
    return claims_of(rubric, answers_from_json(rubric, snapshot.answers), card_from_json(snapshot.card))
