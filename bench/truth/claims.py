"""The same extracts and claims for the peers: Parquet per record type and checks a person would configure.

*Stock* is what a column validator offers without programming: filled, among the allowed values, unique.
*By hand* is what an engineer who knows the two systems adds: a partner with the same numbers in the
other table, and the order of times; as SQL, and as data for the same in pandas. Nobody of them is told
about source systems, the window, or how real rows look.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bench.truth.hospitals import Hospital, library, records_of
from bench.truth.tables import records_in, typed
from engine.evidence.catalogue.checks import (
    CompletenessCheck,
    IntegrationCheck,
    TimelinessCheck,
    Where,
)
from engine.evidence.catalogue.values import Catalogue, Rule
from engine.evidence.rules.reading import columns_of

ENOUGH = 0.95  # of the rows must pass: honest people slip


def write_claims(hospital: Hospital, folder: Path) -> None:
    """Extracts, dictionaries and checks of one hospital."""
    catalogue, _ = library()
    folder.mkdir(parents=True)
    extracts: dict[str, list[pa.Table]] = {}
    for record, _system, table in records_in(hospital.made, catalogue):  # all rows: nobody knows the window
        extracts.setdefault(record, []).append(typed(table, catalogue.records[record]))
    for record, parts in extracts.items():
        pq.write_table(pa.concat_tables(parts), folder / f"{record}.parquet")
    codes, names = {}, {}
    for key, (entry_codes, entry_names) in hospital.made.world.entries.columns.items():
        codes[key], names[key] = entry_codes.to_pylist(), entry_names.to_pylist()
    document = {
        "number": hospital.number,
        "wrong": hospital.wrong,
        "enough": ENOUGH,
        "values": {key: sorted({*codes[key], *names[key]}) for key in codes},
        "rules": {rule.id: _checks(rule, catalogue) for rule in hospital.rules},
        "clauses": _clauses(hospital),
    }
    (folder / "claims.json").write_text(json.dumps(document, ensure_ascii=False), "utf-8")


def _clauses(hospital: Hospital) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for rule in hospital.rules:
        for clause in rule.supports:
            found.setdefault(f"{rule.rubric}/{clause}", []).append(rule.id)
    return found


def _checks(rule: Rule, catalogue: Catalogue) -> dict[str, Any]:
    records = [record for record in records_of(rule) if record != "dictionary"]
    return {
        "records": sorted(set(records)),
        "stock": [one for record in sorted(set(records)) for one in _stock(rule, record, catalogue)],
        "hand": _by_hand(rule),
    }


def _stock(rule: Rule, record: str, catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    described = catalogue.records[record]
    for column in sorted(columns_of(rule).get(record, frozenset()) & set(described.fields)):
        field = described.fields[column]
        yield {"record": record, "column": column, "kind": "filled"}
        if field.dictionary and field.dictionary != "value_domain":
            yield {"record": record, "column": column, "kind": "among", "dictionary": field.dictionary}
        elif field.values:
            yield {"record": record, "column": column, "kind": "among", "allowed": list(field.values)}
    if len(described.natural_key) == 1:
        yield {"record": record, "column": described.natural_key[0], "kind": "unique"}


def _by_hand(rule: Rule) -> list[dict[str, Any]]:
    check = rule.check
    if isinstance(check, IntegrationCheck) and check.right != "dictionary":
        on = dict.fromkeys((key[0].left, key[0].right) for key in (*check.link_on, *check.keys))
        return [_match(check.left, check.right, list(on), check.left_where, check.right_where)]
    if isinstance(check, CompletenessCheck) and check.exists_in:
        pairs = [(pair.left, pair.right) for pair in check.match_on]
        return [_match(check.record, check.exists_in, pairs, check.where, ())]
    if isinstance(check, TimelinessCheck):
        steps = zip(check.moments, check.signs, check.moments[1:], strict=False)
        join = [dict(entry) for entry in check.join_on]
        return [
            _order(
                (one.record, one.field, one.where),
                (sign.op, sign.minutes),
                (two.record, two.field, two.where),
                join,
            )
            for one, sign, two in steps
        ]
    return []


Pairs = list[tuple[str, str]]
Dated = tuple[str, str, Where]


def _match(left: str, right: str, on: Pairs, left_where: Where, right_where: Where) -> dict[str, Any]:
    same = " and ".join(f'l."{a}" = r."{b}"' for a, b in on)
    partner = f'select 1 from "{right}" r where {same} and {_sql(right_where, "r")}'
    return {
        "kind": "match",
        "left": left,
        "right": right,
        "on": on,
        "left_where": _plain(left_where),
        "right_where": _plain(right_where),
        "sql": f'select coalesce(avg(case when exists ({partner}) then 1.0 else 0.0 end), 0.0) from "{left}" l'
        f" where {_sql(left_where, 'l')}",
    }


def _order(one: Dated, sign: tuple[str, int], two: Dated, join: list[dict[str, str]]) -> dict[str, Any]:
    (left, before, left_where), (right, after, right_where) = one, two
    if sign[0] == "gap<":
        holds = f'abs(epoch(r."{after}") - epoch(l."{before}")) < {sign[1] * 60}'
    else:
        holds = f'l."{before}" {sign[0]} r."{after}"'
    on = [(entry[left], entry[right]) for entry in join if left in entry and right in entry]
    same = " and ".join(f'l."{a}" = r."{b}"' for a, b in on)
    if left == right and left_where == right_where:
        rows, same = f'"{left}" l', ""
        holds = holds.replace("r.", "l.")
    else:
        rows = f'"{left}" l join "{right}" r on {same}'
    where = f"{_sql(left_where, 'l')}" + (f" and {_sql(right_where, 'r')}" if same else "")
    return {
        "kind": "order",
        "left": left,
        "right": right,
        "before": before,
        "after": after,
        "sign": sign,
        "on": on if same else [],
        "left_where": _plain(left_where),
        "right_where": _plain(right_where),
        "sql": f"select coalesce(avg(case when {holds} then 1.0 else 0.0 end), 0.0) from {rows} where {where}",
    }


def _plain(where: Where) -> list[list[tuple[str, str | bool]]]:
    return [[(condition.field, condition.value) for condition in alternative] for alternative in where]


def _sql(where: Where, alias: str) -> str:
    if not where:
        return "true"

    def equal(field: str, value: str | bool) -> str:
        return f'{alias}."{field}" = {str(value).lower() if isinstance(value, bool) else chr(39) + value + chr(39)}'

    lanes = (" and ".join(equal(c.field, c.value) for c in alternative) for alternative in where)
    return "(" + " or ".join(f"({lane})" for lane in lanes) + ")"
