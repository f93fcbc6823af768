"""Setting who reviews which level: a bureau's own, per rubric and year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import ReviewScheme, ReviewStage, StageKind
from assessments.queries.reviewing.schemes import MOST_STAGES
from assessments.review_permissions import check_can_edit_schemes
from audit.actions import record
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from rubrics.models import Edition
from rubrics.queries import get_rubric

YEARS = (2000, 2100)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage as typed: levels inclusive, days of calendar."""

    kind: str
    from_level: int
    to_level: int
    days: int
    reviewers: int = 1
    site_visit: bool = False


@transaction.atomic
def save_scheme(
    *,
    by: User,
    bureau: Organisation,
    edition: Edition,
    year: int,
    notice_days: int,
    stages: Sequence[Stage],
    valid_months: int | None = None,
    recheck_months: int | None = None,
    scheme: ReviewScheme | None = None,
) -> ReviewScheme:
    """Make a scheme, or change one. Reviews already opened keep the steps they began with.

    Year and rubric of a scheme stay once reviews follow it. Raises Refusal with one sentence.
    """
    check_can_edit_schemes(by, bureau)
    top = get_rubric(edition).top_level
    _refuse_numbers(year, notice_days, valid_months, recheck_months)
    _refuse_stages(stages, top)
    if scheme is None:
        held = ReviewScheme(bureau=bureau, made_by=by)
    else:
        held = ReviewScheme.objects.select_for_update(of=("self",)).get(pk=scheme.pk, bureau=bureau)
        if (held.edition_id, held.year) != (edition.pk, year) and held.review_set.exists():
            raise Refusal(_("已有评审按这个流程进行，标准和年度不能再改；可以新建另一个年度的流程。"))
    held.edition, held.year, held.notice_days = edition, year, notice_days
    held.valid_months, held.recheck_months = valid_months, recheck_months
    try:
        with transaction.atomic():
            held.save()
    except IntegrityError as twice:
        raise Refusal(_("%(year)s年度这个标准的评审流程已经有了，请直接修改它。") % {"year": year}) from twice
    held.stages.all().delete()
    ReviewStage.objects.bulk_create(
        ReviewStage(
            scheme=held,
            order=order,
            kind=stage.kind,
            from_level=stage.from_level,
            to_level=stage.to_level,
            days=stage.days,
            reviewers=stage.reviewers,
            site_visit=stage.site_visit,
        )
        for order, stage in enumerate(stages, start=1)
    )
    record(
        verb="scheme.saved",
        by=by,
        subject_kind="organisation",
        subject_id=bureau.public_id,
        chain=str(bureau.public_id),
        facts={
            "edition": edition.key,
            "year": year,
            "notice_days": notice_days,
            "stages": [
                f"{order}. {stage.kind} {stage.from_level}-{stage.to_level} {stage.days}d x{stage.reviewers}"
                f"{' on site' if stage.site_visit else ''}"
                for order, stage in enumerate(stages, start=1)
            ],
        },
    )
    return held


def _refuse_numbers(year: int, notice_days: int, *months: int | None) -> None:
    if not YEARS[0] <= year <= YEARS[1]:
        raise Refusal(_("请填写四位年度。"))
    if not 0 <= notice_days <= 90:
        raise Refusal(_("公示天数为0至90天；0表示不公示、直接公布。"))
    if any(value is not None and not 1 <= value <= 120 for value in months):
        raise Refusal(_("有效月数与复核间隔为1至120个月；不规定就留空。"))


def _refuse_stages(stages: Sequence[Stage], top: int) -> None:
    if not stages:
        raise Refusal(_("请至少设置一个环节。"))
    if len(stages) > MOST_STAGES:
        raise Refusal(_("最多%(most)s个环节。") % {"most": MOST_STAGES})
    for order, stage in enumerate(stages, start=1):
        at = {"n": order}
        if stage.kind not in StageKind.values:
            raise Refusal(_("第%(n)s个环节：请选择由谁评审。") % at)
        if not 0 <= stage.from_level <= stage.to_level <= top:
            raise Refusal(_("第%(n)s个环节：级别应从低到高，在0至%(top)s级之间。") % {**at, "top": top})
        if not 1 <= stage.days <= 365:
            raise Refusal(_("第%(n)s个环节：办理天数为1至365天。") % at)
        if not 1 <= stage.reviewers <= 15:
            raise Refusal(_("第%(n)s个环节：评审人数为1至15人。") % at)
