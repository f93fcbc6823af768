"""Laying the demo: organisations, two years of the main hospital, a county hospital, a province's cycle."""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, ImageDraw

from accounts.models import User
from assessments.actions.assigning import assign_items
from assessments.actions.attaching import add_attachment
from assessments.actions.lifecycle import accept_assessment, submit_assessment
from assessments.actions.starting import start_assessment
from assessments.actions.talking import add_comment
from assessments.demo.answers import Drawn, reach
from assessments.demo.attested import HANDED_IN, hand_in_attestation
from assessments.demo.campaigns import NOT_ENTERED, OVERDUE, lay_campaign, let_the_first_batch_end, take_part
from assessments.demo.consortia import lay_consortia
from assessments.demo.facade import hand_in
from assessments.demo.ledger import lay_ledger
from assessments.demo.people import DEMO_PASSWORD, PEOPLE, Laid, lay_organisations
from assessments.demo.plans import lay_plan
from assessments.demo.reviews import lay_reviews, lay_schemes
from assessments.demo.weak_spots import everything_in_use, near_level_four, near_service_level_three
from assessments.models import Assessment, BaseFigure, Campaign, ItemAnswer, OverallAnswer
from assessments.queries.readiness import fingerprint_of
from engine.rubric.values import Rubric
from engine.scoring.formats import answers_to_json
from hospitals.models import Membership, Organisation
from rubrics.models import Edition
from rubrics.queries import get_rubric

EMR, SERVICE = "emr-2018", "smart-service-2019"
LAST_YEAR = (date(2025, 7, 1), date(2025, 9, 30))
THIS_YEAR = (date(2026, 7, 1), date(2026, 9, 30))
DUE = date(2026, 12, 18)
FACADE = 22  # number of the hospital whose data contradict its claims; signs in as demo-h22
TWINS = (5, 8)  # two hospitals that handed in the same figures
ALL_ONE = 13  # every ratio is 1.00
#: EMR level last year of some hospitals; number 29 gained two levels within the year
LAST_YEARS_LEVEL = {4: 2, 10: 3, 16: 2, 20: 3, 24: 3, 26: 4, 29: 3}
COUNTED_AT = datetime(2026, 10, 8, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))

#: role of the EMR standard -> department that answers it, in the main hospital
DEPARTMENT_OF_ROLE = {
    "01": "医务科", "02": "护理部", "03": "门诊部", "04": "放射科", "05": "检验科",
    "06": "麻醉手术科", "07": "药学部", "08": "病案室", "09": "信息科", "10": "信息科",
}  # fmt: skip


def lay_demo() -> bool:
    """Lay everything in one transaction, unless organisations exist already. True when it was laid."""
    if Organisation.objects.exists():
        return False
    with _no_collecting(), transaction.atomic():
        laid = lay_organisations()
        lay_consortia(laid)
        editions = {edition.key: edition for edition in Edition.objects.current()}
        cycle = lay_campaign(laid, editions, THIS_YEAR)
        _main_hospital(laid, editions, cycle)
        lay_schemes(laid, editions)
        _county_hospital(laid, editions, cycle)
        _province(laid, editions, cycle)
        let_the_first_batch_end(laid, cycle)
        lay_reviews(laid)
    return True


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Nearly all that is made here stays, or goes by itself: looking for rubbish in it again and again takes a tenth
    of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def sign_ins() -> list[str]:
    """Lines that name every demo sign-in, for the start command."""
    lines = [f"演示账号 / demo sign-ins (密码 / password: {DEMO_PASSWORD})"]
    lines += [f"  {person.username:18} {person.name}" for person in PEOPLE]
    lines.append(f"  {f'demo-h{FACADE:02d}':18} 门面医院质控负责人（演示，含数据核验）")
    return lines


