"""The weekly digest of the rectification ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone, translation

from accounts.models import User
from assessments import jobs
from assessments.actions.ledger import send_digests
from assessments.actions.notices import mail_notices
from assessments.models import Assessment, LedgerEntry, Notice
from assessments.notice_words import in_words
from hospitals.models import Membership, Organisation
from tests.factories.assessments import make_assessment, make_member
from tests.factories.ledger import make_entry

pytestmark = pytest.mark.django_db
State = LedgerEntry.State


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "enqueue", lambda *_job: None)


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


def test_once_a_week_people_hear_of_their_open_entries_as_they_asked_for(
    assessment: Assessment, owner: User, colleague: User, hospital: Organisation
) -> None:
    quiet = make_member(hospital, "quiet", Membership.Role.CONTRIBUTOR)
    User.objects.filter(pk=quiet.pk).update(digest="off")
    User.objects.filter(pk=owner.pk).update(digest="mail", email="owner@example.org")
    today = timezone.localdate()
    for person in (colleague, quiet):
        make_entry(assessment, owner, person=person, due_on=today - timedelta(days=400))
    make_entry(assessment, owner, state=State.WITHDRAWN, person=colleague)
    monday = today - timedelta(days=today.weekday() + 7)
    early, at = (timezone.make_aware(datetime(monday.year, monday.month, monday.day, h)) for h in (7, 9))
    assert send_digests(by=None, now=early) == 0
    assert send_digests(by=None, now=at) == 2
    assert send_digests(by=None, now=at) == 0  # asked again within the week
    told = {notice.user_id: notice for notice in Notice.objects.filter(kind__startswith="ledger.digest")}
    assert set(told) == {owner.pk, colleague.pk}
    assert told[colleague.pk].facts["open"] == 1 and told[owner.pk].facts["open"] == 2
    words = in_words(told[owner.pk].kind, told[owner.pk].facts)
    assert words.title == "本周整改提醒：2个未销号" and "2个已逾期" in words.text
    assert mail_notices() == 1
    assert [letter.to for letter in mail.outbox] == [["owner@example.org"]]
    with translation.override("en"):
        assert in_words(told[owner.pk].kind, told[owner.pk].facts).title
    assert send_digests(by=None, now=at + timedelta(days=14)) == 2
