"""Addresses of planning: whole plans for who leads, own tasks for people of a department, nothing for a bureau."""

from __future__ import annotations

from typing import Any

from tests.web.permissions.format import Ask, Expectation, Row, api
from tests.web.permissions.verification import of, staff
from tests.web.permissions.world import World


def readers(status: int, **named: int) -> Expectation:
    """Who sees whole plans: everybody of the hospital but people of a department."""
    return staff(status, **{"colleague": 403, **named})


def drafters(status: int) -> Expectation:
    return readers(status, engineer=403)


def adopters(status: int) -> Expectation:
    return staff(403, owner=status, director=status)


def closed(expected: Expectation) -> Expectation:
    """On what was submitted: a bureau knows the submission, never the plan."""
    return {**expected, "reviewer": 403, "bureau_manager": 403}


def excluding(w: World) -> dict[str, Any]:
    return {"what": "exclude", "item": "01.01", "reason": "示例"}


def assumed(w: World) -> dict[str, Any]:
    return {"rate": "20000"}


def done(w: World) -> dict[str, Any]:
    return {"state": "done"}


def why(w: World) -> dict[str, Any]:
    return {"why": "示例理由"}


def reading(expected: Expectation, **more: str) -> tuple[Ask, Ask]:
    return (
        Ask(expected, about="a draft"),
        Ask(closed(expected), kwargs=of("submitted", **more), about="submitted: not for a bureau"),
    )


TASK = {"task": "plan_task.public_id"}
PLAN = {"plan": "adopted.public_id"}

ROWS: dict[str, Row] = {
    "plan": Row(kwargs=of("draft"), get=reading(readers(200))),
    "plan-change": Row(kwargs=of("draft"), post=Ask(drafters(302), data=excluding)),
    "plan-choice": Row(kwargs=of("draft", objective="safest"), get=reading(readers(200), objective="safest")),
    "plan-item": Row(kwargs=of("draft", item="01.01"), get=reading(readers(200), item="01.01")),
    "plan-assumptions": Row(
        kwargs=of("draft"), get=reading(readers(200)), post=Ask(drafters(302), data=assumed)
    ),
    "plan-adopt": Row(kwargs=of("draft"), post=Ask(adopters(302))),
    "plan-end": Row(kwargs=of("draft"), post=Ask(adopters(302), data=why)),
    "plan-progress": Row(kwargs=of("draft"), get=reading(staff(200))),
    "plan-delivered": Row(kwargs=of("draft"), get=reading(readers(200))),
    "plan-task-assign": Row(kwargs=of("draft", **TASK), post=Ask(adopters(302))),
    "plan-task-move": Row(
        kwargs=of("draft", **TASK),
        post=Ask(
            staff(403, owner=302, director=302, colleague=302),
            data=done,
            about="the task falls to the colleague, to whom the item is assigned",
        ),
    ),
    "api-plans": api(
        of("draft"),
        scopes={"get": "plans:read", "post": "plans:read"},
        get=reading(readers(200)),
        post=Ask(readers(200), json=lambda w: {"objective": "cheapest"}),
    ),
    "api-plan": api(of("draft", **PLAN), scopes={"get": "plans:read"}, get=reading(readers(200), **PLAN)),
    "api-plan-tasks": api(of("draft", **PLAN), scopes={"get": "plans:read"}, get=reading(staff(200), **PLAN)),
    "api-plan-task": api(
        of("draft", **PLAN, **TASK),
        scopes={"get": "plans:read", "patch": "plans:write"},
        get=reading(staff(200), **PLAN, **TASK),
        patch=Ask(
            staff(403, owner=200, director=200, colleague=200),
            json=done,
            headers={"If-Match": "*"},
            about="the task falls to the colleague",
        ),
    ),
}
