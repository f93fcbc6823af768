"""Cycles, reviews and comparisons over HTTP: what a program of a bureau and of a hospital reads and does."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.actions.campaigns.entering import start_in_campaign
from assessments.actions.reviewing.closing import give_opinion
from assessments.models import Review
from hospitals.access import Role
from hospitals.models import Organisation
from tests.factories.campaigns import make_open, part_of, rubric_of
from tests.factories.people import make_hospital, make_person
from tests.factories.reviews import Cast, submitted
from tests.factories.tokens import bearer, make_token
from tests.web.test_region_pages import lay

pytestmark = pytest.mark.django_db


class Program:
    """Somebody's program, with a key for everything."""

    def __init__(self, user: User) -> None:
        self.headers = bearer(make_token(user)[1])
        self.get("api-me")  # notes the use of the key

    def get(self, name: str, *args: Any, **query: Any) -> Any:
        return Client().get(reverse(name, args=args), query, headers=self.headers)

    def post(self, name: str, *args: Any, body: dict[str, Any], **headers: str) -> Any:
        given = {**self.headers, **{key.replace("_", "-"): value for key, value in headers.items()}}
        return Client().post(reverse(name, args=args), body, "application/json", headers=given)

    def queries(self, name: str, *args: Any, **query: Any) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert self.get(name, *args, **query).status_code == 200
        return len(seen)


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_person(bureau, Role.BUREAU_MANAGER)


def test_a_board_tells_who_takes_part_and_nothing_of_drafts_at_the_same_queries(
    bureau: Organisation, hospital: Organisation, manager: User, owner: User
) -> None:
    few = make_open(bureau, manager, [hospital])
    many = make_open(
        bureau, manager, [make_hospital(parent=bureau) for _n in range(12)], title="另一项年度工作（示例）"
    )
    draft = start_in_campaign(by=owner, participation=part_of(few, hospital), rubric=rubric_of(few))
    program = Program(manager)
    (line,) = program.get("api-campaign-hospitals", few.public_id).json()["results"]
    (entry,) = line["entries"]
    assert (line["hospital_id"], entry["status"], entry["assessment"]) == (
        str(hospital.public_id), draft.status, None,
    )  # fmt: skip
    assert program.get("api-campaign", few.public_id).json()["tally"]["entered"] == 1
    assert program.queries("api-campaign-hospitals", few.public_id) == program.queries(
        "api-campaign-hospitals", many.public_id
    )
    first = program.get("api-campaign-hospitals", many.public_id, limit=7).json()
    second = Client().get(first["next"], headers=program.headers).json()
    found = [row["id"] for row in (*first["results"], *second["results"])]
    assert len(set(found)) == len(found) == 12 and second["next"] is None
    listed = program.get("api-campaigns").json()["results"]
    assert [row["invited"] for row in listed] == [12, 1]
    assert Program(owner).get("api-campaigns").json()["results"][0]["invited"] is None


def test_a_hospital_takes_part_once_however_often_the_request_is_sent(
    bureau: Organisation, hospital: Organisation, manager: User, owner: User
) -> None:
    campaign = make_open(bureau, manager, [hospital])
    program, body = Program(owner), {"rubric": rubric_of(campaign).edition.key}
    first = program.post("api-campaign-enter", campaign.public_id, body=body, Idempotency_Key="one")
    again = program.post("api-campaign-enter", campaign.public_id, body=body, Idempotency_Key="one")
    other = program.post("api-campaign-enter", campaign.public_id, body=body, Idempotency_Key="two")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json()["id"] == again.json()["id"]
    assert "已用一份自评参评" in other.json()["detail"]
    unknown = program.post("api-campaign-enter", campaign.public_id, body={"rubric": "emr-1999"})
    assert unknown.status_code == 422 and unknown.json()["errors"][0]["field"] == "rubric"


