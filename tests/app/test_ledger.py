"""The rectification ledger: what is offered, whose it is, how it ends, what two people do to one entry."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from assessments import jobs
from assessments.actions.ledger import (
    EntryChanged,
    EntryMoved,
    add_measure,
    assign_entries,
    begin_entry,
    change_entry,
    close_entry,
    enter_by_hand,
    enter_proposals,
    hand_back_entry,
    hand_in_entry,
    reopen_entry,
    withdraw_entry,
)
from assessments.actions.starting import start_assessment
from assessments.models import Assessment, Assignment, LedgerEntry, Notice
from assessments.queries.ledger.entry import entry_page
from assessments.queries.ledger.proofs import proofs_of
from assessments.queries.ledger.proposals import proposals_of
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from rubrics.queries import get_catalogue
from tests.factories.assessments import WINDOW, complete, make_answer, make_assessment, make_member
from tests.factories.evidence import make_picture, make_run, refuted, supported
from tests.factories.ledger import make_entry
from tests.factories.people import make_department
from tests.factories.rehearsals import make_rehearsal

pytestmark = pytest.mark.django_db
State, Source, Proof = LedgerEntry.State, LedgerEntry.Source, LedgerEntry.Proof
RULES = [rule.id for rule in get_catalogue().rules_of("smart-service-2019") if rule.active]


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(jobs, "enqueue", lambda *_job: None)


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


@pytest.fixture
def consultant(hospital: Organisation) -> User:
    return make_member(hospital, "consultant", Membership.Role.CONSULTANT)


def verbs(assessment: Assessment) -> list[str]:
    rows = Event.objects.filter(subject_id=str(assessment.public_id), verb__startswith="ledger.")
    return list(rows.order_by("pk").values_list("verb", flat=True))


def keys(assessment: Assessment, source: str) -> list[str]:
    return [one.key for one in proposals_of(assessment) if one.source == source]


# -- what is offered ---------------------------------------------------------------------------


def test_gaps_refuted_rules_and_failed_cases_are_offered_once_with_whoever_the_item_is_assigned_to(
    assessment: Assessment, owner: User, colleague: User, hospital: Organisation
) -> None:
    complete(assessment, owner)
    make_answer(assessment, "01.01", clauses={})
    department = make_department(hospital, "检验科")
    Assignment.objects.create(
        assessment=assessment, item_code="01.01", department=department, person=colleague
    )
    make_run(assessment, owner, rules=[refuted(RULES[0])])
    make_rehearsal(assessment, owner, outcomes={"01.02": ("passed", "failed")})
    offered = proposals_of(assessment)
    assert {one.source for one in offered} == {Source.GAP, Source.RULE, Source.REHEARSAL}
    gap = next(one for one in offered if one.item == "01.01" and one.source == Source.GAP)
    assert (gap.department, gap.person) == ("检验科", colleague.get_full_name())
    assert "未达到的条款" in gap.wrong and gap.ticked
    assert keys(assessment, Source.RULE) == [f"rule:{RULES[0]}"]

    made = enter_proposals(
        by=owner, assessment=assessment, keys=[one.key for one in offered], due_on=date(2026, 12, 1)
    )
    assert len(made) == len(offered) and proposals_of(assessment) == []
    assert [entry.number for entry in made] == list(range(1, len(made) + 1))
    assert {entry.due_on for entry in assessment.ledger.all()} == {date(2026, 12, 1)}
    assert Notice.objects.get(user=colleague).kind == "ledger.assigned"
    with pytest.raises(Refusal, match="都已经在台账中"):
        enter_proposals(by=owner, assessment=assessment, keys=[one.key for one in offered])
    assert verbs(assessment) == ["ledger.entered"]


def test_what_was_assigned_to_somebody_who_left_is_nobodys_and_nobody_outside_is_told(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    complete(assessment, owner)
    make_answer(assessment, "01.01", clauses={})
    Assignment.objects.create(assessment=assessment, item_code="01.01", person=colleague)
    colleague.memberships.update(revoked_at=timezone.now())
    entry = enter_proposals(by=owner, assessment=assessment, keys=keys(assessment, Source.GAP))[0]
    assert (entry.item_code, entry.person) == ("01.01", None)
    assert not Notice.objects.filter(user=colleague).exists()


def test_the_database_keeps_one_open_entry_per_source_and_no_end_without_proof_or_reason(
    assessment: Assessment, owner: User
) -> None:
    make_entry(assessment, owner, source=Source.RULE, source_key="rule:x")
    refused: tuple[dict[str, Any], ...] = (
        {"source": Source.RULE, "source_key": "rule:x"},
        {"state": State.CLOSED, "proof_kind": ""},
        {"state": State.UNPROVEN, "ended_why": ""},
        {"state": State.UNPROVEN, "source": Source.RULE},
        {"state": State.WITHDRAWN, "ended_why": ""},
        {"wrong": ""},
    )
    for fields in refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            make_entry(assessment, owner, **fields)


# -- how it ends -------------------------------------------------------------------------------


def test_a_refuted_rule_is_closed_only_by_a_new_run_in_which_it_holds(
    assessment: Assessment, owner: User
) -> None:
    make_run(assessment, owner, rules=[refuted(RULES[0])])
    entry = enter_proposals(by=owner, assessment=assessment, keys=[f"rule:{RULES[0]}"])[0]
    with pytest.raises(Refusal, match="还没有新的核验"):
        close_entry(by=owner, entry=entry, why="已整改")
    later = timezone.now() + timedelta(minutes=1)
    make_run(assessment, owner, rules=[refuted(RULES[0], 40, 100)], requested_at=later)
    with pytest.raises(Refusal, match="第2次核验还不能证明"):
        close_entry(by=owner, entry=entry, proof="run:2", why="已整改")
    make_run(assessment, owner, rules=[], requested_at=later)  # not counted any more: no proof
    with pytest.raises(Refusal, match="第3次核验还不能证明"):
        close_entry(by=owner, entry=entry, proof="run:3")
    make_run(assessment, owner, rules=[supported(RULES[0])], requested_at=later)
    closed = close_entry(by=owner, entry=entry, proof="run:4")
    assert (closed.state, closed.proof_kind, closed.proof_facts["run"]) == (State.CLOSED, Proof.RUN, 4)
    assert "98/100" in entry_page(LedgerEntry.objects.get(pk=entry.pk), owner).proof
    assert keys(assessment, Source.RULE) == []

    make_run(assessment, owner, rules=[refuted(RULES[0])], requested_at=later)
    again = proposals_of(assessment)
    assert [(one.again, one.key) for one in again if one.source == Source.RULE] == [(1, f"rule:{RULES[0]}")]
    assert len(enter_proposals(by=owner, assessment=assessment, keys=[f"rule:{RULES[0]}"])) == 1
    with pytest.raises(Refusal, match="已有未销号的第2号"):
        reopen_entry(by=owner, entry=entry, why="又不符")


def test_material_uploaded_since_and_by_somebody_else_closes_an_entry(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    before = make_picture(assessment, colleague)
    entry = make_entry(assessment, owner)
    own, theirs = make_picture(assessment, owner), make_picture(assessment, colleague)
    offered = {one.ref: one.why_not for one in proofs_of(entry, owner).choices}
    assert f"attachment:{before.public_id}" not in offered
    with pytest.raises(Refusal, match="不能采信自己上传的材料"):
        close_entry(by=owner, entry=entry, proof=f"attachment:{own.public_id}")
    closed = close_entry(by=owner, entry=entry, proof=f"attachment:{theirs.public_id}")
    assert (closed.proof_kind, closed.proof_facts["name"]) == (Proof.ATTACHMENT, theirs.original_name)


def test_without_a_proof_an_entry_ends_only_with_a_reason_and_a_mark(
    assessment: Assessment, owner: User
) -> None:
    entry = make_entry(assessment, owner)
    with pytest.raises(Refusal, match="没有佐证的销号需要写明理由"):
        close_entry(by=owner, entry=entry, why="  ")
    assert close_entry(by=owner, entry=entry, why="科室已更名").state == State.UNPROVEN
    with pytest.raises(Refusal, match="没有重复处理"):
        close_entry(by=owner, entry=entry, why="再来一次")
    assert reopen_entry(by=owner, entry=entry, why="更名后仍有问题").state == State.IN_WORK
    assert verbs(assessment) == ["ledger.closed-unproven", "ledger.reopened"]


def test_a_later_rehearsal_that_passes_proves_the_end_of_a_failed_case(
    assessment: Assessment, owner: User
) -> None:
    make_rehearsal(assessment, owner, outcomes={"01.01": ("failed",)})
    entry = enter_proposals(by=owner, assessment=assessment, keys=keys(assessment, Source.REHEARSAL))[0]
    assert proofs_of(entry, owner).choices == ()
    make_rehearsal(assessment, owner, outcomes={"01.01": ("passed", "passed")}, state="closed")
    assert close_entry(by=owner, entry=entry, proof="rehearsal:2").proof_facts == {
        "rehearsal": 2,
        "cases": 2,
    }


#: what may follow which state, whoever asks being allowed to
ALLOWED = {
    "begin": {State.OPEN: State.IN_WORK},
    "hand_in": {State.OPEN: State.HANDED_IN, State.IN_WORK: State.HANDED_IN},
    "hand_back": {State.HANDED_IN: State.IN_WORK},
    "close": dict.fromkeys(LedgerEntry.UNDONE, State.UNPROVEN),
    "withdraw": dict.fromkeys(LedgerEntry.UNDONE, State.WITHDRAWN),
    "reopen": dict.fromkeys((State.UNPROVEN, State.WITHDRAWN), State.IN_WORK),
}


@settings(max_examples=12)
@given(steps=st.lists(st.sampled_from(sorted(ALLOWED)), max_size=7))
def test_whatever_is_asked_in_whatever_order_only_allowed_steps_happen_and_each_leaves_a_line_and_an_event(
    steps: list[str],
) -> None:
    owner = User.objects.filter(username="owner").first() or pytest.skip("laid by the fixture below")
    assessment = Assessment.objects.get(title="步骤")
    with transaction.atomic():
        entry = make_entry(assessment, owner)
        actions: dict[str, Any] = {
            "hand_in": hand_in_entry,
            "hand_back": hand_back_entry,
            "close": close_entry,
            "withdraw": withdraw_entry,
            "reopen": reopen_entry,
        }
        state, taken = str(State.OPEN), 0
        for step in steps:
            after = ALLOWED[step].get(State(state))
            try:
                if step == "begin":
                    begin_entry(by=owner, entry=entry)
                else:
                    actions[step](by=owner, entry=entry, why="示例")
            except Refusal:
                assert after is None
            else:
                assert after is not None
                state, taken = str(after), taken + 1
            entry.refresh_from_db()
            assert entry.state == state
        assert entry.lines.exclude(state="").count() == taken
        assert len(verbs(assessment)) == taken
        assert (entry.ended_at is None) == entry.is_undone
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def steps_world(request: pytest.FixtureRequest) -> None:
    if "whatever_is_asked" in request.node.name:
        owner = request.getfixturevalue("owner")
        make_assessment(request.getfixturevalue("hospital"), owner, title="步骤")


# -- two people --------------------------------------------------------------------------------


def test_two_people_who_change_different_fields_both_keep_theirs_and_the_same_field_is_asked_about(
    assessment: Assessment, owner: User, consultant: User
) -> None:
    entry = make_entry(assessment, owner)
    opened = {"wrong": entry.wrong, "due_on": None}
    change_entry(
        by=consultant, entry=entry, seen=opened, wanted={"wrong": entry.wrong, "due_on": date(2026, 12, 9)}
    )
    change_entry(by=owner, entry=entry, seen=opened, wanted={"wrong": "改过的问题", "due_on": None})
    entry.refresh_from_db()
    assert (entry.wrong, entry.due_on, entry.version) == ("改过的问题", date(2026, 12, 9), 3)
    with pytest.raises(EntryChanged, match="刚刚改过同样的内容") as clash:
        change_entry(by=consultant, entry=entry, seen=opened, wanted={"wrong": "另一种说法"})
    assert [(one.field, one.theirs, one.yours) for one in clash.value.clashes] == [
        ("wrong", "改过的问题", "另一种说法")
    ]
    entry.refresh_from_db()
    assert entry.wrong == "改过的问题"


def test_a_step_taken_on_an_old_page_is_refused_and_measures_of_two_departments_never_clash(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    entry = make_entry(assessment, owner, person=colleague)
    add_measure(by=colleague, entry=entry, text="补了接口")
    add_measure(by=owner, entry=entry, text="厂商已确认", day=timezone.localdate() - timedelta(days=1))
    entry.refresh_from_db()
    assert entry.state == State.IN_WORK
    assert list(entry.lines.filter(state="").values_list("text", flat=True)) == ["厂商已确认", "补了接口"]
    hand_in_entry(by=colleague, entry=entry, seen=State.IN_WORK)
    with pytest.raises(EntryMoved, match="刚刚把这个事项改为“待销号”"):
        withdraw_entry(by=owner, entry=entry, why="不做了", seen=State.IN_WORK)
    with pytest.raises(Refusal, match="不能晚于今天"):
        add_measure(by=owner, entry=entry, text="明天", day=timezone.localdate() + timedelta(days=1))


def test_people_of_a_department_work_on_their_own_entries_and_close_none(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    department, other = make_department(hospital, "检验科"), make_department(hospital, "药学部")
    nurse = make_member(hospital, "nurse", Membership.Role.CONTRIBUTOR, department=department)
    own, foreign = (make_entry(assessment, owner, department=place) for place in (department, other))
    with pytest.raises(Refusal, match="请先写一条整改措施"):
        hand_in_entry(by=nurse, entry=own)
    add_measure(by=nurse, entry=own, text="已改")
    assert hand_in_entry(by=nurse, entry=own).state == State.HANDED_IN
    with pytest.raises(Refusal, match="没有分配给您"):
        add_measure(by=nurse, entry=foreign, text="已改")
    with pytest.raises(Refusal, match="由本院质控负责人进行"):
        close_entry(by=nurse, entry=own, why="好了")
    director = make_member(hospital, "director", Membership.Role.DIRECTOR)
    with pytest.raises(Refusal, match="您可以查看"):
        enter_by_hand(by=director, assessment=assessment, wrong="示例")
    assessment.status = Assessment.Status.ARCHIVED
    assessment.save()
    with pytest.raises(Refusal, match="已经归档"):
        add_measure(by=owner, entry=own, text="已改")


def test_many_entries_are_assigned_at_once_and_outsiders_are_refused(
    assessment: Assessment, owner: User, colleague: User, stranger: User, hospital: Organisation
) -> None:
    for _n in range(3):
        make_entry(assessment, owner)
    make_entry(assessment, owner, state=State.WITHDRAWN)
    department = make_department(hospital, "检验科")
    with pytest.raises(Refusal, match="不是本院成员"):
        assign_entries(by=owner, assessment=assessment, numbers=[1], person=stranger)
    changed = assign_entries(
        by=owner, assessment=assessment, numbers=[1, 2, 3, 4], department=department, person=colleague
    )
    assert changed == 3  # what is ended stays as it is
    assert Notice.objects.filter(user=colleague, kind="ledger.assigned").count() == 1
    assert assign_entries(by=owner, assessment=assessment, numbers=[1], person=colleague) == 0
    assert verbs(assessment) == ["ledger.assigned"]


# -- the next year -----------------------------------------------------------------------------


def test_open_entries_go_on_in_the_next_year_with_a_link_and_are_offered_only_there(
    assessment: Assessment, owner: User, colleague: User, hospital: Organisation
) -> None:
    make_run(assessment, owner, rules=[refuted(RULES[0])])
    rule = enter_proposals(by=owner, assessment=assessment, keys=[f"rule:{RULES[0]}"])[0]
    make_entry(assessment, owner, state=State.HANDED_IN, person=colleague)
    make_entry(assessment, owner, state=State.CLOSED)
    Membership.objects.filter(user=colleague).update(revoked_at=timezone.now())
    following = start_assessment(
        by=owner,
        hospital=hospital,
        edition=assessment.edition,
        title="2027年自评（示例）",
        target_level=3,
        window=WINDOW,
        copy_from=assessment,
    )
    carried = list(following.ledger.all())
    assert [(e.number, e.state, e.carried_from_id and e.person_id) for e in carried] == [
        (1, State.OPEN, None),
        (2, State.IN_WORK, None),
    ]
    rule.refresh_from_db()
    assert rule.state == State.CARRIED and rule.carried_to == carried[0]
    page = entry_page(LedgerEntry.objects.get(pk=carried[0].pk), owner)
    assert page.before[1:] == (1, assessment.title) and str(assessment.public_id) in page.source_url
    with pytest.raises(Refusal, match="转入新的自评"):
        reopen_entry(by=owner, entry=rule, why="再开")
    with pytest.raises(Refusal, match="还没有新的核验"):
        close_entry(by=owner, entry=carried[0], proof="run:1")
    later = timezone.now() + timedelta(minutes=1)
    make_run(following, owner, rules=[supported(RULES[0])], requested_at=later)
    assert close_entry(by=owner, entry=carried[0], proof="run:1").state == State.CLOSED
    without = start_assessment(
        by=owner,
        hospital=hospital,
        edition=assessment.edition,
        title="不带台账",
        target_level=3,
        window=WINDOW,
        copy_from=following,
        carry_entries=False,
    )
    assert not without.ledger.exists()
