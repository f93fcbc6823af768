"""One run: files to tables, rules to counts, kept as they come so that a broken run goes on."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from assessments.actions.anchoring import check_anchors
from assessments.models import SuppliedFigure as StoredFigure
from assessments.models import VerificationRun
from assessments.probes import Package, open_package
from assessments.verification.laying_out import lay_out
from assessments.verification.screening import DOUBTS
from engine.evidence import EVIDENCE_ENGINE_VERSION
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import RuleCount, RunCounts
from engine.evidence.findings_json import counts_from_json, counts_to_json
from engine.evidence.looking_up import moments_of
from engine.evidence.mapping import MappingDocument, mapping_hash, read_mapping
from engine.evidence.rules.texts import TEXTS
from engine.evidence.run import SuppliedFigure
from engine.evidence.run import run as count
from engine.scoring.formats import FormatError
from rubrics.queries import get_catalogue

SAY_EVERY = 0.7  # seconds between two signs of life
KEEP_EVERY = 5.0  # seconds between two savings of what is counted


class Stopped(Exception):
    """A person cancelled the run, or another worker took it over."""


Note = Callable[[int, int, str, Mapping[str, Any] | None], bool]


@dataclass
class _Course:
    """Says how far the run is, now and then, and keeps what was counted."""

    note: Note
    inputs: str
    frame: RunCounts
    counted: dict[str, RuleCount] = field(default_factory=dict)
    said: float = 0.0
    kept: float = field(default_factory=time.monotonic)
    going: bool = True

    def say(self, done: int, total: int, step: str, *, now: bool = False) -> None:
        moment = time.monotonic()
        if not now and moment - self.said < SAY_EVERY:
            return
        self.said = moment
        partial = None
        if self.counted and moment - self.kept >= KEEP_EVERY:
            self.kept = moment
            partial = {
                "inputs": self.inputs,
                "counts": counts_to_json(replace(self.frame, rules=dict(self.counted))),
            }
        self.going = self.note(done, total, step, partial)

    def stopped(self) -> bool:
        return not self.going


def count_run(run: VerificationRun, note: Note) -> dict[str, Any]:
    """The counts of a run as they are stored. Raises Stopped, or PackageRefused with its sentence.

    ``note(done, total, step, partial)`` says how far it is and answers whether to go on.
    """
    assessment = run.assessment
    catalogue = get_catalogue()
    assert run.window_from is not None and run.window_to is not None  # asked for without: refused before
    window = (run.window_from, run.window_to)
    mapping = read_mapping(run.mapping.text, catalogue) if run.mapping else None
    texts = Path(settings.VAR_DIR) / "rule-texts.json"  # rules already written as SQL by an earlier worker
    TEXTS.load(texts)
    with tempfile.TemporaryDirectory(prefix="zhiping-run-") as place:
        folder = Path(place) / "package"
        folder.mkdir()
        absences = {one.record: one.reason for one in assessment.declared_absences.all()}
        bundles = run.bundles.order_by("uploaded_at", "pk").prefetch_related("files")
        lay_out(bundles, folder, window=window, not_applicable=absences)
        frame = RunCounts(
            assessment.edition.key, catalogue.content_hash, 0, EVIDENCE_ENGINE_VERSION, window, {}
        )
        course = _Course(note, "", frame)
        _leave_a_trace(folder)

        def reading(name: str, done: int, files: int) -> None:
            course.say(
                0,
                0,
                gettext("读取 %(name)s（%(done)s/%(files)s）") % {"name": name, "done": done, "files": files},
            )
            if course.stopped():
                raise Stopped

        with open_package(
            folder,
            catalogue=catalogue,
            work=Path(place) / "work",
            mapping=mapping,
            window=window,
            confirmed=DOUBTS,
            on_progress=reading,
        ) as package:
            course.inputs = _inputs(package, mapping, catalogue, window)
            known = _known(run, course.inputs)
            course.counted.update(known)
            counts = _count(run, package, catalogue, course, known)
            if not course.stopped():
                tables = package.tables
                check_anchors(assessment, lambda record, key: moments_of(tables, catalogue, record, key))
        if course.stopped():
            raise Stopped
        TEXTS.save(texts)
        return counts_to_json(
            replace(
                counts,
                refused=package.refused,
                dictionaries=package.dictionaries,
                mapping_hash=mapping_hash(mapping) if mapping else "",
            )
        )


def _count(
    run: VerificationRun,
    package: Package,
    catalogue: Catalogue,
    course: _Course,
    known: Mapping[str, RuleCount],
) -> RunCounts:
    def counting(what: str, done: int, total: int) -> None:
        rule = catalogue.rules.get(what)
        step = rule.label.zh if rule else gettext("闭环、应用比例与真实性")
        course.say(done, total, step, now=done == total)

    def keep(counted: RuleCount) -> None:
        course.counted[counted.rule] = counted

    return count(
        catalogue,
        package.tables,
        rubric=run.assessment.edition.key,
        window=package.window,
        known=known,
        on_progress=counting,
        on_count=keep,
        cancelled=course.stopped,
        supplied=_supplied(run, package),
    )


def _supplied(run: VerificationRun, package: Package) -> dict[str, SuppliedFigure]:
    """What people typed goes before what the package states."""
    figures = {
        rule: SuppliedFigure(stated.numerator, stated.denominator)
        for rule, stated in package.manifest.supplied.items()
    }
    for row in StoredFigure.objects.filter(assessment=run.assessment, superseded_at__isnull=True):
        figures[row.rule] = SuppliedFigure(row.numerator, row.denominator, row.accepted_at is not None)
    return figures


def _inputs(
    package: Package, mapping: MappingDocument | None, catalogue: Catalogue, window: tuple[Any, Any]
) -> str:
    """Digest of everything the counts depend on: kept counts serve only the same inputs."""
    parts = [
        sorted(package.digests.items()),
        mapping_hash(mapping) if mapping else "",
        catalogue.content_hash,
        [day.isoformat() for day in window],
        EVIDENCE_ENGINE_VERSION,
        sorted(package.tables.not_applicable.items()),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _known(run: VerificationRun, inputs: str) -> dict[str, RuleCount]:
    """Counts that an earlier attempt at this very run kept."""
    partial = run.counts.get("partial") if isinstance(run.counts, dict) else None
    if not isinstance(partial, dict) or partial.get("inputs") != inputs:
        return {}
    try:
        return dict(counts_from_json(partial["counts"]).rules)
    except FormatError:
        return {}


def _leave_a_trace(folder: Path) -> None:
    """A package without a file (figures only) is still a package."""
    if not any(folder.iterdir()):
        (folder / "package.yaml").write_text("{}\n", "utf-8")
