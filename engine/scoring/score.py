"""The scorer: one pure function from a rubric and answers to a card."""

from __future__ import annotations

from engine.rubric.values import Rubric
from engine.scoring import ENGINE_VERSION
from engine.scoring.answers import Answers, AnswersRefused
from engine.scoring.card import Lens, ScoreCard
from engine.scoring.checking import check_answers
from engine.scoring.hospital import judge_levels
from engine.scoring.item import NOT_ANSWERED, score_item
from engine.scoring.rounding import ZERO, half_up


def score(rubric: Rubric, answers: Answers, *, lens: Lens = "claimed") -> ScoreCard:
    """The card of ``answers`` under ``rubric``; ``lens`` only names whose answers these are.

    Raises AnswersRefused with every problem when the answers contradict themselves or the
    rubric. What is missing counts nothing and is no error.
    """
    if problems := check_answers(rubric, answers):
        raise AnswersRefused(tuple(problems))
    items = {
        item.code: score_item(rubric, item, answers.items.get(item.code, NOT_ANSWERED))
        for item in rubric.items
    }
    exact_total = sum((result.score for result in items.values()), ZERO)
    total = half_up(exact_total)
    levels = judge_levels(rubric, items, total)
    return ScoreCard(
        rubric=rubric.id,
        lens=lens,
        engine_version=ENGINE_VERSION,
        level=max((result.level for result in levels if result.reached), default=0),
        total=total,
        exact_total=exact_total,
        levels=levels,
        items=items,
        overall_unconfirmed=_overall_unconfirmed(rubric, answers),
    )


def _overall_unconfirmed(rubric: Rubric, answers: Answers) -> tuple[tuple[int, int], ...]:
    """Overall requirements that nobody confirmed; level 0 describes absence and is never asked."""
    return tuple(
        (level.level, n)
        for level in rubric.levels
        if level.level > 0
        for n in range(1, len(level.overall) + 1)
        if answers.overall.get(level.level, ())[n - 1 : n] != ("met",)
    )
