"""The four lenses of one assessment: the same scorer over what is left of the claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from engine.evidence.applications import ItemApplication, ProxyWarning, applications_of
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import RunCounts
from engine.evidence.decisions import Decided, Decision
from engine.evidence.indices import Index, indices_of
from engine.evidence.lens_answers import LensMaker
from engine.evidence.policy import STANDARD, Policy
from engine.evidence.verdicts import Verdict, Verdicts, verdicts_of
from engine.rubric.values import Item, Rubric
from engine.scoring.answers import Answers
from engine.scoring.card import LENSES, ItemResult, Lens, ScoreCard
from engine.scoring.rounding import ZERO, share
from engine.scoring.score import score


@dataclass(frozen=True, slots=True)
class ItemSpan:
    """One item under the four lenses; scores are exact.

    ``refuted`` and ``not_verified``: claimed clauses up to the claimed function level. ``checked``
    of ``parts`` (clauses, ratio, index behind the claimed score) were looked into.
    """

    item: str
    claimed: Decimal
    not_refuted: Decimal
    provisional: Decimal
    strict: Decimal
    levels: Mapping[Lens, int]  # function level per lens
    refuted: tuple[Verdict, ...]
    not_verified: tuple[Verdict, ...]
    checked: Fraction
    parts: int

    @property
    def facade_gap(self) -> Decimal:
        return self.claimed - self.not_refuted

    @property
    def not_yet_verified(self) -> Decimal:
        return self.not_refuted - self.provisional

    @property
    def coverage(self) -> Decimal:
        return share_of(self.checked, self.parts)


@dataclass(frozen=True)
class Lenses:
    """The result: answers and card per lens, and what lies between them.

    ``coverage``: share of the claimed score whose evidence has been checked, 0.00-1.00.
    ``facade_gap`` = claimed - not refuted total: only what was refuted. ``not_yet_verified`` = not
    refuted - provisional total. ``from_data``: indices that nobody claimed and the data gave.
    """

    claimed: Answers
    not_refuted: Answers
    provisional: Answers
    strict: Answers
    cards: Mapping[Lens, ScoreCard]
    coverage: Decimal
    facade_gap: Decimal
    not_yet_verified: Decimal
    spans: Mapping[str, ItemSpan]
    verdicts: Verdicts
    indices: Mapping[tuple[str, int], Index]
    applications: Mapping[str, ItemApplication]
    from_data: frozenset[tuple[str, int]]

    @property
    def warnings(self) -> tuple[ProxyWarning, ...]:
        return tuple(warning for each in self.applications.values() for warning in each.warnings)


def lenses_of(
    rubric: Rubric,
    answers: Answers,
    catalogue: Catalogue,
    counts: RunCounts,
    decisions: Iterable[Decision] = (),
    *,
    policy: Policy = STANDARD,
) -> Lenses:
    """Score the four lenses. Raises AnswersRefused as the scorer does, for the answers as given."""
    decisions = tuple(decisions)
    decided = Decided(decisions)
    verdicts = verdicts_of(rubric, catalogue, counts, decisions, policy=policy)
    indices = indices_of(rubric, catalogue, counts, policy=policy)
    applications = applications_of(rubric, catalogue, counts, answers, policy=policy)
    score(rubric, answers)  # refuse what the hospital gave, not what is left of it
    maker = LensMaker(rubric, answers, verdicts, indices, applications, decided)
    given = {lens: maker.of(lens) for lens in LENSES}
    cards = {lens: score(rubric, given[lens], lens=lens) for lens in LENSES}
    gap = cards["claimed"].total - cards["not_refuted"].total
    spans = {
        item.code: _span(item, answers, cards, verdicts, indices, applications[item.code], decided)
        for item in rubric.items
    }
    return Lenses(
        given["claimed"],
        given["not_refuted"],
        given["provisional"],
        given["strict"],
        {lens: replace(card, facade_gap=gap) for lens, card in cards.items()},
        _coverage(spans.values()),
        gap,
        cards["not_refuted"].total - cards["provisional"].total,
        spans,
        verdicts,
        indices,
        applications,
        maker.from_data,
    )


def no_counts(rubric: Rubric, catalogue: Catalogue) -> RunCounts:
    """The counts of an assessment for which nothing was run: everything could not be checked."""
    return RunCounts(rubric.id, catalogue.content_hash, catalogue.data_quality_table_year, "", None, {})


def _span(
    item: Item,
    answers: Answers,
    cards: Mapping[Lens, ScoreCard],
    verdicts: Verdicts,
    indices: Mapping[tuple[str, int], Index],
    application: ItemApplication,
    decided: Decided,
) -> ItemSpan:
    results: Mapping[Lens, ItemResult] = {lens: cards[lens].items[item.code] for lens in LENSES}
    claimed = results["claimed"]
    given = answers.items.get(item.code)
    behind = [
        verdicts.at(item.code, entry.level, clause.n)
        for entry in item.asked_levels
        for clause in entry.clauses
        if given is not None
        and entry.level <= claimed.function_level
        and given.state(entry.level, clause.n) == "met"
    ]
    checked, parts = _checked(item, claimed, behind, indices, application, decided)
    return ItemSpan(
        item.code,
        results["claimed"].score,
        results["not_refuted"].score,
        results["provisional"].score,
        results["strict"].score,
        {lens: results[lens].function_level for lens in LENSES},
        tuple(verdict for verdict in behind if verdict.refuted),
        tuple(verdict for verdict in behind if verdict.group() == "not_verified"),
        checked,
        parts,
    )


def _checked(
    item: Item,
    claimed: ItemResult,
    behind: list[Verdict],
    indices: Mapping[tuple[str, int], Index],
    application: ItemApplication,
    decided: Decided,
) -> tuple[Fraction, int]:
    """Of the parts the claimed score rests on (clauses up to its level, ratio, index), those checked.

    A ratio is checked by a direct metric or an accepted figure, a proxy only warns; an index as far
    as its rules could be.
    """
    level = claimed.scored_level
    if level == 0:
        return Fraction(0), 0
    resting = [verdict for verdict in behind if verdict.level <= level]
    checked = Fraction(sum(verdict.checked for verdict in resting))
    parts = len(resting) + 1
    accepted = decided.figures(item.code)
    if item.application.kind == "implemented":
        checked += bool(accepted) or (application.direct and application.in_use is not None)
    else:
        computed = application.direct and application.ratios[level].computed is not None
        checked += computed or any(at >= level for at in accepted)
    if claimed.data_quality is not None:
        parts += 1
        index = indices.get((item.code, level))
        checked += Fraction(index.checked) if index is not None else 0
    return checked, parts


def _coverage(spans: Iterable[ItemSpan]) -> Decimal:
    whole = covered = Fraction(0)
    for span in spans:
        if span.parts:
            whole += Fraction(span.claimed)
            covered += Fraction(span.claimed) * span.checked / span.parts
    return share_of(covered, whole) if whole else ZERO


def share_of(part: Fraction, whole: Fraction | int) -> Decimal:
    """A share half up to two decimals, 0.00 where there is nothing."""
    if not whole:
        return ZERO
    exact = part / whole
    return share(exact.numerator, exact.denominator)
