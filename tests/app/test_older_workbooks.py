"""A hospital's own Excel: headings found, codes read leniently, everything wrong named, undone as far as possible."""

from __future__ import annotations

import io
import time
import zipfile
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import Workbook

from accounts.models import User
from assessments.actions.assigning import assign_items
from assessments.actions.importing import ChangedSince
from assessments.actions.importing_older import apply_older_workbook, undo_older_workbook
from assessments.models import Assessment, OldWorkbookWords
from assessments.workbook.examining import examine
from assessments.workbook.older.columns import columns_of, heading_row, proposed_state, words_for_states
from assessments.workbook.older.rows import Mapped, Taken, take_rows
from assessments.workbook.older.sheets import Sheet, open_any
from assessments.workbook.opening import WorkbookRefused
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric
from tests.factories.assessments import complete, make_answer, make_assessment, submit
from tests.factories.files import HOSTILE, old_workbook
from tests.factories.people import make_department, make_person
from tests.factories.workbooks import save

HEAD = ["序号", "评估类别", "业务项目", "条款编号", "条款内容", "现场状态", "自评得分", "证据材料/系统截图", "问题与差距", "整改计划", "责任部门", "责任人", "完成期限", "来源定位"]  # fmt: skip
pytestmark = pytest.mark.django_db


def row(code: str, state: str = "", **more: str) -> list[str]:
    named = {"条款编号": code, "现场状态": state, **more}
    return [named.get(heading, "") for heading in HEAD]


def workbook(*rows: list[Any], before: int = 2, hidden: bool = False) -> io.BytesIO:
    book = Workbook()
    book.active.title = "说明"
    book.active["A1"] = "填表说明"
    sheet = book.create_sheet("自评明细")
    sheet.append(["示例医院智慧服务自评表"])
    for _n in range(before - 1):
        sheet.append([])
    sheet.append(HEAD)
    for one in rows:
        sheet.append(one)
    if hidden:
        sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def read(assessment: Assessment, file: io.BytesIO, **more: Any) -> tuple[Sheet, Taken]:
    sheet = next(one for one in open_any(file) if heading_row(one))
    columns = columns_of(sheet, heading_row(sheet))
    mapped = Mapped(
        sheet.title,
        heading_row(sheet),
        {one.field: one.number for one in columns if one.field},
        more.pop("states", {}),
    )
    return sheet, take_rows(sheet, mapped, get_rubric(assessment.edition), **more)


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


def test_the_columns_of_a_real_workbook_are_proposed(assessment: Assessment) -> None:
    sheet = open_any(workbook(row("01.01.1-1", "符合"), before=4))[1]
    assert heading_row(sheet) == 5 or heading_row(sheet) == 3
    found = {one.heading: one.field for one in columns_of(sheet, heading_row(sheet))}
    assert found == {
        "序号": "", "评估类别": "", "业务项目": "item", "条款编号": "code", "条款内容": "text", "现场状态": "state",
        "自评得分": "", "证据材料/系统截图": "evidence", "问题与差距": "problem", "整改计划": "plan",
        "责任部门": "department", "责任人": "person", "完成期限": "due", "来源定位": "",
    }  # fmt: skip
    kept = {one.heading: one.field for one in columns_of(sheet, heading_row(sheet), {"来源定位": "level"})}
    assert kept["来源定位"] == "level"


@pytest.mark.parametrize(
    "code", ["01.01.1-1", " 01.01.1-1  ", "０１．０１．１－１", "1.1.1-1", "01.01.1(1)", "01.01.1（1）"]
)
def test_codes_are_read_leniently(assessment: Assessment, code: str) -> None:
    _sheet, taken = read(assessment, workbook(row(code, "部分符合")))
    assert taken.filled.values == {"01.01/clauses.1.1": "partly"}


def test_merged_cells_are_filled_and_formulas_read_as_their_stored_values_with_a_note(
    assessment: Assessment,
) -> None:
    file = workbook(row("01.01.1-1", "符合", 业务项目="x"), row("01.02.1-1", ""))
    from openpyxl import load_workbook

    book = load_workbook(file)
    sheet = book["自评明细"]
    sheet.merge_cells("F4:F5")
    sheet["I4"] = "=1+1"
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    _sheet, taken = read(assessment, out)
    assert taken.filled.values == {"01.01/clauses.1.1": "met", "01.02/clauses.1.1": "met"}
    assert taken.formulas == 1  # its value was never stored, so nothing of it is taken


