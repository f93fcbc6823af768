"""Saving answers of one item: merged field by field, checked, kept in the trail, never half."""

from __future__ import annotations

import pytest
from django.utils import translation

from accounts.models import User
from assessments.actions.answers import AnswerMerge, save_changes
from assessments.actions.basis import save_basis
from assessments.actions.merging import Change
from assessments.models import Assessment, Assignment, ItemAnswer
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import make_answer, make_assessment

ITEM = "01.01"  # ratio, measured, fed by discharges
EMPTY = "not_answered"


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition="emr-2018", target_level=4)


def fresh(user: User) -> User:
    """As the next request sees the person: memberships are read again."""
    return User.objects.get(pk=user.pk)


def save(
    by: User, assessment: Assessment, *changes: tuple[str, object, object], item: str = ITEM
) -> AnswerMerge:
    return save_changes(
        by=fresh(by), assessment=assessment, item=item, changes=[Change(*change) for change in changes]
    )


def row_of(assessment: Assessment, item: str = ITEM) -> ItemAnswer:
    return ItemAnswer.objects.get(assessment=assessment, item_code=item)


def test_a_tick_is_stored_at_its_place_and_the_rest_stays_unanswered(
    assessment: Assessment, owner: User
) -> None:
    merge = save(owner, assessment, ("clauses.3.2", EMPTY, "met"))
    assert merge.status == 200 and merge.applied == ("clauses.3.2",)
    row = row_of(assessment)
    assert row.clauses == {"3": [EMPTY, "met", EMPTY, EMPTY]}
    assert (row.version, row.updated_by) == (1, owner)


def test_clearing_the_last_tick_leaves_nothing_behind(assessment: Assessment, owner: User) -> None:
    save(owner, assessment, ("clauses.3.2", EMPTY, "met"))
    save(owner, assessment, ("clauses.3.2", "met", EMPTY))
    assert row_of(assessment).clauses == {}


def test_the_same_request_twice_changes_nothing_the_second_time(assessment: Assessment, owner: User) -> None:
    change = ("clauses.3.2", EMPTY, "met")
    save(owner, assessment, change)
    events = Event.objects.count()
    merge = save(owner, assessment, change)
    assert merge.applied == ("clauses.3.2",) and not merge.conflicts
    assert row_of(assessment).version == 1 and Event.objects.count() == events


