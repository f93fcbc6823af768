"""The evidence page of one item: verdicts beside clauses, decisions, material, for staff and for a reviewer."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.models import Anchor, Assessment, EvidenceDecision
from hospitals.models import Membership, Organisation
from tests.factories.assessments import complete, make_assessment, make_member, submit
from tests.factories.browser import signed_in
from tests.factories.evidence import (
    hand_in_with,
    make_bundle,
    make_counts,
    make_picture,
    make_run,
    refuted,
    supported,
)

pytestmark = pytest.mark.django_db

Kind = EvidenceDecision.Kind


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    found = make_assessment(hospital, owner)
    complete(found, owner)
    return found


@pytest.fixture
def director(hospital: Organisation) -> User:
    return make_member(hospital, "director", Membership.Role.DIRECTOR)


@pytest.fixture
def reviewer(bureau: Organisation) -> User:
    return make_member(bureau, "reviewer", Membership.Role.REVIEWER)


def page_of(client: Client, assessment: Assessment, item: str = "01.01") -> Any:
    return client.get(reverse("verification-item", args=[assessment.public_id, item]))


def clause(answer: Any, code: str) -> Any:
    return next(c for level in answer.context["page"].levels for c in level.clauses if c.code == code)


def decide(client: Client, assessment: Assessment, **data: object) -> Any:
    address = reverse("decision-add", args=[assessment.public_id])
    return client.post(address, {"item": "01.01", "level": 3, "n": 1, **data}, follow=True)


def test_every_clause_says_what_was_claimed_and_what_the_checks_say(
    assessment: Assessment, owner: User
) -> None:
    make_run(assessment, owner, rules=[refuted("FC-01.01-6"), supported("FC-01.01-7")])
    answer = page_of(signed_in(owner), assessment)
    wrong, right = clause(answer, "01.01.3-1"), clause(answer, "01.01.3-3")
    assert (wrong.claimed, wrong.group) == ("met", "refuted")
    assert right.group == "supported"
    body = answer.content.decode()
    assert "10 / 100" in body
    assert reverse("verified-rule", args=[assessment.public_id, "FC-01.01-6"]) in body


def test_without_a_run_nothing_is_refuted_and_the_page_says_so(assessment: Assessment, owner: User) -> None:
    answer = page_of(signed_in(owner), assessment)
    assert "还没有核验过" in answer.content.decode()
    assert {c.group for level in answer.context["page"].levels for c in level.clauses} == {"not_verified"}


def test_an_unknown_item_is_not_found(assessment: Assessment, owner: User) -> None:
    assert page_of(signed_in(owner), assessment, "99.99").status_code == 404


def test_a_director_accepts_material_and_takes_it_back(
    assessment: Assessment, owner: User, director: User
) -> None:
    material = make_picture(assessment, owner, clause="01.01.3-1")
    client = signed_in(director)
    answer = decide(client, assessment, kind=Kind.ACCEPTED, attachment=material.public_id)
    assert "已记录结论" in answer.content.decode()
    assert [line.word for line in clause(answer, "01.01.3-1").decisions] == ["采信材料"]
    row = EvidenceDecision.objects.get()
    answer = client.post(reverse("decision-withdraw", args=[assessment.public_id, row.pk]), follow=True)
    assert clause(answer, "01.01.3-1").decisions == ()


def test_a_slip_in_the_form_is_said_on_the_page(assessment: Assessment, director: User) -> None:
    answer = decide(signed_in(director), assessment, kind=Kind.QUESTIONED)
    assert answer.status_code == 200
    assert "请写明理由" in answer.content.decode()


def test_nobody_accepts_what_he_uploaded_himself(assessment: Assessment, director: User) -> None:
    material = make_picture(assessment, director, clause="01.01.3-1")
    answer = decide(signed_in(director), assessment, kind=Kind.ACCEPTED, attachment=material.public_id)
    assert "不能采信自己上传的材料" in answer.content.decode()
    assert not EvidenceDecision.objects.exists()


def test_a_reviewer_reads_decides_on_site_and_opens_what_was_handed_in(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    before = make_picture(assessment, owner, clause="01.01.3-1")
    run = make_run(assessment, owner, rules=[refuted("FC-01.01-6")])
    submit(assessment, owner)
    hand_in_with(assessment, run)
    after = make_picture(assessment, owner, clause="01.01.3-1", original_name="后补.png")
    client = signed_in(reviewer)
    answer = page_of(client, assessment)
    assert [line.name for line in clause(answer, "01.01.3-1").materials] == ["截图.png"]
    address = reverse("attachment", args=[assessment.public_id, before.public_id])
    opened = client.get(address)
    assert b"".join(opened.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    refused = client.get(reverse("attachment", args=[assessment.public_id, after.public_id]))
    assert refused.status_code == 403
    assert "提交之后加的" in refused.content.decode()
    answer = decide(client, assessment, kind=Kind.ON_SITE, verdict="supported", reason="现场看过")
    assert clause(answer, "01.01.3-1").word == "supported"


def test_a_bureau_reads_no_small_denominators(assessment: Assessment, owner: User, reviewer: User) -> None:
    run = make_run(assessment, owner, rules=[supported("FC-01.01-6", 7, 9)])
    submit(assessment, owner)
    hand_in_with(assessment, run)
    inside = page_of(signed_in(owner), assessment).content.decode()
    outside = page_of(signed_in(reviewer), assessment).content.decode()
    assert "7 / 9" in inside
    assert "7 / 9" not in outside
    assert "少于10" in outside


def test_matching_data_are_confirmed_once_for_the_level(
    assessment: Assessment, owner: User, director: User
) -> None:
    client = signed_in(director)
    decide(client, assessment, kind=Kind.CONFIRMED, n="")
    decide(client, assessment, kind=Kind.FIGURE, n="")
    level = next(one for one in page_of(client, assessment).context["page"].levels if one.level == 3)
    assert {line.kind for line in level.decisions} == {Kind.CONFIRMED, Kind.FIGURE}


def test_a_picture_is_anchored_from_the_page(assessment: Assessment, owner: User) -> None:
    material = make_picture(assessment, owner, clause="01.01.3-1")
    answer = signed_in(owner).post(
        reverse("anchor-set", args=[assessment.public_id, material.public_id]),
        {"record": "lab_report", "key": "R-001", "shown_at": "2026-08-01T10:00"},
        follow=True,
    )
    assert "下一次核验会在数据中查" in answer.content.decode()
    assert Anchor.objects.get().key == "R-001"
    assert clause(answer, "01.01.3-1").materials[0].anchor.found == "not_checked"


def test_an_anchor_outside_the_window_or_of_a_used_picture_is_said(
    assessment: Assessment, owner: User
) -> None:
    first, second = (make_picture(assessment, owner, clause="01.01.3-1", sha256="7" * 64) for _n in (1, 2))
    client = signed_in(owner)
    address = reverse("anchor-set", args=[assessment.public_id, first.public_id])
    form = {"record": "lab_report", "key": "R-001", "shown_at": "2025-08-01T10:00"}
    first.delete()
    assert client.post(address, form).status_code == 404
    address = reverse("anchor-set", args=[assessment.public_id, second.public_id])
    assert "不在统计时段内" in client.post(address, form, follow=True).content.decode()
    make_picture(assessment, owner, clause="01.01.3-1", sha256="7" * 64, original_name="又一张.png")
    assert "又一张.png" in client.post(address, form, follow=True).content.decode()


def test_a_bundle_serves_a_second_place(assessment: Assessment, owner: User) -> None:
    bundle = make_bundle(assessment, owner)
    client = signed_in(owner)
    form = {"bundle": str(bundle.public_id), "clause": "01.01.3-1"}
    address = reverse("bundle-use", args=[assessment.public_id])
    assert "已使用证据包" in client.post(address, form, follow=True).content.decode()
    assert "已经用在这里" in client.post(address, form, follow=True).content.decode()
    assert clause(page_of(client, assessment), "01.01.3-1").bundles[0][0] == bundle.title


def test_the_page_stays_as_quick_with_much_evidence(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    make_run(assessment, owner, counts=make_counts("smart-service-2019", [refuted("FC-01.01-6")]))
    page_of(client, assessment)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert page_of(client, assessment).status_code == 200
        return len(queries)

    empty = asked()
    for n in range(6):
        make_picture(assessment, owner, clause=f"01.01.3-{n % 3 + 1}")
        make_bundle(assessment, owner, clause=f"01.01.3-{n % 3 + 1}")
        EvidenceDecision.objects.create(
            assessment=assessment, item_code="01.01", level=3, clause_n=1, kind=Kind.ACCEPTED, by=owner
        )
    assert asked() == empty <= 22


def test_the_page_is_english_for_who_reads_english(assessment: Assessment, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(language="en")
    make_run(assessment, owner, rules=[refuted("FC-01.01-6")])
    answer = page_of(signed_in(User.objects.get(pk=owner.pk)), assessment)
    assert "refuted" in answer.content.decode()
