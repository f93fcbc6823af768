"""Finding assessments behind the one door."""

from __future__ import annotations

from contextlib import AbstractContextManager
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.view import ApiView
from assessments.models import Assessment
from assessments.queries.for_programs.assessments import assessment_facts, state_of


class AssessmentView(ApiView):
    tag = "assessments"

    def find(self, request: Request, public_id: UUID) -> Assessment:
        """The assessment with hospital and edition, if the person may see it. One query."""
        visible = Assessment.objects.visible_to(request.user).select_related("hospital", "edition")
        return get_object_or_404(visible, public_id=public_id)

    def state(self, request: Request, assessment: Assessment) -> str:
        return state_of(assessment, self.person(request))

    def as_it_is(self, request: Request, found: Assessment) -> AbstractContextManager[Assessment]:
        """The assessment held, after If-Match was compared with what the person sees of it."""
        return self.held(
            request, found, lambda now: self.state(request, now), related=("hospital", "edition")
        )

    def told(self, request: Request, assessment: Assessment, **more: str) -> Response:
        """The assessment with its tag."""
        (facts,) = assessment_facts([assessment])
        return self.one(request, facts, tag=self.state(request, assessment), headers=more)
