"""The HTTP interface: assessments, their life cycle, and what was frozen."""

from __future__ import annotations

from typing import Any

from tests.web.permissions.assessments import _closed, _of, _staff
from tests.web.permissions.format import EVERYBODY, Ask, Row, api, expect
from tests.web.permissions.world import World

ANY_STATE = {"If-Match": "*"}
READ = {"get": "assessments:read"}


def number(assessment: str) -> Any:
    return lambda w: {"assessment": getattr(w, assessment).public_id, "number": 1}


def nothing(w: World) -> dict[str, Any]:
    return {}


def reason(w: World) -> dict[str, Any]:
    return {"reason": "示例理由"}


def start(w: World) -> dict[str, Any]:
    return {
        "hospital": str(w.hospital.public_id),
        "rubric": "smart-service-2019",
        "title": "四季度",
        "target_level": 3,
        "window": {"from": "2026-07-01", "to": "2026-09-30"},
    }


def document(w: World) -> dict[str, Any]:
    return {
        "format": "zhiping-assessment/1",
        "rubric": "smart-service-2019",
        "items": {"01.01": {"clauses": {"1": ["met"]}}},
    }


#: who sees a draft, and a submission
DRAFT = Ask(_staff(200), about="a draft")
SUBMITTED = Ask(_closed(200), kwargs=_of("submitted"), about="submitted")
#: the work itself: never a bureau's
WORK = (DRAFT, Ask(_staff(200, reviewer=403, bureau_manager=403), kwargs=_of("submitted"), about="submitted"))


def _step(scope: str, may: Any, wrong: Any, about: str, **row: Any) -> Row:
    """``may``: on the assessment of the row; ``wrong``: on the other one, in a state that knows no such step."""
    return api(
        _of(about),
        scopes={"post": scope},
        post=(
            Ask(may, json=reason, headers=ANY_STATE, about=about),
            Ask(
                {person: 428 if status == 200 else status for person, status in may.items()},
                json=reason,
                about="without If-Match",
            ),
            wrong,
        ),
    )


_BUREAU = {"reviewer": 200, "bureau_manager": 200}
_NOT_OF_A_DRAFT = Ask(_staff(403), json=reason, headers=ANY_STATE, kwargs=_of("draft"), about="a draft")

ROWS: dict[str, Row] = {
    "api-assessments": api(
        scopes={**READ, "post": "assessments:write"},
        get=Ask(EVERYBODY(200)),
        post=(
            Ask(expect(others=403, owner=201, consultant=201, stranger=422), json=start),
            Ask(expect(others=403, owner=400, consultant=400, stranger=400), json=nothing, about="nothing"),
        ),
    ),
    "api-assessment": api(_of("draft"), scopes=READ, get=(DRAFT, SUBMITTED)),
    "api-history": api(_of("draft"), scopes=READ, get=WORK),
    "api-document": api(
        _of("draft"),
        scopes={**READ, "patch": "assessments:write"},
        get=(DRAFT, SUBMITTED),
        patch=(
            Ask(_staff(200, director=403), json=document, headers=ANY_STATE, about="a draft"),
            Ask(_staff(428, director=403), json=document, about="without If-Match"),
            Ask(_closed(), json=document, headers=ANY_STATE, kwargs=_of("submitted"), about="submitted"),
        ),
    ),
    "api-readiness": api(_of("draft"), scopes=READ, get=WORK),
    "api-submit": api(
        _of("draft"),
        scopes={"post": "assessments:submit"},
        post=(
            Ask(
                _staff(403, owner=201),
                json=lambda w: {"accept_incomplete": True},
                headers=ANY_STATE,
                about="a draft",
            ),
            Ask(_staff(403, owner=409), json=nothing, headers=ANY_STATE, about="incomplete"),
            Ask(_staff(403, owner=428), json=nothing, about="without If-Match"),
            Ask(_closed(), json=nothing, headers=ANY_STATE, kwargs=_of("submitted"), about="a second time"),
        ),
    ),
    "api-withdraw": _step("assessments:submit", _closed(owner=200), _NOT_OF_A_DRAFT, "submitted"),
    "api-archive": _step(
        "assessments:submit",
        _closed(owner=200),
        Ask(_staff(403, owner=200), json=reason, headers=ANY_STATE, kwargs=_of("draft"), about="a draft"),
        "submitted",
    ),
    "api-return": _step("reviews:write", _closed(**_BUREAU), _NOT_OF_A_DRAFT, "submitted"),
    "api-accept": _step("reviews:write", _closed(**_BUREAU), _NOT_OF_A_DRAFT, "submitted"),
    "api-snapshots": api(_of("draft"), scopes=READ, get=(DRAFT, SUBMITTED)),
    "api-snapshot": api(
        number("submitted"),
        scopes=READ,
        get=(Ask(_closed(200)), Ask(_staff(404), kwargs=number("draft"), about="never submitted")),
    ),
    "api-snapshot-document": api(number("submitted"), scopes=READ, get=Ask(_closed(200))),
    "api-snapshot-card": api(number("submitted"), scopes=READ, get=Ask(_closed(200))),
    "api-card": api(_of("draft"), scopes=READ, get=(DRAFT, SUBMITTED)),
    "api-gaps": api(_of("draft"), scopes=READ, get=(DRAFT, SUBMITTED)),
}
