"""zhiping-findings/1 and the stored counts of a run, both ways, nothing lost.

A findings document holds the whole counts of a run and, beside them, what follows from them under the
library's own thresholds: status, coefficient and reason of each finding, indices, applications and
verdicts (before any decision of a person). Reading takes the counts; what follows is computed anew, and
:func:`differences` says where a document claims something else.

Keys beyond those of the published format: ``catalogue_hash``, ``backend``, ``mapping_hash``, ``window``,
``metrics``, ``files``, ``dictionaries``, ``not_applicable_records``; per finding ``code``, ``value``, ``blocked``,
``narrowed``, ``failing``, ``supplied`` and ``accepted``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.evidence import wording
from engine.evidence.applications import applications_of
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import RuleCount, RunCounts
from engine.evidence.findings_json.plain import Reader, reader, refuse
from engine.evidence.findings_json.reading import RULE_KEYS, RUN_KEYS, rule_from_json, run_from_json
from engine.evidence.findings_json.writing import rule_to_json, run_to_json, splits_to_json, text_to_json
from engine.evidence.indices import indices_of
from engine.evidence.judging import Finding
from engine.evidence.verdicts import verdicts_of
from engine.rubric.values import Rubric

FINDINGS_FORMAT = "zhiping-findings/1"
COUNTS_FORMAT = "zhiping-counts/1"

_DERIVED = ("indices", "applications", "verdicts", "outside_window")
_FINDING_KEYS = (*RULE_KEYS, "status", "coefficient", "reason", "code")

Json = dict[str, Any]


def counts_to_json(counts: RunCounts, *, failing: bool = True) -> Json:
    """The counts alone, without any judgement: what an installation stores of a run."""
    return {
        "format": COUNTS_FORMAT,
        "rules": [rule_to_json(count, failing=failing) for count in counts.rules.values()],
        "splits": splits_to_json(counts.rules),
        **run_to_json(counts, failing=failing),
    }


def counts_from_json(data: object) -> RunCounts:
    """What :func:`counts_to_json` wrote. Raises FormatError with the path of what is wrong."""
    whole = _document(data, COUNTS_FORMAT)
    whole.known("format", "rules", *RUN_KEYS)

    def read(entry: Reader) -> RuleCount:
        entry.known(*RULE_KEYS)
        return rule_from_json(entry)

    return run_from_json(whole, whole.each("rules", read))


def findings_to_json(
    rubric: Rubric,
    catalogue: Catalogue,
    counts: RunCounts,
    *,
    failing: bool = True,
) -> Json:
    """The findings document, by the library's own thresholds. ``failing`` False leaves out the places of rows, as attestations do."""
    verdicts = verdicts_of(rubric, catalogue, counts)
    findings = []
    for name, count in counts.rules.items():
        entry = rule_to_json(count, failing=failing)
        finding = verdicts.findings.get(name)
        if finding is not None:
            entry |= _judged(finding)
        findings.append(entry)
    return {
        "format": FINDINGS_FORMAT,
        "findings": findings,
        "indices": _indices(rubric, catalogue, counts),
        "applications": _applications(rubric, catalogue, counts),
        "verdicts": {
            item.code: {
                str(entry.level): list(verdicts.words(item.code, entry.level))
                for entry in item.asked_levels
                if entry.clauses
            }
            for item in rubric.items
        },
        "splits": splits_to_json(counts.rules),
        "outside_window": [
            {"file": file.name, "record": file.record, "rows": file.rows, "outside": file.outside_window}
            for file in counts.files
            if file.outside_window
        ],
        **run_to_json(counts, failing=failing),
    }


def findings_from_json(data: object) -> RunCounts:
    """The counts in a findings document. Raises FormatError with the path of what is wrong."""
    whole = _document(data, FINDINGS_FORMAT)
    whole.known("format", "findings", *RUN_KEYS, *_DERIVED)

    def read(entry: Reader) -> RuleCount:
        entry.known(*_FINDING_KEYS)
        return rule_from_json(entry)

    return run_from_json(whole, whole.each("findings", read))


def differences(
    rubric: Rubric, catalogue: Catalogue, data: Mapping[str, Any], counts: RunCounts | None = None
) -> tuple[str, ...]:
    """Paths at which a document differs from what follows from its own counts, e.g. ``verdicts.01.01.3``.

    ``counts``: those of the document, where they were read already. Raises FormatError when it is no findings
    document.
    """
    counts = counts or findings_from_json(data)
    failing = any("failing" in entry for key in ("findings", "loops") for entry in data.get(key, ()))
    written = findings_to_json(rubric, catalogue, counts, failing=failing)
    if written == data and canonical_bytes(written) == canonical_bytes(data):
        return ()  # nearly always, and told quickly: the text besides, because 1 equals true
    return tuple(_different(written, data, ""))


def canonical_bytes(document: Mapping[str, Any]) -> bytes:
    """Sorted keys, no spaces, characters as they are, UTF-8: the bytes that are hashed and signed."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the canonical bytes."""
    return hashlib.sha256(canonical_bytes(document)).hexdigest()


def rubric_of_findings(data: object) -> str:
    """The edition a document names. Raises FormatError when it is in another format."""
    return _document(data, FINDINGS_FORMAT).text("rubric")


def _document(data: object, expected: str) -> Reader:
    whole = reader(data, "")
    given = whole.value.get("format")
    if given != expected:
        refuse(
            "format",
            f"格式是“{given}”，应为“{expected}”。",
            f'the format is "{given}", expected "{expected}".',
        )
    return whole


def _judged(finding: Finding) -> Json:
    share = None
    if finding.denominator and finding.coefficient is not None:
        share = str(wording.four(finding.numerator, finding.denominator))
    return {
        "status": finding.status,
        "coefficient": share,
        "reason": None if finding.status == "supported" else text_to_json(finding.reason),
        "code": finding.code,
    }


def _indices(rubric: Rubric, catalogue: Catalogue, counts: RunCounts) -> Json:
    found: Json = {}
    for (item, level), index in indices_of(rubric, catalogue, counts).items():
        if index.value is not None:
            found.setdefault(item, {})[str(level)] = str(index.value)
    return found


def _applications(rubric: Rubric, catalogue: Catalogue, counts: RunCounts) -> Json:
    found: Json = {}
    for item, known in applications_of(rubric, catalogue, counts).items():
        for level, ratio in known.ratios.items():
            if ratio.computed is not None:
                found.setdefault(item, {})[str(level)] = {
                    "numerator": ratio.computed[0],
                    "denominator": ratio.computed[1],
                }
    return found


def _different(written: Any, given: Any, path: str) -> Iterator[str]:
    if isinstance(written, dict) and isinstance(given, Mapping):
        for key in dict.fromkeys((*written, *given)):
            below = f"{path}.{key}" if path else str(key)
            if key in written and key in given:
                yield from _different(written[key], given[key], below)
            else:
                yield below
    elif isinstance(written, list) and isinstance(given, list) and len(written) == len(given):
        for number, (mine, theirs) in enumerate(zip(written, given, strict=True)):
            yield from _different(mine, theirs, f"{path}[{number}]")
    elif type(written) is not type(given) or written != given:
        yield path
