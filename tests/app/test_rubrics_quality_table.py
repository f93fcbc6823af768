"""The yearly data-quality table: read from Excel, compared, approved; stored counts looked at under it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import Workbook, load_workbook

from audit.models import Event
from engine.evidence.counts import RuleCount
from engine.evidence.lenses import no_counts
from engine.evidence.replay import Side, replay
from engine.evidence.yearly_table import TableRow, compare, rows_of, under_table
from engine.scoring.answers import Answers
from hospitals.refusals import Refusal
from rubrics.actions import approve_table, publish_library
from rubrics.models import QualityTable
from rubrics.quality_table import TableRefused, read_table, write_table
from rubrics.queries import catalogue_of_year, find_edition, get_catalogue
from tests.factories.rubrics import library

EMR = "emr-2018"


def own_rows() -> tuple[TableRow, ...]:
    return rows_of(get_catalogue(), EMR)


def workbook(
    rows: list[list[object]], heading: tuple[str, ...] = ("项目代码", "等级", "考察维度", "考察内容")
) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ([("附件4",)], [heading], rows):
        for cells in row:
            sheet.append(list(cells))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_the_export_reads_back_as_the_same_table() -> None:
    rubric = library()[EMR]
    back = read_table(write_table(rubric, own_rows(), 2018), rubric)
    assert [replace(row, line=0) for row in back] == list(own_rows())
    compared = compare(get_catalogue(), EMR, back, 2027)
    assert compared.differences == ()
    assert len(compared.pairs) == len(own_rows()) > 260


def test_the_export_can_be_edited_in_excel_and_the_differences_are_named() -> None:
    rubric = library()[EMR]
    book = load_workbook(io.BytesIO(write_table(rubric, own_rows(), 2018)))
    sheet = book.active
    assert sheet is not None
    removed, reworded, moved, rechecked = (sheet.cell(row=n, column=4).value for n in (2, 3, 4, 5))
    sheet.cell(row=3, column=5).value = "另一种说法"
    sheet.cell(row=4, column=3).value = (
        "及时性" if sheet.cell(row=4, column=3).value != "及时性" else "完整性"
    )
    sheet.cell(row=5, column=6).value = '{"record": "order"}'
    sheet.append(["01.01", 4, "完整性", "", "新的一条规则", ""])
    sheet.delete_rows(2)
    target = io.BytesIO()
    book.save(target)
    compared = compare(get_catalogue(), EMR, read_table(target.getvalue(), rubric), 2027)
    assert {one.kind: one.rule for one in compared.differences} == {
        "removed": removed,
        "reworded": reworded,
        "moved": moved,
        "rechecked": rechecked,
        "added": "01.01.4-completeness-y2027-1",
    }


def test_rows_without_an_id_find_their_rule_by_place_and_text() -> None:
    rows = tuple(replace(row, rule="", checks="文字说明") for row in reversed(own_rows()))
    compared = compare(get_catalogue(), EMR, rows, 2027)
    assert compared.differences == ()
    assert {name for name, _row in compared.pairs} == {row.rule for row in own_rows()}


def test_merged_cells_numbers_and_level_words_are_read() -> None:
    rubric = library()[EMR]
    rows = read_table(
        workbook([["01.01", "3级", "一致性系数", "甲"], ["", "", "", "乙"], [1.01, 4.0, "完整性", "丙"]]),
        rubric,
    )
    assert [(row.item, row.level, row.dimension, row.text) for row in rows] == [
        ("01.01", 3, "consistency", "甲"),
        ("01.01", 3, "consistency", "乙"),
        ("01.01", 4, "completeness", "丙"),
    ]


def test_every_problem_is_told_with_its_row_and_nothing_is_taken_over() -> None:
    rubric = library()[EMR]
    content = workbook(
        [
            ["99.01", 3, "一致性", "甲"],
            ["01.01", 9, "一致性", "乙"],
            ["01.01", 3, "美观", "丙"],
            ["01.01", 3, "一致性", ""],
        ]
    )
    with pytest.raises(TableRefused) as refused:
        read_table(content, rubric)
    assert [problem.place[-3:] for problem in refused.value.problems] == ["第3行", "第4行", "第5行", "第6行"]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"item,level\n", workbook([], ("甲", "乙")), workbook([])]
)
def test_what_is_no_table_is_refused_with_one_sentence(content: bytes) -> None:
    with pytest.raises(TableRefused) as refused:
        read_table(content, library()[EMR])
    assert len(refused.value.problems) == 1


def test_stored_counts_are_looked_at_under_the_table_of_another_year() -> None:
    """A rule that leaves no longer weighs on the index of its level; a new one could not be checked."""
    catalogue, rubric = get_catalogue(), library()[EMR]
    level = [row for row in own_rows() if (row.item, row.level) == ("05.02", 5)]
    gone = level[0]
    rules = {row.rule: RuleCount(row.rule, 0 if row == gone else 100, 100) for row in level}
    counts = replace(no_counts(rubric, catalogue), rules=rules)
    fewer = under_table(catalogue, EMR, [row for row in own_rows() if row != gone], 2027)
    assert fewer.data_quality_table_year == 2027
    assert fewer.content_hash != catalogue.content_hash
    seen = replay(Answers(EMR, {}), counts, Side(rubric, catalogue), Side(rubric, fewer))
    changed = {(one.item, one.level): (one.before, one.after) for one in seen.indices}
    assert changed == {("05.02", 5): (Decimal("0.80"), Decimal("1.00"))}
    more = under_table(catalogue, EMR, (*own_rows(), TableRow("01.01", 4, "timeliness", "新的一条")), 2027)
    seen = replay(Answers(EMR, {}), counts, Side(rubric, catalogue), Side(rubric, more))
    assert "01.01.4-timeliness-y2027-1" in seen.uncounted


@pytest.mark.django_db
def test_approval_keeps_the_table_says_who_and_supersedes_the_one_before() -> None:
    publish_library()
    edition = find_edition(EMR)
    assert edition is not None
    rows = own_rows()[1:]
    first = approve_table(by=None, edition=edition, catalogue=get_catalogue(), year=2027, rows=rows)
    approve_table(by=None, edition=edition, catalogue=get_catalogue(), year=2027, rows=own_rows()[2:])
    first.refresh_from_db()
    assert first.superseded_at is not None
    under = catalogue_of_year(EMR, 2027)
    assert under is not None and not under.rules[own_rows()[1].rule].active
    assert catalogue_of_year(EMR, 2018) is get_catalogue()
    assert catalogue_of_year(EMR, 2031) is None
    event = Event.objects.filter(verb="quality_table.approved").last()
    assert event is not None and event.facts["removed"] == 2
    for year in (2018, 20):
        with pytest.raises(Refusal):
            approve_table(by=None, edition=edition, catalogue=get_catalogue(), year=year, rows=rows)


@pytest.mark.django_db
def test_the_command_compares_first_and_stores_only_with_approval(tmp_path: Path) -> None:
    publish_library()
    file = tmp_path / "dq.xlsx"
    call_command("rubric", "export-dq", str(file))
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("rubric", "import-dq", str(file), "--year", "2027", "--json", stdout=out)
    assert ended.value.code == 1
    assert json.loads(out.getvalue())["added"] == []
    assert not QualityTable.objects.exists()
    call_command("rubric", "import-dq", str(file), "--year", "2027", "--approve", stdout=out)
    assert QualityTable.objects.get().year == 2027
    for words in (["--year", "2018", "--approve"], ["--year", "2027", "--rubric", "no-such"]):
        with pytest.raises(SystemExit) as ended:
            call_command("rubric", "import-dq", str(file), *words)
        assert ended.value.code == 2
