"""What an adopted plan delivered, once the hospital assesses itself again."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from assessments.queries.frame import read_frame
from assessments.queries.planning.adopted import (
    adopted_assumptions,
    adopted_plans,
    after_plan,
    card_before,
    chosen_plan,
)
from assessments.views.door import behind_the_door
from engine.roadmap.plan_json import plan_from_json
from reports.standing import standing_for
from reports.view_models.planning.delivered import delivered_page, empty_page
from reports.view_models.planning.progress import head_of
from reports.views.roadmap.finding import find_planned
from rubrics.queries import get_rubric


@behind_the_door
@require_GET
def plan_delivered(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """``?plan=`` one of the adopted plans (the one in force), ``?with=`` a later assessment (the newest).

    Beside session, person and memberships: the assessment (1), the plans (1), the later assessments (1), the
    plan's document (1), the card it was made from (1), the later one's standing (2 to 4), the navigation (2)."""
    found = find_planned(request, assessment)
    frame = read_frame(found, request.user, get_rubric(found.edition))
    plans = adopted_plans(found)
    plan = chosen_plan(plans, _uuid(request, "plan"))
    if plan is None:
        if "plan" in request.GET:
            raise Http404
        return render(request, "reports/roadmap/delivered.html", {"page": empty_page(frame, None)})
    laters = after_plan(plan, request.user)
    wanted = _uuid(request, "with")
    later = next((one for one in laters if wanted is None or one.public_id == wanted), None)
    if later is None and wanted is not None:
        raise Http404
    standing = standing_for(request.user, later) if later is not None else None
    if later is None or standing is None:
        return render(request, "reports/roadmap/delivered.html", {"page": empty_page(frame, head_of(plan))})
    plan.refresh_from_db(fields=["plan", "assumptions"])
    page = delivered_page(
        frame,
        head_of(plan),
        plan_from_json(plan.plan),
        standing.rubric,
        later,
        standing.card,
        laters,
        live=standing.live,
        before=card_before(plan),
        assumptions=adopted_assumptions(plan),
        today=timezone.localdate(),
    )
    return render(request, "reports/roadmap/delivered.html", {"page": page})


def _uuid(request: HttpRequest, name: str) -> UUID | None:
    text = request.GET.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError as wrong:
        raise Http404 from wrong
