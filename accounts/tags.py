"""Names of states, for ETag and If-Match."""

from __future__ import annotations

import hashlib


def tag_of(*parts: object) -> str:
    """A tag for a state that these parts describe; equal parts, equal tag."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:40]
