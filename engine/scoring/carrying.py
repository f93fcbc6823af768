"""Answers carried to another edition of the same standard, so that both can be looked at side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.rubric.values import Clause, Item, ItemLevel, Rubric
from engine.scoring.answers import Answers, ItemAnswers, State


@dataclass(frozen=True, slots=True)
class Carried:
    """Answers as another edition takes them. ``lost``: answered clauses (item, level, n) that it words
    otherwise or does not have; they stay unanswered there."""

    answers: Answers
    lost: tuple[tuple[str, int, int], ...]


def carried(answers: Answers, before: Rubric, after: Rubric) -> Carried:
    """The answers carried from one edition to another. Nothing is guessed.

    An answer goes to the clause of the same item and level with the same Chinese wording, at the same
    place where there are several. Figures stay with their item and level as long as the item counts
    the same way; an overall requirement stays where it is worded the same.
    """
    lost: list[tuple[str, int, int]] = []
    items: dict[str, ItemAnswers] = {}
    for code, given in answers.items.items():
        old, new = before.by_code.get(code), after.by_code.get(code)
        if old is None:
            continue
        taken: set[tuple[int, int]] = set()
        if new is not None:
            items[code] = _item(given, old, new, taken)
        lost += [
            (code, level, n)
            for level, states in sorted(given.clauses.items())
            for n, state in enumerate(states, start=1)
            if state != "not_answered" and (level, n) not in taken
        ]
    overall = {
        level: states
        for level, states in answers.overall.items()
        if _overall(before, level) == _overall(after, level)
    }
    return Carried(replace(answers, rubric=after.id, items=items, overall=overall), tuple(lost))


def _item(given: ItemAnswers, old: Item, new: Item, taken: set[tuple[int, int]]) -> ItemAnswers:
    clauses: dict[int, tuple[State, ...]] = {}
    for level, states in given.clauses.items():
        source, target = old.by_level.get(level), new.by_level.get(level)
        if source is None or target is None:
            continue
        found: list[State] = []
        for clause in target.clauses:
            n = _same(clause, source)
            found.append(states[n - 1] if n is not None and n <= len(states) else "not_answered")
            if n is not None:
                taken.add((level, n))
        clauses[level] = tuple(found)
    same_way = old.application.kind == new.application.kind
    return ItemAnswers(
        clauses=clauses,
        denominator=given.denominator if same_way else None,
        denominators={k: v for k, v in given.denominators.items() if same_way and k in new.by_level},
        numerators={k: v for k, v in given.numerators.items() if same_way and k in new.by_level},
        in_use=given.in_use if same_way else None,
        data_quality={
            k: v for k, v in given.data_quality.items() if k in new.by_level and new.by_level[k].has_index
        },
        no_such_service=given.no_such_service,
    )


def _same(clause: Clause, level: ItemLevel) -> int | None:
    """Number of the clause with this wording: at the same place if it stands there, else the first."""
    alike = [other.n for other in level.clauses if other.text.zh == clause.text.zh]
    return clause.n if clause.n in alike else next(iter(alike), None)


def _overall(rubric: Rubric, level: int) -> tuple[str, ...]:
    return next((tuple(text.zh for text in one.overall) for one in rubric.levels if one.level == level), ())
