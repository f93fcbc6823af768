"""Canonical tables in a query engine: what probes fill and rules read.

Every record type is one Ibis table holding *all* canonical fields of the type plus the columns
below, whatever was supplied. Column types by field type: string, code and number are VARCHAR
(trimmed, NULL when empty); bool is BOOLEAN; datetime is TIMESTAMP to the second (NULL when it
cannot be parsed); date is VARCHAR, ISO when it parses, else as it was for ``phi`` fields and NULL
otherwise. ``<field>__length`` columns that were supplied stand beside their field as BIGINT.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import ibis

from engine.evidence.counts import FileRead

FILE = "zp_file"  # BIGINT: position in Tables.files
ROW = "zp_row"  # BIGINT: row number counted from 1 without the header
SYSTEM = "zp_system"  # VARCHAR: source system, NULL when nobody said it
CAMPUS = "campus"
DEPARTMENT = "department"
PROVENANCE = (FILE, ROW, SYSTEM, CAMPUS, DEPARTMENT)


@dataclass(frozen=True)
class Tables:
    """What one run can read. A record type not in ``tables`` was not supplied (absent).

    ``supplied``: canonical fields that the files (after mapping) really carry; the other columns
    are NULL and a rule that needs one of them could not be checked. Rows outside the window are
    already left out (counted in ``files``). Every dictionary supplied, as a file of its own or as
    records, is united in the record type ``dictionary`` (dictionary_name, entry_code, entry_name);
    ``dictionary_names`` are those supplied. ``not_applicable``: record types the hospital
    declares not to have, with the reason.
    """

    connection: ibis.BaseBackend
    tables: Mapping[str, ibis.Table]
    supplied: Mapping[str, frozenset[str]]
    files: tuple[FileRead, ...]
    dictionary_names: frozenset[str] = frozenset()
    not_applicable: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, frozenset[str]] = field(default_factory=dict)  # record -> fields with __length
    #: Answers that many rules need, kept while the tables are; never part of what the tables say.
    remembered: dict[str, frozenset[str | None]] = field(default_factory=dict, compare=False, repr=False)
