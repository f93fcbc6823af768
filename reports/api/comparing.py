"""Figures of a region, for people of a bureau; to everybody else there are none (404)."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.api.view import ApiView
from accounts.models import User
from hospitals import access
from reports.api.comparing_shapes import (
    BureauSerializer,
    ChoiceQuery,
    RankingQuery,
    RankSerializer,
    RegionSerializer,
    ResultQuery,
    ResultSerializer,
    ViewBody,
    ViewSerializer,
)
from reports.comparing_for_programs import (
    Chosen,
    choose,
    find_ranked,
    find_results,
    place_of,
    ranked,
    region_facts,
    result_facts,
    view_facts,
)
from reports.models import SavedView
from reports.regional.actions import delete_view, save_view
from reports.regional.reading import bureaus_of


class RegionView(ApiView):
    scopes = {"GET": "comparisons:read"}
    tag = "comparisons"

    def of_a_bureau(self, request: Request) -> User:
        user = self.person(request)
        if not access.organisations_where(user, access.BUREAU_STAFF):
            raise Http404
        return user

    def chosen(self, request: Request) -> Chosen:
        """Three queries."""
        wanted = {name: self.asked[name] for name in ("bureau", "rubric", "year") if name in self.asked}
        found = choose(self.of_a_bureau(request), **wanted)
        if found is None:
            raise Http404
        return found


class Bureaus(RegionView):
    @operation("list_bureaus", _("可以查看的地区"), BureauSerializer, many="list")
    def get(self, request: Request) -> Response:
        """One query."""
        return self.every(request, [place_of(one) for one in bureaus_of(self.of_a_bureau(request))])


class Region(RegionView):
    @operation(
        "read_region",
        _("一个地区一年的汇总：参评、级别分布、达标与核验"),
        RegionSerializer,
        filters=ChoiceQuery,
        more=_("只用已提交的快照。不足5家医院的组不给出数字。"),
    )
    def get(self, request: Request) -> Response:
        return self.one(request, region_facts(self.chosen(request), get_language() or "zh-hans"))


class Ranking(RegionView):
    @operation(
        "list_ranking",
        _("医院，级别高的在前，附同组中的名次"),
        RankSerializer,
        many="page",
        filters=RankingQuery,
    )
    def get(self, request: Request) -> Response:
        """Six queries: three to choose, the page, its peers, the cities."""
        chosen = self.chosen(request)
        return self.page(
            request,
            find_ranked(chosen),
            lambda rows: ranked(chosen, rows),
            ordering=("-claimed", "-total", "hospital_id"),
        )


class Results(RegionView):
    @operation(
        "list_results",
        _("各医院各年度的结果，最近的年度在前"),
        ResultSerializer,
        many="page",
        filters=ResultQuery,
    )
    def get(self, request: Request) -> Response:
        """One query."""
        wanted = {name: value for name, value in self.asked.items() if name not in ("limit", "cursor")}
        return self.page(
            request,
            find_results(self.of_a_bureau(request), **wanted),
            lambda rows: [result_facts(row) for row in rows],
            ordering=("-year", "id"),
        )


class Views(RegionView):
    scopes = {"GET": "comparisons:read", "POST": "comparisons:write"}

    @operation("list_views", _("本人保存的视图"), ViewSerializer, many="list")
    def get(self, request: Request) -> Response:
        rows = SavedView.objects.filter(user=self.of_a_bureau(request))
        return self.every(request, [view_facts(row) for row in rows])

    @operation(
        "save_view",
        _("保存视图；同名的被替换"),
        ViewSerializer,
        status=201,
        body=ViewBody,
        once=True,
        also=(422,),
    )
    def post(self, request: Request) -> Response:
        user = self.of_a_bureau(request)
        given = self.read(request)
        with self.doing():
            made = save_view(by=user, **given)
        return self.one(
            request, view_facts(made), headers={"Location": reverse("api-view", args=[made.public_id])}
        )


class OneView(RegionView):
    scopes = {"DELETE": "comparisons:write"}

    @operation("delete_view", _("删除视图"), None, status=204)
    def delete(self, request: Request, view: UUID) -> Response:
        user = self.of_a_bureau(request)
        found = SavedView.objects.filter(user=user, public_id=view).first()
        if found is None:
            raise Http404
        delete_view(by=user, view=found)
        return Response(status=204)
