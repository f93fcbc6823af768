"""Official results come in from a table, after a look, all rows without a problem and none with one."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from accounts.models import User
from assessments.actions.importing_awards import ChangedSince, digest_of, import_awards
from assessments.awards.examining import examine
from assessments.awards.reading import read_awards
from assessments.models import AwardedLevel
from assessments.workbook.opening import WorkbookRefused
from audit.models import Event
from hospitals.access import Role
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import complete, make_assessment, submit
from tests.factories.people import make_hospital, make_person

pytestmark = pytest.mark.django_db
HEAD = ["医疗机构名称", "标准", "评价年度", "等级", "总分", "公布日期", "备注"]
GOOD = ["示例市人民医院", "电子病历系统应用水平", 2025, "4级", 118.5, "2026年6月11日", ""]


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_person(bureau, Role.BUREAU_MANAGER)


def table(*rows: list[Any], head: list[str] = HEAD) -> io.BytesIO:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2025年度评价结果名单"])
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def taken_in(manager: User, *rows: list[Any], head: list[str] = HEAD) -> Any:
    read = read_awards(table(*rows, head=head))
    return import_awards(by=manager, rows=read, seen=digest_of(examine(manager, read)), file="名单.xlsx")


def test_a_list_becomes_awarded_levels(hospital: Organisation, manager: User) -> None:
    done = taken_in(manager, GOOD, ["示例市人民医院", "智慧服务", "2025年", 3])
    assert (done.new, done.changed, done.left_out) == (2, 0, 0)
    emr, service = AwardedLevel.objects.order_by("edition__key")
    assert (emr.level, str(emr.total), emr.year, emr.source) == (4, "118.50", 2025, "imported")
    assert emr.published_at is not None and emr.published_at.astimezone().year == 2026
    assert (service.edition.key, service.level) == ("smart-service-2019", 3)
    assert Event.objects.filter(verb="awards.imported").count() == 1


def test_the_same_list_again_changes_nothing(hospital: Organisation, manager: User) -> None:
    taken_in(manager, GOOD)
    done = taken_in(manager, GOOD)
    assert (done.new, done.changed, done.same) == (0, 0, 1)
    assert AwardedLevel.objects.count() == 1
    assert Event.objects.filter(verb="awards.imported").count() == 1


def test_a_correction_keeps_what_stood_before(hospital: Organisation, manager: User) -> None:
    taken_in(manager, GOOD)
    done = taken_in(manager, [*GOOD[:3], 3, *GOOD[4:]])
    assert done.changed == 1
    assert AwardedLevel.objects.in_force().get().level == 3
    assert "更正" in AwardedLevel.objects.get(revoked_at__isnull=False).revocation_reason


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["另一示例医院", "电子病历", 2025, 4], "没有这家医院"),
        (["示例市人民医院", "互联互通", 2025, 4], "不认识标准"),
        (["示例市人民医院", "电子病历", "去年", 4], "不是年份"),
        (["示例市人民医院", "电子病历", 2025, "很高"], "不是0到8"),
        (["示例市人民医院", "电子病历", 2025, 9], "不是0到8"),
        (["示例市人民医院", "智慧服务", 2025, 7], "最高5级"),
        (["示例市人民医院", "电子病历", 2025, "=1+3"], "公式"),
        (["示例市人民医院", "电子病历", 2025, 4, "很高"], "不是分数"),
        (["示例市人民医院", "电子病历", 2025, 4, 100, "六月"], "不是日期"),
    ],
)
def test_a_row_that_does_not_fit_says_why_and_spoils_no_other(
    row: list[Any], sentence: str, hospital: Organisation, manager: User, stranger: User
) -> None:
    found = examine(manager, read_awards(table(row, GOOD)))
    assert found[0].kind == "problem"
    assert sentence in "".join(found[0].problems)
    assert taken_in(manager, row, GOOD).left_out >= 1
    assert AwardedLevel.objects.count() <= 1


def test_two_rows_about_the_same_are_both_shown_and_the_first_counts(
    hospital: Organisation, manager: User
) -> None:
    found = examine(manager, read_awards(table(GOOD, GOOD)))
    assert [row.kind for row in found] == ["new", "problem"]


def test_a_code_that_belongs_to_another_name_is_a_problem(hospital: Organisation, manager: User) -> None:
    Organisation.objects.filter(pk=hospital.pk).update(code="H42010000001")
    head = ["机构代码", *HEAD]
    good, wrong = ["H42010000001", *GOOD], ["H42010000001", "改名医院", *GOOD[1:]]
    assert [row.kind for row in examine(manager, read_awards(table(good, head=head)))] == ["new"]
    (found,) = examine(manager, read_awards(table(wrong, head=head)))
    assert "示例市人民医院" in "".join(found.problems)


@pytest.mark.parametrize("written", [4, "4", "4级", "四级", "四"])
def test_levels_are_read_as_lists_write_them(written: Any) -> None:
    (row,) = read_awards(table([*GOOD[:3], written]))
    assert (row.level, row.problems) == (4, ())


@pytest.mark.parametrize("head", [["医院名称", "等级"], ["年度", "等级"], ["一", "二"]])
def test_a_table_without_the_headings_is_refused(head: list[str]) -> None:
    with pytest.raises(WorkbookRefused, match="没有找到表头"):
        read_awards(table(head=head))


def test_what_changed_since_the_preview_is_asked_about_again(hospital: Organisation, manager: User) -> None:
    read = read_awards(table(GOOD))
    seen = digest_of(examine(manager, read))
    taken_in(manager, [*GOOD[:3], 5, *GOOD[4:]])
    with pytest.raises(ChangedSince):
        import_awards(by=manager, rows=read, seen=seen, file="名单.xlsx")
    assert AwardedLevel.objects.get().level == 5


def test_only_a_manager_imports(hospital: Organisation, bureau: Organisation, owner: User) -> None:
    for person in (make_person(bureau, Role.REVIEWER), owner):
        with pytest.raises(Refusal, match="管理员"):
            import_awards(by=person, rows=(), seen="", file="")


def test_from_the_file_to_the_comparison(
    hospital: Organisation, owner: User, manager: User, client: Client
) -> None:
    assessment = make_assessment(hospital, owner, edition="emr-2018")
    complete(assessment, owner)
    submit(assessment, owner)
    client.force_login(manager)
    file = SimpleUploadedFile(
        "名单.xlsx", table([*GOOD[:2], 2026, 2, *GOOD[4:]], ["无此医院", "", 2026, 3]).read()
    )
    page = client.post("/awards/import/", {"list": file}).context["page"]
    assert (page.new, page.problems) == (1, 1)
    response = client.post("/awards/import/apply/", {"token": page.token, "seen": page.seen})
    assert response.status_code == 302
    (line,) = client.get("/awards/?year=2026&edition=emr-2018&show=differs").context["page"].lines
    assert (line.claimed, line.official, line.gap) == (3, 2, -1)
    exported = client.get("/awards/export/?year=2026&edition=emr-2018")
    assert exported.content.startswith(b"PK")


def test_an_old_or_altered_preview_writes_nothing(manager: User, client: Client) -> None:
    client.force_login(manager)
    response = client.post("/awards/import/apply/", {"token": "altered", "seen": ""})
    assert (response.status_code, AwardedLevel.objects.count()) == (422, 0)


def test_the_comparison_asks_as_much_for_one_hospital_as_for_forty(
    hospital: Organisation,
    bureau: Organisation,
    manager: User,
    client: Client,
    django_assert_max_num_queries: Any,
) -> None:
    for _n in range(39):
        make_hospital(parent=bureau)
    client.force_login(manager)
    client.get("/awards/")
    with django_assert_max_num_queries(9):
        assert len(client.get("/awards/").context["page"].lines) == 40
