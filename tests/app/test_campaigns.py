"""Yearly cycles: from drawing up to the end; what a hospital may do when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import User
from assessments.actions.campaigns.entering import enter_with, start_in_campaign
from assessments.actions.campaigns.permitting import end_late, permit_late
from assessments.actions.campaigns.reminding import remind_hospitals, send_due_reminders
from assessments.actions.campaigns.steering import (
    close_campaign,
    extend_campaign,
    open_campaign,
    reopen_campaign,
)
from assessments.actions.notices import mail_notices
from assessments.campaigns.reading import InviteRow, ListRefused, read_lines
from assessments.models import Assessment, Campaign, CampaignEntry, Notice, Reminder
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import complete, make_assessment, submit
from tests.factories.campaigns import (
    again,
    invite,
    make_campaign,
    make_open,
    opened,
    part_of,
    rubric_of,
    seen,
    today,
)
from tests.factories.people import forget_memberships, make_bureau, make_hospital, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_person(bureau, Membership.Role.BUREAU_MANAGER, "cycle-manager")


@pytest.fixture
def running(bureau: Organisation, hospital: Organisation, manager: User) -> Campaign:
    return make_open(bureau, manager, [hospital])


def the_last_day_was(campaign: Campaign, days_ago: int) -> Campaign:
    """As if time had passed."""
    Campaign.objects.filter(pk=campaign.pk).update(
        opens_on=today() - timedelta(days_ago + 30), closes_on=today() - timedelta(days_ago)
    )
    return again(campaign)


def entered(campaign: Campaign, hospital: Organisation, lead: User) -> Assessment:
    forget_memberships(lead)
    return start_in_campaign(
        by=lead, participation=part_of(campaign, hospital), rubric=rubric_of(campaign), copy_from=None
    )


def test_a_cycle_without_hospitals_is_not_opened(bureau: Organisation, manager: User) -> None:
    draft = make_campaign(bureau, manager)
    with pytest.raises(Refusal, match="还没有邀请医院"):
        open_campaign(by=manager, campaign=draft, seen=seen(draft))


def test_hospitals_hear_of_a_cycle_when_it_is_opened_and_not_before(
    bureau: Organisation, hospital: Organisation, owner: User, manager: User
) -> None:
    draft = make_campaign(bureau, manager)
    invite(draft, manager, [hospital])
    assert not Notice.objects.filter(user=owner).exists()
    opened(draft, manager)
    assert Notice.objects.filter(user=owner).count() == 1
    assert Event.objects.filter(verb="campaign.opened").count() == 1


def test_lines_of_a_list_name_hospitals_by_name_and_say_what_is_wrong(
    bureau: Organisation, hospital: Organisation, manager: User
) -> None:
    make_hospital("示例外院", parent=None)
    draft = make_campaign(bureau, manager)
    rows = read_lines(f"{hospital.name}\n没有这家医院\n示例外院\n{hospital.name}\n")
    done = invite(draft, manager, list[InviteRow](rows))
    assert (done.new, done.left_out) == (1, 3), "unknown, of another region, twice"
    with pytest.raises(ListRefused, match="名单是空的"):
        read_lines("\n \n")


def test_what_a_hospital_starts_in_a_cycle_carries_its_standard_window_and_target(
    bureau: Organisation, hospital: Organisation, owner: User, manager: User
) -> None:
    campaign = make_open(bureau, manager, [hospital], targets={hospital.grade: 4})
    made = entered(campaign, hospital, owner)
    planned = rubric_of(campaign)
    assert (made.edition_id, made.target_level) == (planned.edition_id, 4)
    assert (made.window_from, made.window_to) == (planned.window_from, planned.window_to)
    with pytest.raises(Refusal, match="已用一份自评参评"):
        entered(campaign, hospital, owner)


def test_a_draft_of_another_window_does_not_take_part(
    running: Campaign, hospital: Organisation, owner: User
) -> None:
    window = (
        rubric_of(running).window_from.replace(year=2025),
        rubric_of(running).window_to.replace(year=2025),
    )
    other = make_assessment(hospital, owner, window=window)
    with pytest.raises(Refusal, match="统计期与本次不同"):
        enter_with(
            by=owner, participation=part_of(running, hospital), rubric=rubric_of(running), assessment=other
        )


def test_after_the_last_day_only_a_permitted_hospital_submits(
    running: Campaign, hospital: Organisation, owner: User, manager: User
) -> None:
    made = entered(running, hospital, owner)
    complete(made, owner)
    late = the_last_day_was(running, 3)
    with pytest.raises(Refusal, match="已经过期"):
        submit(made, owner)
    permit_late(
        by=manager, participation=part_of(late, hospital), until=today() + timedelta(5), reason="系统迁移"
    )
    submit(made, owner)
    made.refresh_from_db()
    assert made.status == "submitted"


def test_a_permission_to_be_late_ends_with_a_reason(
    running: Campaign, hospital: Organisation, manager: User
) -> None:
    late = the_last_day_was(running, 3)
    permit_late(
        by=manager, participation=part_of(late, hospital), until=today() + timedelta(5), reason="迁移"
    )
    with pytest.raises(Refusal, match="请写明撤销补报准许的理由"):
        end_late(by=manager, participation=part_of(late, hospital), reason=" ")
    end_late(by=manager, participation=part_of(late, hospital), reason="已说明")
    assert part_of(late, hospital).late_until is None


def test_a_cycle_is_extended_closed_and_opened_again_with_reasons(
    running: Campaign, owner: User, manager: User
) -> None:
    later = running.closes_on + timedelta(10)

    def extend(day: object, reason: str) -> int:
        return extend_campaign(
            by=manager, campaign=running, zone=None, closes_on=day, reason=reason, seen=seen(running)  # type: ignore[arg-type]
        )  # fmt: skip

    with pytest.raises(Refusal, match="理由"):
        extend(later, "")
    with pytest.raises(Refusal, match="不能提前"):
        extend(running.closes_on - timedelta(1), "理由")
    assert extend(later, "理由") == 1
    with pytest.raises(Refusal, match="提前结束需要写明理由"):
        close_campaign(by=manager, campaign=running, reason="", seen=seen(running))
    close_campaign(by=manager, campaign=running, reason="已全部提交", seen=seen(running))
    assert again(running).state == "closed"
    reopen_campaign(
        by=manager, campaign=running, closes_on=later + timedelta(5), reason="补充", seen=seen(running)
    )
    assert (again(running).state, again(running).closes_on) == ("open", later + timedelta(5))
    verbs = Event.objects.filter(verb__startswith="campaign.").values_list("verb", flat=True)
    assert {"campaign.extended", "campaign.closed", "campaign.reopened"} <= set(verbs)


def test_what_was_seen_before_somebody_else_changed_it_is_not_acted_on(
    running: Campaign, manager: User
) -> None:
    stale = seen(running)
    extend_campaign(
        by=manager, campaign=running, zone=None, closes_on=running.closes_on + timedelta(3), reason="理由", seen=stale
    )  # fmt: skip
    with pytest.raises(Refusal, match="有了新的变动"):
        close_campaign(by=manager, campaign=running, reason="理由", seen=stale)


def test_reminders_of_a_day_are_sent_once_and_only_to_those_who_lack_something(
    bureau: Organisation, hospital: Organisation, owner: User, manager: User
) -> None:
    done = make_hospital("示例已交医院", parent=bureau)
    lead = make_person(done, Membership.Role.QUALITY_LEAD, "punctual")
    campaign = make_open(bureau, manager, [hospital, done], days=(-10, 8))
    made = entered(campaign, done, lead)
    complete(made, lead)
    submit(made, lead)
    Notice.objects.all().delete()
    assert send_due_reminders(by=None) == 0, "invited today, nothing is due yet"
    tomorrow = today() + timedelta(1)
    assert send_due_reminders(by=None, today=tomorrow) == 1
    assert send_due_reminders(by=None, today=tomorrow) == 0
    assert [n.user for n in Notice.objects.all()] == [owner]
    assert Reminder.objects.get().participation == part_of(campaign, hospital)


def test_a_reminder_reaches_the_mailbox_as_well(
    running: Campaign, hospital: Organisation, owner: User, manager: User
) -> None:
    User.objects.filter(pk=owner.pk).update(email="lead@example.invalid")
    mail_notices()
    mail.outbox.clear()
    part = part_of(running, hospital)
    done = remind_hospitals(by=manager, campaign=running, hospitals=[part.pk], text="请尽快")
    assert (done.hospitals, done.people) == (1, 1)
    mail_notices()
    assert [letter.to for letter in mail.outbox] == [["lead@example.invalid"]]
    assert "请尽快" in str(mail.outbox[0].body)
    with pytest.raises(Refusal, match="一小时内"):
        remind_hospitals(by=manager, campaign=running, hospitals=[part.pk])


def test_a_manager_elsewhere_does_nothing_here(running: Campaign, hospital: Organisation) -> None:
    stranger = make_person(make_bureau("另一示例省卫健委"), Membership.Role.BUREAU_MANAGER, "elsewhere")
    with pytest.raises(Refusal):
        close_campaign(by=stranger, campaign=running, reason="理由", seen=seen(running))
    with pytest.raises(Refusal):
        permit_late(
            by=stranger,
            participation=part_of(running, hospital),
            until=today() + timedelta(60),
            reason="理由",
        )


def test_an_entry_is_the_hospitals_and_submitting_keeps_it(
    running: Campaign, hospital: Organisation, owner: User
) -> None:
    made = entered(running, hospital, owner)
    complete(made, owner)
    submit(made, owner)
    entry = CampaignEntry.objects.get(assessment=made)
    assert entry.participation == part_of(running, hospital)
