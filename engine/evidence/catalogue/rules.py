"""Reading rules: the yearly data-quality table and the three families of the checks' own file."""

from __future__ import annotations

from typing import cast, get_args

from engine.evidence.catalogue.checks import (
    Check,
    CompletenessCheck,
    DefinitionCheck,
    DictionaryCheck,
    IntegrationCheck,
    StatisticCheck,
    TimelinessCheck,
    Where,
)
from engine.evidence.catalogue.grammar import read_check, read_where
from engine.evidence.catalogue.references import Known
from engine.evidence.catalogue.statistics import read_comparison, read_statistic
from engine.evidence.catalogue.values import Dimension, Family, RecordType, Rule, Scope, Setting
from engine.rubric.section import Section, plain
from engine.rubric.values import Rubric
from engine.rubric.vocabulary import DIMENSIONS

SETTINGS: tuple[str, ...] = get_args(Setting)
SCOPES: tuple[str, ...] = get_args(Scope)
BASES = ("annex3", "annex4", "inferred")
#: What a rule of each family must say in words, beside its label.
WORDS = {
    "facade_checks": ("proves", "does_not_prove", "honest_failure", "remedy"),
    "decision_support": ("proves", "does_not_prove", "honest_failure", "remedy"),
    "semantic_checks": ("meaning", "honest_failure", "remedy"),
}


def read_table_rule(part: Section, rubric: Rubric, known: Known) -> Rule:
    """One row of the data-quality table. Its item, level and code were checked with the rubric."""
    part.name = f"rule {part.string('id')}"
    dimension = part.one_of("dimension", DIMENSIONS)
    mechanisable = part.boolean("mechanisable")
    if mechanisable != ("check" in part):
        part.refuse("exactly the mechanisable rules have a “check”", "check")
    if not mechanisable and "note" not in part:
        part.refuse("a rule that cannot be mechanised says why in “note”")
    if ("required" in part) != ("required_basis" in part):
        part.refuse("“required” and “required_basis” belong together", "required")
    part.passed_over("code")
    rule = Rule(
        id=part.string("id"),
        family="dq_rules",
        rubric=rubric.id,
        dimension=cast(Dimension, dimension),
        label=part.text("label"),
        setting=cast(Setting, part.one_of("setting", SETTINGS)),
        scope=cast(Scope, part.one_of("scope", SCOPES)),
        mechanisable=mechanisable,
        check=read_check(part.section("check"), dimension, known) if mechanisable else None,
        item=part.string("item"),
        level=part.integer("level"),
        active=part.boolean("active", default=True),
        required=part.boolean("required") if "required" in part else None,
        required_basis=part.one_of("required_basis", BASES) if "required_basis" in part else None,
        note=part.text_or_none("note"),
        metric=_read_figure(part),
        needs=part.string_or_none("needs"),
        table_dimension=part.one_of("table_dimension", DIMENSIONS) if "table_dimension" in part else None,
    )
    part.finish()
    return rule


def _read_figure(part: Section) -> dict[str, object] | None:
    """The ratio a hospital can supply for a rule that cannot be mechanised."""
    section = part.section_or_none("metric")
    if section is None:
        return None
    section.text("numerator")
    section.text("denominator")
    section.one_of("op", ("<", "<=", ">", ">="))
    section.number("value")
    section.finish()
    figure: dict[str, object] = plain(section.map)
    return figure


def read_rule(part: Section, family: Family, known: Known, min_rows: int) -> Rule:
    """A façade, semantic or decision-support check."""
    part.name = f"rule {part.string('id')}"
    rubric = known.rubric(part)
    dimension = part.one_of("dimension", DIMENSIONS)
    for key in WORDS[family]:
        part.text(key)
    threshold = None
    check: Check
    if "statistic" in part:
        kind, parameters = read_statistic(part, "statistic", known)
        check = StatisticCheck(kind, parameters, read_comparison(part, "pass_when"))
    else:
        check = read_check(part.section("check"), dimension, known)
        threshold = part.share("threshold")
    if not part.boolean("mechanisable"):
        part.refuse("every rule of this file is mechanisable", "mechanisable")
    two_sided = part.boolean("two_sided", default=False)
    if two_sided and dimension not in ("integration", "timeliness"):
        part.refuse("only a check that joins two sides can be two-sided", "two_sided")
    supports = known.own_clauses(part, "supports", rubric.id, required=False)
    rule = Rule(
        id=part.string("id"),
        family=family,
        rubric=rubric.id,
        dimension=cast(Dimension, dimension),
        label=part.text("label"),
        setting=cast(Setting, part.one_of("setting", SETTINGS)),
        scope=cast(Scope, part.one_of("scope", SCOPES)),
        mechanisable=True,
        check=check,
        item=_read_item(part, rubric, family),
        threshold=threshold,
        two_sided=two_sided,
        supports=supports,
        partial_for=_among(part, "partial_for", supports, known, rubric),
        supports_where=_read_supports_where(part, supports, check, known),
        companion=part.string_or_none("companion"),
        min_rows=min_rows,
        proves=part.text_or_none("proves"),
        does_not_prove=part.text_or_none("does_not_prove"),
        meaning=part.text_or_none("meaning"),
        note=part.text_or_none("note"),
        honest_failure=part.text("honest_failure"),
        remedy=part.text("remedy"),
    )
    if rule.proves is not None and rule.proves == rule.does_not_prove:
        part.refuse("“does_not_prove” only repeats “proves”", "does_not_prove")
    part.finish()
    return rule


def _read_item(part: Section, rubric: Rubric, family: str) -> str | None:
    if family == "facade_checks":
        if part.string("item") not in rubric.by_code:
            part.refuse(f"{rubric.id} has no item {part.string('item')}", "item")
        return part.string("item")
    return None


def _among(
    part: Section, key: str, supports: tuple[str, ...], known: Known, rubric: Rubric
) -> tuple[str, ...]:
    codes = known.own_clauses(part, key, rubric.id, required=False)
    for code in codes:
        if code not in supports:
            part.refuse(f"“{key}” names {code}, which is not among “supports”", key)
    return codes


def _read_supports_where(
    part: Section, supports: tuple[str, ...], check: object, known: Known
) -> dict[str, Where]:
    section = part.section_or_none("supports_where")
    if section is None:
        return {}
    record = counted_record(check, known)
    if record is None:
        part.refuse("a statistic cannot be narrowed to one clause", "supports_where")
    found: dict[str, Where] = {}
    for code in section.map:
        if code not in supports:
            section.refuse(f"{code} is not among “supports”", code)
        found[code] = read_where(section, code, record, known)
    return found


def counted_record(check: object, known: Known) -> RecordType | None:
    """The record type whose rows a check counts: left, record or the first moment; None: a statistic."""
    if isinstance(check, IntegrationCheck):
        return known.records[check.left]
    if isinstance(check, TimelinessCheck):
        return known.records[check.moments[0].record]
    if isinstance(check, DictionaryCheck | DefinitionCheck | CompletenessCheck):
        return known.records[check.record]
    return None


def check_companions(parts: dict[str, Section], rules: dict[str, Rule]) -> None:
    """A companion catches the rows that do not join: an integration rule of the same rubric."""
    for name, part in parts.items():
        companion = rules[name].companion
        if companion is None:
            continue
        other = rules.get(companion)
        if other is None or other.rubric != rules[name].rubric or other.dimension == "timeliness":
            part.refuse(f"the companion {companion} is no rule of this rubric that counts rows", "companion")
