"""One evidence bundle on its page: files with digests, uses, decisions, revisions, doubt, destroying."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments import jobs
from assessments.models import Assessment, EvidenceBundle, EvidenceDecision, EvidenceUse
from hospitals.models import Organisation
from tests.factories.assessments import make_assessment
from tests.factories.browser import signed_in
from tests.factories.evidence import days_ago, make_bundle, make_run
from tests.factories.people import make_bureau, make_hospital

pytestmark = pytest.mark.django_db
State = EvidenceBundle.State


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(jobs, "enqueue", lambda *_job: None)


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


def to(name: str, bundle: EvidenceBundle, assessment: Assessment) -> str:
    return reverse(name, args=[assessment.public_id, bundle.public_id])


def look(user: User, bundle: EvidenceBundle, assessment: Assessment) -> Any:
    return signed_in(user).get(to("bundle", bundle, assessment))


def test_the_page_shows_files_with_digests_windows_and_when_raw_data_go(
    assessment: Assessment, owner: User
) -> None:
    bundle = make_bundle(assessment, owner)
    answer = look(owner, bundle, assessment)
    page = answer.context["page"]
    assert [file.sha256 for file in page.files] == ["2" * 64]
    assert (page.effective, page.days_left, page.raw) == ((date(2026, 7, 1), date(2026, 9, 30)), 30, True)
    body = answer.content.decode()
    assert bundle.sha256 in body
    assert "还有30天" in body
    assert to("bundle-destroy", bundle, assessment) in body


def test_destroying_from_the_page_needs_a_reason_and_shows_who_did_it(
    assessment: Assessment, owner: User
) -> None:
    bundle = make_bundle(assessment, owner)
    client = signed_in(owner)
    url = to("bundle-destroy", bundle, assessment)
    assert "请写明为什么" in client.post(url, {"reason": ""}, follow=True).content.decode()
    answer = client.post(url, {"reason": "数据交错了"}, follow=True)
    page = answer.context["page"]
    assert (page.raw, page.destroyed_by, page.destroyed_why) == (False, owner.name, "数据交错了")
    assert 'data-dialog-open="destroy-bundle"' not in answer.content.decode()


def test_clauses_and_both_rubrics_that_use_it_stand_with_what_was_decided(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    bundle = make_bundle(assessment, owner, clause="01.01.1-1")
    other = make_assessment(hospital, owner, edition="emr-2018", title="电子病历自评")
    EvidenceUse.objects.create(bundle=bundle, assessment=other, added_by=owner)
    for n, clause_n in ((1, 1), (1, None), (2, 1)):
        EvidenceDecision.objects.create(
            assessment=assessment,
            item_code="01.01",
            level=n,
            clause_n=clause_n,
            kind="confirmed_match",
            reason=f"依据{n}-{clause_n}",
            by=owner,
        )
    page = look(owner, bundle, assessment).context["page"]
    uses = {use.clause: use for use in page.uses}
    assert set(uses) == {"01.01.1-1", ""}
    assert uses[""].edition == other.edition.title
    assert [one.code for one in uses["01.01.1-1"].decisions] == ["01.01.1-1", "01.01.1"]


def test_a_new_revision_takes_over_and_the_old_one_stays_on_record(
    assessment: Assessment, owner: User
) -> None:
    first = make_bundle(assessment, owner)
    client = signed_in(owner)
    client.post(
        reverse("bundle-upload", args=[assessment.public_id]),
        {
            "files": SimpleUploadedFile("lab_report.csv", b"report_no\n2\n"),
            "paths": "lab_report.csv",
            "replaces": str(first.public_id),
        },
    )
    second = EvidenceBundle.objects.get(replaces=first)
    old, new = look(owner, first, assessment), look(owner, second, assessment)
    assert [one.number for one in new.context["page"].revisions] == [2, 1]
    assert (old.context["page"].newest, new.context["page"].newest) == (False, True)
    assert "这不是最新的一版" in old.content.decode()
    answer = client.post(
        reverse("bundle-upload", args=[assessment.public_id]),
        {"files": SimpleUploadedFile("a.csv", b"a\n"), "replaces": "no-uuid"},
    )
    assert answer.status_code == 404


def test_a_doubt_is_asked_on_the_desk_and_on_the_page_and_answered_there(
    assessment: Assessment, owner: User
) -> None:
    doubt = {"code": "other_hospital", "zh": "这是别家医院的数据包吗？", "en": "Another hospital's?"}
    bundle = make_bundle(assessment, owner, state=State.ASKED, doubt=doubt)
    client = signed_in(owner)
    for url in (reverse("verification", args=[assessment.public_id]), to("bundle", bundle, assessment)):
        assert "这是别家医院的数据包吗？" in client.get(url).content.decode()
    client.post(to("bundle-confirm", bundle, assessment))
    bundle.refresh_from_db()
    assert (bundle.state, bundle.confirmed) == (State.RECEIVED, ["other_hospital"])


def test_what_was_noted_about_the_whole_package_stands_on_its_page(
    assessment: Assessment, owner: User
) -> None:
    note = {"zh": "package.yaml写的医院是“示例别家医院”。", "en": "package.yaml names another hospital."}
    bundle = make_bundle(assessment, owner, manifest={"notes": [note]})
    assert "示例别家医院" in look(owner, bundle, assessment).content.decode()


@pytest.mark.parametrize("text", ["morgen", "2027-02-30"])
def test_an_expiry_that_is_no_day_is_said(assessment: Assessment, owner: User, text: str) -> None:
    bundle = make_bundle(assessment, owner)
    answer = signed_in(owner).post(to("bundle-expiry", bundle, assessment), {"expires_on": text}, follow=True)
    assert "请填写有效的日期" in answer.content.decode()


def test_an_expired_bundle_warns_on_the_desk_and_on_its_page(assessment: Assessment, owner: User) -> None:
    bundle = make_bundle(assessment, owner, effective_to=None, effective_from=None, expires_on=days_ago(1))
    client = signed_in(owner)
    assert "证据包已过有效期" in look(owner, bundle, assessment).content.decode()
    desk = client.get(reverse("verification", args=[assessment.public_id])).content.decode()
    assert "证据包已过有效期" in desk


def test_the_page_asks_as_often_for_many_files_uses_and_revisions_as_for_few(
    assessment: Assessment, owner: User
) -> None:
    client = signed_in(owner)

    def asked(bundle: EvidenceBundle) -> int:
        url = to("bundle", bundle, assessment)
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    few = make_bundle(assessment, owner, clause="01.01.1-1")
    few_too = make_bundle(assessment, owner, revision=2, replaces=few)
    few_count = asked(few)
    many = make_bundle(
        assessment,
        owner,
        clause="01.01.1-2",
        files={f"lab_report-{n}.csv": b"a\n1\n" for n in range(12)},
    )
    for n in range(1, 4):
        EvidenceUse.objects.create(
            bundle=many, assessment=assessment, clause_code=f"01.02.1-{n}", added_by=owner
        )
    last = many
    for n in range(2, 6):
        last = make_bundle(assessment, owner, revision=n, replaces=last)
    for _run in range(3):
        make_run(assessment, owner)
    assert few_too.replaces == few
    assert asked(many) == few_count <= 15


def test_another_hospital_s_bundle_is_not_found(assessment: Assessment, owner: User, client: Client) -> None:
    elsewhere = make_hospital("别处医院", parent=make_bureau("别省卫健委"))
    bundle = make_bundle(assessment, owner)
    EvidenceBundle.objects.filter(pk=bundle.pk).update(hospital=elsewhere)
    assert look(owner, bundle, assessment).status_code == 404


def test_the_desk_knows_every_file_of_a_large_package_although_it_shows_a_few(
    assessment: Assessment, owner: User
) -> None:
    names = [f"{n:02d}.csv" for n in range(40)]
    bundle = make_bundle(assessment, owner, files=dict.fromkeys(names, b"a\n1\n"))
    bundle.files.update(record="lab_report")
    bundle.files.filter(path="39.csv").update(record="registration")
    answer = signed_in(owner).get(reverse("verification", args=[assessment.public_id]))
    page = answer.context["page"]
    assert "registration" not in {one.record for one in page.wanted}
    assert "40个文件" in answer.content.decode()
    assert "另有20个文件" in answer.content.decode()
