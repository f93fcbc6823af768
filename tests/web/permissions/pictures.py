"""Addresses of screenshots: a draft exists for its maker alone, here the colleague."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.files import picture
from tests.web.permissions.format import Ask, Row, expect
from tests.web.permissions.world import World

_MAKER = expect(others=404, colleague=200)
_MARKS = '{"crop": null, "boxes": [{"x": 1, "y": 1, "width": 9, "height": 9}], "arrows": [], "numbers": [], "legend": []}'


def _draft(w: World) -> dict[str, Any]:
    return {"assessment": w.draft.public_id, "draft": w.picture_draft.public_id}


def _picture(w: World) -> dict[str, Any]:
    return {"assessment": w.draft.public_id, "attachment": w.picture.public_id}


def _upload(w: World) -> dict[str, Any]:
    return {"item": "01.01", "file": SimpleUploadedFile("a.png", picture())}


_STAFF = {"owner": 302, "colleague": 302, "engineer": 302, "consultant": 302, "director": 403}
_CLOSED = dict.fromkeys((*_STAFF, "reviewer", "bureau_manager"), 403)

ROWS: dict[str, Row] = {
    "picture-add": Row(
        kwargs=lambda w: {"assessment": w.draft.public_id},
        post=(
            Ask(expect(others=404, **_STAFF), data=_upload, about="a draft"),
            Ask(
                expect(others=404, **_CLOSED),
                data=_upload,
                kwargs=lambda w: {"assessment": w.submitted.public_id},
                about="submitted",
            ),
        ),
    ),
    "picture-draft": Row(
        kwargs=_draft,
        get=Ask(_MAKER),
        post=Ask(expect(others=404, colleague=302), data=lambda w: {"marks": _MARKS, "caption": "示例"}),
    ),
    "picture-draft-file": Row(kwargs=_draft, get=Ask(_MAKER)),
    "picture-proposals": Row(kwargs=_draft, get=Ask(_MAKER)),
    "picture-give-up": Row(kwargs=_draft, post=Ask(expect(others=404, colleague=302))),
    "picture-edit": Row(
        kwargs=_picture,
        post=Ask(
            expect(others=404, owner=302, colleague=302, director=403, engineer=403, consultant=403),
            about="uploaded by the colleague: replacing removes",
        ),
    ),
    "attachment-move": Row(
        kwargs=_picture,
        post=Ask(expect(others=404, **_STAFF), data=lambda w: {"to": "up"}),
    ),
}
