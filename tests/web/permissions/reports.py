"""Addresses of reports."""

from __future__ import annotations

from tests.web.permissions.format import Ask, Row, expect
from tests.web.permissions.world import World

STAFF = ("owner", "colleague", "director", "engineer", "consultant")
BUREAU = ("reviewer", "bureau_manager")


def staff(status: int, others: int = 404) -> dict[str, int]:
    """A draft: the hospital's staff; nobody else knows that it exists."""
    return expect(others=others, **dict.fromkeys(STAFF, status))  # type: ignore[return-value]


def staff_and_bureau(status: int) -> dict[str, int]:
    """A submission: the bureau above as well."""
    return expect(others=404, **dict.fromkeys((*STAFF, *BUREAU), status))  # type: ignore[return-value]


def draft(w: World) -> dict[str, object]:
    return {"assessment": w.draft.public_id}


def submitted(w: World) -> dict[str, object]:
    return {"assessment": w.submitted.public_id}


def draft_report(w: World) -> dict[str, object]:
    return draft(w) | {"report": w.report.public_id}


def submitted_report(w: World) -> dict[str, object]:
    return submitted(w) | {"report": w.submitted_report.public_id}


def reading(**row: object) -> Row:
    """A page that staff read at any time and a bureau once something was submitted."""
    return Row(kwargs=draft, get=(Ask(staff(200)), Ask(staff_and_bureau(200), kwargs=submitted)), **row)  # type: ignore[arg-type]


ROWS: dict[str, Row] = {
    "report-check": Row(
        open=True,
        get=Ask(expect(others=200, anonymous=200)),
        post=Ask(expect(others=422, anonymous=422), data=lambda w: {}, about="no file"),
    ),
    "result": reading(),
    "gap": reading(query="?target=2"),
    "comparison": reading(),
    "explanation": Row(
        kwargs=lambda w: draft(w) | {"item": "01.01"},
        get=(
            Ask(staff(200)),
            Ask(staff_and_bureau(200), kwargs=lambda w: submitted(w) | {"item": "level-2"}),
            Ask(staff(404), kwargs=lambda w: draft(w) | {"item": "99.99"}, about="no such item"),
        ),
    ),
    "what-if": Row(
        kwargs=draft,
        post=(
            Ask(staff(200), data=lambda w: {"target": "3", "lift": "01.01:3"}),
            Ask(staff(422), data=lambda w: {"lift": "99.99:3"}, about="a switch the standard does not have"),
            Ask(staff_and_bureau(200), data=lambda w: {"target": "3"}, kwargs=submitted),
        ),
    ),
    "reports": Row(kwargs=draft, get=(Ask(staff(200)), Ask(staff_and_bureau(200), kwargs=submitted))),
    "report-request": Row(
        kwargs=draft,
        post=(
            Ask(staff(302), data=lambda w: {"target": "3", "language": "en"}),
            Ask(staff_and_bureau(302), data=lambda w: {"target": "3", "language": "en"}, kwargs=submitted),
        ),
    ),
    "roadmap-request": Row(
        kwargs=draft,
        post=(
            Ask(staff(302) | {"colleague": 403}, data=lambda w: {"form": "xlsx", "language": "en"}),
            Ask(
                staff(302) | {"colleague": 403, "reviewer": 403, "bureau_manager": 403},
                data=lambda w: {"form": "pdf"},
                kwargs=submitted,
            ),
        ),
    ),
    "report-progress": Row(
        kwargs=draft_report, get=(Ask(staff(200)), Ask(staff_and_bureau(200), kwargs=submitted_report))
    ),
    "report-download": Row(
        kwargs=draft_report, get=(Ask(staff(200)), Ask(staff_and_bureau(200), kwargs=submitted_report))
    ),
}
