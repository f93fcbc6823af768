"""Organisations and sign-ins of the demo: a province, three cities, thirty hospitals, every role once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import User
from hospitals.actions.engaging import grant_engagement
from hospitals.models import Department, Membership, Organisation

DEMO_PASSWORD = "zhiping-demo"
Role = Membership.Role
Kind = Organisation.Kind


@dataclass(frozen=True)
class DemoPerson:
    username: str
    name: str
    role: Role
    place: str  # "hospital", "county", "bureau", "city", "consultancy"
    department: str = ""


PEOPLE = (
    DemoPerson("demo-quality", "质控负责人（演示）", Role.QUALITY_LEAD, "hospital", "质量管理科"),
    DemoPerson("demo-contributor", "检验科填报人（演示）", Role.CONTRIBUTOR, "hospital", "检验科"),
    DemoPerson("demo-nurse", "护理部填报人（演示）", Role.CONTRIBUTOR, "hospital", "护理部"),
    DemoPerson("demo-engineer", "信息工程师（演示）", Role.DATA_ENGINEER, "hospital", "信息科"),
    DemoPerson("demo-director", "院领导（演示）", Role.DIRECTOR, "hospital"),
    DemoPerson("demo-auditor", "审计员（演示）", Role.AUDITOR, "hospital"),
    DemoPerson("demo-security", "安全管理员（演示）", Role.SECURITY_ADMIN, "hospital"),
    DemoPerson("demo-county", "县医院质控负责人（演示）", Role.QUALITY_LEAD, "county"),
    DemoPerson("demo-bureau", "卫健委管理员（演示）", Role.BUREAU_MANAGER, "bureau"),
    DemoPerson("demo-reviewer", "评审专家（演示）", Role.REVIEWER, "bureau"),
    DemoPerson("demo-expert", "省级评审专家（演示）", Role.REVIEWER, "bureau"),
    DemoPerson("demo-city", "市卫健委管理员（演示）", Role.BUREAU_MANAGER, "city"),
    DemoPerson("demo-city-reviewer", "市级评审人（演示）", Role.REVIEWER, "city"),
    DemoPerson("demo-consultant", "咨询顾问（演示）", Role.CONSULTANT, "consultancy"),
    DemoPerson("demo-system", "系统管理员（演示）", Role.SYSTEM_ADMIN, "bureau"),
)

DEPARTMENTS = (
    ("质量管理科", "Quality management"),
    ("信息科", "Information department"),
    ("检验科", "Laboratory"),
    ("放射科", "Radiology"),
    ("药学部", "Pharmacy"),
    ("护理部", "Nursing"),
    ("医务科", "Medical affairs"),
    ("门诊部", "Outpatient department"),
    ("输血科", "Transfusion"),
    ("麻醉手术科", "Anaesthesia and surgery"),
    ("病案室", "Medical records"),
    ("康复治疗科", "Rehabilitation and treatment"),
)

#: EMR level of each further hospital: the shape of one published cycle of a province, scaled to thirty
LEVELS = (3,) * 19 + (4,) * 7 + (5,) + (6,)
CITIES = (
    ("示例甲市", "Example City A", "420100"),
    ("示例乙市", "Example City B", "420500"),
    ("示例丙市", "Example City C", "421000"),
)


@dataclass(frozen=True)
class Laid:
    """What was laid: the main hospital, the county hospital, and the others with their EMR level."""

    bureau: Organisation
    hospital: Organisation
    county: Organisation
    others: tuple[tuple[Organisation, int], ...]
    people: dict[str, User]
    password: str  # of everybody, as stored


def lay_organisations() -> Laid:
    bureau = Organisation.objects.create(
        kind=Kind.PROVINCE,
        name="示例省卫生健康委员会",
        name_en="Example Province Health Commission",
        region="420000",
    )
    cities = [
        Organisation.objects.create(
            kind=Kind.CITY,
            name=f"{zh}卫生健康委员会",
            name_en=f"{en} Health Commission",
            parent=bureau,
            region=region,
        )
        for zh, en, region in CITIES
    ]
    consultancy = Organisation.objects.create(
        kind=Kind.CONSULTANCY, name="示例咨询机构", name_en="Example Consultancy"
    )
    hospital = Organisation.objects.create(
        kind=Kind.HOSPITAL, name="示例市人民医院", name_en="Example City People's Hospital", parent=cities[0],
        region="420100", grade="3A", beds=1200, hospital_type="general",
    )  # fmt: skip
    county = Organisation.objects.create(
        kind=Kind.HOSPITAL, name="示例县人民医院", name_en="Example County People's Hospital", parent=cities[1],
        region="420500", grade="2A", beds=480, hospital_type="general",
    )  # fmt: skip
    others = []
    for number, level in enumerate(LEVELS, start=3):
        tertiary = level >= 4 or number % 2 == 0
        others.append(
            (
                Organisation.objects.create(
                    kind=Kind.HOSPITAL,
                    name=f"示例第{number:02d}医院",
                    name_en=f"Example Hospital No. {number:02d}",
                    parent=cities[number % 3],
                    region=CITIES[number % 3][2],
                    grade="3A" if level >= 4 else "3B" if tertiary else "2A",
                    beds=(520 + 35 * (number % 9)) * (2 if level >= 4 else 1),
                    hospital_type=(
                        "general",
                        "general",
                        "general",
                        "tcm",
                        "maternal",
                        "general",
                        "specialist",
                    )[number % 7],
                    ownership="private" if number % 11 == 0 else "public",
                ),
                level,
            )
        )
    places = {
        "hospital": hospital,
        "county": county,
        "bureau": bureau,
        "city": cities[0],
        "consultancy": consultancy,
    }
    password = make_password(DEMO_PASSWORD)  # dear by design: once for all
    people = {person.username: _person(person, places, password) for person in PEOPLE}
    for lead, client in (("demo-quality", hospital), ("demo-county", county)):
        grant_engagement(
            by=people[lead], hospital=client, consultancy=consultancy,
            ends_on=timezone.localdate() + timedelta(365), note="2026年度自评辅导（演示）",
        )  # fmt: skip
    return Laid(bureau, hospital, county, tuple(others), people, password)


def _person(person: DemoPerson, places: dict[str, Organisation], password: str) -> User:
    place = places[person.place]
    if place.kind == Kind.HOSPITAL and not place.departments.exists():
        Department.objects.bulk_create(
            Department(organisation=place, name=zh, name_en=en) for zh, en in DEPARTMENTS
        )
    user = User.objects.create(
        username=person.username,
        password=password,
        name=person.name,
        email=f"{person.username}@example.invalid",
    )
    Membership.objects.create(
        user=user,
        organisation=place,
        role=person.role,
        department=place.departments.filter(name=person.department).first() if person.department else None,
    )
    return user
