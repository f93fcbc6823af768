"""Confirming the official flags: counts, history, and what the engine then sees."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from rubrics import queries
from rubrics.actions import FlagsRefused, confirm_flags, withdraw_confirmation
from rubrics.flags import all_confirmed, changed_cells, flags_of
from rubrics.models import Confirmation
from rubrics.permissions import check_can_confirm_flags, check_has_flags_to_confirm
from tests.factories.rubrics import flags_with_a_swap, library, make_confirmation, make_edition

pytestmark = pytest.mark.django_db


def test_confirmed_flags_lie_over_the_edition_and_the_edition_stays(owner: User) -> None:
    edition = make_edition()
    rubric = library()["emr-2018"]
    flags = flags_with_a_swap(rubric)
    confirm_flags(edition=edition, flags=flags, by=owner)

    seen = queries.get_rubric(edition)
    assert all_confirmed(seen) and not all_confirmed(rubric)
    assert flags_of(seen) == flags
    edition.refresh_from_db()
    assert edition.content_hash == rubric.content_hash


def test_a_confirmation_leaves_an_event_that_says_who_and_what(owner: User) -> None:
    edition = make_edition()
    rubric = library()["emr-2018"]
    confirm_flags(edition=edition, flags=flags_with_a_swap(rubric), by=owner)
    event = Event.objects.get(verb="flags.confirmed")
    assert (event.actor_id, event.actor_name) == (owner.pk, owner.name)
    changed = changed_cells(flags_of(rubric), flags_with_a_swap(rubric))
    assert event.facts["changed"] == [f"{item}.{level}" for item, level in changed]
    assert event.facts["basic_per_level"]["4"] == 16


def test_wrong_counts_are_refused_with_a_sentence_for_each_level() -> None:
    edition = make_edition()
    flags = flags_of(library()["emr-2018"])
    flags["01.01"][4] = "optional"
    optional = next(code for code, levels in flags.items() if levels.get(6) == "optional")
    flags[optional][6] = "basic"
    with pytest.raises(FlagsRefused) as refused:
        confirm_flags(edition=edition, flags=flags, by=None)
    assert refused.value.sentences == (
        "4级：基本项应为16项，现为15项，还差1项。",
        "6级：基本项应为21项，现为22项，多出1项。",
    )
    assert not Confirmation.objects.exists()
    assert not Event.objects.filter(verb="flags.confirmed").exists()


def test_a_cell_without_a_flag_or_of_a_level_that_does_not_exist_is_refused() -> None:
    edition = make_edition()
    flags = flags_of(library()["emr-2018"])
    del flags["01.01"][4]
    flags["01.03"][2] = "optional"
    with pytest.raises(FlagsRefused) as refused:
        confirm_flags(edition=edition, flags=flags, by=None)
    assert refused.value.sentences == ("01.01.4未标明是基本项还是选择项。", "标准中01.03没有2级。")


def test_a_second_confirmation_replaces_the_first_and_keeps_it_as_history(owner: User) -> None:
    edition = make_edition()
    first = make_confirmation(edition)
    second = confirm_flags(edition=edition, flags=flags_with_a_swap(library()["emr-2018"]), by=owner)
    first.refresh_from_db()
    assert first.withdrawn_at is not None
    assert queries.confirmation_of(edition) == second
    assert Event.objects.filter(verb="flags.confirmed").latest("sequence").facts["replaces"] == first.pk


def test_the_database_allows_one_confirmation_in_force() -> None:
    edition = make_edition()
    make_confirmation(edition)
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.create(edition=edition, source="grid", flags={})


def test_withdrawing_returns_to_the_working_assignment(owner: User) -> None:
    edition = make_edition()
    confirm_flags(edition=edition, flags=flags_with_a_swap(library()["emr-2018"]), by=owner)
    queries.get_rubric(edition)
    assert withdraw_confirmation(edition=edition, by=owner, reason="核对有误") is True
    assert queries.get_rubric(edition) == library()["emr-2018"]
    assert Event.objects.get(verb="flags.withdrawn").facts["reason"] == "核对有误"
    assert withdraw_confirmation(edition=edition, by=owner) is False
    assert Event.objects.filter(verb="flags.withdrawn").count() == 1


def member(role: str, organisation: Organisation) -> User:
    user = User.objects.create_user(f"member-{role}", password="x", name=role)
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


@pytest.mark.parametrize("role", ["system_admin", "bureau_manager"])
def test_administrators_and_bureau_managers_may_confirm(
    role: str, bureau: Organisation, stranger: User
) -> None:
    check_can_confirm_flags(member(role, bureau))


def test_the_quality_lead_of_the_only_hospital_may_confirm(owner: User) -> None:
    check_can_confirm_flags(owner)


def test_a_quality_lead_among_several_hospitals_may_not(owner: User, stranger: User) -> None:
    with pytest.raises(Refusal, match="对本系统内所有医疗机构生效"):
        check_can_confirm_flags(owner)


@pytest.mark.parametrize(
    "role",
    ["contributor", "data_engineer", "director", "consultant", "auditor", "security_admin", "reviewer"],
)
def test_other_roles_may_not(role: str, hospital: Organisation) -> None:
    with pytest.raises(Refusal):
        check_can_confirm_flags(member(role, hospital))


def test_a_standard_proved_by_its_source_has_nothing_to_confirm() -> None:
    with pytest.raises(Refusal, match="无需确认"):
        check_has_flags_to_confirm(library()["smart-service-2019"], None)
    check_has_flags_to_confirm(library()["emr-2018"], None)
