"""What people decide about evidence, and taking such a decision back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Anchor, Assessment, Attachment, EvidenceDecision, SuppliedFigure
from assessments.places import clause_exists
from assessments.review_permissions import ever_reviewed, review_done_by
from assessments.trail import record_review, record_work
from assessments.verification_permissions import JUDGES_ABOVE, check_can_judge, judges_from_above
from hospitals import access
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric

Kind = EvidenceDecision.Kind
#: Kinds that are said once for an item and level, not for a clause.
WHOLE_LEVEL = (Kind.CONFIRMED, Kind.FIGURE)
NEEDS_REASON = (Kind.ON_SITE, Kind.QUESTIONED, Kind.REJECTED)
LOOKED_AT = (Kind.ACCEPTED, Kind.ANCHORED)
#: Kinds about one and the same material: the newest takes the place of the others.
ABOUT_MATERIAL = (Kind.ACCEPTED, Kind.ANCHORED, Kind.QUESTIONED, Kind.REJECTED)


@transaction.atomic
def take_decision(
    *,
    by: User,
    assessment: Assessment,
    item: str,
    level: int,
    kind: str,
    clause_n: int | None = None,
    verdict: str = "",
    attachment: Attachment | None = None,
    reason: str = "",
) -> EvidenceDecision:
    """Record one decision; the newest one takes the place of those in force it contradicts or repeats.

    Raises Refusal: no such place, no reason where one is needed, no verdict on site, no material to accept
    or reject, the person is the claimant, or a bureau above decided otherwise.
    """
    answer = assessment.item_answers.filter(item_code=item).first()
    check_can_judge(by, assessment, on_site=kind == Kind.ON_SITE, attachment=attachment, answer=answer)
    if kind not in Kind.values:
        raise Refusal(_("没有这种结论。页面可能已过期，请刷新后再试。"))
    _refuse_unknown(assessment, item, level, clause_n, whole_level=kind in WHOLE_LEVEL)
    reason = reason.replace("\x00", "").strip()
    if kind in NEEDS_REASON and not reason:
        raise Refusal(_("请写明理由，医院和复核人员都会看到。"))
    if kind == Kind.ON_SITE and verdict not in EvidenceDecision.Verdict.values:
        raise Refusal(_("请选择现场核验的结论：相符或不符。"))
    if kind in LOOKED_AT or kind == Kind.REJECTED or attachment is not None:
        _refuse_unfit_material(assessment, attachment, item, anchored=kind == Kind.ANCHORED)
    replaced = EvidenceDecision.objects.select_for_update(of=("self",)).filter(
        assessment=assessment,
        item_code=item,
        level=level,
        clause_n=clause_n,
        kind__in=ABOUT_MATERIAL if kind in ABOUT_MATERIAL and attachment else [kind],
        attachment=attachment,
        withdrawn_at__isnull=True,
    )
    for one in replaced.select_related("by"):
        _refuse_overruling(by, assessment, one)
    replaced.update(withdrawn_at=timezone.now(), withdrawn_by=by)
    decision = EvidenceDecision.objects.create(
        assessment=assessment,
        item_code=item,
        level=level,
        clause_n=clause_n,
        kind=kind,
        verdict=verdict if kind == Kind.ON_SITE else "",
        attachment=attachment,
        reason=reason,
        by=by,
    )
    _record(
        "decision.taken",
        by,
        assessment,
        item,
        {
            "level": level,
            "kind": kind,
            **({"n": clause_n} if clause_n else {}),
            **({"verdict": decision.verdict} if decision.verdict else {}),
            **({"reason": reason} if reason else {}),
            **({"attachment": str(attachment.public_id)} if attachment else {}),
        },
    )
    return decision


@transaction.atomic
def withdraw_decision(*, by: User, decision: EvidenceDecision) -> None:
    """Take a decision back; it stays readable. Whoever took it, or another person who may judge.

    Inside the hospital nobody takes back what a bureau above decided.
    """
    held = (
        EvidenceDecision.objects.select_for_update(of=("self",))
        .select_related("assessment__hospital", "by")
        .get(pk=decision.pk)
    )
    check_can_judge(by, held.assessment, on_site=held.kind == Kind.ON_SITE)
    _refuse_overruling(by, held.assessment, held)
    if held.withdrawn_at is not None:
        raise Refusal(_("这条结论已经撤回。"))
    held.withdrawn_at, held.withdrawn_by = timezone.now(), by
    held.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _record(
        "decision.withdrawn",
        by,
        held.assessment,
        held.item_code,
        {"level": held.level, "kind": held.kind, **({"n": held.clause_n} if held.clause_n else {})},
    )


@transaction.atomic
def accept_figure(*, by: User, figure: SuppliedFigure) -> None:
    """Accept numerator and denominator that the hospital counted itself, with their SQL and proof."""
    held = (
        SuppliedFigure.objects.select_for_update(of=("self",))
        .select_related("assessment__hospital")
        .get(pk=figure.pk)
    )
    check_can_judge(by, held.assessment)
    if held.accepted_at is not None:
        raise Refusal(_("这个数字已被采信。"))
    if held.by_id == by.pk:
        raise Refusal(_("不能采信自己填写的数字，请由另一位同事判断。"))
    if held.superseded_at is not None:
        raise Refusal(_("这个数字已被新的数字替代，请刷新后查看。"))
    held.accepted_by, held.accepted_at = by, timezone.now()
    held.save(update_fields=["accepted_by", "accepted_at"])
    record_work(
        verb="figure.accepted",
        by=by,
        assessment=held.assessment,
        facts={"rule": held.rule, "numerator": held.numerator, "denominator": held.denominator},
    )


def _record(verb: str, by: User, assessment: Assessment, item: str, facts: dict[str, object]) -> None:
    """On the hospital's chain; what a reviewer decides within a review, on the chain of the bureau."""
    review = review_done_by(by, assessment)
    if review is None:
        record_work(verb=verb, by=by, assessment=assessment, item=item, facts=facts)
    else:
        record_review(verb=verb, by=by, review=review, facts={"item": item, **facts})


