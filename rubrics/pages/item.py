"""The page of one item: its levels as a ladder, the highest on top, each with its clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from engine.rubric.values import (
    DataQualityRule,
    HospitalLevel,
    Item,
    ItemLevel,
    Role,
    Rubric,
    StatisticalBase,
    Term,
    Text,
)
from rubrics.pages.heading import EditionHeading
from rubrics.pages.standard import Legend, RoleSection, sections_of
from rubrics.rows import clause_code
from rubrics.tags import DIMENSIONS, EVIDENCE, NATURES, Tag


@dataclass(frozen=True, slots=True)
class ClauseLine:
    code: str  # 01.01.4-2
    n: int
    text: Text
    official: str  # wording of the imported annex, Chinese; empty when none was imported
    nature: Tag
    backend: bool
    evidence: tuple[Tag, ...]
    address: str  # permalink, from the root

    @property
    def anchor(self) -> str:
        return f"c-{self.code}"


@dataclass(frozen=True, slots=True)
class RuleLine:
    rule: DataQualityRule
    dimension: Tag


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of the ladder; ``defined`` is false where the standard has no such level."""

    level: int
    defined: bool
    hospital: HospitalLevel
    category: str | None = None
    confirmed: bool = False
    no_requirement: bool = False
    need_application: Decimal | None = None
    need_quality: Decimal | None = None
    clauses: tuple[ClauseLine, ...] = ()
    data_quality: Text | None = None
    rules: tuple[RuleLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemPage:
    edition: EditionHeading
    item: Item
    role: Role
    rungs: tuple[Rung, ...]  # highest first, as on a ladder
    bases: tuple[StatisticalBase, ...]
    doubts: tuple[Term, ...]
    sections: tuple[RoleSection, ...]  # the navigation at the left
    previous: Item | None
    following: Item | None
    has_official_wording: bool
    legend: Legend
    origin: str  # scheme and host, for links that are copied

    @property
    def search_edition(self) -> str:
        return self.edition.address


def lay_out_item(
    heading: EditionHeading, rubric: Rubric, item: Item, wordings: Mapping[str, str], origin: str
) -> ItemPage:
    place = rubric.items.index(item)
    return ItemPage(
        edition=heading,
        item=item,
        role=rubric.role_by_code[item.role],
        rungs=tuple(reversed(tuple(_rungs(heading, rubric, item, wordings)))),
        bases=tuple(base for base in rubric.statistical_bases if item.code in base.feeds),
        doubts=tuple(doubt for doubt in rubric.doubts if concerns(doubt, item.code)),
        sections=tuple(sections_of(rubric)),
        previous=rubric.items[place - 1] if place else None,
        following=rubric.items[place + 1] if place + 1 < len(rubric.items) else None,
        has_official_wording=bool(wordings),
        legend=Legend(),
        origin=origin,
    )


def concerns(doubt: Term, code: str) -> bool:
    """Whether the place of a doubt names the item: ``01.03, 01.05 (level 2)``, ``02.02.7 dq``."""
    return code in doubt.term


def _rungs(
    heading: EditionHeading, rubric: Rubric, item: Item, wordings: Mapping[str, str]
) -> Iterator[Rung]:
    for hospital in rubric.levels:
        level = item.by_level.get(hospital.level)
        if level is None:
            if hospital.level:  # an item without level 0 has nothing to say about absence
                yield Rung(hospital.level, False, hospital)
            continue
        bounds = rubric.thresholds
        need = bounds.basic_application if level.category == "basic" else bounds.optional_application
        yield Rung(
            level=level.level,
            defined=True,
            hospital=hospital,
            category=level.category,
            confirmed=level.category_confirmed,
            no_requirement=level.no_requirement,
            need_application=need if level.category and item.application.kind == "ratio" else None,
            need_quality=bounds.data_quality if level.has_index else None,
            clauses=tuple(_clauses(heading, item, level, wordings)),
            data_quality=level.data_quality,
            rules=tuple(
                RuleLine(rule, DIMENSIONS[rule.dimension]) for rule in rubric.rules_of(item.code, level.level)
            ),
        )


def _clauses(
    heading: EditionHeading, item: Item, level: ItemLevel, wordings: Mapping[str, str]
) -> Iterator[ClauseLine]:
    for clause in level.clauses:
        code = clause_code(item.code, level.level, clause.n)
        yield ClauseLine(
            code=code,
            n=clause.n,
            text=clause.text,
            official=wordings.get(code, ""),
            nature=NATURES[clause.nature],
            backend=clause.backend,
            evidence=tuple(EVIDENCE[kind] for kind in clause.evidence),
            address=reverse("rubric-clause", args=[heading.address, code]),
        )
