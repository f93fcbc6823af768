"""Drawing the cases of a rehearsal from the files its run has read."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.models import Prefetch, Q
from django.utils import timezone

from assessments.actions.rehearsing import NewCase
from assessments.models import EvidenceBundle, ExtractFile, Rehearsal
from assessments.probes import open_package
from assessments.queries.rehearsals.source import records_to_draw
from assessments.verification.laying_out import lay_out
from assessments.verification.screening import DOUBTS
from engine.evidence.mapping import read_mapping
from engine.evidence.sampling import Draw, dealt, draw
from rubrics.queries import get_catalogue

Tally = dict[str, Any]


def draw_cases(rehearsal: Rehearsal, alive: Callable[[], None]) -> tuple[list[NewCase], list[Tally]]:
    """The sample of every item, and per item and record type how many cases there are and were drawn.

    Reads only files that may hold the record types asked for, as the run read them: same mapping, same
    window. Bundles destroyed since are left out. Raises PackageRefused with its sentence.
    """
    catalogue = get_catalogue()
    rubric = rehearsal.assessment.edition.key
    wanted = {item: records_to_draw(catalogue, rubric, item) for item in rehearsal.items}
    records = {record for each in wanted.values() for record in each}
    run = rehearsal.run
    if run is None or not records:
        return [], []
    assert run.window_from is not None and run.window_to is not None  # asked for without: refused before
    window = (run.window_from, run.window_to)
    readable = ExtractFile.objects.filter(Q(record__in=records) | Q(record="")).order_by("path")
    bundles = run.bundles.filter(state=EvidenceBundle.State.KEPT).order_by("pk")
    with tempfile.TemporaryDirectory(prefix="zhiping-draw-") as place:
        folder = Path(place) / "package"
        folder.mkdir()
        placed = lay_out(
            bundles.prefetch_related(Prefetch("files", queryset=readable)), folder, window=window
        )
        if not placed:
            return [], []
        with open_package(
            folder,
            catalogue=catalogue,
            work=Path(place) / "work",
            mapping=read_mapping(run.mapping.text, catalogue) if run.mapping else None,
            window=window,
            confirmed=DOUBTS,
            on_progress=lambda *_: alive(),
        ) as package:
            cases: list[NewCase] = []
            tallies: list[Tally] = []
            for item, types in wanted.items():
                alive()
                draws = [
                    draw(
                        package.tables,
                        catalogue.records[record],
                        seed=f"{rehearsal.seed}|{item}",
                        most=rehearsal.per_item,
                    )
                    for record in types
                ]
                new = _new_cases(item, draws, rehearsal.per_item)
                cases += new
                tallies += [
                    {
                        "item": item,
                        "record": one.record,
                        "rows": one.of,
                        "drawn": sum(case.record == one.record for case in new),
                    }
                    for one in draws
                ]
            return cases, tallies


def _new_cases(item: str, draws: list[Draw], most: int) -> list[NewCase]:
    return [
        NewCase(
            item=item,
            record=case.record,
            key=case.key,
            file=case.file,
            row=case.row,
            happened_at=timezone.make_aware(case.moment) if case.moment is not None else None,
            department=case.department,
        )
        for case in dealt(draws, most)
    ]
