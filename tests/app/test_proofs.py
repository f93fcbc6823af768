"""Facts beside the screenshots of a clause: merged field by field, carried over, and what of them is missing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from assessments.actions.merging import Change
from assessments.actions.proving import save_proofs
from assessments.models import Assessment, Attachment, ClauseProof
from assessments.queries.answers import answers_of
from assessments.queries.missing_material import Missing, find_missing
from assessments.queries.proofs import read_materials
from audit.models import Event
from hospitals.models import Department, Membership, Organisation
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric
from tests.factories.assessments import complete, make_answer, make_assessment, submit

pytestmark = pytest.mark.django_db

CODE = "01.01.1-1"


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition="emr-2018", target_level=2)


def change(name: str, to: object, before: object = "", place: str = f"clauses.{CODE}") -> Change:
    return Change(f"{place}.{name}", before, to)


def missing(assessment: Assessment) -> dict[str, Missing]:
    rubric = get_rubric(assessment.edition)
    found = find_missing(rubric, answers_of(assessment), read_materials(assessment), assessment.target_level)
    return {one.place: one for one in found}


def test_facts_are_kept_with_one_event_that_names_them(assessment: Assessment, owner: User) -> None:
    merge = save_proofs(
        by=owner,
        assessment=assessment,
        item="01.01",
        changes=[
            change("menu_path", "住院医生站 →  医嘱录入 "),
            change("live_since", "2021-03-15"),
            change("sql_text", "SELECT 1", place="levels.2"),
        ],
    )
    assert merge.status == 200
    row = ClauseProof.objects.get()
    assert (row.menu_path, row.live_since) == ("住院医生站 → 医嘱录入", date(2021, 3, 15))
    assert assessment.level_proofs.get().sql_text == "SELECT 1"
    event = Event.objects.get(verb="proof.changed")
    assert [fact["path"] for fact in event.facts["changes"]] == [
        f"clauses/{CODE}/menu_path",
        f"clauses/{CODE}/live_since",
        "levels/2/sql_text",
    ]


def test_what_somebody_else_wrote_meanwhile_is_never_lost(assessment: Assessment, owner: User) -> None:
    save_proofs(by=owner, assessment=assessment, item="01.01", changes=[change("dictionary", "甲")])
    merge = save_proofs(by=owner, assessment=assessment, item="01.01", changes=[change("dictionary", "乙")])
    assert [one.theirs for one in merge.conflicts] == ["甲"]
    assert ClauseProof.objects.get().dictionary == "甲"
    seen = change("dictionary", "乙", before="甲")
    assert save_proofs(by=owner, assessment=assessment, item="01.01", changes=[seen]).status == 200
    assert ClauseProof.objects.get().dictionary == "乙"


def test_wrong_facts_are_named_and_the_others_saved(assessment: Assessment, owner: User) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    wrong = [
        change("live_since", tomorrow),
        change("menu_path", "长" * 301),
        change("dictionary", "医嘱字典"),
        change("owner", "示例", place="clauses.01.01.1-99"),
        change("sql_text", "SELECT 1", place="levels.0"),
        change("password", "x"),
    ]
    merge = save_proofs(by=owner, assessment=assessment, item="01.01", changes=wrong)
    assert merge.applied == (f"clauses.{CODE}.dictionary",)
    assert len(merge.problems) == 5


def test_a_fact_spreads_only_to_clauses_where_it_is_empty(assessment: Assessment, owner: User) -> None:
    other = "01.01.2-1"
    save_proofs(
        by=owner,
        assessment=assessment,
        item="01.01",
        changes=[change("dictionary", "别的字典", place=f"clauses.{other}")],
    )
    save_proofs(
        by=owner,
        assessment=assessment,
        item="01.01",
        changes=[change("dictionary", "医嘱字典")],
        spread=["dictionary"],
    )
    kept = dict(ClauseProof.objects.values_list("clause_code", "dictionary"))
    assert kept.pop(other) == "别的字典"
    assert len(kept) > 5
    assert set(kept.values()) == {"医嘱字典"}


def test_nothing_is_written_once_it_is_submitted_nor_by_strangers(
    assessment: Assessment, owner: User, stranger: User
) -> None:
    with pytest.raises(Refusal):
        save_proofs(by=stranger, assessment=assessment, item="01.01", changes=[change("owner", "示例")])
    complete(assessment, owner)
    submit(assessment, owner)
    with pytest.raises(Refusal):
        save_proofs(by=owner, assessment=assessment, item="01.01", changes=[change("owner", "示例")])
    assert not ClauseProof.objects.exists()


def test_facts_are_taken_over_and_run_times_are_not(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    save_proofs(
        by=owner,
        assessment=assessment,
        item="01.01",
        changes=[
            change("menu_path", "甲"),
            change("sql_text", "SELECT 1", place="levels.1"),
            change("run_at", "2026-10-08T09:30", place="levels.1"),
        ],
    )
    copied = make_assessment(
        hospital, owner, edition="emr-2018", title="下一年", target_level=2, copy_from=assessment
    )
    assert copied.clause_proofs.get().menu_path == "甲"
    assert [(one.sql_text, one.run_at) for one in copied.level_proofs.all()] == [("SELECT 1", None)]


def test_each_kind_of_material_is_asked_for_where_it_belongs(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    assert missing(assessment)[CODE].kinds == ("decision",)  # nothing is answered yet
    make_answer(assessment, "01.01", clauses={"1": ["met", "not_met"], "2": ["partly"]}, numerators={"1": 5})
    lacks = missing(assessment)
    assert lacks[CODE].kinds == ("screenshot", "menu_path", "live_since", "owner")
    assert "01.01.1-2" not in lacks  # not met: a gap, nothing to prove
    assert lacks["01.01.1"].kinds == ("figure",)
    assert all(one.level <= 2 for one in lacks.values())
    base = next(one for one in lacks.values() if one.of == "base")
    assert base.kinds == ("figure", "sql", "owner")

    department = Department.objects.create(organisation=hospital, name="医务科（示例）")
    assessment.assignments.create(item_code="01.01", department=department, due_on=date(2026, 1, 31))
    Attachment.objects.create(
        assessment=assessment,
        item_code="01.01",
        clause_code=CODE,
        file="nowhere",
        original_name="x.png",
        content_type="image/png",
        size=1,
        sha256="0" * 64,
        uploaded_by=owner,
    )
    save_proofs(by=owner, assessment=assessment, item="01.01", changes=[change("menu_path", "甲")])
    assert missing(assessment)[CODE].kinds == ("live_since",)
    assert missing(assessment)[CODE].keeper.department == "医务科（示例）"
    assert missing(assessment)[CODE].is_late(date(2026, 2, 1))
    make_answer(assessment, "01.01", no_such_service="无病房")
    assert not [place for place in missing(assessment) if place.startswith("01.01")]


def test_a_contributor_fills_in_what_is_assigned_to_him(
    assessment: Assessment, colleague: User, owner: User
) -> None:
    membership = Membership.objects.get(user=colleague)
    membership.role = "contributor"
    membership.save()
    with pytest.raises(Refusal, match="没有分配"):
        save_proofs(by=colleague, assessment=assessment, item="01.02", changes=[change("owner", "示例")])
