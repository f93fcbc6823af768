"""A made-up province of any size: cities, hospitals of every grade, years of submissions under both rubrics.

The shape follows what is published of one province's cycle and of national averages (DOMAIN 3): most tertiary
hospitals at level 3 and 4, few at 5 and more, secondary ones between 1 and 3, a little better every year. The
same seed gives the same province. Rows are written in bulk: this is for trying pages and for measuring them,
and leaves no events in the trail.
"""

from __future__ import annotations

from random import Random

from django.db import transaction

from accounts.models import User
from assessments.demo.province.reviews import enter, open_reviews
from assessments.demo.province.submissions import hand_in
from assessments.demo.province.tree import join, plant, start_cycle
from hospitals.models import Membership, Organisation
from rubrics.models import Edition
from rubrics.queries import get_rubric

EDITIONS = ("emr-2018", "smart-service-2019")
PERSON = "demo-province"


@transaction.atomic
def lay_province(hospitals: int, years: int, *, last_year: int, seed: int = 1) -> Organisation:
    """The province's bureau, with its hospitals and what they submitted in ``years`` years up to ``last_year``.

    One person, demo-province, manages the bureau and has no password yet."""
    random = Random(seed)
    person, _new = User.objects.get_or_create(
        username=PERSON,
        defaults={"name": "全省管理员（演示）", "email": "demo-province@example.invalid"},
    )
    bureau, listed = plant(hospitals, seed, random)
    Membership.objects.create(user=person, organisation=bureau, role=Membership.Role.BUREAU_MANAGER)
    join(bureau, listed, random)
    start_cycle(bureau, listed, last_year, person)
    for key in EDITIONS:
        edition = Edition.objects.current().get(key=key)
        hand_in(listed, edition, get_rubric(edition), years, last_year, person, random)
        enter(bureau, edition, last_year)
        open_reviews(bureau, edition, last_year, person, random)
    return bureau
