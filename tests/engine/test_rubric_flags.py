"""Confirming the official basic/optional flags: only what agrees with the gate table."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.rubric.canonical import content_hash, rubric_to_dict
from engine.rubric.flags import FlagsError, count_basic, with_flags
from engine.rubric.values import Category, Rubric
from tests.engine.made_up import load_files, write_files

Flags = dict[str, dict[int, Category]]


def recorded(rubric: Rubric) -> Flags:
    return {
        item.code: {level.level: level.category for level in item.asked_levels if level.category}
        for item in rubric.items
    }


def test_flags_that_agree_with_the_gate_table_are_all_confirmed(emr: Rubric) -> None:
    confirmed = with_flags(emr, recorded(emr))
    assert all(level.category_confirmed for item in confirmed.items for level in item.asked_levels)
    assert recorded(confirmed) == recorded(emr)
    assert confirmed.content_hash == content_hash(rubric_to_dict(confirmed)) != emr.content_hash


def test_two_items_may_change_places_at_a_level(emr: Rubric) -> None:
    flags = recorded(emr)
    basic = next(code for code in flags if flags[code].get(4) == "basic")
    optional = next(code for code in flags if flags[code].get(4) == "optional")
    flags[basic][4], flags[optional][4] = "optional", "basic"
    confirmed = with_flags(emr, flags)
    assert confirmed.by_code[optional].by_level[4].category == "basic"
    assert optional in {item.code for item in confirmed.pools[4][0]}


def test_a_wrong_count_is_refused_and_names_its_level(emr: Rubric) -> None:
    flags = recorded(emr)
    code = next(code for code in flags if flags[code].get(5) == "basic")
    flags[code][5] = "optional"
    assert count_basic(emr, flags) == {1: 5, 2: 10, 3: 14, 4: 16, 5: 19, 6: 21, 7: 22, 8: 22}
    with pytest.raises(FlagsError, match="level 5: the gate table counts 20 basic") as refused:
        with_flags(emr, flags)
    assert refused.value.level == 5


def test_missing_unknown_and_undefined_flags_are_refused(tmp_path: Path) -> None:
    rubric = load_files(write_files(tmp_path))
    complete = recorded(rubric)
    for flags, sentence in (
        ({**complete, "09.09": {1: "basic"}}, "has no item 09.09"),
        ({"01.01": complete["01.01"]}, "item 01.02, level 1: no flag was given"),
        (
            {**complete, "01.02": {1: "optional", 2: "basic", 3: "basic"}},
            "level 3: the standard defines no such",
        ),
        ({**complete, "01.02": {1: "optional", 2: "vital"}}, "'vital' is not a category"),
    ):
        with pytest.raises(FlagsError, match=sentence):
            with_flags(rubric, flags)  # type: ignore[arg-type]
