"""What the checks made of claims, counted fast and counted slowly; what items are hard; what gaps are common."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.comparing.claims import Claims, claims_at, claims_of
from reports.comparing.difficulty import passing
from reports.comparing.funding import Need, common_gaps
from reports.comparing.grid import grid_of
from reports.comparing.rows import Compared, highest, levels_in, mask_of, packed, unpacked
from tests.reports.comparing.made import a_row, rows

ITEMS = 5
CODES = tuple(f"01.0{n}" for n in range(1, ITEMS + 1))


@given(st.lists(st.sets(st.integers(1, 8)), min_size=ITEMS, max_size=ITEMS))
def test_packed_levels_come_back_as_they_were(levels: list[set[int]]) -> None:
    items = {code: {"passes": sorted(found)} for code, found in zip(CODES, levels, strict=True)}
    back = unpacked(packed(items, CODES), ITEMS)
    assert [set(levels_in(mask)) for mask in back] == levels
    assert [highest(mask) for mask in back] == [max(found, default=0) for found in levels]


def test_an_item_that_is_missing_passes_nothing_and_a_text_of_other_length_is_not_read() -> None:
    assert packed({}, CODES) == "00" * ITEMS
    assert unpacked("00" * (ITEMS - 1), ITEMS) == unpacked("", ITEMS) == b""
    with pytest.raises(ValueError, match="outside"):
        mask_of([9])


@settings(max_examples=60)
@given(rows(ITEMS))
def test_counts_of_all_at_once_are_those_of_one_by_one(made: list[Compared]) -> None:
    grid = grid_of([*made, a_row(99)], ITEMS)  # whose items are not known: left out
    assert grid.rows == tuple(made)
    for number, row in enumerate(made):
        each = [claims_at(row, place) for place in range(ITEMS)]
        assert each == [
            Claims(*(int(counts[number, place]) for counts in (grid.refuted, grid.open, grid.held)))
            for place in range(ITEMS)
        ]
        assert sum(each, Claims()) == claims_of(row) == grid.by_hospital[number]
        assert claims_of(row).all == sum(mask.bit_count() for mask in row.passes)
    assert sum(grid.by_item, Claims()) == sum(grid.by_hospital, Claims())


def test_where_nothing_was_verified_every_claim_is_open() -> None:
    assert claims_of(a_row(passes=bytes([3, 1]))) == Claims(open=3)
    checked = a_row(passes=bytes([7, 1]), left=bytes([3, 1]), held=bytes([1, 0]), at_most=1)
    assert claims_of(checked) == Claims(refuted=1, open=2, held=1)


@settings(max_examples=60)
@given(rows(ITEMS, top=5))
def test_shares_that_pass_are_those_counted_item_by_item(made: list[Compared]) -> None:
    found = passing(made, CODES, 5)
    assert [one.item for one in found] == list(CODES)
    for place, one in enumerate(found):
        for level in range(1, 6):
            who = [row for row in made if level in levels_in(row.passes[place])]
            assert one.passing[level - 1] == len(who) <= one.n == len(made)
            checked = [row for row in who if row.verified]
            assert one.passing_verified[level - 1] == len(checked)
            assert one.left[level - 1] == sum(level in levels_in(row.left[place]) for row in checked)
            assert one.left[level - 1] <= one.passing_verified[level - 1] <= one.verified


needs = st.lists(
    st.builds(
        Need,
        item=st.sampled_from(CODES),
        level=st.integers(1, 2),
        things=st.integers(1, 9),
        factors=st.just(frozenset({"function"})),
    ),
    max_size=6,
    unique_by=lambda need: (need.item, need.level),
)


@given(st.dictionaries(st.integers(1, 6), needs, max_size=6))
def test_funding_from_the_top_unlocks_exactly_the_hospitals_whose_gaps_are_all_funded(
    wanted: dict[int, list[Need]],
) -> None:
    found = common_gaps(wanted)
    assert {(gap.item, gap.level) for gap in found} == {
        (n.item, n.level) for ns in wanted.values() for n in ns
    }
    worth = [Fraction(gap.hospitals) / gap.things_each for gap in found]
    assert worth == sorted(worth, reverse=True)
    for count, gap in enumerate(found, start=1):
        funded = {(one.item, one.level) for one in found[:count]}
        assert gap.unlocked == sum(
            bool(gaps) and {(n.item, n.level) for n in gaps} <= funded for gaps in wanted.values()
        )
        who = [n for gaps in wanted.values() for n in gaps if (n.item, n.level) == (gap.item, gap.level)]
        assert (gap.hospitals, gap.things) == (len(who), sum(n.things for n in who))
    if found:
        assert found[-1].unlocked == sum(bool(gaps) for gaps in wanted.values())


def test_a_gap_of_many_hospitals_goes_before_a_cheap_one_of_few() -> None:
    def need(item: str, things: int) -> Need:
        return Need(item, 4, things, frozenset({"function"}))

    gaps: dict[int, Sequence[Need]] = {n: [need("01.01", 2)] for n in range(10)}
    gaps[0] = [need("01.01", 2), need("01.02", 1)]
    assert [gap.item for gap in common_gaps(gaps)] == ["01.01", "01.02"]
    assert [gap.unlocked for gap in common_gaps(gaps)] == [9, 10]
