"""Departments of a hospital."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hospitals.actions.organisations import add_department, rename_department, set_department_open
from hospitals.forms import DepartmentForm
from hospitals.models import Department, Organisation
from hospitals.pages import FormPage
from hospitals.permissions import check_can_administer
from hospitals.queries.organisations import way_to
from hospitals.refusals import Refusal
from hospitals.views.finding import find_department, find_organisation, person_of


def back_to(organisation: UUID) -> str:
    return reverse("organisation", kwargs={"organisation": organisation}) + "#departments"


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, organisation: UUID) -> HttpResponse:
    found = find_organisation(request, organisation)
    check_can_administer(person_of(request), found)
    _refuse_without_departments(found)
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_department(by=person_of(request), organisation=found, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("已新增科室“%(name)s”。") % {"name": made.label})
            return HttpResponseRedirect(back_to(organisation))
    return _form_page(request, found, form, _("新增科室"), _("新增科室"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, organisation: UUID, department: UUID) -> HttpResponse:
    found = find_organisation(request, organisation)
    row = find_department(found, department)
    check_can_administer(person_of(request), found)
    form = DepartmentForm(request.POST or None, instance=Department.objects.get(pk=row.pk))
    if request.method == "POST" and form.is_valid():
        try:
            rename_department(by=person_of(request), department=row, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("科室名称已保存。"))
            return HttpResponseRedirect(back_to(organisation))
    return _form_page(request, found, form, _("科室更名"), _("保存"))


@require_POST
def close(request: HttpRequest, organisation: UUID, department: UUID) -> HttpResponse:
    return _set_open(request, organisation, department, False, _("科室已停用。已有的分配和记录都保留。"))


@require_POST
def reopen(request: HttpRequest, organisation: UUID, department: UUID) -> HttpResponse:
    return _set_open(request, organisation, department, True, _("科室已恢复。"))


def _set_open(
    request: HttpRequest, organisation: UUID, department: UUID, is_open: bool, done: str
) -> HttpResponse:
    found = find_organisation(request, organisation)
    set_department_open(by=person_of(request), department=find_department(found, department), is_open=is_open)
    messages.success(request, done)
    return HttpResponseRedirect(back_to(organisation))


def _refuse_without_departments(organisation: Organisation) -> None:
    if organisation.kind != Organisation.Kind.HOSPITAL:
        raise Refusal(_("只有医疗机构设科室。"))


def _form_page(
    request: HttpRequest, organisation: Organisation, form: DepartmentForm, title: str, verb: str
) -> HttpResponse:
    page = FormPage(
        title,
        organisation.label,
        organisation.public_id,
        way_to(organisation, person_of(request)),
        form,
        verb,
        back_to(organisation.public_id),
    )
    return render(request, "hospitals/form.html", {"page": page}, status=400 if form.errors else 200)
