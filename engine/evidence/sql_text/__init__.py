"""Rules as text (规则的SQL文本): a commented, read-only SELECT that a hospital's own engineers review and run.

Written apart from the engine's expressions, in plain SQL; tests run both on the same rows. The
statement gives one row: ``numerator``, ``denominator`` and, where fewer rows count for a clause,
the same two per clause.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.evidence.catalogue.checks import StatisticCheck
from engine.evidence.catalogue.values import Catalogue, Rule
from engine.evidence.mapping import MappingDocument, mapping_hash
from engine.evidence.sql_text.dialects import DIALECTS, DUCKDB, Dialect
from engine.evidence.sql_text.header import header
from engine.evidence.sql_text.shapes import Shapes
from engine.evidence.sql_text.sources import Sources
from engine.evidence.sql_text.statistics import Statistic, statistic_of
from engine.rubric.values import Text

__all__ = ["DIALECTS", "DUCKDB", "NoStatement", "Statement", "rule_sql"]


class NoStatement(ValueError):
    """A rule that cannot be written as SQL; ``sentence`` says why and what to do instead."""

    def __init__(self, sentence: Text) -> None:
        self.sentence = sentence
        super().__init__(sentence.en)


@dataclass(frozen=True, slots=True)
class Statement:
    """``text``: comment and statement. ``unmapped``: records and fields the mapping has no source for."""

    rule: str
    dialect: str
    text: str
    query: str
    unmapped: tuple[str, ...]


def rule_sql(
    rule: Rule,
    catalogue: Catalogue,
    dialect: Dialect,
    mapping: MappingDocument | None = None,
    window: tuple[date, date] | None = None,
) -> Statement:
    """The statement of one rule.

    ``mapping``: the hospital's; without one the canonical names stand for tables and columns.
    ``window``: first and last day; without one the statement has parameters. Raises NoStatement for
    a rule that people have to count.
    """
    if rule.check is None or not rule.mechanisable:
        raise NoStatement(
            Text(
                "本规则不能写成SQL，须由医院统计后填报。",
                "This rule cannot be written as SQL; the hospital counts and supplies its figure.",
            )
        )
    sources = Sources(catalogue, dialect, mapping, window)
    shapes = Shapes(rule, sources)
    if isinstance(rule.check, StatisticCheck):
        statistic = statistic_of(rule.check, shapes)
        if statistic is None:
            raise NoStatement(
                Text(
                    f"统计量{rule.check.kind}按天或按小时分布计算，不写成一条SQL，请由核验程序计算。",
                    f"The statistic {rule.check.kind} is worked out from a spread over days or hours "
                    "and is not written as one statement: let the checks count it.",
                )
            )
    else:
        statistic = Statistic("\n  UNION ALL\n".join(shapes.units()))
    query = _query(rule, sources, statistic)
    notes = (*sources.notes, *statistic.notes, *dialect.notes())
    hashed = mapping_hash(mapping) if mapping is not None else ""
    lines = header(
        rule, catalogue, dialect, window, tuple(sources.unmapped), notes, bool(statistic.value), hashed
    )
    comment = "\n".join(f"-- {line}".rstrip() for line in lines)
    return Statement(rule.id, dialect.key, f"{comment}\n{query}\n;\n", query, tuple(sources.unmapped))


def _query(rule: Rule, sources: Sources, statistic: Statistic) -> str:
    parts = {**sources.written(), **statistic.steps, "zp_units": statistic.units}
    named = ",\n".join(f"{name} AS (\n{text}\n)" for name, text in parts.items())
    columns = ["COALESCE(SUM(conforms), 0) AS numerator", "COUNT(*) AS denominator"]
    for i, clause in enumerate(() if statistic.value else rule.supports_where):
        code = clause.replace(".", "_").replace("-", "_")
        columns.append(f"COALESCE(SUM(in_{i} * conforms), 0) AS numerator_{code}")
        columns.append(f"COALESCE(SUM(in_{i}), 0) AS denominator_{code}")
    if statistic.value:
        columns.append(f"{statistic.value} AS counted_values")
    return f"WITH\n{named}\nSELECT " + ",\n       ".join(columns) + "\nFROM zp_units"
