"""What the picture of a closed loop says: its steps, where instances drop off, and what comes too early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reports.charts.spec import Chart, ChartIncomplete


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One node. ``present`` of ``of`` instances have it; ``blocked`` says why it could not be counted.

    ``minutes``: median since the step it hangs on. ``wrong`` of ``compared`` instances have it before
    the step it must follow.
    """

    name: str
    mandatory: bool
    present: int
    of: int
    enough: bool
    blocked: str = ""
    minutes: str = ""
    wrong: int = 0
    compared: int = 0
    wrong_words: str = ""

    @property
    def share(self) -> Decimal:
        return Decimal(self.present) / Decimal(self.of) if self.of else Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Flow(Chart):
    """A closed loop from its anchor to its last step, top to bottom."""

    steps: tuple[FlowStep, ...]
    optional_word: str
    blocked_word: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.steps:
            raise ChartIncomplete(f"{self.key}: a loop has steps")
        if any(step.present > step.of or step.wrong > step.compared for step in self.steps):
            raise ChartIncomplete(f"{self.key}: more than there is")

    def measured(self) -> Iterator[tuple[Decimal, Decimal]]:
        for step in self.steps:
            yield step.share, Decimal(1)
