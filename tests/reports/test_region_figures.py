"""Figures of a region: shares, averages and places, against counting by hand."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.regional.counting import Row, added, figures, mean, share, tally_of
from reports.regional.national import editions, goals_of, levels_of, published_of
from reports.regional.peers import BANDS, FEW, band_of, bounds_of, places
from reports.view_models.region.ranking import peers_of, ranked


def row(hospital: int = 1, claimed: int = 3, total: str = "90", **fields: object) -> Row:
    given: dict[str, object] = {
        "year": 2026, "city": 1, "grade": "3A", "ownership": "public", "hospital_type": "general", "beds": 900,
        "target": 4, "at_most": None, "strict": None, "awarded": None,
    }  # fmt: skip
    return Row(hospital=hospital, claimed=claimed, total=Decimal(total), **{**given, **fields})  # type: ignore[arg-type]


ROWS = st.lists(
    st.builds(
        lambda n, level, total, grade, beds, most: row(
            n, level, str(total), grade=grade, beds=beds, at_most=most, strict=0 if most is not None else None
        ),
        st.integers(1, 10**6),
        st.integers(0, 8),
        st.integers(0, 250),
        st.sampled_from(["3A", "2A", ""]),
        st.one_of(st.none(), st.integers(1, 3000)),
        st.one_of(st.none(), st.integers(0, 8)),
    ),
    max_size=25,
    unique_by=lambda one: one.hospital,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.integers(0, 60))
def test_figures_are_those_counted_by_hand(rows: list[Row], expected: int) -> None:
    found = figures(tally_of(rows, 8, {"3A": 4, "2A": 3}), expected)
    assert found.n == len(rows) <= found.hospitals
    assert sum(found.levels) == len(rows)
    assert all(found.at_least[n] == sum(one.claimed >= n for one in rows) for n in range(1, 9))
    assert found.with_target == sum(one.grade in ("3A", "2A") for one in rows)
    assert found.met == sum(one.claimed >= {"3A": 4, "2A": 3}[one.grade] for one in rows if one.grade)
    if rows:
        by_hand = (Decimal(sum(one.claimed for one in rows)) / len(rows)).quantize(
            Decimal("0.01"), ROUND_HALF_UP
        )
        assert found.average == by_hand
    else:
        assert (found.average, found.participation) == (None, share(0, expected))
    assert found.verified == sum(one.at_most is not None for one in rows)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.integers(0, 25))
def test_tallies_of_parts_add_up_to_that_of_the_whole(rows: list[Row], cut: int) -> None:
    targets = {"3A": 4, "2A": 3}
    parts = [tally_of(rows[:cut], 8, targets), tally_of(rows[cut:], 8, targets)]
    assert added(parts, 8) == tally_of(rows, 8, targets)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_a_better_result_never_stands_behind(rows: list[Row]) -> None:
    found = places([(one.claimed, one.total) for one in rows])
    for one, mine in zip(rows, found, strict=True):
        better = sum((other.claimed, other.total) > (one.claimed, one.total) for other in rows)
        assert mine.rank == better + 1
        assert mine.percentile == (len(rows) - better) * 100 // len(rows)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_places_are_given_among_peers_and_in_no_small_group(rows: list[Row]) -> None:
    found = ranked(rows)
    for one in rows:
        peers = [other for other in rows if peers_of(other) == peers_of(one)]
        place = found[one.hospital]
        assert (place is None) == (len(peers) < FEW)
        assert place is None or place.of == len(peers)


def test_bands_of_beds_leave_no_gap() -> None:
    assert [band_of(None), band_of(1), band_of(199), band_of(200), band_of(5000)] == [
        0,
        1,
        1,
        2,
        len(BANDS) + 1,
    ]


def test_every_number_of_beds_lies_within_the_bounds_of_its_band() -> None:
    for beds in (1, 199, 200, 499, 500, 799, 1199, 1200, 1999, 2000, 9000):
        low, high = bounds_of(band_of(beds))
        assert low <= beds and (high is None or beds < high)


def test_shares_and_means_of_nothing_are_unknown_and_not_zero() -> None:
    assert (share(0, 0), mean([]), share(1, 3)) == (None, None, Decimal("0.3333"))


def test_national_targets_and_published_figures_name_their_source() -> None:
    assert set(editions()) == {"emr-2018", "smart-service-2019"}
    for key in editions():
        found = levels_of(key)
        assert found is not None and found[1].zh and found[1].en
        for text in (*(goal.source for goal in goals_of(key)), *(one.source for one in published_of(key))):
            assert text.zh and text.en
        assert [goal.year for goal in goals_of(key)] == sorted(goal.year for goal in goals_of(key))
    assert levels_of("emr-2018")[0]["3A"] == 4  # type: ignore[index]
    assert levels_of("ai-readiness-2021") is None and goals_of("ai-readiness-2021") == ()
