"""How a sample came out: counts, the pass rate and its interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.models import RehearsalCase
from engine.evidence.sampling import wilson

Outcome = RehearsalCase.Outcome


@dataclass(frozen=True, slots=True)
class Tally:
    """Cases by what was seen. A case that cannot be found in the system has not passed."""

    cases: int = 0
    passed: int = 0
    failed: int = 0
    not_found: int = 0

    @property
    def seen(self) -> int:
        return self.passed + self.failed + self.not_found

    @property
    def unseen(self) -> int:
        return self.cases - self.seen

    @property
    def rate(self) -> Decimal | None:
        """Share 0-1 of the cases looked at; None before the first one."""
        return Decimal(self.passed) / self.seen if self.seen else None

    @property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        """The 95 % interval of the share."""
        return wilson(self.passed, self.seen)

    @property
    def low(self) -> Decimal | None:
        return self.interval[0] if self.interval else None

    @property
    def high(self) -> Decimal | None:
        return self.interval[1] if self.interval else None


def tally(outcomes: Mapping[str, int]) -> Tally:
    """Out of counts by outcome; the empty outcome are cases nobody looked at yet."""
    return Tally(
        cases=sum(outcomes.values()),
        passed=outcomes.get(Outcome.PASSED, 0),
        failed=outcomes.get(Outcome.FAILED, 0),
        not_found=outcomes.get(Outcome.NOT_FOUND, 0),
    )


def tally_of(cases: Iterable[RehearsalCase]) -> Tally:
    return tally(Counter(case.outcome for case in cases))
