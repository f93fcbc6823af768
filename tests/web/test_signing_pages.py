"""The page of signing and the statement: the same cost for many departments, the password again, both languages."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from docx import Document
from pypdf import PdfReader

from accounts.models import User
from assessments.actions.signing import approve, confirm_items, consolidate
from assessments.models import Assessment, Signature
from assessments.queries.signing.standing import standing_of
from hospitals.models import Department, Membership, Organisation
from tests.factories.assessments import complete, make_assessment
from tests.factories.browser import signed_in
from tests.factories.people import make_department, make_person

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    made = make_assessment(hospital, owner)
    complete(made, owner)
    return made


@pytest.fixture
def director(hospital: Organisation) -> User:
    return make_person(hospital, Role.DIRECTOR, "signing-director")


def ask_department(assessment: Assessment, place: int) -> tuple[Department, User]:
    department = make_department(assessment.hospital, f"示例科室甲{place}")
    code = assessment.item_answers.order_by("item_code")[place].item_code
    assessment.assignments.create(item_code=code, department=department)
    return department, make_person(assessment.hospital, Role.CONTRIBUTOR, department=department)


def sign(assessment: Assessment, department: Department, person: User) -> None:
    step = next(one for one in standing_of(assessment).departments if one.department == department)
    confirm_items(by=person, assessment=assessment, department=department, seen=step.digest)


def to(name: str, assessment: Assessment, *args: object) -> str:
    return reverse(name, args=[assessment.public_id, *args])


def cost(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_many_departments_cost_as_little_as_one(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    sign(assessment, *ask_department(assessment, 0))
    few = cost(client, to("signing", assessment))
    for place in range(1, 12):
        sign(assessment, *ask_department(assessment, place))
    assert cost(client, to("signing", assessment)) == few <= 30


def test_the_director_reads_what_is_signed_and_gives_the_password_again(
    assessment: Assessment, owner: User, director: User
) -> None:
    consolidate(by=owner, assessment=assessment, seen=standing_of(assessment).digest)
    client = signed_in(director)
    page = client.get(to("signing", assessment)).content.decode()
    assert "自评材料真实性承诺书" in page
    form = {"seen": standing_of(assessment).digest, "password": "something else"}
    refused = client.post(to("signing-approve", assessment), form)
    assert refused.status_code == 422
    assert "密码不正确" in refused.content.decode()
    assert not standing_of(assessment).complete
    done = client.post(
        to("signing-approve", assessment), {**form, "password": "signing-director-pass-phrase"}
    )
    assert done.status_code == 302
    assert standing_of(assessment).complete


def test_a_stale_page_is_told_which_clauses_changed_and_what_was_signed_is_void(
    assessment: Assessment, owner: User, director: User
) -> None:
    department, nurse = ask_department(assessment, 0)
    sign(assessment, department, nurse)
    client = signed_in(owner)
    shown = client.get(to("signing", assessment)).context["page"].lines[1]
    row = assessment.item_answers.order_by("item_code")[0]
    row.clauses[min(row.clauses)][0] = "partly"
    row.save()
    answer = client.post(to("signing-consolidate", assessment), {"seen": shown.seen, "prints": shown.prints})
    assert answer.status_code == 409
    assert f"{row.item_code}.1-1" in answer.content.decode()
    assert Signature.objects.get().voided_at is not None
    nonsense = client.post(to("signing-consolidate", assessment), {"seen": "", "prints": "[" * 20_000})
    assert nonsense.status_code == 409


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_statement_in_word_and_pdf_says_digest_names_and_level(
    assessment: Assessment, owner: User, director: User, language: str
) -> None:
    consolidate(by=owner, assessment=assessment, seen=standing_of(assessment).digest)
    approval = approve(by=director, assessment=assessment, seen=standing_of(assessment).digest)
    client = signed_in(owner)
    User.objects.filter(pk=owner.pk).update(language=language)
    with translation.override(language):
        title = gettext("自评材料真实性承诺书")
        word = Document(io.BytesIO(_get(client, to("statement", assessment, "docx"), language)))
        pdf = PdfReader(io.BytesIO(_get(client, to("statement", assessment, "pdf"), language)))
    cells = " ".join(cell.text for row in word.tables[0].rows for cell in row.cells)
    text = " ".join(one.text for one in word.paragraphs)
    paper = "".join(page.extract_text() for page in pdf.pages)
    assert title in text
    assert approval.digest in text
    assert director.get_full_name() in cells
    squeezed = "".join(paper.split())
    assert approval.digest in squeezed
    assert "".join(director.get_full_name().split()) in squeezed
    assert "代拟稿" not in text


def _get(client: Client, url: str, language: str) -> Any:
    answer = client.get(url, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content
