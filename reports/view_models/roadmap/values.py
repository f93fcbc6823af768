"""What pages and documents say about a plan: frozen values with words in the language that was active.

Every figure is there twice: as the exact number (``Decimal``, for workbooks and for code) and as the words that are
printed. Both come from one place (``wording``), so that a page, a PDF, Word, Excel and JSON cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.roadmap.quarters import Quarter
from engine.roadmap.values import Objective, Status, Why
from reports.charts.spec import Gantt, Timeline


@dataclass(frozen=True, slots=True)
class Span:
    """Low, likely and high of one figure. ``words``: 31.0 人周; ``range_words``: 21.7–49.6 人周."""

    low: Decimal
    likely: Decimal
    high: Decimal
    low_words: str
    likely_words: str
    high_words: str
    words: str
    range_words: str


@dataclass(frozen=True, slots=True)
class QuarterWords:
    """``key`` 2027Q1 as in files and addresses; ``words`` 2027年第1季度 / 2027 Q1; ``short`` for axes."""

    quarter: Quarter
    key: str
    words: str
    short: str


@dataclass(frozen=True, slots=True)
class ItemName:
    """An item where it is only mentioned. ``words``: 01.01 病房医嘱处理."""

    code: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class PlannedClause:
    """A clause that is fulfilled by an action. ``code``: 01.01.4-2; ``state_words``: what was answered so far, empty
    where the answers were not given."""

    code: str
    level: int
    n: int
    text: str
    nature: str
    nature_words: str
    state: str
    state_words: str


@dataclass(frozen=True, slots=True)
class SpentIn:
    """Person-weeks of a task in one quarter."""

    quarter: QuarterWords
    effort: Decimal
    effort_words: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task: item, level and kind of work. ``key`` 01.05-4-exchange; ``clauses`` are the codes it fulfils;
    ``critical``: it belongs to the chain of tasks that decides the finish."""

    key: str
    item: str
    item_name: str
    level: int
    nature: str
    nature_words: str
    effort: Span
    start: QuarterWords
    finish: QuarterWords
    spent: tuple[SpentIn, ...]
    after: tuple[str, ...]
    after_words: str
    clauses: tuple[str, ...]
    critical: bool


@dataclass(frozen=True, slots=True)
class QuotedParts:
    """A quotation in words; money as figures with separators, yuan."""

    system: str
    vendor: str
    contract: str
    effort_words: str
    parts: tuple[tuple[str, Decimal, str], ...]  # (label, yuan, words) of what is bought
    total: Decimal
    total_words: str


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One line of the plan: an item is taken to a level.

    ``levels_words``: 3级 → 4级, ``levels_short``: 3 → 4; ``what``: what is done, one part of a sentence each; ``why_words``: 4级基本项, ``why_sentence``: what would fail without it;
    ``application`` and ``data_quality``: "0.76 → 0.80", empty where nothing changes; ``points``: what the total gains;
    ``depends_on``: items whose work comes before.
    """

    code: str
    name: str
    role: str
    role_name: str
    category: str
    category_words: str
    category_confirmed: bool
    from_level: int
    to_level: int
    levels_words: str
    levels_short: str
    application: str
    data_quality: str
    what: tuple[str, ...]
    why: Why
    why_level: int
    why_words: str
    why_sentence: str
    depends_on: tuple[ItemName, ...]
    depends_words: str
    effort: Span
    purchases: Decimal
    purchases_words: str
    cost: Span
    points: str
    start: QuarterWords
    finish: QuarterWords
    quarters_words: str
    department: str
    clauses: tuple[PlannedClause, ...]
    tasks: tuple[TaskRow, ...]
    quotation: QuotedParts | None
    pinned: bool
    start_pinned: bool
    critical: bool


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """The end of a quarter, scored; money is cumulative in ``so_far``. ``full``: nobody is free any more."""

    quarter: QuarterWords
    level: int
    level_words: str
    total: str
    effort: Decimal
    effort_words: str
    capacity: Decimal
    capacity_words: str
    load_words: str
    full: bool
    money: Span
    so_far: Span
    finished: tuple[ItemName, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """A year of the plan (a quarter where the whole takes four or fewer): what starts in it and what goes on."""

    key: str
    title: str
    span_words: str
    effort: Decimal
    effort_words: str
    cost: Span
    level: int
    level_words: str
    total: str
    actions: tuple[ActionRow, ...]
    continued: tuple[ItemName, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class AssumptionRow:
    """``key``: as in ``assumptions_to_json``, natures as clause_effort.<nature>. ``number`` is None for rules in words;
    ``changed``: the hospital's own, where the shipped defaults were given to compare with."""

    key: str
    group: str
    label: str
    value: str
    number: Decimal | None
    unit: str
    changed: bool = False
    default: str = ""


