"""The trail: appended only, chained, and altered rows are found and named."""

from __future__ import annotations

import ast
import json
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from audit.actions import INSTALLATION, record
from audit.models import Chain, Event
from audit.verbs import SUBJECTS, VERBS, value_words
from audit.verifying import check_chains
from tests.factories.people import make_user
from tests.factories.trail import alter

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "hospitals", "rubrics", "assessments", "reports", "audit")

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> User:
    return make_user("writer")


@pytest.fixture
def events(actor: User) -> list[Event]:
    return [
        record(
            verb="department.added",
            by=actor,
            subject_kind="department",
            subject_id=n,
            chain="chain-a",
            facts={"name": f"科室{n}", "n": n, "list": [1, {"x": None}], "yes": True},
        )
        for n in range(5)
    ]


def verify(*arguments: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    status = 0
    try:
        call_command("audit", "verify", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        status = int(end.code or 0)
    return status, out.getvalue(), err.getvalue()


def test_an_untouched_trail_is_whole(events: list[Event], actor: User) -> None:
    record(verb="edition.published", by=None, subject_kind="edition", subject_id="emr-2018")
    status, out, err = verify()
    assert (status, err) == (0, "")
    assert "2条链" in out
    assert "6条记录" in out


def test_a_trail_without_events_is_whole() -> None:
    assert verify()[0] == 0


@pytest.mark.parametrize(
    "change",
    [
        'facts = \'{"name": "另一科室"}\'',
        "actor_name = '别人'",
        "verb = 'department.closed'",
        "subject_id = '99'",
        "at = '2020-01-01 00:00:00'",
        "actor_id = 123456",
    ],
)
def test_an_altered_row_is_named_whatever_was_altered(events: list[Event], change: str) -> None:
    alter(f"UPDATE audit_event SET {change} WHERE id = %s", events[2].pk)
    status, out, err = verify()
    assert status == 1
    assert out == ""
    assert "chain-a" in err
    assert "第3条记录" in err
    assert f"行号{events[2].pk}" in err
    assert err.count("\n") == 1


def test_an_altered_row_with_a_fresh_digest_breaks_the_link_to_the_next(events: list[Event]) -> None:
    from audit.actions import digest_of

    event = Event.objects.get(pk=events[2].pk)
    event.actor_name = "别人"
    alter(
        "UPDATE audit_event SET actor_name = %s, digest = %s WHERE id = %s",
        "别人",
        digest_of(event, "chain-a"),
        event.pk,
    )
    (check,) = check_chains()
    assert check.fault is not None
    assert (check.fault.kind, check.fault.sequence) == ("unlinked", 4)


def test_a_removed_row_is_missed(events: list[Event]) -> None:
    alter("DELETE FROM audit_event WHERE id = %s", events[1].pk)
    (check,) = check_chains()
    assert check.fault is not None
    assert (check.fault.kind, check.fault.sequence) == ("missing", 2)
    assert "缺少第2条记录" in verify()[2]


def test_a_cut_end_is_noticed(events: list[Event]) -> None:
    alter("DELETE FROM audit_event WHERE id = %s", events[4].pk)
    (check,) = check_chains()
    assert check.fault is not None
    assert (check.fault.kind, check.fault.sequence) == ("cut", 5)


def test_one_altered_chain_does_not_hide_the_state_of_the_others(events: list[Event], actor: User) -> None:
    record(verb="department.added", by=actor, subject_kind="department", subject_id=1, chain="chain-b")
    alter("UPDATE audit_event SET verb = 'x' WHERE id = %s", events[0].pk)
    status, out, _err = verify("--json")
    answer = json.loads(out)
    assert status == 1
    assert answer["format"] == "zhiping-trail-check/1"
    assert answer["whole"] is False
    faults = {chain["chain"]: chain["fault"] for chain in answer["chains"]}
    assert faults["chain-b"] is None
    assert faults["chain-a"]["kind"] == "altered"
    assert faults["chain-a"]["event"] == events[0].pk


def test_a_wrong_question_ends_with_status_two_and_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("audit", "erase")
    assert end.value.code == 2
    assert "erase" in capsys.readouterr().err


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor_name = 'x'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_chain",
        "UPDATE audit_chain SET length = 1",
        "UPDATE audit_chain SET head = 'x'",
    ],
)
def test_the_database_refuses_to_change_the_trail(events: list[Event], statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Event.objects.count() == 5


def test_the_orm_cannot_change_the_trail_either(events: list[Event]) -> None:
    events[0].actor_name = "x"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        events[0].save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        events[0].delete()


@pytest.mark.postgres
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="TRUNCATE exists on PostgreSQL only")
def test_postgresql_refuses_to_empty_the_trail() -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE audit_event")


