"""The catalogue of the library, read once per process of tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.evidence.catalogue.load import load_catalogue
from engine.evidence.catalogue.values import Catalogue


@cache
def catalogue() -> Catalogue:
    return load_catalogue(Path(__file__).parents[3] / "rubrics" / "library")
