"""Addresses of the mock on-site review: the hospital's own, whatever the state of the assessment."""

from __future__ import annotations

from typing import Any

from tests.web.permissions.format import Ask, Expectation, Row
from tests.web.permissions.verification import of, runners, staff
from tests.web.permissions.world import World


def inside(status: int) -> tuple[Ask, Ask]:
    """Staff; a bureau never, not even once the assessment was submitted."""
    return (
        Ask(staff(status), about="a draft"),
        Ask(
            staff(status, reviewer=403, bureau_manager=403),
            kwargs=of("submitted"),
            about="submitted: not for a bureau",
        ),
    )


def leaders(status: int, **named: int) -> Expectation:
    """Who may add a case: everybody of the hospital but a contributor."""
    return staff(status, **{"colleague": 403, **named})


def a_plan(w: World) -> dict[str, Any]:
    return {"items": ["01.01"], "per_item": "5", "held_on": "2026-10-12", "by_hand": "1"}


def a_case(w: World) -> dict[str, Any]:
    return {"item": "01.01", "key": "R-900"}


def a_mark(w: World) -> dict[str, Any]:
    return {"outcome": "passed", "seen": ""}


def how(w: World) -> dict[str, Any]:
    return {"how": "已补接口"}


def a_step(w: World) -> dict[str, Any]:
    clause = "01.01.1-1"
    return {"clause": [clause], f"version-{clause}": "0", f"speaker-{clause}": "讲解员（示例）"}


NUMBER = {"number": "rehearsal.number"}
CASE = {**NUMBER, "case": "fresh_case.pk"}
NOT_FOR_BUREAUS = Ask(
    staff(200, reviewer=403, bureau_manager=403),
    kwargs=of("submitted", number="submitted_rehearsal.number"),
    about="submitted: not for a bureau",
)

ROWS: dict[str, Row] = {
    "rehearsals": Row(kwargs=of("draft"), get=inside(200)),
    "rehearsal-plan": Row(
        kwargs=of("draft"),
        get=Ask(runners(200)),
        post=(
            Ask(runners(302), data=a_plan, about="a draft"),
            Ask(
                staff(403, owner=302, engineer=302, consultant=302, reviewer=403, bureau_manager=403),
                data=a_plan,
                kwargs=of("submitted"),
                about="submitted: before the experts come",
            ),
        ),
    ),
    "rehearsal-points": Row(kwargs=of("draft"), get=inside(200)),
    "rehearsal-points-export": Row(kwargs=of("draft"), get=inside(200)),
    "rehearsal": Row(
        kwargs=of("draft", **NUMBER), get=(Ask(staff(200), about="of a draft"), NOT_FOR_BUREAUS)
    ),
    "rehearsal-script": Row(kwargs=of("draft"), get=inside(200)),
    "rehearsal-script-export": Row(kwargs=of("draft"), get=inside(200)),
    "rehearsal-script-item": Row(
        kwargs=of("draft", item="01.01"),
        get=(
            Ask(staff(404), about="a draft that claims nothing in the item"),
            Ask(
                staff(200, reviewer=403, bureau_manager=403),
                kwargs=of("submitted", item="01.01"),
                about="submitted: not for a bureau",
            ),
        ),
        post=Ask(staff(302), data=a_step, about="the item is assigned to the colleague"),
    ),
    "rehearsal-day": Row(
        kwargs=of("draft", **NUMBER), get=(Ask(staff(200), about="of a draft"), NOT_FOR_BUREAUS)
    ),
    "rehearsal-close": Row(kwargs=of("draft", **NUMBER), post=Ask(staff(403, owner=302, director=302))),
    "rehearsal-case-add": Row(kwargs=of("draft", **NUMBER), post=Ask(leaders(302), data=a_case)),
    "rehearsal-case": Row(
        kwargs=of("draft", **CASE),
        get=Ask(staff(200)),
        post=Ask(staff(302), data=a_mark, about="the item is assigned to the colleague"),
    ),
    "rehearsal-case-remove": Row(
        kwargs=of("draft", **NUMBER, case="typed_case.pk"),
        post=(
            Ask(leaders(302), about="typed by hand"),
            Ask(staff(403), kwargs=of("draft", **CASE), about="a drawn case stays"),
        ),
    ),
    "rehearsal-case-settle": Row(
        kwargs=of("draft", **NUMBER, case="failed_case.pk"), post=Ask(staff(302), data=how)
    ),
    "rehearsal-photo": Row(
        kwargs=of("draft", **NUMBER, case="fresh_case.pk", photo="photo.public_id"), get=Ask(staff(200))
    ),
    "rehearsal-photo-remove": Row(
        kwargs=of("draft", **NUMBER, case="fresh_case.pk", photo="photo.public_id"), post=Ask(staff(302))
    ),
}
