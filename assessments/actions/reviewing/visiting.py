"""Site visits: the sample, what was found on site, the end of the visit."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.deciding import take_decision, withdraw_decision
from assessments.actions.reviewing.held import held_desk, written
from assessments.models import EvidenceDecision, Review, SiteVisit, SiteVisitItem
from assessments.places import clause_exists
from assessments.queries.reviewing.desk import Desk
from assessments.queries.reviewing.sampling import Drawn, draw_clauses
from assessments.review_permissions import check_can_review
from assessments.trail import record_review
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric

Verdict = SiteVisitItem.Verdict
MOST_CLAUSES = 200
SEED_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is mistaken for another when read aloud


@transaction.atomic
def plan_visit(
    *,
    by: User,
    review: Review,
    visited_on: date,
    members: str = "",
    drawn_from: str = SiteVisit.Source.CLAIMED,
    size: int = 20,
    seed: str = "",
) -> SiteVisit:
    """Open a site visit with a sample of clauses. ``seed``: empty makes one; who has it draws the same."""
    desk = held_desk(review, by)
    check_can_review(desk)
    if drawn_from not in SiteVisit.Source.values:
        raise Refusal(_("请选择抽样范围。"))
    if not 1 <= size <= MOST_CLAUSES:
        raise Refusal(_("抽样条数为1至%(most)s条。") % {"most": MOST_CLAUSES})
    drawn: Drawn = draw_clauses(desk.review, drawn_from, seed=(seed := _seed(seed)), size=size)
    if not drawn.sample:
        raise Refusal(_("这个抽样范围里没有条款。请换一个范围。"))
    visit = SiteVisit.objects.create(
        review=desk.review,
        visited_on=visited_on,
        members=written(members, most=400),
        seed=seed,
        drawn_from=drawn_from,
        population=drawn.population,
        sample_size=len(drawn.sample),
        made_by=by,
    )
    SiteVisitItem.objects.bulk_create(
        SiteVisitItem(visit=visit, item_code=one.item, level=one.level, clause_code=one.code)
        for one in drawn.sample
    )
    record_review(
        verb="visit.planned",
        by=by,
        review=desk.review,
        facts={
            "visit": visit.pk,
            "seed": seed,
            "drawn_from": drawn_from,
            "population": drawn.population,
            "count": len(drawn.sample),
        },
    )
    return visit


def _seed(seed: str) -> str:
    seed = seed.replace("\x00", "").strip()
    if not seed:
        return "".join(secrets.choice(SEED_SIGNS) for _sign in range(8))
    if len(seed) > 32 or not all(sign.isascii() and (sign.isalnum() or sign == "-") for sign in seed):
        raise Refusal(_("随机种子只用字母、数字和连字符，最多32个。"))
    return seed


def held_visit(desk: Desk, visit: SiteVisit) -> SiteVisit:
    held = SiteVisit.objects.select_for_update(of=("self",)).get(pk=visit.pk, review=desk.review)
    if held.finished_at is not None:
        raise Refusal(_("这次现场核查已经结束，记录不再改变。"))
    return held


@transaction.atomic
def add_to_visit(*, by: User, review: Review, visit: SiteVisit, clause: str) -> SiteVisitItem:
    """A clause looked at beside the sample; it is marked as such."""
    desk = held_desk(review, by)
    check_can_review(desk)
    held = held_visit(desk, visit)
    clause = clause.replace("\x00", "").strip()
    if not clause_exists(get_rubric(desk.review.assessment.edition), clause):
        raise Refusal(_("标准中没有条款“%(clause)s”。") % {"clause": clause[:20]})
    if held.items.filter(clause_code=clause).exists():
        raise Refusal(_("条款%(clause)s已在这次核查里。") % {"clause": clause})
    if held.items.count() >= 2 * MOST_CLAUSES:
        raise Refusal(_("一次现场核查最多%(most)s条。") % {"most": 2 * MOST_CLAUSES})
    item = SiteVisitItem.objects.create(
        visit=held, item_code=clause[:5], level=int(clause[6]), clause_code=clause, drawn=False
    )
    record_review(
        verb="visit.clause-added", by=by, review=desk.review, facts={"visit": held.pk, "clause": clause}
    )
    return item


@transaction.atomic
def decide_on_site(
    *,
    by: User,
    review: Review,
    visit: SiteVisit,
    item: SiteVisitItem,
    verdict: str,
    reason: str = "",
    seen: datetime | None = None,
) -> SiteVisitItem:
    """What was found on site. Supported and refuted become a decision of kind on_site, which enters the
    verified level; what could not be seen decides nothing.

    ``seen``: when the clause had been decided as the page showed it. Raises Refusal when a colleague
    decided meanwhile.
    """
    desk = held_desk(review, by)
    check_can_review(desk)
    held_visit(desk, visit)
    held = (
        SiteVisitItem.objects.select_for_update(of=("self",))
        .select_related("decided_by", "decision")
        .get(pk=item.pk, visit=visit)
    )
    if verdict not in (Verdict.SUPPORTED, Verdict.REFUTED, Verdict.NOT_SEEN):
        raise Refusal(_("请选择相符、不符或未能查看。"))
    if held.decided_at is not None and held.decided_at != seen and held.decided_by_id != by.pk:
        raise Refusal(
            _("%(name)s刚才已记为“%(word)s”，没有覆盖。请刷新后再决定是否修改。")
            % {"name": held.decided_by.name if held.decided_by else "", "word": held.get_verdict_display()}
        )
    reason = written(reason, needed=_("请写明现场看到了什么，医院和复核人员都会看到。"))
    decision: EvidenceDecision | None = None
    if verdict != Verdict.NOT_SEEN:
        decision = take_decision(
            by=by,
            assessment=desk.review.assessment,
            item=held.item_code,
            level=held.level,
            clause_n=int(held.clause_code.rpartition("-")[2]),
            kind=EvidenceDecision.Kind.ON_SITE,
            verdict=verdict,
            reason=reason,
        )
    elif held.decision is not None and held.decision.withdrawn_at is None:
        withdraw_decision(by=by, decision=held.decision)
    held.verdict, held.reason, held.decision = verdict, reason, decision
    held.decided_by, held.decided_at = by, timezone.now()
    held.save(update_fields=["verdict", "reason", "decision", "decided_by", "decided_at"])
    record_review(
        verb="visit.decided",
        by=by,
        review=desk.review,
        facts={"visit": visit.pk, "clause": held.clause_code, "verdict": verdict, "reason": reason},
    )
    return held


@transaction.atomic
def finish_visit(*, by: User, review: Review, visit: SiteVisit, note: str = "") -> SiteVisit:
    """End the visit: every clause of it must have been looked at, or be marked as not seen."""
    desk = held_desk(review, by)
    check_can_review(desk)
    held = held_visit(desk, visit)
    if left := held.items.filter(verdict=Verdict.OPEN).count():
        raise Refusal(_("还有%(n)s条没有结论；看不到的请记“未能查看”。") % {"n": left})
    held.note, held.finished_at = written(note), timezone.now()
    held.save(update_fields=["note", "finished_at"])
    record_review(verb="visit.finished", by=by, review=desk.review, facts={"visit": held.pk})
    return held
