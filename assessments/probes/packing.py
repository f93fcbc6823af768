"""How a large table is kept in a database file: columns with few values packed, others as they are.

Left to itself the engine tries every way on every column, which takes it four times as long as
writing. Packing pays where values repeat: such columns are also grouped and looked up faster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assessments.probes.canonical import BAD_FLAGS, BAD_TIMES, SQL_TYPES
from assessments.probes.columns import Kept, fields_of
from assessments.probes.quoting import identifier
from engine.evidence.catalogue.values import Field, RecordType

FEW, SOME = 0.5, 20  # share of different values among at least so many of the sample
LONG = 64  # characters on average


def packed_columns(
    kept: Kept, sample: Sequence[Sequence[str]], record: RecordType, own: Mapping[str, str]
) -> str:
    """Columns of a table as ``select_list`` gives them, and ``own`` ones behind them."""
    columns = []
    for key, described in fields_of(record).items():
        kind = SQL_TYPES[described.type]
        values = _sampled(sample, kept.fields.get(key))
        packed = f" using compression {_way(described, values)}" if kind == "varchar" else ""
        columns.append(f"{identifier(key)} {kind}{packed}")
    columns += [f"{identifier(f'{key}__length')} bigint" for key in kept.lengths]
    columns += [f"{name} utinyint" for name in (BAD_TIMES, BAD_FLAGS)]
    return ", ".join([*columns, *(f"{identifier(name)} {kind}" for name, kind in own.items())])


def _sampled(sample: Sequence[Sequence[str]], position: int | None) -> list[str]:
    if position is None:
        return []
    return [row[position] for row in sample if len(row) > position and row[position]]


def _way(described: Field, values: Sequence[str]) -> str:
    """Codes, numbers and the like repeat; texts of which the sample says it, too."""
    if len(values) < SOME or described.dictionary or described.values or described.type in ("code", "number"):
        return "dict_fsst"
    if len(set(values)) < FEW * len(values):
        return "dict_fsst"
    return "zstd" if sum(map(len, values)) > LONG * len(values) else "uncompressed"
