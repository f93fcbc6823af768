"""The HTTP interface: yearly cycles, reviews, results, comparisons."""

from __future__ import annotations

from typing import Any

from tests.web.permissions.campaigns import of as cycle
from tests.web.permissions.format import EVERYBODY, Ask, Row, api, expect
from tests.web.permissions.reviews import of, seeing
from tests.web.permissions.world import World

_STAFF = ("owner", "colleague", "director", "engineer", "consultant")
_ABOVE = {"reviewer": 200, "bureau_manager": 200}
CYCLES = {"get": "campaigns:read"}
ANY_STATE = {"If-Match": "*"}
REVIEWS = {"get": "reviews:read"}
REGION = {"get": "comparisons:read"}
_FIGURES = Ask(expect(others=404, **_ABOVE))
DECIDES = {"post": "reviews:write"}


def numbered(w: World) -> dict[str, Any]:
    return {"review": w.reviewed.review.public_id, "number": w.reviewed.question.pk}


def elsewhere(w: World) -> dict[str, Any]:
    """The same question, under a review it does not belong to."""
    return {"review": w.reviewed.undeclared.public_id, "number": w.reviewed.question.pk}


def a_mark(w: World) -> dict[str, Any]:
    return {"clause": "01.01.1-1", "mark": "agree"}


def a_view(w: World) -> dict[str, Any]:
    return {"name": "示例视图", "page": "region", "query": "year=2026"}


def words(w: World) -> dict[str, Any]:
    return {"text": "示例文字"}


def nothing(w: World) -> dict[str, Any]:
    return {}


def reason(w: World) -> dict[str, Any]:
    return {"reason": "示例理由"}


def enters(w: World) -> dict[str, Any]:
    return {"rubric": "smart-service-2019"}


ROWS: dict[str, Row] = {
    "api-campaigns": api(scopes=CYCLES, get=Ask(EVERYBODY(200))),
    "api-campaign": api(
        cycle(),
        scopes=CYCLES,
        get=(
            Ask(expect(others=404, **_ABOVE, **dict.fromkeys(_STAFF, 200)), about="invited"),
            Ask(expect(others=404, **_ABOVE), kwargs=cycle("planned"), about="a draft"),
        ),
    ),
    "api-campaign-hospitals": api(cycle(), scopes=CYCLES, get=Ask(expect(others=404, **_ABOVE))),
    "api-campaign-enter": api(
        cycle(),
        scopes={"post": "campaigns:write"},
        post=(
            Ask(
                expect(
                    others=404,
                    owner=201,
                    consultant=201,
                    **dict.fromkeys(("colleague", "director", "engineer"), 403),
                ),
                json=enters,
            ),
            Ask(
                expect(others=404, **dict.fromkeys(_STAFF, 404)),
                kwargs=cycle("planned"),
                json=enters,
                about="a draft is not for hospitals",
            ),
        ),
    ),
    "api-reviews": api(scopes=REVIEWS, get=Ask(EVERYBODY(200))),
    "api-review": api(
        of("review"),
        scopes=REVIEWS,
        get=(Ask(seeing(200), about="in work"), Ask(seeing(200), kwargs=of("noticed"), about="on notice")),
    ),
    "api-review-items": api(
        of("review"),
        scopes=REVIEWS,
        get=Ask(seeing(403, reviewer=200, bureau_manager=200), about="never the hospital"),
    ),
    "api-review-clauses": api(
        lambda w: {**of("review")(w), "item": "01.01"},
        scopes=REVIEWS,
        get=(
            Ask(seeing(403, reviewer=200, bureau_manager=200), about="never the hospital"),
            Ask(
                seeing(403, reviewer=404, bureau_manager=404),
                kwargs=lambda w: {**of("review")(w), "item": "99.99"},
                about="no such item",
            ),
        ),
    ),
    "api-review-marks": api(
        of("review"),
        scopes=DECIDES,
        post=(
            Ask(seeing(403, reviewer=200), json=a_mark),
            Ask(seeing(403), json=a_mark, kwargs=of("undeclared"), about="before the declaration"),
            Ask(seeing(403), json=a_mark, kwargs=of("passed"), about="after the last step"),
        ),
    ),
    "api-review-pass": api(
        of("review"),
        scopes=DECIDES,
        post=(
            Ask(seeing(403, reviewer=409, bureau_manager=409), json=nothing, headers=ANY_STATE, about="open"),
            Ask(seeing(403, reviewer=428, bureau_manager=428), json=nothing, about="without If-Match"),
            Ask(seeing(403), json=nothing, headers=ANY_STATE, kwargs=of("passed"), about="nothing to pass"),
        ),
    ),
    "api-review-return": api(
        of("review"),
        scopes=DECIDES,
        post=(
            Ask(seeing(403, reviewer=200, bureau_manager=200), json=reason, headers=ANY_STATE),
            Ask(seeing(403, reviewer=400, bureau_manager=400), json=nothing, headers=ANY_STATE, about="why?"),
            Ask(seeing(403, reviewer=428, bureau_manager=428), json=reason, about="without If-Match"),
        ),
    ),
    "api-review-questions": api(
        of("review"),
        scopes={**REVIEWS, **DECIDES},
        get=Ask(seeing(200)),
        post=Ask(seeing(403, reviewer=201), json=words),
    ),
    "api-review-messages": api(
        numbered,
        scopes=DECIDES,
        post=(
            Ask(seeing(403, owner=201, director=201, reviewer=201), json=words),
            Ask(seeing(404), json=words, kwargs=elsewhere, about="of another review"),
        ),
    ),
    "api-review-question-close": api(
        numbered,
        scopes=DECIDES,
        post=(
            Ask(seeing(403, reviewer=200, bureau_manager=200)),
            Ask(seeing(404), kwargs=elsewhere, about="of another review"),
        ),
    ),
    "api-awarded-levels": api(scopes=REVIEWS, get=Ask(EVERYBODY(200))),
    "api-bureaus": api(scopes=REGION, get=_FIGURES),
    "api-region": api(scopes=REGION, get=_FIGURES),
    "api-ranking": api(scopes=REGION, get=_FIGURES),
    "api-results": api(scopes=REGION, get=_FIGURES),
    "api-views": api(
        scopes={**REGION, "post": "comparisons:write"},
        get=_FIGURES,
        post=Ask(expect(others=404, reviewer=201, bureau_manager=201), json=a_view),
    ),
    "api-view": api(
        lambda w: {"view": w.view.public_id},
        scopes={"delete": "comparisons:write"},
        delete=Ask(expect(others=404, bureau_manager=204), about="the owner's alone"),
    ),
}
