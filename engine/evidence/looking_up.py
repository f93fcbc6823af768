"""Looking a record up by its key: whether what a screen shows stands in the data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.rules.querying import rows_from
from engine.evidence.tables import Tables

MOST = 50  # rows of one key that are looked at


def moments_of(
    tables: Tables, catalogue: Catalogue, record: str, key: str
) -> Sequence[datetime | None] | None:
    """The moments of the rows that carry ``key`` in a number of the record's own key.

    None where the moment is empty or the record type has none; the whole answer is None when the
    record type, or every number of its key, was not supplied. Rows outside the window are not there.
    """
    described = catalogue.records.get(record)
    table = tables.tables.get(record)
    if described is None or table is None:
        return None
    supplied = tables.supplied[record]
    numbers = [
        name
        for name in described.natural_key
        if name in supplied and described.fields[name].type in ("string", "code") and name != "patient_id"
    ]
    if not numbers:
        return None
    on = described.window_on
    rows = table.filter(reduce(or_, [table[name] == key.strip() for name in numbers])).limit(MOST)
    if on is None or on not in supplied or described.fields[on].type != "datetime":
        found = rows_from(tables.connection, str(tables.connection.compile(rows.select(numbers[0]))))
        return [None] * len(found)
    found = rows_from(tables.connection, str(tables.connection.compile(rows.select(on))))
    return [moment if isinstance(moment, datetime) else None for (moment,) in found]
