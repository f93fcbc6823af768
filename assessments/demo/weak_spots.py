"""Weak spots a quality office would recognise: why hospitals near a level miss it.

Islands that do not exchange (anaesthesia, transfusion, treatment), a function that is there but used in
too few cases, required fields left empty at a lower level, a report that cannot be joined to its request.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from assessments.demo.answers import MET, Drawn, weaken
from engine.rubric.values import Rubric
from engine.scoring.answers import DirectIndex, ItemAnswers, State


def near_level_four(rubric: Rubric, drawn: Drawn) -> Drawn:
    """EMR: level 3 with level 4 in sight. Three basic items, one optional item and some points are missing."""
    return weaken(
        drawn,
        rubric,
        {
            "01.05": ItemAnswers(clauses={4: _short(rubric, "01.05", 4, "partly")}),
            "02.02": ItemAnswers(numerators={4: _share(drawn, "02.02", 4, 74)}),
            "08.01": ItemAnswers(data_quality={3: DirectIndex(Decimal("0.47"))}),
            "07.03": ItemAnswers(numerators={4: _share(drawn, "07.03", 4, 80)}),
            "06.03": ItemAnswers(
                clauses={3: _short(rubric, "06.03", 3, "not_met"), 4: _short(rubric, "06.03", 4, "not_met")}
            ),
            "06.01": ItemAnswers(clauses={4: _short(rubric, "06.01", 4, "not_met")}),
            "07.01": ItemAnswers(clauses={4: _short(rubric, "07.01", 4, "partly")}),
            "07.02": ItemAnswers(clauses={4: _short(rubric, "07.02", 4, "not_met")}),
            "03.02": ItemAnswers(clauses={4: _short(rubric, "03.02", 4, "not_met")}),
        },
    )


def near_service_level_three(rubric: Rubric, drawn: Drawn) -> Drawn:
    """Smart service: level 2 with level 3 in sight. Referral by phone, one push message kind missing."""
    return weaken(
        drawn,
        rubric,
        {
            "01.03": ItemAnswers(numerators={3: _share(drawn, "01.03", 3, 62)}),
            "02.01": ItemAnswers(clauses={3: _short(rubric, "02.01", 3, "partly")}),
        },
    )


def everything_in_use(drawn: Drawn) -> Drawn:
    """Every ratio is exactly 1.00, as nobody's ever is."""
    items = {
        code: replace(item, numerators={level: item.denominator_at(level) or 0 for level in item.numerators})
        for code, item in drawn.answers.items.items()
    }
    return Drawn(replace(drawn.answers, items=items), drawn.bases)


def _short(rubric: Rubric, code: str, level: int, last: State) -> tuple[State, ...]:
    """Everything of the level met but its last clause."""
    count = len(rubric.by_code[code].by_level[level].clauses)
    return (*(MET for _ in range(count - 1)), last)


def _share(drawn: Drawn, code: str, level: int, percent: int) -> int:
    return drawn.answers.items[code].denominators[level] * percent // 100
