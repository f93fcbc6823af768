"""Addresses of assessments."""

from __future__ import annotations

from typing import Any

from tests.web.permissions.format import Ask, Expectation, Row, expect
from tests.web.permissions.world import World


def _of_item(assessment: str) -> Any:
    return lambda w: {"assessment": getattr(w, assessment).public_id, "item": "01.01"}


def _tick(world: World) -> dict[str, Any]:
    return {"changes": [{"path": "clauses.1.1", "from": "not_answered", "to": "met"}], "key": "0" * 32}


_STAFF = {"owner": 200, "colleague": 200, "director": 200, "engineer": 200, "consultant": 200}
_READING = (
    Ask(expect(others=404, **_STAFF), about="a draft"),
    Ask(
        expect(others=404, **_STAFF, reviewer=403, bureau_manager=403),
        kwargs=_of_item("submitted"),
        about="submitted: a bureau sees results, not the work",
    ),
)
_NO_SUCH_METHOD = Ask(expect(others=405, anonymous=401))


def _api(asks: tuple[Ask, ...]) -> tuple[Ask, ...]:
    """The JSON interface answers 401, so that a page knows to ask for a new sign-in."""
    return tuple(Ask({**ask.answers, "anonymous": 401}, ask.data, ask.json, ask.kwargs, about=ask.about) for ask in asks)


_NOBODY_ANY_MORE: Expectation = expect(
    others=404, owner=403, colleague=403, director=403, engineer=403, consultant=403, reviewer=403, bureau_manager=403
)

ROWS: dict[str, Row] = {
    "item": Row(kwargs=_of_item("draft"), get=_READING),
    "api-answers": Row(
        kwargs=_of_item("draft"),
        json=True,
        get=_api(_READING),
        patch=_api(
            (
                Ask(expect(others=404, **{**_STAFF, "director": 403}), json=_tick, about="a draft"),
                Ask(_NOBODY_ANY_MORE, json=_tick, kwargs=_of_item("submitted"), about="submitted"),
            )
        ),
        post=_NO_SUCH_METHOD,
        put=_NO_SUCH_METHOD,
        delete=_NO_SUCH_METHOD,
    ),
}
