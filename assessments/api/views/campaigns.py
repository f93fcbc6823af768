"""Yearly cycles: the list, one, its board for a bureau, and taking part for a hospital."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.api.problems import Problem
from assessments.actions.campaigns.entering import enter_with, start_in_campaign
from assessments.api.campaign_shapes import (
    CampaignQuery,
    CampaignSerializer,
    EnterBody,
    OneCampaignSerializer,
    TakingPartQuery,
    TakingPartSerializer,
)
from assessments.api.shapes import AssessmentSerializer
from assessments.api.views.finding import AssessmentView
from assessments.campaign_permissions import check_can_enter, sees_board
from assessments.models import Assessment, Campaign, Participation
from assessments.queries.campaigns.own import participations_in
from assessments.queries.campaigns.shown import Filters
from assessments.queries.for_programs.campaigns import (
    campaign_facts,
    campaign_lines,
    find_campaigns,
    find_taking_part,
    taking_part,
)


class CampaignView(AssessmentView):
    scopes = {"GET": "campaigns:read"}
    tag = "campaigns"

    def campaign(self, request: Request, public_id: UUID) -> Campaign:
        """One query."""
        found = find_campaigns(self.person(request)).filter(public_id=public_id).first()
        if found is None:
            raise Http404
        return found


class Campaigns(CampaignView):
    @operation(
        "list_campaigns",
        _("年度评价工作，最近的在前"),
        CampaignSerializer,
        many="page",
        filters=CampaignQuery,
    )
    def get(self, request: Request) -> Response:
        """Two queries: the page, and its figures."""
        user = self.person(request)
        wanted = {name: value for name, value in self.asked.items() if name not in ("limit", "cursor")}
        return self.page(
            request,
            find_campaigns(user, **wanted),
            lambda rows: campaign_lines(user, rows),
            ordering=("-year", "-id"),
        )


class OneCampaign(CampaignView):
    @operation("read_campaign", _("一项年度评价工作"), OneCampaignSerializer)
    def get(self, request: Request, campaign: UUID) -> Response:
        user, found = self.person(request), self.campaign(request, campaign)
        return self.one(request, campaign_facts(user, found, board=sees_board(user, found)))


class Board(CampaignView):
    @operation(
        "list_taking_part",
        _("参评进度，按机构的层次"),
        TakingPartSerializer,
        many="page",
        filters=TakingPartQuery,
        more=_("仅卫生健康行政部门，并且只有本级以下的医院；填报中的内容属于医院，不在其中。"),
    )
    def get(self, request: Request, campaign: UUID) -> Response:
        """Six queries: the cycle, the page, rubrics, entries, targets, reminders."""
        user, found = self.person(request), self.campaign(request, campaign)
        if not sees_board(user, found):
            raise Http404
        filters = Filters(**{name: str(self.asked.get(name, "")) for name in ("city", "grade", "state")})
        return self.page(
            request,
            find_taking_part(user, found, filters),
            lambda rows: taking_part(found, rows),
            ordering=("place", "id"),
        )


class Enter(CampaignView):
    scopes = {"POST": "campaigns:write"}

    @operation(
        "enter_campaign",
        _("本院参评：新建自评，或用已有的自评"),
        AssessmentSerializer,
        status=201,
        body=EnterBody,
        tagged=True,
        once=True,
        also=(409, 422),
        headers={"Location": _("参评的自评")},
    )
    def post(self, request: Request, campaign: UUID) -> Response:
        user, found = self.person(request), self.campaign(request, campaign)
        parts = participations_in(user, found)
        if not parts or found.state == Campaign.State.DRAFT:
            raise Http404
        if len(parts) == 1:
            check_can_enter(user, parts[0])
        given = self.read(request)
        part = _chosen(parts, given.get("hospital"))
        check_can_enter(user, part)
        rubric = found.rubrics.select_related("edition").filter(edition__key=given["rubric"]).first()
        if rubric is None:
            raise _wrong("rubric", gettext("这个标准不在本次工作中。"))
        kept = self._own(request, part, given, "assessment")
        with self.doing(409):
            if kept is not None:
                enter_with(by=user, participation=part, rubric=rubric, assessment=kept)
            else:
                source = self._own(request, part, given, "copy_from")
                kept = start_in_campaign(by=user, participation=part, rubric=rubric, copy_from=source)
        made = self.find(request, kept.public_id)
        return self.told(request, made, Location=reverse("api-assessment", args=[made.public_id]))

    def _own(
        self, request: Request, part: Participation, given: dict[str, UUID], field: str
    ) -> Assessment | None:
        """An assessment of the hospital that the body names."""
        if field not in given:
            return None
        found = Assessment.objects.visible_to(request.user).filter(hospital=part.hospital)
        row = found.select_related("edition").filter(public_id=given[field]).first()
        if row is None:
            raise _wrong(field, gettext("没有找到，或不在您可以查看的范围内。"))
        return row


def _chosen(parts: list[Participation], hospital: UUID | None) -> Participation:
    if hospital is None and len(parts) == 1:
        return parts[0]
    for part in parts:
        if part.hospital.public_id == hospital:
            return part
    raise _wrong("hospital", gettext("请写明是哪一家参评的医院。"))


def _wrong(field: str, sentence: str) -> Problem:
    return Problem(422, f"{field}: {sentence}", [{"field": field, "detail": sentence}])
