"""Who may do what with a yearly cycle. Each check returns None or raises the reason as a Refusal.

The bureau of a cycle and those above it manage it; bureaus beneath see their own hospitals in it and may
remind them. A hospital takes part, and hands in no later than its last day.
"""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.campaigns.days import Days, days_of, standing_of
from assessments.models import Assessment, Campaign, CampaignEntry, Participation, StatusChange
from hospitals import access
from hospitals.access import Person, Role
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal

State = Campaign.State
ENTERS = (Role.QUALITY_LEAD, Role.CONSULTANT)


def plain_day(day: date) -> str:
    return date_format(day, "Y-m-d")


def participation_days(participation: Participation) -> Days:
    """The days of an invited hospital; campaign and zone are read already."""
    campaign, zone = participation.campaign, participation.zone
    return days_of(
        opens_on=campaign.opens_on,
        closes_on=campaign.closes_on,
        zone=(zone.opens_on, zone.closes_on) if zone is not None else None,
        late_until=participation.late_until,
    )


# -- the bureau


def check_can_draw_up(user: Person) -> tuple[Organisation, ...]:
    """Drawing up a cycle: managers of a bureau. Returns those bureaus."""
    bureaus = tuple(
        organisation
        for organisation in access.organisations_where(user, [Role.BUREAU_MANAGER])
        if organisation.kind in (Organisation.Kind.PROVINCE, Organisation.Kind.CITY)
    )
    if not bureaus:
        raise Refusal(_("年度评价工作由卫生健康行政部门的管理员组织。"))
    return bureaus


def manages(user: Person, campaign: Campaign) -> bool:
    """A manager of the bureau of the cycle or of one above it."""
    return any(
        m.role == Role.BUREAU_MANAGER and campaign.bureau.path.startswith(m.organisation.path)
        for m in access.memberships_of(user)
    )


def check_can_manage(user: Person, campaign: Campaign) -> None:
    if not manages(user, campaign):
        raise Refusal(_("这项工作由%(bureau)s的管理员办理，您可以查看。") % {"bureau": campaign.bureau.label})


def sees_board(user: Person, campaign: Campaign) -> bool:
    """People of a bureau above, of, or beneath the bureau of the cycle; a hospital sees its own part alone."""
    return any(
        campaign.bureau.path.startswith(bureau.path) or bureau.path.startswith(campaign.bureau.path)
        for bureau in access.organisations_where(user, access.BUREAU_STAFF)
    )


def check_can_see_board(user: Person, campaign: Campaign) -> None:
    if not sees_board(user, campaign):
        raise Refusal(_("参评进度由卫生健康行政部门查看；您可以查看本院的参评情况。"))


def check_can_change(user: Person, campaign: Campaign) -> None:
    check_can_manage(user, campaign)
    if campaign.state == State.CLOSED:
        raise Refusal(
            _("“%(title)s”已经结束，不能再修改。如需继续，请先重新开放。") % {"title": campaign.title}
        )


def check_can_invite(user: Person, campaign: Campaign) -> None:
    check_can_change(user, campaign)


def check_can_open(user: Person, campaign: Campaign) -> None:
    check_can_manage(user, campaign)
    if campaign.state != State.DRAFT:
        raise Refusal(
            _("“%(title)s”的状态是“%(state)s”，不需要再启动。页面可能已过期，请刷新后查看。")
            % {"title": campaign.title, "state": campaign.get_state_display()}
        )


def check_is_going_on(user: Person, campaign: Campaign) -> None:
    """Extending and closing."""
    check_can_manage(user, campaign)
    if campaign.state == State.CLOSED:
        raise Refusal(
            _("“%(title)s”已于%(day)s结束。页面可能已过期，请刷新后查看。")
            % {"title": campaign.title, "day": _closed_on(campaign)}
        )
    if campaign.state == State.DRAFT:
        raise Refusal(_("“%(title)s”还没有启动，可以直接修改日期。") % {"title": campaign.title})


def check_can_reopen(user: Person, campaign: Campaign) -> None:
    check_can_manage(user, campaign)
    if campaign.state != State.CLOSED:
        raise Refusal(
            _("“%(title)s”没有结束，不需要重新开放。页面可能已过期，请刷新后查看。")
            % {"title": campaign.title}
        )


def check_can_permit_late(user: Person, participation: Participation) -> None:
    campaign = participation.campaign
    check_can_manage(user, campaign)
    if campaign.state == State.DRAFT:
        raise Refusal(_("“%(title)s”还没有启动，不需要准予补报。") % {"title": campaign.title})
    _check_takes_part(participation)


def check_can_take_out(user: Person, participation: Participation) -> None:
    """``withdraw``: the hospital is not expected any more."""
    check_can_change(user, participation.campaign)
    _check_takes_part(participation)


