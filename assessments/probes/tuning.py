"""What makes questions cheap once all files are read: by size, small and large packages differ."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import duckdb

from assessments.probes.quoting import identifier, literal
from assessments.probes.store import Stored, is_on_disk
from engine.evidence.tables import CAMPUS, DEPARTMENT

#: Up to so many rows in all, a question is answered faster than it is planned.
SMALL = 20_000
#: From so many rows of a table on, grouping by numbers instead of texts earns its keep.
LARGE = 50_000
MOST_PLACES = 5_000


def is_small(rows: int) -> bool:
    """Whether planning costs more than answering: then nothing is optimised and views are no views."""
    return rows <= SMALL


def plan_simply(engine: duckdb.DuckDBPyConnection) -> None:
    """No optimisation of questions: on a few rows it takes twice as long as what it saves."""
    engine.execute(f"set disabled_optimizers = {literal(_optimisers())}")
    engine.execute("set threads = 1")


@cache
def _optimisers() -> str:
    with duckdb.connect() as engine:
        rows = engine.execute("select name from duckdb_optimizers()").fetchall()
    return ",".join(str(name) for (name,) in rows)


def number_places(engine: duckdb.DuckDBPyConnection, stored: Sequence[Stored]) -> None:
    """Campus and department of large tables as numbered values, of one numbering for all tables, so
    that every split is counted in an array. In a database file, packing has done it already."""
    chosen = {one.source.record for one in stored if one.rows >= LARGE}
    tables = [one for one in stored if one.source.record in chosen]
    if not tables or is_on_disk(engine):
        return
    for name in (CAMPUS, DEPARTMENT):
        united = " union all ".join(
            f"select distinct {name} from {identifier(one.table)}"
            for one in tables
            if name in one.kept.supplied
        )
        if not united:
            continue
        found = f"select distinct {name} from ({united}) where {name} is not null order by all"
        values = [str(value) for (value,) in engine.execute(found).fetchall()]
        if not values or len(values) > MOST_PLACES:
            continue
        engine.execute(f"create type zp_{name} as enum ({', '.join(map(literal, values))})")
        for one in tables:
            engine.execute(f"alter table {identifier(one.table)} alter {name} type zp_{name}")
