"""Counts typed once: every ratio item must divide by exactly one of them at every level."""

from __future__ import annotations

import pytest

from tests.engine.library import EDITIONS, rubric


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_ratio_item_is_fed_at_every_asked_level_by_exactly_one_base(edition: str) -> None:
    standard = rubric(edition)
    for item in standard.items:
        asked = [level.level for level in item.asked_levels]
        fed = [
            level
            for base in standard.statistical_bases
            if item.code in base.feeds
            for level in (base.feeds[item.code] or asked)
        ]
        expected = asked if item.application.kind == "ratio" else []
        assert sorted(fed) == expected, f"{edition} {item.code}"


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_base_is_named_once_and_feeds_something(edition: str) -> None:
    bases = rubric(edition).statistical_bases
    assert len({base.key for base in bases}) == len(bases)
    assert len({base.name.zh for base in bases}) == len(bases)
    assert len({base.name.en for base in bases}) == len(bases)
    assert all(base.feeds for base in bases)


def test_system_items_count_on_two_bases_as_the_standard_says() -> None:
    feeds = {base.key: base.feeds for base in rubric("emr-2018").statistical_bases}
    assert feeds["all_subsystems"] == {"09.02": (1, 4, 6, 7, 8), "09.04": (3, 5, 7, 8)}
    assert feeds["relevant_subsystems_authentication"] == {"09.02": (2, 3, 5)}
    assert feeds["relevant_subsystems_recovery"] == {"09.04": (1, 2, 4, 6)}


def test_items_that_divide_by_discharges_share_one_count() -> None:
    feeds = {base.key: base.feeds for base in rubric("emr-2018").statistical_bases}
    assert set(feeds["discharges"]) == {"01.01", "01.06", "02.01", "02.03", "07.04"}
