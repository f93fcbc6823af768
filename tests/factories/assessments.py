"""Assessments for tests, made the way the product makes them where that matters."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.models import User
from assessments.actions.starting import start_assessment
from assessments.models import Assessment, ItemAnswer
from assessments.queries.readiness import fingerprint_of
from engine.rubric.values import Rubric
from hospitals.models import Membership, Organisation
from rubrics.models import Edition
from rubrics.queries import get_rubric
from tests.factories.rubrics import make_edition

WINDOW = (date(2026, 7, 1), date(2026, 9, 30))


def make_assessment(
    hospital: Organisation,
    by: User,
    *,
    edition: Edition | str = "smart-service-2019",
    title: str = "2026年自评（示例）",
    target_level: int = 3,
    **fields: Any,
) -> Assessment:
    """A draft, started by an action. ``edition``: an edition or its key (published when missing)."""
    if isinstance(edition, str):
        edition = Edition.objects.filter(key=edition).first() or make_edition(edition)
    rubric = get_rubric(edition)
    fields.setdefault("window", WINDOW if rubric.thresholds.window_months == 3 else None)
    return start_assessment(
        by=by, hospital=hospital, edition=edition, title=title, target_level=target_level, **fields
    )


def make_answer(assessment: Assessment, item: str, **fields: Any) -> ItemAnswer:
    """An item's row as stored, without asking anybody."""
    row, _new = ItemAnswer.objects.update_or_create(
        assessment=assessment, item_code=item, defaults={"version": 1, **fields}
    )
    return row


def all_met(rubric: Rubric, item: str, up_to: int) -> dict[str, list[str]]:
    """Clause states with everything met up to a level, keyed as stored."""
    return {
        str(level.level): ["met"] * len(level.clauses)
        for level in rubric.by_code[item].asked_levels
        if level.level <= up_to
    }


def complete(assessment: Assessment, by: User, up_to: int | None = None) -> None:
    """Everything answered up to the target: clauses, figures, indices, overall requirements."""
    rubric = get_rubric(assessment.edition)
    up_to = up_to or assessment.target_level
    for base in rubric.statistical_bases:
        assessment.base_figures.update_or_create(key=base.key, defaults={"value": 1000, "version": 1})
    for item in rubric.items:
        levels = [level for level in item.asked_levels if level.level <= up_to]
        make_answer(
            assessment,
            item.code,
            clauses=all_met(rubric, item.code, up_to),
            in_use=True if item.application.kind == "implemented" else None,
            numerators={str(level.level): 900 for level in levels}
            if item.application.kind == "ratio"
            else {},
            data_quality={str(level.level): "0.90" for level in levels if level.has_index},
        )
    for level in rubric.levels:
        if 0 < level.level <= up_to:
            for n in range(1, len(level.overall) + 1):
                assessment.overall_answers.update_or_create(level=level.level, n=n, defaults={"state": "met"})


def submit(assessment: Assessment, by: User) -> None:
    """Hand in whatever is there."""
    from assessments.actions.lifecycle import submit_assessment

    submit_assessment(by=by, assessment=assessment, seen=fingerprint_of(assessment), accept_incomplete=True)
    assessment.refresh_from_db()


def make_member(hospital: Organisation, username: str, role: str, name: str = "", **fields: Any) -> User:
    """A person with one membership."""
    user = User.objects.create_user(
        username, password=f"{username}-pass-phrase", name=name or f"{username}（示例）"
    )
    Membership.objects.create(user=user, organisation=hospital, role=role, **fields)
    return user
