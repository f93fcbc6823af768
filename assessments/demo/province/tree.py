"""The bureaus, hospitals and consortia of a made-up province, and its cycle of the newest year."""

from __future__ import annotations

from datetime import date
from random import Random

from accounts.models import User
from assessments.models import Campaign, CampaignTarget, Participation
from hospitals.models import Consortium, ConsortiumMember, Organisation
from rubrics.models import Edition

HOSPITALS_PER_CITY = 180
GRADES = (("3A", 16), ("3B", 14), ("2A", 45), ("2B", 25))
TYPES = (("general", 58), ("tcm", 16), ("maternal", 14), ("specialist", 12))
#: rubric -> grade -> level: what a bureau usually asks for
TARGETS = {
    "emr-2018": {"3A": 5, "3B": 4, "2A": 3, "2B": 3},
    "smart-service-2019": {"3A": 3, "3B": 3, "2A": 2, "2B": 2},
}
MEMBERS = (4, 9)  # of a consortium


def plant(count: int, seed: int, random: Random) -> tuple[Organisation, list[Organisation]]:
    """The bureau and its hospitals, each beneath a city."""
    bureau = Organisation.objects.create(
        kind="province",
        name=f"示例省{seed}卫生健康委员会",
        name_en=f"Example Province {seed}",
        region="420000",
    )
    cities = [
        Organisation.objects.create(
            kind="city",
            name=f"示例{n}市卫生健康委员会",
            name_en=f"Example City {n}",
            parent=bureau,
            region=f"42{n:02d}00",
        )
        for n in range(1, max(2, count // HOSPITALS_PER_CITY + 1))
    ]
    made = []
    for number, grade in enumerate(_dealt(GRADES, count, random), start=1):
        city = random.choice(cities)
        beds = int(random.gauss(1300, 500)) if grade[0] == "3" else int(random.gauss(420, 160))
        made.append(
            Organisation(
                kind="hospital", name=f"示例第{number:04d}医院", name_en=f"Example Hospital {number:04d}", parent=city,
                region=city.region, grade=grade, hospital_type=drawn(TYPES, random), beds=max(60, beds),
                ownership="private" if random.random() < 0.12 else "public", path=f"~{bureau.pk}/{number}",
            )
        )  # fmt: skip
    Organisation.objects.bulk_create(made, batch_size=500)
    for one in made:
        assert one.parent is not None
        one.path = f"{one.parent.path}{one.pk}/"
    Organisation.objects.bulk_update(made, ["path"], batch_size=500)
    return bureau, made


def join(bureau: Organisation, hospitals: list[Organisation], random: Random) -> None:
    """A consortium around two in three of the best tertiary hospitals, with secondary ones of the same city."""
    free: dict[int | None, list[Organisation]] = {}
    for one in hospitals:
        if one.grade[0] == "2":
            free.setdefault(one.parent_id, []).append(one)
    for lead in hospitals:
        near = free.get(lead.parent_id, [])
        if lead.grade != "3A" or len(near) < MEMBERS[0] or random.random() > 0.66:
            continue
        made = Consortium.objects.create(
            bureau=bureau, lead=lead, name=f"{lead.name}医联体", name_en=f"Consortium of {lead.name_en}"
        )
        members = [near.pop() for _n in range(min(len(near), random.randint(*MEMBERS)))]
        ConsortiumMember.objects.bulk_create(
            ConsortiumMember(consortium=made, hospital=one) for one in (lead, *members)
        )


def start_cycle(bureau: Organisation, hospitals: list[Organisation], year: int, by: User) -> None:
    """The cycle of the newest year: every hospital is invited, and every grade has its target."""
    cycle = Campaign.objects.create(
        bureau=bureau, title=f"{year}年度全省评价", year=year, state=Campaign.State.OPEN, opens_on=date(year, 9, 1),
        closes_on=date(year, 11, 30), created_by=by,
    )  # fmt: skip
    for key, levels in TARGETS.items():
        edition = Edition.objects.current().get(key=key)
        cycle.rubrics.create(edition=edition, window_from=date(year, 7, 1), window_to=date(year, 9, 30))
        CampaignTarget.objects.bulk_create(
            CampaignTarget(campaign=cycle, edition=edition, grade=grade, level=level)
            for grade, level in levels.items()
        )
    Participation.objects.bulk_create(
        (Participation(campaign=cycle, hospital=one, invited_by=by) for one in hospitals), batch_size=500
    )


def _dealt(shares: tuple[tuple[str, int], ...], count: int, random: Random) -> list[str]:
    """Values in their shares (percentages) in random order: a small province has its good hospitals too."""
    deck: list[str] = []
    due = 0
    for value, share in shares:
        due += share
        deck += [value] * (round(count * due / 100) - len(deck))
    random.shuffle(deck)
    return deck


def drawn(chances: tuple[tuple[str, int], ...], random: Random) -> str:
    return random.choices([value for value, _weight in chances], [weight for _value, weight in chances])[0]
