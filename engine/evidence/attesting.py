"""What an attestation says: everything a run counted and where from, without one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import RunCounts
from engine.evidence.findings_json import findings_to_json
from engine.evidence.judging import authenticity_warning
from engine.rubric.values import Rubric

Json = dict[str, Any]


def attestation_body(
    rubric: Rubric, catalogue: Catalogue, counts: RunCounts, *, hospital: Mapping[str, str], made_at: str
) -> Json:
    """The body of a zhiping-attestation/1.

    ``hospital``: ``name`` and, where there is one, ``code``. ``made_at``: an ISO time with its zone,
    as the clock of the machine that counted says. Places of failing rows are left out.
    """
    return {
        "hospital": dict(hospital),
        "made_at": made_at,
        "edition": rubric.content_hash,
        **_stated(counts),
        "rows": rows_by_record(counts),
        "authenticity_warnings": warnings_of(catalogue, counts),
        "findings": findings_to_json(rubric, catalogue, counts, failing=False),
    }


def _stated(counts: RunCounts) -> Json:
    """What stands on the first lines of an attestation and once more inside its findings."""
    return {
        "rubric": counts.rubric,
        "data_quality_table_year": counts.data_quality_table_year,
        "catalogue_hash": counts.catalogue_hash,
        "engine_version": counts.evidence_engine_version,
        "backend": counts.backend,
        "mapping_hash": counts.mapping_hash,
        "window": None
        if counts.window is None
        else {"from": counts.window[0].isoformat(), "to": counts.window[1].isoformat()},
        "inputs": [
            {"name": file.name, "record": file.record, "rows": file.rows, "sha256": file.sha256}
            for file in counts.files
        ],
        "dictionaries": dict(counts.dictionaries),
    }


def stated_by(counts: RunCounts, rubric: Rubric, catalogue: Catalogue) -> Json:
    """Every part of a body that follows from the counts and this library, but the findings."""
    return {
        "edition": rubric.content_hash,
        **_stated(counts),
        "rows": rows_by_record(counts),
        "authenticity_warnings": warnings_of(catalogue, counts),
    }


def rows_by_record(counts: RunCounts) -> dict[str, int]:
    """Rows read per record type, those outside the window too."""
    found: dict[str, int] = {}
    for file in counts.files:
        found[file.record] = found.get(file.record, 0) + file.rows
    return dict(sorted(found.items()))


def warnings_of(catalogue: Catalogue, counts: RunCounts) -> list[Json]:
    """Authenticity checks that warn, with their figure."""
    found = []
    for count in counts.authenticity:
        check = catalogue.authenticity.get(count.check)
        if check is not None and authenticity_warning(check, count) is not None:
            found.append(
                {
                    "check": count.check,
                    "record": count.record,
                    "field": count.field,
                    "value": None if count.value is None else format(count.value, "f"),
                    "rows": count.rows,
                }
            )
    return found
