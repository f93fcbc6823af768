"""The stored counts of a result under another table year, edition or way of combining. Nothing is stored."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.models import Assessment
from assessments.permissions import is_staff_of
from assessments.queries.frame import read_frame
from assessments.queries.verification.lensed import decisions_of
from assessments.views.door import behind_the_door
from engine.evidence.policy import INDEX_POLICIES, IndexPolicy
from engine.rubric.values import Rubric
from engine.scoring.answers import AnswersRefused
from reports.permissions import check_can_read_result
from reports.standing import Standing, standing_of, with_evidence
from reports.view_models.verified.around import reading_of
from reports.view_models.verified.replayed import Choice, Other, Seen, replay_page, seen_under
from reports.views.reading import addresses_of
from rubrics.models import Edition
from rubrics.queries import catalogue_of_year, get_catalogue, get_rubric, tables_of

TODAY = "today"  # the same revision under the flags confirmed now


@behind_the_door
@require_GET
def verified_replay(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """``?year=2027&edition=emr-2018_r2&index=minimum``. Beside those of every page of the checks: tables,
    revisions, and decisions, flags, table and edition chosen (one or two each, the first time)."""
    visible = Assessment.objects.visible_to(request.user).select_related("hospital", "edition")
    found = get_object_or_404(visible, public_id=assessment)
    check_can_read_result(request.user, found)
    inside = is_staff_of(request.user, found)
    standing = standing_of(found, submitted_only=not inside)
    if standing is None:
        raise Http404
    standing = with_evidence(found, standing)
    reading = reading_of(standing, inside=inside)
    year, tables = _tables(found, request.GET.get("year", ""))
    revisions = list(Edition.objects.published().filter(key=found.edition.key).order_by("-revision"))
    asked = request.GET.get("edition", "")
    rubric = _rubric(found, standing, revisions, asked)
    policy = _policy(request.GET.get("index", ""))
    seen: Seen | None = None
    problem = ""
    if reading.lensed.run is not None and (year or rubric or policy != "mean"):
        other = Other(rubric, catalogue_of_year(found.edition.key, year) if year else None, policy)
        try:
            seen = seen_under(reading, standing.answers, decisions_of(found), get_catalogue(), other)
        except AnswersRefused as refused:
            problem = refused.problems[0].message.in_language(get_language() or "")
    page = replay_page(
        reading,
        read_frame(found, request.user, standing.rubric),
        addresses_of(found, standing.rubric, inside=inside),
        tables=tables,
        editions=_editions(found, standing, revisions, asked if rubric else ""),
        policy=policy,
        seen=seen,
        problem=problem,
    )
    return render(request, "reports/verified/replay.html", {"page": page})


def _tables(assessment: Assessment, asked: str) -> tuple[int, tuple[Choice, ...]]:
    """The year chosen (0: the library's own) and the tables there are; none under a standard without one."""
    if assessment.edition.data_quality_table_year is None:
        return 0, ()
    own = get_catalogue().data_quality_table_year
    years = [table.year for table in tables_of(assessment.edition.key)]
    chosen = next((year for year in years if str(year) == asked), 0)
    labels = [(str(own), _("%(year)s年（随标准发布）") % {"year": own})]
    labels += [(str(year), _("%(year)s年") % {"year": year}) for year in sorted(years, reverse=True)]
    return chosen, tuple(
        Choice(value, label, value == str(own), value == str(chosen or own)) for value, label in labels
    )


def _rubric(
    assessment: Assessment, standing: Standing, revisions: list[Edition], asked: str
) -> Rubric | None:
    """The edition chosen, None where it is the result's own."""
    if asked == TODAY:
        today = get_rubric(assessment.edition)
        return None if today is standing.rubric else today
    edition = next((one for one in revisions if one.slug == asked and one.pk != assessment.edition_id), None)
    return get_rubric(edition) if edition is not None else None


def _editions(
    assessment: Assessment, standing: Standing, revisions: list[Edition], asked: str
) -> tuple[Choice, ...]:
    own = _("修订%(revision)s（与结果相同）") % {"revision": assessment.edition.revision}
    choices = [Choice("", own, True, not asked)]
    if get_rubric(assessment.edition) is not standing.rubric:
        choices.append(
            Choice(
                TODAY,
                _("修订%(revision)s，按现在确认的基本项与选择项") % {"revision": assessment.edition.revision},
                False,
                asked == TODAY,
            )
        )
    choices += [
        Choice(one.slug, _("修订%(revision)s") % {"revision": one.revision}, False, asked == one.slug)
        for one in revisions
        if one.pk != assessment.edition_id
    ]
    return tuple(choices)


def _policy(asked: str) -> IndexPolicy:
    return next((key for key in INDEX_POLICIES if key == asked), "mean")
