"""Reading statistics: which parameters each kind takes, and what they may name."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import cast

from engine.evidence.catalogue.checks import Comparator, Comparison
from engine.evidence.catalogue.grammar import read_where
from engine.evidence.catalogue.references import Known
from engine.rubric.section import Section, plain
from engine.rubric.values import Text

Reader = Callable[[Section, Known], None]


def read_statistic(part: Section, key: str, known: Known) -> tuple[str, dict[str, object]]:
    """Kind and parameters (plain values, as the library writes them) of the statistic under ``key``."""
    section = part.section(key)
    kind = section.one_of("kind", tuple(READERS))
    READERS[kind](section, known)
    section.finish()
    parameters = plain(section.map)
    del parameters["kind"]
    return kind, parameters


def read_comparison(part: Section, key: str) -> Comparison:
    """``{op, value}``; for ``outside`` two values, the lower first."""
    section = part.section(key)
    op = cast(Comparator, section.one_of("op", ("<", "<=", ">", ">=", "outside")))
    values: tuple[Decimal, ...]
    if op == "outside":
        values = tuple(_bound(section, value) for value, _ in section.entries("value"))
        if len(values) != 2 or values[0] >= values[1]:
            section.refuse("“value” must list the lower and the upper bound", "value")
    else:
        values = (section.number("value"),)
    section.finish()
    return Comparison(op, values)


def _bound(section: Section, value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        section.refuse("“value” must list numbers", "value")
    return Decimal(value)


def read_statistic_kinds(part: Section) -> dict[str, Text]:
    """What each kind means; ``params`` must be parameters the kind takes here."""
    found: dict[str, Text] = {}
    for kind in part.map:
        section = part.section(kind)
        if kind not in READERS:
            part.refuse(f"the statistic {kind} is not known", kind)
        found[kind] = section.own_text()
        for name in section.strings("params"):
            if name not in PARAMETERS[kind]:
                section.refuse(f"the statistic {kind} takes no parameter {name}", "params")
        section.finish()
    return found


def _distinct_count(part: Section, known: Known) -> None:
    record = known.record(part)
    known.own_field(part, "field", record)
    read_where(part, "where", record, known)
    if "min_rows_per_value" in part:
        part.integer("min_rows_per_value", least=1)


def _share(part: Section, known: Known) -> None:
    record = known.record(part)
    read_where(part, "where", record, known)
    if not read_where(part, "of", record, known):
        part.refuse("the field “of” is missing")


def _named_codes(part: Section, known: Known) -> None:
    pairs = list(part.sections("pairs"))
    for pair in pairs:
        record = known.record(pair)
        known.own_field(pair, "code", record, "code", "string")
        known.own_field(pair, "name", record, "code", "string")
        pair.finish()
    if len(pairs) < (2 if part.map["kind"] == "same_name_across_records" else 1):
        part.refuse("“pairs” lists too few records", "pairs")


def _fields(part: Section, known: Known) -> None:
    listed = list(part.sections("fields"))
    if not listed:
        part.refuse("“fields” is empty", "fields")
    for entry in listed:
        known.own_field(entry, "field", known.record(entry), "code", "string")
        entry.finish()


def _pattern(part: Section, known: Known) -> None:
    _fields(part, known)
    try:
        re.compile(part.string("pattern"))
    except re.error as error:
        part.refuse(f"“pattern” is no regular expression: {error}", "pattern")
    if "normalise" in part:
        part.one_of("normalise", ("icd",))


def _placeholders(part: Section, known: Known) -> None:
    _fields(part, known)
    part.strings("values")


def _gaps(part: Section, known: Known) -> None:
    part.integer("bin_seconds", least=1)
    for pair in part.sections("pairs"):
        ends = []
        for key in ("from", "to"):
            end = pair.section(key)
            record = known.record(end)
            known.own_field(end, "field", record, "datetime")
            end.finish()
            ends.append(record)
        known.shared_fields(pair, "join_on", *ends)
        pair.finish()


def _volumes(part: Section, known: Known) -> None:
    of = part.section("of")
    record = known.record(of)
    known.own_fields(of, "distinct_on", record)
    known.own_field(of, "window_on", record, "datetime")
    read_where(of, "where", record, known)
    of.finish()
    to = part.section("to")
    record = known.record(to)
    read_where(to, "where", record, known)
    known.own_field(to, "sum_on", record, "number")
    to.finish()


def _nothing(part: Section, known: Known) -> None:
    """No parameters."""


def _whole(key: str) -> Reader:
    def read(part: Section, known: Known) -> None:
        part.integer(key, least=1)

    return read


READERS: dict[str, Reader] = {
    "distinct_count": _distinct_count,
    "share": _share,
    "one_name_per_code": _named_codes,
    "one_code_per_name": _named_codes,
    "same_name_across_records": _named_codes,
    "pattern_share": _pattern,
    "placeholder_share": _placeholders,
    "han_character_share": _fields,
    "day_coverage": _nothing,
    "weekday_variation": _nothing,
    "hour_entropy": _nothing,
    "identical_timestamp_share": _whole("group_min"),
    "modal_gap_share": _gaps,
    "round_time_share": _whole("modulus_seconds"),
    "round_number_share": _whole("modulus"),
    "duplicate_row_share": _nothing,
    "equal_coefficient_share": _whole("decimals"),
    "volume_ratio": _volumes,
    "key_reuse_share": _nothing,
    "same_endpoint_share": _nothing,
    "top_actor_share": _whole("top"),
    "end_loaded_ratio": _whole("days"),
}

PARAMETERS: dict[str, frozenset[str]] = {
    kind: frozenset(names)
    for kind, names in {
        "distinct_count": ("record", "field", "where", "min_rows_per_value"),
        "share": ("record", "where", "of"),
        "one_name_per_code": ("pairs",),
        "one_code_per_name": ("pairs",),
        "same_name_across_records": ("pairs",),
        "pattern_share": ("fields", "pattern", "normalise"),
        "placeholder_share": ("fields", "values"),
        "han_character_share": ("fields",),
        "day_coverage": (),
        "weekday_variation": (),
        "hour_entropy": (),
        "identical_timestamp_share": ("group_min",),
        "modal_gap_share": ("pairs", "bin_seconds"),
        "round_time_share": ("modulus_seconds",),
        "round_number_share": ("modulus",),
        "duplicate_row_share": (),
        "equal_coefficient_share": ("decimals",),
        "volume_ratio": ("of", "to"),
        "key_reuse_share": (),
        "same_endpoint_share": (),
        "top_actor_share": ("top",),
        "end_loaded_ratio": ("days",),
    }.items()
}

#: The type of the field a statistic is taken of; kinds that are not listed take any field.
SUBJECTS: dict[str, str] = {
    "day_coverage": "datetime",
    "weekday_variation": "datetime",
    "hour_entropy": "datetime",
    "identical_timestamp_share": "datetime",
    "modal_gap_share": "datetime",
    "round_time_share": "datetime",
    "end_loaded_ratio": "datetime",
    "round_number_share": "number",
}
