"""Inviting people, changing and revoking what they are, and one-time passwords."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from hospitals.actions.members import (
    Invited,
    change_member,
    give_new_password,
    invite_existing_person,
    invite_new_person,
    revoke_membership,
)
from hospitals.forms import InviteForm, RoleForm
from hospitals.models import Membership, Organisation
from hospitals.pages import InvitePage, MemberPage, PasswordShownPage
from hospitals.permissions import (
    check_can_change_member,
    check_can_invite,
    check_can_reset_password,
    check_leaves_a_lead,
    grantable_roles,
)
from hospitals.queries.organisations import way_to
from hospitals.refusals import Refusal
from hospitals.roles import WHAT_IT_MAY
from hospitals.views.finding import find_membership, find_organisation, person_of


def back_to(organisation: UUID) -> str:
    return reverse("organisation", kwargs={"organisation": organisation}) + "#people"


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """A new account's password is in the answer to the form itself: it is written down nowhere."""
    user = person_of(request)
    found = find_organisation(request, organisation)
    check_can_invite(user, found)
    roles = grantable_roles(user, found)
    form = InviteForm(request.POST or None, organisation=found, roles=roles)
    if request.method == "POST" and form.is_valid():
        try:
            invited = _invite(user, found, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            if invited.password:
                return show_password(request, found, invited.membership, invited.password, is_new=True)
            person = invited.membership.user
            messages.success(request, _("%(name)s已加入，对方下一次打开页面时生效。") % {"name": person})
            return HttpResponseRedirect(back_to(organisation))
    page = InvitePage(
        organisation=found.label,
        organisation_id=found.public_id,
        trail=way_to(found, user),
        form=form,
        roles=tuple((role.value, str(role.label), str(WHAT_IT_MAY[role])) for role in roles),
        back_url=back_to(organisation),
    )
    return render(request, "hospitals/invite.html", {"page": page}, status=400 if form.errors else 200)


def _invite(user: User, organisation: Organisation, form: InviteForm) -> Invited:
    given = form.cleaned_data
    place = {"role": given["role"], "department": given.get("department"), "until": given["until"]}
    if given["account"] == "existing":
        return invite_existing_person(by=user, organisation=organisation, username=given["username"], **place)
    return invite_new_person(
        by=user,
        organisation=organisation,
        username=given["username"],
        name=given["name"],
        email=given["email"],
        **place,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, organisation: UUID, membership: UUID) -> HttpResponse:
    user = person_of(request)
    found = find_organisation(request, organisation)
    row = find_membership(found, membership)
    check_can_change_member(user, row)
    now = {
        "role": row.role,
        "department": row.department.public_id if row.department else None,
        "until": row.until,
    }
    form = RoleForm(request.POST or None, organisation=found, roles=grantable_roles(user, found), initial=now)
    if request.method == "POST" and form.is_valid():
        given = {"department": None, **form.cleaned_data}
        try:
            change_member(by=user, membership=row, **given)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已保存，对方下一次打开页面时生效。"))
            return HttpResponseRedirect(back_to(organisation))
    page = MemberPage(
        organisation=found.label,
        organisation_id=found.public_id,
        trail=way_to(found, user),
        form=form,
        membership=row.public_id,
        name=row.user.get_full_name(),
        username=row.user.username,
        role=row.get_role_display(),
        may_reset=not (why := _why_not(check_can_reset_password, user, row)),
        why_not_reset=why,
        why_not_revoke=_why_not(check_leaves_a_lead, row),
        back_url=back_to(organisation),
    )
    return render(request, "hospitals/member.html", {"page": page}, status=400 if form.errors else 200)


def _why_not(check: object, *args: object) -> str:
    try:
        check(*args)  # type: ignore[operator]
    except Refusal as refusal:
        return str(refusal)
    return ""


@require_POST
def revoke(request: HttpRequest, organisation: UUID, membership: UUID) -> HttpResponse:
    found = find_organisation(request, organisation)
    row = find_membership(found, membership)
    revoke_membership(by=person_of(request), membership=row)
    messages.success(
        request,
        _("已撤销%(name)s的“%(role)s”角色，立即生效。") % {"name": row.user, "role": row.get_role_display()},
    )
    return HttpResponseRedirect(back_to(organisation))


@require_POST
def new_password(request: HttpRequest, organisation: UUID, membership: UUID) -> HttpResponse:
    found = find_organisation(request, organisation)
    row = find_membership(found, membership)
    password = give_new_password(by=person_of(request), membership=row)
    return show_password(request, found, row, password, is_new=False)


def show_password(
    request: HttpRequest, organisation: Organisation, membership: Membership, password: str, *, is_new: bool
) -> HttpResponse:
    page = PasswordShownPage(
        organisation=organisation.label,
        organisation_id=organisation.public_id,
        trail=way_to(organisation, person_of(request)),
        name=membership.user.get_full_name(),
        username=membership.user.username,
        role=membership.get_role_display(),
        password=password,
        is_new=is_new,
    )
    response = render(request, "hospitals/password_shown.html", {"page": page})
    response.headers["Cache-Control"] = "private, no-store"
    return response
