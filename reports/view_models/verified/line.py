"""The verified result in one line, for pages that tell something else."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.evidence.falling import why_it_falls
from reports.view_models.verified.around import Reading, RunFacts, run_facts
from reports.view_models.verified.span import LensFigure, from_data_sentence, headline, lens_figures


@dataclass(frozen=True, slots=True)
class VerifiedLine:
    """``lenses``: at most, provisional, at least. ``run`` None: nothing was counted, people decided."""

    headline: str
    lenses: tuple[LensFigure, ...]
    coverage: Decimal
    run: RunFacts | None
    from_data: str


def verified_line(reading: Reading) -> VerifiedLine:
    """No query."""
    return VerifiedLine(
        headline=headline(reading, why_it_falls(reading.rubric, reading.lensed.lenses)),
        lenses=lens_figures(reading)[1:],
        coverage=reading.lensed.lenses.coverage,
        run=run_facts(reading),
        from_data=from_data_sentence(reading),
    )
