"""Rehearsals for tests: a sample in any state, with cases that were or were not looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from assessments.models import Assessment, Rehearsal, RehearsalCase, RehearsalPhoto
from tests.factories.files import picture


def make_rehearsal(
    assessment: Assessment,
    by: User,
    *,
    outcomes: Mapping[str, Sequence[str]] | None = None,
    **fields: Any,
) -> Rehearsal:
    """``outcomes``: per item what was seen in each case, empty for a case nobody looked at."""
    outcomes = {"01.01": ("passed", "failed", "")} if outcomes is None else outcomes
    last = assessment.rehearsals.order_by("-number").values_list("number", flat=True).first() or 0
    if fields.get("state") == Rehearsal.State.CLOSED:
        fields.setdefault("closed_at", timezone.now())
        fields.setdefault("closed_by", by)
    rehearsal = Rehearsal.objects.create(
        **{
            "assessment": assessment,
            "number": last + 1,
            "title": f"第{last + 1}次演练",
            "held_on": timezone.localdate(),
            "seed": "DEMO2345",
            "per_item": 3,
            "items": list(outcomes),
            "state": Rehearsal.State.OPEN,
            "made_by": by,
            **fields,
        }
    )
    for item, seen in outcomes.items():
        for position, outcome in enumerate(seen, start=1):
            make_case(rehearsal, by, item=item, position=position, outcome=outcome)
    return rehearsal


def make_case(
    rehearsal: Rehearsal,
    by: User,
    *,
    item: str = "01.01",
    position: int = 1,
    outcome: str = "",
    **fields: Any,
) -> RehearsalCase:
    marked: dict[str, Any] = {}
    if outcome:
        marked = {"outcome": outcome, "marked_by": by, "marked_at": timezone.now()}
        if outcome == RehearsalCase.Outcome.FAILED:
            marked["note"] = "报告里没有这条结果"
    return RehearsalCase.objects.create(
        **{
            "rehearsal": rehearsal,
            "item_code": item,
            "position": position,
            "record": "lab_report",
            "key": f"R-{item}-{position:03d}",
            "file": "lab_report.csv",
            "row": 10 + position,
            "happened_at": timezone.now(),
            "department": "检验科",
            **marked,
            **fields,
        }
    )


def make_photo(case: RehearsalCase, by: User, content: bytes | None = None) -> RehearsalPhoto:
    raw = picture() if content is None else content
    photo = RehearsalPhoto(
        case=case,
        original_name="现场.png",
        content_type="image/png",
        size=len(raw),
        sha256="4" * 64,
        uploaded_by=by,
    )
    photo.file.save("x", ContentFile(raw), save=True)
    return photo
