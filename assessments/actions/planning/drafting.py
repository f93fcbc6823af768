"""The plan in the making: what people decide before the solver may choose."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.planning.changes import Change, changed
from assessments.models import Assessment, Objective, PlanDraft
from assessments.planning_permissions import check_can_draft
from assessments.queries.planning.ground import (
    Ground,
    Setting,
    current_quarter,
    ground_of,
    read_given_constraints,
)
from assessments.trail import record_work
from engine.roadmap.constraints import constraints_to_json
from engine.roadmap.quarters import Quarter
from engine.roadmap.values import Constraints
from hospitals.refusals import Refusal

FURTHEST_START, FURTHEST = 20, 60  # quarters ahead: nobody plans longer, and the solver need not


@transaction.atomic
def change_draft(*, by: User, assessment: Assessment, change: Change) -> PlanDraft:
    """One decision more, or one taken back. Others stay as they are, also those a colleague made meanwhile.

    Raises Refusal with one sentence for anything that cannot be planned; then nothing is changed.
    """
    check_can_draft(by, assessment)
    draft = _held(assessment)
    ground = ground_of(assessment)
    setting = changed(ground, change)
    return _kept(by, assessment, draft, ground, setting, change.facts)


@transaction.atomic
def save_draft(
    *,
    by: User,
    assessment: Assessment,
    target: int,
    objective: str,
    start: Quarter,
    constraints: Mapping[str, object],
) -> PlanDraft:
    """The whole setting at once. ``constraints``: zhiping-constraints/1."""
    check_can_draft(by, assessment)
    draft = _held(assessment)
    ground = ground_of(assessment)
    setting = Setting(target, objective, start, read_given_constraints(ground.rubric, constraints))
    return _kept(by, assessment, draft, ground, setting, {"changed": ["all"]})


def _held(assessment: Assessment) -> PlanDraft | None:
    """The draft locked, so that two people's decisions come one after the other."""
    Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
    return PlanDraft.objects.filter(assessment=assessment).first()


def _kept(
    by: User,
    assessment: Assessment,
    draft: PlanDraft | None,
    ground: Ground,
    setting: Setting,
    facts: Mapping[str, object],
) -> PlanDraft:
    check_setting(ground, setting)
    fields = {
        "objective": setting.objective,
        "target": setting.target,
        "start_year": setting.start.year,
        "start_quarter": setting.start.number,
        "constraints": constraints_to_json(setting.constraints),
        "changed_by": by,
        "changed_at": timezone.now(),
    }
    if draft is None:
        draft = PlanDraft.objects.create(assessment=assessment, **fields)
    else:
        for name, value in fields.items():
            setattr(draft, name, value)
        draft.version += 1
        draft.save()
    record_work(verb="plan.draft-changed", by=by, assessment=assessment, facts=dict(facts))
    return draft


def check_setting(ground: Ground, setting: Setting) -> None:
    """What no plan can be made from, whoever asks for it: said before the solver is asked."""
    if setting.objective not in Objective.values:
        raise Refusal(_("规划方案只有投入最少、工期最短和余量最大三种。"))
    if setting.target not in ground.rubric.gate_at:
        raise Refusal(_("标准中没有这个等级，不能作为目标。"))
    if setting.target <= ground.card.level:
        raise Refusal(_("今天已达到%(level)s级，请选择更高的目标。") % {"level": ground.card.level})
    now = current_quarter()
    if setting.start < now:
        raise Refusal(_("开始季度%(quarter)s已经过去。") % {"quarter": setting.start})
    if now.until(setting.start) > FURTHEST_START:
        raise Refusal(_("开始季度%(quarter)s太远，请选择五年以内。") % {"quarter": setting.start})
    check_quarters(setting.constraints, setting.start, now)


def check_quarters(constraints: Constraints, start: Quarter, now: Quarter) -> None:
    finish = constraints.finish_by
    if finish is not None and finish < start:
        raise Refusal(_("最晚完成季度%(finish)s早于开始季度%(start)s。") % {"finish": finish, "start": start})
    for item, quarter in constraints.start_at.items():
        if quarter < start:
            raise Refusal(
                _("%(item)s不能从%(quarter)s开始：规划从%(start)s开始。")
                % {"item": item, "quarter": quarter, "start": start}
            )
    named = [
        *constraints.start_at.values(),
        *constraints.not_before.values(),
        *constraints.not_after.values(),
    ]
    for quarter in [*named, *constraints.capacity, *([finish] if finish else [])]:
        if quarter < now:
            raise Refusal(_("季度%(quarter)s已经过去。") % {"quarter": quarter})
        if now.until(quarter) > FURTHEST:
            raise Refusal(_("季度%(quarter)s太远，请选择十五年以内。") % {"quarter": quarter})
    for year in constraints.budget:
        if not now.year <= year <= now.year + FURTHEST // 4:
            raise Refusal(_("%(year)s年不在规划期内。") % {"year": year})