@dataclass(frozen=True, slots=True)
class ConstraintRow:
    """One decision of the user: ``kind`` is the key of zhiping-constraints/1, ``item`` may be empty."""

    kind: str
    kind_words: str
    item: str
    item_words: str
    text: str


@dataclass(frozen=True, slots=True)
class BlockedRow:
    """A condition that no choice can meet."""

    gate: str
    gate_words: str
    level: int
    level_words: str
    text: str
    items: tuple[ItemName, ...]


@dataclass(frozen=True, slots=True)
class RelaxationRow:
    """The smallest change to one kind of constraint that makes a plan possible."""

    kind: str
    kind_words: str
    text: str
    items: tuple[ItemName, ...]
    quarter: str
    year: int | None
    amount: Decimal | None
    amount_words: str


@dataclass(frozen=True, slots=True)
class Risk:
    """``kind``: chain | basic | margin | borderline | capacity | window | flags | excluded | estimate."""

    kind: str
    title: str
    text: str
    items: tuple[ItemName, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class SensitivityRow:
    """One effort raised by 30 %: does the choice change? ``kind``: item | nature; ``what``: an item code or a nature;
    ``altered``: items that stay with another level or figure."""

    kind: str
    what: str
    what_words: str
    effort_after: Decimal
    effort_words: str
    more_words: str
    changed: bool
    changed_words: str
    dropped: tuple[ItemName, ...]
    added: tuple[ItemName, ...]
    altered: tuple[ItemName, ...]


@dataclass(frozen=True)
class RoadmapView:
    """A plan as pages and documents tell it.

    ``optimal_words``: "optimal under these assumptions" or what is known instead, never just "optimal". An infeasible
    plan has ``blocked`` and ``relaxations`` and neither rows nor charts. ``needed``: False where the target is
    reached already. ``brief``: of the summary what figures beside it do not say; ``decisions``: what somebody has to decide, one
    sentence each.
    """

    rubric: str
    edition: str
    title: str
    objective: Objective
    objective_words: str
    objective_meaning: str
    status: Status
    status_words: str
    feasible: bool
    needed: bool
    optimal_words: str
    target: int
    target_words: str
    target_name: str
    level_before: int
    level_before_words: str
    level_after: int
    level_after_words: str
    total_before: str
    total_after: str
    effort: Span
    cost: Span
    purchases: Decimal
    purchases_words: str
    start: QuarterWords
    finish: QuarterWords | None
    finish_words: str
    ready_words: str
    quarters_count: int
    duration_words: str
    action_count: int
    clause_count: int
    headline: str
    summary: tuple[str, ...]
    brief: tuple[str, ...]
    decisions: tuple[str, ...]
    rows: tuple[ActionRow, ...]
    tasks: tuple[TaskRow, ...]
    quarters: tuple[QuarterRow, ...]
    phases: tuple[Phase, ...]
    critical: tuple[TaskRow, ...]
    risks: tuple[Risk, ...]
    assumptions: tuple[AssumptionRow, ...]
    rules: tuple[str, ...]
    constraints: tuple[ConstraintRow, ...]
    sensitivity: tuple[SensitivityRow, ...]
    blocked: tuple[BlockedRow, ...]
    relaxations: tuple[RelaxationRow, ...]
    gantt: Gantt | None
    cost_curve: Timeline | None
    climb: Timeline | None
    load: Timeline | None

    @property
    def by_code(self) -> dict[str, ActionRow]:
        return {row.code: row for row in self.rows}
