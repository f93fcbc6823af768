"""What the evidence page of one item shows: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from assessments.queries.frame import AssessmentFrame
from assessments.queries.verification.levels import LevelFigures


@dataclass(frozen=True, slots=True)
class SpokeLine:
    """A check that spoke. ``kind``: rule | loop | topic; ``counts`` may say that there are too few to show."""

    kind: str
    id: str
    label: str
    outcome: str
    word: str
    counts: str
    reason: str
    family: bool  # speaks for the whole item, not for this clause by name
    supplied: bool


@dataclass(frozen=True, slots=True)
class AnchorLine:
    """``found``: not_checked | found | absent | outside; ``alike``: name of an earlier picture like it."""

    record: str
    record_name: str
    key: str
    shown_at: datetime | None
    found: str
    found_word: str
    alike: str


@dataclass(frozen=True, slots=True)
class MaterialLine:
    id: int
    public_id: str
    name: str
    picture: bool
    caption: str
    by: str
    at: datetime
    anchor: AnchorLine | None
    can_anchor: bool
    own: bool


@dataclass(frozen=True, slots=True)
class DecisionLine:
    id: int
    kind: str
    word: str
    verdict: str
    reason: str
    material: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ClauseBlock:
    """``group``: supported | not_verified | refuted; ``strict``: counts under the strict policy too."""

    code: str
    n: int
    text: str
    claimed: str
    claimed_word: str
    word: str
    word_label: str
    group: str
    group_label: str
    provisional: bool
    strict: bool
    reason: str
    would_verify: str
    spoke: tuple[SpokeLine, ...]
    materials: tuple[MaterialLine, ...]
    decisions: tuple[DecisionLine, ...]
    bundles: tuple[tuple[str, str], ...]  # title, state

    @property
    def can_anchor_accept(self) -> bool:
        return any(line.anchor is not None and line.anchor.found == "found" for line in self.materials)


@dataclass(frozen=True, slots=True)
class LevelBlock:
    level: int
    category: str | None
    confirmed: bool
    figures: LevelFigures
    clauses: tuple[ClauseBlock, ...]
    decisions: tuple[DecisionLine, ...]  # said once for the level
    tally: tuple[tuple[str, str, int], ...]  # group, its word, how many clauses
    matching: int  # clauses whose data match and wait for a confirmation
    open: bool


@dataclass(frozen=True, slots=True)
class LensLine:
    lens: str
    word: str
    level: int
    score: Decimal


@dataclass(frozen=True, slots=True)
class Neighbour:
    code: str
    name: str
    refuted: int
    not_verified: int


@dataclass(frozen=True, slots=True)
class ItemEvidencePage:
    """``why_not_…``: the sentence that stands where the form would be."""

    frame: AssessmentFrame
    code: str
    name: str
    focus: str
    lenses: tuple[LensLine, ...]
    levels: tuple[LevelBlock, ...]
    shared: tuple[MaterialLine, ...]  # of the whole item
    items: tuple[Neighbour, ...]
    run: int | None
    inside: bool
    why_not_judge: str
    on_site: bool
    can_upload: bool
    reusable: tuple[tuple[str, str], ...]  # bundles of the hospital that may be handed in once more
    records: tuple[tuple[str, str], ...]  # for anchors: what a screen may show

    @property
    def previous(self) -> Neighbour | None:
        return self._beside(-1)

    @property
    def following(self) -> Neighbour | None:
        return self._beside(1)

    def _beside(self, step: int) -> Neighbour | None:
        codes = [one.code for one in self.items]
        at = codes.index(self.code) + step
        return self.items[at] if 0 <= at < len(codes) else None
