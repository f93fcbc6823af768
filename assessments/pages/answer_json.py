"""What a save, or a look at an item, tells the page: values, standing, progress, and what did not go through."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, time_format

from assessments.actions.answers import AnswerMerge
from assessments.actions.merging import Conflict
from assessments.answer_fields import find_place, path_of, sentence_of, values_of
from assessments.models import Assessment
from assessments.pages.standing import hospital_json, standing_of
from assessments.pages.wording import path_label, value_text
from assessments.queries.item import ItemNow
from assessments.queries.progress import clauses_by_item, together
from engine.rubric.values import Item


def item_json(assessment: Assessment, now: ItemNow) -> dict[str, Any]:
    """The item as stored: every value that is not empty, its standing, and open clauses around it."""
    row, item = now.row, now.item
    shares = clauses_by_item(now.rubric, now.rows, assessment.target_level)
    role = together(shares[other.code] for other in now.rubric.items_of(item.role))
    return {
        "version": row.version,
        "by": str(row.updated_by or ""),
        "values": values_of(item, row),
        "item": standing_of(now.rubric, item, now.given, now.card.items[item.code]).as_json(),
        "hospital": hospital_json(now.card),
        "contradictions": [
            {"path": path_of(problem), "message": sentence_of(problem)} for problem in now.problems
        ],
        "open": {"item": shares[item.code].open, "role": role.open},
        "progress": {"done": role.done, "of": role.of},
    }


def merge_json(assessment: Assessment, merge: AnswerMerge) -> dict[str, Any]:
    """The same after a save, with what became of each path."""
    return {
        **item_json(assessment, merge.now),
        "saved_at": time_format(timezone.localtime(), "H:i"),
        "applied": merge.applied,
        "conflicts": [conflict_json(merge.now.item, conflict) for conflict in merge.conflicts],
        "problems": [{"path": path, "message": sentence} for path, sentence in merge.problems],
    }


def conflict_json(item: Item, conflict: Conflict) -> dict[str, Any]:
    """Both values, who and when; with the words the dialog shows."""
    place = find_place(item, conflict.path)
    text = value_text if place is None or place.kind != "clauses" else _state_text
    return {
        **conflict.as_json(),
        "label": path_label(item, conflict.path),
        "yours_text": text(conflict.yours),
        "theirs_text": text(conflict.theirs),
        "at_text": date_format(timezone.localtime(conflict.at), "Y-m-d H:i") if conflict.at else "",
    }


def _state_text(value: object) -> str:
    return value_text(value or "not_answered")
