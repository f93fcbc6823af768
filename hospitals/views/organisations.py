"""The list of organisations, the page of one, and the forms that make and change one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from hospitals import access
from hospitals.actions.organisations import change_organisation, create_organisation
from hospitals.forms import NewOrganisationForm, OrganisationForm
from hospitals.models import Organisation
from hospitals.pages import Fact, FormPage, OrganisationPage, OrganisationsPage
from hospitals.permissions import (
    administers,
    allowed,
    bureaus_managed_by,
    check_can_create,
    check_can_edit,
    check_can_engage,
    check_can_invite,
    lead_role,
)
from hospitals.queries.engagements import list_engagements
from hospitals.queries.organisations import list_children, list_organisations, may_open, way_to
from hospitals.queries.people import list_departments, list_people, works_in
from hospitals.refusals import Refusal
from hospitals.regions import province_of
from hospitals.views.finding import find_organisation, person_of

LONGEST_SEARCH = 60


@require_safe
def show_organisations(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    search = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    kinds = tuple((value, str(label)) for value, label in Organisation.Kind.choices)
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(kinds) else ""
    under = _under(request)
    page = OrganisationsPage(
        rows=list_organisations(user, search=search, kind=kind, under=under, page=request.GET.get("page")),
        search=search,
        kind=kind,
        kinds=kinds,
        under=under.label if under else "",
        under_id=str(under.public_id) if under else "",
        may_create=allowed(check_can_create, user),
        filtered=bool(search or kind or under),
    )
    return render(request, "hospitals/organisations.html", {"page": page})


def _under(request: HttpRequest) -> Organisation | None:
    wanted = request.GET.get("under", "")
    if not wanted:
        return None
    try:
        return find_organisation(request, UUID(wanted))
    except ValueError as error:
        raise Http404 from error


@require_safe
def show_organisation(request: HttpRequest, organisation: UUID) -> HttpResponse:
    user = person_of(request)
    found = find_organisation(request, organisation)
    return render(request, "hospitals/organisation.html", {"page": page_of(found, user)})


def page_of(organisation: Organisation, user: User) -> OrganisationPage:
    """At most eleven queries, whatever the size of the organisation."""
    roles = list_people(user, organisation)
    overseeing = may_open(organisation, user) and access.oversees(user, organisation)
    bureau = organisation.kind in (Organisation.Kind.PROVINCE, Organisation.Kind.CITY)
    sees_beneath = bureau and (overseeing or access.holds(user, organisation, *access.BUREAU_STAFF))
    children, children_count = list_children(organisation) if sees_beneath else ((), 0)
    hospital = organisation.kind == Organisation.Kind.HOSPITAL
    lead = lead_role(organisation)
    engages = works_in(user, organisation) and (
        hospital or organisation.kind == Organisation.Kind.CONSULTANCY
    )
    return OrganisationPage(
        public_id=organisation.public_id,
        name=organisation.label,
        other_name=organisation.name_en if organisation.label == organisation.name else organisation.name,
        kind=organisation.get_kind_display(),
        trail=way_to(organisation, user),
        facts=_facts(organisation),
        roles=roles,
        people_count=sum(len(group.people) for group in roles),
        whole_people=works_in(user, organisation),
        departments=list_departments(organisation) if hospital and works_in(user, organisation) else (),
        children=children,
        children_count=children_count,
        has_departments=hospital and works_in(user, organisation),
        may_edit=allowed(check_can_edit, user, organisation),
        may_administer=administers(user, organisation),
        may_invite=allowed(check_can_invite, user, organisation),
        may_create=bureau and allowed(check_can_create, user, organisation),
        no_lead=not any(group.role == lead for group in roles)
        and organisation.kind != Organisation.Kind.CONSULTANCY,
        organisation_name=organisation.label,
        may_attest=hospital
        and (access.oversees(user, organisation) or access.holds(user, organisation, lead)),
        may_set_cover=access.holds(user, organisation, lead)
        or (
            organisation.kind == Organisation.Kind.CONSULTANCY
            and access.holds(user, organisation, access.Role.CONSULTANT)
        ),
        shows_engagements=engages,
        may_engage=allowed(check_can_engage, user, organisation),
        engagements=list_engagements(organisation) if engages else (),
    )


def _facts(organisation: Organisation) -> tuple[Fact, ...]:
    facts = []
    if organisation.kind == Organisation.Kind.HOSPITAL:
        facts.append(Fact(_("等级"), organisation.get_grade_display()))
        facts.append(Fact(_("性质"), organisation.get_ownership_display()))
        facts.append(Fact(_("医院类别"), organisation.get_hospital_type_display()))
        beds = _("%(n)s张") % {"n": f"{organisation.beds:,}"} if organisation.beds else ""
        facts.append(Fact(_("编制床位"), beds))
    if organisation.region or organisation.kind != Organisation.Kind.CONSULTANCY:
        facts.append(
            Fact(_("行政区划代码"), " ".join(filter(None, [organisation.region, _province(organisation)])))
        )
    if organisation.code:
        facts.append(Fact(_("机构代码"), organisation.code))
    return tuple(facts)


def _province(organisation: Organisation) -> str:
    """Names of provinces are shown where they are read: in Chinese."""
    from django.utils.translation import get_language

    return "" if (get_language() or "").startswith("en") else province_of(organisation.region)


@require_http_methods(["GET", "HEAD", "POST"])
def add_organisation(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    check_can_create(user)
    form = NewOrganisationForm(
        request.POST or None,
        parents=bureaus_managed_by(user),
        initial={"parent": request.GET.get("under", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = create_organisation(by=user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已新建“%(name)s”。下一步：邀请负责人。") % {"name": made.label})
            return HttpResponseRedirect(reverse("organisation", kwargs={"organisation": made.public_id}))
    page = FormPage(
        title=_("新建机构"),
        organisation="",
        organisation_id=None,
        trail=(),
        form=form,
        verb=_("新建机构"),
        back_url=reverse("organisations"),
        note=_("新建后，请邀请该机构的第一位负责人；其余人员由其自行邀请。"),
    )
    return render(request, "hospitals/form.html", {"page": page}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_organisation(request: HttpRequest, organisation: UUID) -> HttpResponse:
    user = person_of(request)
    found = find_organisation(request, organisation)
    check_can_edit(user, found)
    trail, label = way_to(found, user), found.label
    form = OrganisationForm(request.POST or None, instance=found)
    back = reverse("organisation", kwargs={"organisation": organisation})
    if request.method == "POST" and form.is_valid():
        try:
            change_organisation(by=user, organisation=found, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("机构信息已保存。"))
            return HttpResponseRedirect(back)
    page = FormPage(_("修改机构信息"), label, organisation, trail, form, _("保存"), back)
    return render(request, "hospitals/form.html", {"page": page}, status=400 if form.errors else 200)
