"""Submitting, and every further step of the life cycle."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.actions.lifecycle import (
    LONGEST_REASON,
    ChangedMeanwhile,
    NotReady,
    accept_assessment,
    archive_assessment,
    return_assessment,
    submit_assessment,
    withdraw_assessment,
)
from assessments.models import Assessment
from assessments.permissions import (
    check_can_archive,
    check_can_decide,
    check_can_see_work,
    check_can_submit,
    check_can_withdraw,
)
from assessments.queries.submission import submission_page
from assessments.views.door import View, behind_the_door, find_assessment
from hospitals.refusals import Refusal


@behind_the_door
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """GET lists what is incomplete; POST freezes. A second or stale submission ends in one sentence."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    status = 200
    if request.method == "POST":
        check_can_submit(request.user, found)
        try:
            snapshot = submit_assessment(
                by=request.user,  # type: ignore[arg-type]
                assessment=found,
                seen=request.POST.get("seen", ""),
                accept_incomplete=request.POST.get("accept_incomplete") == "yes",
                note=request.POST.get("note", ""),
            )
        except (ChangedMeanwhile, NotReady) as refusal:
            messages.error(request, str(refusal))
            status = 409 if isinstance(refusal, ChangedMeanwhile) else 422
        else:
            messages.success(
                request,
                _("已提交，第%(n)s次快照已保存：%(level)s级，总分%(total)s。")
                % {"n": snapshot.number, "level": snapshot.level, "total": snapshot.total},
            )
            return HttpResponseRedirect(reverse("assessment", args=[found.public_id]))
    page = submission_page(found, request.user, note=request.POST.get("note", "")[:LONGEST_REASON])
    return render(request, "assessments/submit.html", {"page": page}, status=status)


def _step(check: Callable[..., None], act: Callable[..., None], done: Callable[[], str]) -> View:
    """One step with a reason: refused with its sentence, or done and back to the overview.

    Who may not, or comes too late, gets 403; a missing reason leads back with the sentence.
    """

    @behind_the_door
    @require_POST
    def view(request: HttpRequest, assessment: UUID) -> HttpResponse:
        found: Assessment = find_assessment(request, assessment)
        check(request.user, found)
        try:
            act(by=request.user, assessment=found, reason=request.POST.get("reason", ""))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done())
        return HttpResponseRedirect(reverse("assessment", args=[found.public_id]))

    return view


returned = _step(check_can_decide, return_assessment, lambda: _("已退回，医院可以继续修改后再次提交。"))
accepted = _step(check_can_decide, accept_assessment, lambda: _("已接收。"))
withdrawn = _step(
    check_can_withdraw, withdraw_assessment, lambda: _("已撤回，可以继续填报，改好后请再次提交。")
)
archived = _step(check_can_archive, archive_assessment, lambda: _("已归档，内容仍可查看。"))
