"""The list, starting one, and one."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.api.problems import Problem
from assessments.actions.starting import start_assessment
from assessments.api.shapes import (
    AssessmentQuery,
    AssessmentSerializer,
    NewAssessmentBody,
    StepSerializer,
)
from assessments.api.views.finding import AssessmentView
from assessments.models import Assessment
from assessments.permissions import check_can_see_work, check_can_start
from assessments.queries.for_programs.assessments import assessment_facts, find_assessments, steps_of
from hospitals import access
from hospitals.models import Organisation
from rubrics.queries import find_edition


class Assessments(AssessmentView):
    scopes = {"GET": "assessments:read", "POST": "assessments:write"}

    @operation(
        "list_assessments",
        _("自评，最新的在前"),
        AssessmentSerializer,
        many="page",
        filters=AssessmentQuery,
    )
    def get(self, request: Request) -> Response:
        """Two queries: the page, and the newest submissions of its assessments."""
        wanted = {name: value for name, value in self.asked.items() if name not in ("limit", "cursor")}
        found = find_assessments(self.person(request), **wanted)
        return self.page(request, found, assessment_facts, ordering=("-created_at", "-id"))

    @operation(
        "start_assessment",
        _("发起自评"),
        AssessmentSerializer,
        status=201,
        body=NewAssessmentBody,
        tagged=True,
        once=True,
        also=(422,),
    )
    def post(self, request: Request) -> Response:
        user = self.person(request)
        check_can_start(user)
        given = self.read(request)
        window = given.pop("window", None)
        edition = find_edition(given.pop("rubric"))
        if edition is None:
            raise _not_there("rubric")
        hospital = self._hospital(request, given.pop("hospital"))
        check_can_start(user, hospital)
        with self.doing():
            made = start_assessment(
                by=user,
                hospital=hospital,
                edition=edition,
                window=(window["from"], window["to"]) if window else None,
                copy_from=self._source(request, given.pop("copy_from", None)),
                **given,
            )
        return self.told(request, made, Location=reverse("api-assessment", args=[made.public_id]))

    def _hospital(self, request: Request, public_id: UUID) -> Organisation:
        found = access.visible_organisations(request.user).filter(public_id=public_id).first()
        if found is None:
            raise _not_there("hospital")
        return found

    def _source(self, request: Request, public_id: UUID | None) -> Assessment | None:
        if public_id is None:
            return None
        found = Assessment.objects.visible_to(request.user).select_related("edition")
        source = found.filter(public_id=public_id).first()
        if source is None:
            raise _not_there("copy_from")
        return source


class OneAssessment(AssessmentView):
    scopes = {"GET": "assessments:read"}

    @operation("read_assessment", _("一份自评"), AssessmentSerializer, tagged=True)
    def get(self, request: Request, assessment: UUID) -> Response:
        return self.told(request, self.find(request, assessment))


class History(AssessmentView):
    scopes = {"GET": "assessments:read"}

    @operation("list_steps", _("状态的变化，最新的在前"), StepSerializer, many="list")
    def get(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_see_work(request.user, found)
        return self.every(request, steps_of(found))


def _not_there(field: str) -> Problem:
    sentence = gettext("没有找到，或不在您可以查看的范围内。")
    return Problem(422, f"{field}: {sentence}", [{"field": field, "detail": sentence}])
