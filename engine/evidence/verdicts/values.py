"""The verdict on a clause: frozen values and their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from engine.evidence.decisions import Decision
from engine.evidence.judging import Finding
from engine.rubric.values import Text

Word = Literal[
    "supported",
    "matching_data",
    "accepted_evidence",
    "could_not_check",
    "needs_evidence",
    "not_covered",
    "refuted",
]
Outcome = Literal["supported", "matching_data", "refuted", "could_not_check", "not_applicable"]
Group = Literal["supported", "not_verified", "refuted"]
Route = Literal["explicit", "family"]
CheckKind = Literal["rule", "loop", "topic"]

WORDS: Mapping[Word, Text] = {
    "supported": Text("核验相符", "verified"),
    "matching_data": Text("有相符数据", "matching data"),
    "accepted_evidence": Text("材料已采信", "evidence accepted"),
    "could_not_check": Text("无法核验", "could not be checked"),
    "needs_evidence": Text("待采信材料", "evidence to be accepted"),
    "not_covered": Text("没有对应的数据核验", "no data check exists"),
    "refuted": Text("核验不符", "refuted"),
}
GROUPS: Mapping[Group, Text] = {
    "supported": Text("核验相符", "verified"),
    "not_verified": Text("未核验", "not verified"),
    "refuted": Text("核验不符", "refuted"),
}


@dataclass(frozen=True, slots=True)
class Spoke:
    """A check that spoke for a clause, whatever it said.

    ``outcome`` is what it says for the clause (a family rule below its threshold is no matching data:
    could_not_check); ``strict_outcome`` the same without figures that nobody accepted.
    """

    kind: CheckKind
    id: str
    label: Text
    route: Route
    outcome: Outcome
    strict_outcome: Outcome
    reason: Text
    numerator: int = 0
    denominator: int = 0
    share: Decimal | None = None
    remedy: Text | None = None
    honest_failure: Text | None = None
    supplied: bool = False
    below: bool = False  # counted, and under its threshold


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence says about one clause, whether or not the hospital claims it.

    ``provisional`` and ``strict``: verified under that policy. ``reason``: why, in one sentence;
    ``would_verify``: what would bring it to strict, None where it is there already.
    """

    item: str
    level: int
    n: int
    word: Word
    provisional: bool
    strict: bool
    reason: Text
    spoke: tuple[Spoke, ...] = ()
    decisions: tuple[Decision, ...] = ()
    would_verify: Text | None = None

    @property
    def code(self) -> str:
        return f"{self.item}.{self.level}.{self.n}"

    @property
    def refuted(self) -> bool:
        return self.word == "refuted"

    @property
    def checked(self) -> bool:
        """The evidence was looked into and said something, for or against."""
        return self.refuted or self.provisional

    def group(self, *, strict: bool = False) -> Group:
        """核验相符, 未核验 or 核验不符 under the provisional or the strict policy."""
        if self.refuted:
            return "refuted"
        return "supported" if (self.strict if strict else self.provisional) else "not_verified"


@dataclass(frozen=True)
class Verdicts:
    """The verdicts on every clause asked, and the finding of every rule of the rubric."""

    rubric: str
    clauses: Mapping[tuple[str, int, int], Verdict]
    findings: Mapping[str, Finding]

    def at(self, item: str, level: int, n: int) -> Verdict:
        return self.clauses[item, level, n]

    @cached_property
    def by_level(self) -> Mapping[tuple[str, int], tuple[Verdict, ...]]:
        found: dict[tuple[str, int], list[Verdict]] = {}
        for (item, level, _), verdict in self.clauses.items():
            found.setdefault((item, level), []).append(verdict)
        return {place: tuple(verdicts) for place, verdicts in found.items()}

    def words(self, item: str, level: int) -> tuple[Word, ...]:
        """The words of a level's clauses in order."""
        return tuple(verdict.word for verdict in self.by_level.get((item, level), ()))
