"""Reading the capability map, the clauses without a check, and the formulas in words."""

from __future__ import annotations

from typing import Literal, cast

from engine.evidence.catalogue.references import Known
from engine.evidence.catalogue.rules import SCOPES
from engine.evidence.catalogue.values import FamilyRoute, NatureMap, NotCovered, Scope
from engine.rubric.section import Section
from engine.rubric.values import Text
from engine.rubric.vocabulary import DIMENSIONS, EVIDENCE_KINDS, NATURES

FAMILIES = (
    "dq_rules",
    "facade_checks",
    "semantic_checks",
    "closed_loops",
    "decision_support",
    "application_metrics",
)
#: The façade checks grew out of this standard; the list of clauses without one names no rubric.
FACADE_RUBRIC = "smart-service-2019"


def read_keyed(part: Section, key: str, name: str) -> tuple[tuple[str, Text], ...]:
    """A list of ``{<name>, zh, en}``."""
    found = []
    for section in part.sections(key):
        found.append((section.string(name), section.own_text()))
        section.finish()
    return tuple(found)


def read_capability(part: Section) -> tuple[dict[str, NatureMap], tuple[tuple[str, Text], ...]]:
    """The map by nature, and how it is to be read."""
    rules = read_keyed(part, "rules", "key")
    default = part.section("default_threshold")
    for key in ("basic", "optional"):
        default.share(key)
    default.finish()
    natures = part.section("natures")
    found = {nature: _read_nature(natures.section(nature), nature, natures) for nature in natures.map}
    if missing := set(NATURES) - set(found):
        natures.refuse(f"the natures {', '.join(sorted(missing))} are missing")
    part.finish()
    return found, rules


def _read_nature(part: Section, nature: str, natures: Section) -> NatureMap:
    if nature not in NATURES:
        natures.refuse(f"{nature} is no nature of a clause", nature)
    thresholds = part.section("default_threshold")
    other = part.strings("other_evidence", required=False)
    for kind in other:
        if kind not in EVIDENCE_KINDS:
            part.refuse(f"{kind} is no kind of evidence", "other_evidence")
    found = NatureMap(
        nature=nature,
        label=part.own_text(),
        max_status=cast(
            Literal["supported", "partly_supported"],
            part.one_of("max_status", ("supported", "partly_supported")),
        ),
        threshold_basic=thresholds.share("basic"),
        threshold_optional=thresholds.share("optional"),
        routes=tuple(_read_route(section) for section in part.sections("families")),
        other_evidence=other,
        note=part.text_or_none("note"),
    )
    thresholds.finish()
    part.finish()
    return found


def _read_route(part: Section) -> FamilyRoute:
    dimensions = part.strings("dimension", required=False)
    for dimension in dimensions:
        if dimension not in DIMENSIONS:
            part.refuse(f"{dimension} is no dimension", "dimension")
    if "item" in part:
        part.one_of("item", ("same",))
    route = FamilyRoute(
        family=part.one_of("family", FAMILIES),
        route=cast(
            Literal["explicit", "family", "corroborate"],
            part.one_of("route", ("explicit", "family", "corroborate")),
        ),
        dimensions=dimensions,
        level=cast(
            Literal["any", "at_least"],
            part.one_of("level", ("any", "at_least")) if "level" in part else "any",
        ),
        scope=cast(Scope, part.one_of("scope", SCOPES)) if "scope" in part else None,
        same_item="item" in part,
    )
    part.finish()
    return route


def read_not_covered(document: Section, known: Known) -> tuple[NotCovered, ...]:
    """Clauses for which no façade check or no closed loop exists, with the reason."""
    part = document.section("facade_not_covered")
    named = part.section("reasons")
    reasons = {key: named.text(key) for key in named.map}
    rubric = FACADE_RUBRIC
    if rubric not in known.rubrics:
        part.refuse(f"these clauses belong to {rubric}, which is not among the rubrics of this file")
    found: list[NotCovered] = []
    for section in part.sections("criteria"):
        reason = section.one_of("reason", tuple(reasons))
        code = known.clause(section, section.line_of("criterion"), rubric, section.string("criterion"))
        found.append(NotCovered(rubric, code, reasons[reason]))
        section.finish()
    part.finish()
    for section in document.sections("closed_loop_not_covered"):
        owner = known.rubric(section).id
        code = known.clause(section, section.line_of("criterion"), owner, section.string("criterion"))
        found.append(NotCovered(owner, code, section.own_text()))
        section.finish()
    return tuple(found)


def read_formulas(part: Section) -> dict[str, Text]:
    """Every formula in words: of the four dimensions with numerator and denominator, and the rest.

    ``thresholds`` becomes ``thresholds.basic`` and ``thresholds.optional``; ``level_index.gate`` is
    the condition on earlier levels.
    """
    found: dict[str, Text] = {}
    for key in part.map:
        section = part.section(key)
        if key == "thresholds":
            for category in section.map:
                found[f"{key}.{category}"] = _read_own(section.section(category))
        elif key == "combination":
            found[key] = _read_own(section)
        else:
            found[key] = _in_words(section)
            if "gate" in section:
                found[f"{key}.gate"] = _read_own(section.section("gate"))
        section.passed_over(
            "basic",
            "optional",
            "gate",
            "range",
            "decimals",
            "expression",
            "count_unit",
            "empty",
            "uses",
            "stated",
        )
        section.finish()
    return found


def _read_own(section: Section) -> Text:
    text = section.own_text()
    section.passed_over("application", "data_quality", "applies_to", "op", "value", "stated")
    section.finish()
    return text


def _in_words(section: Section) -> Text:
    label, detail = section.text("label"), section.text_or_none("detail")
    if section.name.endswith(DIMENSIONS):
        numerator, denominator = section.text("numerator"), section.text("denominator")
        label = Text(
            zh=f"{label.zh}。分子：{numerator.zh}。分母：{denominator.zh}。",
            en=f"{label.en}. Numerator: {numerator.en}. Denominator: {denominator.en}.",
        )
    if detail is None:
        return label
    return Text(zh=f"{label.zh.rstrip('。')}。{detail.zh}", en=f"{label.en.rstrip('.')}. {detail.en}")
