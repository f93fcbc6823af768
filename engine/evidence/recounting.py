"""Whether an attestation's figures follow from its own counts: the arithmetic a signature cannot vouch for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.evidence import EVIDENCE_ENGINE_VERSION
from engine.evidence.attestation import Checked
from engine.evidence.attesting import stated_by
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import RunCounts
from engine.evidence.findings_json import differences as findings_differences
from engine.evidence.findings_json import findings_from_json
from engine.rubric.values import Rubric, Text
from engine.scoring.formats import FormatError

_FREE = ("hospital", "made_at", "findings")  # said by people, or looked at on its own
MOST_PLACES = 20


def differences(
    body: Mapping[str, Any], rubric: Rubric, catalogue: Catalogue, counts: RunCounts | None = None
) -> tuple[str, ...]:
    """Places (paths, never values) where a body contradicts its own counts or belongs to other rules.

    ``edition``, ``catalogue_hash`` or ``engine_version`` alone: counted under other texts or rules
    than this installation holds, so that the rest cannot be compared. No place: all of it follows.
    ``counts``: those of the findings, where they were read already.
    """
    findings = body.get("findings")
    if not isinstance(findings, Mapping):
        return ("findings",)
    if any("failing" in entry for key in ("findings", "loops") for entry in _entries(findings, key)):
        return ("findings.failing",)
    try:
        counts = counts or findings_from_json(findings)
    except FormatError as error:
        return (f"findings.{error.path}" if getattr(error, "path", "") else "findings",)
    foreign = [
        name
        for name, ours, theirs in (
            ("rubric", rubric.id, counts.rubric),
            ("edition", rubric.content_hash, body.get("edition")),
            ("catalogue_hash", catalogue.content_hash, counts.catalogue_hash),
            ("engine_version", _major(EVIDENCE_ENGINE_VERSION), _major(counts.evidence_engine_version)),
        )
        if ours != theirs
    ]
    if foreign:
        return tuple(foreign)
    stated = stated_by(counts, rubric, catalogue)
    found = [
        name
        for name in dict.fromkeys((*stated, *body))
        if name not in _FREE and (name not in body or name not in stated or body[name] != stated[name])
    ]
    found += [name for name in _FREE if name not in body]
    found += [f"findings.{path}" for path in findings_differences(rubric, catalogue, findings, counts)]
    return tuple(found)


def recounted(
    body: Mapping[str, Any], rubric: Rubric, catalogue: Catalogue, counts: RunCounts | None = None
) -> Checked | None:
    """The outcome ``arithmetic_differs`` with its sentence, None when all figures follow. ``counts``: as for
    :func:`differences`."""
    places = differences(body, rubric, catalogue, counts)
    if not places:
        return None
    shown, more = places[:3], len(places) - 3
    zh, en = "、".join(shown), ", ".join(shown)
    if more > 0:
        zh, en = f"{zh}等{len(places)}处", f"{en} and {more} more"
    return Checked(
        "arithmetic_differs",
        Text(
            f"签名有效，但{zh}与文件自己的计数或本系统的规则对不上。请医院用同一版本重新核验后导出。",
            f"The signature is valid, but {en} does not follow from the file's own counts or from the rules "
            "held here. The hospital verifies again with the same version and exports anew.",
        ),
        places[:MOST_PLACES],
    )


def _entries(findings: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    given = findings.get(key)
    return [entry for entry in given if isinstance(entry, Mapping)] if isinstance(given, list) else []


def _major(version: str) -> str:
    return version.partition(".")[0]
