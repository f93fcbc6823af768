"""Screening of a table in DuckDB: one pass of a regular expression picks candidates, Python checks those.

A column whose values repeat is grouped first, so that each value is looked at once. The
prefilter is a superset of the exact patterns; nothing it passes is believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assessments.probes.screening.columns import Hint, hint_of
from assessments.probes.screening.detectors import (
    CARD,
    HAN,
    IP,
    LANDLINE,
    MINORITY,
    MOBILE,
    NAME,
    PLATE,
    RESIDENT,
    RESIDENT_15,
    looks_like_latin_name,
)
from assessments.probes.screening.hits import Hit
from assessments.probes.screening.judging import Column, name_hit
from assessments.probes.screening.surnames import NEVER
from engine.evidence.tables import ROW

REPEATED = 4  # times a value stands there on average before grouping pays
MOST_DISTINCT = 1_000_000  # so many values are held at once
CHECKED = 2_000  # candidates after which what was found is projected on the rest
PAGE = 20_000
SMALL = 20_000  # rows up to which all columns are looked at in one query

_ODD_CHARACTERS = r"[０-９\x{200B}-\x{200F}\x{2060}\x{FEFF}]"
_PREFILTER = (
    r"(?:^|[^0-9A-Za-z])(?:"
    + "|".join(f"(?:{shape})" for shape in (RESIDENT, RESIDENT_15, MOBILE, LANDLINE, CARD, IP))
    + r")(?:$|[^0-9A-Za-z])|@|^'?[0-9]\.[0-9]+[Ee]\+?1[0-9]"
    + f"|{_ODD_CHARACTERS}|{PLATE}|[0-9一二三四五六七八九十百](?:号|室|栋|幢|组|单元|楼|弄|队|户)"
)
_PREFILTER_DOCUMENT = _PREFILTER + r"|[A-Z]{1,2}[0-9]{7,10}|^[0-9]{8}$"
_NAME = f"^\\s*(?:{NAME}|{MINORITY}|[{HAN}](?:[ 　]+[{HAN}]){{1,3}})\\s*$"


GROUPED = "zp_screened"


@dataclass(frozen=True, slots=True)
class _Source:
    """The values of one column (v, n, r): as they are, or once with how often and where first."""

    rows: str  # what stands behind FROM
    filled: int


def screen_table(connection: Any, table_name: str, columns: Sequence[str]) -> tuple[Hit, ...]:
    """Hits in VARCHAR ``columns`` of a table; sorted by column, then kind.

    ``connection``: a DuckDB connection (or an Ibis backend over one). Rows are named by ``zp_row``
    where the table has it, else counted from 1 in storage order. Columns with names of things
    (codes, items, departments, drugs) are screened for everything but names.
    """
    duck = getattr(connection, "con", connection)
    table = _quoted(table_name)
    described = [row[0] for row in duck.execute(f"DESCRIBE {table}").fetchall()]
    row = _quoted(ROW) if ROW in described else "rowid + 1"
    kept = [column for column in columns if column in described]
    if not kept:
        return ()
    rows = duck.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    if rows <= SMALL:
        return screen_small(duck, table, row, kept)
    grouped, filled = _shape(duck, table, kept, rows)
    hits: list[Hit] = []
    for number, column in enumerate(kept):
        if not filled[number]:
            continue
        value = _quoted(column)
        if grouped[number]:
            duck.execute(
                f"CREATE OR REPLACE TEMP TABLE {GROUPED} AS SELECT {value} AS v, count(*) AS n, min({row}) AS r"
                f" FROM {table} WHERE {value} IS NOT NULL GROUP BY 1"
            )
            hits += _screened(duck, column, _Source(GROUPED, filled[number]))
            duck.execute(f"DROP TABLE {GROUPED}")
        else:
            each = f"(SELECT {value} AS v, 1 AS n, {row} AS r FROM {table} WHERE {value} IS NOT NULL)"
            hits += _screened(duck, column, _Source(each, filled[number]))
    return tuple(sorted(hits, key=lambda hit: (hit.column, hit.kind)))


def screen_small(duck: Any, table: str, row: str, columns: Sequence[str]) -> tuple[Hit, ...]:
    """The same for a table of few rows: all columns at once, because a query costs more than its rows."""
    hints = [hint_of(column) for column in columns]
    parts = " UNION ALL ".join(
        f"SELECT {number} AS c, {_quoted(column)} AS v, {row} AS r FROM {table}"
        for number, column in enumerate(columns)
    )
    source = (
        f"WITH u AS MATERIALIZED (SELECT c, v, count(*) AS n, min(r) AS r FROM ({parts}) "
        "WHERE v IS NOT NULL GROUP BY 1, 2)"
    )
    documents = [number for number, hint in enumerate(hints) if hint.document]
    asked = [
        number
        for number, hint in enumerate(hints)
        if not hint.catalogued and (hint.person or not hint.number)
    ]
    never = ", ".join("'" + word + "'" for word in sorted(NEVER))
    found = duck.execute(
        f"{source} SELECT c, v, n, r, regexp_matches(v, $plain) OR (c IN ({_numbers(documents)}) AND "
        "regexp_matches(v, $document)) AS candidate, "
        f"c IN ({_numbers(asked)}) AND regexp_matches(v, $name) AND trim(v) NOT IN ({never}) AS named FROM u",
        {"plain": _PREFILTER, "document": _PREFILTER_DOCUMENT, "name": _NAME},
    ).fetchall()
    checks = [Column(column, hint) for column, hint in zip(columns, hints, strict=True)]
    filled, named, first = [0] * len(columns), [0] * len(columns), [0] * len(columns)
    latin: list[list[tuple[int, int]]] = [[] for _ in columns]
    for number, value, times, place, candidate, is_name in found:
        filled[number] += times
        if candidate:
            checks[number].look(value, times, place)
        if is_name:
            named[number] += times
            first[number] = min(first[number] or place, place)
        elif hints[number].person and looks_like_latin_name(value):
            latin[number].append((times, place))
    hits: list[Hit] = []
    for number, column in enumerate(columns):
        if not filled[number]:
            continue
        hits += checks[number].hits(filled[number], 1.0)
        hit = None
        if number in asked:
            hit = name_hit(column, hints[number], filled[number], named[number], first[number] or None)
            if hit is None and hints[number].person:
                alike = latin[number]
                hit = name_hit(
                    column,
                    hints[number],
                    filled[number],
                    sum(times for times, _ in alike),
                    min((place for _, place in alike), default=None),
                )
        if hit is not None:
            hits.append(hit)
    return tuple(sorted(hits, key=lambda hit: (hit.column, hit.kind)))


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "-1"


def _shape(duck: Any, table: str, columns: Sequence[str], rows: int) -> tuple[list[bool], list[int]]:
    """Which columns repeat their values, about, and how many filled values each has."""
    asked = ", ".join(
        f"approx_count_distinct({_quoted(column)}), count({_quoted(column)})" for column in columns
    )
    found = duck.execute(f"SELECT {asked} FROM {table}").fetchone()
    most = min(rows // REPEATED, MOST_DISTINCT)
    return [distinct <= most for distinct in found[::2]], list(found[1::2])


def _screened(duck: Any, column: str, source: _Source) -> list[Hit]:
    hint = hint_of(column)
    pattern = _PREFILTER_DOCUMENT if hint.document else _PREFILTER
    result = duck.execute(f"SELECT v, n, r FROM {source.rows} WHERE regexp_matches(v, ?)", [pattern])
    found = Column(column, hint)
    looked = 0
    while page := result.fetchmany(PAGE if looked else CHECKED):
        for value, rows, row in page:
            found.look(value, rows, row)
        looked += len(page)
        if looked >= CHECKED and any(tally.held > looked // 2 for tally in found.tallies.values()):
            break  # certain; the rest only moves the share
    rest = _rows_left(duck, source, pattern, looked) if looked else 1.0
    hits = found.hits(source.filled, rest)
    names = _names(duck, column, hint, source)
    return hits + ([names] if names is not None else [])


def _rows_left(duck: Any, source: _Source, pattern: str, looked: int) -> float:
    if looked < CHECKED:
        return 1.0
    total = duck.execute(
        f"SELECT count(*) FROM {source.rows} WHERE regexp_matches(v, ?)", [pattern]
    ).fetchone()[0]
    return float(total) / looked


def _names(duck: Any, column: str, hint: Hint, source: _Source) -> Hit | None:
    if hint.catalogued or (hint.number and not hint.person):
        return None
    never = ", ".join("'" + word + "'" for word in sorted(NEVER))
    like, first = duck.execute(
        f"WITH l AS MATERIALIZED (SELECT v, n, r FROM {source.rows} WHERE regexp_matches(v, ?)) "
        f"SELECT coalesce(sum(n), 0), min(r) FROM l WHERE trim(v) NOT IN ({never})",
        [_NAME],
    ).fetchone()
    hit = name_hit(column, hint, source.filled, int(like), first)
    if hit is not None or not hint.person:
        return hit
    return _latin_names(duck, column, hint, source)


def _latin_names(duck: Any, column: str, hint: Hint, source: _Source) -> Hit | None:
    """Names in Latin letters, only looked for where the column's name says persons; by a sample."""
    rows = duck.execute(f"SELECT v, n, r FROM {source.rows} LIMIT {CHECKED}").fetchall()
    alike = [(n, r) for v, n, r in rows if looks_like_latin_name(v)]
    total = sum(n for _, n, _ in rows)
    return name_hit(column, hint, total, sum(n for n, _ in alike), min((r for _, r in alike), default=None))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
