"""The page of submitting says whose signature is missing or was reopened, and refuses only where the hospital asks."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.actions.signing import consolidate
from assessments.models import Assessment, SigningRule
from assessments.queries.signing.standing import standing_of
from hospitals.models import Organisation
from tests.factories.assessments import complete, make_answer, make_assessment
from tests.factories.browser import signed_in
from tests.factories.people import make_department

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    made = make_assessment(hospital, owner)
    complete(made, owner)
    return made


def shown(client: Client, assessment: Assessment):  # type: ignore[no-untyped-def]
    answer = client.get(reverse("submit", args=[assessment.public_id]))
    return answer.context["page"], answer.content.decode()


def test_what_is_unsigned_or_reopened_is_named_with_a_link_and_refuses_only_by_the_rule(
    assessment: Assessment, owner: User
) -> None:
    client = signed_in(owner)
    page, html = shown(client, assessment)
    link = f'class="btn" href="{reverse("signing", args=[assessment.public_id])}"'
    assert page.signing is None and link not in html  # nobody signs here

    consolidate(by=owner, assessment=assessment, seen=standing_of(assessment).digest)
    page, html = shown(client, assessment)
    assert [(line.name, line.state) for line in page.signing.lines] == [("分管院领导批准", "open")]
    assert not page.signing.required and page.signing.refuses == "" and link in html
    make_answer(assessment, "01.01", note="签过之后又改")
    department = make_department(assessment.hospital, "示例科室")
    assessment.assignments.create(item_code="01.02", department=department)
    page, html = shown(client, assessment)
    states = {line.name: line.state for line in page.signing.lines}
    assert states["示例科室"] == "open"
    assert states["信息科汇总"] == "reopened" and owner.name in html

    SigningRule.objects.create(hospital=assessment.hospital, required=True, changed_by=owner)
    page, html = shown(client, assessment)
    assert "示例科室" in page.signing.refuses and page.signing.refuses in html


def test_departments_do_not_cost_queries(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    SigningRule.objects.create(hospital=assessment.hospital, required=True, changed_by=owner)
    counts = []
    for place, code in enumerate(("01.01", "01.02", "01.03")):
        department = make_department(assessment.hospital, f"示例科室{place}")
        assessment.assignments.create(item_code=code, department=department)
        with CaptureQueriesContext(connection) as asked:
            shown(client, assessment)
        counts.append(len(asked))
    assert counts[1] == counts[2]
