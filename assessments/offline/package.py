"""The body of a submission package (zhiping-submission/1): one submission as it was frozen.

It holds answers, score cards, counts of checks and fingerprints of evidence; no file, no row of a patient,
no comment. What it says can be recomputed from its own answers and counts by whoever receives it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from assessments.models import ScoreSnapshot
from assessments.queries.verification.lensed import decisions_of
from engine.evidence.counts import RunCounts
from engine.evidence.decisions import decisions_to_json
from engine.evidence.findings_json import counts_from_json, counts_to_json
from engine.rubric.values import Rubric, Text
from engine.scoring.answers import Answers
from engine.scoring.card import ScoreCard
from engine.scoring.card_json import card_from_json
from engine.scoring.formats import FormatError, answers_from_json
from rubrics.queries import rubric_under

LONGEST_TITLE = 80
_KEYS = frozenset(
    (
        "assessment", "title", "hospital", "rubric", "edition", "engine_version", "flags", "window", "target_level",
        "number", "made_at", "answers", "card", "verified", "counts", "counts_digest", "basis", "evidence", "decisions",
    )
)  # fmt: skip


class PackageRefused(ValueError):
    """The body is not what the format says; ``sentence`` names the place."""

    def __init__(self, sentence: Text) -> None:
        self.sentence = sentence
        super().__init__(sentence.en)


def submission_body(snapshot: ScoreSnapshot) -> dict[str, Any]:
    """What is signed: canonical JSON values only. Five queries (flags, attachments, bundles, decisions)."""
    assessment, run = snapshot.assessment, snapshot.run
    hospital = assessment.hospital
    rubric = rubric_under(assessment.edition, snapshot.confirmation)
    return {
        "assessment": str(assessment.public_id),
        "title": assessment.title,
        "hospital": {"name": hospital.name, "code": hospital.code, "region": hospital.region},
        "rubric": assessment.edition.key,
        "edition": snapshot.edition_hash,
        "engine_version": snapshot.engine_version,
        "flags": flags_digest(rubric),
        "window": [assessment.window_from.isoformat(), assessment.window_to.isoformat()]
        if assessment.window_from and assessment.window_to
        else [],
        "target_level": assessment.target_level,
        "number": snapshot.number,
        "made_at": snapshot.taken_at.isoformat(),
        "answers": snapshot.answers,
        "card": snapshot.card,
        "verified": snapshot.verified,
        "counts": counts_to_json(without_places(counts_from_json(run.counts))) if run else None,
        "counts_digest": run.digest if run else "",
        "basis": snapshot.basis,
        "evidence": _evidence(snapshot),
        "decisions": decisions_to_json(decisions_of(assessment), rubric=assessment.edition.key)["decisions"],
    }


def without_places(counts: RunCounts) -> RunCounts:
    """The counts without where rows failed, and without what a reviewer accepted elsewhere."""
    rules = {name: replace(count, failing=(), accepted=False) for name, count in counts.rules.items()}
    return replace(counts, rules=rules)


def _evidence(snapshot: ScoreSnapshot) -> list[dict[str, Any]]:
    """Fingerprints of what is kept at the hospital, so that it can be asked for and recognised later."""
    assessment = snapshot.assessment
    files: list[dict[str, Any]] = [
        {
            "kind": "file",
            "item": row.item_code,
            "clause": row.clause_code,
            "name": row.original_name,
            "caption": row.caption,
            "size": row.size,
            "sha256": row.sha256,
        }
        for row in assessment.attachments.filter(
            removed_at__isnull=True, uploaded_at__lte=snapshot.taken_at
        ).order_by("item_code", "clause_code", "id")
    ]
    used = snapshot.run.bundles.prefetch_related("files").order_by("id") if snapshot.run else ()
    extracts: list[dict[str, Any]] = [
        {
            "kind": "extract",
            "bundle": bundle.title,
            "name": file.path,
            "size": file.size,
            "sha256": file.sha256,
        }
        for bundle in used
        for file in bundle.files.all()
    ]
    return files + extracts


def flags_digest(rubric: Rubric) -> str:
    """SHA-256 over the basic and optional items per level: two installations score alike where it is equal."""
    flags = {
        item.code: {
            str(level.level): [level.category, level.category_confirmed] for level in item.asked_levels
        }
        for item in rubric.items
    }
    return hashlib.sha256(json.dumps(flags, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Submission:
    """A package as read: shapes are right and the parts belong to each other; nothing is recomputed yet."""

    source: UUID  # the assessment's number at the hospital
    title: str
    hospital: str
    rubric: str
    engine_version: str
    flags: str
    window: tuple[date, date] | None
    target: int
    number: int
    made_at: datetime
    answers_document: Mapping[str, Any]
    answers: Answers
    card: ScoreCard
    counts: RunCounts | None
    basis: list[dict[str, Any]]
    evidence: list[dict[str, Any]]
    decisions: int


def read_submission(body: Mapping[str, Any], rubric: Rubric) -> Submission:
    """Read a body against the edition it names. Raises PackageRefused with the place that is wrong."""
    if set(body) != _KEYS:
        raise _wrong("、".join(sorted(set(body) ^ _KEYS)))
    hospital = _mapping(body, "hospital")
    window = body["window"]
    counts = None
    try:
        answers_document = _mapping(body, "answers")
        answers = answers_from_json(rubric, answers_document)
        card = card_from_json(_mapping(body, "card"))
        if body["counts"] is not None:
            counts = counts_from_json(_mapping(body, "counts"))
    except FormatError as error:
        raise PackageRefused(
            Text(
                f"上报包的内容不符合格式：{error.in_language('zh')}",
                f"The package breaks its format: {error.in_language('en')}",
            )
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise _wrong(str(error)[:80]) from error
    try:
        made_at = datetime.fromisoformat(str(body["made_at"]))
        return Submission(
            source=UUID(str(body["assessment"])),
            title=_string(body, "title")[:LONGEST_TITLE],
            hospital=_string(hospital, "name"),
            rubric=_string(body, "rubric"),
            engine_version=_string(body, "engine_version"),
            flags=_string(body, "flags"),
            window=(date.fromisoformat(window[0]), date.fromisoformat(window[1])) if window else None,
            target=_whole(body, "target_level", 1, rubric.top_level),
            number=_whole(body, "number", 1, 9999),
            made_at=made_at if timezone.is_aware(made_at) else timezone.make_aware(made_at),
            answers_document=answers_document,
            answers=answers,
            card=card,
            counts=counts,
            basis=_rows(body, "basis"),
            evidence=_rows(body, "evidence"),
            decisions=len(_rows(body, "decisions")),
        )
    except (ValueError, TypeError, LookupError) as error:
        if isinstance(error, PackageRefused):
            raise
        raise _wrong(str(error)[:80]) from error


def _wrong(place: str) -> PackageRefused:
    return PackageRefused(
        Text(
            f"上报包的内容不符合格式（{place}）。请医院用同一版本的系统重新导出。",
            f"The package breaks its format ({place}). The hospital exports it again with the same version.",
        )
    )


def _mapping(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = body[key]
    if not isinstance(value, dict):
        raise _wrong(key)
    return value


def _rows(body: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = body[key]
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise _wrong(key)
    return value


def _string(body: Mapping[str, Any], key: str) -> str:
    value = body[key]
    if not isinstance(value, str) or "\x00" in value:
        raise _wrong(key)
    return value


def _whole(body: Mapping[str, Any], key: str, least: int, most: int) -> int:
    value = body[key]
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _wrong(key)
    return value
