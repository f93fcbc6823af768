"""Screenshots: what is masked is gone from the pixels and from the disk, and what was read stays here."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from accounts.models import User
from assessments.actions import picturing
from assessments.actions.anchoring import set_anchor
from assessments.actions.attaching import add_attachment, remove_attachment
from assessments.models import Assessment, Attachment, PictureDraft
from assessments.pictures import reading
from assessments.pictures.drawing import burn
from assessments.pictures.looks import look_of, steps_between
from assessments.pictures.marks import read_marks
from assessments.pictures.proposing import propose
from assessments.queries.pictures import NEAR, near_pictures
from assessments.queries.proofs import read_materials
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import make_assessment, make_member
from tests.factories.files import HOSTILE
from tests.factories.screenshots import PATIENT, as_file, screen, with_metadata

ALONE = reading.ALONE
#: prints an empty answer only if every way out is shut
TRIES = """
import socket, sys
sys.path.insert(0, {folder!r})
import read_alone
read_alone.shut_network()
ways = [
    lambda: socket.create_connection(("127.0.0.1", {port})),
    lambda: socket.socket().connect(("127.0.0.1", {port})),
    lambda: socket.getaddrinfo("localhost", 80),
]
for way in ways:
    try:
        way()
    except OSError as refused:
        assert "no network" in str(refused)
    else:
        raise SystemExit(1)
