"""Pages about what came from an earlier year: the summary, the mark where a clause is answered, one button each."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment
from hospitals.models import Organisation
from tests.factories.assessments import make_assessment
from tests.factories.browser import signed_in

pytestmark = pytest.mark.django_db


def proven(assessment: Assessment, items: tuple[str, ...]) -> Assessment:
    for item in items:
        for n in (1, 2):
            assessment.clause_proofs.create(item_code=item, clause_code=f"{item}.1-{n}", menu_path="示例")
    return assessment


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_the_summary_costs_the_same_for_any_number_of_items_and_confirms_item_by_item(
    hospital: Organisation, owner: User
) -> None:
    client = signed_in(owner)
    one = proven(make_assessment(hospital, owner, edition="emr-2018", title="甲"), ("01.01",))
    many = proven(
        make_assessment(hospital, owner, edition="emr-2018", title="乙"), ("01.01", "01.02", "01.03")
    )
    small, large = (
        make_assessment(hospital, owner, edition="emr-2018", title=f"{of.title}的下一年", copy_from=of)
        for of in (one, many)
    )
    url = reverse("carried", args=[large.public_id])
    assert queries(client, url) == queries(client, reverse("carried", args=[small.public_id]))
    page = client.get(url).context["page"]
    assert [item.code for item in page.items] == ["01.01", "01.02", "01.03"] and page.waiting == 5

    item = reverse("item", args=[large.public_id, "01.01"])
    html = client.get(item).content.decode()
    assert html.count("沿用上年，待确认") >= 2
    confirm = reverse("carried-confirm", args=[large.public_id, "01.01"])
    back = client.post(confirm, {"place": "01.01.1-2"})
    assert back.headers["Location"] == f"{item}#c-01.01.1-2"
    assert client.get(item).context["page"].carried == 1
    assert client.post(confirm, {"next": url}).headers["Location"] == url
    assert client.get(url).context["page"].waiting == 3
    assert client.get(reverse("carried", args=[one.public_id])).status_code == 404
