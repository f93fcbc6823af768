"""Autosave of the statistical basis and of the overall requirements: the protocol of the answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from assessments.actions.basis import as_json, save_basis
from assessments.actions.merging import Merge
from assessments.actions.overall import save_overall
from assessments.api.formats import CHANGES, MERGED
from assessments.api.session import PageView
from assessments.models import Assessment
from assessments.permissions import check_can_see_work
from assessments.queries.basis import problems_by_item, problems_of
from rubrics.queries import get_rubric


class BasisFigures(PageView):
    """Counts typed once; a change answers with what it contradicts in the items it feeds."""

    scopes = {"PATCH": "assessments:write"}

    @operation(
        "save_basis",
        _("保存统计口径，逐处合并"),
        MERGED,
        body={"application/json": CHANGES},
        outcomes={409: MERGED, 422: MERGED},
    )
    def patch(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_see_work(request.user, found)
        changes = self.changes(request)
        merge = save_basis(by=self.person(request), assessment=found, changes=changes)
        values = {
            f"bases.{key}.{field}": as_json(getattr(figure, field))
            for key, figure in merge.figures.items()
            for field in ("value", "sql_text", "database_name", "run_at", "owner")
        }
        return self.as_answer({**_merged(merge), "values": values, **_stands(found)}, merge.status)


class OverallConfirmations(PageView):
    """Overall requirements of the hospital levels."""

    scopes = {"PATCH": "assessments:write"}

    @operation(
        "save_overall",
        _("确认总体要求，逐处合并"),
        MERGED,
        body={"application/json": CHANGES},
        outcomes={409: MERGED, 422: MERGED},
    )
    def patch(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_see_work(request.user, found)
        changes = self.changes(request)
        merge = save_overall(by=self.person(request), assessment=found, changes=changes)
        asked = [
            (level.level, n)
            for level in get_rubric(found.edition).levels
            if 0 < level.level <= found.target_level
            for n in range(1, len(level.overall) + 1)
        ]
        done = sum(merge.rows.get(place, "not_answered") != "not_answered" for place in asked)
        values = {f"overall.{level}.{n}": state for (level, n), state in merge.rows.items()}
        return self.as_answer(
            {**_merged(merge), "values": values, "filled": done, "of": len(asked)}, merge.status
        )


def _merged(merge: Merge) -> dict[str, Any]:
    return {
        "applied": list(merge.applied),
        "conflicts": [conflict.as_json() for conflict in merge.conflicts],
        "problems": [{"path": path, "message": sentence} for path, sentence in merge.problems],
    }


def _stands(assessment: Assessment) -> dict[str, Any]:
    """How many figures are there, and which contradict the items they feed."""
    rubric = get_rubric(assessment.edition)
    figures = {row.key: row for row in assessment.base_figures.all()}
    rows = {row.item_code: row for row in assessment.item_answers.all()}
    found = problems_by_item(assessment, rubric, rows, figures)
    bases = [base for base in rubric.statistical_bases if any(code in rubric.by_code for code in base.feeds)]
    return {
        "contradictions": {base.key: list(problems_of(base, found)) for base in bases},
        "filled": sum(base.key in figures and figures[base.key].value is not None for base in bases),
        "of": len(bases),
    }
