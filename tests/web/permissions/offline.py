"""Addresses of submissions that travel as a file."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.permissions.format import Ask, Row, expect
from tests.web.permissions.world import World

_STAFF = {"owner": 200, "colleague": 200, "director": 200, "engineer": 200, "consultant": 200}
_BUREAU = {"reviewer": 403, "bureau_manager": 403}
_NOT_THE_LEAD = {**dict.fromkeys(_STAFF, 403), **_BUREAU}


def _draft(w: World) -> dict[str, Any]:
    return {"assessment": w.draft.public_id}


def _submitted(w: World) -> dict[str, Any]:
    return {"assessment": w.submitted.public_id}


def _no_package(w: World) -> dict[str, Any]:
    return {"packages": SimpleUploadedFile("package.json", b"{}")}


ROWS = {
    "offline": Row(
        kwargs=_submitted,
        get=(
            Ask(expect(others=404, **_STAFF, **_BUREAU)),
            Ask(expect(others=404, **_STAFF), kwargs=_draft, about="a draft"),
        ),
    ),
    "offline-export": Row(
        kwargs=_submitted,
        post=(
            Ask(expect(others=404, **{**_NOT_THE_LEAD, "owner": 200})),
            Ask(
                expect(others=404, **dict.fromkeys(_STAFF, 403)), kwargs=_draft, about="nothing was submitted"
            ),
        ),
    ),
    "submissions-import": Row(
        get=Ask(expect(others=404, reviewer=200, bureau_manager=200)),
        post=Ask(expect(others=404, reviewer=422, bureau_manager=422), data=_no_package),
    ),
}
