"""Addresses of folders of screenshots and of older workbooks: the hospital's own work."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.files import picture
from tests.web.permissions.format import Ask, Expectation, Row
from tests.web.permissions.verification import of, staff
from tests.web.permissions.world import World


def a_zip(w: World) -> dict[str, Any]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("01.01.1-1.png", picture())
    return {"folder": SimpleUploadedFile("a.zip", out.getvalue())}


def no_workbook(w: World) -> dict[str, Any]:
    return {"workbook": SimpleUploadedFile("a.xlsx", b"text")}


def closed(status: int) -> Expectation:
    """Submitted: nobody changes anything, and a bureau is not shown the work."""
    return staff(status, reviewer=403, bureau_manager=403)


def answering(status: int) -> Expectation:
    """Those who answer every item; the colleague brought nothing of this."""
    return staff(403, owner=status, engineer=status, consultant=status)


FOLDER = {"folder": "folder.public_id"}
SUBMITTED = of("submitted", folder="submitted_folder.public_id")
INSIDE = (
    Ask(staff(200), about="a draft"),
    Ask(closed(200), kwargs=SUBMITTED, about="submitted: still no page for a bureau"),
)

ROWS: dict[str, Row] = {
    "folders": Row(
        kwargs=of("draft"),
        get=(
            Ask(staff(200), about="a draft"),
            Ask(closed(200), kwargs=of("submitted"), about="submitted: still no page for a bureau"),
        ),
        post=(
            Ask(staff(302, director=403), data=a_zip, about="a draft"),
            Ask(closed(403), data=a_zip, kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "folder": Row(kwargs=of("draft", **FOLDER), get=INSIDE),
    "folder-places": Row(
        kwargs=of("draft", **FOLDER),
        post=(Ask(answering(302), about="a draft"), Ask(closed(403), kwargs=SUBMITTED, about="submitted")),
    ),
    "folder-confirm": Row(kwargs=of("draft", **FOLDER), post=Ask(answering(302))),
    "folder-drop": Row(kwargs=of("draft", **FOLDER), post=Ask(answering(302))),
    "folder-undo": Row(
        kwargs=of("draft", folder="stored_folder.public_id"),
        post=(Ask(answering(302), about="a draft"), Ask(closed(403), kwargs=SUBMITTED, about="submitted")),
    ),
    "older-workbook": Row(
        kwargs=of("draft"),
        get=(
            Ask(staff(200), about="a draft"),
            Ask(closed(200), kwargs=of("submitted"), about="submitted: still no page for a bureau"),
        ),
        post=(
            Ask(staff(422, director=403), data=no_workbook, about="a draft, something else than a workbook"),
            Ask(closed(403), data=no_workbook, kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "workbook-merge": Row(
        kwargs=of("draft"),
        get=(
            Ask(staff(200), about="a draft"),
            Ask(closed(200), kwargs=of("submitted"), about="submitted: still no page for a bureau"),
        ),
        post=(
            Ask(staff(422, director=403), data=no_workbook, about="a draft, without workbooks"),
            Ask(closed(403), data=no_workbook, kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "workbook-merge-apply": Row(
        kwargs=of("draft"),
        post=(
            Ask(staff(422, director=403), about="a draft, without a preview"),
            Ask(closed(403), kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "older-workbook-map": Row(
        kwargs=of("draft"),
        post=(
            Ask(staff(422, director=403), about="a draft, without an upload"),
            Ask(closed(403), kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "older-workbook-apply": Row(
        kwargs=of("draft"),
        post=(
            Ask(staff(422, director=403), about="a draft, without a preview"),
            Ask(closed(403), kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "older-workbook-undo": Row(
        kwargs=of("draft", imported="older_import.public_id"), post=Ask(staff(403, owner=302))
    ),
}
