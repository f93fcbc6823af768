"""One item in a review: clause by clause, the evidence beside it, the marks and the questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from assessments.models import ReviewMark
from assessments.permissions import reason
from assessments.queries.reviewing.claims import claims_in
from assessments.queries.reviewing.desk import Desk
from assessments.queries.reviewing.page import lensed_for, snapshot_of
from assessments.queries.reviewing.parts import identity_of, question_lines
from assessments.queries.reviewing.values import Identity, QuestionLine
from assessments.queries.verification.item import item_evidence_page
from assessments.queries.verification.item_page import ItemEvidencePage, LevelBlock
from assessments.review_permissions import check_can_review
from rubrics.queries import get_rubric


@dataclass(frozen=True, slots=True)
class MarkLine:
    """What one reviewer said of a clause; ``earlier``: in a step before this one."""

    by: str
    mark: str
    mark_name: str
    reason: str
    mine: bool
    earlier: bool


@dataclass(frozen=True, slots=True)
class ClauseReview:
    """``claimed``: the clause counts for the claimed level, so that somebody should look at it."""

    code: str
    claimed: bool
    mine: MarkLine | None
    others: tuple[MarkLine, ...]
    questions: tuple[QuestionLine, ...]


@dataclass(frozen=True, slots=True)
class NextItem:
    code: str
    name: str
    claims: int
    mine: int


@dataclass(frozen=True, slots=True)
class ReviewItemPage:
    """``evidence`` is the page of the checks as it stands for a bureau; ``levels`` the same levels with those
    that count for the claim first; ``clauses`` by code."""

    identity: Identity
    evidence: ItemEvidencePage
    levels: tuple[LevelBlock, ...]
    clauses: Mapping[str, ClauseReview]
    questions: tuple[QuestionLine, ...]  # about the item as a whole
    items: tuple[NextItem, ...]
    step: int | None
    claims: int
    marked: int
    why_not_work: str
    search_edition: str
    organisation_name: str

    @property
    def code(self) -> str:
        return self.evidence.code

    @property
    def left(self) -> int:
        return max(0, self.claims - self.marked)

    @property
    def previous(self) -> NextItem | None:
        return self._beside(-1)

    @property
    def following(self) -> NextItem | None:
        return self._beside(1)

    def _beside(self, way: int) -> NextItem | None:
        codes = [one.code for one in self.items]
        at = codes.index(self.code) + way
        return self.items[at] if 0 <= at < len(codes) else None


def review_item_page(desk: Desk, code: str) -> ReviewItemPage | None:
    """None when the edition has no such item. Twelve queries at most beside the desk: snapshot with its run,
    decisions, evidence (answers' row, materials, decisions, flags), levels frozen, marks, own marks
    per item, questions (2)."""
    review = desk.review
    rubric = get_rubric(review.assessment.edition)
    if code not in rubric.by_code:
        return None
    found = lensed_for(review)
    why_not = reason(check_can_review, desk)
    evidence = item_evidence_page(review.assessment, desk.user, code, found=found, why_not=why_not)
    if evidence is None:
        return None
    claims = claims_in(rubric, snapshot_of(found))
    claimed: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        claimed[claim.item].add(claim.code)
    questions = question_lines(desk, rubric, item=code)
    marks = _marks(desk, code)
    own = _own_marks(desk)
    clauses = {
        clause.code: ClauseReview(
            code=clause.code,
            claimed=clause.code in claimed[code],
            mine=next((one for one in marks[clause.code] if one.mine and not one.earlier), None),
            others=tuple(one for one in marks[clause.code] if one.earlier or not one.mine),
            questions=tuple(one for one in questions if one.clause == clause.code),
        )
        for level in evidence.levels
        for clause in level.clauses
    }
    return ReviewItemPage(
        identity=identity_of(review, rubric),
        evidence=evidence,
        levels=_claimed_first(evidence.levels, claimed[code]),
        clauses=clauses,
        questions=tuple(one for one in questions if not one.clause),
        items=tuple(
            NextItem(one.code, one.name, len(claimed[one.code]), len(own[one.code] & claimed[one.code]))
            for one in evidence.items
        ),
        step=desk.active.pk if desk.active else None,
        claims=len(claimed[code]),
        marked=len(own[code] & claimed[code]),
        why_not_work=why_not,
        search_edition=review.assessment.edition.key,
        organisation_name=review.assessment.hospital.label,
    )


def _claimed_first(levels: Sequence[LevelBlock], claimed: Collection[str]) -> tuple[LevelBlock, ...]:
    """Levels with claims that count, the highest first and open; then the others, closed."""
    counts = {level.level: any(clause.code in claimed for clause in level.clauses) for level in levels}
    ordered = sorted(levels, key=lambda level: (not counts[level.level], -level.level))
    return tuple(replace(level, open=counts[level.level]) for level in ordered)


def clause_review(desk: Desk, code: str) -> ClauseReview:
    """One clause after it was marked, for the part of the page that changes. Three queries."""
    rubric = get_rubric(desk.review.assessment.edition)
    marks = _marks(desk, code[:5])[code]
    return ClauseReview(
        code=code,
        claimed=True,
        mine=next((one for one in marks if one.mine and not one.earlier), None),
        others=tuple(one for one in marks if one.earlier or not one.mine),
        questions=tuple(one for one in question_lines(desk, rubric, item=code[:5]) if one.clause == code),
    )


def _marks(desk: Desk, item: str) -> dict[str, list[MarkLine]]:
    """One query."""
    now = desk.active.pk if desk.active else None
    found: dict[str, list[MarkLine]] = defaultdict(list)
    for row in (
        ReviewMark.objects.filter(step__review=desk.review, item_code=item)
        .select_related("by")
        .order_by("step__order", "at")
    ):
        found[row.clause_code].append(
            MarkLine(
                by=row.by.name,
                mark=row.mark,
                mark_name=row.get_mark_display(),
                reason=row.reason,
                mine=row.by_id == desk.user.pk,
                earlier=row.step_id != now,
            )
        )
    return found


def _own_marks(desk: Desk) -> dict[str, set[str]]:
    """Codes the reader has marked in the step in work, by item. One query."""
    found: dict[str, set[str]] = defaultdict(set)
    if desk.active is None:
        return found
    for item, clause in desk.active.marks.filter(by_id=desk.user.pk).values_list("item_code", "clause_code"):
        found[item].add(clause)
    return found
