"""What a plan is made from: answers as they count, the hospital's numbers, what people decided beforehand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import Assessment, Objective, PlanDraft, PlanningSettings
from assessments.queries.answers import answers_of
from assessments.queries.results import what_counts
from engine.roadmap.assumptions import AssumptionsRefused, assumptions_to_json, with_changes
from engine.roadmap.constraints import ConstraintsRefused, constraints_to_json, read_constraints
from engine.roadmap.plain import Refused
from engine.roadmap.quarters import Quarter
from engine.roadmap.values import Assumptions, Constraints
from engine.rubric.values import Rubric
from engine.scoring import ENGINE_VERSION
from engine.scoring.answers import Answers
from engine.scoring.card import ScoreCard
from engine.scoring.formats import answers_from_json, answers_to_json
from engine.scoring.score import score
from hospitals.refusals import Refusal
from rubrics.queries import get_assumptions, get_rubric, rubric_under


@dataclass(frozen=True, slots=True)
class Setting:
    """What is decided before the solver may: of the draft, or sent by a program."""

    target: int
    objective: str
    start: Quarter
    constraints: Constraints


@dataclass(frozen=True)
class Ground:
    """``snapshot``: number of the submission the answers come from, 0 while they may change. ``own``: the
    hospital's own numbers. ``version``: of the stored draft, 0 where nobody changed anything yet.
    ``unreadable``: what of a stored draft or of stored assumptions is left out, because it no longer fits the
    standard or its time has gone by."""

    assessment: Assessment
    rubric: Rubric
    answers: Answers
    card: ScoreCard
    snapshot: int
    snapshot_pk: int | None
    answers_digest: str
    assumptions: Assumptions
    own: Mapping[str, Any]
    setting: Setting
    version: int
    changed_by: str
    changed_at: datetime | None
    unreadable: str = ""

    @property
    def beds(self) -> int | None:
        return self.assessment.hospital.beds

    @property
    def targets(self) -> tuple[int, ...]:
        """The levels above the one reached."""
        return tuple(gate.level for gate in self.rubric.gates if gate.level > self.card.level)

    def mark(self, objective: str = "") -> str:
        """Two grounds with the same mark have the same plan."""
        parts = [
            ENGINE_VERSION,
            self.rubric.id,
            self.assessment.edition.content_hash,
            [[[item.code for item in pool] for pool in pools] for pools in self.rubric.pools.values()],
            self.answers_digest,
            assumptions_to_json(self.assumptions),
            constraints_to_json(self.setting.constraints),
            self.setting.target,
            objective or self.setting.objective,
            str(self.setting.start),
            self.beds,
        ]
        return digest_of(parts)


def digest_of(document: object) -> str:
    """SHA-256 of plain JSON, the same for the same content."""
    return hashlib.sha256(
        json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()
    ).hexdigest()


def digest_of_answers(rubric: Rubric, answers: Answers) -> str:
    """The same for the same answers: a hospital's particulars are left out, which read differently in each language."""
    document = answers_to_json(rubric, answers)
    return digest_of({key: value for key, value in document.items() if key != "hospital"})


def current_quarter() -> Quarter:
    return Quarter.of(timezone.localdate())


def in_words(refused: Refused) -> str:
    """The engine's sentence in the language of the request."""
    return refused.message.in_language(get_language() or "")


def ground_of(assessment: Assessment, setting: Setting | None = None) -> Ground:
    """The assessment must carry hospital and edition. Two queries for a submitted one, four for an open one,
    and two more for draft and assumptions (one less where ``setting`` is handed in)."""
    rubric, answers, number, pk = _answers(assessment)
    card = score(rubric, answers)
    assumptions, own, problem = _assumptions(assessment)
    version, by, at = 0, "", None
    if setting is None:
        draft = PlanDraft.objects.select_related("changed_by").filter(assessment=assessment).first()
        setting, refused = setting_of(rubric, card, assessment, draft)
        problem = problem or refused
        if draft is not None:
            version, by, at = draft.version, str(draft.changed_by), draft.changed_at
    return Ground(
        assessment=assessment,
        rubric=rubric,
        answers=answers,
        card=card,
        snapshot=number,
        snapshot_pk=pk,
        answers_digest=digest_of_answers(rubric, answers),
        assumptions=assumptions,
        own=own,
        setting=setting,
        version=version,
        changed_by=by,
        changed_at=at,
        unreadable=problem,
    )


