"""The three signatures, each over the answers as they are at that moment."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.signing.reopening import held, reopen
from assessments.models import Assessment, Signature, SigningRound
from assessments.queries.signing.changes import words_of
from assessments.queries.signing.documents import Prints, differences, part_of, prints_of
from assessments.queries.signing.standing import SigningStanding, StepStanding, standing_of
from assessments.signing_permissions import check_can_approve, check_can_confirm, check_can_consolidate
from assessments.trail import record_work
from hospitals.models import Department
from hospitals.refusals import Refusal

Step = Signature.Step


class ChangedSinceOpened(Refusal):
    """Something was answered differently after the person opened the page; the sentence names the clauses."""


@transaction.atomic
def confirm_items(
    *,
    by: User,
    assessment: Assessment,
    department: Department,
    seen: str,
    prints: Mapping[str, str] | None = None,
) -> Signature:
    """A department confirms the answers of the items assigned to it.

    ``seen``: the digest on the page on which the person decided; ``prints``: what stood there clause by clause, so
    that ChangedSinceOpened can name what changed. Raises Refusal when the person may not, the department has no item,
    or it has confirmed already; nothing is kept then.
    """
    locked = held(assessment)
    role = check_can_confirm(by, locked, department)
    standing = standing_of(locked)
    step = next((one for one in standing.departments if one.department == department), None)
    if step is None:
        raise Refusal(_("%(department)s没有分到项目，不需要确认。") % {"department": department.label})
    return _put_down(by, locked, standing, step, role, seen, prints or {})


@transaction.atomic
def consolidate(
    *, by: User, assessment: Assessment, seen: str, prints: Mapping[str, str] | None = None
) -> Signature:
    """The information department puts the whole together, once every department with items has confirmed them."""
    locked = held(assessment)
    role = check_can_consolidate(by, locked)
    standing = standing_of(locked)
    _refuse_changed(standing, standing.consolidation, seen, prints or {})
    if waiting := standing.open_departments:
        names = _("、").join(one.name for one in waiting)
        raise Refusal(_("还有科室没有确认：%(names)s。全部确认后才能汇总。") % {"names": names})
    return _put_down(by, locked, standing, standing.consolidation, role, seen, prints or {})


@transaction.atomic
def approve(
    *, by: User, assessment: Assessment, seen: str, prints: Mapping[str, str] | None = None
) -> Signature:
    """The deputy director in charge approves what was consolidated. The same person does not do both.

    The caller has asked for the password again.
    """
    locked = held(assessment)
    role = check_can_approve(by, locked)
    standing = standing_of(locked)
    _refuse_changed(standing, standing.approval, seen, prints or {})
    below = standing.consolidation
    if not below.counts or below.signature is None:
        raise Refusal(_("信息科还没有汇总，或汇总之后内容有修改。汇总后才能批准。"))
    if below.signature.signer_id == by.pk:
        raise Refusal(_("汇总和批准不能由同一人签署。"))
    return _put_down(by, locked, standing, standing.approval, role, seen, prints or {})


def _refuse_changed(
    standing: SigningStanding, step: StepStanding, seen: str, prints: Mapping[str, str]
) -> None:
    if seen == step.digest:
        return
    known: Prints = dict(prints)
    document = _signed(standing, step)
    now = prints_of(document, standing.rubric)
    what = words_of(differences(known, now, standing.rubric)) if known else _("内容")
    raise ChangedSinceOpened(
        _("打开本页之后有了新的修改：%(what)s。没有签署；请核对最新内容后再签。") % {"what": what}
    )


def _put_down(
    by: User,
    assessment: Assessment,
    standing: SigningStanding,
    step: StepStanding,
    role: str,
    seen: str,
    prints: Mapping[str, str],
) -> Signature:
    _refuse_changed(standing, step, seen, prints)
    if step.counts:
        raise Refusal(_("%(name)s已经签署，内容没有变化，没有重复签署。") % {"name": step.name})
    reopen(assessment, standing)
    signature = Signature.objects.create(
        round=standing.round or _open_round(assessment),
        step=step.step,
        department=step.department,
        document=_signed(standing, step),
        digest=step.digest,
        signer=by,
        signer_name=by.get_full_name(),
        role=role,
    )
    record_work(
        verb="signing.signed",
        by=by,
        assessment=assessment,
        facts={
            "step": step.step,
            "digest": step.digest,
            **({"department": step.department.name, "items": list(step.items)} if step.department else {}),
        },
    )
    return signature


def _signed(standing: SigningStanding, step: StepStanding) -> dict[str, object]:
    return part_of(standing.document, step.items) if step.department else standing.document


def _open_round(assessment: Assessment) -> SigningRound:
    last = assessment.signing_rounds.aggregate(number=Max("number"))["number"] or 0
    return SigningRound.objects.create(assessment=assessment, number=last + 1)
