"""Figures that save by themselves, submitting, and the steps after: one clear sentence for every no."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment, ScoreSnapshot
from assessments.queries.readiness import fingerprint_of
from hospitals.models import Membership, Organisation
from tests.factories.assessments import complete, make_answer, make_assessment, make_member, submit
from tests.factories.browser import patch, signed_in, to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition="emr-2018", target_level=4)


@pytest.fixture
def reviewer(bureau: Organisation) -> User:
    return make_member(bureau, "reviewer", Membership.Role.REVIEWER)


@pytest.fixture
def as_owner(owner: User) -> Client:
    return signed_in(owner)


# -- basis and overall requirements
def test_a_base_figure_saves_by_itself_and_tells_what_it_contradicts(
    assessment: Assessment, as_owner: Client
) -> None:
    url = reverse("api-basis", args=[assessment.public_id])
    make_answer(assessment, "01.01", numerators={"2": 4500})
    answer = patch(as_owner, url, ("bases.discharges.value", None, "4000"))
    body = answer.json()
    assert answer.status_code == 200
    assert body["values"]["bases.discharges.value"] == 4000
    assert body["filled"] == 1
    [sentence] = body["contradictions"]["discharges"]
    assert "4500" in sentence
    page = as_owner.get(to("basis", assessment)).content.decode()
    assert "大于分母4000" in page


def test_conflicts_refusals_and_wrong_requests_of_the_basis_have_their_status(
    assessment: Assessment, as_owner: Client
) -> None:
    url = reverse("api-basis", args=[assessment.public_id])
    patch(as_owner, url, ("bases.discharges.value", None, 10))
    conflict = patch(as_owner, url, ("bases.discharges.value", None, 20))
    assert (conflict.status_code, conflict.json()["conflicts"][0]["theirs"]) == (409, 10)
    assert patch(as_owner, url, ("bases.discharges.value", 10, -1)).status_code == 422
    assert as_owner.patch(url, "[]", content_type="application/json").status_code == 400
    assert as_owner.patch(url, "{", content_type="application/json").status_code == 400


def test_a_contributor_and_a_revoked_member_get_a_sentence_and_nothing_is_saved(
    assessment: Assessment, colleague: User, owner: User
) -> None:
    url = reverse("api-basis", args=[assessment.public_id])
    refused = patch(signed_in(colleague), url, ("bases.discharges.value", None, 10))
    assert (refused.status_code, "可以查看" in refused.json()["message"]) == (403, True)
    client = signed_in(owner)
    Membership.objects.filter(user=owner).update(revoked_at="2026-01-01T00:00Z")
    gone = patch(client, url, ("bases.discharges.value", None, 10))
    assert (gone.status_code, "不是本院成员" in gone.json()["message"]) == (403, True)
    assert not assessment.base_figures.exists()


def test_overall_requirements_save_by_themselves(assessment: Assessment, as_owner: Client) -> None:
    url = reverse("api-overall", args=[assessment.public_id])
    body = patch(as_owner, url, ("overall.3.1", "not_answered", "met")).json()
    assert body["filled"] == 1
    page = as_owner.get(to("overall", assessment)).context["page"]
    assert page.confirmed == 1


# -- submitting
def test_submitting_incomplete_work_needs_the_tick_and_shows_the_counts(
    assessment: Assessment, as_owner: Client
) -> None:
    url = to("submit", assessment)
    seen = as_owner.get(url).context["page"].seen
    refused = as_owner.post(url, {"seen": seen})
    assert (refused.status_code, "还有未填" in refused.content.decode()) == (422, True)
    done = as_owner.post(url, {"seen": seen, "accept_incomplete": "yes"})
    assert done.status_code == 302
    assert ScoreSnapshot.objects.count() == 1


def test_a_stale_tab_is_asked_to_look_again(assessment: Assessment, as_owner: Client) -> None:
    url = to("submit", assessment)
    seen = as_owner.get(url).context["page"].seen
    make_answer(assessment, "01.01", version=7)
    stale = as_owner.post(url, {"seen": seen, "accept_incomplete": "yes"})
    assert (stale.status_code, "新的修改" in stale.content.decode()) == (409, True)
    fresh = stale.context["page"].seen
    assert as_owner.post(url, {"seen": fresh, "accept_incomplete": "yes"}).status_code == 302


def test_a_second_submission_is_refused_with_a_sentence(assessment: Assessment, as_owner: Client) -> None:
    url = to("submit", assessment)
    data = {"seen": fingerprint_of(assessment), "accept_incomplete": "yes"}
    as_owner.post(url, data)
    again = as_owner.post(url, data)
    assert (again.status_code, "已经提交" in again.content.decode()) == (403, True)
    assert ScoreSnapshot.objects.count() == 1


def test_contradictions_disable_the_button_and_refuse_the_post(
    assessment: Assessment, as_owner: Client, owner: User
) -> None:
    complete(assessment, owner)
    assessment.base_figures.update(value=1)
    url = to("submit", assessment)
    page = as_owner.get(url)
    assert page.context["page"].readiness.problems
    refused = as_owner.post(url, {"seen": page.context["page"].seen, "accept_incomplete": "yes"})
    assert (refused.status_code, ScoreSnapshot.objects.count()) == (422, 0)


def test_the_bureau_decides_and_the_hospital_takes_back_and_archives(
    assessment: Assessment, owner: User, reviewer: User, as_owner: Client
) -> None:
    submit(assessment, owner)
    client = signed_in(reviewer)
    missing = client.post(to("return", assessment), {"reason": " "}, follow=True)
    assert "理由" in missing.content.decode()
    as_owner.post(to("reopen", assessment), {"reason": "补充附件"})
    assessment.refresh_from_db()
    assert assessment.status == "returned"
    late = client.post(to("accept", assessment))
    assert (late.status_code, "已有同事处理" in late.content.decode()) == (403, True)
    submit(assessment, owner)
    client.post(to("accept", assessment))
    as_owner.post(to("archive", assessment))
    assessment.refresh_from_db()
    assert assessment.status == "archived"
    assert as_owner.post(to("return", assessment), {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("name", ["return", "accept", "archive", "reopen"])
def test_steps_of_the_life_cycle_are_posts_only(assessment: Assessment, as_owner: Client, name: str) -> None:
    assert as_owner.get(to(name, assessment)).status_code == 405
