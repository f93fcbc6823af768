"""The mapping editor: proposals, saving, conflicts, versions, text, and the masked preview."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment, EvidenceBundle, ExtractFile, MappingVersion
from assessments.queries.verification.headers import masked
from engine.evidence.mapping import read_mapping
from hospitals.models import Organisation
from tests.factories.assessments import make_assessment
from tests.factories.browser import signed_in
from tests.factories.evidence import MAPPING, make_bundle, make_mapping

pytestmark = pytest.mark.django_db

TABLE = "REPORT_NO,PAT_ID,就诊类型,报告时间\nR00123,张三丰,1,2026-07-01 08:00:00\nR00124,李四,2,2026-07-02 08:00:00\n"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


@pytest.fixture
def file(assessment: Assessment, owner: User) -> ExtractFile:
    """A table whose columns are known and that nobody mapped."""
    bundle = make_bundle(assessment, owner, files={"V_LAB.csv": TABLE.encode("gb18030")})
    extract = bundle.files.get()
    extract.header, extract.record = ["REPORT_NO", "PAT_ID", "就诊类型", "报告时间"], ""
    extract.save()
    return extract


def address(assessment: Assessment, query: str = "") -> str:
    return reverse("mapping", args=[assessment.public_id]) + query


def form(file: ExtractFile | None = None, **more: Any) -> dict[str, Any]:
    return {
        "what": "save",
        "seen": "0",
        "source": "V_LAB.csv",
        "record": "lab_report",
        "drawn_record": "lab_report",
        "system": "LIS",
        "theirs": ["REPORT_NO", "PAT_ID", "就诊类型"],
        "field": ["report_no", "patient_id", "care_setting"],
        "value_field": ["care_setting", "care_setting"],
        "value_theirs": ["1", "2"],
        "value_code": ["outpatient", ""],
        "constant_field": [""],
        "constant_value": [""],
        "file": str(file.public_id) if file else "",
        **more,
    }


def body(client: Client, assessment: Assessment, **more: Any) -> tuple[int, str]:
    answer = client.post(address(assessment), form(**more), follow=True)
    return answer.status_code, answer.content.decode()


def test_a_table_that_was_found_comes_with_proposals_and_their_reasons(
    assessment: Assessment, owner: User, file: ExtractFile
) -> None:
    client = signed_in(owner)
    listed = client.get(address(assessment)).context["page"].sources
    assert [(one.source, one.mapped) for one in listed] == [("V_LAB.csv", False)]
    page = client.get(address(assessment, f"?file={file.public_id}")).context["page"]
    fields = {column.theirs: column.field for column in page.editor.columns}
    assert fields["REPORT_NO"] == "report_no"
    assert fields["就诊类型"] == "care_setting"
    [codes] = [one for one in page.editor.values if one.field == "care_setting"]
    assert {row.theirs for row in codes.rows} >= {"1", "2"}


def test_saving_makes_a_version_with_columns_values_and_system(
    assessment: Assessment, owner: User, file: ExtractFile
) -> None:
    status, page = body(signed_in(owner), assessment, file=file)
    assert status == 200
    assert "第1版" in page
    [source] = read_mapping(MappingVersion.objects.get().text).sources
    assert (source.record, source.system) == ("lab_report", "LIS")
    assert source.columns == {
        "REPORT_NO": "report_no",
        "PAT_ID": "patient_id",
        "就诊类型": "care_setting",
    }
    assert source.values == {"care_setting": {"1": "outpatient"}}


def test_a_saved_table_is_changed_in_its_place_and_can_be_removed(
    assessment: Assessment, owner: User
) -> None:
    make_mapping(assessment.hospital, owner)
    client = signed_in(owner)
    was = {"was_source": "lab_report.csv", "was_record": "lab_report"}
    body(client, assessment, seen="1", **was)
    [source] = read_mapping(MappingVersion.objects.get(version=2).text).sources
    assert source.source == "V_LAB.csv"
    gone = {"was_source": "V_LAB.csv", "was_record": "lab_report"}
    status, _page = body(client, assessment, what="remove", seen="2", **gone)
    assert status == 200
    assert read_mapping(MappingVersion.objects.get(version=3).text).sources == ()
    status, page = body(client, assessment, what="remove", seen="3", **gone)
    assert (status, "映射里没有这张表" in page) == (422, True)


def test_a_colleague_who_saved_meanwhile_is_named_and_nothing_typed_is_lost(
    assessment: Assessment, owner: User
) -> None:
    make_mapping(assessment.hospital, owner)
    status, page = body(signed_in(owner), assessment, seen="0", source="MINE.csv")
    assert status == 422
    assert f"{owner.name}已保存了第1版映射" in page
    assert "MINE.csv" in page
    assert MappingVersion.objects.count() == 1


def test_two_columns_for_one_field_are_refused_and_stay_on_the_page(
    assessment: Assessment, owner: User
) -> None:
    status, page = body(signed_in(owner), assessment, theirs=["A", "B"], field=["report_no", "report_no"])
    assert (status, "有两列都对应到report_no" in page) == (422, True)


def test_a_table_without_name_or_type_is_refused(assessment: Assessment, owner: User) -> None:
    status, page = body(signed_in(owner), assessment, source="", record="")
    assert (status, "请填写文件名" in page) == (422, True)


def test_another_record_type_brings_new_proposals_without_saving(
    assessment: Assessment, owner: User, file: ExtractFile
) -> None:
    data = form(file, what="refresh", record="exam_report", drawn_record="lab_report")
    page = signed_in(owner).post(address(assessment), data).context["page"]
    assert page.editor.record == "exam_report"
    assert page.editor.system == "LIS"
    assert not MappingVersion.objects.exists()


def test_a_pasted_header_is_enough_to_begin(assessment: Assessment, owner: User) -> None:
    data = {"what": "add", "source": "V_LAB.csv", "headers": "REPORT_NO\tPAT_ID\t报告时间"}
    page = signed_in(owner).post(address(assessment), data).context["page"]
    assert [column.theirs for column in page.editor.columns] == ["REPORT_NO", "PAT_ID", "报告时间"]
    assert not page.editor.can_preview


def test_the_text_is_saved_or_refused_with_its_line(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    status, page = body(client, assessment, what="yaml", text=MAPPING.replace("report_no", "no_such_field"))
    assert (status, "no_such_field" in page, "行" in page) == (422, True, True)
    status, _page = body(client, assessment, what="yaml", text=MAPPING, note="第一次")
    assert status == 200
    assert MappingVersion.objects.get().note == "第一次"


def test_an_earlier_version_is_used_again_as_a_new_one(assessment: Assessment, owner: User) -> None:
    make_mapping(assessment.hospital, owner)
    make_mapping(assessment.hospital, owner, MAPPING.replace("LIS", "LIS2"))
    client = signed_in(owner)
    versions = client.get(address(assessment, "?tab=versions")).context["page"].versions
    assert [(one.version, one.newest) for one in versions] == [(2, True), (1, False)]
    body(client, assessment, what="again", version="1", seen="2")
    newest = MappingVersion.objects.get(version=3)
    assert (newest.text, newest.note) == (MAPPING, "沿用第1版")


def test_the_preview_shows_shapes_and_codes_and_never_a_value(
    assessment: Assessment, owner: User, file: ExtractFile
) -> None:
    data = form(
        file,
        theirs=["REPORT_NO", "PAT_ID", "就诊类型", "报告时间"],
        field=["report_no", "patient_id", "care_setting", "reported_at"],
    )
    answer = signed_in(owner).post(
        reverse("mapping-preview", args=[assessment.public_id]), data, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "outpatient" in page
    assert "9999-99-99 99:99:99" in page
    assert not any(value in page for value in ("张三丰", "R00123", "2026-07-01"))
    assert answer.context["page"].unmapped == ("care_setting: 9",)


def test_destroyed_data_have_no_preview(assessment: Assessment, owner: User, file: ExtractFile) -> None:
    ExtractFile.objects.update(file="")
    answer = signed_in(owner).post(reverse("mapping-preview", args=[assessment.public_id]), form(file))
    assert "没有可预览的数据" in answer.content.decode()


@pytest.mark.parametrize(
    ("value", "shown"),
    [("00123", "99999"), ("张三丰", "张*丰"), ("李四", "李*"), ("x", "*"), ("", ""), ("L-7a9B", "L-9*9B")],
)
def test_masking_keeps_the_edges_and_the_shape(value: str, shown: str) -> None:
    assert masked(value) == shown


def test_many_tables_ask_no_more_queries(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    client.get(address(assessment))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(assessment)).status_code == 200
        return len(queries)

    empty = asked()
    for n in range(5):
        bundle = make_bundle(assessment, owner, files={f"t{n}.csv": b"A,B\n"})
        bundle.files.update(header=["A", "B"])
        make_mapping(assessment.hospital, owner)
    assert asked() == empty <= 12


def test_files_of_another_hospital_are_not_listed(
    assessment: Assessment, owner: User, stranger: User
) -> None:
    elsewhere = stranger.memberships.get().organisation
    bundle = EvidenceBundle.objects.create(
        hospital=elsewhere, title="外院", uploaded_by=stranger, keep_until="2099-01-01"
    )
    other = ExtractFile.objects.create(bundle=bundle, path="x.csv", size=1, sha256="0" * 64, header=["A"])
    page = signed_in(owner).get(address(assessment, f"?file={other.public_id}")).context["page"]
    assert (page.sources, page.editor) == ((), None)