def test_two_people_on_different_fields_both_keep_theirs(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    Assignment.objects.create(assessment=assessment, item_code=ITEM, person=colleague)
    save(owner, assessment, ("clauses.1.1", EMPTY, "met"))
    merge = save(colleague, assessment, ("clauses.1.2", EMPTY, "partly"))
    assert merge.status == 200
    assert row_of(assessment).clauses == {"1": ["met", "partly"]}


def test_the_same_field_changed_by_two_is_a_conflict_with_both_values_who_and_when(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    Assignment.objects.create(assessment=assessment, item_code=ITEM, person=colleague)
    save(colleague, assessment, ("clauses.1.1", EMPTY, "not_met"))
    save(
        owner, assessment, ("note", "", "later, by somebody else")
    )  # the row's last writer is not the field's
    merge = save(owner, assessment, ("clauses.1.1", EMPTY, "met"), ("clauses.1.2", EMPTY, "met"))
    assert merge.status == 409 and merge.applied == ("clauses.1.2",)
    [conflict] = merge.conflicts
    assert (conflict.path, conflict.yours, conflict.theirs) == ("clauses.1.1", "met", "not_met")
    assert conflict.by == colleague.get_full_name() and conflict.at is not None
    assert row_of(assessment).clauses == {"1": ["not_met", "met"]}


def test_a_numerator_over_the_denominator_is_refused_and_the_other_change_is_kept(
    assessment: Assessment, owner: User
) -> None:
    save_basis(by=fresh(owner), assessment=assessment, changes=[Change("bases.discharges.value", None, 1000)])
    merge = save(owner, assessment, ("numerators.3", None, "1,001"), ("clauses.1.1", EMPTY, "met"))
    assert merge.status == 422 and merge.applied == ("clauses.1.1",)
    [(path, sentence)] = merge.problems
    assert path == "numerators.3" and "1001" in sentence and "1000" in sentence
    assert not sentence.startswith("01.01")  # it stands beside the field
    assert row_of(assessment).numerators == {}


def test_numerators_that_only_fit_together_are_saved_together(assessment: Assessment, owner: User) -> None:
    save(
        owner,
        assessment,
        ("denominator", None, 1000),
        ("numerators.2", None, 400),
        ("numerators.3", None, 300),
    )
    merge = save(owner, assessment, ("numerators.3", 300, 600), ("numerators.2", 400, 700))
    assert merge.status == 200 and row_of(assessment).numerators == {"2": 700, "3": 600}


def test_lowering_a_denominator_under_a_numerator_is_refused_beside_the_denominator(
    assessment: Assessment, owner: User
) -> None:
    save(owner, assessment, ("denominator", None, 1000), ("numerators.3", None, 900))
    merge = save(owner, assessment, ("denominator", 1000, 800))
    assert [path for path, _sentence in merge.problems] == ["denominator"]
    assert row_of(assessment).denominator == 1000


def test_a_contradiction_from_the_basis_does_not_stop_other_answers(
    assessment: Assessment, owner: User
) -> None:
    save_basis(by=fresh(owner), assessment=assessment, changes=[Change("bases.discharges.value", None, 1000)])
    save(owner, assessment, ("numerators.3", None, 900))
    save_basis(by=fresh(owner), assessment=assessment, changes=[Change("bases.discharges.value", 1000, 800)])
    merge = save(owner, assessment, ("clauses.1.1", EMPTY, "met"))
    assert merge.status == 200
    assert [problem.code for problem in merge.now.problems] == ["numerator_over_denominator"]
    assert merge.now.card.items[ITEM].factors[3].application == 0  # what contradicts itself counts nothing


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("４２１０", 4210), ("4,210", 4210), ("4，210", 4210), (" 4 210 ", 4210), (4210, 4210), ("", None)],
)
def test_figures_are_read_as_people_type_them(
    assessment: Assessment, owner: User, typed: object, stored: object
) -> None:
    save(owner, assessment, ("denominator", None, typed))
    kept = ItemAnswer.objects.filter(assessment=assessment).values_list("denominator", flat=True).first()
    assert kept == stored


@pytest.mark.parametrize("typed", ["12.5", "四千", "1e3", 12.5, True, [1], "9" * 25])
def test_what_is_no_whole_number_is_refused_with_a_sentence(
    assessment: Assessment, owner: User, typed: object
) -> None:
    merge = save(owner, assessment, ("denominator", None, typed))
    assert merge.status == 422 and "整数" in merge.problems[0][1]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("０．９３", "0.93"),
        (".5", "0.5"),
        ("93%", "0.93"),
        ("93.5%", "0.935"),
        ("9%", "0.09"),
        ("100%", "1"),
        (1, "1"),
        ({"consistency": "0.9", "completeness": ""}, {"consistency": "0.9"}),
        (
            {"rules": {"01.01.3-consistency-1": {"numerator": "9,412", "denominator": 10000}}},
            {"rules": {"01.01.3-consistency-1": {"numerator": 9412, "denominator": 10000}}},
        ),
    ],
)
def test_an_index_is_read_in_each_of_its_forms(
    assessment: Assessment, owner: User, typed: object, stored: object
) -> None:
    merge = save(owner, assessment, ("data_quality.3", None, typed))
    assert merge.problems == () and row_of(assessment).data_quality == {"3": stored}


@pytest.mark.parametrize(
    "typed",
    [
        "1.2",
        "-0.5",
        "abc",
        0.93,
        {"beauty": "0.9"},
        {"rules": {"01.01.4-nothing-9": {"numerator": 1, "denominator": 2}}},
        {"rules": {"01.01.3-consistency-1": {"numerator": 1, "denominator": None}}},
        {"rules": {"01.01.3-consistency-1": {"numerator": 3, "denominator": 2}}},
        {"rules": [], "more": 1},
    ],
)
def test_an_index_that_cannot_be_is_refused(assessment: Assessment, owner: User, typed: object) -> None:
    merge = save(owner, assessment, ("data_quality.3", None, typed))
    assert merge.status == 422 and len(merge.problems[0][1]) > 5
    assert not ItemAnswer.objects.filter(assessment=assessment).exists()


