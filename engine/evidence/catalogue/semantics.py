"""Reading decision-support topics, the fragmentation index with its analytes, and authenticity checks."""

from __future__ import annotations

from decimal import Decimal

from engine.evidence.catalogue.references import Known
from engine.evidence.catalogue.statistics import SUBJECTS, read_comparison, read_statistic
from engine.evidence.catalogue.values import (
    Analyte,
    AuthenticityCheck,
    DecisionSupport,
    Fragmentation,
    Rule,
    Topic,
)
from engine.rubric.section import Section
from engine.rubric.values import Text

TOPIC_FIELD = "knowledge_topic"


def read_decision_support(part: Section, checks: tuple[Rule, ...], known: Known) -> DecisionSupport:
    """Topics of knowledge; ``checks`` are the rules that stand under the same heading."""
    record = known.record(part)
    if TOPIC_FIELD not in record.fields:
        part.refuse(f"the record type {record.key} has no field {TOPIC_FIELD}", "record")
    allowed = record.fields[TOPIC_FIELD].values
    rubrics = {rule.rubric for rule in checks}
    if len(rubrics) != 1:
        part.refuse("the checks must all belong to one rubric, whose clauses the topics support", "checks")
    (rubric,) = rubrics
    topics: dict[str, Topic] = {}
    for section in part.sections("topics"):
        key = section.string("key")
        if key not in allowed or key in topics:
            section.refuse(f"{key} is not among the values of {TOPIC_FIELD}, or stands twice", "key")
        topics[key] = Topic(key, section.own_text(), known.own_clauses(section, "supports", rubric))
        section.finish()
    if missing := set(allowed) - set(topics):
        part.refuse(f"the topics {', '.join(sorted(missing))} are missing", "topics")
    support = DecisionSupport(
        record=record.key,
        min_alerts=part.integer("min_alerts", least=1),
        topics=tuple(topics.values()),
        note=part.text("note"),
        # The note says that alerts must refer to real business: those are the checks that join.
        checks_needed=tuple(rule.id for rule in checks if rule.dimension == "integration"),
    )
    part.finish()
    return support


def read_fragmentation(document: Section, known: Known) -> Fragmentation:
    """The semantic fragmentation index with its analytes and the abbreviations several of them share."""
    analytes = _read_analytes(document)
    shared = _read_shared(document, {analyte.key for analyte in analytes})
    part = document.section("semantic_fragmentation_index")
    record = known.record(part)
    specimen = part.section("specimen")
    specimen_record = known.record(specimen)
    secondary = part.section("secondary")
    if [str(value) for value, _ in part.entries("range")] != ["0", "1"]:
        part.refuse("the index lies between 0 and 1", "range")
    part.one_of("direction", ("lower_is_better",))
    secondary.one_of("name", ("off_main",))
    index = Fragmentation(
        label=part.text("label"),
        record=record.key,
        code_field=known.own_field(part, "code_field", record, "code"),
        name_field=known.own_field(part, "name_field", record, "string", "code"),
        specimen_record=specimen_record.key,
        specimen_field=known.own_field(specimen, "field", specimen_record, "code"),
        specimen_join=known.shared_fields(specimen, "join_on", record, specimen_record),
        steps=part.texts("steps"),
        bands=_read_bands(part),
        analytes=analytes,
        shared_abbreviations=shared,
        honest_failure=part.text("honest_failure"),
        remedy=part.text("remedy"),
        formula=part.string("formula"),
        secondary_formula=secondary.string("formula"),
        secondary_label=secondary.own_text(),
    )
    for section in (specimen, secondary, part):
        section.finish()
    return index


def _read_bands(part: Section) -> tuple[tuple[Decimal, Text], ...]:
    bands: list[tuple[Decimal, Text]] = []
    for section in part.sections("bands"):
        bound = section.share("max")
        if bands and bands[-1][0] >= bound:
            section.refuse("the bands must ascend", "max")
        bands.append((bound, section.own_text()))
        section.finish()
    if not bands or bands[-1][0] != 1:
        part.refuse("the last band must end at 1", "bands")
    return tuple(bands)


def _read_analytes(document: Section) -> tuple[Analyte, ...]:
    found: dict[str, Analyte] = {}
    for section in document.sections("lab_synonyms"):
        key = section.string("key")
        section.name = f"analyte {key}"
        if key in found:
            section.refuse(f"the analyte {key} stands twice", "key")
        found[key] = Analyte(
            key=key,
            label=section.own_text(),
            specimen=section.string("specimen"),
            synonyms=section.strings("synonyms"),
            loinc=section.strings("loinc"),
        )
        section.finish()
    return tuple(found.values())


def _read_shared(document: Section, analytes: set[str]) -> dict[str, tuple[str, ...]]:
    shared: dict[str, tuple[str, ...]] = {}
    for section in document.sections("shared_abbreviations"):
        abbreviation = section.string("abbreviation")
        keys = section.strings("keys")
        for key in keys:
            if key not in analytes:
                section.refuse(f"the analyte {key} does not exist", "keys")
        if abbreviation in shared or len(keys) < 2:
            section.refuse(f"{abbreviation} stands twice, or is shared by fewer than two analytes", "keys")
        shared[abbreviation] = keys
        section.finish()
    return shared


def read_authenticity(part: Section, known: Known) -> AuthenticityCheck:
    """A statistic that only warns."""
    part.name = f"authenticity check {part.string('id')}"
    kind, parameters = read_statistic(part, "statistic", known)
    part.one_of("effect", ("warn_only",))
    applies: list[tuple[str, str]] = []
    for section in part.sections("applies_to"):
        if "results" in section:
            section.one_of("results", ("rule_coefficients",))
            if kind != "equal_coefficient_share":
                section.refuse(f"{kind} is not taken of results", "results")
        else:
            record = known.record(section)
            # The declared volume and the ratio's own fields may be of any type.
            types = (SUBJECTS[kind],) if kind in SUBJECTS else ()
            applies.append((record.key, known.own_field(section, "field", record, *types)))
        section.finish()
    check = AuthenticityCheck(
        id=part.string("id"),
        label=part.text("label"),
        applies_to=tuple(applies),
        kind=kind,
        parameters=parameters,
        warn_when=read_comparison(part, "warn_when"),
        min_rows=part.integer("min_rows", least=1),
        suggests=part.text("suggests"),
        innocent=part.text("innocent"),
    )
    part.finish()
    return check
