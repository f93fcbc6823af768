"""Loading through the only door: what the person may not see does not exist (404)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from hospitals import access
from hospitals.models import Department, Membership, Organisation


def person_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the gate let nobody else through
    return request.user


def find_organisation(request: HttpRequest, public_id: UUID) -> Organisation:
    return get_object_or_404(
        access.visible_organisations(person_of(request)).select_related("parent"), public_id=public_id
    )


def find_department(organisation: Organisation, public_id: UUID) -> Department:
    return get_object_or_404(
        Department.objects.select_related("organisation"), organisation=organisation, public_id=public_id
    )


def find_membership(organisation: Organisation, public_id: UUID) -> Membership:
    memberships = Membership.objects.select_related("organisation", "user", "department")
    return get_object_or_404(memberships, organisation=organisation, public_id=public_id)
