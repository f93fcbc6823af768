"""Gaps between two steps, in bins: a formula leaves one bin, people and machines leave many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis.expr.types as ir

from engine.evidence.asking import Asking
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.selecting import available, chosen, filled
from engine.evidence.statistics.figures import NOTHING, Figure, share_of
from engine.evidence.tables import Tables

Side = Mapping[str, Any]


def seconds(time: Any) -> Any:
    """Whole seconds since 1970 of a naive time; only differences of it mean anything."""
    return time.epoch_seconds().cast("int64")


def modal_gap_share(
    pair: Mapping[str, Any], bin_seconds: int, asking: Asking, catalogue: Catalogue
) -> Figure:
    """Share of gaps in the most common bin of ``bin_seconds`` seconds, for one pair.

    Both times on one record: one gap per row. On two records: one gap per join key, between the
    earliest times of either side, because every row of an order with every other row of it would
    count one long order a thousand times. Raises CouldNotCheck.
    """
    start, end, keys = pair["from"], pair["to"], [str(key) for key in pair["join_on"]]
    one_record = start["record"] == end["record"]
    links = [] if one_record else keys
    found = [
        available(asking.tables, catalogue, side["record"], fields=(side["field"], *links))
        for side in (start, end)
    ]
    if not all(found):
        return NOTHING

    def build() -> ir.Table:
        return _bins(_gaps(start, end, keys, asking.tables, catalogue), bin_seconds)

    row = asking.one(f"gaps {start} {end}", build)
    return share_of(int(row["largest"] or 0), int(row["gaps"] or 0))


def _bins(gaps: ir.Table, bin_seconds: int) -> ir.Table:
    gap = gaps["gap"]
    bins = gaps.select(bin=gap - (gap % bin_seconds + bin_seconds) % bin_seconds)  # floor, below zero too
    counted = bins.group_by("bin").aggregate(n=bins.count())
    return counted.aggregate(largest=counted["n"].max(), gaps=counted["n"].sum())


def _gaps(start: Side, end: Side, keys: Sequence[str], tables: Tables, catalogue: Catalogue) -> ir.Table:
    if start["record"] == end["record"]:
        rows = chosen(tables, catalogue, start["record"])
        both = rows.filter(filled(rows, (start["field"], end["field"])))
        return both.select(gap=seconds(both[end["field"]]) - seconds(both[start["field"]]))
    first = _earliest(start, keys, tables, catalogue, "start")
    second = _earliest(end, keys, tables, catalogue, "end")
    joined = first.join(second, list(keys), how="inner")
    return joined.select(gap=seconds(joined["end"]) - seconds(joined["start"]))


def _earliest(side: Side, keys: Sequence[str], tables: Tables, catalogue: Catalogue, name: str) -> ir.Table:
    rows = chosen(tables, catalogue, side["record"])
    rows = rows.filter(filled(rows, (side["field"], *keys)))
    return rows.group_by(list(keys)).aggregate(**{name: rows[side["field"]].min()})
