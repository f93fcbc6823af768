"""A rule as SQL over the hospital's own mapped tables."""

from __future__ import annotations

from django.utils.translation import get_language

from assessments.models import Assessment, MappingVersion
from engine.evidence.mapping import read_mapping
from engine.evidence.sql_text import DIALECTS, NoStatement, Statement, rule_sql
from hospitals.refusals import Refusal
from rubrics.queries import get_catalogue


def sql_of(assessment: Assessment, rule: str, dialect: str) -> Statement | None:
    """The statement with the hospital's newest mapping and the assessment's window.

    None when the edition has no such rule or there is no such dialect. Raises Refusal for a rule
    that cannot be written as SQL.
    """
    catalogue = get_catalogue()
    known = catalogue.rules.get(rule)
    if known is None or known.rubric != assessment.edition.key or dialect not in DIALECTS:
        return None
    stored = MappingVersion.objects.filter(hospital=assessment.hospital_id).first()
    mapping = None if stored is None else read_mapping(stored.text, catalogue)
    window = None
    if assessment.window_from is not None and assessment.window_to is not None:
        window = (assessment.window_from, assessment.window_to)
    try:
        return rule_sql(known, catalogue, DIALECTS[dialect], mapping, window)
    except NoStatement as none:
        raise Refusal(none.sentence.in_language(get_language() or "zh-hans")) from none
