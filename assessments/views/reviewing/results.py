"""The result of a review: decision, public notice, objections, publication, revocation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments.actions.reviewing.awarding import decide_award, give_notice, publish_award, revoke_award
from assessments.actions.reviewing.objecting import answer_objection, raise_objection
from assessments.models import AwardedLevel, Objection
from assessments.review_permissions import check_can_object, check_leads
from assessments.views.door import behind_the_door
from assessments.views.reviewing.finding import day_in, find_desk, finish, number_in, text_in, to_review
from hospitals.views.finding import person_of


@behind_the_door
@require_POST
def review_award(request: HttpRequest, review: UUID) -> HttpResponse:
    desk = find_desk(request, review)
    check_leads(desk)
    level = number_in(request, "level")
    if level is None:
        messages.error(request, _("请选择评定的级别。"))
        return to_review(desk, "#result")
    return finish(
        request,
        desk,
        lambda: decide_award(
            by=person_of(request), review=desk.review, level=level, note=text_in(request, "note")
        ),
        _("已作出结论：%(level)s级。接下来公示。") % {"level": level},
        anchor="#result",
    )


@behind_the_door
@require_POST
def notice_publish(request: HttpRequest, review: UUID) -> HttpResponse:
    desk = find_desk(request, review)
    check_leads(desk)
    return finish(
        request,
        desk,
        lambda: give_notice(
            by=person_of(request),
            review=desk.review,
            days=number_in(request, "days") or 0,
            starts_on=day_in(request, "starts_on"),
        ),
        _("公示已开始，期间可以登记异议。"),
        anchor="#result",
    )


@behind_the_door
@require_POST
def award_publish(request: HttpRequest, review: UUID) -> HttpResponse:
    desk = find_desk(request, review)
    check_leads(desk)
    return finish(
        request,
        desk,
        lambda: publish_award(by=person_of(request), review=desk.review),
        _("结果已公布。"),
        anchor="#result",
    )


@behind_the_door
@require_POST
def award_revoke(request: HttpRequest, review: UUID) -> HttpResponse:
    desk = find_desk(request, review)
    check_leads(desk)
    return finish(
        request,
        desk,
        lambda: revoke_award(by=person_of(request), review=desk.review, reason=text_in(request, "reason")),
        _("结果已撤销，理由随结果永久保存。"),
        anchor="#result",
    )


@behind_the_door
@require_POST
def objection_add(request: HttpRequest, review: UUID) -> HttpResponse:
    """The hospital's own objection, or one that the bureau received."""
    desk = find_desk(request, review)
    check_can_object(desk, AwardedLevel.objects.filter(review=desk.review).first())
    return finish(
        request,
        desk,
        lambda: raise_objection(
            by=person_of(request),
            review=desk.review,
            text=text_in(request, "text"),
            from_whom=text_in(request, "from_whom"),
            filed_on=day_in(request, "filed_on"),
        ),
        _("异议已登记。"),
        anchor="#result",
    )


@behind_the_door
@require_POST
def objection_answer(request: HttpRequest, review: UUID, objection: int) -> HttpResponse:
    desk = find_desk(request, review)
    check_leads(desk)
    row = Objection.objects.filter(pk=objection, award__review=desk.review).first()
    if row is None:
        raise Http404
    return finish(
        request,
        desk,
        lambda: answer_objection(
            by=person_of(request),
            review=desk.review,
            objection=row,
            outcome=text_in(request, "outcome"),
            answer=text_in(request, "answer"),
        ),
        _("异议已答复。"),
        anchor="#result",
    )
