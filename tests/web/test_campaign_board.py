"""Following a cycle on its pages: whom the board shows, batches, reminders, hospitals taken out, the last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.actions.campaigns.entering import start_in_campaign
from assessments.actions.campaigns.permitting import permit_late, take_out
from assessments.models import Assessment, Campaign, CampaignZone, Notice, Participation, Reminder
from assessments.queries.readiness import fingerprint_of
from hospitals.models import Membership, Organisation
from tests.factories.assessments import complete, submit
from tests.factories.campaigns import again, make_campaign, make_open, part_of, rubric_of, today
from tests.factories.people import forget_memberships, make_bureau, make_hospital, make_person
from tests.web.test_campaign_pages import hidden, signed_in, to

pytestmark = pytest.mark.django_db
Role = Membership.Role


@dataclass(frozen=True, slots=True)
class Cycle:
    """Four hospitals of two cities: 甲 handed in, 乙 works on it with a permission, 丙 in a batch that is over, 丁 was
    taken out."""

    campaign: Campaign
    manager: User
    cities: tuple[Organisation, Organisation]
    zone: CampaignZone
    lead: User  # of 乙

    @property
    def client(self) -> Client:
        return signed_in(self.manager)

    def part(self, name: str) -> Participation:
        return part_of(self.campaign, Organisation.objects.get(name=f"示例{name}院"))


@pytest.fixture
def cycle(bureau: Organisation) -> Cycle:
    manager = make_person(bureau, Role.BUREAU_MANAGER, "cycle-manager")
    cities = make_bureau("示例东市卫健委", parent=bureau), make_bureau("示例西市卫健委", parent=bureau)
    first = make_hospital("示例甲院", parent=cities[0], grade="3A")
    second = make_hospital("示例乙院", parent=cities[0], grade="2A")
    third = make_hospital("示例丙院", parent=cities[1], grade="")
    fourth = make_hospital("示例丁院", parent=cities[1], grade="3A")
    campaign = make_open(bureau, manager, [first, second, third, fourth])
    zone = campaign.zones.create(
        name="第一批", opens_on=today() - timedelta(9), closes_on=today() - timedelta(2)
    )
    Participation.objects.filter(hospital=third).update(zone=zone)
    leads = [make_person(one, Role.QUALITY_LEAD) for one in (first, second)]
    for lead, hospital in zip(leads, (first, second), strict=True):
        made = start_in_campaign(
            by=lead, participation=part_of(campaign, hospital), rubric=rubric_of(campaign), copy_from=None
        )
        complete(made, lead)
        if hospital == first:
            submit(made, lead)
    permit_late(
        by=manager,
        participation=part_of(campaign, second),
        until=campaign.closes_on + timedelta(9),
        reason="系统迁移",
    )
    take_out(by=manager, participation=part_of(campaign, fourth), reason="已停业")
    return Cycle(again(campaign), manager, cities, zone, leads[1])


def test_every_filter_of_the_board_shows_the_hospitals_it_names(cycle: Cycle) -> None:
    client, address = cycle.client, to("campaign", cycle.campaign)

    def shown(**query: object) -> set[str]:
        lines = client.get(address, query).context["page"].lines
        return {line.hospital.removeprefix("示例").removesuffix("院") for line in lines}

    east, west = (str(city.public_id) for city in cycle.cities)
    assert shown() == {"甲", "乙", "丙"}
    assert {value: shown(state=value) for value in ("none", "working", "done", "late", "permitted", "withdrawn", "silent", "returned")} == {
        "none": {"丙"}, "working": {"乙"}, "done": {"甲"}, "late": {"丙"}, "permitted": {"乙"}, "withdrawn": {"丁"},
        "silent": {"丙"}, "returned": set(),
    }  # fmt: skip
    assert (shown(city=east), shown(city=west)) == ({"甲", "乙"}, {"丙"})
    assert (shown(grade="3A"), shown(grade="-")) == ({"甲"}, {"丙"})
    assert (shown(zone=cycle.zone.pk), shown(zone="-")) == ({"丙"}, {"甲", "乙"})
    assert shown(city=east, state="done", grade="2A") == set()
    assert shown(city="x", grade="x", zone="999", state="x") == {"甲", "乙", "丙"}, (
        "what is not there narrows nothing"
    )
    tally = client.get(address, {"state": "done"}).context["page"].tally
    assert (tally.invited, tally.entered, tally.done, tally.late, tally.permitted, tally.withdrawn) == (
        3, 2, 1, 1, 1, 1,
    )  # fmt: skip


def test_hospitals_are_invited_by_city_and_grade_and_one_by_one(cycle: Cycle, bureau: Organisation) -> None:
    client, draft = cycle.client, make_campaign(bureau, cycle.manager, title="另一项年度工作（示例）")
    east = str(cycle.cities[0].public_id)

    def invite(**chosen: object) -> set[str]:
        html = client.post(to("campaign-invite", draft), {"how": "tree", **chosen}).content.decode()
        sent = {"token": hidden(html, "token"), "seen": hidden(html, "seen")}
        assert client.post(to("campaign-invite-apply", draft), sent).status_code == 302
        return set(draft.participations.values_list("hospital__name", flat=True))

    nobody = client.post(to("campaign-invite", draft), {"how": "tree", "branch": "x", "grade": "nonsense"})
    assert nobody.status_code == 422 and not draft.participations.exists()
    assert invite(branch=east, grade="2A") == {"示例乙院"}
    leaf = cycle.part("丙").hospital.public_id
    assert invite(hospital=str(leaf)) == {"示例乙院", "示例丙院"}
    elsewhere = make_hospital("示例外省医院", parent=make_bureau())
    refused = client.post(to("campaign-invite", draft), {"how": "tree", "hospital": str(elsewhere.public_id)})
    assert refused.status_code == 422, "the list of another province is not to be had"


def test_batches_are_added_renamed_filled_and_removed_on_their_page(cycle: Cycle) -> None:
    client, campaign = cycle.client, cycle.campaign
    days = {"new-opens_on": today().isoformat(), "new-closes_on": (today() + timedelta(50)).isoformat()}
    client.post(to("campaign-zone-add", campaign), {"new-name": "第二批", **days})
    second = campaign.zones.get(name="第二批")
    client.post(to("campaign-zone-add", campaign), {"new-name": "第二批", **days})
    assert campaign.zones.filter(name="第二批").count() == 1, "names are unique within a cycle"
    client.post(to("campaign-zone", campaign, second.pk), {f"zone-{second.pk}-name": "补充批次"})
    chosen = {"p": [str(cycle.part("丙").public_id)], "zone": second.pk}
    client.post(to("campaign-zone-assign", campaign), chosen)
    part = cycle.part("丙")
    assert part.zone is not None and part.zone.name == "补充批次"
    line = client.get(to("campaign", campaign), {"search": "丙"}).context["page"].lines[0]
    assert (line.zone, line.late) == ("补充批次", False), "its last day is the batch's"
    client.post(to("campaign-zone-remove", campaign, cycle.zone.pk))
    assert not campaign.zones.filter(pk=cycle.zone.pk).exists()


def test_a_reminder_is_shown_before_it_is_sent_and_not_sent_twice_within_the_hour(cycle: Cycle) -> None:
    client, address = cycle.client, to("campaign-remind", cycle.campaign)
    page = client.get(address, {"state": "working"}).context["page"]
    assert [line.hospital for line in page.lines] == ["示例乙院"] and page.people == 1
    assert {line.hospital for line in client.get(address).context["page"].lines} == {"示例乙院", "示例丙院"}
    Notice.objects.all().delete()
    sent = {"p": list(page.chosen), "text": "请尽快提交", "send": "yes"}
    assert "已催报1家医院" in client.post(address, sent, follow=True).content.decode()
    assert [notice.user for notice in Notice.objects.all()] == [cycle.lead]
    client.post(address, sent)
    assert Reminder.objects.filter(participation=cycle.part("乙")).count() == 1
    line = client.get(to("campaign", cycle.campaign), {"state": "working"}).context["page"].lines[0]
    assert line.reminders == 1


def test_a_hospital_is_taken_out_with_a_reason_and_no_longer_finds_the_cycle_at_home(cycle: Cycle) -> None:
    client, part, home = cycle.client, cycle.part("乙"), signed_in(cycle.lead)
    assert cycle.campaign.title in home.get("/").content.decode()
    address = to("participation-withdraw", cycle.campaign, part.public_id)
    client.post(address, {"reason": " "})
    assert cycle.part("乙").withdrawn_at is None
    client.post(address, {"reason": "已并入另一医院"})
    assert cycle.part("乙").withdrawn_at is not None
    page = client.get(to("participation", cycle.campaign, part.public_id)).content.decode()
    assert "已并入另一医院" in page
    assert client.get(to("campaign", cycle.campaign)).context["page"].tally.invited == 2


def test_after_the_last_day_the_page_refuses_with_the_day_and_keeps_the_draft(cycle: Cycle) -> None:
    part = cycle.part("乙")
    Participation.objects.filter(pk=part.pk).update(late_until=today() - timedelta(1))
    forget_memberships(cycle.lead)
    home = signed_in(cycle.lead)
    draft = Assessment.objects.get(hospital=part.hospital)
    address = reverse("submit", args=[draft.public_id])
    answer = home.post(address, {"seen": fingerprint_of(draft), "accept_incomplete": "yes"}, follow=True)
    assert "已经过期" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"
    Participation.objects.filter(pk=part.pk).update(late_until=today())
    home.post(address, {"seen": fingerprint_of(draft), "accept_incomplete": "yes"})
    draft.refresh_from_db()
    assert draft.status == "submitted"
