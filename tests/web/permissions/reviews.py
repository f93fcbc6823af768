"""Addresses of reviews: the reviewer has the step in work and has declared; the manager has not been given it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.web.permissions.format import EVERYBODY, Ask, Expectation, Row, expect
from tests.web.permissions.world import World

STAFF = ("owner", "colleague", "director", "engineer", "consultant")
BUREAU = ("reviewer", "bureau_manager")


def seeing(status: int, **named: int) -> Expectation:
    """The hospital's staff and the bureau see the review; nobody else knows that it exists."""
    return expect(others=404, **{**dict.fromkeys((*STAFF, *BUREAU), status), **named})


def of(review: str, **more: str) -> Any:
    """Arguments: a review of the world's, and numbers of rows that belong to it."""
    return lambda w: {
        "review": getattr(w.reviewed, review).public_id,
        **{name: getattr(w.reviewed, row).pk for name, row in more.items()},
    }


def bureau(w: World) -> dict[str, Any]:
    return {"organisation": w.bureau.public_id}


def hospital(w: World) -> dict[str, Any]:
    return {"organisation": w.hospital.public_id}


def a_scheme(w: World) -> dict[str, Any]:
    return {
        "edition": "smart-service-2019", "year": "2030", "notice_days": "7",
        "kind-0": "province", "from-0": "0", "to-0": "5", "days-0": "10", "reviewers-0": "1",
    }  # fmt: skip


def the_scheme(w: World) -> dict[str, Any]:
    return {**a_scheme(w), "year": "2024"}


def a_day(w: World) -> str:
    return (timezone.localdate() + timedelta(days=30)).isoformat()


REVIEW = of("review")
VISIT = of("review", visit="visit")

