"""The pages of signing keys and attestations, for the hospital and for the bureau above it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment, Attestation, AttestationKey, VerificationRun
from engine.evidence.attestation import new_key
from hospitals.models import Membership, Organisation
from tests.factories.assessments import make_assessment, make_member
from tests.factories.browser import signed_in
from tests.factories.evidence import make_attestation, make_key, refuted, signed_attestation, supported

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_member(bureau, "manager", Membership.Role.BUREAU_MANAGER)


def keys(hospital: Organisation) -> str:
    return reverse("attestation-keys", args=[hospital.public_id])


def imports(hospital: Organisation) -> str:
    return reverse("attestation-import", args=[hospital.public_id])


def file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("attestation.json", content)


def test_a_bureau_registers_replaces_and_revokes(hospital: Organisation, manager: User) -> None:
    client = signed_in(manager)
    client.post(keys(hospital), {"pem": new_key()[1].decode(), "label": "第一把"})
    first = AttestationKey.objects.get()
    form = {"pem": new_key()[1].decode(), "label": "第二把", "replaces": str(first.pk)}
    page = client.post(keys(hospital), form, follow=True).context["page"]
    assert {(key.label, key.state) for key in page.keys} == {("第一把", "replaced"), ("第二把", "in_force")}
    second = AttestationKey.objects.get(label="第二把")
    revoke = reverse("attestation-key-revoke", args=[hospital.public_id, second.pk])
    body = client.post(revoke, {"reason": "服务器报废"}, follow=True).content.decode()
    assert "服务器报废" in body


def test_a_private_key_is_refused_and_never_sent_back(hospital: Organisation, manager: User) -> None:
    private = new_key()[0].decode()
    answer = signed_in(manager).post(keys(hospital), {"pem": private, "label": "错的"})
    body = answer.content.decode()
    assert (answer.status_code, "这是私钥" in body) == (422, True)
    assert private.splitlines()[1] not in body
    assert 'value="错的"' in body


def test_a_hospital_reads_its_keys_and_is_told_who_registers_them(
    hospital: Organisation, owner: User
) -> None:
    make_key(hospital, owner)
    body = signed_in(owner).get(keys(hospital)).content.decode()
    assert "由上级卫生健康行政部门的管理员登记" in body
    assert 'name="pem"' not in body


def test_an_import_ends_on_its_verdict_and_may_serve_an_assessment(
    hospital: Organisation, owner: User, assessment: Assessment
) -> None:
    private, public = new_key()
    make_key(hospital, owner, public)
    content = signed_attestation(assessment, private, [supported("FC-01.01-6"), refuted("FC-01.01-7")])
    form = {"attestation": file(content), "assessment": str(assessment.public_id)}
    answer = signed_in(owner).post(imports(hospital), form, follow=True)
    page = answer.context["page"]
    assert (page.line.verdict, page.line.run) == ("valid", 1)
    assert [(line.rule, line.status) for line in page.counts] == [
        ("FC-01.01-7", "refuted"),
        ("FC-01.01-6", "supported"),
    ]
    assert VerificationRun.objects.get().assessment == assessment


def test_small_denominators_are_not_shown_outside_the_hospital(
    hospital: Organisation, owner: User, manager: User, assessment: Assessment
) -> None:
    private, public = new_key()
    make_key(hospital, owner, public)
    content = signed_attestation(assessment, private, [supported("FC-01.01-6", 7, 9)])
    outside = signed_in(manager).post(imports(hospital), {"attestation": file(content)}, follow=True)
    row = Attestation.objects.get()
    inside = signed_in(owner).get(reverse("attestation", args=[hospital.public_id, row.public_id]))
    assert [line.counts for line in outside.context["page"].counts] == ["少于10"]
    assert [line.counts for line in inside.context["page"].counts] == ["7 / 9"]
    assert "7 / 9" not in outside.content.decode()


def test_a_bad_attestation_says_why_and_shows_no_counts(
    hospital: Organisation, owner: User, assessment: Assessment
) -> None:
    content = signed_attestation(assessment, new_key()[0], [supported("FC-01.01-6")])
    answer = signed_in(owner).post(imports(hospital), {"attestation": file(content)}, follow=True)
    assert "没有登记" in answer.content.decode()
    assert answer.context["page"].counts == ()


@pytest.mark.parametrize(
    ("form", "sentence"),
    [({}, "请选择核验证明文件"), ({"attestation": file(b"{}")}, "文件格式不是")],
)
def test_what_is_no_attestation_is_refused_on_the_page(
    hospital: Organisation, owner: User, form: dict[str, Any], sentence: str
) -> None:
    answer = signed_in(owner).post(imports(hospital), form)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_a_bureau_has_no_such_pages(bureau: Organisation, manager: User) -> None:
    client = signed_in(manager)
    assert client.get(keys(bureau)).status_code == 404
    assert client.get(imports(bureau)).status_code == 404


def test_the_list_asks_as_little_for_many(hospital: Organisation, owner: User) -> None:
    client = signed_in(owner)

    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    addresses = (keys(hospital), imports(hospital))
    empty = [asked(address) for address in addresses]
    for n in range(4):
        key = make_key(hospital, owner)
        make_attestation(hospital, owner, sha256=f"{n:064d}", key=key)
    assert [asked(address) for address in addresses] == pytest.approx(empty, abs=1)
    assert max(empty) <= 12


def test_the_organisation_page_leads_there_for_those_who_may(
    hospital: Organisation, owner: User, colleague: User
) -> None:
    place = reverse("organisation", args=[hospital.public_id])
    assert imports(hospital) in signed_in(owner).get(place).content.decode()
    assert imports(hospital) not in signed_in(colleague).get(place).content.decode()
