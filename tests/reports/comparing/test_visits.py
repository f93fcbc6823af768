"""The visit list is the best there is: compared with every choice, and with every possible truth."""

from __future__ import annotations

from itertools import combinations, product
from math import isclose, prod

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reports.comparing.claims import Claims
from reports.comparing.grid import Grid, grid_of
from reports.comparing.rows import Compared, levels_in
from reports.comparing.visits import STANDARD, Assumptions, chances, choose, expected
from tests.reports.comparing.made import a_row, rows

ITEMS = 4


def worth(grid: Grid, hospital: int, places: tuple[int, ...]) -> float:
    number = [row.hospital for row in grid.rows].index(hospital)
    return sum(float(expected(grid)[number, place]) for place in places)


@settings(max_examples=80, deadline=None)
@given(rows(ITEMS, most=5), st.integers(1, 3), st.integers(1, 3))
def test_no_other_choice_of_hospitals_and_items_is_expected_to_find_more(
    made: list[Compared], visits: int, items: int
) -> None:
    grid = grid_of(made, ITEMS)
    plan = choose(grid, visits=visits, items=items)
    assert len(plan) <= visits and all(0 < len(visit.items) <= items for visit in plan)
    assert len({visit.hospital for visit in plan}) == len(plan)
    every_item = [tuple(c) for n in range(items + 1) for c in combinations(range(ITEMS), n)]
    every_visit = [(row.hospital, places) for row in made for places in every_item]
    best = (
        max(
            (
                sum(worth(grid, *one) for one in chosen)
                for n in range(min(visits, len(made)) + 1)
                for chosen in combinations(every_visit, n)
                if len({hospital for hospital, _places in chosen}) == n
            ),
            default=0.0,
        )
        if len(every_visit) ** visits < 30_000
        else None
    )
    assume(best is not None)
    assert isclose(sum(visit.expected for visit in plan), best or 0.0, abs_tol=1e-9)


@settings(max_examples=60, deadline=None)
@given(rows(2, most=2, top=2))
def test_the_expectation_is_the_mean_over_every_possible_truth(made: list[Compared]) -> None:
    """Every claim is true or false; what is false and looked at is found."""
    grid = grid_of(made, 2)
    likely = chances(grid)
    for number, row in enumerate(made):
        for place in range(2):
            probabilities = []
            for level in levels_in(row.passes[place]):
                bit = 1 << (level - 1)
                if row.verified and not row.left[place] & bit:
                    probabilities.append(STANDARD.refuted_is_false)
                elif row.verified and row.held[place] & bit:
                    probabilities.append(0.0)
                else:
                    probabilities.append(float(likely[number, place]))
            mean = sum(
                sum(truth)
                * prod(p if false else 1 - p for p, false in zip(probabilities, truth, strict=True))
                for truth in product((0, 1), repeat=len(probabilities))
            )
            assert isclose(mean, float(expected(grid)[number, place]), abs_tol=1e-12)


@settings(max_examples=60)
@given(rows(ITEMS))
def test_chances_are_chances_and_more_refuted_claims_never_make_a_hospital_more_credible(
    made: list[Compared],
) -> None:
    before = chances(grid_of(made, ITEMS))
    assert ((before > 0) & (before < 1)).all()
    for number, row in enumerate(made):
        if not row.verified or not any(row.held):
            continue
        fallen = a_row(
            row.hospital, passes=row.passes, left=bytes(ITEMS), held=bytes(ITEMS), at_most=0, strict=0
        )
        after = chances(grid_of([*made[:number], fallen, *made[number + 1 :]], ITEMS))
        others = [other for other in range(len(made)) if other != number]
        # beside hospitals that did not change it stands out more
        for place in range(ITEMS):
            for other in others:
                odds = [
                    c[number, place] / (1 - c[number, place]) * (1 - c[other, place]) / c[other, place]
                    for c in (before, after)
                ]
                assert odds[1] >= odds[0] - 1e-9


def test_a_hospital_without_data_is_judged_by_its_items_and_the_region_alone() -> None:
    full, empty = bytes([15] * ITEMS), bytes(ITEMS)
    caught = a_row(
        1, passes=full, left=bytes([0, 15, 15, 15]), held=bytes([0, 15, 15, 15]), at_most=0, strict=0
    )
    silent = a_row(2, passes=full)
    grid = grid_of([caught, silent], ITEMS)
    likely = chances(grid)
    assert likely[1, 0] > likely[1, 1] == likely[1, 2]
    plan = choose(grid, visits=1, items=2)
    assert plan[0].hospital == 1 and plan[0].items[0].place == 0
    assert plan[0].items[0].claims == Claims(refuted=4)
    assert isclose(plan[0].expected, 4 * STANDARD.refuted_is_false)
    assert [visit.hospital for visit in choose(grid, visits=2, items=2, without={1})] == [2]
    assert choose(grid_of([a_row(3, passes=empty)], ITEMS), visits=2, items=2) == ()
    assert choose(grid_of([], ITEMS), visits=2, items=2) == ()


def test_with_nothing_settled_every_open_claim_has_the_prior_chance() -> None:
    grid = grid_of([a_row(1, passes=bytes([1, 3, 7, 0]))], ITEMS)
    assumed = Assumptions(prior=0.2)
    assert all(isclose(chance, 0.2) for chance in chances(grid, assumed)[0])
    assert isclose(float(expected(grid, assumed)[0].sum()), 0.2 * 6)