@pytest.mark.parametrize(
    "path",
    [
        "clauses.3.9",
        "clauses.9.1",
        "clauses.0.1",
        "nothing",
        "numerators",
        "numerators.3.1",
        "note.x",
        "pk",
        "",
    ],
)
def test_a_place_the_item_does_not_have_is_refused(assessment: Assessment, owner: User, path: str) -> None:
    assert save(owner, assessment, (path, None, "met")).status == 422
    assert not ItemAnswer.objects.filter(assessment=assessment).exists()


def test_what_the_item_does_not_ask_is_refused(assessment: Assessment, owner: User) -> None:
    assert save(owner, assessment, ("in_use", None, True)).status == 422
    assert save(owner, assessment, ("denominator", None, 5), item="08.02").status == 422
    assert save(owner, assessment, ("in_use", None, True), item="08.02").status == 200


def test_no_such_service_needs_a_reason_and_scores_nothing(assessment: Assessment, owner: User) -> None:
    save(owner, assessment, ("clauses.1.1", EMPTY, "met"), ("clauses.1.2", EMPTY, "met"))
    merge = save(owner, assessment, ("no_such_service", "", "本院无病房"))
    assert merge.now.card.items[ITEM].no_such_service
    assert row_of(assessment).clauses == {"1": ["met", "met"]}  # kept, should the service come back
    assert (
        not save(owner, assessment, ("no_such_service", "本院无病房", ""))
        .now.card.items[ITEM]
        .no_such_service
    )


def test_an_event_names_the_item_and_the_changed_paths(assessment: Assessment, owner: User) -> None:
    save(owner, assessment, ("clauses.3.2", EMPTY, "met"), ("note", "", "x" * 900))
    event = Event.objects.latest("pk")
    assert (event.verb, event.facts["item"], event.actor_name) == (
        "item.answered",
        ITEM,
        owner.get_full_name(),
    )
    assert [change["path"] for change in event.facts["changes"]] == ["clauses.3.2", "note"]
    assert len(event.facts["changes"][1]["to"]) < 300 and len(row_of(assessment).note) == 900


def test_a_refused_change_leaves_no_event(assessment: Assessment, owner: User) -> None:
    before = Event.objects.count()
    save(owner, assessment, ("denominator", None, "-5"))
    assert Event.objects.count() == before


def test_a_contributor_answers_only_what_is_assigned(assessment: Assessment, colleague: User) -> None:
    with pytest.raises(Refusal, match="没有分配给您"):
        save(colleague, assessment, ("clauses.1.1", EMPTY, "met"))
    Assignment.objects.create(assessment=assessment, item_code=ITEM, person=colleague)
    assert save(colleague, assessment, ("clauses.1.1", EMPTY, "met")).status == 200


def test_after_submission_nothing_is_saved(assessment: Assessment, owner: User) -> None:
    Assessment.objects.filter(pk=assessment.pk).update(status="archived")
    with pytest.raises(Refusal, match="已归档"):
        save(owner, assessment, ("clauses.1.1", EMPTY, "met"))


def test_a_revoked_member_is_told_so(assessment: Assessment, owner: User) -> None:
    Membership.objects.filter(user=owner).update(revoked_at="2026-01-01T00:00:00Z")
    with pytest.raises(Refusal, match="不是本院成员"):
        save(owner, assessment, ("clauses.1.1", EMPTY, "met"))


def test_sentences_come_in_the_language_of_the_request(assessment: Assessment, owner: User) -> None:
    with translation.override("en"):
        merge = save(owner, assessment, ("denominator", None, -5))
    assert merge.problems[0][1].startswith("The denominator -5 is negative")


def test_saving_takes_the_same_few_queries_in_a_full_assessment(
    assessment: Assessment, owner: User, django_assert_num_queries: object
) -> None:
    person = fresh(owner)

    def once(state: tuple[object, object]) -> None:
        save_changes(by=person, assessment=assessment, item=ITEM, changes=[Change("clauses.3.2", *state)])

    once((EMPTY, "met"))  # memberships and the rubric are read once
    for code in ("01.02", "01.03", "02.01", "03.01"):
        make_answer(assessment, code, clauses={"1": ["met"]})
    with django_assert_num_queries(13):  # type: ignore[operator]
        once(("met", "partly"))
