"""Statistics that are shares of rows: each kind says which rows are units and which of them hold.

Rows are first grouped by everything that decides whether they hold, so that twenty million rows
are aggregated once and judged on a few thousand groups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from engine.evidence.catalogue.checks import Where
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.selecting import available, chosen, filled, holds, where_of
from engine.evidence.statistics import texts
from engine.evidence.tables import CAMPUS, DEPARTMENT, FILE, ROW, Tables

PLACES = (CAMPUS, DEPARTMENT)
VALUE_KINDS = frozenset(("pattern_share", "placeholder_share", "han_character_share"))
PAIR_KINDS = frozenset(("one_name_per_code", "one_code_per_name", "same_name_across_records"))
SHARES = VALUE_KINDS | PAIR_KINDS | {"share"}
Verdict = Callable[[ir.Table], ir.Table]


@dataclass(frozen=True, slots=True)
class Source:
    """One record type a statistic reads: ``fields`` are (code, name), (value,) or those of ``of``.

    ``blame``: the fields named where a row pulls the figure to the wrong side.
    """

    number: int
    record: str
    fields: tuple[str, ...]
    where: Where
    blame: tuple[str, ...]


def sources_of(kind: str, given: Mapping[str, Any]) -> tuple[Source, ...]:
    """What a share reads, in the order of the library."""
    if kind == "share":
        of = where_of(given["of"])
        fields = tuple(dict.fromkeys(condition.field for group in of for condition in group))
        return (Source(0, str(given["record"]), fields, where_of(given.get("where")), fields),)
    if kind in VALUE_KINDS:
        return tuple(
            Source(
                number, str(one["record"]), (str(one["field"]),), where_of(one.get("where")), (one["field"],)
            )
            for number, one in enumerate(given["fields"])
        )
    blamed = "code" if kind == "one_code_per_name" else "name"
    return tuple(
        Source(
            number,
            str(one["record"]),
            (str(one["code"]), str(one["name"])),
            where_of(one.get("where")),
            (str(one[blamed]),),
        )
        for number, one in enumerate(given["pairs"])
    )


def readable(
    sources: tuple[Source, ...], tables: Tables, catalogue: Catalogue, setting: str
) -> tuple[Source, ...]:
    """Sources without those the hospital does not have. Raises CouldNotCheck for what is missing."""
    return tuple(
        source
        for source in sources
        if available(
            tables, catalogue, source.record, where=source.where, setting=setting, fields=source.fields
        )
    )


@dataclass(frozen=True)
class Units:
    """Units of a share. ``rows``: zp_file, zp_row, campus, department, ``part`` (the source's number)
    and the columns that ``decides``, none of them NULL; ``verdict`` takes groups of those columns and
    returns the groups that are units with the truth column ``held``.

    Texts are normalised in the verdict, not on the rows: TRANSLATE builds its table for every value.
    ``holds``: the same for rows, where it is cheap enough to be asked of each.
    """

    rows: ir.Table
    decides: tuple[str, ...]
    verdict: Verdict
    holds: Callable[[ir.Table], ir.BooleanValue] | None = None


def units_of(
    kind: str,
    given: Mapping[str, Any],
    sources: tuple[Source, ...],
    tables: Tables,
    catalogue: Catalogue,
    setting: str,
) -> Units:
    """The units of a kind over sources that are readable."""

    def part(source: Source) -> ir.Table:
        rows = chosen(tables, catalogue, source.record, where=source.where, setting=setting)
        return _part(kind, given, source, rows)

    united = reduce(lambda left, right: left.union(right), [part(source) for source in sources])
    if kind == "share":
        return Units(
            united, ("hit",), lambda cells: cells.mutate(held=cells["hit"]), lambda rows: rows["hit"]
        )
    if kind in VALUE_KINDS:
        test = _test(kind, given)
        return Units(
            united,
            ("value",),
            lambda cells: cells.mutate(held=test(cells["value"])),
            (lambda rows: test(rows["value"])) if is_row_by_row(kind, given) else None,
        )
    if kind == "same_name_across_records":
        return Units(united, ("part", "code", "name"), _same_on_both_sides)
    by, other = ("code", "zp_name") if kind == "one_name_per_code" else ("zp_name", "code")
    return Units(united, ("code", "name"), _one_of(by, other))


def is_row_by_row(kind: str, given: Mapping[str, Any]) -> bool:
    """Whether a row shows by itself and without TRANSLATE whether it holds."""
    return kind in ("share", "han_character_share") or (
        kind == "pattern_share" and not given.get("normalise")
    )


def _part(kind: str, given: Mapping[str, Any], source: Source, rows: ir.Table) -> ir.Table:
    if kind == "share":
        return _placed(rows, source, hit=holds(rows, where_of(given["of"])))
    rows = rows.filter(filled(rows, source.fields))
    if kind in VALUE_KINDS:
        return _placed(rows, source, value=rows[source.fields[0]].cast("string"))
    code, name = source.fields
    return _placed(rows, source, code=rows[code], name=rows[name])


def _placed(rows: ir.Table, source: Source, **columns: Any) -> ir.Table:
    return rows.select(
        **{FILE: rows[FILE].cast("int64"), ROW: rows[ROW].cast("int64")},
        **{name: rows[name].cast("string") for name in PLACES},
        part=ibis.literal(source.number, type="int64"),
        **columns,
    )


def _test(kind: str, given: Mapping[str, Any]) -> Callable[[Any], Any]:
    """What a filled value has to be: matching, a placeholder, with a Chinese character."""
    if kind == "pattern_share":
        pattern, normalise = str(given["pattern"]), given.get("normalise")
        if normalise not in (None, "icd"):
            raise ValueError(f"normalise: {normalise}")
        return lambda value: (texts.icd(value) if normalise == "icd" else value).re_search(pattern)
    if kind == "placeholder_share":
        case = str.maketrans(texts.ASCII_LOWER, texts.ASCII_UPPER)
        listed = sorted({str(value).translate(case) for value in given["values"]})
        return lambda value: texts.upper(value).isin(listed)
    return lambda value: value.re_search(texts.HAN)


def _one_of(by: str, other: str) -> Verdict:
    """Held when everything with the same ``by`` has the same ``other``; names count as normalised."""

    def verdict(cells: ir.Table) -> ir.Table:
        named = cells.mutate(zp_name=texts.one_width(cells["name"]))
        named = named.filter(named["zp_name"] != "")
        column = named[other]
        return named.mutate(held=column.min().over(group_by=by) == column.max().over(group_by=by))

    return verdict


def _same_on_both_sides(cells: ir.Table) -> ir.Table:
    """Units are those whose code both records have; held when the other record has the name too."""
    side = cells["part"]
    marked = cells.mutate(
        both=side.min().over(group_by="code") != side.max().over(group_by="code"),
        held=side.min().over(group_by=["code", "name"]) != side.max().over(group_by=["code", "name"]),
    )
    return marked.filter(marked["both"])
