"""The script for the visit: written per clause, conflicts shown with both texts, printed, and run by the clock."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from assessments.models import Assessment, Assignment, ClauseProof, ScriptStep
from audit.models import Event
from hospitals.models import Organisation
from tests.factories.assessments import complete, make_assessment
from tests.factories.browser import signed_in
from tests.factories.rehearsals import make_rehearsal

pytestmark = pytest.mark.django_db
CLAUSE = "01.01.2-1"


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    found = make_assessment(hospital, owner)
    complete(found, owner)
    return found


def to(name: str, assessment: Assessment, *args: object) -> str:
    return reverse(name, args=[assessment.public_id, *args])


def typed(clause: str = CLAUSE, version: int = 0, **fields: str) -> dict[str, Any]:
    row = {
        "speaker": "讲解员（示例）",
        "patient": "T-001",
        "expected": "=医嘱页出现报告",
        "minutes": "5",
        **fields,
    }
    return {
        "clause": [clause],
        f"version-{clause}": str(version),
        **{f"{name}-{clause}": value for name, value in row.items()},
    }


def write(client: Client, assessment: Assessment, **fields: Any) -> Any:
    return client.post(to("rehearsal-script-item", assessment, "01.01"), typed(**fields))


def test_a_step_is_ready_once_path_speaker_and_screen_are_written(
    assessment: Assessment, owner: User
) -> None:
    client = signed_in(owner)
    before = client.get(to("rehearsal-script", assessment)).context["page"]
    item = next(one for one in before.items if one.code == "01.01")
    assert before.ready == 0 and {step.level for step in item.steps} <= set(
        range(assessment.target_level + 1)
    )
    assert write(client, assessment).status_code == 302
    step = _step(client, assessment)
    assert (step.speaker, step.minutes, step.ready) == (
        "讲解员（示例）",
        5,
        False,
    )  # the menu path is missing
    ClauseProof.objects.create(
        assessment=assessment,
        item_code="01.01",
        clause_code=CLAUSE,
        menu_path="医生站>医嘱",
        test_account="demo",
    )
    assert _step(client, assessment).ready
    after = client.get(to("rehearsal-script", assessment)).context["page"]
    assert (after.ready, after.minutes) == (1, before.minutes + 2)
    event = Event.objects.filter(verb="rehearsal.scripted").get()
    assert event.facts["clauses"] == [CLAUSE]


def test_two_people_on_one_row_see_both_texts_and_lose_none(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    Assignment.objects.create(assessment=assessment, item_code="01.01", person=colleague)
    client = signed_in(owner)
    write(client, assessment)
    answer = write(signed_in(colleague), assessment, speaker="另一位", version=0)
    assert answer.status_code == 409
    step = next(one for one in answer.context["page"].item.steps if one.clause == CLAUSE)
    assert step.theirs == owner.name and step.typed.speaker == "另一位" and step.speaker == "讲解员（示例）"
    assert "另一位" in answer.content.decode() and ScriptStep.objects.get().speaker == "讲解员（示例）"
    assert write(signed_in(colleague), assessment, speaker="另一位", version=step.version).status_code == 302
    assert ScriptStep.objects.get().speaker == "另一位"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"minutes": "0"}, "预计分钟"),
        ({"minutes": "二"}, "预计分钟"),
        ({"minutes": "0000059999"}, "预计分钟"),
        ({"expected": "长" * 501}, "最多500个字"),
        ({"clause": "02.01.1-1"}, "没有条款"),
    ],
)
def test_what_cannot_be_stored_comes_back_as_typed_with_one_sentence(
    assessment: Assessment, owner: User, fields: dict[str, str], sentence: str
) -> None:
    answer = write(signed_in(owner), assessment, **fields)
    assert answer.status_code == 422 and sentence in answer.context["page"].problem
    assert not ScriptStep.objects.exists()
    if "clause" not in fields:
        step = next(one for one in answer.context["page"].item.steps if one.clause == CLAUSE)
        assert step.typed.speaker == "讲解员（示例）"


def test_rows_nobody_wrote_on_are_not_kept(assessment: Assessment, owner: User) -> None:
    write(signed_in(owner), assessment, speaker="", patient=" ", expected="", minutes="3")
    assert not ScriptStep.objects.exists() and not Event.objects.filter(verb="rehearsal.scripted").exists()


def test_whoever_does_not_hold_the_item_reads_and_is_told_why(
    assessment: Assessment, colleague: User
) -> None:
    client = signed_in(colleague)
    page = client.get(to("rehearsal-script-item", assessment, "01.01")).context["page"]
    assert "没有分配给您" in page.item.why_not_write
    assert write(client, assessment).status_code == 403
    assert client.get(to("rehearsal-script-item", assessment, "99.99")).status_code == 404


def test_the_printed_script_has_a_row_a_clause_and_no_formula(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    write(client, assessment)
    page = client.get(to("rehearsal-script", assessment)).context["page"]
    answer = client.get(to("rehearsal-script-export", assessment))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert len(rows) == page.steps
    mine = next(row for row in rows if row[0] == CLAUSE)
    assert mine[8] == "=医嘱页出现报告" and sheet.cell(rows.index(mine) + 4, 9).data_type == "s"


def test_the_day_shows_the_rehearsals_items_with_the_minutes_planned(
    assessment: Assessment, owner: User
) -> None:
    client = signed_in(owner)
    write(client, assessment)
    held = make_rehearsal(assessment, owner, outcomes={"01.01": ("",), "02.01": ("",)})
    answer = client.get(to("rehearsal-day", assessment, held.number))
    page = answer.context["page"]
    assert [item.code for item in page.items] == ["01.01", "02.01"]
    assert page.minutes == sum(step.minutes for item in page.items for step in item.steps)
    assert f'data-minutes="5" data-clause="{CLAUSE}"' in answer.content.decode()


def test_pages_of_the_script_ask_the_same_for_one_step_and_for_many(
    assessment: Assessment, owner: User
) -> None:
    client = signed_in(owner)
    held = make_rehearsal(assessment, owner)
    urls = [
        to("rehearsal-script", assessment),
        to("rehearsal-script-item", assessment, "01.01"),
        to("rehearsal-day", assessment, held.number),
    ]
    few = [_queries(client, url) for url in urls]
    for item in ("01.01", "02.01", "03.01"):
        for n in (1, 2):
            ScriptStep.objects.create(
                assessment=assessment, item_code=item, clause_code=f"{item}.2-{n}", speaker="讲"
            )
            ClauseProof.objects.create(assessment=assessment, item_code=item, clause_code=f"{item}.2-{n}")
    assert [_queries(client, url) for url in urls] == few


def _step(client: Client, assessment: Assessment) -> Any:
    page = client.get(to("rehearsal-script-item", assessment, "01.01")).context["page"]
    return next(step for step in page.item.steps if step.clause == CLAUSE)


def _queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)
