"""The three rubrics of the library, loaded once for all engine tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.rubric.load import load_library
from engine.rubric.values import Rubric

FOLDER = Path(__file__).resolve().parents[2] / "rubrics" / "library"
EDITIONS = ("emr-2018", "smart-service-2019", "ai-readiness-2021")


@cache
def library() -> dict[str, Rubric]:
    return load_library(FOLDER)


def rubric(edition: str) -> Rubric:
    return library()[edition]
