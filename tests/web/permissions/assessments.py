"""Addresses of assessments."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from assessments.models import Assessment
from assessments.queries.readiness import fingerprint_of
from tests.factories.files import picture
from tests.factories.workbooks import exported
from tests.web.permissions.format import Ask, Expectation, Row, expect
from tests.web.permissions.world import World


def _of_item(assessment: str) -> Any:
    return lambda w: {"assessment": getattr(w, assessment).public_id, "item": "01.01"}


def _tick(world: World) -> dict[str, Any]:
    return {"changes": [{"path": "clauses.1.1", "from": "not_answered", "to": "met"}], "key": "0" * 32}


_STAFF = {"owner": 200, "colleague": 200, "director": 200, "engineer": 200, "consultant": 200}
_READING = (
    Ask(expect(others=404, **_STAFF), about="a draft"),
    Ask(
        expect(others=404, **_STAFF, reviewer=403, bureau_manager=403),
        kwargs=_of_item("submitted"),
        about="submitted: a bureau sees results, not the work",
    ),
)
_NO_SUCH_METHOD = Ask(expect(others=405, anonymous=401))


def _api(asks: tuple[Ask, ...]) -> tuple[Ask, ...]:
    """The JSON interface answers 401, so that a page knows to ask for a new sign-in."""
    return tuple(
        Ask({**ask.answers, "anonymous": 401}, ask.data, ask.json, ask.kwargs, about=ask.about)
        for ask in asks
    )


_NOBODY_ANY_MORE: Expectation = expect(
    others=404,
    owner=403,
    colleague=403,
    director=403,
    engineer=403,
    consultant=403,
    reviewer=403,
    bureau_manager=403,
)


def _of(assessment: str) -> Any:
    return lambda w: {"assessment": getattr(w, assessment).public_id}


def _attachment(w: World) -> dict[str, Any]:
    return {"assessment": w.draft.public_id, "attachment": w.attachment.public_id}


def _comment(w: World) -> dict[str, Any]:
    return {"assessment": w.draft.public_id, "comment": w.comment.pk}


def _staff(status: int, **named: int) -> Expectation:
    """The hospital's staff; nobody else knows that the draft exists."""
    return expect(others=404, **{**dict.fromkeys(_STAFF, status), **named})


def _closed(status: int = 403, **named: int) -> Expectation:
    """Submitted: staff and the bureau above see it, so each is told why not."""
    people = (*_STAFF, "reviewer", "bureau_manager")
    return expect(others=404, **{**dict.fromkeys(people, status), **named})


def _work(**row: Any) -> Row:
    """A page of the hospital's work: staff at any time, never a bureau."""
    bureau = {"reviewer": 403, "bureau_manager": 403}
    return Row(
        kwargs=_of("draft"),
        get=(
            Ask(_staff(200), about="a draft"),
            Ask(_staff(200, **bureau), kwargs=_of("submitted"), about="submitted"),
        ),
        **row,
    )


def _submission(name: str) -> Any:
    return lambda w: {"seen": fingerprint_of(getattr(w, name)), "accept_incomplete": "yes"}


def _reason(w: World) -> dict[str, Any]:
    return {"reason": "示例理由"}


def _upload(w: World) -> dict[str, Any]:
    return {"item": "01.01", "file": SimpleUploadedFile("a.png", picture())}


def _workbook(w: World) -> dict[str, Any]:
    return {"workbook": SimpleUploadedFile("a.xlsx", _export_of(w.draft.public_id, w.owner.public_id))}


@lru_cache(maxsize=1)
def _export_of(draft: UUID, owner: UUID) -> bytes:
    """One file for everybody who uploads it. By public ids: row numbers come again after a rollback."""
    return exported(Assessment.objects.get(public_id=draft), User.objects.get(public_id=owner))


def _start(w: World) -> dict[str, Any]:
    return {
        "edition": "smart-service-2019",
        "title": "四季度",
        "target_level": "3",
        "quarter": "own",
        "window_from": "2026-07-01",
        "window_to": "2026-09-30",
    }


def _change(path: str, before: object, to: object) -> Any:
    return lambda w: {"changes": [{"path": path, "from": before, "to": to}]}


def _saving(path: str, before: object, to: object, may: Expectation) -> Row:
    """An address that pages save to by themselves."""
    return Row(
        kwargs=_of("draft"),
        json=True,
        scopes={"patch": "assessments:write"},
        patch=_api(
            (
                Ask(may, json=_change(path, before, to), about="a draft"),
                Ask(_closed(), json=_change(path, before, to), kwargs=_of("submitted"), about="submitted"),
            )
        ),
        get=_NO_SUCH_METHOD,
        post=_NO_SUCH_METHOD,
        put=_NO_SUCH_METHOD,
        delete=_NO_SUCH_METHOD,
    )


_BUREAU_DECIDES = {"reviewer": 302, "bureau_manager": 302}
_READERS = {"colleague": 403, "director": 403}

