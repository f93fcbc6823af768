"""The numbers a plan rests on where a hospital has not said otherwise."""

from __future__ import annotations

from functools import cache

from engine.roadmap.assumptions import load_assumptions
from engine.roadmap.values import Assumptions
from rubrics.queries.catalogue import LIBRARY


@cache
def get_assumptions() -> Assumptions:
    """The shipped defaults, read once per process. No query."""
    return load_assumptions(LIBRARY)
