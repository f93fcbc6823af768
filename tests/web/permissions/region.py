"""Addresses of a region: to people without a bureau they do not exist."""

from __future__ import annotations

from tests.web.permissions.format import Ask, Row, expect

_BUREAU = {"reviewer": 200, "bureau_manager": 200}
_NOBODY = "00000000-0000-0000-0000-000000000000"

ROWS = {
    "region": Row(get=Ask(expect(others=404, **_BUREAU))),
    "region-distribution": Row(get=Ask(expect(others=404, **_BUREAU))),
    "region-trend": Row(get=Ask(expect(others=404, **_BUREAU))),
    "region-ranking": Row(get=Ask(expect(others=404, **_BUREAU))),
    "peers-share": Row(
        post=Ask(
            expect(others=404, reviewer=302, bureau_manager=302),
            data=lambda w: {"shared": "no"},
            about="a reviewer is refused with a message",
        )
    ),
    "region-doubts": Row(get=Ask(expect(others=404, **_BUREAU))),
    "region-export": Row(get=Ask(expect(others=404, **_BUREAU))),
    "view-save": Row(
        post=Ask(
            expect(others=302),
            data=lambda w: {"page": "region", "name": "示例"},
            about="refused with a message",
        )
    ),
    "view-delete": Row(kwargs=lambda w: {"view": _NOBODY}, post=Ask(expect(others=404))),
}
