"""What the checks found: span, rules, record types, loops, meaning, authenticity, changes. All read only."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from assessments.models import Assessment, VerificationRun
from assessments.permissions import is_staff_of
from assessments.queries.frame import AssessmentFrame, read_frame
from assessments.queries.verification.shared import shared_lines
from assessments.views.door import behind_the_door
from reports.permissions import check_can_read_result
from reports.standing import standing_of, with_evidence
from reports.view_models.identity import Addresses
from reports.view_models.verified.around import Reading, reading_of
from reports.view_models.verified.changes import changes_page
from reports.view_models.verified.loops import loops_page
from reports.view_models.verified.meaning import authenticity_page, meaning_page
from reports.view_models.verified.rules import STATES, records_page, rule_page, rules_page
from reports.view_models.verified.span import span_chart, span_page
from reports.views.reading import addresses_of, chart_response
from rubrics.queries import get_catalogue

MOST_RUNS = 20


def _read(
    request: HttpRequest, public_id: UUID, *, framed: bool = True
) -> tuple[Assessment, Reading, Addresses, AssessmentFrame | None]:
    """Beside session, person and memberships: the assessment (1), its standing (1, or 4 live), run and
    decisions (2), navigation (2, none for a bureau)."""
    visible = Assessment.objects.visible_to(request.user).select_related("hospital", "edition")
    assessment = get_object_or_404(visible, public_id=public_id)
    check_can_read_result(request.user, assessment)
    inside = is_staff_of(request.user, assessment)
    standing = standing_of(assessment, submitted_only=not inside)
    if standing is None:
        raise Http404
    reading = reading_of(with_evidence(assessment, standing), inside=inside)
    addresses = addresses_of(assessment, standing.rubric, inside=inside)
    frame = read_frame(assessment, request.user, standing.rubric) if framed else None
    return assessment, reading, addresses, frame


@behind_the_door
@require_GET
def verified(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Claimed against the verified span. ``?figure=`` answers with one chart as a Plotly figure."""
    key = request.GET.get("figure")
    _found, reading, addresses, frame = _read(request, assessment, framed=key is None)
    if key is not None:
        return chart_response(request, span_chart(reading, key, addresses))
    assert frame is not None
    return render(request, "reports/verified/span.html", {"page": span_page(reading, frame, addresses)})


@behind_the_door
@require_GET
def verified_rules(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Every rule with its finding; ``state``, ``dimension`` and ``record`` narrow the list."""
    _found, reading, addresses, frame = _read(request, assessment)
    assert frame is not None
    state = request.GET.get("state", "")
    page = rules_page(
        reading,
        frame,
        addresses,
        state=state if state in STATES else "",
        dimension=request.GET.get("dimension", ""),
        record=request.GET.get("record", ""),
        page=request.GET.get("page", ""),
    )
    return render(request, "reports/verified/rules.html", {"page": page})


@behind_the_door
@require_GET
def verified_rule(request: HttpRequest, assessment: UUID, rule: str) -> HttpResponse:
    found, reading, addresses, frame = _read(request, assessment)
    described = get_catalogue().rules.get(rule)
    if described is None or described.rubric != found.edition.key:
        raise Http404
    assert frame is not None
    return render(
        request, "reports/verified/rule.html", {"page": rule_page(reading, frame, addresses, described)}
    )


@behind_the_door
@require_GET
def verified_records(request: HttpRequest, assessment: UUID) -> HttpResponse:
    _found, reading, addresses, frame = _read(request, assessment)
    assert frame is not None
    return render(request, "reports/verified/records.html", {"page": records_page(reading, frame, addresses)})


@behind_the_door
@require_GET
def verified_loops(request: HttpRequest, assessment: UUID) -> HttpResponse:
    _found, reading, addresses, frame = _read(request, assessment)
    assert frame is not None
    return render(request, "reports/verified/loops.html", {"page": loops_page(reading, frame, addresses)})


@behind_the_door
@require_GET
def verified_meaning(request: HttpRequest, assessment: UUID) -> HttpResponse:
    _found, reading, addresses, frame = _read(request, assessment)
    assert frame is not None
    return render(request, "reports/verified/meaning.html", {"page": meaning_page(reading, frame, addresses)})


@behind_the_door
@require_GET
def verified_authenticity(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """One more query: content that another hospital handed in too."""
    found, reading, addresses, frame = _read(request, assessment)
    assert frame is not None
    page = authenticity_page(reading, frame, addresses, shared_lines(found, request.user))
    return render(request, "reports/verified/authenticity.html", {"page": page})


@behind_the_door
@require_GET
def verified_changes(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The run in force against ``?before=`` (a number), else the finished run before it. Two more queries."""
    found, reading, addresses, frame = _read(request, assessment)
    assert frame is not None
    visible = VerificationRun.objects.visible_to(request.user).finished().filter(assessment=found)
    runs = tuple(visible.defer("counts")[:MOST_RUNS])
    asked = request.GET.get("before", "")
    current = reading.lensed.run.number if reading.lensed.run else 0
    wanted = (
        int(asked)
        if asked.isascii() and asked.isdecimal() and len(asked) < 6
        else next((run.number for run in runs if run.number < current), 0)
    )
    before = visible.filter(number=wanted).first()
    page = changes_page(reading, frame, addresses, runs, before)
    return render(request, "reports/verified/changes.html", {"page": page})