def _refuse_unknown(
    assessment: Assessment, item: str, level: int, clause_n: int | None, *, whole_level: bool
) -> None:
    rubric = get_rubric(assessment.edition)
    found = rubric.by_code.get(item)
    if found is None or level not in found.by_level or level < 1:
        raise Refusal(_("标准中没有项目%(item)s的%(level)s级。") % {"item": item[:10], "level": level})
    if whole_level:
        if clause_n is not None:
            raise Refusal(_("这种结论针对整个级别，不针对单个条款。"))
    elif clause_n is None or not clause_exists(rubric, f"{item}.{level}-{clause_n}"):
        raise Refusal(_("项目%(item)s的%(level)s级没有这个条款。") % {"item": item, "level": level})


def _refuse_overruling(by: User, assessment: Assessment, decision: EvidenceDecision) -> None:
    if judges_from_above(by, assessment):
        return
    if access.oversees(decision.by, assessment.hospital, *JUDGES_ABOVE) or ever_reviewed(
        decision.by, assessment
    ):
        raise Refusal(
            _("这是上级评审人员%(name)s的结论，院内不能改变；可补充材料后由评审方重新判断。")
            % {"name": decision.by.name}
        )


def _refuse_unfit_material(
    assessment: Assessment, attachment: Attachment | None, item: str, *, anchored: bool
) -> None:
    if attachment is None or attachment.removed_at is not None:
        raise Refusal(_("请先选择材料；已移除的材料不能作结论。"))
    if attachment.assessment.pk != assessment.pk or attachment.item_code != item:
        raise Refusal(_("这份材料不属于这个项目。"))
    if not anchored:
        return
    anchor = Anchor.objects.filter(attachment=attachment).first()
    if anchor is None:
        raise Refusal(_("这份材料没有锚定到数据记录，只能按一般材料采信。"))
    if anchor.found != Anchor.Found.FOUND:
        raise Refusal(
            _("锚定的记录还没有在数据中查到（%(state)s），只能按一般材料采信。")
            % {"state": anchor.get_found_display()}
        )
