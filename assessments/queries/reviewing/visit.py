"""A site visit: the sampled clauses with what was claimed, what the data say, and what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assessments.models import SiteVisit, SiteVisitItem
from assessments.pages.wording import states
from assessments.permissions import reason
from assessments.queries.frame import said
from assessments.queries.reviewing.desk import Desk
from assessments.queries.reviewing.page import lensed_for
from assessments.queries.reviewing.parts import clause_texts, identity_of
from assessments.queries.reviewing.values import Identity
from assessments.review_permissions import check_can_review
from engine.evidence.verdicts import WORDS
from rubrics.queries import get_rubric


@dataclass(frozen=True, slots=True)
class VisitedClause:
    """``seen``: when it was decided, as the page shows it, to notice a colleague's finding."""

    id: int
    code: str
    item: str
    item_name: str
    level: int
    text: str
    claimed_word: str
    word: str
    word_label: str
    drawn: bool
    verdict: str
    verdict_name: str
    reason: str
    by: str
    at: datetime | None
    seen: str


@dataclass(frozen=True, slots=True)
class VisitPage:
    identity: Identity
    id: int
    visited_on: date
    members: str
    seed: str
    source: str
    population: int
    size: int
    note: str
    made_by: str
    finished_at: datetime | None
    clauses: tuple[VisitedClause, ...]
    why_not_work: str
    search_edition: str
    organisation_name: str

    @property
    def open(self) -> int:
        return sum(one.verdict == SiteVisitItem.Verdict.OPEN for one in self.clauses)

    @property
    def supported(self) -> int:
        return sum(one.verdict == SiteVisitItem.Verdict.SUPPORTED for one in self.clauses)

    @property
    def refuted(self) -> int:
        return sum(one.verdict == SiteVisitItem.Verdict.REFUTED for one in self.clauses)

    @property
    def not_seen(self) -> int:
        return sum(one.verdict == SiteVisitItem.Verdict.NOT_SEEN for one in self.clauses)

    @property
    def going_on(self) -> bool:
        return self.finished_at is None and not self.why_not_work


def visit_page(desk: Desk, visit: SiteVisit) -> VisitPage:
    """Four queries beside the desk and the visit: snapshot with its run, decisions, clauses, levels frozen."""
    rubric = get_rubric(desk.review.assessment.edition)
    found = lensed_for(desk.review)
    texts, words = clause_texts(rubric), states()
    clauses = []
    for row in visit.items.select_related("decided_by").order_by("clause_code"):
        n = int(row.clause_code.rpartition("-")[2])
        verdict = found.lenses.verdicts.at(row.item_code, row.level, n)
        given = found.lenses.claimed.items.get(row.item_code)
        clauses.append(
            VisitedClause(
                id=row.pk,
                code=row.clause_code,
                item=row.item_code,
                item_name=said(rubric.by_code[row.item_code].name),
                level=row.level,
                text=texts[row.clause_code],
                claimed_word=words[given.state(row.level, n) if given is not None else "not_answered"],
                word=verdict.word,
                word_label=said(WORDS[verdict.word]),
                drawn=row.drawn,
                verdict=row.verdict,
                verdict_name=row.get_verdict_display(),
                reason=row.reason,
                by=row.decided_by.name if row.decided_by else "",
                at=row.decided_at,
                seen=row.decided_at.isoformat() if row.decided_at else "",
            )
        )
    return VisitPage(
        identity=identity_of(desk.review, rubric),
        id=visit.pk,
        visited_on=visit.visited_on,
        members=visit.members,
        seed=visit.seed,
        source=visit.get_drawn_from_display(),
        population=visit.population,
        size=visit.sample_size,
        note=visit.note,
        made_by=visit.made_by.name,
        finished_at=visit.finished_at,
        clauses=tuple(clauses),
        why_not_work=reason(check_can_review, desk),
        search_edition=desk.review.assessment.edition.key,
        organisation_name=desk.review.assessment.hospital.label,
    )
