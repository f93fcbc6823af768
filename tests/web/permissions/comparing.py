"""Addresses that compare hospitals: of a bureau's people, but for the question a hospital is asked."""

from __future__ import annotations

from typing import Any

from tests.web.permissions.format import Ask, Row, expect
from tests.web.permissions.reviews import seeing
from tests.web.permissions.world import World

_BUREAU = {"reviewer": 200, "bureau_manager": 200}
_READ = Ask(expect(others=404, **_BUREAU))
_MANAGED = expect(others=404, reviewer=403, bureau_manager=200)


def _consortium(world: World) -> dict[str, Any]:
    return {"consortium": world.compared.consortium.public_id}


def _bulletin(world: World) -> dict[str, Any]:
    return {"report": world.compared.bulletin.public_id}


def _form(world: World) -> dict[str, Any]:
    return {"name": "示例医联体二", "lead": world.hospital.name, "members": world.neighbour.name}


ROWS = {
    "region-heatmap": Row(get=_READ),
    "region-difficulty": Row(get=_READ),
    "region-scatter": Row(get=_READ),
    "region-inflation": Row(get=_READ),
    "region-dual-track": Row(get=_READ),
    "region-dual-track-ask": Row(
        post=Ask(
            expect(others=404, reviewer=302, bureau_manager=302), about="a reviewer is refused with a message"
        )
    ),
    "dual-track-answer": Row(
        kwargs=lambda w: {"question": w.compared.question.public_id},
        get=Ask(expect(others=404, owner=200, director=200)),
        post=(
            Ask(expect(others=404, owner=302, director=302), data=lambda w: {"answer": "口径不同"}),
            Ask(expect(others=404, owner=200, director=200), data=lambda w: {"answer": ""}, about="empty"),
        ),
    ),
    "region-consortia": Row(get=_READ),
    "consortium-new": Row(
        get=Ask(_MANAGED),
        post=(
            Ask(expect(others=404, reviewer=403, bureau_manager=302), data=_form),
            Ask(_MANAGED, data=lambda w: {"name": ""}, about="nothing filled in"),
        ),
    ),
    "consortium": Row(
        kwargs=_consortium,
        get=Ask(_MANAGED),
        post=Ask(expect(others=404, reviewer=403, bureau_manager=302), data=_form),
    ),
    "consortium-remove": Row(
        kwargs=_consortium, post=Ask(expect(others=404, reviewer=403, bureau_manager=302))
    ),
    "region-find": Row(query="?q=示例", get=_READ),
    "region-pair": Row(get=_READ),
    "bulletins": Row(get=_READ),
    "bulletin-request": Row(
        post=Ask(
            expect(others=404, reviewer=302, bureau_manager=302),
            data=lambda w: {"language": "zh-hans"},
            about="too few hospitals: refused with a message",
        )
    ),
    "bulletin-progress": Row(kwargs=_bulletin, get=_READ),
    "bulletin-download": Row(kwargs=_bulletin, get=_READ),
    "draft-notice": Row(
        get=Ask(
            expect(others=404, reviewer=403, bureau_manager=302),
            about="nothing to put up, said with a message",
        )
    ),
    "draft-objections": Row(get=Ask(_MANAGED)),
    "draft-bulletin": Row(
        get=Ask(
            expect(others=404, reviewer=403, bureau_manager=302),
            about="too few hospitals, said with a message",
        )
    ),
    "draft-correction": Row(
        kwargs=lambda w: {"review": w.reviewed.returned.public_id},
        get=(
            Ask(seeing(403, reviewer=200, bureau_manager=200)),
            Ask(
                seeing(403),
                kwargs=lambda w: {"review": w.reviewed.review.public_id},
                about="it was not returned",
            ),
        ),
    ),
}
