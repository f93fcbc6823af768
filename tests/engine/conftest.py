"""The delivered library, loaded once."""

from __future__ import annotations

import pytest

from engine.rubric.values import Rubric
from tests.engine.library import library as cached_library


@pytest.fixture(scope="session")
def library() -> dict[str, Rubric]:
    return cached_library()


@pytest.fixture(scope="session")
def emr(library: dict[str, Rubric]) -> Rubric:
    return library["emr-2018"]


@pytest.fixture(scope="session")
def service(library: dict[str, Rubric]) -> Rubric:
    return library["smart-service-2019"]
