"""What is wrong behind a façade: each fault turns rows that agree into rows that only look so."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assessments.demo.packages.cases import Cases, World, mixed
from assessments.demo.packages.rows import Columns, Fault

Records = Collection[str]


def _keep(columns: Columns, mask: np.ndarray) -> Columns:
    kept = pa.array(mask)
    return {key: column.filter(kept) for key, column in columns.items()}


def _share(world: World, name: str, cases: Cases, share: float) -> np.ndarray:
    return (mixed(cases, name, world.seed) >> np.uint64(11)).astype(float) / 2**53 < share


def noise(share: float) -> Fault:
    """Honest slips: this share of the filled fields is empty."""

    def fault(world: World, record: str, cases: Cases, columns: Columns) -> tuple[Cases, Columns]:
        described = world.plan.catalogue.records[record].fields
        changed = dict(columns)
        for key, column in columns.items():
            if key in described and described[key].role != "filter":
                mask = pa.array(_share(world, f"noise/{record}/{key}", cases, share))
                changed[key] = pc.if_else(mask, pa.scalar(None, column.type), column)
        return cases, changed

    return fault


def feature_without_rows(records: Records, left: float = 0.03) -> Fault:
    """The screen exists, the back end hardly ever receives anything."""

    def fault(world: World, record: str, cases: Cases, columns: Columns) -> tuple[Cases, Columns]:
        if record not in records:
            return cases, columns
        mask = _share(world, f"without/{record}", cases, left)
        return cases[mask], _keep(columns, mask)

    return fault


def ids_lost(records: Records, share: float = 0.7) -> Fault:
    """The interface makes new numbers: identifiers on one side belong to nothing on the other."""

    def fault(world: World, record: str, cases: Cases, columns: Columns) -> tuple[Cases, Columns]:
        if record not in records:
            return cases, columns
        described = world.plan.catalogue.records[record].fields
        mask = pa.array(_share(world, f"lost/{record}", cases, share))
        changed = dict(columns)
        for key in columns:
            field = described.get(key)
            if field and field.role == "identifier" and key not in ("patient_id", "institution_id"):
                other = pc.binary_join_element_wise("N", columns[key], "")
                changed[key] = pc.if_else(mask, other, columns[key])
        return cases, changed

    return fault


def batch_stamped(records: Records) -> Fault:
    """Every time of a record is the moment of the night's batch: all moments of a day are one."""

    def fault(world: World, record: str, cases: Cases, columns: Columns) -> tuple[Cases, Columns]:
        if record not in records:
            return cases, columns
        changed = {}
        for key, column in columns.items():
            if pa.types.is_timestamp(column.type):
                day = pc.floor_temporal(column, unit="day")
                seconds = (mixed(cases, key, 1) % np.uint64(2)).astype(np.int64) * 60 + 82800
                column = pc.cast(pc.add(pc.cast(day, pa.int64()), pa.array(seconds)), pa.timestamp("s"))
            changed[key] = column
        return cases, changed

    return fault


def free_text(records: Records, share: float = 0.6) -> Fault:
    """Codes typed as people please: words instead of entries of the dictionary."""

    def fault(world: World, record: str, cases: Cases, columns: Columns) -> tuple[Cases, Columns]:
        if record not in records:
            return cases, columns
        described = world.plan.catalogue.records[record].fields
        mask = pa.array(_share(world, f"text/{record}", cases, share))
        changed = dict(columns)
        for key in columns:
            if key in described and described[key].dictionary:
                words = pc.binary_join_element_wise("自拟", columns[key], "")
                changed[key] = pc.if_else(mask, words, columns[key])
        return cases, changed

    return fault


def last_two_weeks(records: Records) -> Fault:
    """Used only just before the assessment."""

    def fault(world: World, record: str, cases: Cases, columns: Columns) -> tuple[Cases, Columns]:
        if record not in records:
            return cases, columns
        last = np.datetime64(world.window[1]).astype("datetime64[s]").view("int64")
        mask = world.begins(cases) >= last - 14 * 86400
        return cases[mask], _keep(columns, mask)

    return fault


def outside_window(records: Records, days: int = 200) -> Fault:
    """The rows are of another time: last year's pilot handed in again."""

    def fault(world: World, record: str, cases: Cases, columns: Columns) -> tuple[Cases, Columns]:
        if record not in records:
            return cases, columns
        changed = {}
        for key, column in columns.items():
            if pa.types.is_timestamp(column.type):
                shifted = pc.subtract(pc.cast(column, pa.int64()), days * 86400)
                column = pc.cast(shifted, pa.timestamp("s"))
            changed[key] = column
        return cases, changed

    return fault


def copied_rows(records: Records, originals: float = 0.05) -> Fault:
    """A few rows copied until there are enough: only the record's own numbers differ."""

    def fault(world: World, record: str, cases: Cases, columns: Columns) -> tuple[Cases, Columns]:
        if record not in records or len(cases) < 2:
            return cases, columns
        count = max(1, int(len(cases) * originals))
        source = pa.array(np.arange(len(cases)) % count)
        natural = world.plan.catalogue.records[record].natural_key
        own = natural[:1] if len(natural) == 1 else ()
        return cases, {key: column if key in own else column.take(source) for key, column in columns.items()}

    return fault


def mixed_codes(records: Records) -> Fault:
    """Two code systems side by side: every second code carries an old prefix and keeps its name."""

    def fault(world: World, record: str, cases: Cases, columns: Columns) -> tuple[Cases, Columns]:
        if record not in records:
            return cases, columns
        described = world.plan.catalogue.records[record].fields
        mask = pa.array(_share(world, f"codes/{record}", cases, 0.5))
        changed = dict(columns)
        for key in columns:
            if key in described and described[key].dictionary and not key.endswith("name"):
                old = pc.binary_join_element_wise("OLD-", columns[key], "")
                changed[key] = pc.if_else(mask, old, columns[key])
        return cases, changed

    return fault
