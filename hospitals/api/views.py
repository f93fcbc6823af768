"""Organisations and the own account."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.api.view import ApiView
from accounts.models import ApiToken
from accounts.scopes import ANY
from accounts.tags import tag_of
from hospitals import access
from hospitals.actions.organisations import EDITABLE, change_organisation, create_organisation
from hospitals.api.shapes import (
    DepartmentSerializer,
    MeSerializer,
    NewOrganisationBody,
    OrganisationChangesBody,
    OrganisationQuery,
    OrganisationSerializer,
    refuse_for_bureaus,
)
from hospitals.models import Organisation
from hospitals.permissions import check_can_create, check_can_edit
from hospitals.queries.for_programs import departments_of, find_organisations, me, organisation_facts


class OrganisationView(ApiView):
    """Finds organisations behind the one door."""

    tag = "organisations"

    def find(self, request: Request, public_id: UUID) -> Organisation:
        visible = access.visible_organisations(self.person(request)).select_related("parent")
        return get_object_or_404(visible, public_id=public_id)


class OwnAccount(ApiView):
    scopes = {"GET": ANY}
    tag = "account"

    @operation("read_me", _("当前人员、角色与令牌"), MeSerializer)
    def get(self, request: Request) -> Response:
        token = request.auth if isinstance(request.auth, ApiToken) else None
        return self.one(request, me(self.person(request), token))


class Organisations(OrganisationView):
    scopes = {"GET": "organisations:read", "POST": "organisations:write"}

    @operation(
        "list_organisations",
        _("机构，按名称"),
        OrganisationSerializer,
        many="page",
        filters=OrganisationQuery,
    )
    def get(self, request: Request) -> Response:
        """Two queries at most: the page, and the organisation of ``under``."""
        user = self.person(request)
        wanted = {
            name: value for name, value in self.asked.items() if name not in ("limit", "cursor", "under")
        }
        under = self.find(request, self.asked["under"]) if "under" in self.asked else None
        found = find_organisations(user, under=under, **wanted)
        return self.page(
            request,
            found,
            lambda rows: [organisation_facts(row, user) for row in rows],
            ordering=("name", "id"),
        )

    @operation(
        "create_organisation",
        _("新建机构"),
        OrganisationSerializer,
        status=201,
        body=NewOrganisationBody,
        tagged=True,
        once=True,
        also=(422,),
    )
    def post(self, request: Request) -> Response:
        user = self.person(request)
        check_can_create(user)
        given = self.read(request)
        parent = self.find(request, given.pop("parent"))
        check_can_create(user, parent)
        with self.doing():
            made = create_organisation(by=user, parent=parent, **given)
        return self.one(
            request,
            organisation_facts(made, user),
            tag=organisation_tag(made),
            headers={"Location": reverse("api-organisation", args=[made.public_id])},
        )


class OneOrganisation(OrganisationView):
    scopes = {"GET": "organisations:read", "PATCH": "organisations:write"}

    @operation("read_organisation", _("一个机构"), OrganisationSerializer, tagged=True)
    def get(self, request: Request, organisation: UUID) -> Response:
        found = self.find(request, organisation)
        return self.one(request, organisation_facts(found, self.person(request)), tag=organisation_tag(found))

    @operation(
        "change_organisation",
        _("修改机构信息"),
        OrganisationSerializer,
        body=OrganisationChangesBody,
        tagged=True,
        match=True,
        also=(422,),
    )
    def patch(self, request: Request, organisation: UUID) -> Response:
        user = self.person(request)
        found = self.find(request, organisation)
        check_can_edit(user, found)
        given = self.read(request)
        if found.kind != Organisation.Kind.HOSPITAL:
            refuse_for_bureaus(given)
        with self.held(request, found, organisation_tag) as now, self.doing():
            change_organisation(by=user, organisation=now, **given)
        found.refresh_from_db(fields=EDITABLE)
        return self.one(request, organisation_facts(found, user), tag=organisation_tag(found))


class Departments(OrganisationView):
    scopes = {"GET": "organisations:read"}

    @operation("list_departments", _("机构的科室"), DepartmentSerializer, many="list")
    def get(self, request: Request, organisation: UUID) -> Response:
        return self.every(request, departments_of(self.find(request, organisation)))


def organisation_tag(organisation: Organisation) -> str:
    return tag_of(organisation.pk, *(getattr(organisation, name) for name in EDITABLE))