print("[]")
"""
NOTHING: dict[str, Any] = {"crop": None, "boxes": [], "arrows": [], "numbers": [], "legend": []}
HERE = {"item": "01.01", "clause": "01.01.1-1"}


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """``with committed():`` what happens after the commit happens at the end of the block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture(autouse=True)
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader is slow and has its own test."""
    monkeypatch.setattr("assessments.picture_tasks.read_lines", lambda path: ())


def stored() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def draft_of(assessment: Assessment, by: User, content: bytes, **place: str) -> PictureDraft:
    return picturing.begin_draft(
        by=by, assessment=assessment, file=ContentFile(content), name="屏幕.png", **(place or HERE)
    )


def save(draft: PictureDraft, by: User, **marks: Any) -> Attachment:
    return picturing.save_picture(
        by=by, draft=draft, marks=NOTHING | marks, caption="医嘱录入", unmasked=True
    )


@pytest.mark.django_db
def test_what_was_masked_is_black_in_the_stored_file_and_nowhere_else_on_disk(
    assessment: Assessment, owner: User, committed: Any
) -> None:
    draft = draft_of(assessment, owner, with_metadata(screen()))
    original = stored()[0].read_bytes()
    with committed():
        kept = save(
            draft,
            owner,
            boxes=[{"x": 100.4, "y": 60, "width": 200, "height": 24}],
            arrows=[{"x1": 500, "y1": 300, "x2": 600, "y2": 350}],
            numbers=[{"x": 700, "y": 300}],
            legend=["点击保存"],
            crop={"x": 50, "y": 40, "width": 900, "height": 360},
        )
    (file,) = stored()
    content = file.read_bytes()
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size, picture.mode, picture.info) == ("PNG", (900, 360), "RGB", {})
        assert set(picture.crop((50, 20, 251, 44)).get_flattened_data()) == {(0, 0, 0)}
        assert len(set(picture.crop((440, 250, 570, 320)).get_flattened_data())) > 2  # the arrow
    assert b"ward-7" not in content
    assert content != original
    assert (kept.masked, kept.caption, kept.numbered) == (1, "医嘱录入", (("①", "点击保存"),))
    assert not PictureDraft.objects.exists()
    event = Event.objects.get(verb="picture.saved")
    assert (event.facts["boxes"], event.facts["arrows"], event.facts["numbers"]) == (1, 1, 1)
    with pytest.raises(Refusal, match="已经保存或放弃"):
        save(draft, owner)


@pytest.mark.django_db
def test_masking_a_stored_picture_destroys_its_bytes_and_keeps_its_fingerprint_and_place(
    assessment: Assessment, owner: User, committed: Any
) -> None:
    old, other = (
        add_attachment(
            by=owner, assessment=assessment, file=ContentFile(as_file(screen(shift=n))), name="a.png", **HERE
        )
        for n in (0, 60)
    )
    before = Path(old.file.path)
    anchor = set_anchor(by=owner, attachment=old, record="order", key="A-1")
    draft = picturing.reopen_picture(by=owner, attachment=old)
    assert picturing.reopen_picture(by=owner, attachment=old) == draft
    with committed():
        new = save(draft, owner, boxes=[{"x": 0, "y": 50, "width": 900, "height": 100}])
    old.refresh_from_db()
    assert old.removed_at is not None
    assert (old.discarded_at, str(old.file)) == (old.removed_at, "")
    assert not before.exists()
    anchor.refresh_from_db()
    assert anchor.attachment == new  # it shows the same record as before
    assert len(stored()) == 2
    facts = Event.objects.get(verb="picture.saved").facts
    assert (facts["replaced"], facts["destroyed"]) == (str(old.public_id), old.sha256)
    assert list(read_materials(assessment).files["01.01.1-1"]) == [new, other]
    again = save(
        picturing.reopen_picture(by=owner, attachment=new), owner, numbers=[{"x": 5, "y": 5}], legend=["一"]
    )
    assert again.masked == 1  # still says what was burned in before


@pytest.mark.django_db
def test_a_draft_is_gone_when_given_up_and_after_a_day(
    assessment: Assessment, owner: User, committed: Any
) -> None:
    with committed():
        picturing.give_up_draft(by=owner, draft=draft_of(assessment, owner, as_file(screen())))
    assert stored() == []
    old = draft_of(assessment, owner, as_file(screen()))
    fresh = draft_of(assessment, owner, as_file(screen(shift=9)))
    PictureDraft.objects.filter(pk=old.pk).update(made_at=timezone.now() - timedelta(hours=25))
    assert list(PictureDraft.objects.of_person(owner)) == [fresh]
    with committed():
        assert picturing.forget_drafts(now=timezone.now()) == 1
    assert [str(path) for path in stored()] == [fresh.file.path]
    PictureDraft.objects.all().delete()  # as if a worker had died between row and file
    picturing.forget_drafts(now=timezone.now() + timedelta(hours=2))
    assert stored() == []


@pytest.mark.django_db
def test_only_sound_screens_become_drafts(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    for content, sentence in (
        (HOSTILE["a picture cut in half"][1], "没有保存"),
        (as_file(screen(), "GIF"), "PNG、JPEG或WebP"),
        (b"%PDF-1.7\n", "没有保存"),
    ):
        with pytest.raises(Refusal, match=sentence):
            picturing.begin_draft(by=owner, assessment=assessment, file=ContentFile(content), name="", **HERE)
    colleague = make_member(hospital, "another", Membership.Role.CONTRIBUTOR)
    with pytest.raises(Refusal, match="没有分配给您"):
        draft_of(assessment, colleague, as_file(screen()))
    assert stored() == []


@pytest.mark.django_db
def test_a_turned_photograph_is_kept_upright(assessment: Assessment, owner: User) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    draft = draft_of(assessment, owner, as_file(screen(), "JPEG", exif=exif))
    assert (draft.width, draft.height) == (420, 1000)
    with Image.open(draft.file.path) as picture:
        assert (picture.size, dict(picture.getexif())) == ((420, 1000), {})


@pytest.mark.django_db
def test_proposals_that_nobody_answered_are_asked_about_once(assessment: Assessment, owner: User) -> None:
    draft = draft_of(assessment, owner, as_file(screen()))
    box = {"kind": "name", "x": 1, "y": 1, "width": 9, "height": 9}
    draft.proposals = [box]
    with pytest.raises(Refusal, match="仍有1处建议未处理"):
        picturing.save_picture(by=owner, draft=draft, marks=NOTHING, caption="")
    assert save(draft, owner).masked == 0


@pytest.mark.parametrize(
    ("marks", "sentence"),
    [
        ([], "无法识别"),
        (NOTHING | {"script": 1}, "无法识别"),
        (NOTHING | {"boxes": [{"x": "1", "y": 1, "width": 1, "height": 1}]}, "遮盖框的位置无法识别"),
        (NOTHING | {"boxes": [{"x": float("nan"), "y": 1, "width": 1, "height": 1}]}, "位置无法识别"),
        (NOTHING | {"boxes": [{"x": 300, "y": 1, "width": 10, "height": 10}]}, "在图片之外"),
        (NOTHING | {"boxes": [{"x": 50, "y": 1, "width": -10, "height": 10}]}, "没有大小"),
        (NOTHING | {"boxes": [{"x": 1, "y": 1, "width": 1, "height": 1}] * 301}, "最多300个"),
        (NOTHING | {"arrows": [{"x1": 1, "y1": 1, "x2": 1, "y2": 1}]}, "箭头"),
        (NOTHING | {"arrows": [{"x1": 1, "y1": 1, "x2": 1e300, "y2": 1}]}, "箭头"),
        (NOTHING | {"numbers": [{"x": 1, "y": 1}]}, "条数不一致"),
        (NOTHING | {"numbers": [{"x": 1, "y": 101}], "legend": ["一"]}, "标号在图片之外"),
        (NOTHING | {"crop": {"x": 0, "y": 0, "width": 5, "height": 5}}, "太小"),
        (NOTHING | {"crop": 7}, "裁剪框"),
    ],
)
def test_marks_that_cannot_be_are_refused_in_one_sentence(marks: Any, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        read_marks(marks, width=200, height=100)


def _spans(most: int) -> st.SearchStrategy[tuple[float, float]]:
    return st.tuples(st.floats(-20, most - 1), st.floats(1, most + 40)).filter(
        lambda one: one[0] + one[1] > 1
    )


@given(st.lists(st.tuples(_spans(160), _spans(90)), max_size=5), _spans(160), _spans(90))
@hypothesis_settings(max_examples=60, deadline=None)
def test_every_pixel_under_a_box_is_black_and_every_other_is_as_it_was(
    boxes: list[tuple[tuple[float, float], tuple[float, float]]],
    across: tuple[float, float],
    down: tuple[float, float],
) -> None:
    ground = Image.effect_noise((160, 90), 90).convert("RGB").point(lambda value: max(value, 3))
    given_boxes = [{"x": x, "y": y, "width": w, "height": h} for (x, w), (y, h) in boxes]
    crop = {"x": across[0], "y": down[0], "width": max(across[1], 70), "height": max(down[1], 70)}
    try:
        marks = read_marks(NOTHING | {"boxes": given_boxes, "crop": crop}, width=160, height=90)
    except Refusal as refused:
        assert "太小" in str(refused)
        return
    new = burn(ground, marks)
    left, top = max(0, int(crop["x"] // 1)), max(0, int(crop["y"] // 1))
    for y in range(new.height):
        for x in range(new.width):
            inside = any(
                one["x"] - 1 < x + left < one["x"] + one["width"]
                and one["y"] - 1 < y + top < one["y"] + one["height"]
                for one in given_boxes
            )
            expected = (0, 0, 0) if inside else ground.getpixel((x + left, y + top))
            assert new.getpixel((x, y)) == expected


@pytest.fixture(scope="module")
def lines_read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[reading.Line, ...]]:
    file = tmp_path_factory.mktemp("read") / "screen.png"
    screen().save(file)
    yield reading.read_lines(file)


def test_names_and_numbers_of_patients_are_proposed_and_nothing_harmless(
    lines_read: tuple[reading.Line, ...],
) -> None:
    found = propose(lines_read, width=1000, height=420)
    assert sorted(one.kind for one in found) == ["name", "number", "phone", "resident_id"]
    (_x, name_y), (_, number_y) = PATIENT[0][0], PATIENT[1][0]
    by_kind = {one.kind: one for one in found}
    name, identity = by_kind["name"], by_kind["resident_id"]
    assert 60 <= name.x <= 90  # after 姓名：, not over it
    assert name.x + name.width < 200  # and not over 性别
    assert name_y <= name.y + name.height / 2 <= name_y + 30
    assert 95 <= identity.x <= 130
    assert identity.x + identity.width > 300
    assert abs(identity.y + identity.height / 2 - (number_y + 14)) < 10


def test_the_reader_cannot_reach_the_network_and_a_broken_one_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = tmp_path / "tries.py"
    monkeypatch.setattr(reading, "ALONE", tries)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        tries.write_text(TRIES.format(folder=str(ALONE.parent), port=listening.getsockname()[1]))
        assert reading.read_lines(tmp_path / "any.png") == ()
    tries.write_text("raise SystemExit(1)")
    with pytest.raises(reading.NotRead):
        reading.read_lines(tmp_path / "any.png")


@pytest.mark.django_db
def test_a_failed_reading_is_said_and_the_draft_stays_usable(
    assessment: Assessment, owner: User, monkeypatch: pytest.MonkeyPatch, committed: Any
) -> None:
    def broken(path: Path) -> None:
        raise reading.NotRead("TimeoutExpired")

    monkeypatch.setattr("assessments.picture_tasks.read_lines", broken)
    with committed():
        draft = draft_of(assessment, owner, as_file(screen()))
    draft.refresh_from_db()
    assert draft.reading == PictureDraft.Reading.FAILED
    save(draft, owner)


@pytest.mark.django_db
def test_a_nearly_equal_screen_is_named_and_another_one_is_not(assessment: Assessment, owner: User) -> None:
    kept = add_attachment(
        by=owner, assessment=assessment, file=ContentFile(as_file(screen())), name="医嘱.png", **HERE
    )
    smaller = screen().resize((800, 336))
    (found,) = near_pictures(assessment, look_of(smaller))
    assert (found.place, found.name) == ("01.01.1-1", "医嘱.png")
    other = Image.linear_gradient("L").resize((1000, 420)).rotate(90, expand=True)
    assert steps_between(kept.look, look_of(other)) > NEAR
    assert near_pictures(assessment, look_of(other)) == ()
    assert near_pictures(assessment, look_of(Image.new("RGB", (90, 90)))) == ()
    remove_attachment(by=owner, attachment=kept)
    assert near_pictures(assessment, look_of(smaller)) == ()


@pytest.mark.django_db
def test_pictures_stored_without_a_look_get_one(assessment: Assessment, owner: User) -> None:
    kept = add_attachment(
        by=owner, assessment=assessment, file=ContentFile(as_file(screen())), name="a.png", **HERE
    )
    Attachment.objects.update(look="")
    assert picturing.catch_up_looks() == 1
    assert picturing.catch_up_looks() == 0
    assert Attachment.objects.get().look == kept.look


@pytest.mark.django_db
def test_files_are_put_in_order_and_the_compendium_follows(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    files = [
        add_attachment(
            by=owner,
            assessment=assessment,
            file=ContentFile(as_file(screen(shift=7 * n))),
            name=f"{n}.png",
            **HERE,
        )
        for n in range(3)
    ]
    Attachment.objects.update(position=0)  # as everything was before there was an order
    picturing.move_attachment(by=owner, attachment=files[2], up=True)
    picturing.move_attachment(by=owner, attachment=files[0], up=True)  # the first: nothing happens
    order = [row.original_name for row in read_materials(assessment).files["01.01.1-1"]]
    assert order == ["0.png", "2.png", "1.png"]
    assert Event.objects.filter(verb="attachment.moved").count() == 1
    director = make_member(hospital, "director", Membership.Role.DIRECTOR)
    with pytest.raises(Refusal):
        picturing.move_attachment(by=director, attachment=files[0], up=False)
