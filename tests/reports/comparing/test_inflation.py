"""Funnel, small groups and the dual track: nobody stands out by chance, nobody is named unasked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from reports.comparing.consortia import Joined, standings
from reports.comparing.dual_track import Question, named, positions
from reports.comparing.inflation import FAR, LEAST_SETTLED, NEAR, Counted, funnel
from reports.comparing.suppressing import LEAST, hidden
from tests.reports.comparing.made import a_row

COUNTED = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 200)).map(lambda pair: (min(pair), pair[1])), max_size=30
).map(lambda pairs: [Counted(n, refuted, settled) for n, (refuted, settled) in enumerate(pairs)])


@given(COUNTED)
def test_limits_hold_the_mean_and_close_in_as_more_claims_are_settled(counted: list[Counted]) -> None:
    found = funnel(counted)
    enough = [one for one in counted if one.settled >= LEAST_SETTLED]
    if len(enough) < 5:
        assert found is None
        return
    assert found is not None and found.scatter >= 1
    assert set(found.standing) == {one.hospital for one in enough}
    widths = []
    for settled in (10, 40, 160, 640):
        low, high = found.limits(settled, FAR)
        nearer_low, nearer_high = found.limits(settled, NEAR)
        assert 0 <= low <= nearer_low <= found.mean <= nearer_high <= high <= 1
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)
    for one in enough:
        low, high = found.limits(one.settled, FAR)
        assert (found.standing[one.hospital] == "high") == (one.share > high and 0 < found.mean < 1)


def test_one_hospital_far_above_the_others_stands_out_and_chance_does_not() -> None:
    random = Random(4)
    honest = [Counted(n, sum(random.random() < 0.1 for _ in range(100)), 100) for n in range(40)]
    found = funnel([*honest, Counted(99, 70, 100)])
    assert found is not None and found.standing[99] == "high"
    assert sum(found.standing[one.hospital] in ("high", "low") for one in honest) <= 1


def test_shares_that_scatter_more_than_coins_widen_the_limits() -> None:
    calm = funnel([Counted(n, 10, 100) for n in range(20)])
    wild = funnel([Counted(n, 0 if n % 2 else 20, 100) for n in range(20)])
    assert calm is not None and wild is not None
    assert calm.scatter == 1 and wild.scatter > 4
    assert set(wild.standing.values()) == {"inside"}


@given(st.dictionaries(st.text(max_size=2), st.integers(0, 12), max_size=8))
def test_what_is_hidden_cannot_be_computed_from_the_rest(sizes: dict[str, int]) -> None:
    gone = hidden(sizes)
    assert {key for key, size in sizes.items() if 0 < size < LEAST} <= gone
    assert all(sizes[key] > 0 for key in gone)
    shown = [key for key in sizes if sizes[key] > 0 and key not in gone]
    if gone and shown:
        assert len(gone) >= 2 and sum(sizes[key] for key in gone) >= LEAST


def test_a_table_without_small_groups_hides_nothing() -> None:
    assert hidden({"3A": 9, "2A": 5, "2B": 0}) == frozenset()
    assert hidden({"3A": 9, "3B": 7, "2A": 4}) == {"2A", "3B"}
    assert hidden({"3A": 2}) == {"3A"}


TODAY = date(2026, 11, 10)


def test_only_hospitals_on_both_tracks_and_checked_far_enough_have_a_position() -> None:
    checked = {
        "at_most": 2,
        "strict": 1,
        "coverage": Decimal("0.4"),
        "left": b"\1",
        "passes": b"\1",
        "held": b"\0",
    }
    emr = [
        a_row(1, **checked),
        a_row(2, **(checked | {"coverage": Decimal("0.29")})),
        a_row(3),
        a_row(4, **checked),
    ]
    service = [a_row(1, claimed=3), a_row(2, claimed=3), a_row(3, claimed=3)]
    found = positions(emr, service, Decimal("0.30"))
    assert [one.hospital for one in found] == [1]
    assert found[0].in_corner and (found[0].service, found[0].emr_at_most) == (3, 2)


@given(st.integers(0, 5), st.integers(0, 8), st.booleans(), st.booleans(), st.integers(-3, 3))
def test_nobody_is_named_who_was_not_asked_or_may_still_answer(
    service: int, emr: int, asked: bool, answered: bool, days_left: int
) -> None:
    left = {
        "at_most": emr,
        "strict": 0,
        "coverage": Decimal("0.9"),
        "left": b"\1",
        "passes": b"\1",
        "held": b"\0",
    }
    found = positions([a_row(1, **left)], [a_row(1, claimed=service)], Decimal("0.3"))
    by = date.fromordinal(TODAY.toordinal() + days_left)
    question = Question(1, TODAY, by, TODAY if answered else None, "说明" if answered else "")
    names = named(found, {1: question} if asked else {}, TODAY)
    assert bool(names) == (asked and service >= 3 and emr <= 2 and (answered or days_left < 0))


def test_a_consortium_is_the_lead_beside_its_members() -> None:
    rows = {n: a_row(n, claimed=level) for n, level in ((1, 5), (2, 3), (3, 2))}
    rows[3] = a_row(3, claimed=2, at_most=1)
    (one, silent) = standings([Joined("a", "甲", 1, (2, 3, 4)), Joined("b", "乙", 9, ())], rows)
    assert (one.expected, [row.hospital for row in one.members]) == (3, [2, 3])
    assert (str(one.average), str(one.behind), one.verified, str(one.average_at_most)) == (
        "2.50",
        "2.50",
        1,
        "1.00",
    )
    assert silent.lead is None and silent.average is None and silent.behind is None
