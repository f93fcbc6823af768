"""Addresses of signing: the hospital's own; statement and scan of a submission also for whoever may read it."""

from __future__ import annotations

from typing import Any

from assessments.queries.signing.standing import standing_of
from tests.web.permissions.format import Ask, Row
from tests.web.permissions.verification import both, of, staff
from tests.web.permissions.world import World


def as_seen(w: World) -> dict[str, Any]:
    return {"seen": standing_of(w.draft).digest}


def with_a_reason(w: World) -> dict[str, Any]:
    return {"reason": "示例理由"}


def required(w: World) -> dict[str, Any]:
    return {"required": "yes"}


OWN_SCAN = {"scan": "draft_scan.public_id"}
SUBMITTED_SCAN = {"scan": "submitted_scan.public_id"}

ROWS: dict[str, Row] = {
    "signing": Row(
        kwargs=of("draft"),
        get=(
            Ask(staff(200), about="a draft"),
            Ask(staff(200), kwargs=of("submitted"), about="submitted: the page is not there for a bureau"),
        ),
    ),
    "signing-confirm": Row(
        kwargs=of("draft", department="department.public_id"),
        post=Ask(staff(403, colleague=422), about="the department has no item: the page says so"),
    ),
    "signing-consolidate": Row(
        kwargs=of("draft"), post=Ask(staff(403, owner=302, engineer=302), data=as_seen)
    ),
    "signing-approve": Row(
        kwargs=of("draft"), post=Ask(staff(403, director=422), about="without the password")
    ),
    "signing-withdraw": Row(
        kwargs=of("draft", signature="signature.public_id"),
        post=Ask(staff(403, owner=302, director=302), data=with_a_reason, about="the owner's"),
    ),
    "signing-rule": Row(kwargs=of("draft"), post=Ask(staff(403, owner=302, director=302), data=required)),
    "signing-scan-add": Row(
        kwargs=of("draft"), post=Ask(staff(403, owner=422, director=422), about="nothing is approved yet")
    ),
    "signing-scan": Row(
        kwargs=of("draft", **OWN_SCAN),
        get=(
            Ask(staff(200), about="of a draft"),
            Ask(both(200), kwargs=of("submitted", **SUBMITTED_SCAN), about="submitted"),
        ),
    ),
    "statement": Row(
        kwargs=of("draft", form="docx"),
        get=(
            Ask(staff(403), about="nothing is approved yet"),
            Ask(both(200), kwargs=of("submitted", form="docx"), about="submitted"),
        ),
    ),
}
