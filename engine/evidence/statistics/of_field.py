"""Statistics of one field (or of whole rows) of one record type: how real the data look.

Used by the authenticity checks; the aggregation runs in the query engine, only counts per day,
per hour or totals come back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from engine.evidence.asking import Asking
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.selecting import (
    CouldNotCheck,
    available,
    chosen,
    filled,
    no_figure,
    no_window,
    where_of,
)
from engine.evidence.statistics import texts
from engine.evidence.statistics.figures import (
    NOTHING,
    Figure,
    Window,
    day_coverage,
    end_loaded,
    hour_entropy,
    share_of,
    weekday_variation,
)

N = "zp_n"


def figure_of(
    kind: str,
    parameters: Mapping[str, Any],
    asking: Asking,
    catalogue: Catalogue,
    record: str,
    field: str,
    window: Window | None,
    *,
    setting: str = "all",
) -> Figure:
    """The figure of one kind on one field. Raises CouldNotCheck (file, column, window, no figure)."""
    tables, where = asking.tables, where_of(parameters.get("where"))
    fields = _needed(kind, catalogue, record, field)
    if not available(tables, catalogue, record, where=where, setting=setting, fields=fields):
        return NOTHING

    def rows() -> ir.Table:
        return chosen(tables, catalogue, record, where=where, setting=setting)

    if kind in DAY_KINDS:
        if window is None:
            raise CouldNotCheck(no_window())
        return DAY_KINDS[kind](rows_per_day(asking, rows, field, window), window, parameters)
    subject = Subject(parameters, catalogue, record, field, rows)
    return FIELD_KINDS[kind](asking, subject)


@dataclass(frozen=True)
class Subject:
    """What a figure is about; ``rows()`` builds the expression of its rows."""

    parameters: Mapping[str, Any]
    catalogue: Catalogue
    record: str
    field: str
    rows: Callable[[], ir.Table]

    def filled(self) -> ir.Table:
        """Rows whose field is filled."""
        rows = self.rows()
        return rows.filter(rows[self.field].notnull())


def _needed(kind: str, catalogue: Catalogue, record: str, field: str) -> tuple[str, ...]:
    if kind == "key_reuse_share":
        return catalogue.records[record].natural_key
    if kind == "duplicate_row_share":
        return ()
    if kind == "same_endpoint_share":
        return ("sender_system", "receiver_system")
    return (field,)


def within(rows: ir.Table, field: str, window: Window) -> ir.Table:
    """Rows whose time is filled and lies in the window, both days included."""
    day = rows[field].date()
    return rows.filter(
        rows[field].notnull() & (day >= ibis.literal(window[0])) & (day <= ibis.literal(window[1]))
    )


def in_window(rows: ir.Table, field: str, window: Window) -> ir.Table:
    """Rows whose time lies in the window or is empty: the rule for what a window leaves in."""
    day = rows[field].date()
    outside = (day < ibis.literal(window[0])) | (day > ibis.literal(window[1]))
    return rows.filter(~outside.fill_null(False))


def rows_per_day(asking: Asking, rows: Callable[[], ir.Table], field: str, window: Window) -> dict[Any, int]:
    """Rows of each calendar day of the window that has any."""

    def build() -> ir.Table:
        inside = within(rows(), field, window)
        days = inside.select(day=inside[field].date())
        return days.group_by("day").aggregate(**{N: days.count()})

    return {row["day"]: int(row[N]) for row in asking.ask(f"days {field}", build)}


def _weekdays(per_day: dict[Any, int], window: Window, parameters: Mapping[str, Any]) -> Figure:
    figure = weekday_variation(per_day, window)
    if figure is None:
        raise CouldNotCheck(
            no_figure(
                "统计时段不足七天，算不出一周内的起伏。",
                "The window does not hold all seven weekdays, so their variation cannot be computed.",
            )
        )
    return figure


DAY_KINDS: Mapping[str, Callable[[dict[Any, int], Window, Mapping[str, Any]], Figure]] = {
    "day_coverage": lambda per_day, window, _: day_coverage(per_day, window),
    "weekday_variation": _weekdays,
    "end_loaded_ratio": lambda per_day, window, given: end_loaded(per_day, window, int(given["days"])),
}

Counting = Callable[[Asking, Subject], Figure]


def _two(asking: Asking, question: str, build: Callable[[], ir.Table]) -> Figure:
    """The figure of a one-row aggregation with columns ``hit`` and ``rows``."""
    row = asking.one(question, build)
    return share_of(int(row["hit"] or 0), int(row["rows"] or 0))


def _hits(rows: ir.Table, condition: Any) -> ir.Table:
    return rows.aggregate(hit=ibis.ifelse(condition.fill_null(False), 1, 0).sum(), rows=rows.count())


def _groups(rows: ir.Table, keys: list[str]) -> ir.Table:
    return rows.group_by(keys).aggregate(**{N: rows.count()})


def _in_groups(groups: ir.Table, hit: Any) -> ir.Table:
    return groups.aggregate(hit=hit.sum(), rows=groups[N].sum())


def _hour_entropy(asking: Asking, subject: Subject) -> Figure:
    def build() -> ir.Table:
        kept = subject.filled()
        return _groups(kept.select(hour=kept[subject.field].hour().cast("int64")), ["hour"])

    counted = {int(row["hour"]): int(row[N]) for row in asking.ask(f"hours {subject.field}", build)}
    return hour_entropy([counted.get(hour, 0) for hour in range(24)])


def _identical_timestamps(asking: Asking, subject: Subject) -> Figure:
    def build() -> ir.Table:
        groups = _groups(subject.filled(), [subject.field])
        least = int(subject.parameters["group_min"])
        return _in_groups(groups, ibis.ifelse(groups[N] >= least, groups[N], 0))

    return _two(asking, f"identical {subject.field}", build)


def _round_times(asking: Asking, subject: Subject) -> Figure:
    def build() -> ir.Table:
        kept = subject.filled()
        time = kept[subject.field]
        parts = (time.hour(), 3600), (time.minute(), 60), (time.second(), 1)
        second_of_day = sum(part.cast("int64") * seconds for part, seconds in parts)
        return _hits(kept, second_of_day % int(subject.parameters["modulus_seconds"]) == 0)

    return _two(asking, f"round times {subject.field}", build)


#: From so many columns on, rows that share no moment with another one are told apart first.
WIDE = 6
LEFT_OUT_AMOUNTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "payment": {"payment_kind": ("registration", "deposit")}
}


def _round_numbers(asking: Asking, subject: Subject) -> Figure:
    """Registrations and deposits are left out where the record says which they are (payment_kind)."""

    def build() -> ir.Table:
        rows, field = subject.rows(), subject.field
        kept = rows.filter(rows[field].re_search(texts.NUMBER).fill_null(False))
        for kind, values in LEFT_OUT_AMOUNTS.get(subject.record, {}).items():
            if kind in asking.tables.supplied[subject.record]:
                kept = kept.filter(~kept[kind].isin(values).fill_null(False))
        whole = texts.whole_number(kept[field])
        return _hits(kept, whole % int(subject.parameters["modulus"]) == 0)

    return _two(asking, f"round numbers {subject.field}", build)


def _duplicate_rows(asking: Asking, subject: Subject) -> Figure:
    """Surplus rows of groups equal in every supplied field but the natural key; empty equals empty."""
    tables, record = asking.tables, subject.record
    lengths = {f"{name}__length" for name in tables.lengths.get(record, ())}
    compared = sorted(
        (tables.supplied[record] | lengths) - set(subject.catalogue.records[record].natural_key)
    )
    if not compared:
        raise CouldNotCheck(
            no_figure(
                "除主键外没有其他列，看不出重复行。",
                "There is no column besides the key, so copied rows cannot be seen.",
            )
        )

    fields = subject.catalogue.records[record].fields
    times = [name for name in compared if name in fields and fields[name].type == "datetime"]

    def build() -> ir.Table:
        groups = _groups(subject.rows(), compared)
        return _in_groups(groups, groups[N] - 1)

    if len(compared) < WIDE or not times:
        return _two(asking, "duplicates", build)

    def crowded() -> ir.Table:
        moments = _groups(subject.rows(), times)
        return _in_groups(moments, ibis.ifelse(moments[N] > 1, moments[N], 0))

    def among_crowded() -> ir.Table:
        rows = subject.rows()
        timed = filled(rows, times)
        moments = _groups(rows.filter(timed), times)
        shared = rows.semi_join(moments.filter(moments[N] > 1), times)
        untimed = rows.filter(~timed)
        groups = _groups(shared.select(*compared).union(untimed.select(*compared)), compared)
        return _in_groups(groups, groups[N] - 1)

    # Rows that are alone at their moments equal no other row; comparing few columns finds most of them.
    row = asking.one("moments", crowded)
    surplus = asking.one("duplicates", among_crowded)["hit"] if row["hit"] else 0
    return share_of(int(surplus or 0), int(row["rows"] or 0))


def _key_reuse(asking: Asking, subject: Subject) -> Figure:
    key = subject.catalogue.records[subject.record].natural_key

    def build() -> ir.Table:
        rows = subject.rows()
        groups = _groups(rows.filter(filled(rows, key)), list(key))
        return _in_groups(groups, ibis.ifelse(groups[N] > 1, groups[N], 0))

    return _two(asking, "keys", build)


def _same_endpoint(asking: Asking, subject: Subject) -> Figure:
    def build() -> ir.Table:
        rows = subject.rows()
        kept = rows.filter(filled(rows, ("sender_system", "receiver_system")))
        return _hits(kept, kept["sender_system"] == kept["receiver_system"])

    return _two(asking, "endpoints", build)


def _top_actors(asking: Asking, subject: Subject) -> Figure:
    """Rows of the ``top`` accounts with most rows; ties change nothing about their sum."""

    def build() -> ir.Table:
        groups = _groups(subject.filled(), [subject.field])
        total = groups[N].sum().over()
        ranked = groups.mutate(rows=total).order_by([groups[N].desc(), groups[subject.field]])
        return ranked.select(N, "rows").limit(int(subject.parameters["top"]))

    largest = asking.ask(f"actors {subject.field}", build)
    return share_of(sum(int(row[N]) for row in largest), int(largest[0]["rows"]) if largest else 0)


FIELD_KINDS: Mapping[str, Counting] = {
    "hour_entropy": _hour_entropy,
    "identical_timestamp_share": _identical_timestamps,
    "round_time_share": _round_times,
    "round_number_share": _round_numbers,
    "duplicate_row_share": _duplicate_rows,
    "key_reuse_share": _key_reuse,
    "same_endpoint_share": _same_endpoint,
    "top_actor_share": _top_actors,
}
ONE_FIELD = frozenset((*FIELD_KINDS, *DAY_KINDS))