ROWS: dict[str, Row] = {
    "home": Row(get=Ask(expect(others=200))),
    "assessments": Row(get=Ask(expect(others=200))),
    "assessment-start": Row(
        get=Ask(expect(others=403, owner=200, consultant=200, stranger=200)),
        post=Ask(expect(others=403, owner=302, consultant=302, stranger=302), data=_start),
    ),
    "assessment": Row(
        kwargs=_of("draft"),
        get=(
            Ask(_staff(200), about="a draft"),
            Ask(_closed(200), kwargs=_of("submitted"), about="submitted: a bureau sees the submission"),
        ),
    ),
    "basis": _work(),
    "overall": _work(),
    "history": _work(),
    "assignments": _work(
        post=(
            Ask(
                _staff(403, owner=302),
                data=lambda w: {"items": ["01.02"], "person": str(w.colleague.public_id)},
                about="a draft",
            ),
            Ask(_closed(), data=lambda w: {"items": ["01.02"]}, kwargs=_of("submitted"), about="submitted"),
        )
    ),
    "item-done": Row(
        kwargs=_of_item("draft"),
        post=(
            Ask(_staff(302, director=403), about="assigned to the colleague"),
            Ask(_closed(), kwargs=_of_item("submitted"), about="submitted"),
        ),
    ),
    "submit": _work(
        post=(
            Ask(_staff(403, owner=302), data=_submission("draft"), about="a draft"),
            Ask(_closed(), data=_submission("submitted"), kwargs=_of("submitted"), about="a second time"),
        )
    ),
    "return": Row(
        kwargs=_of("submitted"),
        post=(
            Ask(_closed(**_BUREAU_DECIDES), data=_reason, about="submitted"),
            Ask(_staff(403), data=_reason, kwargs=_of("draft"), about="a draft"),
        ),
    ),
    "accept": Row(
        kwargs=_of("submitted"),
        post=(
            Ask(_closed(**_BUREAU_DECIDES), about="submitted"),
            Ask(_staff(403), kwargs=_of("draft"), about="a draft"),
        ),
    ),
    "archive": Row(
        kwargs=_of("submitted"),
        post=(
            Ask(_closed(owner=302), data=_reason, about="submitted"),
            Ask(_staff(403, owner=302), data=_reason, kwargs=_of("draft"), about="a draft"),
        ),
    ),
    "reopen": Row(
        kwargs=_of("submitted"),
        post=(
            Ask(_closed(owner=302), data=_reason, about="submitted"),
            Ask(_staff(403), data=_reason, kwargs=_of("draft"), about="a draft"),
        ),
    ),
    "attachment": Row(
        kwargs=_attachment,
        get=(
            Ask(_staff(200), about="a draft"),
            Ask(
                _closed(200),
                kwargs=lambda w: {
                    "assessment": w.submitted.public_id,
                    "attachment": w.submitted_picture.public_id,
                },
                about="submitted: evidence beside the clause is what a reviewer decides on",
            ),
        ),
    ),
    "attachment-add": Row(
        kwargs=_of("draft"),
        post=(
            Ask(_staff(302, director=403), data=_upload, about="a draft"),
            Ask(_closed(), data=_upload, kwargs=_of("submitted"), about="submitted"),
        ),
    ),
    "attachment-remove": Row(
        kwargs=_attachment,
        post=Ask(_staff(403, owner=302, colleague=302), about="uploaded by the colleague"),
    ),
    "workbook-export": _work(),
    "json-export": Row(
        kwargs=_of("draft"),
        get=(
            Ask(_staff(200), about="a draft"),
            Ask(_closed(200), kwargs=_of("submitted"), about="submitted: a bureau gets what was handed in"),
        ),
    ),
    "workbook-import": _work(
        post=(
            Ask(_staff(200, director=403), data=_workbook, about="a draft"),
            Ask(_closed(), data=_workbook, kwargs=_of("submitted"), about="submitted"),
        )
    ),
    "workbook-apply": Row(
        kwargs=_of("draft"),
        post=(
            Ask(_staff(422, director=403), data=lambda w: {}, about="a draft, without a preview"),
            Ask(_closed(), data=lambda w: {}, kwargs=_of("submitted"), about="submitted"),
        ),
    ),
    "comment-add": Row(
        kwargs=_of("draft"),
        post=(
            Ask(_staff(302), data=lambda w: {"item": "01.01", "text": "示例"}, about="a draft"),
            Ask(
                _staff(302, reviewer=403, bureau_manager=403),
                data=lambda w: {"text": "示例"},
                kwargs=_of("submitted"),
                about="submitted",
            ),
        ),
    ),
    "comment-resolve": Row(
        kwargs=_comment,
        post=Ask(_staff(403, owner=302, colleague=302, consultant=302), about="by the colleague"),
    ),
    "api-basis": _saving("bases.bookings.value", None, 4765, _staff(200, **_READERS)),
    "api-overall": _saving("overall.1.1", "not_answered", "met", _staff(422, **_READERS, engineer=403)),
    "item": Row(kwargs=_of_item("draft"), get=_READING),
    "api-answers": Row(
        kwargs=_of_item("draft"),
        json=True,
        scopes={"get": "assessments:read", "patch": "assessments:write"},
        get=_api(_READING),
        patch=_api(
            (
                Ask(expect(others=404, **{**_STAFF, "director": 403}), json=_tick, about="a draft"),
                Ask(_NOBODY_ANY_MORE, json=_tick, kwargs=_of_item("submitted"), about="submitted"),
            )
        ),
        post=_NO_SUCH_METHOD,
        put=_NO_SUCH_METHOD,
        delete=_NO_SUCH_METHOD,
    ),
}
