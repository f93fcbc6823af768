"""Where a comment or file stands: an item of the edition, or one of its clauses (``01.01.4-2``)."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from assessments.models import Assessment
from engine.rubric.values import Rubric
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric

_CLAUSE = re.compile(r"(?P<item>[0-9]{2}\.[0-9]{2})\.(?P<level>[0-9])-(?P<n>[0-9]{1,2})", re.ASCII)


def clause_exists(rubric: Rubric, code: str) -> bool:
    match = _CLAUSE.fullmatch(code)
    item = rubric.by_code.get(match["item"]) if match else None
    level = item.by_level.get(int(match["level"])) if item and match else None
    return (
        level is not None
        and match is not None
        and any(clause.n == int(match["n"]) for clause in level.clauses)
    )


def refuse_unknown_place(assessment: Assessment, item: str, clause: str) -> None:
    """Refuse a code that the edition does not have, and a clause of another item."""
    if not item and not clause:
        return
    rubric = get_rubric(assessment.edition)
    if item not in rubric.by_code:
        raise Refusal(_("标准中没有项目“%(item)s”。") % {"item": item[:20]})
    if clause and not (clause.startswith(f"{item}.") and clause_exists(rubric, clause)):
        raise Refusal(_("项目%(item)s没有条款“%(clause)s”。") % {"item": item, "clause": clause[:20]})
