"""Addresses of tables for a national platform: everybody exports what he or she sees, leads keep the columns."""

from __future__ import annotations

from typing import Any

from tests.web.permissions.format import Ask, Row, expect
from tests.web.permissions.world import World

_PEOPLE = {
    **dict.fromkeys(("owner", "colleague", "director", "engineer", "consultant"), 200),
    **dict.fromkeys(("reviewer", "bureau_manager", "stranger"), 200),
}
_LEADS = ("owner", "bureau_manager", "stranger")


def _template(w: World) -> dict[str, Any]:
    return {"template": w.export_template.public_id}


def _plan(w: World) -> dict[str, Any]:
    return {"name": "又一个模板（示例）", "key-1": "hospital", "place-1": "1", "heading-1": "单位"}


def _run(w: World) -> dict[str, Any]:
    return {"template": "submissions", "edition": w.submitted.edition.key, "year": "1999"}


_SEE_ONLY = dict.fromkeys(("owner", "colleague", "director", "engineer", "consultant", "reviewer"), 403)
ROWS = {
    "exports": Row(get=Ask(expect(others=403, **_PEOPLE))),
    "export-run": Row(
        get=Ask(expect(others=403, **dict.fromkeys(_PEOPLE, 422)), data=_run, about="nothing in that year")
    ),
    "export-template-new": Row(
        get=Ask(expect(others=403, **dict.fromkeys(_LEADS, 200))),
        post=(
            Ask(expect(others=403, **dict.fromkeys(_LEADS, 302)), data=_plan),
            Ask(expect(others=403, **dict.fromkeys(_LEADS, 422)), data=lambda w: {}, about="nothing chosen"),
        ),
    ),
    "export-template": Row(
        kwargs=_template,
        get=Ask(expect(others=404, bureau_manager=200, **_SEE_ONLY)),
        post=Ask(expect(others=404, bureau_manager=302, **_SEE_ONLY), data=_plan),
    ),
    "export-template-remove": Row(
        kwargs=_template, post=Ask(expect(others=404, bureau_manager=302, **_SEE_ONLY))
    ),
}
