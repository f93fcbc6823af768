"""Addresses of reports of many hospitals: managers of bureaus and consultants; a batch to its own place alone."""

from __future__ import annotations

from typing import Any

from tests.web.permissions.format import Ask, Row, expect
from tests.web.permissions.world import World

_MAKERS = ("consultant", "bureau_manager")


def _batch(w: World) -> dict[str, Any]:
    return {"batch": w.batch.public_id}


def _order(w: World) -> dict[str, Any]:
    return {
        "edition": w.submitted.edition.key,
        "year": w.submitted.window_to.year if w.submitted.window_to else w.submitted.created_at.year,
        "h": str(w.submitted.public_id),
        "document": "gap-pdf",
        "language": "en",
    }


ROWS = {
    "batches": Row(get=Ask(expect(others=403, **dict.fromkeys(_MAKERS, 200)))),
    "batch-new": Row(
        get=Ask(expect(others=403, **dict.fromkeys(_MAKERS, 200))),
        post=(
            Ask(expect(others=403, **dict.fromkeys(_MAKERS, 422)), about="nothing chosen"),
            Ask(expect(others=403, bureau_manager=302, consultant=302), data=_order, about="a submission"),
        ),
    ),
    "batch": Row(kwargs=_batch, get=Ask(expect(others=404, bureau_manager=200))),
    "batch-progress": Row(kwargs=_batch, get=Ask(expect(others=404, bureau_manager=200))),
    "batch-cancel": Row(kwargs=_batch, post=Ask(expect(others=404, bureau_manager=302))),
    "batch-retry": Row(kwargs=_batch, post=Ask(expect(others=404, bureau_manager=302))),
    "batch-download": Row(kwargs=_batch, get=Ask(expect(others=404, bureau_manager=200))),
}
