"""Addresses of the rectification ledger: the hospital's own, to everybody else not there."""

from __future__ import annotations

from typing import Any

from tests.web.permissions.format import EVERYBODY, Ask, Expectation, Row, expect
from tests.web.permissions.verification import of, staff
from tests.web.permissions.world import World


def managers(status: int) -> Expectation:
    return staff(403, owner=status, consultant=status)


def workers(status: int) -> Expectation:
    """The entry is the colleague's; the director and the engineer read it. A refusal stands on the page."""
    return staff(422, owner=status, consultant=status, colleague=status)


def both(expected: Expectation, **more: str) -> tuple[Ask, Ask]:
    return (
        Ask(expected, about="a draft"),
        Ask(expected, kwargs=of("submitted", **more), about="submitted: not there for a bureau"),
    )


def typed(w: World) -> dict[str, Any]:
    return {"wrong": "示例问题", "clause": "", "item": "01.01"}


def changed(w: World) -> dict[str, Any]:
    person = str(w.colleague.public_id)
    seen = {"seen_wrong": w.entry.wrong, "seen_item": "01.01", "seen_person": person}
    return {"wrong": "示例问题", "item": "01.01", "person": person, **seen}


def given(w: World) -> dict[str, Any]:
    return {"items": [str(w.entry.number)], "due_on": "2026-12-31"}


def a_measure(w: World) -> dict[str, Any]:
    return {"step": "measure", "text": "已补接口"}


def unproven(w: World) -> dict[str, Any]:
    return {"step": "close", "why": "示例理由"}


ENTRY = {"number": "entry.number"}
OTHERS = {"number": "others_entry.number"}

ROWS: dict[str, Row] = {
    "ledger": Row(kwargs=of("draft"), get=both(staff(200))),
    "ledger-proposals": Row(
        kwargs=of("draft"),
        get=both(managers(200)),
        post=Ask(managers(422), about="nothing is ticked: the page says so"),
    ),
    "ledger-new": Row(kwargs=of("draft"), get=both(managers(200)), post=Ask(managers(302), data=typed)),
    "ledger-assign": Row(kwargs=of("draft"), post=Ask(managers(302), data=given)),
    "ledger-export": Row(kwargs=of("draft"), get=both(staff(200))),
    "ledger-entry": Row(
        kwargs=of("draft", **ENTRY),
        get=(
            Ask(staff(200), about="the colleague's own"),
            Ask(staff(200, colleague=404), kwargs=of("draft", **OTHERS), about="of another department"),
        ),
        post=Ask(managers(302), data=changed),
    ),
    "ledger-step": Row(
        kwargs=of("draft", **ENTRY),
        post=(
            Ask(workers(302), data=a_measure, about="a measure"),
            Ask(staff(422, owner=302), data=unproven, about="closing"),
            Ask(
                staff(422, colleague=404, owner=302, consultant=302),
                data=a_measure,
                kwargs=of("draft", **OTHERS),
                about="of another department",
            ),
        ),
    ),
    "deadlines": Row(get=Ask(EVERYBODY(200))),
    "calendar": Row(
        open=True,
        kwargs=lambda w: {"token": "x" * 43},
        get=Ask(expect(others=404, anonymous=404), about="nobody's address"),
    ),
    "calendar-feed": Row(get=Ask(EVERYBODY(200)), post=Ask(EVERYBODY(200))),
    "calendar-revoke": Row(post=Ask(EVERYBODY(302))),
}
