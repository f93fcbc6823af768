"""Addresses of evidence and checks."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.permissions.format import Ask, Expectation, Row, expect
from tests.web.permissions.world import World

STAFF = ("owner", "colleague", "director", "engineer", "consultant")
BUREAU = ("reviewer", "bureau_manager")


def of(assessment: str, **more: str) -> Any:
    """The arguments: an assessment of the world, and what else by the name of its field."""
    return lambda w: {"assessment": getattr(w, assessment).public_id, **_looked_up(w, more)}


def _looked_up(world: World, more: dict[str, str]) -> dict[str, Any]:
    """``run.number``: attribute ``number`` of the world's ``run``; without a dot the text itself."""
    found = {}
    for key, name in more.items():
        field, dot, attribute = name.partition(".")
        held = getattr(world, field, None) if dot else None
        found[key] = getattr(held, attribute) if held is not None else name
    return found


def staff(status: int, **named: int) -> Expectation:
    """A draft: the hospital's staff; nobody else knows that it exists."""
    return expect(others=404, **{**dict.fromkeys(STAFF, status), **named})


def both(status: int, **named: int) -> Expectation:
    """Submitted: staff, and the bureau above."""
    return expect(others=404, **{**dict.fromkeys((*STAFF, *BUREAU), status), **named})


def data_people(status: int) -> Expectation:
    """Quality lead and data engineer."""
    return staff(403, owner=status, engineer=status)


def runners(status: int) -> Expectation:
    return staff(403, owner=status, engineer=status, consultant=status)


def data_file(w: World) -> dict[str, Any]:
    return {"files": SimpleUploadedFile("lab_report.csv", b"report_no\n1\n"), "paths": "lab_report.csv"}


def file_of_a_clause(w: World) -> dict[str, Any]:
    return {**data_file(w), "clause": "01.01.1-1"}


def absence(w: World) -> dict[str, Any]:
    return {"record": "blood_stock", "reason": "没有血库"}


ROWS: dict[str, Row] = {
    "verification": Row(
        kwargs=of("draft"),
        get=(
            Ask(staff(200), about="a draft"),
            Ask(staff(200, reviewer=403, bureau_manager=403), kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "bundle-upload": Row(
        kwargs=of("draft"),
        post=(
            Ask(data_people(302), data=data_file, about="for the whole assessment"),
            Ask(
                staff(403, owner=302, engineer=302, colleague=302),
                data=file_of_a_clause,
                about="for a clause of the item assigned to the colleague",
            ),
            Ask(both(403), data=data_file, kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "bundle-remove": Row(
        kwargs=of("draft", bundle="bundle.public_id"),
        post=(
            Ask(data_people(302), about="a draft"),
            Ask(
                staff(403),
                kwargs=of("submitted", bundle="submitted_bundle.public_id"),
                about="submitted: to a bureau there are no bundles",
            ),
        ),
    ),
    "run-start": Row(
        kwargs=of("draft"),
        post=(Ask(runners(302), about="a draft"), Ask(both(403), kwargs=of("submitted"), about="submitted")),
    ),
    "run": Row(
        kwargs=of("draft", number="run.number"),
        get=(
            Ask(staff(200), about="a draft"),
            Ask(both(200), kwargs=of("submitted", number="submitted_run.number"), about="handed in"),
            Ask(staff(404), kwargs=lambda w: {**of("draft")(w), "number": 99}, about="no such run"),
        ),
    ),
    "run-cancel": Row(
        kwargs=of("draft", number="waiting_run.number"),
        post=(
            Ask(runners(302), about="waiting"),
            Ask(both(403), kwargs=of("submitted", number="submitted_run.number"), about="finished"),
        ),
    ),
    "absence-add": Row(
        kwargs=of("draft"),
        post=(
            Ask(data_people(302), data=absence, about="a draft"),
            Ask(both(403), data=absence, kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "absence-remove": Row(
        kwargs=of("draft"),
        post=(
            Ask(data_people(302), data=absence, about="a draft"),
            Ask(both(403), data=absence, kwargs=of("submitted"), about="submitted"),
        ),
    ),
}
