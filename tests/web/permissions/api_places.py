"""The HTTP interface: description, own account, standards, organisations."""

from __future__ import annotations

from typing import Any

from tests.web.permissions.format import EVERYBODY, Ask, Row, api, expect
from tests.web.permissions.world import World


def _hospital(w: World) -> dict[str, Any]:
    return {"organisation": w.hospital.public_id}


def _beds(w: World) -> dict[str, Any]:
    return {"beds": 1300}


def _new(w: World) -> dict[str, Any]:
    return {"parent": str(w.bureau.public_id), "kind": "hospital", "name": "新的示例医院"}


#: people of the hospital in whatever role, and the bureau above
_KNOWS_IT = dict.fromkeys(
    (
        "owner",
        "colleague",
        "director",
        "engineer",
        "consultant",
        "auditor",
        "security",
        "reviewer",
        "bureau_manager",
    ),
    200,
)

ROWS: dict[str, Row] = {
    "api-docs": Row(get=Ask(EVERYBODY(200))),
    "api-schema": api(scopes={"get": ""}, get=Ask(EVERYBODY(200))),
    "api-me": api(scopes={"get": ""}, get=Ask(EVERYBODY(200))),
    "api-rubrics": api(scopes={"get": ""}, get=Ask(EVERYBODY(200))),
    "api-rubric": api(lambda w: {"edition": "emr-2018"}, scopes={"get": ""}, get=Ask(EVERYBODY(200))),
    "api-rubric-item": api(
        lambda w: {"edition": "emr-2018", "item": "01.01"},
        scopes={"get": ""},
        get=(
            Ask(EVERYBODY(200)),
            Ask(
                EVERYBODY(404),
                kwargs=lambda w: {"edition": "emr-2018", "item": "99.99"},
                about="no such item",
            ),
        ),
    ),
    "api-organisations": api(
        scopes={"get": "organisations:read", "post": "organisations:write"},
        get=Ask(EVERYBODY(200)),
        post=(
            Ask(expect(others=403, bureau_manager=201), json=_new),
            Ask(expect(others=403, bureau_manager=400), json=lambda w: {}, about="nothing said"),
        ),
    ),
    "api-organisation": api(
        _hospital,
        scopes={"get": "organisations:read", "patch": "organisations:write"},
        get=Ask(expect(others=404, **_KNOWS_IT)),
        patch=(
            Ask(
                expect(others=404, **{**dict.fromkeys(_KNOWS_IT, 403), "owner": 428, "bureau_manager": 428}),
                json=_beds,
                about="without If-Match",
            ),
            Ask(
                expect(others=404, **{**dict.fromkeys(_KNOWS_IT, 403), "owner": 200, "bureau_manager": 200}),
                json=_beds,
                headers={"If-Match": "*"},
                about="whatever it is now",
            ),
        ),
    ),
    "api-departments": api(
        _hospital, scopes={"get": "organisations:read"}, get=Ask(expect(others=404, **_KNOWS_IT))
    ),
}
