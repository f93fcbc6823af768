"""Drafts in official-document form, to be taken along as Word."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.filetypes.judging import TYPES
from assessments.models import AwardedLevel, Objection, Review, ReviewMark
from assessments.review_permissions import check_can_see_work
from assessments.views.door import behind_the_door
from assessments.views.reviewing.finding import find_desk
from hospitals.refusals import Refusal
from reports.actions import check_can_issue_bulletin
from reports.documents.bulletin import bulletin_of
from reports.documents.gap import NothingToReport
from reports.documents.official import write_official
from reports.models import IssuedReport
from reports.view_models.official import (
    OfficialDraft,
    bulletin_draft,
    correction_notice,
    objection_register,
    public_notice,
)
from reports.views.region.choosing import choose
from rubrics.queries import get_rubric


def _word(draft: OfficialDraft) -> HttpResponse:
    response = HttpResponse(write_official(draft), content_type=TYPES[".docx"])
    name = get_valid_filename(f"{draft.name}.docx")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["Cache-Control"] = "private, no-store"
    return response


@behind_the_door
@require_GET
def draft_of_notice(request: HttpRequest) -> HttpResponse:
    """Levels of the chosen bureau, standard and year on public notice; where none is, those decided and waiting for
    it. One query beside the choice."""
    choice = choose(request)
    check_can_issue_bulletin(choice.bureau, request.user)
    awards = AwardedLevel.objects.filter(
        source=AwardedLevel.Source.REVIEW, edition=choice.edition, year=choice.year, published_at__isnull=True,
        revoked_at__isnull=True, hospital__path__startswith=choice.bureau.path,
    ).select_related("hospital", "review__snapshot").order_by("hospital__path")  # fmt: skip
    if not awards:
        messages.info(request, _("这一年度没有已作出结论、尚未公布的结果，没有可公示的内容。"))
        return HttpResponseRedirect(f"{reverse('bulletins')}?{choice.query}")
    on_notice = [one for one in awards if one.notice_from]
    return _word(public_notice(choice.bureau, choice.edition, choice.year, on_notice or list(awards)))


@behind_the_door
@require_GET
def draft_of_objections(request: HttpRequest) -> HttpResponse:
    """Every objection of the chosen bureau, standard and year. One query beside the choice."""
    choice = choose(request)
    check_can_issue_bulletin(choice.bureau, request.user)
    objections = Objection.objects.filter(
        award__edition=choice.edition, award__year=choice.year, award__hospital__path__startswith=choice.bureau.path
    ).select_related("award__hospital").order_by("filed_on", "pk")  # fmt: skip
    return _word(objection_register(choice.bureau, choice.edition, choice.year, objections))


@behind_the_door
@require_GET
def draft_of_bulletin(request: HttpRequest) -> HttpResponse:
    """The bulletin's figures in words and tables."""
    choice = choose(request)
    check_can_issue_bulletin(choice.bureau, request.user)
    asked = IssuedReport(bureau=choice.bureau, edition=choice.edition, year=choice.year)
    try:
        return _word(bulletin_draft(bulletin_of(asked)))
    except NothingToReport:
        messages.error(request, _("提交的医院太少，通报会让人认出单个医院，因此不生成。"))
        return HttpResponseRedirect(f"{reverse('bulletins')}?{choice.query}")


@behind_the_door
@require_GET
def draft_of_correction(request: HttpRequest, review: UUID) -> HttpResponse:
    """For the offices of a review that was returned: the reason and the clauses doubted. Two queries beside the desk."""
    desk = find_desk(request, review)
    check_can_see_work(desk)
    if desk.review.state != Review.State.RETURNED:
        raise Refusal(_("只有退回的评审才有整改通知书。"))
    step = desk.review.steps.select_related("office").filter(state="returned").order_by("-order").first()
    if step is None:
        raise Refusal(_("只有退回的评审才有整改通知书。"))
    marks = ReviewMark.objects.filter(step__review=desk.review).exclude(mark=ReviewMark.Mark.AGREE)
    rubric = get_rubric(desk.review.assessment.edition)
    return _word(
        correction_notice(desk.review, rubric, step.office, step.opinion, marks.order_by("clause_code", "pk"))
    )
