"""What a plan is made of: frozen values without Django, clock or solver.

Efforts are person-weeks, money is yuan, both exact decimals; shares are 0-1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from engine.roadmap.quarters import Quarter
from engine.rubric.values import Text

Objective = Literal["cheapest", "fastest", "safest"]
OBJECTIVES: tuple[Objective, ...] = ("cheapest", "fastest", "safest")
Status = Literal["optimal", "feasible", "infeasible"]
Why = Literal["basic_gate", "optional_gate", "total_gate", "spare", "pinned"]

#: the two kinds of work that are no clause of the standard
ROLLOUT, CLEANING = "rollout", "cleaning"


@dataclass(frozen=True, slots=True)
class SizeFactor:
    """Efforts and capacity are multiplied by ``factor`` up to ``up_to_beds`` beds (None: above all)."""

    up_to_beds: int | None
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Across:
    """Work that comes before other work of other items: tasks that match ``before`` (of a level not above)
    finish before those that match ``after`` start. Empty items or natures match everything, empty rubrics all."""

    key: str
    before_items: frozenset[str]
    before_natures: frozenset[str]
    after_items: frozenset[str]
    after_natures: frozenset[str]
    rubrics: frozenset[str]
    why: Text


@dataclass(frozen=True)
class Assumptions:
    """Every number a plan rests on (ROADMAP "Options and effort", "Order"); all of them are editable data.

    ``clause_effort``: person-weeks per clause by its nature; ``rollout_effort`` and ``cleaning_effort``: per 1.00
    of application and of data-quality index; ``steps``: the shares an option may raise to; ``quarter_capacity``:
    person-weeks a quarter, before the size factor; ``task_pace``: most person-weeks of one task in a quarter;
    ``rate``: yuan per person-week; ``low`` and ``high`` multiply the likely effort.
    """

    clause_effort: Mapping[str, Decimal]
    partly: Decimal
    rollout_effort: Decimal
    cleaning_effort: Decimal
    steps: tuple[Decimal, ...]
    earlier_index: Decimal
    size_factors: tuple[SizeFactor, ...]
    levels_above_target: int
    low: Decimal
    high: Decimal
    rate: Decimal
    quarter_capacity: Decimal
    task_pace: Decimal
    safe_total: Decimal
    safe_spare: int
    safe_ratio: Decimal
    order_inside: tuple[str, ...]
    across: tuple[Across, ...]

    def size_factor(self, beds: int | None) -> Decimal:
        """The factor for a hospital of ``beds`` beds; 1 where nobody said."""
        if beds is None:
            return Decimal(1)
        return next(s.factor for s in self.size_factors if s.up_to_beds is None or beds <= s.up_to_beds)


@dataclass(frozen=True, slots=True)
class Quotation:
    """What a vendor offered for one item to one level: replaces the default effort of its clauses by ``effort``
    (person-weeks of the hospital's own people) and adds what is bought, in yuan."""

    item: str
    level: int
    effort: Decimal | None = None
    software: Decimal = Decimal(0)
    interface: Decimal = Decimal(0)
    hardware: Decimal = Decimal(0)
    implementation: Decimal = Decimal(0)
    system: str = ""
    vendor: str = ""
    contract: str = ""

    @property
    def purchases(self) -> Decimal:
        return self.software + self.interface + self.hardware + self.implementation


@dataclass(frozen=True)
class Constraints:
    """What the user decided before the solver may (``constraints.yaml`` and the screen).

    ``excluded`` (item -> reason, may be empty) stay as they are; ``pinned`` items end at this level at least and
    pass it; ``allowed``: items marked "no such service" that may be set up; ``not_before``: work on the item starts
    in this quarter or later; ``not_after``: it is finished by then; ``start_at``: the first work on the item is in
    exactly this quarter; ``capacity``: person-weeks of single quarters (no size factor), instead of the default;
    ``budget``: yuan a year.
    """

    excluded: Mapping[str, str] = field(default_factory=dict)
    pinned: Mapping[str, int] = field(default_factory=dict)
    allowed: frozenset[str] = frozenset()
    not_before: Mapping[str, Quarter] = field(default_factory=dict)
    not_after: Mapping[str, Quarter] = field(default_factory=dict)
    start_at: Mapping[str, Quarter] = field(default_factory=dict)
    finish_by: Quarter | None = None
    quarter_capacity: Decimal | None = None
    capacity: Mapping[Quarter, Decimal] = field(default_factory=dict)
    budget: Mapping[int, Decimal] = field(default_factory=dict)
    quotations: tuple[Quotation, ...] = ()

    @cached_property
    def quoted(self) -> Mapping[tuple[str, int], Quotation]:
        return {(one.item, one.level): one for one in self.quotations}


@dataclass(frozen=True, slots=True)
class TaskKey:
    """(item, level, nature): the unit of work, so that no circle of dependencies can form."""

    item: str
    level: int
    nature: str


@dataclass(frozen=True, slots=True)
class Option:
    """One way to improve an item (ROADMAP "Options"): level, application and index there, and what it brings.

    ``effort`` person-weeks; ``purchases`` yuan; ``score`` exact points; ``passes`` the levels the end state passes
    and ``safe`` those it passes with the margin of the safest plan; ``work`` the effort of each task.
    """

    item: str
    level: int
    application: Decimal
    data_quality: Decimal | None
    function_level: int
    effort: Decimal
    purchases: Decimal
    score: Decimal
    passes: frozenset[int]
    safe: frozenset[int]
    work: Mapping[TaskKey, Decimal]

    @property
    def idle(self) -> bool:
        """Doing nothing."""
        return self.level == 0


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """When one task is worked on: ``spent`` are person-weeks per quarter."""

    key: TaskKey
    effort: Decimal
    spent: Mapping[Quarter, Decimal]
    after: tuple[TaskKey, ...]

    @property
    def start(self) -> Quarter:
        return min(self.spent)

    @property
    def finish(self) -> Quarter:
        return max(self.spent)


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the plan: an item is taken to a level. ``why`` and ``why_level``: what would fail without it."""

    item: str
    from_level: int
    to_level: int
    application_from: Decimal
    application: Decimal
    data_quality_from: Decimal | None
    data_quality: Decimal | None
    effort: Decimal
    effort_low: Decimal
    effort_high: Decimal
    purchases: Decimal
    why: Why
    why_level: int
    points: Decimal
    clauses: tuple[tuple[int, int], ...]
    start: Quarter
    finish: Quarter
    depends_on: tuple[str, ...]
    tasks: tuple[TaskPlan, ...]
    quotation: Quotation | None = None


@dataclass(frozen=True, slots=True)
class QuarterState:
    """Where the hospital stands at the end of a quarter, scored; effort and money of that quarter."""

    quarter: Quarter
    level: int
    total: Decimal
    effort: Decimal
    capacity: Decimal
    money: Decimal


@dataclass(frozen=True, slots=True)
class Cost:
    """Yuan: low, likely, high."""

    low: Decimal
    likely: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The smallest change to one kind of constraint that makes the plan possible. ``kind``: allow | unpin |
    capacity | finish_by | not_after | budget | start_at; ``amount`` in person-weeks or yuan where it is one; a budget
    without ``year`` is raised in every year that has one."""

    kind: str
    text: Text
    items: tuple[str, ...] = ()
    quarter: Quarter | None = None
    year: int | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """A gate that no choice can meet, and the constraint that closes it; ``unknown``: the solver did not find out."""

    gate: Literal["basic", "optional", "total", "pin", "time", "budget", "unknown"]
    level: int
    text: Text
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """zhiping-plan/1. ``gap``: share by which a better plan could exist at most (0 when optimal). ``proven`` False:
    no plan was found and none was proved not to exist."""

    rubric: str
    status: Status
    objective: Objective
    target: int
    level_before: int
    total_before: Decimal
    level_after: int
    total_after: Decimal
    effort: Decimal
    effort_low: Decimal
    effort_high: Decimal
    cost: Cost
    actions: tuple[Action, ...]
    quarters: tuple[QuarterState, ...]
    gap: Decimal
    start: Quarter
    size_factor: Decimal
    infeasible_because: tuple[Blocked, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    proven: bool = True

    @property
    def finish(self) -> Quarter | None:
        """The last quarter with work; None where nothing has to be done or nothing can."""
        return max((action.finish for action in self.actions), default=None)

    @cached_property
    def by_item(self) -> Mapping[str, Action]:
        return {action.item: action for action in self.actions}
