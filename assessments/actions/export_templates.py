"""Columns for a national platform, kept and put away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.exporting.columns import Column, is_key, rows_of
from assessments.exporting.own import LONGEST_HEADING, OwnTemplate, check_columns
from assessments.models import ExportTemplate
from assessments.permissions import check_can_keep_template
from assessments.workbook.opening import WorkbookRefused
from engine.rubric.values import Rubric
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from hospitals.trail import record_here

MOST_COLUMNS = 200
MOST_TEMPLATES = 30
LONGEST_NAME = 60


@transaction.atomic
def keep_template(
    *,
    by: User,
    organisation: Organisation,
    name: str,
    columns: Sequence[Column],
    rubrics: tuple[Rubric, ...],
    template: ExportTemplate | None = None,
    own: OwnTemplate | None = None,
    workbook: bytes | None = None,
    workbook_name: str = "",
) -> ExportTemplate:
    """A new template, or new columns of one. ``own`` with ``workbook``: the platform's file as it was read.

    Changing the columns by hand lets go of an uploaded workbook: its headings would no longer fit. Raises Refusal."""
    check_can_keep_template(by, organisation)
    name = name.replace("\x00", "").strip()
    if not name or len(name) > LONGEST_NAME:
        raise Refusal(_("请为模板写一个不超过%(n)s个字的名称。") % {"n": LONGEST_NAME})
    chosen = tuple(own.columns if own else columns)[:MOST_COLUMNS]
    try:
        check_columns(chosen)
    except WorkbookRefused as refused:
        raise Refusal(str(refused)) from refused
    if any(column.key and not is_key(column.key, rubrics) for column in chosen):
        raise Refusal(_("有本系统不认识的列，请刷新页面后再试。"))
    others = ExportTemplate.objects.select_for_update().filter(organisation=organisation)
    others = others.exclude(pk=template.pk) if template else others
    if others.filter(name=name).exists():
        raise Refusal(_("已有名为“%(name)s”的模板，请换一个名称。") % {"name": name})
    if template is None and others.count() >= MOST_TEMPLATES:
        raise Refusal(_("最多保存%(n)s个模板，请先删除不用的。") % {"n": MOST_TEMPLATES})
    row = template or ExportTemplate(organisation=organisation)
    listed = [{"key": column.key, "heading": column.heading[:LONGEST_HEADING]} for column in chosen]
    fields: dict[str, Any] = {"name": name, "rows": rows_of(chosen)}
    if own is not None:
        fields |= {
            "columns": listed, "workbook": workbook, "workbook_name": workbook_name[:120],
            "sheet": own.sheet, "head_row": own.head_row,
        }  # fmt: skip
    elif listed != [one for one in row.columns if one["key"]]:
        fields |= {"columns": listed, "workbook": None, "workbook_name": "", "sheet": "", "head_row": 1}
    else:
        fields["rows"] = row.rows
    for field, value in fields.items():
        setattr(row, field, value)
    row.changed_by, row.changed_at = by, timezone.now()
    row.save()
    record_here(
        verb="export_template.kept",
        by=by,
        subject=organisation,
        facts={
            "name": name,
            "count": len(row.columns),
            **({"file": row.workbook_name} if row.workbook_name else {}),
        },
    )
    return row


@transaction.atomic
def remove_template(*, by: User, template: ExportTemplate) -> None:
    """Files made with it stay as they are."""
    check_can_keep_template(by, template.organisation)
    record_here(
        verb="export_template.removed", by=by, subject=template.organisation, facts={"name": template.name}
    )
    template.delete()
