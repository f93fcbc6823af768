"""The closed lists of tags a rubric may use."""

from __future__ import annotations

from typing import get_args

from engine.rubric.values import ApplicationKind, Category, Status

STATUSES: tuple[str, ...] = get_args(Status)
CATEGORIES: tuple[str, ...] = get_args(Category)
APPLICATION_KINDS: tuple[str, ...] = get_args(ApplicationKind)
NATURES: tuple[str, ...] = (
    "capture",
    "feature",
    "dictionary",
    "exchange",
    "decision_support",
    "closed_loop",
    "analytics",
    "regional",
    "governance",
)
EVIDENCE_KINDS: tuple[str, ...] = ("data", "message", "metric", "document", "screen")
DIMENSIONS: tuple[str, ...] = ("consistency", "completeness", "integration", "timeliness")
