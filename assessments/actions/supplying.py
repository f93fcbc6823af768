"""Counts that the hospital's own people made, and record types it truly does not have."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment, Attachment, DeclaredAbsence, SuppliedFigure
from assessments.trail import record_work
from assessments.verification_permissions import check_can_supply
from hospitals.refusals import Refusal
from rubrics.queries import get_catalogue


@transaction.atomic
def supply_figure(
    *,
    by: User,
    assessment: Assessment,
    rule: str,
    numerator: int,
    denominator: int,
    sql_text: str = "",
    database_name: str = "",
    run_at: datetime | None = None,
    proof: Attachment | None = None,
) -> SuppliedFigure:
    """Keep numerator and denominator of a rule; the figure before is superseded, not lost.

    Raises Refusal: no such rule of the edition, figures that are no share, proof of another assessment.
    """
    check_can_supply(by, assessment)
    known = get_catalogue().rules.get(rule)
    if known is None or known.rubric != assessment.edition.key or not known.active:
        raise Refusal(_("这个标准没有规则“%(rule)s”。") % {"rule": rule[:40]})
    if denominator < 0 or numerator < 0 or numerator > denominator:
        raise Refusal(
            _("规则%(rule)s：分子%(numerator)s应在0和分母%(denominator)s之间。")
            % {"rule": rule, "numerator": numerator, "denominator": denominator}
        )
    if proof is not None and (proof.assessment.pk != assessment.pk or proof.removed_at is not None):
        raise Refusal(_("这份证明材料不属于这份自评，或已经移除。"))
    SuppliedFigure.objects.select_for_update().filter(
        assessment=assessment, rule=rule, superseded_at__isnull=True
    ).update(superseded_at=timezone.now())
    figure = SuppliedFigure.objects.create(
        assessment=assessment,
        rule=rule,
        numerator=numerator,
        denominator=denominator,
        sql_text=sql_text.replace("\x00", "").strip(),
        database_name=database_name.replace("\x00", "").strip()[:120],
        run_at=run_at,
        proof=proof,
        by=by,
    )
    record_work(
        verb="figure.supplied",
        by=by,
        assessment=assessment,
        item=known.item or "",
        facts={"rule": rule, "numerator": numerator, "denominator": denominator},
    )
    return figure


@transaction.atomic
def declare_absence(*, by: User, assessment: Assessment, record: str, reason: str) -> DeclaredAbsence:
    """Say that the hospital has no such records (no blood bank), with a reason a reviewer sees."""
    check_can_supply(by, assessment)
    if record not in get_catalogue().records:
        raise Refusal(_("没有这种数据。页面可能已过期，请刷新后再试。"))
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise Refusal(_("请写明本院没有这种数据的原因，评审人员会看到。"))
    absence, _new = DeclaredAbsence.objects.update_or_create(
        assessment=assessment,
        record=record,
        defaults={"reason": reason, "by": by, "at": timezone.now()},
    )
    record_work(
        verb="absence.declared",
        by=by,
        assessment=assessment,
        facts={"record": record, "reason": reason},
    )
    return absence


@transaction.atomic
def withdraw_absence(*, by: User, assessment: Assessment, record: str) -> None:
    """The hospital has such records after all."""
    check_can_supply(by, assessment)
    gone, _detail = assessment.declared_absences.filter(record=record).delete()
    if not gone:
        raise Refusal(_("这条声明已经撤回。"))
    record_work(verb="absence.withdrawn", by=by, assessment=assessment, facts={"record": record})
