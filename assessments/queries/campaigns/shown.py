"""What pages of a cycle are given to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page


@dataclass(frozen=True, slots=True)
class Filters:
    """What the board is narrowed to; empty strings narrow nothing. ``city``, ``zone``: public id, number."""

    city: str = ""
    grade: str = ""
    zone: str = ""
    state: str = ""
    search: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.city or self.grade or self.zone or self.state or self.search)


@dataclass(frozen=True, slots=True)
class RubricHead:
    number: int
    key: str
    title: str
    window: tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A rubric of a hospital. ``state``: none, or the status of the assessment; level and link only of what
    was handed in: drafts are the hospital's own."""

    state: str
    submitted_at: datetime | None
    assessment: str
    level: int | None
    target: int | None

    @property
    def meets(self) -> bool | None:
        return None if self.level is None or self.target is None else self.level >= self.target


@dataclass(frozen=True, slots=True)
class BoardLine:
    """``days_left``: to the hospital's last day, negative after it; None when everything came in."""

    public_id: str
    hospital: str
    code: str
    grade: str
    city: str
    type: str
    zone: str
    begins: date
    ends: date
    permitted: bool
    withdrawn: bool
    days_left: int | None
    early: bool
    cells: tuple[Cell, ...]
    reminders: int
    reminded_at: datetime | None
    reachable: bool

    @property
    def late(self) -> bool:
        return self.days_left is not None and self.days_left < 0 and not self.withdrawn

    @property
    def days_over(self) -> int:
        return max(0, -(self.days_left or 0))


@dataclass(frozen=True, slots=True)
class Tally:
    """Hospitals of the cycle that the reader oversees."""

    invited: int = 0
    entered: int = 0
    done: int = 0
    late: int = 0
    returned: int = 0
    permitted: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class CityLine:
    public_id: str
    name: str
    invited: int
    entered: int
    done: int
    late: int


@dataclass(frozen=True, slots=True)
class ZoneLine:
    number: int
    name: str
    opens_on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class CampaignHead:
    """``seen``: what forms bring back, so that a page from before is noticed."""

    public_id: str
    title: str
    year: int
    state: str
    state_name: str
    bureau: str
    opens_on: date
    closes_on: date
    days_left: int
    note: str
    seen: str
    closed_at: datetime | None
    manages: bool
    can_change: bool
    can_open: bool
    can_end: bool
    can_reopen: bool
    can_remind: bool

    @property
    def days_over(self) -> int:
        return max(0, -self.days_left)


@dataclass(frozen=True, slots=True)
class BoardPage:
    campaign: CampaignHead
    rubrics: tuple[RubricHead, ...]
    zones: tuple[ZoneLine, ...]
    tally: Tally
    cities: tuple[CityLine, ...]
    lines: Page[BoardLine]
    filters: Filters
    grades: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    organisation_name: str = ""
