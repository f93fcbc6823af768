"""Drawing up a yearly cycle and changing it while that is still possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.campaigns.held import (
    held_campaign,
    line,
    refuse_when_changed,
    refuse_wrong_span,
    seen_of,
)
from assessments.actions.starting import refuse_wrong_window
from assessments.campaign_permissions import check_can_change, check_can_draw_up
from assessments.models import Campaign, CampaignRubric, CampaignTarget
from assessments.trail import record_campaign
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from rubrics.models import Edition
from rubrics.queries import get_rubric

LONGEST_TITLE = 80
LONGEST_NOTE = 2000
MOST_REMINDERS = 12
REMINDS_WITHIN = range(-60, 181)  # days before the last one


@dataclass(frozen=True, slots=True)
class RubricPlan:
    """``targets``: grade of the hospital (a value of Organisation.Grade) -> level it is to reach."""

    edition: Edition
    window_from: date
    window_to: date
    targets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """``remind_days_before``: whole days before the last one; negative ones after it."""

    title: str
    year: int
    opens_on: date
    closes_on: date
    rubrics: Sequence[RubricPlan]
    remind_days_before: Sequence[int] = ()
    note: str = ""


@transaction.atomic
def start_campaign(*, by: User, bureau: Organisation, plan: Plan) -> Campaign:
    """Draw up a cycle of the bureau; hospitals learn of it when it is opened. Raises Refusal."""
    if bureau not in check_can_draw_up(by):
        raise Refusal(_("年度评价工作由%(bureau)s的管理员组织。") % {"bureau": bureau.label})
    title, note = _checked(plan)
    try:
        with transaction.atomic():
            campaign = Campaign.objects.create(
                bureau=bureau,
                title=title,
                year=plan.year,
                opens_on=plan.opens_on,
                closes_on=plan.closes_on,
                remind_days_before=_reminders(plan),
                note=note,
                created_by=by,
            )
    except IntegrityError as taken:
        raise _taken(title) from taken
    _lay_rubrics(campaign, plan)
    record_campaign(verb="campaign.started", by=by, campaign=campaign, facts=_facts(campaign, plan))
    return campaign


@transaction.atomic
def change_campaign(*, by: User, campaign: Campaign, plan: Plan, seen: str) -> None:
    """Change a cycle that has not ended. Once it was opened, dates move by extending alone, and rubrics and
    windows stay: hospitals work with them. ``seen``: ``seen_of`` the page. Raises Refusal.
    """
    held = held_campaign(campaign)
    check_can_change(by, held)
    refuse_when_changed(held, seen)
    title, note = _checked(plan)
    if held.state == Campaign.State.OPEN:
        _refuse_what_is_fixed(held, plan)
    before = seen_of(held)
    held.title, held.year, held.note = title, plan.year, note
    held.opens_on, held.closes_on = plan.opens_on, plan.closes_on
    held.remind_days_before = _reminders(plan)
    try:
        with transaction.atomic():
            held.save(update_fields=["title", "year", "note", "opens_on", "closes_on", "remind_days_before"])
    except IntegrityError as taken:
        raise _taken(title) from taken
    if held.state == Campaign.State.DRAFT:
        held.rubrics.all().delete()
    targets_before = _targets_of(held)
    held.targets.all().delete()
    if held.state == Campaign.State.DRAFT:
        _lay_rubrics(held, plan)
    else:
        _lay_targets(held, plan)
    if seen_of(held) != before or _targets_of(held) != targets_before or held.state == Campaign.State.DRAFT:
        record_campaign(verb="campaign.changed", by=by, campaign=held, facts=_facts(held, plan))


def _checked(plan: Plan) -> tuple[str, str]:
    """Title and note as they are kept. Raises Refusal with what is wrong with the plan."""
    title = line(plan.title, LONGEST_TITLE + 1)
    if not title:
        raise Refusal(_("请填写名称。"))
    if len(title) > LONGEST_TITLE:
        raise Refusal(_("名称最多%(n)s个字。") % {"n": LONGEST_TITLE})
    note = plan.note.replace("\x00", "").strip()
    if len(note) > LONGEST_NOTE:
        raise Refusal(_("说明最多%(n)s个字。") % {"n": LONGEST_NOTE})
    if not 2011 <= plan.year <= 2100:
        raise Refusal(_("年度应在2011到2100之间。"))
    refuse_wrong_span(plan.opens_on, plan.closes_on)
    if not plan.rubrics:
        raise Refusal(_("请至少选择一个标准。"))
    if len({one.edition.key for one in plan.rubrics}) < len(plan.rubrics):
        raise Refusal(_("每个标准只能选择一次。"))
    for one in plan.rubrics:
        _refuse_wrong_rubric(one)
    return title, note


def _refuse_wrong_rubric(one: RubricPlan) -> None:
    edition = one.edition
    if edition.published_at is None or edition.status == Edition.Status.DRAFT:
        raise Refusal(_("“%(edition)s”是草案，不能用于年度评价工作。") % {"edition": edition.title})
    rubric = get_rubric(edition)
    if rubric.thresholds.window_months is not None:
        try:
            refuse_wrong_window(rubric, (one.window_from, one.window_to))
        except Refusal as refusal:
            raise Refusal(f"{edition.title}{_('：')}{refusal}") from refusal
    elif one.window_to <= one.window_from:
        raise Refusal(_("统计截止日应晚于起始日。"))
    for grade, level in one.targets.items():
        if grade not in Organisation.Grade.values:
            raise Refusal(_("没有这个医院等级。"))
        if not 1 <= level <= rubric.top_level:
            raise Refusal(
                _("“%(edition)s”的目标等级应在1到%(top)s之间。")
                % {"edition": edition.title, "top": rubric.top_level}
            )


def _reminders(plan: Plan) -> list[int]:
    days = sorted(set(plan.remind_days_before), reverse=True)
    if any(day not in REMINDS_WITHIN for day in days):
        raise Refusal(
            _("提醒可以设在截止前%(most)s天到逾期后%(least)s天之间。")
            % {"most": REMINDS_WITHIN[-1], "least": -REMINDS_WITHIN[0]}
        )
    if len(days) > MOST_REMINDERS:
        raise Refusal(_("提醒最多设%(n)s次。") % {"n": MOST_REMINDERS})
    return days


def _refuse_what_is_fixed(held: Campaign, plan: Plan) -> None:
    if (plan.opens_on, plan.closes_on) != (held.opens_on, held.closes_on):
        raise Refusal(_("已经启动，日期不能直接修改。如需更多时间，请延长填报时间。"))
    if plan.year != held.year:
        raise Refusal(_("已经启动，年度不能再修改。"))
    now = {(row.edition_id, row.window_from, row.window_to) for row in held.rubrics.all()}
    if now != {(one.edition.pk, one.window_from, one.window_to) for one in plan.rubrics}:
        raise Refusal(_("已经启动，标准和统计期不能再修改：医院正在按它们填报。"))


def _lay_rubrics(campaign: Campaign, plan: Plan) -> None:
    CampaignRubric.objects.bulk_create(
        CampaignRubric(
            campaign=campaign, edition=one.edition, window_from=one.window_from, window_to=one.window_to
        )
        for one in plan.rubrics
    )
    _lay_targets(campaign, plan)


def _lay_targets(campaign: Campaign, plan: Plan) -> None:
    CampaignTarget.objects.bulk_create(
        CampaignTarget(campaign=campaign, edition=one.edition, grade=grade, level=level)
        for one in plan.rubrics
        for grade, level in one.targets.items()
    )


def _targets_of(campaign: Campaign) -> set[tuple[int, str, int]]:
    return set(campaign.targets.values_list("edition_id", "grade", "level"))


def _facts(campaign: Campaign, plan: Plan) -> dict[str, object]:
    return {
        "year": campaign.year,
        "opens_on": campaign.opens_on.isoformat(),
        "closes_on": campaign.closes_on.isoformat(),
        "rubrics": [str(one.edition) for one in plan.rubrics],
    }


def _taken(title: str) -> Refusal:
    return Refusal(_("本单位已有名为“%(title)s”的年度工作，请换一个名称。") % {"title": title})
