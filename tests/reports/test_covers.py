"""Own logo and lines on the cover of documents: who sets them, what becomes of the file, whose cover it is."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from accounts.models import User
from audit.models import Event
from hospitals.access import Role
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from reports.covers.actions import set_cover
from reports.covers.reading import issuer_of, own_cover
from reports.models import Cover
from reports.pdf import write_pdf
from tests.factories.people import make_consultancy, make_engagement, make_person

pytestmark = pytest.mark.django_db


def picture(
    width: int = 1800, height: int = 400, form: str = "PNG", name: str = "logo.png"
) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#006980").save(out, form)
    return SimpleUploadedFile(name, out.getvalue())


def fresh(user: User) -> User:
    """As in another request: memberships are read again."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def consultant(hospital: Organisation, owner: User) -> User:
    consultancy = make_consultancy("示例咨询机构")
    make_engagement(consultancy, hospital, owner)
    return make_person(consultancy, Role.CONSULTANT)


def test_a_consultancy_puts_its_logo_and_lines_on_what_it_makes_for_a_client(
    client: Client, consultant: User, hospital: Organisation
) -> None:
    consultancy = Organisation.objects.get(kind="consultancy")
    client.force_login(consultant)
    address = f"/organisations/{consultancy.public_id}/cover/"
    assert address in client.get(f"/organisations/{consultancy.public_id}/").content.decode()
    answer = client.post(
        address,
        {
            "title": "咨询评估报告",
            "title_en": "Advisory report",
            "contact": "示例路1号\n\n000-0000",
            "logo": picture(),
        },
    )
    assert answer.status_code == 302 and Event.objects.filter(verb="cover.changed").count() == 1
    logo = client.get(f"{address}logo/")
    assert logo["Content-Type"] == "image/png" and Image.open(io.BytesIO(logo.content)).size == (900, 200)
    made = own_cover(hospital, fresh(consultant))
    assert made is not None and (made.issuer, made.title) == ("示例咨询机构", "咨询评估报告")
    assert made.contact == ("示例路1号", "000-0000")
    with translation.override("en"):
        in_english = own_cover(hospital, fresh(consultant))
    assert in_english is not None and in_english.title == "Advisory report"
    paper = io.BytesIO()
    write_pdf(f'<h1>{made.title}</h1><img src="{made.logo}" alt="x">', paper, css="")
    assert b"/Image" in paper.getvalue()
    client.post(address, {"title": "咨询评估报告", "without_logo": "yes"})
    assert Cover.objects.get().logo is None


def test_a_document_carries_the_cover_of_its_makers_organisation(
    owner: User, hospital: Organisation, bureau: Organisation, consultant: User, stranger: User
) -> None:
    manager = make_person(bureau, Role.BUREAU_MANAGER)
    assert issuer_of(hospital, owner) == hospital
    assert issuer_of(hospital, manager) == bureau
    assert issuer_of(hospital, consultant) == Organisation.objects.get(kind="consultancy")
    assert issuer_of(hospital, stranger) is None
    set_cover(by=manager, organisation=bureau, texts={"title": "本省报告"}, contact="")
    assert own_cover(hospital, owner) is None, "the hospital's own paper stays as it was"
    hospital.engaged_consultancies.update(
        starts_on=timezone.localdate() - timedelta(days=9), ends_on=timezone.localdate() - timedelta(days=1)
    )
    assert issuer_of(hospital, fresh(consultant)) is None


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "SVG"),
        (SimpleUploadedFile("logo.png", b"\x89PNG\r\n\x1a\nbroken"), "损坏"),
        (picture(20, 20), "20×20"),
        (picture(form="GIF", name="logo.gif"), "PNG、JPEG或WebP"),
    ],
)
def test_a_file_that_is_no_sound_logo_is_refused(
    file: SimpleUploadedFile, why: str, owner: User, hospital: Organisation
) -> None:
    with pytest.raises(Refusal, match=why):
        set_cover(by=owner, organisation=hospital, texts={}, contact="", logo=file)
    assert not Cover.objects.exists()


def test_nothing_of_the_uploaded_file_but_the_picture_is_kept(owner: User, hospital: Organisation) -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 100), "red").save(out, "JPEG", comment=b"secret words of a camera")
    set_cover(
        by=owner,
        organisation=hospital,
        texts={},
        contact="",
        logo=SimpleUploadedFile("a.jpg", out.getvalue()),
    )
    kept = bytes(Cover.objects.get().logo or b"")
    assert kept.startswith(b"\x89PNG") and b"secret" not in kept


def test_people_who_do_not_lead_the_organisation_set_no_cover(
    colleague: User, hospital: Organisation
) -> None:
    with pytest.raises(Refusal, match="负责人"):
        set_cover(by=colleague, organisation=hospital, texts={"title": "甲"}, contact="")


def test_long_lines_and_many_lines_are_refused(owner: User, hospital: Organisation) -> None:
    for contact in ("行\n" * 5, "长" * 81):
        with pytest.raises(Refusal, match="联系方式"):
            set_cover(by=owner, organisation=hospital, texts={}, contact=contact)
