"""A hospital takes part: with a new assessment in the cycle's edition and window, or with one that fits."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import jobs
from assessments.actions.campaigns.held import held_participation
from assessments.actions.lifecycle import locked_assessment
from assessments.actions.starting import LONGEST_TITLE, start_assessment
from assessments.campaign_permissions import check_can_enter, participation_days
from assessments.models import (
    Assessment,
    CampaignEntry,
    CampaignRubric,
    CampaignTarget,
    Participation,
)
from assessments.trail import record_work
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric

USUAL_TARGET = 4


@transaction.atomic
def start_in_campaign(
    *,
    by: User,
    participation: Participation,
    rubric: CampaignRubric,
    copy_from: Assessment | None = None,
) -> Assessment:
    """Begin a draft with the edition, the window, the target of the hospital's grade and the last day that
    the cycle sets, and take part with it. Raises Refusal."""
    held = held_participation(participation)
    check_can_enter(by, held)
    _refuse_other_campaign(held, rubric)
    if _entry(held, rubric) is not None:
        raise Refusal(_("贵院已用一份自评参评这个标准，不需要再发起。"))
    edition, hospital = rubric.edition, held.hospital
    assessment = start_assessment(
        by=by,
        hospital=hospital,
        edition=edition,
        title=_free_title(held, rubric),
        target_level=target_of(held, rubric),
        window=window_of(rubric),
        due_on=participation_days(held).ends,
        copy_from=copy_from,
    )
    _enter(held, rubric, assessment, by)
    return assessment


@transaction.atomic
def enter_with(
    *, by: User, participation: Participation, rubric: CampaignRubric, assessment: Assessment
) -> CampaignEntry:
    """Take part with an assessment of the hospital that is there already: same edition, same window, not in
    another cycle, not archived. It replaces one that was never handed in. Raises Refusal."""
    held = held_participation(participation)
    check_can_enter(by, held)
    _refuse_other_campaign(held, rubric)
    row = locked_assessment(assessment)
    if why := why_unfit(held, rubric, row):
        raise Refusal(why)
    if CampaignEntry.objects.filter(assessment=row).exists():
        raise Refusal(_("“%(title)s”已经参评，不能再用于另一项。") % {"title": row.title})
    before = _entry(held, rubric)
    if before is not None:
        if before.assessment.submitted_at is not None:
            raise Refusal(_("贵院已用“%(title)s”提交，不能再换。") % {"title": before.assessment.title})
        before.delete()
    return _enter(held, rubric, row, by)


def window_of(rubric: CampaignRubric) -> tuple[date, date] | None:
    """The window an assessment of the cycle has; None where the standard asks for none."""
    if get_rubric(rubric.edition).thresholds.window_months is None:
        return None
    return rubric.window_from, rubric.window_to


def target_of(participation: Participation, rubric: CampaignRubric) -> int:
    """What the cycle asks of the hospital's grade, else what most hospitals aim at."""
    asked = (
        CampaignTarget.objects.filter(
            campaign=participation.campaign, edition=rubric.edition, grade=participation.hospital.grade
        )
        .values_list("level", flat=True)
        .first()
    )
    return asked or min(USUAL_TARGET, rubric.edition.top_level)


def why_unfit(participation: Participation, rubric: CampaignRubric, assessment: Assessment) -> str:
    """The sentence that keeps an assessment from taking part; empty when nothing does."""
    if assessment.hospital_id != participation.hospital_id:
        return _("只能用本院的自评参评。")
    if assessment.edition_id != rubric.edition_id:
        return _("“%(title)s”用的不是本次的标准版本，不能参评。") % {"title": assessment.title}
    own = (
        (assessment.window_from, assessment.window_to)
        if assessment.window_from and assessment.window_to
        else None
    )
    if own != window_of(rubric):
        return _("“%(title)s”的统计期与本次不同，不能参评。") % {"title": assessment.title}
    if assessment.status == Assessment.Status.ARCHIVED:
        return _("“%(title)s”已经归档，不能参评。") % {"title": assessment.title}
    return ""


def _enter(held: Participation, rubric: CampaignRubric, assessment: Assessment, by: User) -> CampaignEntry:
    entry = CampaignEntry.objects.create(participation=held, edition=rubric.edition, assessment=assessment)
    if assessment.due_on is None and assessment.is_open:
        assessment.due_on = participation_days(held).ends
        assessment.save(update_fields=["due_on"])
    if assessment.submitted_at is not None:
        jobs.enqueue(jobs.FILL_YEARS, [held.hospital_id])  # it counts for the year of the cycle from now on
    record_work(
        verb="campaign.entered",
        by=by,
        assessment=assessment,
        facts={"campaign": held.campaign.title, "year": held.campaign.year},
    )
    return entry


def _entry(held: Participation, rubric: CampaignRubric) -> CampaignEntry | None:
    return held.entries.filter(edition=rubric.edition).select_related("assessment").first()


def _refuse_other_campaign(held: Participation, rubric: CampaignRubric) -> None:
    if rubric.campaign_id != held.campaign_id:
        raise Refusal(_("这个标准不在本次工作中。"))


def _free_title(held: Participation, rubric: CampaignRubric) -> str:
    """A name no other assessment of the hospital has."""
    taken = set(Assessment.objects.filter(hospital=held.hospital).values_list("title", flat=True))
    base = f"{held.campaign.title} · {rubric.edition.title}"
    for number in range(1, 1000):
        ending = f"（{number}）" if number > 1 else ""
        title = f"{base[: LONGEST_TITLE - len(ending)].strip()}{ending}"
        if title not in taken:
            return title
    raise Refusal(_("本院同名的自评太多，请先在“发起自评”中另起名称，再来参评。"))
