"""Addresses of covers: an organisation's own lead; in a consultancy its consultants."""

from __future__ import annotations

from typing import Any

from tests.web.permissions.format import Ask, Row, expect
from tests.web.permissions.world import World

_SEE = dict.fromkeys(
    ("colleague", "director", "engineer", "consultant", "auditor", "security", "reviewer", "bureau_manager"),
    403,
)


def _hospital(w: World) -> dict[str, Any]:
    return {"organisation": w.hospital.public_id}


def _consultancy(w: World) -> dict[str, Any]:
    return {"organisation": w.consultancy.public_id}


def _lines(w: World) -> dict[str, Any]:
    return {"title": "示例标题", "contact": "示例地址"}


ROWS = {
    "cover": Row(
        kwargs=_hospital,
        get=(
            Ask(expect(others=404, owner=200, **_SEE)),
            Ask(expect(others=404), kwargs=_consultancy, about="that of a consultancy"),
        ),
        post=(
            Ask(expect(others=404, owner=302, **_SEE), data=_lines),
            Ask(expect(others=404, owner=422, **_SEE), data=lambda w: {"title": "长" * 61}, about="too long"),
        ),
    ),
    "cover-logo": Row(kwargs=_hospital, get=Ask(expect(others=404, **_SEE))),
}
