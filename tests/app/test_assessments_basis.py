"""The statistical basis, overall requirements, assignments and talk: what is saved, what is asked."""

from __future__ import annotations

import pytest

from accounts.models import User
from assessments.actions.assigning import KEEP, assign_items, mark_done, undo_done
from assessments.actions.basis import save_basis
from assessments.actions.merging import Change, NotChanges, read_changes
from assessments.actions.overall import save_overall
from assessments.actions.talking import add_comment, resolve_comment
from assessments.models import Assessment
from assessments.queries.readiness import readiness_of
from audit.models import Event
from hospitals.models import Department, Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import make_answer, make_assessment, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition="emr-2018", target_level=4)


def change(field: str, before: object, to: object, key: str = "discharges") -> Change:
    return Change(f"bases.{key}.{field}", before, to)


def test_a_base_figure_is_saved_with_where_it_comes_from(assessment: Assessment, owner: User) -> None:
    merge = save_basis(
        by=owner,
        assessment=assessment,
        changes=[
            change("value", None, "4,765"),
            change("sql_text", "", "select count(*) from discharges"),
            change("database_name", "", "HIS（示例）"),
            change("run_at", None, "2026-10-08T09:30"),
            change("owner", "", "李四（示例）"),
        ],
    )
    figure = assessment.base_figures.get()
    assert (merge.status, len(merge.applied), merge.touched) == (200, 5, ("discharges",))
    assert (figure.value, figure.version, figure.updated_by) == (4765, 1, owner)
    assert figure.run_at.isoformat() == "2026-10-08T01:30:00+00:00"
    assert Event.objects.get(verb="basis.changed").facts["changes"][0]["to"] == 4765


def test_the_same_change_twice_has_the_same_result_and_one_event(assessment: Assessment, owner: User) -> None:
    for _ in range(2):
        assert (
            save_basis(by=owner, assessment=assessment, changes=[change("value", None, 4765)]).status == 200
        )
    assert assessment.base_figures.get().version == 1
    assert Event.objects.filter(verb="basis.changed").count() == 1