def _check_takes_part(participation: Participation) -> None:
    if participation.withdrawn_at is not None:
        raise Refusal(_("%(hospital)s已不在参评名单中。") % {"hospital": participation.hospital.label})


def check_can_remind(user: Person, campaign: Campaign) -> tuple[Organisation, ...]:
    """Managers of the bureau of the cycle, above it and beneath it. Returns the bureaus whose hospitals the
    person may remind."""
    bureaus = tuple(
        bureau
        for bureau in access.organisations_where(user, [Role.BUREAU_MANAGER])
        if campaign.bureau.path.startswith(bureau.path) or bureau.path.startswith(campaign.bureau.path)
    )
    if not bureaus:
        raise Refusal(_("催报由卫生健康行政部门的管理员进行，您可以查看。"))
    if campaign.state == State.DRAFT:
        raise Refusal(_("“%(title)s”还没有启动，医院尚不能填报，不需要催报。") % {"title": campaign.title})
    return bureaus


# -- the hospital


def check_can_enter(user: Person, participation: Participation) -> None:
    """Taking part with an assessment: the quality lead or a consultant of the hospital, while it is open."""
    if not access.holds(user, participation.hospital_id, *ENTERS):
        raise Refusal(_("参评由本院质控负责人或咨询顾问办理，您可以查看。"))
    _check_takes_part(participation)
    check_hands_in_today(participation)


def check_hands_in_today(participation: Participation, today: date | None = None) -> None:
    """Whether the hospital is between its first and its last day."""
    campaign, days = participation.campaign, participation_days(participation)
    standing = standing_of(campaign.state, days, today or timezone.localdate())
    facts = {
        "title": campaign.title,
        "bureau": campaign.bureau.label,
        "begins": plain_day(days.begins),
        "ends": plain_day(days.ends),
    }
    if standing == "draft":
        raise Refusal(_("“%(title)s”还没有启动。") % facts)
    if standing == "early":
        raise Refusal(_("“%(title)s”自%(begins)s起填报，现在还没有开始。") % facts)
    if standing == "over":
        raise Refusal(
            _("贵院在“%(title)s”中的截止日是%(ends)s，已经过期。如需补报，请联系%(bureau)s准予。") % facts
        )
    if standing == "closed":
        raise Refusal(
            _("“%(title)s”已于%(closed)s结束。如需补报，请联系%(bureau)s准予。")
            % {**facts, "closed": _closed_on(campaign)}
        )


def entry_of(assessment: Assessment) -> CampaignEntry | None:
    """With which the assessment takes part in a cycle. One query."""
    return (
        CampaignEntry.objects.filter(assessment=assessment)
        .select_related("participation__campaign__bureau", "participation__zone", "participation__hospital")
        .first()
    )


def check_entry_is_open(assessment: Assessment) -> None:
    """An assessment with which the hospital takes part in a cycle is handed in no later than its last day.

    What a bureau sent back for correction is handed in again also afterwards. One query, two more when
    the last day is over.
    """
    entry = entry_of(assessment)
    if entry is None or entry.participation.withdrawn_at is not None:
        return
    try:
        check_hands_in_today(entry.participation)
    except Refusal:
        if not _sent_back_by_bureau(assessment):
            raise


def check_withdrawal_leaves_time(assessment: Assessment) -> None:
    """A submission taken back after the last day could not be handed in again. One query."""
    entry = entry_of(assessment)
    if entry is None or entry.participation.withdrawn_at is not None:
        return
    try:
        check_hands_in_today(entry.participation)
    except Refusal:
        raise Refusal(
            _(
                "“%(title)s”的填报截止日已过，撤回后将不能再提交，因此不能撤回。如需更正，请联系%(bureau)s退回。"
            )
            % {
                "title": entry.participation.campaign.title,
                "bureau": entry.participation.campaign.bureau.label,
            }
        ) from None


def _sent_back_by_bureau(assessment: Assessment) -> bool:
    """Whether somebody who is not of the hospital returned it; the hospital's own withdrawal looks the same
    but for who did it, and nobody of the hospital may return it for a bureau (conflict of interest)."""
    if assessment.status != Assessment.Status.RETURNED:
        return False
    last = StatusChange.objects.filter(assessment=assessment).values_list("after", "by_id").first()
    if last is None or last[0] != Assessment.Status.RETURNED:
        return False
    return not Membership.objects.filter(user_id=last[1], organisation_id=assessment.hospital_id).exists()


def _closed_on(campaign: Campaign) -> str:
    return plain_day(timezone.localdate(campaign.closed_at)) if campaign.closed_at else ""
