"""What a hospital has answered, as the engine reads it: item rows joined with the statistical basis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation

from assessments.models import Assessment, BaseFigure, ItemAnswer, OverallAnswer
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers, ItemAnswers
from engine.scoring.formats import ASSESSMENT_FORMAT, answers_from_json
from hospitals.models import Organisation
from rubrics.queries import get_rubric, get_rubrics

#: base key -> the count typed on the basis page; a base nobody filled is not in it
Bases = Mapping[str, int]
Json = dict[str, Any]

BLANK = ItemAnswer(item_code="")


def answers_of(
    assessment: Assessment, *, rubric: Rubric | None = None, rows: Iterable[ItemAnswer] | None = None
) -> Answers:
    """The answers of one assessment, figures of the statistical basis as denominators.

    Three queries: item rows, base figures, overall confirmations (and those of ``get_rubric`` when
    the rubric is not handed in; none for ``rows`` handed in). An item's own denominator goes before the base that feeds it; a
    base that feeds some levels only stands in ``denominators`` of those levels.
    """
    rubric = rubric or get_rubric(assessment.edition)
    return compose(
        rubric,
        assessment,
        assessment.item_answers.all() if rows is None else rows,
        bases_of(assessment),
        OverallAnswer.objects.filter(assessment=assessment),
    )


def answers_of_many(assessments: Iterable[Assessment]) -> dict[int, Answers]:
    """Answers by number of the assessment, for lists. Four queries, however many there are.

    The assessments must carry their edition and hospital (``select_related``).
    """
    wanted = {assessment.pk: assessment for assessment in assessments}
    rubrics = get_rubrics({a.edition_id: a.edition for a in wanted.values()}.values())
    rows: dict[int, list[ItemAnswer]] = defaultdict(list)
    for row in ItemAnswer.objects.filter(assessment__in=wanted).defer("note"):
        rows[row.assessment_id].append(row)
    bases: dict[int, dict[str, int]] = defaultdict(dict)
    figures = BaseFigure.objects.filter(assessment__in=wanted, value__isnull=False)
    for pk, key, value in figures.values_list("assessment_id", "key", "value"):
        bases[pk][key] = value or 0
    overall: dict[int, list[OverallAnswer]] = defaultdict(list)
    for confirmed in OverallAnswer.objects.filter(assessment__in=wanted):
        overall[confirmed.assessment_id].append(confirmed)
    return {
        pk: compose(rubrics[assessment.edition_id], assessment, rows[pk], bases[pk], overall[pk])
        for pk, assessment in wanted.items()
    }


def bases_of(assessment: Assessment) -> Bases:
    """The counts of the statistical basis that were typed. One query."""
    typed = BaseFigure.objects.filter(assessment=assessment, value__isnull=False)
    return {key: value or 0 for key, value in typed.values_list("key", "value")}


def compose(
    rubric: Rubric,
    assessment: Assessment,
    rows: Iterable[ItemAnswer],
    bases: Bases,
    overall: Iterable[OverallAnswer] = (),
) -> Answers:
    """The answers from rows that were read already. No query when hospital and edition are there."""
    return answers_from_json(rubric, document(rubric, assessment, rows, bases, overall))


def document(
    rubric: Rubric,
    assessment: Assessment,
    rows: Iterable[ItemAnswer],
    bases: Bases,
    overall: Iterable[OverallAnswer] = (),
) -> Json:
    """The same as a zhiping-assessment/1 document."""
    confirmed: dict[str, list[str]] = {}
    asked = {level.level: len(level.overall) for level in rubric.levels if level.level > 0}
    for row in overall:
        if 0 < row.n <= asked.get(row.level, 0):
            states = confirmed.setdefault(str(row.level), ["not_answered"] * asked[row.level])
            states[row.n - 1] = row.state
    entries = {row.item_code: row for row in rows}
    hospital = assessment.hospital
    found: Json = {
        "format": ASSESSMENT_FORMAT,
        "rubric": rubric.id,
        "hospital": {
            "name": hospital.name,
            **({"beds": hospital.beds} if hospital.beds is not None else {}),
            **({"grade": _grade_in_chinese(hospital)} if hospital.grade else {}),
            **({"region": hospital.region} if hospital.region else {}),
        },
        "items": {
            item.code: entry
            for item in rubric.items
            if (entry := _entry(rubric, entries.get(item.code, BLANK), item.code, bases))
        },
    }
    if assessment.window_from and assessment.window_to:
        found["window"] = {"from": assessment.window_from.isoformat(), "to": assessment.window_to.isoformat()}
    if confirmed:
        found["overall"] = confirmed
    return found


def _grade_in_chinese(hospital: Organisation) -> str:
    """The document says the same whoever reads it: it is signed by its digest."""
    with translation.override("zh-hans"):
        return str(hospital.get_grade_display())


def item_answers(rubric: Rubric, row: ItemAnswer, code: str, bases: Bases) -> ItemAnswers:
    """The answers of one item, for a page or a save that looks at one."""
    entry = _entry(rubric, row, code, bases)
    return answers_from_json(
        rubric, {"format": ASSESSMENT_FORMAT, "rubric": rubric.id, "items": {code: entry}}
    ).items[code]


def _entry(rubric: Rubric, row: ItemAnswer, code: str, bases: Bases) -> Json:
    """One item of the document. ``code`` names the item when the row is the blank one."""
    entry: Json = {}
    if row.clauses:
        entry["clauses"] = row.clauses
    common, per_level = denominators_from(rubric, code, bases)  # nothing for an item that no base feeds
    if row.denominator is not None:
        common, per_level = row.denominator, {}
    per_level = {**per_level, **row.denominators}
    if common is not None:
        entry["denominator"] = common
    if per_level:
        entry["denominators"] = per_level
    if row.numerators:
        entry["numerators"] = row.numerators
    if row.in_use is not None:
        entry["in_use"] = row.in_use
    if row.data_quality:
        entry["data_quality"] = row.data_quality
    if row.no_such_service:
        entry["no_such_service"] = row.no_such_service
    return entry


def denominators_from(rubric: Rubric, code: str, bases: Bases) -> tuple[int | None, dict[str, int]]:
    """What the basis gives an item: the count for every level, and those for single levels."""
    common: int | None = None
    per_level: dict[str, int] = {}
    for base in rubric.statistical_bases:
        if code in base.feeds and base.key in bases:
            if levels := base.feeds[code]:
                per_level.update({str(level): bases[base.key] for level in levels})
            else:
                common = bases[base.key]
    return common, per_level
