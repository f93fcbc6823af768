"""What-if: the same answers with a few of them switched, scored again from the beginning.

Nothing is estimated: a switch becomes ordinary answers (clauses met, a numerator, an index) and
the one scorer scores them, so a what-if can never promise more than the real thing would give.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from engine.rubric.values import Item, Rubric, Text
from engine.scoring.answers import Answers, DirectIndex, ItemAnswers, State
from engine.scoring.card import Lens, ScoreCard
from engine.scoring.item import index_value
from engine.scoring.score import score

_ASSUMED_DENOMINATOR = 100  # where a ratio is tried out before any count was entered


@dataclass(frozen=True, slots=True)
class Switch:
    """One thing to try on one item.

    ``to_level``: every clause up to and including this level counts as met; ``application`` and
    ``data_quality`` then are the least that holds there (a better figure stays as it is, earlier
    indices are lifted as well). Without ``to_level`` they are set exactly, at ``level``.
    ``clause``: (level, n) takes ``state``. Shares are 0-1. An item of kind ``implemented`` is in
    use when ``application`` is above 0. A switched item loses its "no such service".
    """

    item: str
    to_level: int | None = None
    level: int | None = None
    application: Decimal | None = None
    data_quality: Decimal | None = None
    clause: tuple[int, int] | None = None
    state: State = "met"


class UnknownSwitch(ValueError):
    """A switch that names what the rubric does not have; ``message`` says so in both languages."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(message.en)


def score_with(
    rubric: Rubric, answers: Answers, changes: Iterable[Switch], *, lens: Lens = "claimed"
) -> ScoreCard:
    """The card that ``answers`` would get after ``changes``, applied in their order.

    Raises UnknownSwitch for an item, level or clause that the rubric does not ask, or a share
    outside 0..1, and AnswersRefused when the answers themselves cannot be scored.
    """
    return score(rubric, answers_with(rubric, answers, changes), lens=lens)


def answers_with(rubric: Rubric, answers: Answers, changes: Iterable[Switch]) -> Answers:
    """The answers after ``changes``; the given ones stay untouched. Raises UnknownSwitch."""
    items = dict(answers.items)
    for switch in changes:
        item = rubric.by_code.get(switch.item)
        if item is None:
            raise UnknownSwitch(Text(f"没有项目“{switch.item}”。", f'There is no item "{switch.item}".'))
        _check(item, switch)
        items[item.code] = switched(rubric, item, items.get(item.code, ItemAnswers()), switch)
    return replace(answers, items=items)


def passing_switch(rubric: Rubric, item: Item, level: int) -> Switch:
    """The least change with which ``item`` passes ``level`` in the category recorded for it."""
    bounds = rubric.thresholds
    basic = item.by_level[level].category == "basic"
    return Switch(
        item.code,
        to_level=level,
        application=bounds.basic_application if basic else bounds.optional_application,
        data_quality=max(bounds.data_quality or Decimal(0), bounds.earlier_data_quality or Decimal(0)),
    )


def _check(item: Item, switch: Switch) -> None:
    asked = {level.level: level for level in item.asked_levels}
    for level in (switch.to_level, switch.level, switch.clause[0] if switch.clause else None):
        if level is not None and level not in asked:
            raise UnknownSwitch(
                Text(
                    f"{item.code}没有第{level}级的要求。", f"{item.code} has no requirement at level {level}."
                )
            )
    if switch.clause is not None and not 1 <= switch.clause[1] <= len(asked[switch.clause[0]].clauses):
        level, n = switch.clause
        raise UnknownSwitch(
            Text(f"{item.code}第{level}级没有第{n}条。", f"{item.code} has no clause {n} at level {level}.")
        )
    for share in (switch.application, switch.data_quality):
        if share is not None and not (share.is_finite() and 0 <= share <= 1):
            raise UnknownSwitch(Text(f"{share}不在0至1之间。", f"{share} is not between 0 and 1."))
    figures = switch.application is not None or switch.data_quality is not None
    if figures and switch.to_level is None and switch.level is None:
        raise UnknownSwitch(
            Text(
                f"{item.code}：请说明数值属于哪一级。", f"{item.code}: say which level the figure belongs to."
            )
        )


def switched(rubric: Rubric, item: Item, given: ItemAnswers, switch: Switch) -> ItemAnswers:
    """The answers of one item after a switch that fits the rubric (``answers_with`` checks that)."""
    given = replace(given, no_such_service="")
    if switch.to_level is not None:
        clauses = dict(given.clauses)
        met: State = "met"
        for asked in item.asked_levels:
            if asked.level <= switch.to_level and asked.clauses:
                clauses[asked.level] = (met,) * len(asked.clauses)
        given = replace(given, clauses=clauses)
    if switch.clause is not None:
        level, n = switch.clause
        states = [given.state(level, place) for place in range(1, len(item.by_level[level].clauses) + 1)]
        states[n - 1] = switch.state
        given = replace(given, clauses={**given.clauses, level: tuple(states)})
    if switch.application is not None:
        given = _with_application(item, given, switch, switch.application)
    if switch.data_quality is not None:
        given = _with_index(rubric, item, given, switch, switch.data_quality)
    return given


def _with_application(item: Item, given: ItemAnswers, switch: Switch, share: Decimal) -> ItemAnswers:
    at_least = switch.to_level is not None
    if item.application.kind == "implemented":
        return replace(given, in_use=share > 0 or (at_least and given.in_use is True))
    level = switch.to_level if switch.to_level is not None else switch.level
    assert level is not None
    base = given.denominator_at(level)
    if not base:
        base = _ASSUMED_DENOMINATOR
        given = replace(given, denominators={**given.denominators, level: base})
    numerator = int((share * base).to_integral_value(rounding=ROUND_CEILING))
    counted = given.counted_at(level)
    if at_least and counted is not None:
        numerator = max(numerator, counted[0])
    numerators: dict[int, int] = {}
    for other, value in given.numerators.items():
        same_base = given.denominator_at(other) == base
        if same_base and other < level:
            value = max(value, numerator)  # who reaches this level also reaches the lower one
        elif same_base and other > level:
            value = min(value, numerator)
        numerators[other] = value
    numerators[level] = numerator
    return replace(given, numerators=numerators)


def _with_index(
    rubric: Rubric, item: Item, given: ItemAnswers, switch: Switch, share: Decimal
) -> ItemAnswers:
    data_quality = dict(given.data_quality)
    if switch.to_level is None:
        assert switch.level is not None
        if item.by_level[switch.level].has_index:
            data_quality[switch.level] = DirectIndex(share)
        return replace(given, data_quality=data_quality)
    for asked in item.asked_levels:
        if asked.level <= switch.to_level and asked.has_index:
            index = given.data_quality.get(asked.level)
            entered = None if index is None else index_value(rubric, item.code, asked.level, index)
            if entered is None or entered < share:
                data_quality[asked.level] = DirectIndex(share)
    return replace(given, data_quality=data_quality)
