"""Signing keys and attestations: registered, rotated, revoked; taken in with the right verdict."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from assessments.actions.attesting import receive_attestation, register_key, revoke_key
from assessments.models import Assessment, Attestation, AttestationKey, VerificationRun
from audit.models import Event
from engine.evidence.attestation import new_key
from engine.evidence.findings_json import counts_from_json
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import make_assessment, make_member, submit
from tests.factories.evidence import refuted, signed_attestation, supported
from tests.factories.people import forget_memberships

pytestmark = pytest.mark.django_db
Verdict = Attestation.Verdict


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_member(bureau, "manager", Membership.Role.BUREAU_MANAGER)


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


@pytest.fixture
def pair() -> tuple[bytes, str]:
    private, public = new_key()
    return private, public.decode()


@pytest.fixture
def key(manager: User, hospital: Organisation, pair: tuple[bytes, str]) -> AttestationKey:
    return register_key(by=manager, hospital=hospital, pem=pair[1], label="信息科")


def signed(assessment: Assessment, private: bytes, **changes: Any) -> bytes:
    """An attestation over two hand-made counts."""
    return signed_attestation(
        assessment, private, [supported("FC-01.01-6"), refuted("FC-01.01-7")], **changes
    )


def refused(action: Any, sentence: str, **arguments: Any) -> None:
    with pytest.raises(Refusal, match=sentence):
        action(**arguments)


def test_a_key_is_registered_once_by_the_bureau_above(
    manager: User, owner: User, hospital: Organisation, pair: tuple[bytes, str], key: AttestationKey
) -> None:
    assert Event.objects.filter(verb="key.registered", facts__fingerprint=key.fingerprint).exists()
    refused(register_key, "不能重复登记", by=manager, hospital=hospital, pem=pair[1])
    refused(register_key, "由上级卫生健康行政部门", by=owner, hospital=hospital, pem=pair[1])


def test_what_is_no_public_key_is_refused(
    manager: User, hospital: Organisation, bureau: Organisation, pair: tuple[bytes, str]
) -> None:
    refused(register_key, "这是私钥", by=manager, hospital=hospital, pem=pair[0].decode())
    refused(register_key, "不是PEM", by=manager, hospital=hospital, pem="hello")
    city = Organisation.objects.create(kind="city", parent=bureau, name="示例市卫生健康委员会")
    refused(register_key, "只为医院登记", by=manager, hospital=city, pem=pair[1])


def test_a_valid_attestation_becomes_a_finished_run_of_the_assessment(
    assessment: Assessment, owner: User, hospital: Organisation, pair: tuple[bytes, str], key: AttestationKey
) -> None:
    received = receive_attestation(
        by=owner, hospital=hospital, content=signed(assessment, pair[0]), assessment=assessment
    )
    assert (received.verdict, received.key) == (Verdict.VALID, key)
    run = VerificationRun.objects.get()
    assert received.run == run
    assert (run.state, run.number) == (VerificationRun.State.DONE, 1)
    counted = counts_from_json(run.counts).rules
    assert (counted["FC-01.01-6"].numerator, counted["FC-01.01-7"].denominator) == (98, 100)
    assert Event.objects.filter(verb="attestation.received", facts__verdict="valid").exists()


def test_the_same_attestation_comes_in_once(
    assessment: Assessment, owner: User, hospital: Organisation, pair: tuple[bytes, str], key: AttestationKey
) -> None:
    content = signed(assessment, pair[0])
    receive_attestation(by=owner, hospital=hospital, content=content)
    refused(receive_attestation, "已经导入过", by=owner, hospital=hospital, content=content)


@pytest.mark.parametrize(
    "field", ["window", "rows", "mapping_hash", "made_at", "findings", "inputs", "edition"]
)
def test_a_changed_field_is_noticed(
    field: str,
    assessment: Assessment,
    owner: User,
    hospital: Organisation,
    pair: tuple[bytes, str],
    key: AttestationKey,
) -> None:
    document = json.loads(signed(assessment, pair[0]))
    document["body"][field] = "changed"
    received = receive_attestation(by=owner, hospital=hospital, content=json.dumps(document).encode())
    assert received.verdict == Verdict.ALTERED
    assert received.run is None


def test_figures_that_do_not_follow_from_the_counts_are_noticed_although_signed(
    assessment: Assessment, owner: User, hospital: Organisation, pair: tuple[bytes, str], key: AttestationKey
) -> None:
    content = signed(assessment, pair[0], rows={"lab_report": 999_999})
    received = receive_attestation(by=owner, hospital=hospital, content=content, assessment=assessment)
    assert received.verdict == Verdict.ARITHMETIC
    assert "rows" in received.detail["zh"]
    assert not VerificationRun.objects.exists()


def test_an_unknown_key_and_the_key_of_another_hospital_prove_nothing(
    assessment: Assessment,
    owner: User,
    manager: User,
    hospital: Organisation,
    bureau: Organisation,
    pair: tuple[bytes, str],
) -> None:
    received = receive_attestation(by=owner, hospital=hospital, content=signed(assessment, pair[0]))
    assert received.verdict == Verdict.UNKNOWN_KEY
    other = Organisation.objects.create(kind="hospital", parent=bureau, name="示例县医院", grade="2A")
    register_key(by=manager, hospital=other, pem=pair[1])
    received = receive_attestation(by=owner, hospital=hospital, content=signed(assessment, pair[0]))
    assert received.verdict == Verdict.UNKNOWN_KEY
    assert "另一家医院" in received.detail["zh"]


def test_a_revoked_key_counts_no_more(
    assessment: Assessment,
    owner: User,
    manager: User,
    hospital: Organisation,
    pair: tuple[bytes, str],
    key: AttestationKey,
) -> None:
    refused(revoke_key, "写明吊销的原因", by=manager, key=key, reason=" ")
    revoke_key(by=manager, key=key, reason="服务器被盗")
    refused(revoke_key, "已经吊销", by=manager, key=key, reason="再一次")
    received = receive_attestation(by=owner, hospital=hospital, content=signed(assessment, pair[0]))
    assert received.verdict == Verdict.REVOKED_KEY
    assert "服务器被盗" in received.detail["zh"]


def test_a_replaced_key_vouches_for_what_was_made_before(
    assessment: Assessment,
    owner: User,
    manager: User,
    hospital: Organisation,
    pair: tuple[bytes, str],
    key: AttestationKey,
) -> None:
    _private, public = new_key()
    newer = register_key(by=manager, hospital=hospital, pem=public.decode(), replaces=key)
    assert Event.objects.filter(verb="key.rotated", facts__replaced=key.fingerprint).exists()
    before = (newer.registered_at - timedelta(days=1)).isoformat()
    received = receive_attestation(
        by=owner, hospital=hospital, content=signed(assessment, pair[0], made_at=before)
    )
    assert received.verdict == Verdict.VALID
    received = receive_attestation(by=owner, hospital=hospital, content=signed(assessment, pair[0]))
    assert received.verdict == Verdict.REVOKED_KEY
    _other, third = new_key()
    refused(register_key, "已被更换或吊销", by=manager, hospital=hospital, pem=third.decode(), replaces=key)


def test_an_attestation_of_another_window_or_standard_does_not_enter_the_assessment(
    owner: User,
    hospital: Organisation,
    assessment: Assessment,
    pair: tuple[bytes, str],
    key: AttestationKey,
) -> None:
    content = signed(assessment, pair[0])
    emr = make_assessment(hospital, owner, edition="emr-2018", title="电子病历")
    refused(
        receive_attestation, "不是同一个标准", by=owner, hospital=hospital, content=content, assessment=emr
    )
    Assessment.objects.filter(pk=assessment.pk).update(window_from="2026-06-01")
    assessment.refresh_from_db()
    refused(
        receive_attestation,
        "统计时段是2026-07-01至2026-09-30",
        by=owner,
        hospital=hospital,
        content=content,
        assessment=assessment,
    )
    assert not Attestation.objects.exists()


def test_what_is_no_attestation_is_refused(owner: User, hospital: Organisation) -> None:
    refused(receive_attestation, "不是核验证明文件", by=owner, hospital=hospital, content=b"\xff\x00")
    refused(receive_attestation, "格式不是", by=owner, hospital=hospital, content=b'{"format": "x"}')


def test_acceptance_a_hospital_wrote_itself_does_not_count(
    assessment: Assessment, owner: User, hospital: Organisation, pair: tuple[bytes, str], key: AttestationKey
) -> None:
    typed = replace(supported("FC-01.01-6"), supplied=True, accepted=True, splits=())
    content = signed_attestation(assessment, pair[0], [typed])
    received = receive_attestation(by=owner, hospital=hospital, content=content, assessment=assessment)
    assert received.run is not None
    assert not counts_from_json(received.run.counts).rules["FC-01.01-6"].accepted


def test_nobody_else_hands_in_or_takes_in(
    assessment: Assessment,
    owner: User,
    manager: User,
    colleague: User,
    hospital: Organisation,
    pair: tuple[bytes, str],
    key: AttestationKey,
) -> None:
    content = signed(assessment, pair[0])
    refused(receive_attestation, "由本院质控负责人或上级", by=colleague, hospital=hospital, content=content)
    refused(
        receive_attestation,
        "由本院质控负责人用于自评",
        by=manager,
        hospital=hospital,
        content=content,
        assessment=assessment,
    )
    submit(assessment, owner)
    forget_memberships(owner)
    refused(
        receive_attestation, "不能再修改", by=owner, hospital=hospital, content=content, assessment=assessment
    )
    assert receive_attestation(by=manager, hospital=hospital, content=content).verdict == Verdict.VALID
