"""The autosave protocol over HTTP: what a page is told, whatever happened meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.models import Assessment, ItemAnswer
from hospitals.models import Membership, Organisation
from tests.factories.assessments import make_assessment


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition="emr-2018", target_level=4)


@pytest.fixture
def client(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def address(assessment: Assessment, item: str = "01.01") -> str:
    return reverse("api-answers", args=[assessment.public_id, item])


def patch(
    client: Client,
    assessment: Assessment,
    *changes: tuple[str, object, object],
    item: str = "01.01",
    **headers: str,
) -> Any:
    body = {
        "changes": [{"path": path, "from": before, "to": to} for path, before, to in changes],
        "key": "0" * 32,
    }
    return client.patch(address(assessment, item), json.dumps(body), "application/json", headers=headers)


def test_a_save_answers_with_version_values_standing_hospital_and_progress(
    client: Client, assessment: Assessment
) -> None:
    response = patch(
        client, assessment, ("clauses.1.1", "not_answered", "met"), ("clauses.1.2", "not_answered", "met"),
        ("denominator", None, "1,000"), ("numerators.1", None, 900),
    )  # fmt: skip
    assert response.status_code == 200
    said = response.json()
    assert said["version"] == 1 and said["conflicts"] == said["problems"] == []
    assert said["values"] == {
        "clauses.1.1": "met",
        "clauses.1.2": "met",
        "denominator": 1000,
        "numerators.1": 900,
    }
    assert said["item"]["levels"]["1"]["standing"] == "reached" and said["item"]["score"] == "0.90"
    assert said["hospital"]["total"] == "0.90" and said["progress"]["done"] == 2
    assert len(said["saved_at"]) == 5
    assert response.headers["Cache-Control"] == "no-store"


def test_conflicts_answer_409_with_words_for_the_dialog(
    client: Client, assessment: Assessment, colleague: User
) -> None:
    patch(client, assessment, ("clauses.1.1", "not_answered", "partly"))
    response = patch(client, assessment, ("clauses.1.1", "not_met", "met"), ("note", "", "保留"))
    assert response.status_code == 409
    [conflict] = response.json()["conflicts"]
    assert (conflict["label"], conflict["yours_text"], conflict["theirs_text"]) == (
        "1级第1条",
        "符合",
        "部分符合",
    )
    assert conflict["at_text"] and response.json()["applied"] == ["note"]


def test_problems_answer_422_and_keep_the_rest(client: Client, assessment: Assessment) -> None:
    response = patch(client, assessment, ("denominator", None, "many"), ("clauses.1.1", None, "met"))
    assert response.status_code == 422 and response.json()["applied"] == ["clauses.1.1"]


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"changes": []}', '{"changes": [1]}', '{"changes": [{"path": 3, "to": 1}]}', "{", "null",
             '{"changes": "x"}', '{"changes": [{"path": "note"}]}']
)  # fmt: skip
def test_what_is_no_list_of_changes_answers_400_with_a_sentence(
    client: Client, assessment: Assessment, body: str
) -> None:
    response = client.patch(address(assessment), body, "application/json")
    assert response.status_code == 400 and response.json()["message"]
    assert not ItemAnswer.objects.exists()


def test_two_hundred_and_one_changes_are_too_many(client: Client, assessment: Assessment) -> None:
    assert patch(client, assessment, *[("note", "", "x")] * 201).status_code == 400


def test_a_revoked_member_gets_403_with_the_sentence_and_a_stranger_404(
    client: Client, assessment: Assessment, owner: User, stranger: User
) -> None:
    Membership.objects.filter(user=owner).update(revoked_at=timezone.now())
    response = patch(client, assessment, ("note", "", "x"))
    assert response.status_code == 403 and "不是本院成员" in response.json()["message"]
    client.force_login(stranger)
    assert patch(client, assessment, ("note", "", "x")).status_code == 404


def test_after_the_archive_the_sentence_says_why(client: Client, assessment: Assessment) -> None:
    Assessment.objects.filter(pk=assessment.pk).update(status="archived")
    response = patch(client, assessment, ("note", "", "x"))
    assert response.status_code == 403 and "已归档" in response.json()["message"]


def test_without_a_session_it_is_401_and_not_403(assessment: Assessment) -> None:
    response = patch(Client(), assessment, ("note", "", "x"))
    assert response.status_code == 401 and "登录" in response.json()["message"]


def test_a_forged_request_is_401_so_that_the_page_keeps_the_entry(
    assessment: Assessment, owner: User
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    assert patch(strict, assessment, ("note", "", "x")).status_code == 401
    assert not ItemAnswer.objects.exists()


def test_an_entry_of_one_person_is_not_taken_from_another(
    client: Client, assessment: Assessment, owner: User
) -> None:
    other = patch(
        client, assessment, ("note", "", "x"), **{"X-Person": "11111111-1111-1111-1111-111111111111"}
    )
    assert other.status_code == 401 and other.json()["other_person"] is True
    own = patch(client, assessment, ("note", "", "x"), **{"X-Person": str(owner.public_id)})
    assert own.status_code == 200


def test_a_look_tells_how_the_item_stands_without_changing_it(client: Client, assessment: Assessment) -> None:
    patch(client, assessment, ("clauses.1.1", "not_answered", "met"))
    said = client.get(address(assessment)).json()
    assert said["version"] == 1 and said["values"] == {"clauses.1.1": "met"} and said["by"]
    assert client.get(address(assessment, "99.99")).status_code == 404


def test_sentences_come_in_the_language_of_the_person(
    client: Client, assessment: Assessment, owner: User
) -> None:
    User.objects.filter(pk=owner.pk).update(language="en")
    response = patch(client, assessment, ("denominator", None, -1))
    assert response.json()["problems"][0]["message"].startswith("The denominator -1 is negative")


def test_saving_costs_the_same_few_queries_in_an_empty_and_a_full_assessment(
    client: Client, assessment: Assessment, django_assert_max_num_queries: Any
) -> None:
    patch(client, assessment, ("clauses.1.1", "not_answered", "met"))
    with django_assert_max_num_queries(19):
        patch(client, assessment, ("clauses.1.1", "met", "partly"))
