"""A zhiping-assessment/1 document as if it were a filled workbook: compared and written the same way."""

from __future__ import annotations

from collections.abc import Mapping

from assessments.models import Assessment
from assessments.queries.answers import bases_of
from assessments.workbook.content import Passport, values_of_answers, without_basis
from assessments.workbook.examining import rubric_for
from assessments.workbook.reading import Filled
from engine.scoring.formats import answers_from_json, rubric_of
from rubrics.queries import get_rubric


def filled_from_document(assessment: Assessment, data: Mapping[str, object]) -> Filled:
    """The fields a document holds, less the denominators that the assessment's own basis supplies.

    Two queries. Raises FormatError with the path of what is not in the format, and WorkbookRefused for a
    document of another standard.
    """
    rubric = get_rubric(assessment.edition)
    own = rubric_of(data) == rubric.id
    passport = Passport(rubric_of(data), rubric.content_hash if own else "", "", "")
    rubric_for(assessment)(passport)
    answers = answers_from_json(rubric, data)
    values = without_basis(rubric, values_of_answers(rubric, answers), bases_of(assessment))
    return Filled(passport, {}, values, {})
