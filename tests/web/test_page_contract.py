"""What pages of a bureau may cost stands in bench/contract.json: queries and bytes are held here, time is reported by
bench/bench_province.py, which asks the same of 3,000 hospitals."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from assessments.demo.province import PERSON, lay_province
from bench.pages import CONTRACT, counted, files, pages, words_of
from reports.comparing import gaps
from reports.regional.filling import fill_all
from tests.web.permissions.table import addresses, table

#: modules of addresses that are a bureau's own
BEGINNINGS = ("region", "campaign", "review", "bulletin", "consorti", "awards", "site-visit", "submissions")
HOSPITALS = 30


@pytest.mark.django_db
def test_no_page_of_a_bureau_costs_more_queries_or_bytes_than_its_contract() -> None:
    bureau = lay_province(HOSPITALS, 2, last_year=2026, seed=1)
    fill_all()
    gaps.count(gaps.uncounted()[:6])
    client, words = Client(), words_of(bureau, 2026)
    client.force_login(User.objects.get(username=PERSON))
    broken = []
    for page in pages():
        cost = counted(client, page.address.format(**words))
        if cost.queries > page.queries or cost.kb > page.kb:
            broken.append(
                f"{page.address}: {cost.queries} queries ({page.queries}), {cost.kb:.1f} KB ({page.kb})"
            )
    assert broken == []


def test_every_page_of_a_bureau_has_a_contract_or_a_reason_why_not() -> None:
    measured = {page.name for page in (*pages(), *files())}
    rows = table()
    looked_at = {name for name, row in rows.items() if row.get and name.startswith(BEGINNINGS)}
    said = measured | set(CONTRACT["elsewhere"])
    assert looked_at - said == set()
    assert said - {name for name, _address in addresses()} == set(), "addresses that are no more"
    assert measured & set(CONTRACT["elsewhere"]) == set()
