"""Pages of a review: what each side reads, how often the database is asked, both languages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.actions.reviewing.asking import ask_hospital
from assessments.actions.reviewing.closing import return_to_hospital
from assessments.actions.reviewing.marking import mark_clause
from assessments.actions.reviewing.visiting import plan_visit
from assessments.models import EvidenceDecision, Review, ReviewStep
from hospitals.models import Membership
from tests.factories.evidence import hand_in_with, make_picture, make_run
from tests.factories.people import make_hospital, make_membership, make_person
from tests.factories.reviews import (
    Cast,
    make_scheme,
    pass_all,
    review_of,
    stage,
    submitted,
    take_up,
)
from tests.web.review_reading import queries, signed_in, text_of, url

pytestmark = pytest.mark.django_db
Role = Membership.Role
CLAUSE = "01.01.1-1"
CHINESE = re.compile(r"[\u3400-\u9fff\uff01-\uff5e]")


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


# -- what each side reads


def test_the_hospital_reads_no_mark_and_no_name_before_the_decision(taken: Review, cast: Cast) -> None:
    mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark="disagree", reason="截图看不清")
    ask_hospital(by=cast.reviewer, review=taken, text="何时上线？")
    before = text_of(cast.lead, url("review", taken))
    assert "何时上线？" in before and "评审方" in before
    assert "截图看不清" not in before
    for person in (cast.reviewer, cast.manager):
        assert person.name not in before
    assert cast.reviewer.name not in text_of(cast.lead, reverse("reviews"))


def test_after_a_return_the_hospital_reads_the_reason_and_the_doubts(taken: Review, cast: Cast) -> None:
    mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark="disagree", reason="截图看不清")
    return_to_hospital(by=cast.reviewer, review=taken, reason="请补充01.01的材料")
    page = text_of(cast.lead, url("review", taken))
    assert "请补充01.01的材料" in page and "截图看不清" in page
    assert "请补充01.01的材料" in text_of(cast.lead, reverse("assessment", args=[taken.assessment.public_id]))


def test_a_reviewers_decision_about_evidence_carries_no_name_for_the_hospital(
    taken: Review, cast: Cast
) -> None:
    EvidenceDecision.objects.create(
        assessment=taken.assessment, item_code="01.01", level=1, clause_n=1, kind="questioned",
        reason="看不清", by=cast.reviewer,
    )  # fmt: skip
    address = reverse("verification-item", args=[taken.assessment.public_id, "01.01"])
    assert cast.reviewer.name not in text_of(cast.lead, address)
    assert cast.reviewer.name in text_of(cast.reviewer, url("review-item", taken, "01.01"))


def test_somebody_of_the_bureau_with_a_conflict_reads_as_the_hospital_does(taken: Review, cast: Cast) -> None:
    mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark="disagree", reason="截图看不清")
    conflicted = make_person(cast.bureau, Role.REVIEWER, "conflicted")
    make_membership(conflicted, cast.hospital, Role.DIRECTOR, revoked_at=timezone.now() - timedelta(days=30))
    page = text_of(conflicted, url("review", taken))
    assert "按回避规定" in page and "截图看不清" not in page
    assert signed_in(conflicted).get(url("review-item", taken, "01.01")).status_code == 403


def test_a_reviewer_nothing_was_given_to_reads_and_cannot_mark(taken: Review, cast: Cast) -> None:
    other = make_person(cast.bureau, Role.REVIEWER, "other")
    client = signed_in(other)
    assert client.get(url("review-item", taken, "01.01")).status_code == 200
    refused = client.post(url("review-mark", taken), {"clause": CLAUSE, "mark": "agree"})
    assert refused.status_code == 403 and "没有分配给您" in refused.content.decode()


def test_evidence_stands_beside_the_clause(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager)
    from assessments.actions.lifecycle import withdraw_assessment
    from tests.factories.assessments import submit

    assessment = submitted(cast.hospital, cast.lead)
    withdraw_assessment(by=cast.lead, assessment=assessment, reason="补材料")
    assessment.refresh_from_db()
    make_picture(assessment, cast.lead, clause=CLAUSE, original_name="预约窗口.png")
    run = make_run(assessment, cast.lead)
    submit(assessment, cast.lead)
    hand_in_with(assessment, run)
    review = review_of(assessment)
    take_up(review, cast)
    page = text_of(cast.reviewer, url("review-item", review, "01.01"))
    assert "预约窗口.png" in page and "自评：符合" in page and "依据第1次核验" in page
    back = f'<input type="hidden" name="next" value="{url("review-item", review, "01.01")}#c-{CLAUSE}">'
    assert back in page  # a decision about the evidence leads back to the review


def test_the_queue_shows_the_overdue_first(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager)
    reviews: list[Review] = []
    for n in range(3):
        place = make_hospital(f"示例{n}院", parent=cast.bureau)
        lead = make_person(place, Role.QUALITY_LEAD, f"lead-{n}")
        reviews.append(review_of(submitted(place, lead)))
    late = reviews[1]
    ReviewStep.objects.filter(review=late).update(due_on=timezone.localdate() - timedelta(days=4))
    waiting = reviews[2]
    pass_all(waiting, cast)
    page = signed_in(cast.manager).get(reverse("reviews")).context["page"]
    assert [line.hospital for line in page.lines] == ["示例1院", "示例2院", "示例0院"]
    first, second, _third = page.lines
    assert (first.days_over, second.awaits_decision, page.tally.overdue) == (4, True, 1)


def test_the_queue_narrows_by_state_standard_and_name(taken: Review, cast: Cast) -> None:
    client = signed_in(cast.manager)

    def hospitals(**query: str) -> list[str]:
        page = client.get(reverse("reviews"), {"show": "all", **query}).context["page"]
        return [line.hospital for line in page.lines]

    assert hospitals() == [cast.hospital.name]
    assert hospitals(q="人民") == hospitals(state="reviewing") == hospitals(edition="smart-service-2019")
    assert hospitals(q="别处") == hospitals(state="final") == hospitals(edition="emr-2018") == []
    assert hospitals(state="nonsense") == [cast.hospital.name]
    assert hospitals(q="\x00人民") == [cast.hospital.name]


def test_mine_is_what_was_given_to_me(taken: Review, cast: Cast) -> None:
    other = make_person(cast.bureau, Role.REVIEWER, "other")
    mine = signed_in(cast.reviewer).get(reverse("reviews")).context["page"]
    theirs = signed_in(other).get(reverse("reviews"), {"show": "mine"}).context["page"]
    assert (mine.filters.show, len(mine.lines), len(theirs.lines)) == ("mine", 1, 0)
    assert mine.lines[0].reviewers == (cast.reviewer.name,)


def test_a_level_is_computed_without_the_clauses_somebody_disagrees_with(taken: Review, cast: Cast) -> None:
    assert signed_in(cast.reviewer).get(url("review", taken)).context["page"].by_marks is None
    for item in ("01.01", "01.02", "02.01", "02.02", "03.01", "03.02", "04.01", "05.01"):
        mark_clause(by=cast.reviewer, review=taken, clause=f"{item}.1-1", mark="disagree", reason="无证据")
    by_marks = signed_in(cast.reviewer).get(url("review", taken)).context["page"].by_marks
    assert (by_marks.clauses, by_marks.level) == (8, 0) and by_marks.total < taken.snapshot.total


def test_the_queue_asks_as_often_for_thirty_reviews_as_for_one(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager, stage(levels=(0, 5)))
    client, own = signed_in(cast.manager), signed_in(cast.lead)

    def open_one(n: int) -> None:
        place = make_hospital(f"示例{n}院", parent=cast.bureau)
        lead = make_person(place, Role.QUALITY_LEAD, f"lead-{n}")
        review = review_of(submitted(place, lead, target_level=1))
        take_up(review, cast)
        ask_hospital(by=cast.reviewer, review=review, text="为什么？")

    open_one(0)
    submitted(cast.hospital, cast.lead, target_level=1)
    address = reverse("reviews") + "?show=all"
    few, mine = queries(client, address), queries(own, address)
    for n in range(1, 30):
        open_one(n)
    assert (queries(client, address), queries(own, address)) == (few, mine)
    assert few <= 9  # six, and session, person and memberships


def test_a_review_asks_as_often_with_much_in_it_as_with_little(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager, stage(reviewers=3), stage("expert"))
    review = review_of(submitted(cast.hospital, cast.lead))
    take_up(review, cast)
    people = {"reviewer": cast.reviewer, "manager": cast.manager, "lead": cast.lead}
    mark_clause(by=cast.reviewer, review=review, clause="01.01.1-1", mark="question", reason="看不清")
    ask_hospital(by=cast.reviewer, review=review, text="为什么？", item="01.01", clause=CLAUSE)
    plan_visit(by=cast.reviewer, review=review, visited_on=timezone.localdate(), size=5)
    little = {name: queries(signed_in(user), url("review", review)) for name, user in people.items()}
    item = queries(signed_in(cast.reviewer), url("review-item", review, "01.01"))
    others = [take_up(review, cast, make_person(cast.bureau, Role.REVIEWER, f"r{n}")) for n in range(2)]
    for person in (cast.reviewer, *others):
        for n in (1, 2):
            mark_clause(by=person, review=review, clause=f"01.01.1-{n}", mark="question", reason="看不清")
        ask_hospital(by=person, review=review, text="为什么？", item="01.01", clause=CLAUSE)
        plan_visit(by=person, review=review, visited_on=timezone.localdate(), size=5)
    full = {name: queries(signed_in(user), url("review", review)) for name, user in people.items()}
    assert full == little
    assert max(full.values()) <= 28
    assert queries(signed_in(cast.reviewer), url("review-item", review, "01.01")) == item <= 24
    visit = review.visits.all()[0]
    assert queries(signed_in(cast.reviewer), url("site-visit", review, visit.pk)) <= 16


def test_every_page_in_english_holds_no_chinese_but_names(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager, stage(), stage("expert", site_visit=True))
    review = review_of(submitted(cast.hospital, cast.lead, title="Assessment 2026"))
    take_up(review, cast)
    for person in (cast.reviewer, cast.manager, cast.lead):
        person.name, person.language = person.username, "en"
        person.save()
    mark_clause(by=cast.reviewer, review=review, clause=CLAUSE, mark="disagree", reason="not seen")
    ask_hospital(by=cast.reviewer, review=review, text="why?", item="01.01")
    visit = plan_visit(by=cast.reviewer, review=review, visited_on=timezone.localdate(), size=2)
    pages = [
        (cast.reviewer, reverse("reviews")),
        (cast.manager, url("review", review)),
        (cast.reviewer, url("review", review)),
        (cast.reviewer, url("review-item", review, "01.01")),
        (cast.reviewer, url("site-visit", review, visit.pk)),
        (cast.lead, url("review", review)),
        (cast.lead, reverse("reviews")),
        (cast.manager, reverse("review-schemes", args=[cast.bureau.public_id])),
        (cast.manager, reverse("review-scheme-add", args=[cast.bureau.public_id])),
    ]
    wrong = {}
    for user, address in pages:
        client = signed_in(user)
        client.post(reverse("language"), {"language": "en", "next": "/account/"})
        page = client.get(address).content.decode().replace("中文", "")
        page = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.S)
        if found := {line.strip()[:80] for line in page.splitlines() if CHINESE.search(line)}:
            wrong[address] = sorted(found)[:6]
    assert wrong == {}
