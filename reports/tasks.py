"""Background jobs: making a document, and handing over again what was left lying."""

from __future__ import annotations

import io
import logging
import tempfile
from collections.abc import Callable, Mapping

from celery import shared_task
from django.utils import translation
from django.utils.translation import gettext as _

from hospitals.refusals import Refusal
from reports import actions, jobs
from reports.batches import feeding
from reports.comparing import gaps
from reports.documents.bulletin import bulletin_document
from reports.documents.compendium import compendium_document
from reports.documents.finished import Finished
from reports.documents.gap import Document, gap_document
from reports.documents.roadmap_issued import roadmap_document
from reports.models import IssuedReport
from reports.pdf import PdfUnavailable, write_pdf
from reports.regional.filling import behind, fill

logger = logging.getLogger(__name__)
DOCUMENTS: Mapping[str, Callable[[IssuedReport], Document | Finished]] = {
    IssuedReport.Kind.GAP: gap_document,
    IssuedReport.Kind.ROADMAP: roadmap_document,
    IssuedReport.Kind.BULLETIN: bulletin_document,
    IssuedReport.Kind.COMPENDIUM: compendium_document,
}


@shared_task(name=jobs.MAKE_REPORT)
def make_report(report_id: int) -> None:
    """Claim a report, make it, keep it; then the next one of its batch has its turn."""
    report = actions.claim_report(report_id)
    if report is None:
        return
    try:
        _make_claimed(report)
    finally:
        feeding.feed_after(report_id)


def _make_claimed(report: IssuedReport) -> None:
    """A run that was overtaken leaves without a trace."""
    with translation.override(report.language):
        try:
            _make(report)
        except PdfUnavailable as error:
            logger.error("%s", error)
            actions.fail_report(
                report=report,
                sentence=_(
                    "服务器缺少排版所需的Pango组件，未能生成PDF。请系统管理员安装后重试，您的数据未受影响。"
                ),
            )
        except Refusal as refusal:  # rights as they are now, not as they were when somebody asked
            actions.fail_report(report=report, sentence=str(refusal))
        except Exception:
            logger.exception("report %s", report.public_id)
            actions.fail_report(
                report=report,
                sentence=_("生成报告时出错。您的数据未受影响，请重试；若仍失败，请联系系统管理员。"),
            )
            raise


def _make(report: IssuedReport) -> None:
    def note(percent: int, step: str) -> None:
        if not actions.note_progress(report=report, percent=percent, step=step):
            raise actions.Overtaken

    try:
        note(3, _("读取数据"))
        document = DOCUMENTS[report.kind](report)
        if isinstance(document, Finished):
            _keep(report, document.content)
            return
        note(12, _("排版"))
        expected = document.expected_pages

        def on_page(number: int) -> None:
            if number % 2 == 0:
                share = min(number, expected) / expected
                note(12 + int(80 * share), _("排版第%(page)s页") % {"page": number})

        with tempfile.TemporaryFile() as file:
            written = write_pdf(
                document.html,
                file,
                css=document.css,
                on_page=on_page,
                shots=document.shots,
                attached=document.attached,
            )
            note(95, _("保存并计算指纹"))
            actions.finish_report(report=report, document=file, pages=written.pages, by=report.requested_by)
    except actions.Overtaken:
        logger.info("report %s was taken over by another run", report.public_id)


def _keep(report: IssuedReport, content: bytes) -> None:
    """Word and workbooks have no pages before somebody opens them."""
    actions.finish_report(report=report, document=io.BytesIO(content), pages=None, by=report.requested_by)


@shared_task(name=jobs.REQUEUE_LOST)
def requeue_lost() -> int:
    return actions.requeue_lost() + feeding.feed_left_lying()


@shared_task(name=jobs.FEED_BATCH)
def feed_batch(batch_id: int) -> None:
    """The first documents of a batch, or of what is tried again."""
    feeding.hand_over(batch_id)


@shared_task(name=jobs.FORGET_BATCHES)
def forget_batches() -> int:
    return feeding.forget_old()


@shared_task(name=jobs.FILL_YEARS)
def fill_years(hospitals: list[int]) -> int:
    """What bureaus compare of these hospitals, as it is now."""
    filled = fill(hospitals)
    jobs.enqueue(jobs.COUNT_GAPS, hospitals)
    return filled


@shared_task(name=jobs.COUNT_GAPS)
def count_gaps(hospitals: list[int]) -> int:
    """What these hospitals lack for their next level."""
    return gaps.count(gaps.uncounted(hospitals))


@shared_task(name=jobs.CATCH_UP)
def catch_up_years() -> int:
    """Hospitals whose job was lost, and submissions whose gaps nobody counted yet."""
    filled = fill(behind())
    gaps.count(gaps.uncounted())
    return filled
