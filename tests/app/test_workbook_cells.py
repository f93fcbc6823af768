"""What people type into cells: taken, or named by cell with the reason; the rest goes on."""

from __future__ import annotations

from datetime import datetime

import pytest
from openpyxl import Workbook

from accounts.models import User
from assessments.actions.basis import save_basis
from assessments.actions.merging import Change
from assessments.models import Assessment
from assessments.workbook.stored import read_stored
from hospitals.models import Organisation
from tests.factories.assessments import make_assessment
from tests.factories.workbooks import (
    edited,
    exported,
    filled,
    fresh,
    look,
    make_small_edition,
    put,
    spot,
    values,
    write,
)

ITEM = "01.01"


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition=make_small_edition(), target_level=4)


def test_figures_are_checked_by_the_engine_and_the_cell_is_named(assessment: Assessment, owner: User) -> None:
    save_basis(by=fresh(owner), assessment=assessment, changes=[Change("bases.discharges.value", None, 1000)])
    content = exported(assessment, owner)
    address = ""

    def type_in(book: Workbook) -> None:
        nonlocal address
        address = put(book, f"{ITEM}/ratio.3", 1001)
        put(book, f"{ITEM}/clauses.1.1", "符合")

    applied = write(assessment, owner, edited(content, type_in))
    [refused] = applied.refused
    assert refused.address == address and "1001" in refused.sentence and "1000" in refused.sentence
    assert applied.written == 1 and f"{ITEM}/numerators.3" not in values(assessment)


def test_a_base_and_the_numerators_on_it_are_taken_together(assessment: Assessment, owner: User) -> None:
    save_basis(by=fresh(owner), assessment=assessment, changes=[Change("bases.discharges.value", None, 100)])
    content = filled(exported(assessment, owner), **{"bases/discharges": 1000, f"{ITEM}/ratio.3": 900})
    applied = write(assessment, owner, content)
    assert (applied.written, applied.refused) == (2, ())


@pytest.mark.parametrize(
    ("key", "column", "typed"),
    [
        (f"{ITEM}/clauses.1.1", "value", "大概符合"),
        (f"{ITEM}/clauses.1.1", "value", 1),
        (f"{ITEM}/clauses.1.1", "value", '=IF(1,"符合","不符合")'),
        (f"{ITEM}/ratio.3", "value", "=100+1"),
        (f"{ITEM}/ratio.3", "value", 12.5),
        (f"{ITEM}/ratio.3", "value", "约100"),
        (f"{ITEM}/ratio.3", "value", datetime(2026, 1, 1)),
        (f"{ITEM}/ratio.3", "value", -5),
        (f"{ITEM}/ratio.3", "denominator", 0),
        (f"{ITEM}/ratio.3", "value", 10**15),
        (f"{ITEM}/index.3", "value", 1.5),
        (f"{ITEM}/index.3", "value", "很好"),
        (f"{ITEM}/index.3", "value", True),
        ("bases/discharges", "value", -1),
        ("bases/discharges", "run_at", "昨天"),
        ("bases/discharges", "run_at", datetime(2999, 1, 1)),
        ("overall/1.1", "value", "部分符合"),
        (f"{ITEM}/note", "value", "字" * 4001),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named_and_leaves_the_rest(
    assessment: Assessment, owner: User, key: str, column: str, typed: object
) -> None:
    content = exported(assessment, owner)
    address = ""

    def type_in(book: Workbook) -> None:
        nonlocal address
        put(book, f"{ITEM}/denominator", 1000, "denominator")
        address = put(book, key, typed, column)
        put(book, f"{ITEM}/clauses.2.1", "不符合")

    before = values(assessment)
    applied = write(assessment, owner, edited(content, type_in))
    assert [one.address for one in applied.refused] == [address]
    assert applied.refused[0].sentence
    now = values(assessment)
    assert now == before | {f"{ITEM}/clauses.2.1": "not_met", f"{ITEM}/denominator": 1000}


def test_an_index_filled_in_two_ways_is_refused(assessment: Assessment, owner: User) -> None:
    rule = next(rule for rule in read_stored(assessment).rubric.rules if rule.item == ITEM and rule.active)
    content = exported(assessment, owner)

    def type_in(book: Workbook) -> None:
        put(book, f"{ITEM}/index.{rule.level}", 0.9)
        put(book, f"{ITEM}/rule.{rule.id}", 9)
        put(book, f"{ITEM}/rule.{rule.id}", 10, "denominator")

    [refused] = write(assessment, owner, edited(content, type_in)).refused
    assert "只能用一种填法" in refused.sentence

    def by_rule(book: Workbook) -> None:
        put(book, f"{ITEM}/rule.{rule.id}", 9)
        put(book, f"{ITEM}/rule.{rule.id}", 10, "denominator")

    write(assessment, owner, edited(content, by_rule))
    counts = {"rules": {rule.id: {"numerator": 9, "denominator": 10}}}
    assert values(assessment)[f"{ITEM}/data_quality.{rule.level}"] == counts


def test_a_row_that_is_there_twice_is_refused_with_both_places(assessment: Assessment, owner: User) -> None:
    content = filled(exported(assessment, owner), **{f"{ITEM}/clauses.1.1": "符合"})

    def double(book: Workbook) -> None:
        sheet, row, _n = spot(book, f"{ITEM}/clauses.1.1")
        for column in range(1, 8):
            sheet.cell(sheet.max_row + (column == 1), column).value = sheet.cell(row, column).value

    [refused] = write(assessment, owner, edited(content, double)).refused
    assert refused.sentence.count("行") >= 2 and f"{ITEM}/clauses.1.1" not in values(assessment)


def test_rows_without_a_key_and_with_an_unknown_key_are_named(assessment: Assessment, owner: User) -> None:
    def add(book: Workbook) -> None:
        sheet, _row, n = spot(book, f"{ITEM}/clauses.1.1")
        sheet.cell(sheet.max_row + 1, n).value = "符合"
        sheet.cell(sheet.max_row + 1, 1).value = "99.99/clauses.1.1"

    refused = look(assessment, owner, edited(exported(assessment, owner), add)).refused
    assert len(refused) == 2 and "编号" in refused[0].sentence and "99.99" in refused[1].sentence
