"""Addresses of yearly cycles: a bureau's pages do not exist for hospitals; a hospital has one page of its own."""

from __future__ import annotations

from typing import Any

from assessments.actions.campaigns.held import seen_of
from tests.factories.campaigns import rubric_of, today
from tests.web.permissions.format import EVERYBODY, Ask, Expectation, FromWorld, Row, expect
from tests.web.permissions.world import World

#: people who work on assessments of the hospital that is invited
_STAFF = ("owner", "colleague", "director", "engineer", "consultant")
_NOTICE_OF_ALL = Ask(EVERYBODY(200))


def bureau(status: int | str, reviewer: int | str | None = None, others: int | str = 404) -> Expectation:
    """The manager gets ``status``, the reviewer the same unless said otherwise."""
    return expect(others=others, bureau_manager=status, reviewer=status if reviewer is None else reviewer)


def manager(status: int | str, others: int | str = 404) -> Expectation:
    return bureau(status, reviewer=403, others=others)


def of(name: str = "campaign", **more: str) -> FromWorld:
    """The cycle's id, and of further rows the given attribute: ``of(zone="zone.pk")``."""

    def kwargs(world: World) -> dict[str, Any]:
        found = {"campaign": getattr(world, name).public_id}
        for key, path in more.items():
            row, _dot, attribute = path.partition(".")
            found[key] = getattr(getattr(world, row), attribute)
        return found

    return kwargs


def seen(name: str = "campaign", **more: str) -> FromWorld:
    return lambda w: {"seen": seen_of(getattr(w, name)), **more}


def a_plan(w: World) -> dict[str, Any]:
    pk = rubric_of(w.campaign).edition_id
    return {
        "title": "又一项年度工作（示例）",
        "year": "2026",
        "opens_on": "2026-10-01",
        "closes_on": "2026-12-01",
        f"use_{pk}": "on",
        f"from_{pk}": "2026-07-01",
        f"to_{pk}": "2026-09-30",
        "seen": seen_of(w.planned),
    }


def a_zone(w: World) -> dict[str, Any]:
    return {
        "new-name": "第二批",
        "new-opens_on": today().isoformat(),
        "new-closes_on": today().replace(year=today().year + 1).isoformat(),
    }


def renamed(w: World) -> dict[str, Any]:
    return {f"zone-{w.zone.pk}-name": "第一批（新）"}


def later(w: World) -> dict[str, Any]:
    day = w.campaign.closes_on.replace(year=w.campaign.closes_on.year + 1)
    return {"closes_on": day.isoformat(), "until": day.isoformat(), "reason": "示例理由"}


def enters(w: World) -> dict[str, Any]:
    return {"rubric": rubric_of(w.campaign).pk, "how": "start"}


HOSPITAL = of(participation="participation.public_id")

ROWS: dict[str, Row] = {
    "campaigns": Row(get=_NOTICE_OF_ALL),
    "campaign-start": Row(
        get=Ask(manager(200)),
        post=(
            Ask(manager(302), data=a_plan),
            Ask(manager(422), data=lambda w: {}, about="nothing filled in"),
        ),
    ),
    "campaign": Row(
        kwargs=of(),
        get=(
            Ask(
                expect(others=404, bureau_manager=200, reviewer=200, **dict.fromkeys(_STAFF, 302)),
                about="staff are led to their own part",
            ),
            Ask(bureau(200), kwargs=of("planned"), about="a draft is the bureau's"),
        ),
    ),
    "campaign-edit": Row(
        kwargs=of("planned"),
        get=(Ask(manager(200)), Ask(manager(403), kwargs=of("closed"), about="a closed one")),
        post=Ask(manager(302), data=a_plan),
    ),
    "campaign-export": Row(kwargs=of(), get=Ask(bureau(200))),
    "campaign-open": Row(
        kwargs=of("planned"),
        post=(
            Ask(manager(302), data=seen("planned")),
            Ask(manager(403), kwargs=of(), data=seen(), about="it is open already"),
        ),
    ),
    "campaign-close": Row(
        kwargs=of(),
        post=(
            Ask(manager(302), data=seen(reason="示例理由")),
            Ask(manager(403), kwargs=of("closed"), data=seen("closed"), about="it is closed already"),
        ),
    ),
    "campaign-extend": Row(kwargs=of(), post=Ask(manager(302), data=lambda w: {**seen()(w), **later(w)})),
    "campaign-reopen": Row(
        kwargs=of("closed"), post=Ask(manager(302), data=lambda w: {**seen("closed")(w), **later(w)})
    ),
    "campaign-remind": Row(
        kwargs=of(),
        get=Ask(manager(200)),
        post=(
            Ask(manager(200), data=lambda w: {"p": str(w.participation.public_id)}, about="preview"),
            Ask(manager(302), data=lambda w: {"p": str(w.participation.public_id), "send": "yes"}),
        ),
    ),
    "campaign-zones": Row(kwargs=of(), get=Ask(bureau(200))),
    "campaign-zone-add": Row(kwargs=of(), post=Ask(manager(302), data=a_zone)),
    "campaign-zone-assign": Row(
        kwargs=of(),
        post=Ask(manager(302), data=lambda w: {"p": str(w.participation.public_id), "zone": str(w.zone.pk)}),
    ),
    "campaign-zone": Row(kwargs=of(zone="zone.pk"), post=Ask(manager(302), data=renamed)),
    "campaign-zone-remove": Row(kwargs=of(zone="zone.pk"), post=Ask(manager(302), data=lambda w: {})),
    "campaign-invite": Row(
        kwargs=of("planned"),
        get=Ask(manager(200)),
        post=(
            Ask(manager(200), data=lambda w: {"how": "lines", "text": w.hospital.name}, about="preview"),
            Ask(manager(422), data=lambda w: {"how": "tree"}, about="nothing chosen"),
        ),
    ),
    "campaign-invite-apply": Row(
        kwargs=of("planned"), post=Ask(manager(422), data=lambda w: {"token": "forged"})
    ),
    "participation": Row(kwargs=HOSPITAL, get=Ask(bureau(200))),
    "participation-late": Row(kwargs=HOSPITAL, post=Ask(manager(302), data=later)),
    "participation-withdraw": Row(
        kwargs=HOSPITAL, post=Ask(manager(302), data=lambda w: {"reason": "示例理由"})
    ),
    "campaign-enter": Row(
        kwargs=of(),
        get=(
            Ask(expect(others=404, **dict.fromkeys(_STAFF, 200)), about="a bureau has no part"),
            Ask(expect(others=404), kwargs=of("planned"), about="a draft is not for hospitals"),
        ),
        post=Ask(
            expect(
                others=404,
                owner=302,
                consultant=302,
                **dict.fromkeys(("colleague", "director", "engineer"), 403),
            ),
            data=enters,
        ),
    ),
    "notices": Row(get=Ask(EVERYBODY(200))),
    "notices-read": Row(post=Ask(EVERYBODY(302), data=lambda w: {"up_to": str(w.notice.pk)})),
    "notice-read": Row(
        kwargs=lambda w: {"notice": w.notice.pk}, post=Ask(expect(others=404, owner=302), data=lambda w: {})
    ),
}
