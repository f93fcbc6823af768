"""Addresses of hospitals."""

from __future__ import annotations

from tests.web.permissions.format import Row

ROWS: dict[str, Row] = {}