def _main_hospital(laid: Laid, editions: dict[str, Edition], cycle: Campaign) -> None:
    lead, reviewer = laid.people["demo-quality"], laid.people["demo-reviewer"]
    hospital = laid.hospital
    emr, service = get_rubric(editions[EMR]), get_rubric(editions[SERVICE])
    for edition, rubric, level, title in (
        (editions[EMR], emr, 3, "2025年度电子病历自评"),
        (editions[SERVICE], service, 2, "2025年度智慧服务自评"),
    ):
        before = _assessment(hospital, lead, edition, title, LAST_YEAR, target=level + 1)
        _fill(
            before,
            rubric,
            reach(rubric, level, beds=1150, seed=f"last year {edition.key}"),
            lead,
            confirmed_up_to=level,
        )
        _submit(before, lead)
        accept_assessment(assessment=before, by=reviewer, reason="材料齐全")
    lay_plan(laid, before, lead)

    draft = _assessment(
        hospital, lead, editions[EMR], "2026年度电子病历自评", THIS_YEAR, target=4, due_on=DUE
    )
    take_part(cycle, draft, lead)
    _fill(draft, emr, near_level_four(emr, reach(emr, 4, beds=1200, seed="main")), lead, confirmed_up_to=3)
    _assign(draft, emr, laid)
    comment = "检查报告与申请单对不上，接口里申请单号丢失，请核对。"
    add_comment(
        by=lead,
        assessment=draft,
        text=comment,
        item="01.05",
        mentions=[str(laid.people["demo-engineer"].public_id)],
    )
    add_attachment(
        by=lead, assessment=draft, file=ContentFile(_picture("01.01.4-1"), name="demo.png"), name="01.01.4-1 医嘱送达执行科室（演示）.png",
        item="01.01", clause="01.01.4-1", caption="医嘱送达执行科室（演示图片）",
    )  # fmt: skip
    lay_ledger(laid, draft, _picture)

    draft = _assessment(
        hospital, lead, editions[SERVICE], "2026年度智慧服务自评", THIS_YEAR, target=3, due_on=DUE
    )
    drawn = reach(service, 3, beds=1200, seed="main")
    _fill(draft, service, near_service_level_three(service, drawn), lead, confirmed_up_to=0)


def _county_hospital(laid: Laid, editions: dict[str, Edition], cycle: Campaign) -> None:
    lead = laid.people["demo-county"]
    emr = get_rubric(editions[EMR])
    before = _assessment(laid.county, lead, editions[EMR], "2025年度电子病历自评", LAST_YEAR, target=3)
    _fill(before, emr, reach(emr, 2, beds=480, seed="county last year"), lead, confirmed_up_to=2)
    _submit(before, lead)
    now = _assessment(laid.county, lead, editions[EMR], "2026年度电子病历自评", THIS_YEAR, target=3)
    take_part(cycle, now, lead)
    _fill(now, emr, reach(emr, 3, beds=480, seed="county"), lead, confirmed_up_to=3)
    _submit(now, lead)


def _province(laid: Laid, editions: dict[str, Edition], cycle: Campaign) -> None:
    """The other hospitals: this year's EMR and service submissions; ``lay_reviews`` goes on from there."""
    emr, service = get_rubric(editions[EMR]), get_rubric(editions[SERVICE])
    for number, (hospital, level) in enumerate(laid.others, start=3):
        lead = User.objects.create(
            username=f"demo-h{number:02d}", name=f"{hospital.name}质控负责人（演示）", password=laid.password
        )
        Membership.objects.create(user=lead, organisation=hospital, role=Membership.Role.QUALITY_LEAD)
        beds = hospital.beds or 500
        if number in LAST_YEARS_LEVEL:
            before = LAST_YEARS_LEVEL[number]
            earlier = _assessment(
                hospital, lead, editions[EMR], "2025年度电子病历自评", LAST_YEAR, target=before + 1
            )
            drawn = reach(emr, before, beds=beds, seed=f"last year {hospital.name}")
            _fill(earlier, emr, drawn, lead, confirmed_up_to=before)
            _submit(earlier, lead)
        submitted = _assessment(
            hospital, lead, editions[EMR], "2026年度电子病历自评", THIS_YEAR, target=min(level + 1, 8)
        )
        take_part(cycle, submitted, lead)
        _fill(submitted, emr, _claimed(emr, number, level, hospital), lead, confirmed_up_to=level)
        if number in HANDED_IN:
            hand_in_attestation(submitted, lead, laid.people["demo-bureau"], number, COUNTED_AT.isoformat())
        _submit(submitted, lead)
        if number == FACADE:
            claimed = _assessment(
                hospital, lead, editions[EMR], "2026年度电子病历自评（含数据核验）", THIS_YEAR, target=5
            )
            _fill(claimed, emr, reach(emr, level, beds=beds, seed=hospital.name), lead, confirmed_up_to=level)
            if settings.DEMO_CHECKS:
                hand_in(claimed, lead, "facade", "门面医院演示数据")
        if number == NOT_ENTERED:
            continue
        served = max(1, min(4, level - 1 + number % 3 - 1))
        other = _assessment(
            hospital, lead, editions[SERVICE], "2026年度智慧服务自评", THIS_YEAR, target=min(served + 1, 5)
        )
        take_part(cycle, other, lead)
        _fill(
            other,
            service,
            reach(service, served, beds=beds, seed=hospital.name),
            lead,
            confirmed_up_to=served,
        )
        if number not in OVERDUE:
            _submit(other, lead)