def test_a_step_is_passed_on_the_state_that_was_read_and_the_hospital_reads_no_opinion_before(
    taken: Review, cast: Cast
) -> None:
    reviewer, hospital = Program(cast.reviewer), Program(cast.lead)
    before = reviewer.get("api-review", taken.public_id)
    assert reviewer.get("api-reviews", mine="true").json()["results"][0]["mine"] is True
    give_opinion(by=cast.reviewer, review=taken, opinion="示例意见")
    mark = {"clause": "01.01.1-1", "mark": "question", "reason": "示例理由"}
    assert reviewer.post("api-review-marks", taken.public_id, body=mark).json()["mark"] == "question"
    without = {**mark, "reason": ""}
    assert reviewer.post("api-review-marks", taken.public_id, body=without).status_code == 422
    clauses = reviewer.get("api-review-clauses", taken.public_id, "01.01").json()["results"]
    assert {one["clause"]: one["mine"] for one in clauses}["01.01.1-1"]["reason"] == "示例理由"
    read = hospital.get("api-review", taken.public_id).json()
    assert {step["opinion"] for step in read["steps"]} == {""} and cast.reviewer.name not in str(read)
    reason = {"reason": "请补充"}
    stale = reviewer.post("api-review-return", taken.public_id, body=reason, If_Match='"1"')
    assert stale.status_code == 412 and Review.objects.get(pk=taken.pk).state == "reviewing"
    now = reviewer.get("api-review", taken.public_id)
    assert now.headers["ETag"] == before.headers["ETag"], "an opinion is not a change of the review"
    done = reviewer.post(
        "api-review-return", taken.public_id, body=reason, If_Match=now.headers["ETag"]
    ).json()
    assert done["review"]["state"] == "returned"
    assert hospital.get("api-review", taken.public_id).json()["steps"][0]["opinion"] == "请补充"


def test_a_step_is_passed_over_http_and_the_list_of_reviews_costs_the_same_for_five(
    taken: Review, cast: Cast
) -> None:
    reviewer = Program(cast.reviewer)
    few = reviewer.queries("api-reviews")
    for _n in range(4):
        other = make_hospital(parent=cast.bureau)
        submitted(other, make_person(other, Role.QUALITY_LEAD))
    assert len(reviewer.get("api-reviews").json()["results"]) == 5
    assert reviewer.queries("api-reviews") == few
    read = reviewer.get("api-review", taken.public_id)
    body = {"opinion": "材料齐全，同意", "level": 1}
    unread = reviewer.post("api-review-pass", taken.public_id, body=body)
    assert unread.status_code == 428 and Review.objects.get(pk=taken.pk).state == "reviewing"
    above = reviewer.post(
        "api-review-pass", taken.public_id, body={**body, "level": 5}, If_Match=read.headers["ETag"]
    )
    assert above.status_code == 409, "no more than was claimed"
    done = reviewer.post("api-review-pass", taken.public_id, body=body, If_Match=read.headers["ETag"])
    assert done.status_code == 200 and done.json()["review"]["step"] is None, "no step is in work"
    step = taken.steps.get()
    assert (step.state, step.level, step.closed_by) == ("passed", 1, cast.reviewer)
    again = reviewer.post("api-review-pass", taken.public_id, body=body, If_Match=done.headers["ETag"])
    assert again.status_code in (403, 409), "one step is passed once"


def test_figures_of_small_groups_do_not_leave_and_places_stay_among_all_peers(
    bureau: Organisation, manager: User
) -> None:
    lay(bureau, manager, 8, grade="3A")
    lay(bureau, manager, 6, grade="2A")
    lay(bureau, manager, 2, grade="3B")
    program = Program(manager)
    region = program.get("api-region", rubric="emr-2018").json()
    assert (region["figures"]["n"], region["year"]) == (16, 2026)
    grades = {one["key"]: one for one in region["groups"] if one["by"] == "grade"}
    assert (grades["3B"]["suppressed"], grades["3B"]["figures"]) == (True, None)
    assert grades["2A"]["suppressed"], "two follow from sixteen less eight and six"
    assert grades["3A"]["figures"]["n"] == 8
    first = program.get("api-ranking", limit=3).json()
    whole = program.get("api-ranking").json()["results"]
    assert first["results"] == whole[:3]
    small = [one for one in whole if "三级乙等" in one["peers"]]
    assert len(small) == 2 and all(one["place"] is None for one in small)
    assert len(program.get("api-results", year=2026).json()["results"]) == 16


def test_a_ranking_and_results_cost_the_same_for_three_and_for_twelve_hospitals(
    bureau: Organisation, manager: User
) -> None:
    program = Program(manager)
    lists = ("api-ranking", "api-results", "api-region")
    lay(bureau, manager, 3)
    few = [program.queries(name) for name in lists]
    lay(bureau, manager, 9)
    assert [program.queries(name) for name in lists] == few


def test_views_are_kept_and_taken_away_by_their_own_person(bureau: Organisation, manager: User) -> None:
    program, other = Program(manager), Program(make_person(bureau, Role.REVIEWER))
    body = {"name": "示例视图", "page": "region-ranking", "query": "year=2026"}
    made = program.post("api-views", body=body).json()
    assert made["address"] == "/region/ranking/?year=2026"
    assert other.get("api-views").json() == {"results": []}
    url = reverse("api-view", args=[made["id"]])
    assert Client().delete(url, headers=other.headers).status_code == 404
    assert Client().delete(url, headers=program.headers).status_code == 204
    assert program.get("api-views").json() == {"results": []}
