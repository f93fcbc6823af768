"""A roadmap is asked for from the plan on screen and kept as it was then, in three forms."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from assessments.documents import library
from assessments.models import Assessment
from assessments.queries.planning.ground import ground_of
from assessments.queries.planning.making import plan_for
from engine.roadmap.plan_json import plan_from_json
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from reports import actions
from reports.checking.comparing import check_report
from reports.checking.reading import read_report
from reports.models import IssuedReport
from reports.queries import reports_of
from tests.factories.adopted_plans import make_adopted, partly_answered
from tests.factories.assessments import make_answer, make_assessment
from tests.factories.browser import signed_in
from tests.factories.people import make_person

Committed = Callable[..., AbstractContextManager[list[Callable[[], object]]]]
BEGINS = {"pdf": b"%PDF-", "docx": b"PK", "xlsx": b"PK"}


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


def test_a_roadmap_keeps_the_plan_it_was_asked_for(assessment: Assessment, owner: User) -> None:
    plan = plan_for(ground_of(assessment))
    asked = actions.request_roadmap(assessment=assessment, language="en", form="xlsx", by=owner)
    again = actions.request_roadmap(assessment=assessment, language="en", form="xlsx", by=owner)
    other = actions.request_roadmap(assessment=assessment, language="en", form="docx", by=owner)
    assert asked.pk == again.pk != other.pk
    assert asked.basis is not None and plan_from_json(asked.basis["plan"]) == plan
    assert asked.target_level == plan.target
    with pytest.raises(Refusal):
        actions.request_roadmap(assessment=assessment, language="en", form="doc", by=owner)


def test_word_and_workbook_are_made_by_the_job_and_served_as_what_they_are(
    assessment: Assessment, owner: User, client: Client, django_capture_on_commit_callbacks: Committed
) -> None:
    client.force_login(owner)
    for form in ("docx", "xlsx"):
        with django_capture_on_commit_callbacks(execute=True):
            asked = actions.request_roadmap(assessment=assessment, language="zh-hans", form=form, by=owner)
        made = IssuedReport.objects.get(pk=asked.pk)
        assert (made.state, made.pages, made.error) == (IssuedReport.State.DONE, None, "")
        address = reverse("report-download", args=[assessment.public_id, made.public_id])
        response = client.get(address)
        content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
        assert content.startswith(BEGINS[form]) and made.sha256 == hashlib.sha256(content).hexdigest()
        assert response.headers["Content-Type"] == made.media_type
        assert f".{form}" in response.headers["Content-Disposition"]


def test_answers_are_the_same_in_whatever_language_they_are_read(assessment: Assessment, owner: User) -> None:
    Organisation.objects.filter(pk=assessment.hospital_id).update(grade="3A", name_en="Example Hospital")
    again = Assessment.objects.select_related("hospital", "edition").get(pk=assessment.pk)
    digests = set()
    for language in ("zh-hans", "en"):
        with translation.override(language):
            digests.add(ground_of(again).answers_digest)
    assert len(digests) == 1


def test_only_readers_of_plans_find_a_roadmap_in_the_library(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    asked = actions.request_roadmap(assessment=assessment, language="en", form="xlsx", by=owner)
    of_a_department = make_person(hospital, "contributor", "of-a-department")
    assert list(reports_of(assessment, owner)) == [asked]
    assert list(reports_of(assessment, of_a_department)) == []


def test_the_adopted_plan_is_a_document_of_the_assessment_it_was_made_from(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    partly_answered(assessment)
    adopted = make_adopted(assessment, owner)
    later = make_assessment(hospital, owner, title="次年自评")
    address = reverse("roadmap-request", args=[later.public_id])
    asked = {"form": "xlsx", "language": "en", "plan": str(adopted.public_id)}
    answer = signed_in(owner).post(address, asked)
    assert answer.headers["Location"] == reverse("reports", args=[assessment.public_id])
    made = IssuedReport.objects.get()
    assert made.assessment == assessment and made.basis is not None and made.basis["plan"] == adopted.plan
    for other in ("x", "00000000-0000-4000-8000-000000000000"):
        assert signed_in(owner).post(address, asked | {"plan": other}).status_code == 404


def test_a_roadmap_whose_answers_moved_on_says_so_and_is_not_called_altered(
    assessment: Assessment, owner: User, django_capture_on_commit_callbacks: Committed
) -> None:
    partly_answered(assessment)
    adopted = make_adopted(assessment, owner)
    assessment.item_answers.all().delete()
    make_answer(assessment, "01.01")
    with django_capture_on_commit_callbacks(execute=True):
        asked = actions.request_roadmap(
            assessment=assessment, language="zh-hans", form="pdf", by=owner, adopted=adopted
        )
    made = IssuedReport.objects.get(pk=asked.pk)
    assert made.state == IssuedReport.State.DONE, made.error
    with made.file.open() as file:
        handed = read_report(file.read())
    assert "规划之后答案有改动" in "".join(handed.text.split())
    checked = check_report(handed, library())
    assert checked.verdict == "unknown" and not checked.differing
    assert [line.note for line in checked.lines if line.what == "建设规划"] == [
        "答案在规划之后有改动，规划没有附上，页面上的数字没有核对。"
    ]
