"""Asking for documents of many hospitals at once, stopping, trying again, taking the archive."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment
from audit.actions import record
from hospitals import access
from hospitals.access import Person, Role
from hospitals.refusals import Refusal
from reports import jobs
from reports.batches.choosing import candidates
from reports.batches.rights import check_can_make_batches, check_is_own, may_take, place_of
from reports.models import Batch, BatchLine, IssuedReport
from rubrics.models import Edition
from rubrics.queries import get_rubric

Kind, Form = IssuedReport.Kind, IssuedReport.Form
#: what a document can be had as
FORMS: dict[str, tuple[str, ...]] = {
    Kind.GAP: (Form.PDF, Form.WORD, Form.WORKBOOK),
    Kind.ROADMAP: (Form.PDF, Form.WORD, Form.WORKBOOK),
}
LANGUAGES = ("zh-hans", "en")
MOST_HOSPITALS = 200
MOST_OPEN = 3  # batches of one person under way at the same time


@transaction.atomic
def start_batch(
    *,
    by: User,
    edition: Edition,
    year: int,
    kind: str,
    form: str,
    languages: Sequence[str],
    chosen: Sequence[UUID],
    target_level: int = 0,
) -> Batch:
    """One line per assessment and language; documents are handed over a few at a time by a job.

    ``chosen``: public ids of assessments; ``target_level`` 0: the target of each. Raises Refusal for a form the kind
    does not have, for nothing chosen or too much, for hospitals out of reach, and for people who make none.
    """
    check_can_make_batches(by)
    if kind not in FORMS:
        raise Refusal(_("请选择差距分析报告或建设路线图。"))
    if form not in FORMS[kind]:
        raise Refusal(_("这种文档没有%(form)s格式。") % {"form": form[:12]})
    wanted = [one for one in LANGUAGES if one in languages]
    if not wanted:
        raise Refusal(_("请至少选择一种语言。"))
    if not 0 <= target_level <= get_rubric(edition).top_level:
        raise Refusal(_("目标等级应为1至%(top)s。") % {"top": get_rubric(edition).top_level})
    if not chosen:
        raise Refusal(_("请至少勾选一家医院。"))
    if len(set(chosen)) > MOST_HOSPITALS:
        raise Refusal(_("一次最多%(most)s家医院。请分几次导出。") % {"most": MOST_HOSPITALS})
    if kind == Kind.ROADMAP and not access.organisations_where(by, [Role.CONSULTANT]):
        raise Refusal(_("建设路线图只供医院自己和所委托的咨询顾问阅读，卫生健康行政部门不能导出。"))
    found = candidates(by, edition, year, only=chosen)
    if {one.public_id for one in found} != set(chosen):
        raise Refusal(_("所选医院中有的已不在您的权限之内，没有开始生成。请重新打开本页再选。"))
    User.objects.select_for_update().get(pk=by.pk)
    if Batch.objects.filter(made_by=by, finished_at__isnull=True).count() >= MOST_OPEN:
        raise Refusal(_("您已有%(most)s批正在生成，请等其中一批完成后再试。") % {"most": MOST_OPEN})
    batch = Batch.objects.create(
        organisation=place_of(by),
        made_by=by,
        edition=edition,
        year=year,
        kind=kind,
        form=form,
        target_level=target_level if kind == Kind.GAP else 0,
    )
    BatchLine.objects.bulk_create(
        BatchLine(batch=batch, assessment_id=one.pk, language=language)
        for one in found
        for language in wanted
    )
    _tell(
        "batch.started",
        batch,
        by,
        {"edition": edition.key, "year": year, "kind": kind, "form": form, "hospitals": len(found), "languages": wanted},
    )  # fmt: skip
    jobs.enqueue(jobs.FEED_BATCH, batch.pk)
    return batch


@transaction.atomic
def cancel_batch(*, by: User, batch: Batch) -> None:
    """What is being made is finished; nothing more is begun. What was made stays. Raises Refusal."""
    check_is_own(by, batch)
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.finished_at is not None:
        raise Refusal(_("这一批已经结束，不用取消。"))
    if held.cancelled_at is None:
        held.cancelled_at = timezone.now()
        held.save(update_fields=["cancelled_at"])
        _tell("batch.cancelled", held, by, {})
    jobs.enqueue(jobs.FEED_BATCH, held.pk)


@transaction.atomic
def retry_batch(*, by: User, batch: Batch, line: int | None = None) -> int:
    """Everything that was not made once more, or one line of it; how many. Raises Refusal where there is nothing."""
    check_is_own(by, batch)
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    missing = held.lines.filter(
        Q(report__state=IssuedReport.State.FAILED) | ~Q(problem="") | Q(report__isnull=True)
    )
    if line is not None:
        missing = missing.filter(pk=line)
    elif held.finished_at is None:
        missing = missing.exclude(report__isnull=True, problem="")  # still to come
    numbers = list(missing.values_list("pk", flat=True))
    if not numbers:
        raise Refusal(_("没有需要重新生成的报告。"))
    if line is not None and held.cancelled_at is not None:
        raise Refusal(_("这一批已取消。请用“全部重新生成”继续。"))
    BatchLine.objects.filter(pk__in=numbers).update(report=None, problem="", reused=False)
    held.cancelled_at, held.finished_at = None, None
    held.save(update_fields=["cancelled_at", "finished_at"])
    _tell("batch.retried", held, by, {"documents": len(numbers)})
    jobs.enqueue(jobs.FEED_BATCH, held.pk)
    return len(numbers)


def check_can_take(user: Person, lines: Sequence[BatchLine]) -> None:
    """The right on every hospital of the archive, as it is now. ``lines`` carry report, assessment and hospital. One
    query. Raises Refusal that names those out of reach."""
    made = [line.report for line in lines if line.report is not None]
    seen = set(
        Assessment.objects.visible_to(user)
        .filter(pk__in={one.assessment_id for one in made})
        .values_list("pk", flat=True)
    )
    lost: dict[str, None] = {}
    for line, report in ((line, line.report) for line in lines if line.report is not None):
        if report.assessment_id not in seen or not may_take(user, report):
            lost[line.assessment.hospital.label] = None
    if lost:
        raise Refusal(
            _("压缩包不能下载：您现在没有其中%(n)s家医院的权限（%(names)s）。请只选有权限的医院重新导出。")
            % {"n": len(lost), "names": _("、").join(list(lost)[:5])}
        )


@transaction.atomic
def take_archive(*, by: User, batch: Batch, lines: Sequence[BatchLine]) -> None:
    """Remember who took the archive. Raises Refusal without the right on every hospital in it, before everything is
    made and where nothing was."""
    check_can_take(by, lines)
    if batch.finished_at is None:
        raise Refusal(_("还有报告正在生成，完成后再下载。"))
    made = [
        line.report for line in lines if line.report is not None and line.report.state == IssuedReport.State.DONE
    ]  # fmt: skip
    if not made:
        raise Refusal(_("这一批没有生成任何报告，没有可下载的内容。"))
    _tell("batch.taken", batch, by, {"documents": len(made)})


def _tell(verb: str, batch: Batch, by: User, facts: dict[str, object]) -> None:
    record(
        verb=verb,
        by=by,
        chain=str(batch.organisation.public_id),
        subject_kind="batch",
        subject_id=batch.public_id,
        facts=facts,
    )
