"""The trail is read by auditors alone."""

from __future__ import annotations

from tests.web.permissions.format import Ask, Row, expect

ROWS: dict[str, Row] = {"trail": Row(get=Ask(expect(others=403, auditor=200)))}