def _assessment(
    hospital: Organisation,
    lead: User,
    edition: Edition,
    title: str,
    window: tuple[date, date],
    *,
    target: int,
    due_on: date | None = None,
) -> Assessment:
    return start_assessment(
        by=lead,
        hospital=hospital,
        edition=edition,
        title=title,
        target_level=target,
        window=window,
        due_on=due_on,
    )


def _claimed(rubric: Rubric, number: int, level: int, hospital: Organisation) -> Drawn:
    """What a hospital of the province claims this year, with what a bureau should notice planted in three of them."""
    if number in TWINS:
        return reach(rubric, level, beds=700, seed="twins")
    drawn = reach(rubric, level, beds=hospital.beds or 500, seed=hospital.name)
    return everything_in_use(drawn) if number == ALL_ONE else drawn


def _fill(assessment: Assessment, rubric: Rubric, drawn: Drawn, lead: User, *, confirmed_up_to: int) -> None:
    """Store drawn answers the way the questionnaire does: denominators live in the statistical basis."""
    document = answers_to_json(rubric, drawn.answers)
    at = assessment.created_at
    ItemAnswer.objects.bulk_create(
        ItemAnswer(
            assessment=assessment, item_code=code, clauses=entry.get("clauses", {}), numerators=entry.get("numerators", {}),
            in_use=entry.get("in_use"), data_quality=entry.get("data_quality", {}), version=1, updated_by=lead, updated_at=at,
        )
        for code, entry in document["items"].items()  # type: ignore[attr-defined]
    )  # fmt: skip
    BaseFigure.objects.bulk_create(
        BaseFigure(
            assessment=assessment, key=base.key, value=drawn.bases[base.key], version=1, updated_by=lead, updated_at=at,
            sql_text=f"SELECT COUNT(*) FROM {base.key} WHERE counted_on BETWEEN :window_from AND :window_to",
            database_name="集成平台数据中心（演示）", run_at=COUNTED_AT + timedelta(minutes=7 * n), owner="信息科（演示）",
        )
        for n, base in enumerate(rubric.statistical_bases)
    )  # fmt: skip
    OverallAnswer.objects.bulk_create(
        OverallAnswer(assessment=assessment, level=level.level, n=n, state="met", updated_by=lead)
        for level in rubric.levels
        if 0 < level.level <= confirmed_up_to
        for n in range(1, len(level.overall) + 1)
    )


def _submit(assessment: Assessment, lead: User) -> None:
    submit_assessment(by=lead, assessment=assessment, seen=fingerprint_of(assessment), accept_incomplete=True)


def _assign(assessment: Assessment, rubric: Rubric, laid: Laid) -> None:
    lead = laid.people["demo-quality"]
    departments = {department.name: department for department in laid.hospital.departments.all()}
    people = {
        "检验科": laid.people["demo-contributor"],
        "护理部": laid.people["demo-nurse"],
        "信息科": laid.people["demo-engineer"],
    }
    for number, role in enumerate(rubric.roles):
        name = DEPARTMENT_OF_ROLE[role.code]
        assign_items(
            by=lead, assessment=assessment, items=[item.code for item in rubric.items_of(role.code)],
            department=departments[name], person=people.get(name), due_on=date(2026, 11, 20) + timedelta(days=2 * number),
        )  # fmt: skip


def _picture(text: str) -> bytes:
    """A plain picture that says it is a demo; no screen of any real system."""
    image = Image.new("RGB", (960, 540), "#eef4f4")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 920, 110), fill="#0f766e")
    draw.text((60, 66), f"DEMO PICTURE  {text}", fill="white")
    for row in range(6):
        draw.rectangle((40, 150 + row * 60, 920, 195 + row * 60), outline="#94a3b8", width=2)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