def test_an_event_is_undone_with_its_change(actor: User) -> None:
    with pytest.raises(ValueError, match="later"), transaction.atomic():
        record(verb="department.added", by=actor, subject_kind="department", subject_id=1)
        raise ValueError("later")
    assert not Event.objects.exists()
    record(verb="department.added", by=actor, subject_kind="department", subject_id=1)
    assert Chain.objects.get(key=INSTALLATION).length == 1
    assert verify()[0] == 0


@pytest.mark.parametrize("facts", [{"share": 0.1}, {"a": {"b": [object()]}}, {1: "x"}])
def test_facts_that_would_not_come_back_the_same_are_refused(facts: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="facts"):
        record(verb="department.added", by=None, subject_kind="department", subject_id=1, facts=facts)


def test_facts_survive_the_database_with_their_digest(actor: User) -> None:
    facts = {"zh": "中文 ‘’\u2028", "nul": "a\x00b", "tuple": ("x", 1), "big": 2**52, "none": None}
    record(verb="department.added", by=actor, subject_kind="department", subject_id=1, facts=facts)
    assert Event.objects.get().facts["tuple"] == ["x", 1]
    assert verify()[0] == 0


@cache
def recording_calls() -> list[tuple[str, ast.Call]]:
    """Every call of a recording function anywhere in the apps, and its file."""
    return [
        (str(file.relative_to(ROOT)), node)
        for app in APPS
        for file in (ROOT / app).rglob("*.py")
        if "record" in (text := file.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and "record" in ast.unparse(node.func)
    ]


def recorded_words(argument: str) -> dict[str, str]:
    """Every literal handed as ``verb=`` (or ``subject_kind=``) to a recording function anywhere in the apps."""
    return {
        part.value: file
        for file, call in recording_calls()
        for keyword in call.keywords
        if keyword.arg == argument
        for part in ast.walk(keyword.value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value
    }


def test_every_verb_recorded_in_the_code_has_its_words() -> None:
    recorded = recorded_words("verb")
    assert "account.signed-in" in recorded
    assert {verb: file for verb, file in recorded.items() if verb not in VERBS} == {}


def test_no_verb_of_the_registry_is_a_dead_letter() -> None:
    code = "".join(
        file.read_text(encoding="utf-8")
        for app in APPS
        for file in (ROOT / app).rglob("*.py")
        if file.name != "verbs.py"
    )
    assert [verb for verb in VERBS if f'"{verb}"' not in code] == []


def test_every_kind_of_subject_has_its_words() -> None:
    assert {kind: file for kind, file in recorded_words("subject_kind").items() if kind not in SUBJECTS} == {}


def test_nested_facts_are_shown_on_one_line() -> None:
    assert value_words([{"item": "01.01", "yes": True}, "", 3]) == "项目: 01.01; yes: 是, （空）, 3"


def test_codes_of_roles_and_states_are_shown_as_words() -> None:
    assert (
        value_words({"role": "quality_lead", "after": ["met", "zh-hans"]})
        == "角色: 质控负责人; 修改后: 符合, 简体中文"
    )
