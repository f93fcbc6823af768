"""Addresses of what the checks found: read by staff at any time, by a bureau once it was submitted."""

from __future__ import annotations

from tests.web.permissions.format import Ask, Row
from tests.web.permissions.reports import draft, reading, staff, staff_and_bureau, submitted
from tests.web.permissions.world import World

RULE = {"rule": "FC-01.01-1"}


def _of_another_standard(w: World) -> dict[str, object]:
    return draft(w) | {"rule": "01.01.3-consistency-1"}


ROWS: dict[str, Row] = {
    "verified": reading(),
    "verified-rules": reading(query="?state=refuted&record=lab_report"),
    "verified-rule": Row(
        kwargs=lambda w: draft(w) | RULE,
        get=(
            Ask(staff(200)),
            Ask(staff_and_bureau(200), kwargs=lambda w: submitted(w) | RULE),
            Ask(staff(404), kwargs=_of_another_standard, about="a rule of another standard"),
        ),
    ),
    "verified-records": reading(),
    "verified-loops": reading(),
    "verified-meaning": reading(),
    "verified-authenticity": reading(),
    "verified-changes": reading(),
    "verified-replay": reading(query="?index=minimum&year=1999&edition=nowhere"),
}
