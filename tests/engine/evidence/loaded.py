"""The catalogue of the library, loaded once per process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.evidence.catalogue.load import load_catalogue
from engine.evidence.catalogue.values import Catalogue

FOLDER = Path(__file__).resolve().parents[3] / "rubrics" / "library"


@cache
def catalogue() -> Catalogue:
    return load_catalogue(FOLDER)
