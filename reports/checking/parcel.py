"""What travels inside an issued PDF: the answers, their card, for a roadmap the plan, and a list of all with digests.

zhiping-report/1 (docs/reference/formats.md) names edition, flags in force, engine, target, the figures printed and the
SHA-256 of every other attachment. A file cannot hold its own digest; the digest of the answers is printed instead.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from engine.roadmap.plan_json import plan_to_json
from engine.roadmap.values import Plan
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.card import ScoreCard
from engine.scoring.card_json import card_to_json
from engine.scoring.formats import answers_to_json
from engine.scoring.gap import find_gaps
from reports.pdf import Attached
from reports.standing import Standing

REPORT_FORMAT = "zhiping-report/1"
LIST, ANSWERS, CARD, PLAN, GROUND = (
    "zhiping-report.json",
    "zhiping-assessment.json",
    "zhiping-scorecard.json",
    "zhiping-plan.json",
    "zhiping-ground.json",
)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan was made from beside the answers: all assumptions and the constraints, as JSON, and the beds."""

    assumptions: Mapping[str, Any]
    constraints: Mapping[str, Any]
    beds: int | None


def parcel_of(
    standing: Standing,
    *,
    kind: str,
    target: int,
    made_at: datetime,
    reference: str = "",
    plan: Plan | None = None,
    ground: Ground | None = None,
) -> tuple[Attached, ...]:
    """The attachments of a document, in the language that is active. ``reference``: public id of the issued report."""
    contents: dict[str, Json] = {
        ANSWERS: answers_to_json(standing.rubric, standing.answers),
        CARD: card_to_json(standing.card),
    }
    if plan is not None and ground is not None:
        contents[PLAN] = plan_to_json(plan)
        contents[GROUND] = {
            "format": "zhiping-ground/1",
            "assumptions": dict(ground.assumptions),
            "constraints": dict(ground.constraints),
            "beds": ground.beds,
        }
    files = {name: written(content) for name, content in contents.items()}
    listed = {
        "format": REPORT_FORMAT,
        "kind": kind,
        "reference": reference,
        "language": get_language() or "",
        "made_at": made_at.isoformat(timespec="seconds"),
        "hospital": standing.hospital,
        "rubric": standing.rubric.id,
        "rubric_hash": standing.rubric.content_hash,
        "flags": flags_of(standing.rubric),
        "engine": standing.card.engine_version,
        "source": standing.source,
        "snapshot": standing.frozen.number if standing.frozen else None,
        "target": target,
        "figures": figures_of(standing.rubric, standing.answers, standing.card, target, plan),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return (
        Attached(LIST, written(listed), "zhiping-report/1", "Supplement"),
        *(
            Attached(name, content, str(contents[name]["format"]), "Source" if name == ANSWERS else "Data")
            for name, content in files.items()
        ),
    )


def written(content: Mapping[str, Any]) -> bytes:
    """JSON as it is attached: keys sorted, so that the same content has the same digest."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()


def answers_digest(parcel: tuple[Attached, ...]) -> str:
    """SHA-256 of the answers inside, printed on the document."""
    return next((hashlib.sha256(one.content).hexdigest() for one in parcel if one.name == ANSWERS), "")


def flags_of(rubric: Rubric) -> Json:
    """item -> level -> basic | optional where the flags are confirmed; empty where the library's stand."""
    asked = [(item.code, level) for item in rubric.items for level in item.levels if level.level]
    if not all(level.category_confirmed for _code, level in asked):
        return {}
    found: Json = {}
    for code, level in asked:
        found.setdefault(code, {})[str(level.level)] = level.category
    return found


def figures_of(
    rubric: Rubric, answers: Answers, card: ScoreCard, target: int, plan: Plan | None = None
) -> dict[str, str]:
    """The figures a document prints, each by a name that says where: the same from any answers, or they differ."""
    figures = {"level": str(card.level), "total": str(card.total)}
    for result in card.levels:
        here = f"level {result.level}"
        gates = result.gates
        figures[f"{here} holds"] = "yes" if result.holds else "no"
        figures[f"{here} basic"] = f"{gates.basic.have}/{gates.basic.need}"
        figures[f"{here} optional"] = f"{gates.optional.have}/{gates.optional.need}"
        figures[f"{here} total"] = f"{gates.total.have}/{gates.total.need}"
    for code, item in card.items.items():
        figures[f"item {code} score"] = str(item.score)
        figures[f"item {code} passes"] = ",".join(map(str, item.passes))
    gaps = find_gaps(rubric, answers, target, card=card)
    figures["gaps needed"] = str(len(gaps.needed))
    figures["gaps suggested"] = str(len(gaps.suggested))
    if plan is not None:
        figures["plan status"] = plan.status
        figures["plan effort"] = _number(plan.effort)
        figures["plan cost"] = _number(plan.cost.likely)
        figures["plan finish"] = str(plan.finish or "")
        figures["plan items"] = str(len(plan.actions))
        figures["plan level after"] = str(plan.level_after)
        figures["plan total after"] = _number(plan.total_after)
    return figures


def _number(value: Decimal) -> str:
    """The same text however many zeros a computation left behind."""
    return f"{value.normalize():f}"
