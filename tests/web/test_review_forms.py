"""Forms of a review: marks, slips, stale tabs, notices, objections."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.actions.reviewing.asking import ask_hospital, write_into
from assessments.actions.reviewing.awarding import decide_award
from assessments.actions.reviewing.closing import pass_step
from assessments.actions.reviewing.marking import mark_clause
from assessments.models import Notice, Review, ReviewMark
from assessments.notice_words import in_words
from hospitals.models import Membership
from tests.factories.reviews import (
    Cast,
    make_scheme,
    on_notice,
    review_of,
    stage,
    submitted,
    take_up,
)
from tests.web.review_reading import said, signed_in, text_of, url

pytestmark = pytest.mark.django_db
Role = Membership.Role
CLAUSE = "01.01.1-1"
CHINESE = re.compile(r"[\u3400-\u9fff\uff01-\uff5e]")


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


# -- forms


def test_a_mark_is_sent_by_itself_and_a_slip_is_said(taken: Review, cast: Cast) -> None:
    client = signed_in(cast.reviewer)
    part = client.post(
        url("review-mark", taken), {"clause": CLAUSE, "mark": "agree"}, headers={"HX-Request": "true"}
    )
    assert part.status_code == 200
    assert f'data-mark="{CLAUSE}"' in part.content.decode() and "<html" not in part.content.decode()
    slip = client.post(
        url("review-mark", taken), {"clause": CLAUSE, "mark": "disagree"}, headers={"HX-Request": "true"}
    )
    assert (slip.status_code, slip.content.decode()) == (422, "存疑或不同意请写明理由。")
    plain = client.post(url("review-mark", taken), {"clause": CLAUSE, "mark": "question", "reason": "看不清"})
    assert plain.headers["Location"].endswith(f"/items/01.01/#c-{CLAUSE}")
    assert ReviewMark.objects.get().mark == "question"


def test_a_mark_for_a_place_that_is_no_address_leads_back(taken: Review, cast: Cast) -> None:
    response = signed_in(cast.reviewer).post(
        url("review-mark", taken), {"clause": "a/b", "mark": "agree"}, follow=True
    )
    assert "没有这个条款" in said(response)


def test_a_stale_tab_closes_nothing_twice(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager, stage(), stage("expert"))
    review = review_of(submitted(cast.hospital, cast.lead))
    take_up(review, cast)
    manager, shown = signed_in(cast.manager), review.steps.get(state="active").pk
    pass_step(by=cast.reviewer, review=review)
    answer = manager.post(url("review-return", review), {"reason": "退回", "step": shown}, follow=True)
    assert "已经办结这一环节" in said(answer)
    assert review.steps.get(order=2).state == "active"
    assert Review.objects.get().state == "reviewing"


def test_who_lost_the_role_meanwhile_is_told_so_and_sees_nothing(taken: Review, cast: Cast) -> None:
    client = signed_in(cast.reviewer)
    Membership.objects.filter(user=cast.reviewer).update(revoked_at=timezone.now())
    refused = client.post(url("review-mark", taken), {"clause": CLAUSE, "mark": "agree"})
    assert refused.status_code == 403 and "不再承担这项评审" in refused.content.decode()
    assert client.get(url("review", taken)).status_code == 404
    manager = signed_in(cast.manager).get(url("review", taken)).context["page"]
    assert manager.step.reviewers[0].gone  # the manager sees that the step needs somebody else


def test_a_review_that_was_overtaken_takes_nothing_any_more(taken: Review, cast: Cast) -> None:
    Review.objects.filter(pk=taken.pk).update(state="overtaken", closed_at=timezone.now())
    client = signed_in(cast.reviewer)
    assert client.get(url("review", taken)).status_code == 200
    for name, data in (
        ("review-mark", {"clause": CLAUSE, "mark": "agree"}),
        ("review-pass", {}),
        ("review-return", {"reason": "改"}),
        ("review-question-ask", {"text": "问"}),
    ):
        assert client.post(url(name, taken), data).status_code == 403


def test_words_of_people_are_shown_as_words(taken: Review, cast: Cast) -> None:
    """What somebody types never becomes markup, on either side."""
    evil = "<script>alert(1)</script>"
    question = ask_hospital(by=cast.reviewer, review=taken, text=evil)
    write_into(by=cast.lead, review=taken, question=question, text=evil)
    mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark="question", reason=evil)
    for user, address in (
        (cast.reviewer, url("review", taken)),
        (cast.reviewer, url("review-item", taken, "01.01")),
        (cast.lead, url("review", taken)),
    ):
        page = text_of(user, address)
        assert evil not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("review-assign", {"person": "nobody"}, "请先选择评审人"),
        ("review-extend", {"due_on": "2026-13-45", "reason": "x"}, "请填写新的期限"),
        ("review-award", {}, "请选择评定的级别"),
        ("notice-publish", {"days": "many"}, "还没有作出结论"),
        ("review-return", {"reason": "", "step": "999999999"}, "另一环节"),
    ],
)
def test_a_slip_in_a_form_is_said_on_the_page(
    review: Review, cast: Cast, name: str, data: dict[str, str], sentence: str
) -> None:
    assert sentence in said(signed_in(cast.manager).post(url(name, review), data, follow=True))


def test_a_visit_without_a_day_is_refused_and_one_with_a_day_leads_to_its_page(
    taken: Review, cast: Cast
) -> None:
    client = signed_in(cast.reviewer)
    slip = client.post(url("site-visit-add", taken), {"size": "3", "drawn_from": "claimed"}, follow=True)
    assert "请填写现场核查日期" in said(slip)
    data = {"visited_on": "2026-12-01", "size": "3", "drawn_from": "claimed", "seed": "S-1"}
    made = client.post(url("site-visit-add", taken), data, follow=True)
    page = made.context["page"]
    assert (len(page.clauses), page.seed, page.going_on) == (3, "S-1", True)


def test_the_form_of_a_scheme_comes_back_as_it_was_typed(cast: Cast) -> None:
    client = signed_in(cast.manager)
    address = reverse("review-scheme-add", args=[cast.bureau.public_id])
    data = {
        "edition": "smart-service-2019", "year": "2026", "notice_days": "7",
        "kind-0": "city", "from-0": "3", "to-0": "1", "days-0": "10",
        "kind-1": "expert", "from-1": "x", "to-1": "5", "days-1": "10",
    }  # fmt: skip
    refused = client.post(address, data)
    page = refused.context["page"]
    assert refused.status_code == 422 and "第2个环节：级别、天数和人数请填数字" in page.problem
    assert [row.from_level for row in page.typed.stages] == ["3", "x", ""]
    saved = client.post(address, {**data, "from-0": "0", "from-1": "2", "site_visit-1": "1"}, follow=True)
    [scheme] = saved.context["page"].schemes
    assert [(one.from_level, one.to_level, len(one.steps)) for one in scheme.routes] == [
        (2, 5, 1), (0, 1, 1)
    ]  # fmt: skip
    copied = client.get(f"{address}?like={scheme.id}").context["page"]
    assert (copied.typed.year, len(copied.typed.stages), copied.scheme) == ("2027", 3, None)


# -- notices


def test_people_are_told_what_concerns_them(review: Review, cast: Cast) -> None:
    take_up(review, cast)
    question = ask_hospital(by=cast.reviewer, review=review, text="为什么？", item="01.01")
    write_into(by=cast.lead, review=review, question=question, text="因为")
    kinds = {
        person: list(Notice.objects.filter(user=person).order_by("id").values_list("kind", flat=True))
        for person in (cast.reviewer, cast.lead)
    }
    assert kinds[cast.reviewer] == ["review.assigned", "review.answered"]
    assert kinds[cast.lead] == ["review.asked"]
    for notice in Notice.objects.all():
        assert in_words(notice.kind, notice.facts).title != notice.kind
        assert notice.url == url("review", review)


def test_every_news_of_a_review_has_words() -> None:
    from assessments.notice_words import known_kinds

    facts = {
        "hospital": {"zh": "示例医院", "en": "Example"}, "title": "示例", "due_on": "2026-12-01", "about": "01.01",
        "reason": "理由", "doubts": 2, "level": 3, "from": "a", "until": "b", "year": 2026, "outcome": "upheld", "answer": "答",
    }  # fmt: skip
    kinds = [kind for kind in known_kinds() if kind.startswith(("review.", "award.", "objection."))]
    assert len(kinds) == 10
    for kind in kinds:
        assert in_words(kind, facts).title not in ("示例", kind)


# -- the decision, for both sides


def test_the_hospital_objects_on_its_page_and_reads_the_answer(review: Review, cast: Cast) -> None:
    on_notice(review, cast)
    lead = signed_in(cast.lead)
    assert "对公示的结果提出异议" in lead.get(url("review", review)).content.decode()
    lead.post(url("objection-add", review), {"text": "总分算错了"})
    objection = review.award.objections.get()
    signed_in(cast.manager).post(
        url("objection-answer", review, objection.pk), {"outcome": "dismissed", "answer": "复算无误"}
    )
    page = lead.get(url("review", review)).content.decode()
    assert "总分算错了" in page and "复算无误" in page


def test_after_the_decision_the_hospital_reads_opinions_and_names(taken: Review, cast: Cast) -> None:
    pass_step(by=cast.reviewer, review=taken, opinion="同意申报级别")
    assert "同意申报级别" not in text_of(cast.lead, url("review", taken))
    decide_award(by=cast.manager, review=taken, level=taken.snapshot.level)
    page = text_of(cast.lead, url("review", taken))
    assert "同意申报级别" in page and cast.reviewer.name in page
