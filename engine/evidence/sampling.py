"""Random samples of records for a mock on-site review, and what a sample says about the whole.

A draw is reproducible: cases stand in the order of the SHA-256 of ``seed|record|key``, and the first
ones are the sample. Whoever has the same files and the seed draws the same cases, by hand if need be;
the order of rows and files plays no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext

from engine.evidence.catalogue.values import RecordType
from engine.evidence.rules.querying import rows_from
from engine.evidence.rules.running import number
from engine.evidence.tables import DEPARTMENT, FILE, ROW, Tables

BETWEEN = " / "  # between the parts of a key of several fields
Z = Decimal("1.959963984540054")  # 95 % of a normal distribution lie within it on both sides
PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class DrawnCase:
    """One case: how it is found, never a value beyond its key. ``row`` counts from 1 without the header."""

    record: str
    key: str
    file: str
    row: int
    moment: datetime | None
    department: str


@dataclass(frozen=True, slots=True)
class Draw:
    """Cases of one record type in drawn order, and of how many different keys they are."""

    record: str
    of: int
    cases: tuple[DrawnCase, ...]


def key_fields(described: RecordType) -> tuple[str, ...]:
    """The fields that tell one case from another: the record's own key.

    The patient's number is left out where another identifier of the key already tells the case.
    """
    others = tuple(name for name in described.natural_key if name != "patient_id")
    return (
        others
        if any(described.fields[name].role == "identifier" for name in others)
        else described.natural_key
    )


def can_be_drawn(described: RecordType) -> bool:
    """Whether a record is something that happened, which can be looked up in a running system."""
    return bool(described.natural_key) and described.window_on is not None


def draw(tables: Tables, described: RecordType, *, seed: str, most: int) -> Draw:
    """Up to ``most`` different cases of a record type. Needs the embedded engine.

    Nothing is drawn when the type or a field of its key was not supplied; rows with an empty part of
    the key are no cases. Where several rows carry one key, the first of them stands for it.
    """
    nothing = Draw(described.key, 0, ())
    table = tables.tables.get(described.key)
    parts = key_fields(described)
    if table is None or most < 1 or not set(parts) <= tables.supplied[described.key]:
        return nothing
    supplied = tables.supplied[described.key]
    moment = described.window_on if described.window_on in supplied else None
    if moment is not None and described.fields[moment].type != "datetime":
        moment = None
    names = [*dict.fromkeys((*parts, *((moment,) if moment else ()))), FILE, ROW]
    place = _department(described, supplied, table.columns)
    if place and place not in names:
        names.append(place)
    rows = tables.connection.compile(table.select(*names))
    key = f" || {_text(BETWEEN)} || ".join(_written(name, described) for name in parts)
    filled = " and ".join(f"{_name(name)} is not null" for name in parts)
    found = rows_from(
        tables.connection,
        f"""select key, (first).f, (first).r, (first).m, (first).d, of from (
              select key, first, count(*) over () as of from (
                select {key} as key, min({{'f': {FILE}, 'r': {ROW},
                  'm': {_name(moment) if moment else "null::timestamp"},
                  'd': {f"{_name(place)}::varchar" if place else "null::varchar"}}}) as first
                from ({rows}) where {filled} group by 1))
            order by sha256({_text(f"{seed}|{described.key}|")} || key), key limit {int(most)}""",
    )
    cases = tuple(
        DrawnCase(
            record=described.key,
            key=str(value),
            file=tables.files[number(file)].name,
            row=number(row),
            moment=at if isinstance(at, datetime) else None,
            department="" if where is None else str(where),
        )
        for value, file, row, at, where, _of in found
    )
    return Draw(described.key, number(found[0][5]) if found else 0, cases)


def dealt(draws: Sequence[Draw], most: int) -> tuple[DrawnCase, ...]:
    """``most`` cases out of several record types, one of each in turn, as long as there are any."""
    left = [list(one.cases) for one in draws]
    taken: list[DrawnCase] = []
    while len(taken) < most and any(left):
        for cases in left:
            if cases and len(taken) < most:
                taken.append(cases.pop(0))
    return tuple(taken)


def wilson(passed: int, of: int) -> tuple[Decimal, Decimal] | None:
    """The 95 % interval of Wilson for ``passed`` out of ``of``: shares 0-1, four places, outwards.

    None where nothing was looked at. It holds for small samples too: 10 of 10 says at least 72 %.
    """
    if not 0 <= passed <= of:
        raise ValueError(f"{passed} of {of} is no share")
    if of == 0:
        return None
    with localcontext() as context:
        context.prec = 28
        n, share = Decimal(of), Decimal(passed) / Decimal(of)
        middle = share + Z * Z / (2 * n)
        spread = Z * ((share * (1 - share) + Z * Z / (4 * n)) / n).sqrt()
        whole = 1 + Z * Z / n
        low = ((middle - spread) / whole).quantize(PLACES, rounding="ROUND_FLOOR")
        high = ((middle + spread) / whole).quantize(PLACES, rounding="ROUND_CEILING")
    return (
        Decimal(0) if passed == 0 else max(Decimal(0), low),
        Decimal(1) if passed == of else min(Decimal(1), high),
    )


def most_used(counts: Mapping[str, int], *, at_most: int = 3) -> tuple[str, ...]:
    """Record types an item is about: at least half as often checked as the most checked, no more than ``at_most``."""
    top = max(counts.values(), default=0)
    ranked: Iterable[str] = sorted(counts, key=lambda record: -counts[record])
    return tuple(record for record in ranked if 2 * counts[record] >= top)[:at_most]


def _department(described: RecordType, supplied: Iterable[str], columns: Iterable[str]) -> str | None:
    """Where the case belongs: the department of the row, else the first field of the record that names one."""
    if DEPARTMENT in columns and DEPARTMENT in set(supplied):
        return DEPARTMENT
    named = set(supplied)
    return next(
        (name for name in described.fields if name in named and (name.endswith("dept") or name == "ward")),
        DEPARTMENT if DEPARTMENT in columns else None,
    )


def _written(field: str, described: RecordType) -> str:
    if described.fields[field].type == "datetime":
        return f"strftime({_name(field)}, '%Y-%m-%d %H:%M:%S')"
    return f"{_name(field)}::varchar"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
