"""Organisations and their departments."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from hospitals.models import Department, Organisation
from hospitals.permissions import check_can_administer, check_can_create, check_can_edit
from hospitals.refusals import Refusal
from hospitals.trail import record_here

#: what people of the organisation may change; kind and place in the tree stay
EDITABLE = ("name", "name_en", "region", "code", "grade", "ownership", "hospital_type", "beds")


@transaction.atomic
def create_organisation(*, by: User, parent: Organisation, kind: str, **fields: Any) -> Organisation:
    """A hospital or a city bureau beneath a bureau the actor manages. Raises Refusal."""
    check_can_create(by, parent)
    if kind not in (Organisation.Kind.HOSPITAL, Organisation.Kind.CITY):
        raise Refusal(_("卫健委之下只能新建医疗机构或市级卫生健康行政部门。"))
    if kind == Organisation.Kind.CITY and parent.kind != Organisation.Kind.PROVINCE:
        raise Refusal(_("市级卫生健康行政部门须隶属省级卫生健康行政部门。"))
    fields = {name: value for name, value in fields.items() if name in EDITABLE}
    organisation = Organisation(kind=kind, parent=parent, **fields)
    _save(organisation)
    record_here(
        verb="organisation.created",
        by=by,
        subject=organisation,
        facts={"name": organisation.name, "kind": kind, "parent": parent.name},
    )
    return organisation


@transaction.atomic
def change_organisation(*, by: User, organisation: Organisation, **fields: Any) -> tuple[str, ...]:
    """Returns the names of the fields that changed; nothing changed: no event."""
    check_can_edit(by, organisation)
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    before = {name: getattr(row, name) for name in EDITABLE}
    changed = tuple(name for name in EDITABLE if name in fields and fields[name] != before[name])
    if not changed:
        return ()
    for name in changed:
        setattr(row, name, fields[name])
    _save(row)
    record_here(
        verb="organisation.changed",
        by=by,
        subject=row,
        facts={
            "before": {name: before[name] for name in changed},
            "after": {name: getattr(row, name) for name in changed},
        },
    )
    return changed


@transaction.atomic
def add_department(*, by: User, organisation: Organisation, name: str, name_en: str = "") -> Department:
    check_can_administer(by, organisation)
    department = Department(organisation=organisation, name=name.strip(), name_en=name_en.strip())
    _save_department(department)
    record_here(verb="department.added", by=by, subject=department, facts={"name": department.name})
    return department


@transaction.atomic
def rename_department(*, by: User, department: Department, name: str, name_en: str = "") -> None:
    check_can_administer(by, department.organisation)
    row = Department.objects.select_for_update().select_related("organisation").get(pk=department.pk)
    before = row.name
    if (name.strip(), name_en.strip()) == (row.name, row.name_en):
        return
    row.name, row.name_en = name.strip(), name_en.strip()
    _save_department(row)
    record_here(verb="department.renamed", by=by, subject=row, facts={"before": before, "after": row.name})


@transaction.atomic
def set_department_open(*, by: User, department: Department, is_open: bool) -> None:
    """Close (no new assignments or members; what exists stays) or open again; twice does nothing."""
    check_can_administer(by, department.organisation)
    row = Department.objects.select_for_update().select_related("organisation").get(pk=department.pk)
    if (row.closed_at is None) == is_open:
        return
    row.closed_at = None if is_open else timezone.now()
    row.save(update_fields=["closed_at"])
    record_here(
        verb="department.reopened" if is_open else "department.closed",
        by=by,
        subject=row,
        facts={"name": row.name},
    )


def _save(organisation: Organisation) -> None:
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as taken:
        raise Refusal(_("同一上级下已有名为“%(name)s”的机构。") % {"name": organisation.name}) from taken


def _save_department(department: Department) -> None:
    try:
        with transaction.atomic():
            department.save()
    except IntegrityError as taken:
        raise Refusal(
            _("本单位已有名为“%(name)s”的科室；如已停用，可以恢复它。") % {"name": department.name}
        ) from taken