def _with_merged(*areas: str) -> io.BytesIO:
    """The workbook with areas no program would let a person merge."""
    out = io.BytesIO()
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    with (
        zipfile.ZipFile(workbook(row("01.01.1-1", "符合"))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name).replace(
                b"</sheetData>", f"</sheetData><mergeCells>{merged}</mergeCells>".encode()
            )
            target.writestr(name, content)
    out.seek(0)
    return out


def test_an_area_merged_over_the_whole_sheet_costs_nothing(assessment: Assessment) -> None:
    """Such a file has five kilobytes and seventeen thousand million cells."""
    began = time.monotonic()
    sheet, _taken = read(assessment, _with_merged("A1:XFD1048576"))
    assert sheet.rows and sheet.merged == 0
    assert time.monotonic() - began < 5


def test_many_merged_areas_over_each_other_are_refused() -> None:
    with pytest.raises(WorkbookRefused, match="合并"):
        open_any(_with_merged(*(f"A1:BH{5000 + n}" for n in range(300))))


def test_hidden_sheets_are_offered_and_marked(assessment: Assessment) -> None:
    assert [sheet.hidden for sheet in open_any(workbook(row("01.01.1-1"), hidden=True))] == [False, True]


def test_unknown_codes_and_states_and_contradictions_are_named_by_row_and_nothing_is_guessed(
    assessment: Assessment,
) -> None:
    _sheet, taken = read(
        assessment,
        workbook(
            row("99.01.1-1", "符合"),
            row("01.01.1-9", "符合"),
            row("01.01.1-1", "大概可以"),
            row("01.02.1-1", "符合"),
            row("01.02.1-1", "不符合"),
            row("", "符合"),
            row("01.03.1-1", "待确认"),
        ),
    )
    assert taken.filled.values == {"01.02/clauses.1.1": "met"}
    assert len(taken.filled.refused) == 5
    assert all(one.sentence and one.address for one in taken.filled.refused)
    _sheet, told = read(assessment, workbook(row("01.01.1-1", "大概可以")), states={"大概可以": "partly"})
    assert told.filled.values == {"01.01/clauses.1.1": "partly"}


def test_what_does_not_fit_into_a_note_is_named_and_never_cut_off(assessment: Assessment) -> None:
    file = workbook(
        *(row("01.01.1-1", 问题与差距=f"{n}" + "长" * 1500) for n in range(4)),
        row("01.02.1-1", 问题与差距="短"),
    )
    _sheet, taken = read(assessment, file)
    note = taken.filled.values["01.01/note"]
    assert len(note.splitlines()) == 2 and note.endswith("长" * 1500)
    (named,) = [one for one in taken.filled.refused if "没有写入" in one.sentence]
    assert "2行" in named.sentence
    assert taken.filled.values["01.02/note"].endswith("短")


def test_a_text_without_a_code_is_only_a_proposal(assessment: Assessment) -> None:
    rubric = get_rubric(assessment.edition)
    item = max(
        rubric.items, key=lambda one: max(len(c.text.zh) for lv in one.asked_levels for c in lv.clauses)
    )
    level, clause = max(
        ((lv, c) for lv in item.asked_levels for c in lv.clauses), key=lambda pair: len(pair[1].text.zh)
    )
    file = workbook(row("", "符合", 条款内容=clause.text.zh[:-2]))
    _sheet, taken = read(assessment, file)
    assert not taken.filled.values
    (likely,) = taken.likely
    assert likely.clause == f"{item.code}.{level.level}-{clause.n}"
    file.seek(0)
    _sheet, confirmed = read(assessment, file, accepted=[likely.row])
    assert list(confirmed.filled.values) == [f"{item.code}/clauses.{level.level}.{clause.n}"]


def test_words_for_states_are_known_and_others_are_asked() -> None:
    assert [proposed_state(word) for word in ("符合", "部分符合", "不符合", "待确认", "√", "基本符合")] == [
        "met", "partly", "not_met", "not_answered", "met", "partly",
    ]  # fmt: skip
    assert proposed_state("大概可以") is None
    assert proposed_state("大概可以", {"大概可以": "partly"}) == "partly"
    sheet = open_any(workbook(row("01.01.1-1", "符合"), row("01.02.1-1", "符合"), row("01.03.1-1", "怪")))[1]
    assert words_for_states(sheet, heading_row(sheet), 6) == ("符合", "怪")


@pytest.mark.parametrize("content", [b"", b"text", old_workbook(), HOSTILE["an archive called docx"][1]])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(WorkbookRefused):
        open_any(io.BytesIO(content))


def written(assessment: Assessment, owner: User, file: io.BytesIO, **more: Any) -> Any:
    _sheet, taken = read(assessment, file)
    seen = examine(assessment, owner, taken.filled, other=True).digest
    return apply_older_workbook(
        by=owner, assessment=assessment, taken=taken, seen=seen, file="a.xlsx", **more
    )


FULL = row(
    "01.01.1-1", "符合", 问题与差距="缺接口", 整改计划="补接口", 责任部门="检验科", 责任人="没有这个人", 完成期限="2026年12月1日"
)  # fmt: skip


def test_everything_is_written_at_once_and_taken_back_but_for_what_somebody_changed_since(
    assessment: Assessment, owner: User
) -> None:
    make_department(assessment.hospital, "检验科")
    make_answer(assessment, "01.02", clauses={"1": ["not_met"]})
    done = written(
        assessment, owner, workbook(FULL, row("01.02.1-1", "符合"), row("01.03.1-1", "符合")), otherwise="mine",
        columns={"条款编号": "code"}, states={"符合": "met"},
    )  # fmt: skip
    rows = {one.item_code: one for one in assessment.item_answers.all()}
    assert rows["01.01"].clauses["1"][0] == "met"
    assert "缺接口" in rows["01.01"].note
    assert rows["01.02"].clauses["1"][0] == "met"
    assigned = assessment.assignments.get(item_code="01.01")
    assert (assigned.department.name, str(assigned.due_on)) == ("检验科", "2026-12-01")
    assert [one[1] for one in done.unmatched] == ["没有这个人"]
    assert OldWorkbookWords.objects.get().columns == {"条款编号": "code"}

    save(owner, assessment, "clauses.1.1", "met", "partly", item="01.03")
    undone = undo_older_workbook(by=owner, imported=done.imported)
    assert undone.left == ("01.03/clauses.1.1",)
    rows = {one.item_code: one for one in assessment.item_answers.all()}
    assert rows["01.01"].clauses == {}
    assert rows["01.01"].note == ""
    assert rows["01.02"].clauses["1"][0] == "not_met"
    assert rows["01.03"].clauses["1"][0] == "partly"
    assert not assessment.assignments.exists()
    with pytest.raises(Refusal):
        undo_older_workbook(by=owner, imported=done.imported)


def test_an_import_is_taken_back_even_when_whose_item_it_was_has_left(
    assessment: Assessment, owner: User
) -> None:
    nurse = make_person(assessment.hospital, Membership.Role.CONTRIBUTOR)
    laboratory = make_department(assessment.hospital, "检验科")
    assign_items(by=owner, assessment=assessment, items=["01.01"], person=nurse, department=laboratory)
    make_department(assessment.hospital, "药学部")
    file = workbook(
        row("01.01.1-1", "符合", 责任部门="药学部", 责任人=owner.get_full_name()), row("01.02.1-1", "符合")
    )
    done = written(assessment, owner, file)
    assert done.assigned == 1
    nurse.memberships.update(revoked_at=timezone.now())
    undone = undo_older_workbook(by=owner, imported=done.imported)
    assert undone.left == ("01.01",)
    assert not assessment.item_answers.filter(clauses__1__0="met").exists()


def test_nothing_is_written_when_somebody_changed_what_the_preview_showed(
    assessment: Assessment, owner: User
) -> None:
    _sheet, taken = read(assessment, workbook(row("01.01.1-1", "符合")))
    seen = examine(assessment, owner, taken.filled, other=True).digest
    save(owner, assessment, "clauses.1.1", "not_answered", "not_met")
    with pytest.raises(ChangedSince):
        apply_older_workbook(by=owner, assessment=assessment, taken=taken, seen=seen, file="a.xlsx")
    assert not assessment.workbook_imports.exists()


def test_after_submission_an_import_is_not_taken_back(assessment: Assessment, owner: User) -> None:
    done = written(assessment, owner, workbook(row("01.01.1-1", "符合")))
    complete(assessment, owner)
    submit(assessment, owner)
    with pytest.raises(Refusal):
        undo_older_workbook(by=owner, imported=done.imported)
