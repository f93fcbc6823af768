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


ROWS: dict[str, Row] = {
    "reports": Row(
        kwargs=draft, get=(Ask(staff(200)), Ask(staff_and_bureau(200), kwargs=submitted))
    ),
    "report-request": Row(
        kwargs=draft,
        post=(
            Ask(staff(302), data=lambda w: {"target": "3", "language": "en"}),
            Ask(staff_and_bureau(302), data=lambda w: {"target": "3", "language": "en"}, kwargs=submitted),
        ),
    ),
    "report-progress": Row(
        kwargs=draft_report, get=(Ask(staff(200)), Ask(staff_and_bureau(200), kwargs=submitted_report))
    ),
    "report-download": Row(
        kwargs=draft_report, get=(Ask(staff(200)), Ask(staff_and_bureau(200), kwargs=submitted_report))
    ),
}