ROWS: dict[str, Row] = {
    "reviews": Row(get=Ask(EVERYBODY(200))),
    "review": Row(
        kwargs=REVIEW,
        get=(
            Ask(seeing(200), about="in work"),
            Ask(seeing(200), kwargs=of("passed"), about="waits for its level"),
            Ask(seeing(200), kwargs=of("noticed"), about="on notice"),
        ),
    ),
    "review-item": Row(
        kwargs=lambda w: {**REVIEW(w), "item": "01.01"},
        get=(
            Ask(seeing(403, reviewer=200, bureau_manager=200), about="never the hospital"),
            Ask(
                seeing(403, reviewer=404, bureau_manager=404),
                kwargs=lambda w: {**REVIEW(w), "item": "99.99"},
                about="no such item",
            ),
        ),
    ),
    "review-mark": Row(
        kwargs=REVIEW,
        post=(
            Ask(seeing(403, reviewer=302), data=lambda w: {"clause": "01.01.1-1", "mark": "agree"}),
            Ask(seeing(403, reviewer=302), data=lambda w: {"item": "01.01"}, about="the rest of an item"),
            Ask(
                seeing(403),
                data=lambda w: {"clause": "01.01.1-1", "mark": "agree"},
                kwargs=of("undeclared"),
                about="before the declaration",
            ),
            Ask(
                seeing(403),
                data=lambda w: {"clause": "01.01.1-1", "mark": "agree"},
                kwargs=of("passed"),
                about="after the last step",
            ),
        ),
    ),
    "review-assign": Row(
        kwargs=REVIEW,
        post=Ask(
            seeing(403, bureau_manager=302), data=lambda w: {"person": str(w.reviewed.second.public_id)}
        ),
    ),
    "review-unassign": Row(
        kwargs=of("review", assignment="assignment"),
        post=(
            Ask(seeing(403, bureau_manager=302), data=lambda w: {"reason": "示例"}),
            Ask(
                seeing(403, bureau_manager=404),
                kwargs=of("undeclared", assignment="assignment"),
                about="of another review",
            ),
        ),
    ),
    "review-declare": Row(
        kwargs=of("undeclared"),
        post=(
            Ask(seeing(403, reviewer=302), about="assigned"),
            Ask(seeing(403), kwargs=REVIEW, about="declared already"),
        ),
    ),
    "review-extend": Row(
        kwargs=REVIEW,
        post=Ask(seeing(403, bureau_manager=302), data=lambda w: {"due_on": a_day(w), "reason": "示例"}),
    ),
    "review-question-ask": Row(
        kwargs=REVIEW, post=Ask(seeing(403, reviewer=302), data=lambda w: {"text": "为什么？"})
    ),
    "review-question-answer": Row(
        kwargs=of("review", question="question"),
        post=(
            Ask(seeing(403, owner=302, director=302, reviewer=302), data=lambda w: {"text": "因为"}),
            Ask(
                seeing(404),
                kwargs=of("undeclared", question="question"),
                data=lambda w: {"text": "因为"},
                about="of another review",
            ),
        ),
    ),
    "review-question-close": Row(
        kwargs=of("review", question="question"), post=Ask(seeing(403, reviewer=302, bureau_manager=302))
    ),
    "review-opinion": Row(
        kwargs=REVIEW, post=Ask(seeing(403, reviewer=302), data=lambda w: {"opinion": "同意"})
    ),
    "review-pass": Row(
        kwargs=REVIEW,
        post=(
            Ask(seeing(403, reviewer=302, bureau_manager=302), data=lambda w: {}),
            Ask(seeing(403), data=lambda w: {}, kwargs=of("passed"), about="nothing left to pass"),
        ),
    ),
    "review-return": Row(
        kwargs=REVIEW,
        post=Ask(seeing(403, reviewer=302, bureau_manager=302), data=lambda w: {"reason": "示例"}),
    ),
    "site-visit-add": Row(
        kwargs=REVIEW,
        post=Ask(
            seeing(403, reviewer=302),
            data=lambda w: {"visited_on": "2026-12-01", "size": "1", "drawn_from": "claimed"},
        ),
    ),
    "site-visit": Row(
        kwargs=VISIT,
        get=(
            Ask(seeing(403, reviewer=200, bureau_manager=200)),
            Ask(
                seeing(403, reviewer=404, bureau_manager=404),
                kwargs=of("passed", visit="visit"),
                about="of another review",
            ),
        ),
    ),
    "site-visit-clause-add": Row(
        kwargs=VISIT, post=Ask(seeing(403, reviewer=302), data=lambda w: {"clause": "01.01.2-1"})
    ),
    "site-visit-decide": Row(
        kwargs=of("review", visit="visit", clause="visit_item"),
        post=Ask(seeing(403, reviewer=302), data=lambda w: {"verdict": "supported", "reason": "见系统"}),
    ),
    "site-visit-finish": Row(kwargs=VISIT, post=Ask(seeing(403, reviewer=302), data=lambda w: {})),
    "review-award": Row(
        kwargs=of("passed"), post=Ask(seeing(403, bureau_manager=302), data=lambda w: {"level": "0"})
    ),
    "notice-publish": Row(
        kwargs=of("noticed"), post=Ask(seeing(403, bureau_manager=302), data=lambda w: {"days": "7"})
    ),
    "award-publish": Row(kwargs=of("noticed"), post=Ask(seeing(403, bureau_manager=302))),
    "award-revoke": Row(
        kwargs=of("noticed"), post=Ask(seeing(403, bureau_manager=302), data=lambda w: {"reason": "示例"})
    ),
    "objection-add": Row(
        kwargs=of("noticed"),
        post=(
            Ask(
                seeing(403, owner=302, director=302, bureau_manager=302),
                data=lambda w: {"text": "不同意", "from_whom": "示例"},
            ),
            Ask(seeing(403), data=lambda w: {"text": "不同意"}, kwargs=REVIEW, about="not on notice"),
        ),
    ),
    "objection-answer": Row(
        kwargs=of("noticed", objection="objection"),
        post=(
            Ask(seeing(403, bureau_manager=302), data=lambda w: {"outcome": "dismissed", "answer": "查过"}),
            Ask(
                seeing(403, bureau_manager=404),
                kwargs=of("passed", objection="objection"),
                about="of another review",
            ),
        ),
    ),
    "review-schemes": Row(
        kwargs=bureau,
        get=(
            Ask(expect(others=404, reviewer=200, bureau_manager=200, system=403)),
            Ask(EVERYBODY(404), kwargs=hospital, about="a hospital has none"),
        ),
    ),
    "review-scheme-add": Row(
        kwargs=bureau,
        get=Ask(expect(others=404, reviewer=403, bureau_manager=200, system=403)),
        post=(
            Ask(expect(others=404, reviewer=403, bureau_manager=302, system=403), data=a_scheme),
            Ask(
                expect(others=404, reviewer=403, bureau_manager=422, system=403),
                data=lambda w: {},
                about="nothing filled in",
            ),
        ),
    ),
    "review-scheme": Row(
        kwargs=lambda w: {**bureau(w), "scheme": w.reviewed.scheme.pk},
        get=Ask(expect(others=404, reviewer=200, bureau_manager=200, system=403)),
        post=Ask(expect(others=404, reviewer=403, bureau_manager=302, system=403), data=the_scheme),
    ),
}
