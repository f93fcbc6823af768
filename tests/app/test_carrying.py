"""Starting from an earlier year: proof material goes along by reference, states start anew, codes have to exist."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from assessments.actions.attaching import remove_attachment
from assessments.actions.carrying import confirm_carried, same_item
from assessments.actions.merging import Change
from assessments.actions.picturing.files import destroy_bytes
from assessments.actions.proving import save_proofs
from assessments.models import Assessment, Attachment, BaseFigure
from assessments.queries.answers import answers_of
from assessments.queries.carried import unconfirmed
from assessments.queries.missing_material import find_missing
from assessments.queries.proofs import read_materials
from audit.models import Event
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric
from tests.factories.assessments import make_answer, make_assessment
from tests.factories.evidence import make_picture
from tests.factories.ledger import make_entry

pytestmark = pytest.mark.django_db
ONE, TWO = "01.01.1-1", "01.01.1-2"


@pytest.fixture
def earlier(hospital: Organisation, owner: User) -> Assessment:
    found = make_assessment(hospital, owner, edition="emr-2018", title="去年", target_level=2)
    Assessment.objects.filter(pk=found.pk).update(created_at="2025-01-01T00:00Z")
    make_answer(found, "01.01", clauses={"1": ["met", "partly"]}, note="去年的说明", in_use=True)
    found.assignments.create(item_code="01.01", person=owner, due_on=date(2025, 3, 1))
    found.clause_proofs.create(
        item_code="01.01", clause_code=ONE, menu_path="医嘱→录入", dictionary="药品字典"
    )
    found.level_proofs.create(item_code="01.01", level=1, sql_text="select 1", run_at=timezone.now())
    BaseFigure.objects.create(assessment=found, key="discharges", value=9, sql_text="select 2")
    for clause in (ONE, TWO, ""):
        make_picture(found, owner, clause=clause, uploaded_at="2025-02-01T00:00Z", sha256=f"{clause:0>64}")
    return found


def carried_into(earlier: Assessment, owner: User, **more: str) -> Assessment:
    return make_assessment(
        earlier.hospital,
        owner,
        edition=more.pop("edition", "emr-2018"),
        title=more.pop("title", "今年"),
        target_level=2,
        copy_from=earlier,
        **more,
    )


def lacks(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    rubric = get_rubric(assessment.edition)
    found = find_missing(rubric, answers_of(assessment), read_materials(assessment), 2)
    return {one.place: one.kinds for one in found}


def test_material_goes_along_by_reference_and_is_to_be_confirmed_until_somebody_does(
    earlier: Assessment, owner: User
) -> None:
    stored = set(default_storage.listdir(f"attachments/{earlier.public_id}")[1])
    new = carried_into(earlier, owner)

    files = list(new.attachments.order_by("clause_code"))
    assert [(f.clause_code, f.sha256) for f in files] == [(c, f"{c:0>64}") for c in ("", ONE, TWO)]
    assert {f.file.name for f in files} == {f.file.name for f in earlier.attachments.all()}
    assert set(default_storage.listdir(f"attachments/{earlier.public_id}")[1]) == stored
    assert new.clause_proofs.get().menu_path == "医嘱→录入"
    assert new.level_proofs.get().run_at is None
    assert new.base_figures.get().value is None
    assert new.assignments.get().due_on is None
    assert new.carrying.carried == {
        "answers": 2, "notes": 1, "people": 1, "bases": 1, "facts": 1, "queries": 1, "files": 3, "entries": 0,
    }  # fmt: skip
    assert [row.place for row in unconfirmed(new)] == ["01.01", "01.01.1", ONE, TWO]
    assert all("carried" in lacks(new)[place] for place in ("01.01", "01.01.1", ONE, TWO))

    save_proofs(
        by=owner, assessment=new, item="01.01", changes=[Change("levels.1.sql_text", "select 1", "select 3")]
    )
    save_proofs(by=owner, assessment=new, item="01.01", changes=[Change(f"clauses.{ONE}.owner", "", "示例")])
    assert "01.01.1" not in {row.place for row in unconfirmed(new)}  # the query was replaced
    assert ONE in {row.place for row in unconfirmed(new)}  # its screenshot is still last year's
    remove_attachment(by=owner, attachment=new.attachments.get(clause_code=ONE))
    assert confirm_carried(by=owner, assessment=new, item="01.01", place=TWO) == (TWO,)
    assert confirm_carried(by=owner, assessment=new, item="01.01") == ("01.01",)
    assert not any("carried" in kinds for kinds in lacks(new).values())
    assert Event.objects.filter(verb="material.confirmed").last().facts["places"] == ["01.01"]
    with pytest.raises(Refusal, match="没有待确认"):
        confirm_carried(by=owner, assessment=new, item="01.01")


def test_a_file_goes_with_its_last_row_and_never_under_another_year(earlier: Assessment, owner: User) -> None:
    new = carried_into(earlier, owner)
    mine, theirs = new.attachments.get(clause_code=ONE), earlier.attachments.get(clause_code=ONE)
    name = theirs.file.name

    def discard(row: Attachment) -> None:
        now = timezone.now()
        Attachment.objects.filter(pk=row.pk).update(removed_at=now, discarded_at=now)
        destroy_bytes(row.pk)
        row.refresh_from_db()

    discard(mine)
    assert mine.file.name == ""
    assert default_storage.exists(name)
    discard(theirs)
    assert not default_storage.exists(name)


@pytest.mark.parametrize(("answers", "clauses"), [("reset", [{}]), ("none", [])])
def test_answers_come_as_a_draft_only_when_asked_for(
    earlier: Assessment, owner: User, answers: str, clauses: list[dict[str, object]]
) -> None:
    new = carried_into(earlier, owner, answers=answers)
    assert [row.clauses for row in new.item_answers.all()] == clauses
    assert [row.note for row in new.item_answers.all()] == ["去年的说明"] * len(clauses)
    assert new.attachments.count() == 3


def test_another_standard_takes_only_what_it_has_and_says_what_stayed(
    earlier: Assessment, owner: User
) -> None:
    entry = make_entry(earlier, owner, item_code="01.01")
    new = carried_into(earlier, owner, edition="smart-service-2019")
    old_rubric, rubric = get_rubric(earlier.edition), get_rubric(new.edition)
    assert "01.01" in rubric.by_code and not same_item(old_rubric, rubric, "01.01")
    assert not new.attachments.exists() and not new.clause_proofs.exists() and not new.item_answers.exists()
    left = new.carrying.left
    assert (left["items"], left["clauses"], left["levels"]) == (["01.01"], [ONE], ["01.01.1"])
    assert left["entries"] == [str(entry.number)] and len(left["files"]) == 1
    entry.refresh_from_db()
    assert entry.is_undone
