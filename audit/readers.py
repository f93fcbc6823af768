"""Which chains of the trail a person may read: asked of the app that knows roles, which audit must not import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reach:
    """``chains``: key -> the name to show beside its events. ``reader``: whether the person reads trails at all."""

    reader: bool = False
    chains: Mapping[str, str] = field(default_factory=dict)


def _nobody(user: Any) -> Reach:
    return Reach()


@dataclass(slots=True)
class Readers:
    reach_of: Callable[[Any], Reach] = _nobody


readers = Readers()
