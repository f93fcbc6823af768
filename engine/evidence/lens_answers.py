"""The answers of the four lenses: what is left of a claim under each way of taking evidence.

Every factor of the later lens is at most that of the earlier one, so the scores are in order too:
claimed >= not_refuted >= provisional >= strict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from engine.evidence.applications import ItemApplication
from engine.evidence.decisions import Decided
from engine.evidence.indices import Index
from engine.evidence.verdicts import Verdict, Verdicts
from engine.rubric.values import Item, Rubric
from engine.scoring.answers import Answers, DirectIndex, IndexAnswer, ItemAnswers, State
from engine.scoring.card import Lens
from engine.scoring.item import NOT_ANSWERED, index_at
from engine.scoring.rounding import ZERO, share

Counts = tuple[int, int]
Place = tuple[str, int]


class LensMaker:
    """Makes the answers of each lens from one assessment and what the evidence says."""

    def __init__(
        self,
        rubric: Rubric,
        answers: Answers,
        verdicts: Verdicts,
        indices: Mapping[Place, Index],
        applications: Mapping[str, ItemApplication],
        decided: Decided,
    ) -> None:
        self.rubric, self.answers, self.verdicts = rubric, answers, verdicts
        self.indices, self.applications, self.decided = indices, applications, decided

    @property
    def from_data(self) -> frozenset[Place]:
        """Where nothing was claimed and the computed index enters the claimed lens too."""
        found: set[Place] = set()
        for (code, level), index in self.indices.items():
            given = self.answers.items.get(code, NOT_ANSWERED)
            claimed = index_at(self.rubric, self.rubric.by_code[code], given, level)
            if claimed is None and index.computed and not given.no_such_service:
                found.add((code, level))
        return frozenset(found)

    def of(self, lens: Lens) -> Answers:
        """The answers under one lens; overall requirements stay as a person confirmed them."""
        items: dict[str, ItemAnswers] = {}
        from_data = self.from_data
        for item in self.rubric.items:
            given = self.answers.items.get(item.code)
            if given is None:
                if any(code == item.code for code, _ in from_data):
                    items[item.code] = replace(
                        NOT_ANSWERED, data_quality=self._indices(item, NOT_ANSWERED, lens)
                    )
                continue
            items[item.code] = given if given.no_such_service else self._item(item, given, lens)
        return replace(self.answers, items=items)

    def _item(self, item: Item, given: ItemAnswers, lens: Lens) -> ItemAnswers:
        quality = self._indices(item, given, lens)
        if lens == "claimed":
            return replace(given, data_quality=quality)
        clauses = {
            level: tuple(
                self._state(item.code, level, n, state, lens) for n, state in enumerate(states, start=1)
            )
            for level, states in given.clauses.items()
        }
        known = self.applications[item.code]
        if item.application.kind == "implemented":
            in_use = _in_use(given, known, self.decided.figures(item.code), lens)
            return replace(given, clauses=clauses, data_quality=quality, in_use=in_use)
        ratios = {
            entry.level: pair
            for entry in item.asked_levels
            if (pair := self.ratio(item, given, entry.level, lens)) is not None
        }
        denominators, numerators = _on_own_bases(ratios)
        return replace(
            given,
            clauses=clauses,
            data_quality=quality,
            denominator=None,
            denominators=denominators,
            numerators=numerators,
        )

    def _state(self, item: str, level: int, n: int, state: State, lens: Lens) -> State:
        """A claim that was refuted is not met; one that is not verified counts as not answered."""
        verdict: Verdict | None = self.verdicts.clauses.get((item, level, n))
        if state != "met" or verdict is None:
            return state
        if verdict.refuted:
            return "not_met"
        if lens == "not_refuted" or (verdict.strict if lens == "strict" else verdict.provisional):
            return "met"
        return "not_answered"

    def _indices(self, item: Item, given: ItemAnswers, lens: Lens) -> dict[int, IndexAnswer]:
        found: dict[int, IndexAnswer] = {}
        for entry in item.asked_levels:
            level = entry.level
            if not entry.has_index:
                continue
            claimed = index_at(self.rubric, item, given, level)
            index = self.indices.get((item.code, level))
            if claimed is None:
                if index is not None and index.computed:
                    found[level] = DirectIndex(_from_data(index, lens))
                elif level in given.data_quality:
                    found[level] = given.data_quality[level]
            elif lens == "claimed":
                found[level] = given.data_quality[level]
            else:
                found[level] = DirectIndex(min(claimed, _bound(index, lens, claimed)))
        return found

    def ratio(self, item: Item, given: ItemAnswers, level: int, lens: Lens) -> Counts | None:
        """Numerator and denominator of A(level) under a lens; None: nothing counts there.

        A direct metric bounds the claim; where its data is missing, nothing stands behind the claim.
        Strictly a figure that rests on the hospital's word counts only when it was accepted, at its
        level or at a higher one on the same base (who reaches 4 also reaches 3).
        """
        known = self.applications[item.code]
        at = known.ratios[level]
        if lens == "claimed" or at.claimed is None:
            return at.claimed
        bounded = at.claimed
        if known.direct:
            if at.computed is not None:
                bounded = _smaller(at.claimed, at.computed)
            elif lens != "not_refuted":
                return None
        if lens != "strict" or known.fidelity == "exact":
            return bounded
        accepted = self.decided.figures(item.code)
        if level in accepted:
            return bounded
        base = given.denominator_at(level)
        for higher in sorted(accepted):
            if higher > level and higher in known.ratios and given.denominator_at(higher) == base:
                above = self.ratio(item, given, higher, lens)
                return None if above is None else _smaller(bounded, above)
        return None


def _in_use(given: ItemAnswers, known: ItemApplication, accepted: frozenset[int], lens: Lens) -> bool | None:
    if not given.in_use:
        return given.in_use
    if known.direct:
        if known.in_use is not None and not known.in_use:
            return False
        if known.in_use is None and lens != "not_refuted":
            return False
    if lens == "strict" and known.fidelity != "exact":
        return bool(accepted)
    return True


def _from_data(index: Index, lens: Lens) -> Decimal:
    value = index.strict if lens == "strict" else index.value
    return ZERO if value is None else value


def _bound(index: Index | None, lens: Lens, claimed: Decimal) -> Decimal:
    """The computed index of a lens; where no rule applies or exists, data says nothing for a claim."""
    if lens == "not_refuted":
        return claimed if index is None or index.upper is None else index.upper
    value = None if index is None else index.strict if lens == "strict" else index.value
    return ZERO if value is None else value


def _smaller(one: Counts, other: Counts) -> Counts:
    return one if one[0] * other[1] <= other[0] * one[1] else other


def _on_own_bases(ratios: Mapping[int, Counts]) -> tuple[dict[int, int], dict[int, int]]:
    """Denominators and numerators per level that no check of the scorer refuses.

    Claimed and computed counts of different levels can meet on one base by chance, and a numerator
    must not rise with the level on one base: there the rounded share is written on a base of its own.
    """
    denominators: dict[int, int] = {}
    numerators: dict[int, int] = {}
    last: dict[int, int] = {}
    for level in sorted(ratios):
        numerator, denominator = ratios[level]
        if last.get(denominator, numerator) < numerator:
            hundredths = int(share(numerator, denominator) * 100)
            factor = 1
            while last.get(100 * factor, hundredths * factor) < hundredths * factor:
                factor += 1
            numerator, denominator = hundredths * factor, 100 * factor
        numerators[level], denominators[level] = numerator, denominator
        last[denominator] = numerator
    return denominators, numerators
