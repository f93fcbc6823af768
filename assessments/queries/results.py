"""Score cards of assessments: of an open one live, of a submitted one as it was frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assessments.models import Assessment, ItemAnswer, ScoreSnapshot
from assessments.queries.answers import answers_of, answers_of_many
from assessments.queries.verification.span_chip import FROZEN
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers, ItemAnswers, Problem
from engine.scoring.card import ScoreCard
from engine.scoring.card_json import card_from_json
from engine.scoring.checking import check_answers
from engine.scoring.score import score
from rubrics.queries import get_rubric, get_rubrics


@dataclass(frozen=True, slots=True)
class Result:
    """A card and where it comes from.

    ``snapshot`` is None for a live card. ``problems``: figures of an open assessment that
    contradict each other (a base figure was lowered under a numerator); they count nothing.
    """

    card: ScoreCard
    snapshot: ScoreSnapshot | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def live(self) -> bool:
        return self.snapshot is None


def card_of(
    assessment: Assessment,
    *,
    submitted_only: bool = False,
    rubric: Rubric | None = None,
    rows: Iterable[ItemAnswer] | None = None,
) -> ScoreCard:
    """The card that screens show; see result_of."""
    return result_of(assessment, submitted_only=submitted_only, rubric=rubric, rows=rows).card


def result_of(
    assessment: Assessment,
    *,
    submitted_only: bool = False,
    rubric: Rubric | None = None,
    rows: Iterable[ItemAnswer] | None = None,
) -> Result:
    """The newest snapshot's card of a submitted assessment, else the live score.

    ``submitted_only``: always the snapshot, for a bureau while the hospital works on what was
    returned. ``rubric``, ``rows``: what the caller has read of the assessment already. One query for
    a snapshot, four for a live card, two of them saved by what is handed in.
    """
    if submitted_only or not assessment.is_open:
        snapshot = newest_snapshots([assessment]).get(assessment.pk)
        if snapshot is not None:
            return Result(card_from_json(snapshot.card), snapshot)
    if submitted_only:
        raise ScoreSnapshot.DoesNotExist(f"{assessment} was never submitted")
    rubric = rubric or get_rubric(assessment.edition)
    return live_result(rubric, answers_of(assessment, rubric=rubric, rows=rows))


def cards_of(assessments: Iterable[Assessment]) -> dict[int, ScoreCard]:
    """Cards by number of the assessment, for lists; see results_of."""
    return {pk: result.card for pk, result in results_of(assessments).items()}


def results_of(assessments: Iterable[Assessment], *, submitted_only: bool = False) -> dict[int, Result]:
    """Results by number of the assessment. Six queries at most, however many there are.

    The assessments must carry their edition and hospital (``select_related``).
    """
    wanted = list(assessments)
    frozen = newest_snapshots([a for a in wanted if submitted_only or not a.is_open])
    found = {pk: Result(card_from_json(snapshot.card), snapshot) for pk, snapshot in frozen.items()}
    if submitted_only:
        return found
    open_ones = [assessment for assessment in wanted if assessment.pk not in found]
    if open_ones:
        rubrics = get_rubrics({a.edition_id: a.edition for a in open_ones}.values())
        answers = answers_of_many(open_ones)
        for assessment in open_ones:
            found[assessment.pk] = live_result(rubrics[assessment.edition_id], answers[assessment.pk])
    return found


def newest_snapshots(assessments: Sequence[Assessment]) -> Mapping[int, ScoreSnapshot]:
    """The last submission of each, by number of the assessment. One query, none for an empty list."""
    if not assessments:
        return {}
    found: dict[int, ScoreSnapshot] = {}
    for snapshot in (
        ScoreSnapshot.objects.filter(assessment__in=assessments)
        .defer("answers", "basis", "verified")
        .annotate(**FROZEN)
        .order_by("number")
    ):
        found[snapshot.assessment_id] = snapshot
    return found


def newest_answers(assessment: Assessment) -> dict[str, object]:
    """The document last submitted. One query; raises DoesNotExist where nothing was."""
    answers: dict[str, object] = (
        assessment.snapshots.order_by("-number").values_list("answers", flat=True)[:1].get()
    )
    return answers


def live_result(rubric: Rubric, answers: Answers) -> Result:
    """Scores what can be scored. Figures that contradict each other count nothing and are named."""
    usable, problems = what_counts(rubric, answers)
    return Result(score(rubric, usable), problems=problems)


def what_counts(rubric: Rubric, answers: Answers) -> tuple[Answers, tuple[Problem, ...]]:
    """The answers less the figures that contradict each other, and what was wrong with those."""
    problems = check_answers(rubric, answers)
    named = tuple(problems)
    while problems:
        left = check_answers(rubric, answers := _without(answers, problems))
        if left == problems:
            break  # nothing a figure could mend: the scorer says what it is
        problems = left
    return answers, named


def _without(answers: Answers, problems: Iterable[Problem]) -> Answers:
    """The answers less what the problems name, so that the rest of the hospital still has a level."""
    items = dict(answers.items)
    for problem in problems:
        if problem.item is None:
            answers = (
                replace(answers, window=None) if problem.field == "window" else replace(answers, overall={})
            )
        elif problem.item not in items:
            continue
        elif problem.field == "data_quality":
            given = items[problem.item]
            kept = {level: index for level, index in given.data_quality.items() if level != problem.level}
            items[problem.item] = replace(given, data_quality=kept)
        elif problem.field in ("numerators", "denominator", "denominators"):
            items[problem.item] = replace(
                items[problem.item], numerators={}, denominator=None, denominators={}
            )
        elif problem.field == "in_use":
            items[problem.item] = replace(items[problem.item], in_use=None)
        else:
            items[problem.item] = ItemAnswers()
    return replace(answers, items=items)