def test_two_people_on_one_figure_are_shown_both_values_and_the_rest_is_saved(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    save_basis(by=owner, assessment=assessment, changes=[change("value", None, 4765)])
    engineer = make_member(hospital, "engineer", Membership.Role.DATA_ENGINEER)
    merge = save_basis(
        by=engineer,
        assessment=assessment,
        changes=[change("value", None, 4800), change("owner", "", "王五（示例）")],
    )
    assert merge.status == 409
    [conflict] = merge.conflicts
    assert (conflict.yours, conflict.theirs, conflict.by) == (4800, 4765, str(owner))
    figure = assessment.base_figures.get()
    assert (figure.value, figure.owner) == (4765, "王五（示例）")


@pytest.mark.parametrize("wrong", [-1, 0, "很多", 1.5, True, 10**13, "9" * 40, [1]])
def test_a_value_that_is_no_count_is_refused_and_the_stored_one_stays(
    assessment: Assessment, owner: User, wrong: object
) -> None:
    save_basis(by=owner, assessment=assessment, changes=[change("value", None, 4765)])
    merge = save_basis(by=owner, assessment=assessment, changes=[change("value", 4765, wrong)])
    assert merge.status == 422
    assert merge.problems[0][1]
    assert assessment.base_figures.get().value == 4765


def test_an_unknown_base_or_field_is_refused_with_its_path(assessment: Assessment, owner: User) -> None:
    merge = save_basis(
        by=owner,
        assessment=assessment,
        changes=[change("value", None, 5, key="nothing"), change("version", 0, 9), Change("x", None, 1)],
    )
    assert [path for path, _ in merge.problems] == ["bases.nothing.value", "bases.discharges.version", "x"]
    assert not assessment.base_figures.exists()


def test_a_lower_base_is_saved_and_the_numerators_above_it_block_submitting(
    assessment: Assessment, owner: User
) -> None:
    save_basis(by=owner, assessment=assessment, changes=[change("value", None, 5000)])
    make_answer(assessment, "01.01", numerators={"2": 4500})
    assert not readiness_of(assessment).problems
    assert save_basis(by=owner, assessment=assessment, changes=[change("value", 5000, 4000)]).status == 200
    [problem] = readiness_of(assessment).problems
    assert problem.item == "01.01"
    assert assessment.item_answers.get().numerators == {"2": 4500}


def test_a_contributor_reads_the_basis_and_changes_nothing(assessment: Assessment, colleague: User) -> None:
    with pytest.raises(Refusal, match="可以查看"):
        save_basis(by=colleague, assessment=assessment, changes=[change("value", None, 1)])


@pytest.mark.parametrize(
    "body", [None, [], {}, {"changes": []}, {"changes": [1]}, {"changes": [{"path": "x"}]}]
)
def test_what_is_no_list_of_changes_is_refused(body: object) -> None:
    with pytest.raises(NotChanges):
        read_changes(body)


# -- overall requirements


def test_an_overall_requirement_is_confirmed_and_a_stale_page_is_asked(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    save_overall(by=owner, assessment=assessment, changes=[Change("overall.3.1", "not_answered", "met")])
    consultant = make_member(hospital, "consultant", Membership.Role.CONSULTANT)
    merge = save_overall(
        by=consultant,
        assessment=assessment,
        changes=[
            Change("overall.3.1", "not_answered", "not_met"),
            Change("overall.3.2", "not_answered", "met"),
        ],
    )
    assert merge.conflicts[0].theirs == "met"
    assert {(row.level, row.n): row.state for row in assessment.overall_answers.all()} == {
        (3, 1): "met",
        (3, 2): "met",
    }


def test_an_overall_requirement_that_the_standard_does_not_have_is_refused(
    assessment: Assessment, owner: User
) -> None:
    for path in ("overall.3.9", "overall.0.1", "overall.x.1", "other"):
        assert (
            save_overall(
                by=owner, assessment=assessment, changes=[Change(path, "not_answered", "met")]
            ).status
            == 422
        )
    wrong_state = Change("overall.3.1", "not_answered", "perhaps")
    assert save_overall(by=owner, assessment=assessment, changes=[wrong_state]).status == 422
    assert not assessment.overall_answers.exists()


# -- assignments


def test_a_role_is_assigned_at_once_and_reassigning_clears_the_done_mark(
    assessment: Assessment, owner: User, colleague: User, hospital: Organisation
) -> None:
    department = Department.objects.create(organisation=hospital, name="护理部")
    assert assign_items(by=owner, assessment=assessment, items=["02.01", "02.02"], department=department) == 2
    assign_items(by=owner, assessment=assessment, items=["02.01"], person=colleague)
    mark_done(by=colleague, assessment=assessment, item="02.01")
    assert (
        assign_items(by=owner, assessment=assessment, items=["02.01"], person=KEEP, department=department)
        == 0
    )
    assert assessment.assignments.get(item_code="02.01").done_at is not None
    assign_items(by=owner, assessment=assessment, items=["02.01"], person=None)
    row = assessment.assignments.get(item_code="02.01")
    assert (row.department, row.person, row.done_at) == (department, None, None)
    assign_items(by=owner, assessment=assessment, items=["02.01"], department=None)
    assert not assessment.assignments.filter(item_code="02.01").exists()


def test_items_are_not_assigned_to_outsiders_or_directors(
    assessment: Assessment, owner: User, stranger: User, hospital: Organisation
) -> None:
    director = make_member(hospital, "director", Membership.Role.DIRECTOR)
    foreign = Department.objects.create(organisation=stranger.memberships.get().organisation, name="外院科室")
    for wrong in ({"person": stranger}, {"person": director}, {"department": foreign}):
        with pytest.raises(Refusal):
            assign_items(by=owner, assessment=assessment, items=["01.01"], **wrong)
    with pytest.raises(Refusal, match=r"99\.99"):
        assign_items(by=owner, assessment=assessment, items=["99.99"], person=owner)
    with pytest.raises(Refusal, match="先勾选"):
        assign_items(by=owner, assessment=assessment, items=[], person=owner)
    assert not assessment.assignments.exists()


def test_a_contributor_marks_only_what_is_assigned_to_the_person_or_the_department(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    department = Department.objects.create(organisation=hospital, name="检验科")
    nurse = make_member(hospital, "nurse", Membership.Role.CONTRIBUTOR)
    technician = make_member(hospital, "technician", Membership.Role.CONTRIBUTOR, department=department)
    assign_items(by=owner, assessment=assessment, items=["04.01"], department=department)
    with pytest.raises(Refusal, match="没有分配给您"):
        mark_done(by=nurse, assessment=assessment, item="04.01")
    assert mark_done(by=technician, assessment=assessment, item="04.01").done_at is not None
    assert undo_done(by=technician, assessment=assessment, item="04.01").done_at is None


def test_a_revoked_member_can_no_longer_mark_and_is_told_so(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    assign_items(by=owner, assessment=assessment, items=["01.01"], person=colleague)
    Membership.objects.filter(user=colleague).update(revoked_at="2026-01-01T00:00Z")
    with pytest.raises(Refusal, match="不是本院成员"):
        mark_done(by=User.objects.get(pk=colleague.pk), assessment=assessment, item="01.01")


# -- talk


def test_a_comment_mentions_members_whose_name_stands_in_it(
    assessment: Assessment, owner: User, colleague: User, stranger: User
) -> None:
    comment = add_comment(
        by=owner,
        assessment=assessment,
        item="01.01",
        clause="01.01.1-1",
        text=f"@{colleague.name} 请看 @{stranger.name}",
        mentions=[str(colleague.public_id), str(stranger.public_id), str(owner.public_id), "nonsense"],
    )
    assert list(comment.mentions.all()) == [colleague]


def test_a_comment_without_words_or_on_an_unknown_place_is_refused(
    assessment: Assessment, owner: User
) -> None:
    for wrong in ({"text": " \n"}, {"text": "字" * 4001}, {"text": "好", "item": "88.88"}):
        with pytest.raises(Refusal):
            add_comment(by=owner, assessment=assessment, **wrong)
    with pytest.raises(Refusal, match="没有条款"):
        add_comment(by=owner, assessment=assessment, text="好", item="01.01", clause="01.02.1-1")
    assert not assessment.comments.exists()


def test_a_comment_is_resolved_by_its_author_or_the_quality_lead(
    assessment: Assessment, owner: User, colleague: User, hospital: Organisation
) -> None:
    comment = add_comment(by=owner, assessment=assessment, item="01.01", text="口径？")
    with pytest.raises(Refusal, match="发表人"):
        resolve_comment(by=colleague, comment=comment)
    resolve_comment(by=owner, comment=comment)
    assert comment.resolved_by == owner
    resolve_comment(by=owner, comment=comment, resolved=False)
    assert comment.resolved_at is None