def _answers(assessment: Assessment) -> tuple[Rubric, Answers, int, int | None]:
    """Of the newest submission while nothing may change; else as they are, less what contradicts itself."""
    if not assessment.is_open:
        snapshot = (
            assessment.snapshots.select_related("confirmation")
            .defer("card", "verified", "basis")
            .order_by("-number")
            .first()
        )
        if snapshot is not None:
            rubric = rubric_under(assessment.edition, snapshot.confirmation)
            return rubric, answers_from_json(rubric, snapshot.answers), snapshot.number, snapshot.pk
    rubric = get_rubric(assessment.edition)
    answers, _problems = what_counts(rubric, answers_of(assessment, rubric=rubric))
    return rubric, answers, 0, None


def _assumptions(assessment: Assessment) -> tuple[Assumptions, Mapping[str, Any], str]:
    found = own_numbers(assessment)
    if found is None:
        return get_assumptions(), {}, ""
    try:
        return with_changes(get_assumptions(), found.changes), found.changes, ""
    except AssumptionsRefused as refused:
        return get_assumptions(), {}, _("本院的假设已不适用，未采用：%(why)s") % {"why": in_words(refused)}


def own_numbers(assessment: Assessment) -> PlanningSettings | None:
    """The hospital's own numbers for this standard, with who typed them. One query."""
    rows = PlanningSettings.objects.select_related("changed_by")
    return rows.filter(hospital_id=assessment.hospital_id, rubric=assessment.edition.key).first()


def first_setting(card: ScoreCard, rubric: Rubric, assessment: Assessment) -> Setting:
    """Where nobody decided anything: the target of the assessment, or the next level where it is reached already;
    work begins next quarter."""
    levels = [gate.level for gate in rubric.gates]
    above = [level for level in levels if level > card.level]
    target = assessment.target_level if assessment.target_level in above else (above or levels)[0]
    return Setting(target, Objective.CHEAPEST.value, current_quarter().later(1), Constraints())


def setting_of(
    rubric: Rubric, card: ScoreCard, assessment: Assessment, draft: PlanDraft | None
) -> tuple[Setting, str]:
    """What the draft says today, and why a part of it is left out. A start that lies in the past by now moves on."""
    plain = first_setting(card, rubric, assessment)
    if draft is None:
        return plain, ""
    start = max(Quarter(draft.start_year, draft.start_quarter), current_quarter())
    target = draft.target if draft.target > card.level else plain.target
    try:
        constraints = read_constraints(draft.constraints, rubric)
    except ConstraintsRefused as refused:
        problem = _("以前设定的约束已不适用，未采用：%(why)s") % {"why": in_words(refused)}
        return Setting(target, draft.objective, start, Constraints()), problem
    constraints, over = without_the_past(constraints, start, current_quarter())
    told = ""
    if over:
        told = _("时间已过的约束不再计入：%(what)s。") % {"what": _("、").join(over)}
    return Setting(target, draft.objective, start, constraints), told


def without_the_past(
    constraints: Constraints, start: Quarter, now: Quarter
) -> tuple[Constraints, tuple[str, ...]]:
    """The constraints whose quarters and years are still ahead, and in words those that are not.

    What was decided in time must not stand in the way of every later decision once its quarter has gone by.
    """
    over: list[str] = []
    kept: dict[str, Any] = {}
    for name, words, first in (
        ("start_at", _("%(item)s从%(quarter)s开始"), start),
        ("not_before", _("%(item)s不早于%(quarter)s开始"), now),
        ("not_after", _("%(item)s不晚于%(quarter)s完成"), now),
    ):
        quarters: Mapping[str, Quarter] = getattr(constraints, name)
        kept[name] = {item: quarter for item, quarter in quarters.items() if quarter >= first}
        over += (
            words % {"item": item, "quarter": quarter}
            for item, quarter in sorted(quarters.items())
            if quarter < first
        )
    if constraints.finish_by is not None and constraints.finish_by < start:
        kept["finish_by"] = None
        over.append(_("不晚于%(quarter)s完成") % {"quarter": constraints.finish_by})
    kept["capacity"] = {one: people for one, people in constraints.capacity.items() if one >= now}
    over += (_("%(quarter)s的人力") % {"quarter": one} for one in sorted(constraints.capacity) if one < now)
    kept["budget"] = {year: money for year, money in constraints.budget.items() if year >= now.year}
    over += (_("%(year)s年的预算") % {"year": year} for year in sorted(constraints.budget) if year < now.year)
    return replace(constraints, **kept), tuple(over)


def read_given_constraints(rubric: Rubric, document: Mapping[str, object]) -> Constraints:
    """zhiping-constraints/1 that a person or a program sent. Raises Refusal with the engine's sentence."""
    try:
        return read_constraints(document, rubric)
    except ConstraintsRefused as refused:
        raise Refusal(refused.in_language(get_language() or "")) from refused
