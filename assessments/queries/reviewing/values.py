"""What pages of a review show: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from assessments.queries.verification.span_chip import SpanChip


@dataclass(frozen=True, slots=True)
class Identity:
    """What is reviewed: the frozen submission, never the work behind it."""

    public_id: str
    assessment: str
    hospital: str
    grade: str
    title: str
    edition: str
    edition_key: str
    edition_slug: str
    snapshot: int
    level: int
    target: int
    top: int
    total: Decimal
    span: SpanChip
    submitted_at: datetime
    state: str
    state_name: str
    bureau: str
    year: int | None
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Marks:
    """How many clauses somebody agreed with, doubted, disagreed with."""

    agree: int = 0
    question: int = 0
    disagree: int = 0

    @property
    def all(self) -> int:
        return self.agree + self.question + self.disagree

    @property
    def doubts(self) -> int:
        return self.question + self.disagree


@dataclass(frozen=True, slots=True)
class ReviewerLine:
    """``gone``: the person no longer works where reviewers of this step come from."""

    assignment: int
    name: str
    declared_at: datetime | None
    done_at: datetime | None
    opinion: str
    marks: Marks
    ended_at: datetime | None
    ended_reason: str
    gone: bool
    me: bool

    @property
    def dialog_id(self) -> str:
        return f"end-{self.assignment}"


@dataclass(frozen=True, slots=True)
class StepLine:
    id: int
    order: int
    kind: str
    kind_name: str
    office: str
    state: str
    state_name: str
    due_on: date | None
    days_left: int | None
    needed: int
    site_visit: bool
    reviewers: tuple[ReviewerLine, ...]
    opinion: str
    level: int | None
    closed_by: str
    closed_at: datetime | None

    @property
    def opinion_apart(self) -> str:
        """The opinion of the step, unless a reviewer's own is the same text."""
        return "" if any(one.opinion == self.opinion for one in self.reviewers) else self.opinion

    @property
    def overdue(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def days_over(self) -> int:
        return max(0, -(self.days_left or 0))


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of the rubric in the review. ``mine``: clauses the reader marked; marks are of everybody."""

    code: str
    name: str
    level: int
    verified: int | None
    claims: int
    refuted: int
    not_verified: int
    marks: Marks
    mine: int
    questions: int


@dataclass(frozen=True, slots=True)
class MessageLine:
    by: str
    from_hospital: bool
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """``waits_for``: hospital | reviewer | nobody (closed)."""

    id: int
    item: str
    clause: str
    about: str
    due_on: date | None
    overdue: bool
    waits_for: str
    messages: tuple[MessageLine, ...]
    why_not_write: str
    why_not_close: str


@dataclass(frozen=True, slots=True)
class VisitLine:
    id: int
    visited_on: date
    seed: str
    source: str
    population: int
    size: int
    clauses: int
    open: int
    supported: int
    refuted: int
    not_seen: int
    finished_at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    id: int
    from_whom: str
    filed_on: date
    text: str
    outcome: str
    outcome_name: str
    answer: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class AwardLine:
    level: int
    claimed: int
    total: Decimal | None
    year: int
    note: str
    decided_by: str
    decided_at: datetime
    notice_from: date | None
    notice_until: date | None
    days_left: int | None
    published_at: datetime | None
    valid_until: date | None
    recheck_due: date | None
    revoked_at: datetime | None
    revocation_reason: str
    objections: tuple[ObjectionLine, ...]

    @property
    def open_objections(self) -> int:
        return sum(one.outcome == "open" for one in self.objections)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A clause that a reviewer doubted or disagreed with. ``by`` is empty for the hospital."""

    item: str
    clause: str
    text: str
    mark: str
    mark_name: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody the step may be given to, with how many steps he or she has in hand."""

    public_id: str
    name: str
    office: str
    in_hand: int


@dataclass(frozen=True, slots=True)
class ByMarks:
    """The result as it would be without the clauses somebody disagreed with."""

    level: int
    total: Decimal
    clauses: int


@dataclass(frozen=True, slots=True)
class Tools:
    """For each step of the review why the reader may not take it now; empty: he or she may."""

    assign: str
    declare: str
    work: str
    close: str
    returning: str
    passing: str
    award: str
    notice: str
    publish: str
    revoke: str
    objecting: str
