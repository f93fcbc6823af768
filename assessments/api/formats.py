"""JSON schemas of documents whose format is published, and of the autosave protocol.

They say what a program may rely on; docs/reference/formats.md says the rest.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def thing(required: Schema, optional: Schema | None = None) -> Schema:
    return {"type": "object", "required": [*required], "properties": {**required, **(optional or {})}}


def listed(each: Schema) -> Schema:
    return {"type": "array", "items": each}


def by_key(each: Schema) -> Schema:
    return {"type": "object", "additionalProperties": each}


def named(name: str) -> Schema:
    return {"type": "string", "enum": [name]}


TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
YES: Schema = {"type": "boolean"}
ANYTHING: Schema = {"nullable": True}
SOME_TEXT: Schema = {"type": "string", "nullable": True}

CHANGES = {
    **thing(
        {
            "changes": {
                **listed(
                    thing(
                        {
                            "path": {"type": "string", "example": "clauses.3.2"},
                            "to": {"nullable": True, "example": "met"},
                        },
                        {"from": {"nullable": True, "example": "not_answered"}},
                    )
                ),
                "minItems": 1,
                "maxItems": 200,
            }
        },
        {"key": TEXT},
    ),
}
_CONFLICT = thing({"path": TEXT, "yours": ANYTHING, "theirs": ANYTHING, "by": TEXT, "at": SOME_TEXT})
_PROBLEM = thing({"path": TEXT, "message": TEXT})
_MERGE: Schema = {"applied": listed(TEXT), "conflicts": listed(_CONFLICT), "problems": listed(_PROBLEM)}
MERGED = thing(_MERGE, {"values": by_key(ANYTHING)})
_ITEM_NOW: Schema = {
    "version": WHOLE,
    "by": TEXT,
    "values": by_key(ANYTHING),
    "hospital": thing({"level": WHOLE, "level_text": TEXT, "total": TEXT}),
    "contradictions": listed(_PROBLEM),
}
ITEM_NOW = thing(_ITEM_NOW)
MERGED_ITEM = thing({**_ITEM_NOW, **_MERGE})

STATES = ["met", "partly", "not_met", "not_answered"]
_COUNT: Schema = {"type": "integer", "minimum": 0}
_STATES = listed({"type": "string", "enum": STATES})
_ITEM_ANSWERS: Schema = {
    "type": "object",
    "properties": {
        "clauses": by_key(_STATES),
        "denominator": _COUNT,
        "denominators": by_key(_COUNT),
        "numerators": by_key(_COUNT),
        "in_use": YES,
        "data_quality": by_key(ANYTHING),
        "no_such_service": TEXT,
    },
}
ASSESSMENT_DOCUMENT = thing(
    {"format": named("zhiping-assessment/1"), "rubric": TEXT},
    {
        "hospital": {"type": "object"},
        "window": thing(
            {"from": {"type": "string", "format": "date"}, "to": {"type": "string", "format": "date"}}
        ),
        "items": by_key(_ITEM_ANSWERS),
        "overall": by_key(_STATES),
    },
)
SCORECARD = thing(
    {
        "format": named("zhiping-scorecard/1"),
        "rubric": TEXT,
        "lens": {"type": "string", "enum": ["claimed", "not_refuted", "provisional", "strict"]},
        "engine_version": TEXT,
        "level": WHOLE,
        "total": TEXT,
        "levels": listed(thing({"level": WHOLE, "reached": YES})),
        "items": by_key(thing({"function_level": WHOLE, "scored_level": WHOLE, "score": TEXT})),
    },
    {"facade_gap": SOME_TEXT},
)
GAPS = thing(
    {
        "format": named("zhiping-gaps/1"),
        "rubric": TEXT,
        "level": WHOLE,
        "target": WHOLE,
        "reached": YES,
        "gaps": listed(thing({"item": TEXT, "level": WHOLE, "unlocks": TEXT})),
    }
)
PLAN = thing(
    {
        "format": named("zhiping-plan/1"),
        "status": {"type": "string", "enum": ["optimal", "feasible", "infeasible"]},
        "objective": {"type": "string", "enum": ["cheapest", "fastest", "safest"]},
        "target": WHOLE,
        "effort": TEXT,
        "level_after": WHOLE,
        "actions": listed(
            thing(
                {
                    "item": TEXT,
                    "from_level": WHOLE,
                    "to_level": WHOLE,
                    "effort": TEXT,
                    "start": TEXT,
                    "finish": TEXT,
                }
            )
        ),
        "cost": thing({"low": TEXT, "likely": TEXT, "high": TEXT}),
        "gap": TEXT,
        "relaxations": listed({"type": "object"}),
        "infeasible_because": listed({"type": "object"}),
    },
    {"proven": YES},
)
FINDINGS = thing(
    {
        "format": named("zhiping-findings/1"),
        "rubric": TEXT,
        "findings": listed(thing({"rule": TEXT}, {"status": TEXT, "coefficient": SOME_TEXT})),
        "verdicts": by_key(by_key(listed(TEXT))),
    }
)
DECISIONS = thing(
    {
        "format": named("zhiping-decisions/1"),
        "decisions": listed(thing({"item": TEXT, "level": WHOLE, "kind": TEXT, "verdict": TEXT})),
    }
)
ATTESTATION = thing(
    {
        "format": named("zhiping-attestation/1"),
        "body": {"type": "object"},
        "digest": TEXT,
        "signature": thing({"algorithm": TEXT, "key": TEXT, "value": TEXT}),
    }
)
