"""Scoring: from the answers of one assessment to levels, gates and the reason for every point.

``ENGINE_VERSION`` moves whenever any score can move; it is stored with every snapshot.
"""

from __future__ import annotations

ENGINE_VERSION = "1.0.0"
