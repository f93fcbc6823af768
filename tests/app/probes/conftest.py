"""A catalogue, a folder to put files into, and a way to open it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assessments.probes import Package, open_package
from engine.evidence.catalogue.values import Catalogue
from tests.engine.evidence.library import catalogue as library_catalogue

Opening = Callable[..., Package]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return library_catalogue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "package"
    made.mkdir()
    return made


@pytest.fixture
def opened(folder: Path, tmp_path: Path, catalogue: Catalogue) -> Iterator[Opening]:
    """Opens the folder (or ``path``) and closes it after the test."""
    packages: list[Package] = []

    def opening(path: Path | None = None, **options: object) -> Package:
        work = tmp_path / f"work{len(packages)}"
        package = open_package(path or folder, catalogue=catalogue, work=work, **options)  # type: ignore[arg-type]
        packages.append(package)
        return package

    yield opening
    for package in packages:
        package.close()
