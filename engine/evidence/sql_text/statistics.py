"""Statistics as text: shares of rows, and how many values there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.evidence.catalogue.checks import StatisticCheck
from engine.evidence.selecting import where_of
from engine.evidence.sql_text.shapes import Shapes, conjunction
from engine.evidence.statistics.rows import PAIR_KINDS, SHARES, VALUE_KINDS, Source, sources_of
from engine.evidence.statistics.texts import ASCII_LOWER, ASCII_UPPER
from engine.rubric.values import Text

SERVER_2025 = Text(
    "SQL Server 2025（兼容级别170）才有REGEXP_LIKE；更早的版本没有正则表达式，写不出本规则，"
    "请导出数据用核验程序计算。",
    "REGEXP_LIKE needs SQL Server 2025 (compatibility level 170); earlier versions have no regular "
    "expressions and cannot express this rule: export the data and let the checks count.",
)


@dataclass
class Statistic:
    """``steps``: named queries before the units; ``units``: one row per unit with ``conforms``."""

    units: str
    steps: dict[str, str] = field(default_factory=dict)
    value: str = ""  # an expression over zp_units beside numerator and denominator
    notes: list[Text] = field(default_factory=list)


def statistic_of(check: StatisticCheck, shapes: Shapes) -> Statistic | None:
    """The statistic of a rule, None for a kind that is no share and no number of values."""
    given: Mapping[str, Any] = check.parameters
    if check.kind == "distinct_count":
        return _distinct(given, shapes)
    if check.kind not in SHARES:
        return None
    sources = sources_of(check.kind, given)
    if check.kind == "share":
        source = sources[0]
        filters = shapes.filters(source.record, "l", source.where)
        held = shapes.meets(source.record, where_of(given["of"]), "l")
        return Statistic(shapes.select(source.record, held, filters, narrowed=False))
    if check.kind in VALUE_KINDS:
        found = Statistic(
            "\n  UNION ALL\n".join(_values(check.kind, given, source, shapes) for source in sources)
        )
        if shapes.dialect.key == "mssql" and check.kind == "pattern_share":
            found.notes.append(SERVER_2025)
        return found
    assert check.kind in PAIR_KINDS
    return _pairs(check.kind, sources, shapes)


def _values(kind: str, given: Mapping[str, Any], source: Source, shapes: Shapes) -> str:
    dialect = shapes.dialect
    value = shapes.sources.column(source.record, source.fields[0], "l")
    if kind == "pattern_share":
        test = dialect.matches(
            dialect.icd(value) if given.get("normalise") == "icd" else value, str(given["pattern"])
        )
    elif kind == "placeholder_share":
        case = str.maketrans(ASCII_LOWER, ASCII_UPPER)
        listed = sorted({str(each).translate(case) for each in given["values"]})
        test = f"UPPER({value}) IN ({', '.join(map(dialect.literal, listed))})"
    else:
        test = dialect.has_han(value)
    filters = [*shapes.filters(source.record, "l", source.where), f"{value} IS NOT NULL"]
    return shapes.select(source.record, test, filters, narrowed=False)


def _pairs(kind: str, sources: tuple[Source, ...], shapes: Shapes) -> Statistic:
    dialect = shapes.dialect
    selects = []
    for source in sources:
        code, name = (shapes.sources.column(source.record, each, "l") for each in source.fields)
        filters = [
            *shapes.filters(source.record, "l", source.where),
            f"{code} IS NOT NULL",
            f"{name} IS NOT NULL",
        ]
        selects.append(
            f"  SELECT {source.number} AS part, {code} AS code, {name} AS label\n"
            f"  FROM {shapes.sources.of(source.record)} l\n  WHERE {conjunction(filters)}"
        )
    steps = {"zp_pairs": "\n  UNION ALL\n".join(selects)}
    last = "zp_pairs"
    for number, step in enumerate(dialect.one_width() if kind != "same_name_across_records" else (), 1):
        steps[f"zp_width_{number}"] = (
            f"  SELECT part, code, {step.replace('{}', 'label')} AS label FROM {last}"
        )
        last = f"zp_width_{number}"
    some = f"\n  FROM {last}\n  WHERE {dialect.is_filled('label')}"
    if kind == "same_name_across_records":
        steps["zp_sides"] = (
            "  SELECT MIN(part) OVER (PARTITION BY code) AS first_part,"
            "\n         MAX(part) OVER (PARTITION BY code) AS last_part,"
            "\n         CASE WHEN MIN(part) OVER (PARTITION BY code, label) <> MAX(part) OVER"
            " (PARTITION BY code, label)\n              THEN 1 ELSE 0 END AS conforms" + some
        )
        return Statistic("  SELECT conforms FROM zp_sides WHERE first_part <> last_part", steps)
    by, other = ("code", "label") if kind == "one_name_per_code" else ("label", "code")
    return Statistic(
        f"  SELECT CASE WHEN MIN({other}) OVER (PARTITION BY {by}) = MAX({other}) OVER (PARTITION BY {by})\n"
        f"              THEN 1 ELSE 0 END AS conforms{some}",
        steps,
    )


def _distinct(given: Mapping[str, Any], shapes: Shapes) -> Statistic:
    record, least = str(given["record"]), int(given.get("min_rows_per_value", 1))
    value = shapes.sources.column(record, str(given["field"]), "l")
    filters = [*shapes.filters(record, "l", where_of(given.get("where"))), f"{value} IS NOT NULL"]
    steps = {
        "zp_values": f"  SELECT {value} AS label, COUNT(*) OVER (PARTITION BY {value}) AS times\n"
        f"  FROM {shapes.sources.of(record)} l\n  WHERE {conjunction(filters)}"
    }
    units = f"  SELECT CASE WHEN times >= {least} THEN 1 ELSE 0 END AS conforms, label FROM zp_values"
    counted = "COUNT(DISTINCT CASE WHEN conforms = 1 THEN label END)"
    return Statistic(units, steps, counted)
