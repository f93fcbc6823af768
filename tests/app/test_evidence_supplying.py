"""Figures, absences, mappings and anchors: what people add to the data."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import User
from assessments.actions.anchoring import check_anchors, picture_hash, set_anchor
from assessments.actions.mapping import save_mapping
from assessments.actions.supplying import declare_absence, supply_figure, withdraw_absence
from assessments.models import Anchor, Assessment, EvidenceDecision, MappingVersion, SuppliedFigure
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import make_assessment, make_member, submit
from tests.factories.evidence import MAPPING, make_mapping, make_picture

pytestmark = pytest.mark.django_db
Found = Anchor.Found
RULE = "FC-01.01-1"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def screen(seed: int, size: tuple[int, int] = (640, 400), kind: str = "PNG") -> bytes:
    """A made-up screen: boxes of text-like strokes that differ with the seed."""
    picture = Image.new("RGB", (640, 400), "white")
    draw = ImageDraw.Draw(picture)
    for n in range(60):
        x, y = (n * 97 + seed * 131) % 600, (n * 53 + seed * 71) % 380
        draw.rectangle((x, y, x + 20 + (n * seed) % 60, y + 8), fill=(n * 4 % 200, seed * 40 % 200, 60))
    out = io.BytesIO()
    picture.resize(size).save(out, kind)
    return out.getvalue()


# -- figures and absences
def test_a_new_figure_supersedes_the_one_before(assessment: Assessment, owner: User) -> None:
    first = supply_figure(by=owner, assessment=assessment, rule=RULE, numerator=1, denominator=2)
    second = supply_figure(by=owner, assessment=assessment, rule=RULE, numerator=2, denominator=2)
    first.refresh_from_db()
    assert first.superseded_at is not None
    assert list(SuppliedFigure.objects.filter(superseded_at=None)) == [second]
    assert Event.objects.filter(verb="figure.supplied").count() == 2


@pytest.mark.parametrize(
    ("rule", "numerator", "denominator", "sentence"),
    [
        ("FC-99", 1, 2, "没有规则"),
        ("01.01.3-consistency-1", 1, 2, "没有规则"),
        (RULE, 3, 2, "应在0和分母2之间"),
        (RULE, -1, 2, "应在0和分母2之间"),
    ],
)
def test_a_figure_that_fits_no_rule_or_is_no_share_is_refused(
    assessment: Assessment, owner: User, rule: str, numerator: int, denominator: int, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        supply_figure(
            by=owner, assessment=assessment, rule=rule, numerator=numerator, denominator=denominator
        )


def test_proof_of_another_assessment_is_refused(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    other = make_assessment(hospital, owner, title="另一份")
    with pytest.raises(Refusal, match="证明材料不属于这份自评"):
        supply_figure(
            by=owner,
            assessment=assessment,
            rule=RULE,
            numerator=1,
            denominator=2,
            proof=make_picture(other, owner),
        )


def test_a_declared_absence_has_a_reason_and_can_be_taken_back(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    declare_absence(by=owner, assessment=assessment, record="blood_stock", reason="没有血库")
    declare_absence(by=owner, assessment=assessment, record="blood_stock", reason="没有输血科")
    assert assessment.declared_absences.get().reason == "没有输血科"
    for record, reason, sentence in (("blood_stock", " ", "请写明"), ("moon_dust", "没有", "没有这种数据")):
        with pytest.raises(Refusal, match=sentence):
            declare_absence(by=owner, assessment=assessment, record=record, reason=reason)
    with pytest.raises(Refusal, match="由本院质控负责人或信息工程师填写"):
        declare_absence(by=colleague, assessment=assessment, record="blood_stock", reason="没有")
    withdraw_absence(by=owner, assessment=assessment, record="blood_stock")
    with pytest.raises(Refusal, match="已经撤回"):
        withdraw_absence(by=owner, assessment=assessment, record="blood_stock")
    verbs = (
        Event.objects.filter(verb__startswith="absence.").order_by("sequence").values_list("verb", flat=True)
    )
    assert list(verbs) == ["absence.declared"] * 2 + ["absence.withdrawn"]


# -- mapping
def test_the_same_mapping_saved_twice_is_one_version(assessment: Assessment, owner: User) -> None:
    first = save_mapping(by=owner, assessment=assessment, text=MAPPING)
    assert save_mapping(by=owner, assessment=assessment, text=f"# 说明\n{MAPPING}", seen=0) == first
    assert Event.objects.get(verb="mapping.saved").facts["version"] == 1


def test_a_newer_mapping_of_a_colleague_is_not_overwritten(assessment: Assessment, owner: User) -> None:
    make_mapping(assessment.hospital, owner)
    changed = MAPPING.replace("LIS", "LIS2")
    with pytest.raises(Refusal, match="已保存了第1版映射"):
        save_mapping(by=owner, assessment=assessment, text=changed, seen=0)
    assert save_mapping(by=owner, assessment=assessment, text=changed, seen=1).version == 2


def test_a_mapping_that_cannot_be_read_is_refused_with_its_line(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    with pytest.raises(Refusal, match="第5行"):
        save_mapping(by=owner, assessment=assessment, text=MAPPING.replace("record: lab_report", "record: x"))
    with pytest.raises(Refusal, match="数据映射由"):
        save_mapping(by=colleague, assessment=assessment, text=MAPPING)
    assert not MappingVersion.objects.exists()


# -- anchors
def test_an_anchor_names_record_and_key_and_waits_for_the_data(assessment: Assessment, owner: User) -> None:
    picture = make_picture(assessment, owner, clause="01.01.3-1", content=screen(1))
    anchor = set_anchor(
        by=owner, attachment=picture, record="lab_report", key=" R-1 ", shown_at=at("2026-08-01T10:00")
    )
    assert (anchor.key, anchor.found, anchor.alike, len(anchor.picture_hash)) == (
        "R-1",
        Found.NOT_CHECKED,
        None,
        32,
    )
    facts = Event.objects.get(verb="anchor.set").facts
    assert facts["clause"] == "01.01.3-1"
    assert "key" not in facts


def test_a_picture_saved_again_smaller_and_in_another_format_is_known_as_the_same(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    earlier = make_assessment(hospital, owner, title="去年")
    first = make_picture(earlier, owner, content=screen(1))
    set_anchor(by=owner, attachment=first, record="lab_report", key="R-1")
    copy = make_picture(assessment, owner, content=screen(1, (320, 200), "JPEG"))
    other = make_picture(assessment, owner, content=screen(2))
    assert set_anchor(by=owner, attachment=copy, record="lab_report", key="R-2").alike == first
    assert set_anchor(by=owner, attachment=other, record="lab_report", key="R-3").alike is None


def test_plain_pictures_are_not_taken_for_each_other(assessment: Assessment, owner: User) -> None:
    for n in range(2):
        anchor = set_anchor(
            by=owner, attachment=make_picture(assessment, owner), record="lab_report", key=f"R-{n}"
        )
        assert anchor.alike is None


def test_a_screen_from_outside_the_window_is_flagged_at_once(assessment: Assessment, owner: User) -> None:
    picture = make_picture(assessment, owner, content=screen(1))
    anchor = set_anchor(
        by=owner, attachment=picture, record="lab_report", key="R", shown_at=at("2025-08-01T10:00")
    )
    assert anchor.found == Found.OUTSIDE


@pytest.mark.parametrize(
    ("moments", "shown", "found"),
    [
        (None, None, Found.NOT_CHECKED),
        ([], None, Found.ABSENT),
        ([None], None, Found.FOUND),
        ([None], "2026-08-01T10:00", Found.FOUND),
        ([datetime(2026, 8, 1, 9, 30)], "2026-08-01T10:00", Found.FOUND),
        ([datetime(2026, 8, 3, 9, 30)], "2026-08-01T10:00", Found.ABSENT),
        ([datetime(2026, 8, 1, 9, 30)], "2026-11-01T10:00", Found.OUTSIDE),
    ],
)
def test_the_data_decide_whether_the_record_on_the_screen_exists(
    assessment: Assessment,
    owner: User,
    moments: list[datetime | None] | None,
    shown: str | None,
    found: str,
) -> None:
    picture = make_picture(assessment, owner, content=screen(1))
    set_anchor(
        by=owner, attachment=picture, record="lab_report", key="R-1", shown_at=at(shown) if shown else None
    )
    asked: list[tuple[str, str]] = []

    def lookup(record: str, key: str) -> list[datetime | None] | None:
        asked.append((record, key))
        return moments

    looked_up = check_anchors(assessment, lookup)
    assert Anchor.objects.get().found == found
    assert looked_up == (found != Found.NOT_CHECKED)
    assert asked in ([("lab_report", "R-1")], [])


def test_an_anchor_that_cannot_be_is_refused(
    assessment: Assessment, owner: User, colleague: User, hospital: Organisation
) -> None:
    picture = make_picture(assessment, owner, content=screen(1))
    paper = make_picture(assessment, owner, content_type="application/pdf")
    good: dict[str, Any] = {"by": owner, "attachment": picture, "record": "lab_report", "key": "R-1"}
    for change, sentence in (
        ({"attachment": paper}, "只有图片"),
        ({"record": "moon_dust"}, "没有这种数据"),
        ({"key": " "}, "所示记录的编号"),
        ({"key": "x" * 121}, "所示记录的编号"),
        ({"by": colleague}, "由上传人、质控负责人或信息工程师"),
    ):
        with pytest.raises(Refusal, match=sentence):
            set_anchor(**{**good, **change})
    director = make_member(hospital, "director", Membership.Role.DIRECTOR)
    EvidenceDecision.objects.create(
        assessment=assessment,
        item_code="01.01",
        level=3,
        clause_n=1,
        kind=EvidenceDecision.Kind.ANCHORED,
        attachment=picture,
        by=director,
    )
    with pytest.raises(Refusal, match="已有结论采信了这个锚定"):
        set_anchor(**good)
    submit(assessment, owner)
    with pytest.raises(Refusal, match="不能再修改"):
        set_anchor(**good)


def test_a_broken_picture_has_no_hash_and_stops_nothing(assessment: Assessment, owner: User) -> None:
    broken = make_picture(assessment, owner, content=b"\x89PNG\r\n\x1a\nnoise")
    assert picture_hash(broken) == ""
    assert set_anchor(by=owner, attachment=broken, record="lab_report", key="R").alike is None
