"""Approving the data-quality table of a further year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.yearly_table import TableRow, compare
from hospitals.refusals import Refusal
from rubrics.models import Edition, QualityTable

YEARS = range(2018, 2100)


@transaction.atomic
def approve_table(
    *,
    by: Actor | None,
    edition: Edition,
    catalogue: Catalogue,
    year: int,
    rows: Sequence[TableRow],
    document_name: str = "",
    document_sha256: str = "",
) -> QualityTable:
    """Put a table in force for its year; stored counts can be looked at under it from now on.

    Nothing that was submitted changes. Raises Refusal for the year of the library's own table, a
    year that cannot be meant, or an empty table.
    """
    if year == catalogue.data_quality_table_year:
        raise Refusal(_("%(year)s年的评分表随标准发布，不能另行导入。") % {"year": year})
    if year not in YEARS:
        raise Refusal(_("年度%(year)s不对，请填四位年份。") % {"year": year})
    if not rows:
        raise Refusal(_("表里没有任何规则。"))
    compared = compare(catalogue, edition.key, rows, year)
    Edition.objects.select_for_update().get(pk=edition.pk)  # two approvals at once: one after the other
    QualityTable.objects.filter(rubric=edition.key, year=year, superseded_at__isnull=True).update(
        superseded_at=timezone.now()
    )
    table = QualityTable.objects.create(
        rubric=edition.key,
        year=year,
        rows=[asdict(row) for row in rows],
        document_name=document_name[:200],
        document_sha256=document_sha256,
        approved_by_id=getattr(by, "pk", None),
    )
    record(
        verb="quality_table.approved",
        by=by,
        subject_kind="edition",
        subject_id=edition.slug,
        facts={
            "table": table.pk,
            "year": year,
            "rules": len(rows),
            **{
                kind: len(compared.of(kind))
                for kind in ("added", "removed", "moved", "reworded", "rechecked")
            },
            "document_sha256": document_sha256,
        },
    )
    return table
