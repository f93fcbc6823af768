"""Reading the frame of a rubric: the standard itself, levels, gates, thresholds and roles."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from engine.rubric.section import Section
from engine.rubric.values import (
    Gate,
    HospitalLevel,
    Item,
    Role,
    Status,
    Term,
    Text,
    Thresholds,
)
from engine.rubric.vocabulary import STATUSES

KEPT_PARTS = ("source", "derivation", "scoring", "structure", "places")
PLACES = ("scoring", "application", "data_quality", "gates", "clauses", "levels")
OFFICIAL_BASIC_APPLICATION = Decimal("0.80")


@dataclass(frozen=True, slots=True)
class Structure:
    """How much of everything the file says it holds; what was read must agree."""

    categories: int
    items: int
    levels: int
    clauses: int
    max_total: int
    line: int


@dataclass(frozen=True, slots=True)
class Standard:
    """The ``standard:`` part of a rubric file."""

    id: str
    status: Status
    title: Text
    document_number: str | None
    issuer: Text | None
    issued: str | None
    scope: Text | None
    status_note: Text | None
    data_quality_table_year: int | None
    levels: tuple[HospitalLevel, ...]
    wording_rules: tuple[Term, ...]
    structure: Structure
    kept: dict[str, Any]


def read_standard(section: Section) -> Standard:
    """The standard. Engine-wide conventions (two decimals, an absent factor is 1) are insisted on."""
    status = cast(Status, section.one_of("status", STATUSES))
    if section.boolean("official", default=status == "official") != (status == "official"):
        section.refuse(f"“official” contradicts the status {status}", "official")
    structure = _read_structure(section)
    if places := section.section_or_none("places"):
        for key in PLACES:
            places.string_or_none(key)
        places.finish()
    standard = Standard(
        id=section.string("id"),
        status=status,
        title=section.text("title"),
        document_number=section.string_or_none("document_number"),
        issuer=section.text_or_none("issuer"),
        issued=section.string_or_none("issued"),
        scope=section.text_or_none("scope"),
        status_note=section.text_or_none("status_note"),
        data_quality_table_year=section.integer_or_none("data_quality_table_year", least=1),
        levels=_read_levels(section),
        wording_rules=_read_terms(section),
        structure=structure,
        kept={key: section.kept(key) for key in KEPT_PARTS if key in section},
    )
    section.finish()
    return standard


def _read_structure(section: Section) -> Structure:
    scoring = section.section("scoring")
    if scoring.integer("score_decimals") != 2:
        scoring.refuse("scores are rounded to 2 decimals, nothing else is supported", "score_decimals")
    if "absent_factor" in scoring and scoring.integer("absent_factor") != 1:
        scoring.refuse("an absent factor counts 1, nothing else is supported", "absent_factor")
    structure = section.section("structure")
    result = Structure(
        categories=structure.integer("categories", least=1),
        items=structure.integer("items", least=1),
        levels=structure.integer("levels", least=2),
        clauses=structure.integer("clauses", least=1),
        max_total=scoring.integer("max_total", least=1),
        line=structure.line,
    )
    structure.finish()
    for key in ("item_formula", "total_formula", "function_score", "application_score", "level_decision"):
        scoring.text_or_none(key)
    scoring.text_or_none("zero_denominator")
    scoring.string_or_none("item")
    scoring.finish()
    return result


def _read_levels(section: Section) -> tuple[HospitalLevel, ...]:
    levels: list[HospitalLevel] = []
    for part in section.sections("levels"):
        number = part.integer("level")
        if number != len(levels):
            part.refuse(f"levels must ascend from 0; expected {len(levels)}, found {number}", "level")
        if "local" in part and "description" in part:
            part.refuse("“local” and “description” both describe the level; keep one", "local")
        levels.append(
            HospitalLevel(
                level=number,
                name=part.text("name"),
                description=part.text_or_none("local") or part.text_or_none("description"),
                official_name=part.text_or_none("official_name"),
                overall=part.texts("overall", required=False),
            )
        )
        part.finish()
    return tuple(levels)


def _read_terms(section: Section) -> tuple[Term, ...]:
    terms = []
    for part in section.sections("wording_rules", required=False):
        terms.append(Term(part.string("term"), part.own_text()))
        part.finish()
    return tuple(terms)


def read_gates(document: Section) -> tuple[tuple[Gate, ...], dict[int, int]]:
    """The gate table, levels 1 and up, and the line of each level."""
    gates: list[Gate] = []
    lines: dict[int, int] = {}
    for part in document.sections("gates"):
        gate = Gate(
            level=part.integer("level", least=1),
            basic=part.integer("basic"),
            optional_required=part.integer("optional_required"),
            optional_total=part.integer("optional_total"),
            min_total=part.integer("min_total"),
        )
        if gate.level != len(gates) + 1:
            part.refuse(f"gates must ascend from level 1; expected {len(gates) + 1}", "level")
        if gate.optional_required > gate.optional_total:
            part.refuse(f"{gate.optional_required} optional items of {gate.optional_total} cannot pass")
        if gates and gate.min_total < gates[-1].min_total:
            part.refuse("the minimum total must not fall with the level", "min_total")
        part.finish()
        gates.append(gate)
        lines[gate.level] = part.line
    if not gates:
        document.refuse("there is no gate", "gates")
    return tuple(gates), lines


def read_roles(document: Section) -> tuple[Role, ...]:
    roles: list[Role] = []
    for part in document.sections("roles"):
        role = Role(part.string("code"), part.text("name"), part.text_or_none("scope"))
        if any(role.code == other.code for other in roles):
            part.refuse(f"the role code {role.code} stands twice", "code")
        part.finish()
        roles.append(role)
    return tuple(roles)


def read_thresholds(
    document: Section, items: tuple[Item, ...]
) -> tuple[Thresholds, dict[str, Text], dict[str, Any]]:
    """Bounds, the in-use condition per implemented item, and the rules in words (kept, not scored).

    Lists that repeat facts of the items (which item has which bound at which level) must agree
    with the items; they are the standard's own table and catch a wrong flag.
    """
    section = document.section("thresholds")
    kept: dict[str, Any] = {}
    ratio = section.section("ratio")
    basic = ratio.share_or_none("basic_min")
    optional = ratio.share("optional_min")
    if basic is None and any(level.category == "basic" for item in items for level in item.levels):
        ratio.refuse("a rubric with basic items needs “basic_min”", "basic_min")
    if basic is not None and basic < optional:
        ratio.refuse("what passes as basic must pass as optional, so its bound cannot be lower", "basic_min")
    if ratio.text_or_none("rule"):
        kept["ratio_rule"] = ratio.kept("rule")
    _check_ratio_lists(ratio, items)
    ratio.finish()
    conditions: dict[str, Text] = {}
    if in_use := section.section_or_none("in_use"):
        conditions = _read_in_use(in_use, items)
        if "rule" in in_use:
            kept["in_use_rule"] = in_use.kept("rule")
    quality_min = earlier_min = None
    if quality := section.section_or_none("data_quality"):
        quality_min, earlier_min = quality.share("basic_min"), quality.share("earlier_levels_min")
        if quality.share("optional_min") != quality_min:
            quality.refuse("basic and optional items share one bound of data quality", "optional_min")
        quality.finish()
    elif any(item.measured for item in items):
        section.refuse("items are measured for data quality, so “data_quality” must give the bounds")
    zero = "refused"
    if "zero_denominator" in section:
        zero = section.one_of("zero_denominator", ("refused", "scores_zero"))
    thresholds = Thresholds(
        basic_application=OFFICIAL_BASIC_APPLICATION if basic is None else basic,
        optional_application=optional,
        data_quality=quality_min,
        earlier_data_quality=earlier_min,
        zero_denominator_scores_zero=zero == "scores_zero",
        window_months=section.integer_or_none("window_months", least=1),
    )
    section.finish()
    return thresholds, conditions, kept


def _check_ratio_lists(ratio: Section, items: tuple[Item, ...]) -> None:
    ratios = {item.code: item for item in items if item.application.kind == "ratio"}
    if "items" in ratio:
        if any(isinstance(entry, str) for entry in ratio.map["items"] or ()):
            if set(ratio.strings("items")) != set(ratios):
                ratio.refuse("the list differs from the items of kind ratio", "items")
        else:
            _check_bounds_per_item(ratio, ratios)
    if "by_level" in ratio:
        for part in ratio.sections("by_level"):
            level = part.integer("level", least=1)
            for key, category in (("min_80", "basic"), ("min_50", "optional")):
                expected = {code for code, item in ratios.items() if _category(item, level) == category}
                if set(part.strings(key)) != expected:
                    part.refuse(f"“{key}” differs from the {category} ratio items of level {level}", key)
            part.finish()


def _check_bounds_per_item(ratio: Section, ratios: dict[str, Item]) -> None:
    seen = set()
    for part in ratio.sections("items"):
        code = part.string("code")
        if code not in ratios or code in seen:
            part.refuse(f"{code} is not an item of kind ratio, or stands twice", "code")
        seen.add(code)
        for key, category in (
            ("min_80_as_basic_at_levels", "basic"),
            ("min_50_as_optional_at_levels", "optional"),
        ):
            expected = {level.level for level in ratios[code].levels if level.category == category}
            if set(part.integers(key)) != expected:
                part.refuse(f"“{key}” differs from the levels where {code} is {category}", key)
        part.finish()
    if seen != set(ratios):
        ratio.refuse(f"the list lacks {', '.join(sorted(set(ratios) - seen))}", "items")


def _category(item: Item, level: int) -> str | None:
    entry = item.by_level.get(level)
    return entry.category if entry else None


def _read_in_use(section: Section, items: tuple[Item, ...]) -> dict[str, Text]:
    if section.share("score_if_in_use") != 1 or section.share("score_if_not") != 0:
        section.refuse("an item in use counts 1 and one not in use 0, nothing else is supported")
    section.text_or_none("rule")
    implemented = {item.code for item in items if item.application.kind == "implemented"}
    conditions: dict[str, Text] = {}
    for part in section.sections("items"):
        code = part.string("code")
        if code not in implemented or code in conditions:
            part.refuse(f"{code} is not an item of kind implemented, or stands twice", "code")
        conditions[code] = part.text("condition")
        part.finish()
    if set(conditions) != implemented:
        missing = ", ".join(sorted(implemented - set(conditions)))
        section.refuse(f"the list lacks {missing}", "items")
    section.finish()
    return conditions
