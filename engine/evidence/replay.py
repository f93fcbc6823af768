"""The same counts looked at in two ways: another edition or table year, other thresholds, another policy.

Nothing is counted again; what flips is listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import RunCounts
from engine.evidence.decisions import Decision
from engine.evidence.judging import Status
from engine.evidence.lenses import Lenses, lenses_of
from engine.evidence.policy import STANDARD, Policy
from engine.evidence.verdicts import Verdict, Word
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.card import LENSES, Lens


@dataclass(frozen=True, slots=True)
class Side:
    """One way of looking: edition, catalogue (with its table year) and policy."""

    rubric: Rubric
    catalogue: Catalogue
    policy: Policy = STANDARD


@dataclass(frozen=True, slots=True)
class FlippedClause:
    """A clause with another word, or verified under another policy; None: the edition has no such clause."""

    item: str
    level: int
    n: int
    before: Word | None
    after: Word | None


@dataclass(frozen=True, slots=True)
class FlippedRule:
    rule: str
    before: Status | None
    after: Status | None


@dataclass(frozen=True, slots=True)
class ChangedIndex:
    item: str
    level: int
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True)
class Replay:
    """What differs between two ways of looking at the same counts."""

    before: Lenses
    after: Lenses
    clauses: tuple[FlippedClause, ...]
    rules: tuple[FlippedRule, ...]
    indices: tuple[ChangedIndex, ...]
    levels: Mapping[Lens, tuple[int, int]]
    totals: Mapping[Lens, tuple[Decimal, Decimal]]
    uncounted: tuple[str, ...]  # active rules of the other side that these counts do not hold

    @property
    def same(self) -> bool:
        """Nothing differs, neither a verdict nor a figure nor a level."""
        return not (self.clauses or self.rules or self.indices) and all(
            one == other for pairs in (self.levels, self.totals) for one, other in pairs.values()
        )


def replay(
    answers: Answers,
    counts: RunCounts,
    before: Side,
    after: Side,
    decisions: Iterable[Decision] = (),
    *,
    answers_after: Answers | None = None,
) -> Replay:
    """Judge stored counts twice. ``answers_after``: the answers carried to the other edition, if it differs.

    Raises AnswersRefused when the answers do not fit the edition of their side.
    """
    decisions = tuple(decisions)
    one = lenses_of(before.rubric, answers, before.catalogue, counts, decisions, policy=before.policy)
    return replay_from(one, counts, after, answers_after or answers, decisions)


def replay_from(
    known: Lenses,
    counts: RunCounts,
    after: Side,
    answers_after: Answers,
    decisions: Iterable[Decision] = (),
) -> Replay:
    """The same where the one side has been judged already: ``known`` are its lenses over these counts."""
    one = known
    other = lenses_of(after.rubric, answers_after, after.catalogue, counts, decisions, policy=after.policy)
    mine, theirs = one.verdicts, other.verdicts
    places = dict.fromkeys((*mine.clauses, *theirs.clauses))
    rules = dict.fromkeys((*mine.findings, *theirs.findings))
    levels = dict.fromkeys((*one.indices, *other.indices))
    return Replay(
        one,
        other,
        tuple(
            FlippedClause(*place, was.word if was else None, now.word if now else None)
            for place in places
            if _said(was := mine.clauses.get(place)) != _said(now := theirs.clauses.get(place))
        ),
        tuple(
            FlippedRule(rule, was_status, now_status)
            for rule in rules
            if (was_status := _status(one, rule)) != (now_status := _status(other, rule))
        ),
        tuple(
            ChangedIndex(*place, was_value, now_value)
            for place in levels
            if (was_value := _index(one, place)) != (now_value := _index(other, place))
        ),
        {lens: (one.cards[lens].level, other.cards[lens].level) for lens in LENSES},
        {lens: (one.cards[lens].total, other.cards[lens].total) for lens in LENSES},
        tuple(
            rule.id
            for rule in after.catalogue.rules_of(after.rubric.id)
            if rule.active and rule.id not in counts.rules
        ),
    )


def _said(verdict: Verdict | None) -> tuple[Word, bool, bool] | None:
    return None if verdict is None else (verdict.word, verdict.provisional, verdict.strict)


def _status(lenses: Lenses, rule: str) -> Status | None:
    finding = lenses.verdicts.findings.get(rule)
    return None if finding is None else finding.status


def _index(lenses: Lenses, place: tuple[str, int]) -> Decimal | None:
    index = lenses.indices.get(place)
    return None if index is None else index.value
