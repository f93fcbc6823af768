"""What a rubric is: frozen values that the engine scores and the apps show.

Keys are always (edition id, code), never a bare code: 01.04 means different items in
different editions. Everything here is immutable, so a rubric can be cached and shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

Category = Literal["basic", "optional"]
ApplicationKind = Literal["ratio", "implemented"]
Status = Literal["official", "supplementary", "draft", "superseded"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages of the product."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The text for a language code such as ``zh-hans`` or ``en``; Chinese when unknown."""
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Clause:
    """One criterion (条款) of a level: number inside the level, wording, and this project's tags."""

    n: int
    text: Text
    nature: str
    backend: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemLevel:
    """A level the standard defines for an item.

    ``category`` is None at level 0. ``has_index``: the item is measured and the data-quality
    table has at least one active rule for this level, so the factor Q(level) exists.
    """

    level: int
    category: Category | None
    category_confirmed: bool
    clauses: tuple[Clause, ...]
    data_quality: Text | None = None
    no_requirement: bool = False
    has_index: bool = False


@dataclass(frozen=True, slots=True)
class Application:
    """How effective application (有效应用) of an item is counted."""

    kind: ApplicationKind
    window_months: int | None = None
    numerator: Text | None = None
    denominator: Text | None = None
    condition: Text | None = None  # implemented items: what counts as being in use


@dataclass(frozen=True)
class Item:
    """An evaluation item (评价项目) with the levels the standard defines for it, ascending."""

    code: str
    seq: int
    role: str
    name: Text
    application: Application
    measured: bool
    levels: tuple[ItemLevel, ...]
    focus: Text | None = None
    remedy: Text | None = None

    @cached_property
    def by_level(self) -> Mapping[int, ItemLevel]:
        return {level.level: level for level in self.levels}

    @cached_property
    def asked_levels(self) -> tuple[ItemLevel, ...]:
        """Levels above 0: level-0 clauses describe absence and are never asked."""
        return tuple(level for level in self.levels if level.level > 0)


@dataclass(frozen=True, slots=True)
class Role:
    """A working role (工作角色) of the EMR standard, or a category of the other rubrics."""

    code: str
    name: Text
    scope: Text | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """The three conditions (达标条件) of a level for the whole hospital."""

    level: int
    basic: int
    optional_required: int
    optional_total: int
    min_total: int


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a factor must reach, bounds included; None where the rubric has no such factor."""

    basic_application: Decimal
    optional_application: Decimal
    data_quality: Decimal | None
    earlier_data_quality: Decimal | None
    zero_denominator_scores_zero: bool = False
    window_months: int | None = 3  # of the assessment; None: the items say it themselves


@dataclass(frozen=True, slots=True)
class HospitalLevel:
    """A level of the whole hospital: its name and the overall requirements a person confirms."""

    level: int
    name: Text
    description: Text | None = None
    official_name: Text | None = None
    overall: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class DataQualityRule:
    """One row of the yearly data-quality table (数据质量评估项目表)."""

    id: str
    item: str
    level: int
    dimension: str
    label: Text
    active: bool
    mechanisable: bool


@dataclass(frozen=True, slots=True)
class Term:
    """A wording rule of the standard, or a doubtful place and how it was read."""

    term: str
    text: Text


@dataclass(frozen=True)
class Rubric:
    """One edition of a standard, whole. ``content_hash`` is the SHA-256 of its canonical JSON."""

    id: str
    status: Status
    title: Text
    document_number: str | None
    roles: tuple[Role, ...]
    items: tuple[Item, ...]
    levels: tuple[HospitalLevel, ...]
    gates: tuple[Gate, ...]  # levels 1..top, ascending
    thresholds: Thresholds
    rules: tuple[DataQualityRule, ...] = ()
    data_quality_table_year: int | None = None
    issuer: Text | None = None
    issued: str | None = None
    scope: Text | None = None
    status_note: Text | None = None
    wording_rules: tuple[Term, ...] = ()
    doubts: tuple[Term, ...] = ()
    statistical_bases: tuple[StatisticalBase, ...] = ()
    content_hash: str = ""
    source: Mapping[str, object] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def by_code(self) -> Mapping[str, Item]:
        return {item.code: item for item in self.items}

    @cached_property
    def gate_at(self) -> Mapping[int, Gate]:
        return {gate.level: gate for gate in self.gates}

    @cached_property
    def role_by_code(self) -> Mapping[str, Role]:
        return {role.code: role for role in self.roles}

    @cached_property
    def pools(self) -> Mapping[int, tuple[tuple[Item, ...], tuple[Item, ...]]]:
        """Per gate level: the items basic there and those optional there, in the rubric's order."""

        def pool(level: int, category: Category) -> tuple[Item, ...]:
            return tuple(
                item
                for item in self.items
                if level in item.by_level and item.by_level[level].category == category
            )

        return {gate.level: (pool(gate.level, "basic"), pool(gate.level, "optional")) for gate in self.gates}

    @cached_property
    def active_rules(self) -> Mapping[tuple[str, int], tuple[str, ...]]:
        """Ids of the active data-quality rules of each (item, level) that has any."""
        ids: dict[tuple[str, int], tuple[str, ...]] = {}
        for rule in self.rules:
            if rule.active:
                ids[rule.item, rule.level] = (*ids.get((rule.item, rule.level), ()), rule.id)
        return ids

    def place(self, part: str) -> str:
        """Where the document speaks of ``part`` (scoring, application, data_quality, gates, clauses,
        levels), e.g. 国卫办医函〔2018〕1079号 附表2; the edition's own title where it names no place."""
        places = self.source.get("places")
        place = places.get(part, "") if isinstance(places, Mapping) else ""
        return f"{self.document_number or self.title.zh} {place}".strip()

    @property
    def top_level(self) -> int:
        return self.gates[-1].level

    @property
    def official(self) -> bool:
        return self.status == "official"

    def items_of(self, role_code: str) -> Iterator[Item]:
        return (item for item in self.items if item.role == role_code)

    def rules_of(self, item_code: str, level: int) -> tuple[DataQualityRule, ...]:
        """Rules of one item and level, inactive ones included."""
        return tuple(r for r in self.rules if r.item == item_code and r.level == level)


@dataclass(frozen=True, slots=True)
class StatisticalBase:
    """A count typed once (统计口径与公共分母), e.g. discharges, and the items that divide by it.

    ``feeds`` maps an item code to the levels it serves; an empty tuple means every level.
    """

    key: str
    name: Text
    definition: Text
    unit: Text
    feeds: Mapping[str, tuple[int, ...]]
