"""The catalogue of checks, read once per process from the library beside the rubrics."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.evidence.catalogue.load import load_catalogue
from engine.evidence.catalogue.values import Catalogue

LIBRARY = Path(__file__).resolve().parents[1] / "library"


@cache
def get_catalogue() -> Catalogue:
    """Record types, rules, loops and metrics; immutable and shared. About a second the first time.

    Raises RubricError (file, line, sentence) when a file of the library is inconsistent.
    """
    return load_catalogue(LIBRARY)
