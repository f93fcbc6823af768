"""Starting an assessment, alone or from an earlier one."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.carrying import AnswersTaken, carry_over
from assessments.actions.ledger.carrying import carry_ledger
from assessments.models import Assessment, StatusChange
from assessments.permissions import check_can_start
from assessments.trail import record_work
from engine.rubric.values import Rubric
from engine.scoring.checking import check_window
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from rubrics.models import Edition
from rubrics.queries import get_rubric

LONGEST_TITLE = 80


@transaction.atomic
def start_assessment(
    *,
    by: User,
    hospital: Organisation,
    edition: Edition,
    title: str,
    target_level: int,
    window: tuple[date, date] | None = None,
    due_on: date | None = None,
    copy_from: Assessment | None = None,
    carry_entries: bool = True,
    answers: AnswersTaken = "draft",
) -> Assessment:
    """Begin a draft. Official editions need a window of exactly the months they prescribe (three).

    With ``copy_from`` (same hospital, any edition) proof material, definitions and assignments are taken over with
    their states reset, and the clause answers as ``answers`` says: see ``carry_over``. Open entries of its
    rectification ledger go on here, unless ``carry_entries`` is False.

    Raises Refusal with one sentence.
    """
    check_can_start(by, hospital)
    if edition.published_at is None:
        raise Refusal(_("这个标准版本还没有发布，不能用于自评。"))
    rubric = get_rubric(edition)
    title = title.strip()
    if not title:
        raise Refusal(_("请填写自评名称。"))
    if len(title) > LONGEST_TITLE:
        raise Refusal(_("自评名称最多%(n)s个字。") % {"n": LONGEST_TITLE})
    if not 1 <= target_level <= rubric.top_level:
        raise Refusal(_("目标等级应在1到%(top)s之间。") % {"top": rubric.top_level})
    refuse_wrong_window(rubric, window)
    if copy_from is not None:
        _refuse_wrong_source(hospital, copy_from)
    try:
        with transaction.atomic():
            assessment = Assessment.objects.create(
                hospital=hospital,
                edition=edition,
                title=title,
                window_from=window[0] if window else None,
                window_to=window[1] if window else None,
                target_level=target_level,
                copied_from=copy_from,
                created_by=by,
                due_on=due_on,
            )
    except IntegrityError as taken:
        raise Refusal(_("本院已有名为“%(title)s”的自评，请换一个名称。") % {"title": title}) from taken
    StatusChange.objects.create(assessment=assessment, after=Assessment.Status.DRAFT, by=by)
    carrying = carry_over(by=by, source=copy_from, target=assessment, answers=answers) if copy_from else None
    record_work(
        verb="assessment.started",
        by=by,
        assessment=assessment,
        facts={
            "title": title,
            "edition": str(edition),
            "window": [day.isoformat() for day in window] if window else [],
            "target": target_level,
            "copied_from": str(copy_from.public_id) if copy_from else "",
            **({"carried": carrying.carried} if carrying else {}),
        },
    )
    if copy_from is not None and carrying is not None and carry_entries:
        count, behind = carry_ledger(by=by, source=copy_from, target=assessment)
        carrying.carried["entries"] = count
        if behind:
            carrying.left["entries"] = [str(number) for number in behind]
        carrying.save(update_fields=["carried", "left"])
    return assessment


def refuse_wrong_window(rubric: Rubric, window: tuple[date, date] | None) -> None:
    """Refuse a window where none is asked, a missing one, and one that is not the months asked for."""
    months = rubric.thresholds.window_months
    if months is None:
        if window is not None:
            raise Refusal(_("这个标准的各项目自定统计期，整份自评不设统计期，请留空。"))
        return
    if window is None:
        raise Refusal(_("请填写统计期：%(months)s个完整的月。") % {"months": months})
    for problem in check_window(rubric, *window):
        raise Refusal(problem.message.in_language(get_language() or "zh-hans"))


def _refuse_wrong_source(hospital: Organisation, source: Assessment) -> None:
    if source.hospital_id != hospital.pk:
        raise Refusal(_("只能复制同一家医院的自评。"))
