"""Importing: three values of every field, asked where both changed, all written at once or nothing."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from accounts.models import User
from assessments.actions.importing import Applied, ChangedSince, apply_workbook
from assessments.actions.lifecycle import submit_assessment
from assessments.models import Assessment, Assignment, ItemAnswer
from assessments.queries.history import last_change_of
from assessments.queries.readiness import fingerprint_of
from assessments.workbook.examining import OtherAssessment, examine
from assessments.workbook.opening import WorkbookRefused
from audit.models import Event
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import complete, make_assessment, make_member
from tests.factories.workbooks import (
    edited,
    exported,
    few_items,
    filled,
    fresh,
    look,
    make_small_edition,
    put,
    read,
    save,
    spot,
    values,
    write,
)

ITEM = "01.01"


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition=make_small_edition(), target_level=4)


def test_an_untouched_workbook_changes_nothing(assessment: Assessment, owner: User) -> None:
    complete(assessment, owner)
    before = values(assessment)
    content = exported(assessment, owner)
    found = look(assessment, owner, content)
    assert found.taken == [] and found.refused == [] and found.comparison.unchanged == len(before)
    events = Event.objects.count()
    assert write(assessment, owner, content) == Applied(0, 0, ())
    assert values(assessment) == before and Event.objects.count() == events


def test_what_was_typed_is_written_in_one_transaction_with_one_event(
    assessment: Assessment, owner: User
) -> None:
    content = exported(assessment, owner)

    def type_in(book: Workbook) -> None:
        put(book, f"{ITEM}/clauses.1.1", "符合")
        put(book, f"{ITEM}/clauses.1.2", "Partly met")
        put(book, "bases/discharges", 1000)
        put(book, "bases/discharges", "select 1", "sql_text")
        put(book, "bases/discharges", datetime(2026, 10, 1, 9, 30), "run_at")
        put(book, f"{ITEM}/ratio.3", "９００")
        put(book, f"{ITEM}/ratio.4", "8,00")
        put(book, f"{ITEM}/index.3", 0.93)
        put(book, f"{ITEM}/index.4", "９５％")
        put(book, f"{ITEM}/index.5", 0.5, "consistency")
        put(book, f"{ITEM}/note", "=不是公式".replace("=", "＝"))
        put(book, "overall/1.1", "符合")

    events = Event.objects.count()
    applied = write(assessment, owner, edited(content, type_in))
    assert (applied.written, applied.refused) == (12, ())
    now = values(assessment)
    assert now[f"{ITEM}/clauses.1.2"] == "partly" and now[f"{ITEM}/numerators.3"] == 900
    assert now[f"{ITEM}/numerators.4"] == 800 and now[f"{ITEM}/data_quality.3"] == "0.93"
    assert now[f"{ITEM}/data_quality.4"] == "0.95" and now[f"{ITEM}/data_quality.5"] == {"consistency": "0.5"}
    assert now["bases/discharges.run_at"] == "2026-10-01T09:30" and now["overall/1.1"] == "met"
    [event] = Event.objects.order_by("pk")[events:]
    assert event.verb == "workbook.imported" and event.facts["count"] == 12
    assert set(event.facts["changed"]) == {ITEM, "bases", "overall"}
    assert last_change_of(assessment, ITEM, "clauses.1.1") == event


def test_a_cleared_cell_clears_and_a_deleted_row_does_nothing(assessment: Assessment, owner: User) -> None:
    save(owner, assessment, "clauses.1.1", "not_answered", "met")
    save(owner, assessment, "clauses.2.1", "not_answered", "met")
    content = exported(assessment, owner)

    def clear(book: Workbook) -> None:
        put(book, f"{ITEM}/clauses.1.1", None)
        sheet, row, _n = spot(book, f"{ITEM}/clauses.2.1")
        sheet.delete_rows(row)

    write(assessment, owner, edited(content, clear))
    assert f"{ITEM}/clauses.1.1" not in values(assessment)
    assert values(assessment)[f"{ITEM}/clauses.2.1"] == "met"


def test_sorted_rows_inserted_rows_and_inserted_columns_do_not_shift_answers(
    assessment: Assessment, owner: User
) -> None:
    content = filled(exported(assessment, owner), **{f"{ITEM}/clauses.3.2": "符合"})

    def shuffle(book: Workbook) -> None:
        sheet, _row, _n = spot(book, f"{ITEM}/clauses.3.2")
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
        for n, row in enumerate(reversed(rows), start=3):
            for column, value in enumerate(row, start=1):
                sheet.cell(n, column).value = value
        sheet.insert_rows(5)
        sheet.insert_cols(4)

    found = look(assessment, owner, edited(content, shuffle))
    assert [(one.field, one.mine) for one in found.taken] == [(f"{ITEM}/clauses.3.2", "met")]
    assert found.refused == []


def test_what_others_changed_since_and_the_workbook_did_not_stays(
    assessment: Assessment, owner: User
) -> None:
    content = filled(exported(assessment, owner), **{f"{ITEM}/clauses.1.1": "符合"})
    save(owner, assessment, "clauses.1.2", "not_answered", "not_met")
    write(assessment, owner, content)
    now = values(assessment)
    assert (now[f"{ITEM}/clauses.1.1"], now[f"{ITEM}/clauses.1.2"]) == ("met", "not_met")


def test_where_both_changed_the_person_is_asked_and_told_who_and_when(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    Assignment.objects.create(assessment=assessment, item_code=ITEM, person=colleague)
    content = filled(
        exported(assessment, owner), **{f"{ITEM}/clauses.1.1": "符合", f"{ITEM}/clauses.1.2": "符合"}
    )
    save(colleague, assessment, "clauses.1.1", "not_answered", "not_met")
    save(colleague, assessment, "clauses.1.2", "not_answered", "not_met")
    save(owner, assessment, "note", "", "another field, another person")
    conflicts = look(assessment, owner, content).comparison.conflicts
    assert [(one.field, one.base, one.theirs, one.mine) for one in conflicts] == [
        (f"{ITEM}/clauses.1.1", None, "not_met", "met"),
        (f"{ITEM}/clauses.1.2", None, "not_met", "met"),
    ]
    assert {one.by for one in conflicts} == {colleague.get_full_name()} and all(one.at for one in conflicts)
    applied = write(assessment, owner, content, choices={f"{ITEM}/clauses.1.2": "mine"})
    assert (applied.written, applied.left) == (1, 1)
    now = values(assessment)
    assert (now[f"{ITEM}/clauses.1.1"], now[f"{ITEM}/clauses.1.2"]) == ("not_met", "met")
    assert write(assessment, owner, content, otherwise="mine").written == 1
    assert values(assessment)[f"{ITEM}/clauses.1.1"] == "met"


def test_both_changed_to_the_same_is_no_conflict(assessment: Assessment, owner: User) -> None:
    content = filled(exported(assessment, owner), **{f"{ITEM}/clauses.1.1": "符合"})
    save(owner, assessment, "clauses.1.1", "not_answered", "met")
    found = look(assessment, owner, content)
    assert found.comparison.conflicts == [] and found.taken == []


def test_nothing_is_written_when_the_assessment_changed_after_the_preview(
    assessment: Assessment, owner: User
) -> None:
    content = filled(
        exported(assessment, owner), **{f"{ITEM}/clauses.1.1": "符合", f"{ITEM}/clauses.2.1": "符合"}
    )
    seen = look(assessment, owner, content).digest
    save(owner, assessment, "clauses.1.1", "not_answered", "partly")
    with pytest.raises(ChangedSince) as changed:
        apply_workbook(
            by=fresh(owner), assessment=assessment, filled=read(content, assessment), seen=seen, file="a.xlsx"
        )
    assert len(changed.value.examination.comparison.conflicts) == 1
    assert f"{ITEM}/clauses.2.1" not in values(assessment)


def test_a_contributor_writes_the_own_items_and_the_others_are_listed(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    Assignment.objects.create(assessment=assessment, item_code=ITEM, person=colleague)
    content = filled(
        exported(assessment, owner),
        **{
            f"{ITEM}/clauses.1.1": "符合",
            "01.02/clauses.1.1": "符合",
            "bases/discharges": 5,
            "overall/1.1": "符合",
        },
    )
    found = look(assessment, colleague, content)
    assert found.comparison.withheld == {"01.02": 1, "bases": 1, "overall": 1}
    assert write(assessment, colleague, content).written == 1
    assert set(values(assessment)) == {f"{ITEM}/clauses.1.1"}


def test_a_contributors_workbook_is_open_for_the_own_items_only(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    from openpyxl import load_workbook

    Assignment.objects.create(assessment=assessment, item_code=ITEM, person=colleague)
    book = load_workbook(io.BytesIO(exported(assessment, colleague)))
    for key, locked in (
        (f"{ITEM}/clauses.1.1", False),
        ("01.02/clauses.1.1", True),
        ("bases/discharges", True),
    ):
        sheet, row, n = spot(book, key)
        assert sheet.cell(row, n).protection.locked is locked


def test_another_assessment_is_taken_only_when_asked_and_overwrites_nothing_unasked(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    earlier = make_assessment(hospital, owner, edition=assessment.edition, title="去年", target_level=4)
    save(owner, earlier, "clauses.1.1", "not_answered", "met")
    save(owner, earlier, "clauses.1.2", "not_answered", "met")
    save(owner, assessment, "clauses.1.2", "not_answered", "not_met")
    save(owner, assessment, "clauses.2.1", "not_answered", "not_met")
    content = exported(earlier, owner)
    with pytest.raises(OtherAssessment):
        look(assessment, owner, content)
    found = look(assessment, owner, content, other=True)
    assert [one.field for one in found.taken] == [f"{ITEM}/clauses.1.1"]
    assert [one.field for one in found.comparison.conflicts] == [f"{ITEM}/clauses.1.2"]
    write(assessment, owner, content, other=True)
    assert values(assessment)[f"{ITEM}/clauses.2.1"] == "not_met"  # empty in the workbook: left alone


def test_another_edition_and_another_version_are_refused(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    service = make_assessment(hospital, owner, title="智慧服务")
    with pytest.raises(WorkbookRefused, match="smart-service-2019"):
        read(exported(service, owner), assessment)
    assessment.edition.content_hash = "0" * 64
    older = exported(assessment, owner)
    assessment.edition.refresh_from_db()
    with pytest.raises(WorkbookRefused, match="另一版本"):
        read(older, assessment)


def test_a_submitted_assessment_and_a_revoked_member_are_refused(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    director = make_member(hospital, "director", "director")
    content = filled(exported(assessment, owner), **{f"{ITEM}/clauses.1.1": "符合"})
    parsed = read(content, assessment)
    with pytest.raises(Refusal):
        apply_workbook(by=director, assessment=assessment, filled=parsed, seen=None, file="a.xlsx")
    submit_assessment(
        by=fresh(owner), assessment=assessment, seen=fingerprint_of(assessment), accept_incomplete=True
    )
    with pytest.raises(Refusal):
        apply_workbook(by=fresh(owner), assessment=assessment, filled=parsed, seen=None, file="a.xlsx")
    assert not ItemAnswer.objects.filter(assessment=assessment).exists()


def test_examining_costs_the_same_for_one_change_and_for_all(assessment: Assessment, owner: User) -> None:
    one = read(filled(exported(assessment, owner), **{f"{ITEM}/clauses.1.1": "符合"}), assessment)

    def all_met(book: Workbook) -> None:
        for sheet in book.worksheets:
            for row in range(3, sheet.max_row + 1):
                if "/clauses." in str(sheet.cell(row, 1).value):
                    put_at = next(cell.column for cell in sheet[1] if cell.value == "value")
                    sheet.cell(row, put_at).value = "符合"

    everything = read(edited(exported(assessment, owner), all_met), assessment)
    counts = []
    for parsed in (one, everything):
        user = fresh(owner)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            examine(assessment, user, parsed)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 7
    clauses = [
        clause for item in few_items().items for level in item.asked_levels for clause in level.clauses
    ]
    assert len(examine(assessment, fresh(owner), everything).taken) == len(clauses)


def test_an_item_in_use_can_be_taken_back_and_a_count_of_nothing_replaced(
    assessment: Assessment, owner: User
) -> None:
    code = next(item.code for item in few_items().items if item.application.kind == "implemented")
    save(owner, assessment, "in_use", None, False, item=code)
    save(owner, assessment, "denominator", None, 10)
    save(owner, assessment, "numerators.1", None, 0)
    content = filled(exported(assessment, owner), **{f"{code}/in_use": "已在用", f"{ITEM}/ratio.1": 3})
    assert write(assessment, owner, content) == Applied(2, 0, ())
    now = values(assessment)
    assert (now[f"{code}/in_use"], now[f"{ITEM}/numerators.1"]) == (True, 3)
