"""Long lists of what the checks found: rules by page, figures that are no shares, calm checks folded."""

from __future__ import annotations

import html
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment
from assessments.queries.verification.wanted import records_of
from engine.evidence.catalogue.checks import StatisticCheck
from engine.evidence.counts import AuthenticityCount, FileRead, RuleCount
from hospitals.models import Organisation
from rubrics.queries import get_catalogue
from tests.factories.assessments import complete, make_assessment
from tests.factories.evidence import make_counts, make_run, refuted

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    found = make_assessment(hospital, owner, edition="emr-2018", target_level=3)
    complete(found, owner)
    return found


def get(user: User, name: str, assessment: Assessment, *args: object) -> str:
    client = Client()
    client.force_login(user)
    return html.unescape(client.get(reverse(name, args=[assessment.public_id, *args])).content.decode())


def test_rules_come_fifty_to_a_page_and_keep_their_filter(assessment: Assessment, owner: User) -> None:
    rules = [rule for rule in get_catalogue().rules_of("emr-2018") if rule.active]
    make_run(assessment, owner, counts=make_counts("emr-2018", [refuted(rule.id) for rule in rules]))
    client = Client()
    client.force_login(owner)
    url = reverse("verified-rules", args=[assessment.public_id])
    first = client.get(url, {"state": "refuted"})
    second = client.get(url, {"state": "refuted", "page": "2"})
    shown = [row.id for row in (*first.context["page"].rows, *second.context["page"].rows)]
    assert len(shown) == len(set(shown)) == 100
    assert "state=refuted&amp;page=2" in first.content.decode()
    assert len(client.get(url, {"page": "no"}).context["page"].rows) == 50


def test_a_figure_that_is_no_share_is_not_shown_as_what_conforms(assessment: Assessment, owner: User) -> None:
    known = next(
        rule for rule in get_catalogue().rules_of("emr-2018") if isinstance(rule.check, StatisticCheck)
    )
    count = RuleCount(known.id, 719, 951, value=Decimal(719) / 951)
    make_run(assessment, owner, counts=make_counts("emr-2018", [count]))
    text = get(owner, "verified-rule", assessment, known.id)
    assert "依据951条" in text and "0.756" in text
    assert "719 / 951" not in text and "0.7560" not in text


def test_checks_of_authenticity_that_found_nothing_stand_together_by_check(
    assessment: Assessment, owner: User
) -> None:
    check = next(iter(get_catalogue().authenticity.values()))
    places = check.applies_to[:2]
    counts = make_counts(
        "emr-2018",
        [],
        authenticity=tuple(AuthenticityCount(check.id, *place, Decimal(0), 5) for place in places),
    )
    make_run(assessment, owner, counts=counts)
    client = Client()
    client.force_login(owner)
    page = client.get(reverse("verified-authenticity", args=[assessment.public_id])).context["page"]
    assert page.warned == ()
    assert [(group.label, group.not_judged) for group in page.groups] == [(check.label.zh, len(places))]


def test_files_that_name_no_system_were_handed_in_all_the_same(assessment: Assessment, owner: User) -> None:
    key = next(
        record for rule in get_catalogue().rules_of("emr-2018") if rule.active for record in records_of(rule)
    )
    files = (FileRead("a.csv", key, "", "2" * 64, 12, 0),)
    make_run(assessment, owner, counts=make_counts("emr-2018", [], files=files))
    client = Client()
    client.force_login(owner)
    answer = client.get(reverse("verified-records", args=[assessment.public_id]))
    row = next(row for row in answer.context["page"].rows if row.key == key)
    assert (row.files, row.systems) == (1, ())
    first = html.unescape(answer.content.decode()).split(row.name, 1)[1].split("</tr>")[0]
    assert "未交" not in first
