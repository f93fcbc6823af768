"""A document that is a file already."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finished:
    """A document that needs no laying out any more."""

    content: bytes
