"""Addresses of official results."""

from __future__ import annotations

from tests.web.permissions.format import Ask, Row, expect

_BUREAU = {"reviewer": 200, "bureau_manager": 200}

ROWS = {
    "awards": Row(get=Ask(expect(others=404, **_BUREAU))),
    "awards-export": Row(get=Ask(expect(others=404, **_BUREAU))),
    "awards-import": Row(
        get=Ask(expect(others=404, reviewer=403, bureau_manager=200)),
        post=Ask(expect(others=404, reviewer=403, bureau_manager=422), data=lambda w: {}),
    ),
    "awards-apply": Row(post=Ask(expect(others=404, reviewer=403, bureau_manager=422), data=lambda w: {})),
}
