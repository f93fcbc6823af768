"""Organisations, departments and memberships in the back office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.back_office import BackOfficeModel
from accounts.models import User
from hospitals.actions.back_office import check_can_grant_here, grant_here, revoke_here, save_here
from hospitals.forms import OrganisationForm
from hospitals.models import Department, Membership, Organisation
from hospitals.refusals import Refusal


def actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


class BackOfficeOrganisationForm(OrganisationForm):
    class Meta(OrganisationForm.Meta):
        fields = ("kind", "parent", *OrganisationForm.Meta.fields)  # type: ignore[assignment]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kind, parent, Kind = cleaned.get("kind"), cleaned.get("parent"), Organisation.Kind
        if kind == Kind.CITY and (parent is None or parent.kind != Kind.PROVINCE):
            self.add_error("parent", _("市级卫生健康行政部门须隶属省级卫生健康行政部门。"))
        if kind in (Kind.PROVINCE, Kind.CONSULTANCY) and parent is not None:
            self.add_error("parent", _("这类机构没有上级机构。"))
        if kind == Kind.HOSPITAL and parent is not None and parent.kind not in (Kind.PROVINCE, Kind.CITY):
            self.add_error("parent", _("医疗机构的上级须为卫生健康行政部门。"))
        return cleaned


@admin.register(Organisation)
class OrganisationAdmin(BackOfficeModel):
    may_add = True
    may_change = True
    form = BackOfficeOrganisationForm
    list_display = ("name", "kind", "grade", "region", "parent")
    list_select_related = ("parent",)
    list_filter = ("kind", "grade")
    search_fields = ("name", "name_en", "region", "code")
    autocomplete_fields = ("parent",)
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("kind", "parent") if obj else ()  # a moved subtree would change who sees what

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            kwargs["form"] = OrganisationForm
            kwargs.setdefault("fields", list(OrganisationForm(instance=obj).fields))
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return BackOfficeOrganisationForm.Meta.fields
        return ("kind", "parent", *OrganisationForm(instance=obj).fields)

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        save_here(by=actor(request), organisation=obj)


@admin.register(Department)
class DepartmentAdmin(BackOfficeModel):
    """Read-only: hospitals manage their own."""

    list_display = ("name", "organisation", "closed_at")
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
    list_per_page = 50


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    by: User

    class Meta:
        model = Membership
        fields = ("user", "organisation", "role", "until")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"user", "organisation", "role"} <= set(cleaned):
            try:
                check_can_grant_here(self.by, cleaned["organisation"], cleaned["role"], cleaned["user"])
            except Refusal as refusal:
                raise ValidationError(str(refusal)) from refusal
        return cleaned


@admin.register(Membership)
class MembershipAdmin(BackOfficeModel):
    may_add = True
    form = MembershipForm
    actions = ("revoke_chosen",)
    list_display = ("user", "organisation", "role", "until", "granted_at", "revoked_at")
    list_select_related = ("user", "organisation")
    list_filter = ("role", ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("user__username", "user__name", "organisation__name")
    autocomplete_fields = ("user", "organisation")
    list_per_page = 50

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return type(
            "MembershipForm", (super().get_form(request, obj, change=change, **kwargs),), {"by": request.user}
        )

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        made = grant_here(
            by=actor(request), organisation=obj.organisation, user=obj.user, role=obj.role, until=obj.until
        )
        obj.__dict__.update(made.__dict__)

    @admin.action(description=gettext_lazy("撤销所选角色"))
    def revoke_chosen(self, request: HttpRequest, chosen: QuerySet[Membership]) -> None:
        done = 0
        for membership in chosen.filter(revoked_at__isnull=True):
            try:
                revoke_here(by=actor(request), membership=membership)
                done += 1
            except Refusal as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
        self.message_user(
            request, _("已撤销%(n)s项角色。") % {"n": done}, messages.SUCCESS if done else messages.INFO
        )
