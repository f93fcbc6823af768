"""Home by role: what waits, what blocks, and the same number of queries for 1 and for 50 assessments."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.models import Assessment, Assignment, Comment
from assessments.queries.home import Home, home_of
from hospitals.models import Department, Membership, Organisation
from tests.factories.assessments import all_met, complete, make_answer, make_assessment, make_member, submit
from tests.factories.people import (
    forget_memberships,
    make_consultancy,
    make_hospital,
    make_membership,
    make_person,
)
from tests.factories.rubrics import library, make_edition

pytestmark = pytest.mark.django_db

Role = Membership.Role
CHINESE = re.compile(r"[\u3400-\u9fff\uff01-\uff5e]")


def page_of(user: User, organisation: Organisation | None = None) -> Home:
    forget_memberships(user)
    return home_of(user, organisation)


def get(user: User, **query: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(reverse("home"), query)


def queries_of(user: User) -> int:
    client = Client()
    client.force_login(user)
    client.get(reverse("home"))  # rubrics are built once per process
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("home")).status_code == 200
    return len(queries)


@pytest.fixture
def service() -> Any:
    return make_edition("smart-service-2019")


@pytest.fixture
def started(hospital: Organisation, owner: User, service: Any) -> Callable[..., Assessment]:
    number = iter(range(1000))

    def start(**fields: Any) -> Assessment:
        return make_assessment(
            hospital, owner, edition=service, title=f"自评{next(number)}（示例）", **fields
        )

    return start


def test_a_quality_lead_sees_the_level_what_blocks_and_how_far_the_answers_are(
    started: Callable[..., Assessment], owner: User
) -> None:
    assessment = started(target_level=3, due_on=timezone.localdate() + timedelta(days=5))
    make_answer(assessment, "01.01", clauses=all_met(library()["smart-service-2019"], "01.01", 1))
    (card,) = page_of(owner).cards
    assert (card.level, card.verified, card.target, card.top, card.days_left) == (0, None, 3, 5, 5)
    assert card.next_level == 1 and {gate.kind for gate in card.blockers} >= {"basic", "total"}
    assert card.clauses is not None and 0 < card.clauses.done < card.clauses.of
    assert card.answers
    html = get(owner).content.decode()
    assert "还剩5天" in html and "距1级还差" in html and "未核验" in html and "继续填报" in html


def test_the_most_pressing_open_assessment_stands_first_and_closed_ones_below(
    started: Callable[..., Assessment], owner: User
) -> None:
    today = timezone.localdate()
    without, late, soon = (
        started(),
        started(due_on=today + timedelta(days=30)),
        started(due_on=today + timedelta(days=2)),
    )
    handed_in, accepted = started(), started()
    for one in (handed_in, accepted):
        submit(one, owner)
    Assessment.objects.filter(pk=accepted.pk).update(status=Assessment.Status.ACCEPTED)
    page = page_of(owner)
    assert [card.title for card in page.cards] == [a.title for a in (soon, late, without, handed_in)]
    assert [card.title for card in page.past] == [accepted.title]


def test_a_submitted_assessment_shows_the_frozen_card_whatever_changes_later(
    started: Callable[..., Assessment], owner: User
) -> None:
    assessment = started(target_level=2)
    complete(assessment, owner)
    submit(assessment, owner)
    (before,) = page_of(owner).cards
    assert before.level >= 2 and before.reaches_target and before.clauses is None and not before.answers
    make_answer(assessment, "01.01", clauses={}, numerators={})
    (after,) = page_of(owner).cards
    assert (after.level, after.total) == (before.level, before.total)


def test_without_an_assessment_the_lead_is_led_to_start_one_and_others_to_the_library(
    owner: User, hospital: Organisation
) -> None:
    html = get(owner).content.decode()
    assert "还没有自评" in html and reverse("assessment-start") in html
    director = make_member(hospital, "director", Role.DIRECTOR)
    html = get(director).content.decode()
    assert "浏览标准库" in html and reverse("assessment-start") not in html


def test_a_director_sees_the_gates_and_is_not_asked_to_fill_in(
    started: Callable[..., Assessment], hospital: Organisation
) -> None:
    started()
    director = make_member(hospital, "director", Role.DIRECTOR)
    html = get(director).content.decode()
    assert "gate-strip" in html and "is-first" in html
    assert "继续填报" not in html and "发起自评" not in html


def test_a_contributor_sees_the_own_items_first_by_name_and_by_department(
    started: Callable[..., Assessment], hospital: Organisation, owner: User, colleague: User
) -> None:
    department = Department.objects.create(organisation=hospital, name="检验科")
    Membership.objects.filter(user=colleague).update(department=department)
    assessment = started(due_on=timezone.localdate() + timedelta(days=9))
    yesterday = timezone.localdate() - timedelta(days=1)
    Assignment.objects.create(assessment=assessment, item_code="01.02", department=department)
    Assignment.objects.create(assessment=assessment, item_code="01.01", person=colleague, due_on=yesterday)
    Assignment.objects.create(assessment=assessment, item_code="02.01", person=owner)
    Assignment.objects.create(
        assessment=assessment, item_code="03.01", person=colleague, done_at=timezone.now()
    )
    page = page_of(colleague)
    assert [(item.code, item.days_left) for item in page.items] == [("01.01", -1), ("01.02", 9)]
    assert page.items[1].department == "检验科" and page.items_first
    html = get(colleague).content.decode()
    assert html.index("待我填报的项目") < html.index("本院自评") and "已逾期1天" in html


def test_items_of_what_was_handed_in_wait_no_longer(
    started: Callable[..., Assessment], owner: User, colleague: User
) -> None:
    assessment = started()
    Assignment.objects.create(assessment=assessment, item_code="01.01", person=colleague)
    submit(assessment, owner)
    assert page_of(colleague).items == ()


def test_mentions_stay_until_they_are_resolved_and_never_show_another_hospital(
    started: Callable[..., Assessment], owner: User, colleague: User, stranger: User
) -> None:
    comment = Comment.objects.create(
        assessment=started(), item_code="01.01", author=colleague, text="请您确认分母"
    )
    comment.mentions.add(owner, stranger)
    assert [mention.text for mention in page_of(owner).mentions] == ["请您确认分母"]
    assert "请您确认分母" in get(owner).content.decode()
    assert page_of(stranger).mentions == ()
    comment.resolved_at = timezone.now()
    comment.save()
    assert page_of(owner).mentions == ()


def test_a_bureau_sees_what_was_submitted_and_never_a_draft(
    started: Callable[..., Assessment], bureau: Organisation, owner: User
) -> None:
    draft, handed_in = started(), started(target_level=2)
    complete(handed_in, owner)
    submit(handed_in, owner)
    make_hospital("示例县人民医院", parent=bureau)
    reviewer = make_member(bureau, "reviewer", Role.REVIEWER)
    board = page_of(reviewer).board
    assert board is not None
    assert (board.hospitals, board.taking_part, board.awaiting) == (2, 1, 1)
    (row,) = board.submissions
    snapshot = handed_in.snapshots.get()
    assert (row.title, row.level, row.total) == (handed_in.title, snapshot.level, snapshot.total)
    html = get(reviewer).content.decode()
    assert draft.title not in html and "level-chip" in html


def test_what_a_bureau_returned_keeps_its_frozen_level(
    started: Callable[..., Assessment], bureau: Organisation, owner: User
) -> None:
    assessment = started(target_level=2)
    complete(assessment, owner)
    submit(assessment, owner)
    Assessment.objects.filter(pk=assessment.pk).update(status=Assessment.Status.RETURNED)
    assessment.item_answers.update(clauses={})
    board = page_of(make_member(bureau, "reviewer", Role.REVIEWER)).board
    assert board is not None
    assert board.awaiting == 0 and board.submissions[0].level == assessment.snapshots.get().level >= 2


def test_a_consultant_sees_the_clients_as_one_table_and_each_by_itself(
    started: Callable[..., Assessment], hospital: Organisation, owner: User, service: Any
) -> None:
    started()
    other = make_hospital("示例县人民医院")
    lead = make_person(other, Role.QUALITY_LEAD, "county")
    make_assessment(other, lead, edition=service, title="县医院自评（示例）")
    consultant = make_person(make_consultancy(), Role.CONSULTANT, "consultant")
    for client in (hospital, other):
        make_membership(consultant, client, Role.CONSULTANT)
    page = page_of(consultant)
    assert page.several and {card.hospital for card in page.cards} == {hospital.label, other.label}
    alone = page_of(consultant, other)
    assert not alone.several and [card.hospital for card in alone.cards] == [other.label]
    assert "县医院自评（示例）" in get(consultant, organisation=str(other.public_id)).content.decode()


@pytest.mark.parametrize("wanted", ["not-a-number", "00000000-0000-0000-0000-000000000000"])
def test_an_organisation_that_is_not_mine_is_not_found(owner: User, wanted: str) -> None:
    assert get(owner, organisation=wanted).status_code == 404


def test_a_hospital_of_others_is_not_found(owner: User, stranger: User) -> None:
    elsewhere = Membership.objects.get(user=stranger).organisation
    assert get(owner, organisation=str(elsewhere.public_id)).status_code == 404


@pytest.mark.parametrize(
    ("role", "address"),
    [(Role.AUDITOR, "trail"), (Role.SYSTEM_ADMIN, "admin:index"), (Role.SECURITY_ADMIN, "organisation")],
)
def test_administrators_and_auditors_are_led_to_their_pages_and_see_no_assessment(
    started: Callable[..., Assessment], hospital: Organisation, role: str, address: str
) -> None:
    assessment = started()
    person = make_member(hospital, "keeper", role)
    page = page_of(person)
    kwargs = {"organisation": hospital.public_id} if address == "organisation" else {}
    assert [door.url for door in page.doors] == [reverse(address, kwargs=kwargs)]
    assert page.cards == () and assessment.title not in get(person).content.decode()


def test_somebody_without_a_membership_reads_whom_to_ask() -> None:
    newcomer = User.objects.create_user("newcomer", password="newcomer-pass-phrase", name="新人（示例）")
    html = get(newcomer).content.decode()
    assert "您还没有加入任何机构" in html and reverse("rubrics") in html


def test_the_page_in_english_holds_no_chinese_but_names(
    started: Callable[..., Assessment], bureau: Organisation, hospital: Organisation, owner: User
) -> None:
    assessment = started(due_on=timezone.localdate())
    Assessment.objects.filter(pk=assessment.pk).update(title="Year 2026")
    Assignment.objects.create(assessment=assessment, item_code="01.01", person=owner)
    make_membership(owner, bureau, Role.REVIEWER)
    make_membership(owner, hospital, Role.SECURITY_ADMIN)
    User.objects.filter(pk=owner.pk).update(language="en", name="Example Lead")
    text = re.sub(r"<[^>]*中文.*?</button>|>中文<", ">", get(owner).content.decode())
    assert CHINESE.findall(text) == []


def test_home_asks_the_database_as_often_for_fifty_assessments_as_for_one(
    started: Callable[..., Assessment], bureau: Organisation, owner: User, colleague: User
) -> None:
    """Staff: twelve, a bureau: five; besides session, person and memberships."""
    reviewer = make_member(bureau, "reviewer", Role.REVIEWER)

    def open_one() -> None:
        assessment = started()
        Assignment.objects.create(assessment=assessment, item_code="01.01", person=owner)
        comment = Comment.objects.create(
            assessment=assessment, item_code="01.01", author=colleague, text="示例"
        )
        comment.mentions.add(owner)

    open_one()
    submit(started(), owner)
    lead, board = queries_of(owner), queries_of(reviewer)
    for _ in range(3):
        open_one()
    for _ in range(45):
        submit(started(), owner)
    assert Assessment.objects.count() == 50
    assert (queries_of(owner), queries_of(reviewer)) == (lead, board) == (16, 8)
