"""The library as it is delivered: what the standards say about themselves, and nothing lost."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from engine.rubric.canonical import content_hash, rubric_from_dict, rubric_to_dict
from engine.rubric.errors import RubricError
from engine.rubric.load import load_library, load_rubric
from engine.rubric.values import Rubric
from tests.engine.made_up import RUBRIC, load_files, write_files


@pytest.mark.parametrize(
    ("edition", "items", "clauses", "top", "max_total", "status"),
    [
        ("emr-2018", 39, 769, 8, 312, "official"),
        ("smart-service-2019", 17, 206, 5, 85, "official"),
        ("ai-readiness-2021", 16, 168, 4, 64, "supplementary"),
    ],
)
def test_an_edition_holds_all_items_and_clauses_of_its_standard(
    library: dict[str, Rubric], edition: str, items: int, clauses: int, top: int, max_total: int, status: str
) -> None:
    rubric = library[edition]
    assert len(rubric.items) == items
    assert sum(len(level.clauses) for item in rubric.items for level in item.levels) == clauses
    assert rubric.top_level == top
    assert sum(item.levels[-1].level for item in rubric.items) == max_total
    assert rubric.status == status
    assert set(library) == {"emr-2018", "smart-service-2019", "ai-readiness-2021"}


def test_basic_items_per_level_are_those_of_the_official_gate_tables(library: dict[str, Rubric]) -> None:
    for edition, expected in (
        ("emr-2018", [5, 10, 14, 16, 20, 21, 22, 22]),
        ("smart-service-2019", [4, 6, 8, 9, 9]),
        ("ai-readiness-2021", [0, 0, 0, 0]),
    ):
        rubric = library[edition]
        assert [len(rubric.pools[gate.level][0]) for gate in rubric.gates] == expected
        assert [len(rubric.pools[gate.level][1]) for gate in rubric.gates] == [
            gate.optional_total for gate in rubric.gates
        ]


def test_only_forty_three_flags_of_the_emr_standard_are_confirmed(library: dict[str, Rubric]) -> None:
    flags = Counter(
        level.category_confirmed for item in library["emr-2018"].items for level in item.asked_levels
    )
    assert flags == {True: 43, False: 265}
    assert all(
        level.category_confirmed
        for edition in ("smart-service-2019", "ai-readiness-2021")
        for item in library[edition].items
        for level in item.asked_levels
    )


def test_levels_that_the_standard_does_not_define_are_absent(library: dict[str, Rubric]) -> None:
    rubric = library["emr-2018"]
    missing = {
        (item.code, level) for item in rubric.items for level in range(1, 9) if level not in item.by_level
    }
    assert missing == {("01.03", 2), ("01.05", 2), ("03.02", 1), ("03.04", 1)}


def test_a_level_has_an_index_only_with_an_active_rule_of_a_measured_item(library: dict[str, Rubric]) -> None:
    rubric = library["emr-2018"]
    with_index = {item.code: [lv.level for lv in item.levels if lv.has_index] for item in rubric.items}
    assert with_index["01.01"] == [3, 4, 5, 6, 7]
    assert 7 not in with_index["02.02"]
    assert 7 not in with_index["04.02"]
    assert {code for code, levels in with_index.items() if not levels} == {
        "08.02", "09.01", "09.02", "09.03", "09.04", "10.02", "10.03",
    }  # fmt: skip
    assert len(rubric.rules) == 269
    assert sorted(rule.id for rule in rubric.rules if not rule.active) == [
        "02.02.7-timeliness-1",
        "02.02.7-timeliness-2",
        "04.02.7-timeliness-1",
    ]
    assert not any(level.has_index for item in library["smart-service-2019"].items for level in item.levels)


def test_bounds_windows_and_the_zero_denominator_rule_are_read(library: dict[str, Rubric]) -> None:
    emr, service, ai = (
        library[e].thresholds for e in ("emr-2018", "smart-service-2019", "ai-readiness-2021")
    )
    assert (emr.basic_application, emr.optional_application) == (Decimal("0.80"), Decimal("0.50"))
    assert (emr.data_quality, emr.earlier_data_quality) == (Decimal("0.50"), Decimal("0.50"))
    assert (service.data_quality, service.earlier_data_quality) == (None, None)
    assert (emr.window_months, service.window_months, ai.window_months) == (3, 3, None)
    assert [t.zero_denominator_scores_zero for t in (emr, service, ai)] == [False, False, True]
    assert {item.application.window_months for item in library["ai-readiness-2021"].items} == {None, 3, 6, 12}


def test_what_counts_as_in_use_stands_at_the_item(library: dict[str, Rubric]) -> None:
    conditions = {item.code: item.application.condition for item in library["smart-service-2019"].items}
    assert conditions["02.02"] is not None
    assert conditions["02.02"].en == "The hospital has an in-hospital navigation system"
    assert conditions["01.01"] is None


def test_doubts_of_every_file_and_statistical_bases_are_joined(library: dict[str, Rubric]) -> None:
    emr = library["emr-2018"]
    terms = [doubt.term for doubt in emr.doubts]
    assert "*.category" in terms
    assert "all · edition" in terms
    fed = {
        (code, level)
        for base in emr.statistical_bases
        for code, levels in base.feeds.items()
        for level in levels or [lv.level for lv in emr.by_code[code].asked_levels]
    }
    assert fed == {
        (item.code, level.level)
        for item in emr.items
        if item.application.kind == "ratio"
        for level in item.asked_levels
    }


@pytest.mark.parametrize("edition", ["emr-2018", "smart-service-2019", "ai-readiness-2021"])
def test_a_rubric_survives_json_with_its_hash(library: dict[str, Rubric], edition: str) -> None:
    rubric = library[edition]
    stored = json.loads(json.dumps(rubric_to_dict(rubric)))
    again = rubric_from_dict(stored)
    assert again == rubric
    assert again.source == rubric.source
    assert again.content_hash == rubric.content_hash == content_hash(stored)
    assert len(rubric.content_hash) == 64


def test_the_hash_follows_every_change_of_content_and_nothing_else(tmp_path: Path) -> None:
    first = load_files(write_files(tmp_path))
    same = load_files(write_files(tmp_path, rubric="# a comment\n" + RUBRIC))
    other = load_files(write_files(tmp_path, rubric=RUBRIC.replace("en: Three", "en: Tree")))
    assert first.content_hash == same.content_hash
    assert first.content_hash != other.content_hash


def test_stored_editions_of_another_format_or_with_foreign_fields_are_refused(
    library: dict[str, Rubric],
) -> None:
    data = rubric_to_dict(library["smart-service-2019"])
    with pytest.raises(ValueError, match="zhiping-rubric/1"):
        rubric_from_dict({**data, "format": "zhiping-rubric/9"})
    with pytest.raises(ValueError, match="expected"):
        rubric_from_dict({**data, "colour": "red"})


def test_parts_that_are_shown_but_not_scored_are_kept(library: dict[str, Rubric]) -> None:
    ai = library["ai-readiness-2021"]
    assert isinstance(ai.source["derivation"], list)
    assert len(ai.source["derivation"]) == 8
    assert ai.source["source"]["doi"] == "10.3969/j.issn.2095-5707.2021.03.011"  # type: ignore[index]
    assert library["emr-2018"].place("gates") == "国卫办医函〔2018〕1079号 附表2"
    assert ai.place("gates") == "智慧医院人工智能就绪度补充评估表"


def test_a_rubric_is_immutable(library: dict[str, Rubric]) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        library["emr-2018"].id = "other"  # type: ignore[misc]


def test_an_empty_folder_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match="holds no rubric"):
        load_library(tmp_path)


def test_one_edition_in_two_files_is_refused(tmp_path: Path) -> None:
    write_files(tmp_path)
    for name in ("", "-dq"):
        content = (tmp_path / f"made-up{name}.yaml").read_text("utf-8")
        (tmp_path / f"zz{name}.yaml").write_text(content, "utf-8")
    with pytest.raises(RubricError, match="stands in two files"):
        load_library(tmp_path)


def test_a_rubric_with_measured_items_is_refused_without_its_table(tmp_path: Path) -> None:
    write_files(tmp_path)
    with pytest.raises(RubricError, match="no data-quality table was given") as refused:
        load_rubric(tmp_path / "made-up.yaml")
    assert refused.value.line == RUBRIC.splitlines().index('- code: "01.01"') + 1
