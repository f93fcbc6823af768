"""The delivered library, loaded once."""

from __future__ import annotations

import pytest

from engine.rubric.load import load_library
from engine.rubric.values import Rubric
from tests.engine.made_up import LIBRARY


@pytest.fixture(scope="session")
def library() -> dict[str, Rubric]:
    return load_library(LIBRARY)


@pytest.fixture(scope="session")
def emr(library: dict[str, Rubric]) -> Rubric:
    return library["emr-2018"]


@pytest.fixture(scope="session")
def service(library: dict[str, Rubric]) -> Rubric:
    return library["smart-service-2019"]
