"""A hospital of the demo that claims level 4 and hands in data: checked by the worker like anybody's."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from django.core.files.base import File

from accounts.models import User
from assessments.actions.receiving import Upload, receive_bundle
from assessments.demo.packages.scenarios import Name, made
from assessments.demo.packages.write import write_package
from assessments.models import Assessment, EvidenceBundle
from rubrics.queries import get_catalogue

CASES = 320


def hand_in(
    assessment: Assessment, lead: User, name: Name, title: str, *, cases: int = CASES
) -> EvidenceBundle:
    """Make a package of this kind of hospital for the assessment's window and hand it in as its lead would."""
    catalogue = get_catalogue()
    assert assessment.window_from is not None and assessment.window_to is not None
    window = (assessment.window_from, assessment.window_to)
    package = made(catalogue, name, hospital=assessment.hospital.name, window=window, size=cases)
    with tempfile.TemporaryDirectory(prefix="zhiping-demo-") as place, ExitStack() as opened:
        folder = write_package(package, Path(place))
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return receive_bundle(
            by=lead,
            assessment=assessment,
            uploads=[
                Upload(str(path.relative_to(folder)), File(opened.enter_context(path.open("rb"))))
                for path in files
            ],
            title=title,
            run_after=True,
        )
