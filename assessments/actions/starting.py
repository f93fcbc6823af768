"""Starting an assessment, alone or from an earlier one of the same edition."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment, Assignment, BaseFigure, ItemAnswer, StatusChange
from assessments.permissions import check_can_start
from assessments.trail import record_work
from engine.rubric.values import Rubric
from engine.scoring.checking import check_window
from hospitals.models import Membership, Organisation
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
) -> Assessment:
    """Begin a draft. Official editions need a window of exactly the months they prescribe (three).

    With ``copy_from`` (same hospital, same edition) the clause answers, "in use", "no such
    service" reasons, notes and assignments are taken over as a starting point, and of the
    statistical basis the SQL text, database and owner. Figures are not (the window differs), and
    neither are done marks, confirmations of overall requirements, files and comments.

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
        _refuse_wrong_source(hospital, edition, copy_from)
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
    if copy_from is not None:
        _copy(copy_from, assessment, by)
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
        },
    )
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


def _refuse_wrong_source(hospital: Organisation, edition: Edition, source: Assessment) -> None:
    if source.hospital_id != hospital.pk:
        raise Refusal(_("只能复制同一家医院的自评。"))
    if source.edition_id != edition.pk:
        raise Refusal(
            _(
                "“%(title)s”用的是另一个标准版本（%(edition)s），条款不同，不能复制。请选择同一版本的自评，或从空白开始。"
            )
            % {"title": source.title, "edition": source.edition.title}
        )


def _copy(source: Assessment, target: Assessment, by: User) -> None:
    """What of an earlier assessment is a fair starting point; see start_assessment.

    Closed departments and people who have left the hospital are not taken over.
    """
    ItemAnswer.objects.bulk_create(
        ItemAnswer(
            assessment=target,
            item_code=row.item_code,
            clauses=row.clauses,
            in_use=row.in_use,
            no_such_service=row.no_such_service,
            note=row.note,
            version=1,
            updated_by=by,
            updated_at=target.created_at,
        )
        for row in source.item_answers.all()
    )
    still_here = set(
        Membership.objects.in_force()
        .filter(organisation_id=target.hospital_id)
        .values_list("user_id", flat=True)
    )
    kept = [
        Assignment(
            assessment=target,
            item_code=row.item_code,
            department=row.department
            if row.department is not None and row.department.closed_at is None
            else None,
            person_id=row.person_id if row.person_id in still_here else None,
        )
        for row in source.assignments.select_related("department")
    ]
    Assignment.objects.bulk_create(row for row in kept if row.department_id or row.person_id)
    BaseFigure.objects.bulk_create(
        BaseFigure(
            assessment=target,
            key=row.key,
            sql_text=row.sql_text,
            database_name=row.database_name,
            owner=row.owner,
            version=1,
            updated_by=by,
            updated_at=target.created_at,
        )
        for row in source.base_figures.all()
        if row.sql_text or row.database_name or row.owner
    )
