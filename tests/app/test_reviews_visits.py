"""Site visits: samples, findings, the end."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from assessments.actions.reviewing.marking import mark_clause
from assessments.actions.reviewing.visiting import (
    add_to_visit,
    decide_on_site,
    finish_visit,
    plan_visit,
)
from assessments.models import EvidenceDecision, Review, SiteVisit
from assessments.queries.reviewing.claims import claims_in
from assessments.queries.reviewing.sampling import draw_clauses
from hospitals.models import Membership
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric
from tests.factories.reviews import Cast, expert, make_scheme, review_of, stage, submitted, take_up

pytestmark = pytest.mark.django_db
Role = Membership.Role
CLAUSE = "01.01.1-1"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


# -- site visits


def test_a_sample_comes_again_from_its_seed(taken: Review, cast: Cast) -> None:
    visit = plan_visit(
        by=cast.reviewer, review=taken, visited_on=timezone.localdate(), size=7, seed="TENDER-7"
    )
    codes = set(visit.items.values_list("clause_code", flat=True))
    again = draw_clauses(taken, SiteVisit.Source.CLAIMED, seed="TENDER-7", size=7)
    assert codes == {one.code for one in again.sample} and len(codes) == 7
    assert visit.population == again.population == taken.claims
    other = draw_clauses(taken, SiteVisit.Source.CLAIMED, seed="TENDER-8", size=7)
    assert {one.code for one in other.sample} != codes
    larger = draw_clauses(taken, SiteVisit.Source.CLAIMED, seed="TENDER-7", size=9)
    assert codes < {one.code for one in larger.sample}  # a larger sample contains the smaller one


def test_a_visit_may_look_at_what_was_doubted(taken: Review, cast: Cast) -> None:
    today = timezone.localdate()
    with pytest.raises(Refusal, match="这个抽样范围里没有条款"):
        plan_visit(by=cast.reviewer, review=taken, visited_on=today, drawn_from="doubted")
    mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark="question", reason="看不清")
    visit = plan_visit(by=cast.reviewer, review=taken, visited_on=today, drawn_from="doubted")
    assert list(visit.items.values_list("clause_code", flat=True)) == [CLAUSE]
    unverified = plan_visit(by=cast.reviewer, review=taken, visited_on=today, drawn_from="unverified", size=3)
    assert unverified.population == taken.claims  # no run was handed in: nothing is verified


@pytest.mark.parametrize(
    ("more", "sentence"),
    [({"size": 0}, "1至200条"), ({"seed": "好运气"}, "只用字母"), ({"drawn_from": "hat"}, "抽样范围")],
)
def test_a_visit_that_makes_no_sense_is_refused(
    taken: Review, cast: Cast, more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        plan_visit(by=cast.reviewer, review=taken, visited_on=timezone.localdate(), **more)


def test_what_is_found_on_site_becomes_a_decision_about_the_clause(taken: Review, cast: Cast) -> None:
    visit = plan_visit(by=cast.reviewer, review=taken, visited_on=timezone.localdate(), size=1, seed="A")
    item = visit.items.get()
    act: dict[str, Any] = {"by": cast.reviewer, "review": taken, "visit": visit, "item": item}
    with pytest.raises(Refusal, match="现场看到了什么"):
        decide_on_site(**act, verdict="refuted")
    with pytest.raises(Refusal, match="请选择"):
        decide_on_site(**act, verdict="open", reason="看")
    decide_on_site(**act, verdict="refuted", reason="现场演示不出")
    [decision] = EvidenceDecision.objects.filter(kind="on_site", withdrawn_at__isnull=True)
    item.refresh_from_db()
    assert (decision.verdict, decision.item_code, item.decision) == ("refuted", item.item_code, decision)
    decide_on_site(**act, verdict="supported", reason="重新演示成功")
    assert EvidenceDecision.objects.get(kind="on_site", withdrawn_at__isnull=True).verdict == "supported"
    decide_on_site(**act, verdict="not_seen", reason="系统停机")
    assert not EvidenceDecision.objects.filter(kind="on_site", withdrawn_at__isnull=True).exists()


def test_a_colleagues_finding_on_site_is_not_overwritten_unseen(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager, stage(reviewers=2))
    review = review_of(submitted(cast.hospital, cast.lead))
    first, second = (take_up(review, cast, expert(cast.bureau, f"expert-{n}")) for n in (1, 2))
    visit = plan_visit(by=first, review=review, visited_on=timezone.localdate(), size=1)
    item = visit.items.get()
    decide_on_site(by=first, review=review, visit=visit, item=item, verdict="supported", reason="见系统")
    with pytest.raises(Refusal, match="刚才已记为“相符”"):
        decide_on_site(by=second, review=review, visit=visit, item=item, verdict="refuted", reason="没见到")
    item.refresh_from_db()
    decide_on_site(
        by=second,
        review=review,
        visit=visit,
        item=item,
        verdict="refuted",
        reason="没见到",
        seen=item.decided_at,
    )


def test_a_visit_ends_when_everything_was_looked_at(taken: Review, cast: Cast) -> None:
    visit = plan_visit(by=cast.reviewer, review=taken, visited_on=timezone.localdate(), size=1, seed="A")
    extra = next(
        one.code
        for one in claims_in(get_rubric(taken.assessment.edition), taken.snapshot)
        if not visit.items.filter(clause_code=one.code).exists()
    )
    added = add_to_visit(by=cast.reviewer, review=taken, visit=visit, clause=extra)
    assert not added.drawn
    with pytest.raises(Refusal, match="已在这次核查里"):
        add_to_visit(by=cast.reviewer, review=taken, visit=visit, clause=extra)
    with pytest.raises(Refusal, match="标准中没有条款"):
        add_to_visit(by=cast.reviewer, review=taken, visit=visit, clause="77.77.7-7")
    with pytest.raises(Refusal, match="还有2条没有结论"):
        finish_visit(by=cast.reviewer, review=taken, visit=visit)
    for item in visit.items.all():
        decide_on_site(
            by=cast.reviewer, review=taken, visit=visit, item=item, verdict="not_seen", reason="停机"
        )
    finish_visit(by=cast.reviewer, review=taken, visit=visit, note="改日再来")
    with pytest.raises(Refusal, match="已经结束"):
        add_to_visit(by=cast.reviewer, review=taken, visit=visit, clause=CLAUSE)
