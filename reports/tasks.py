"""Background jobs: making a document, and handing over again what was left lying."""

from __future__ import annotations

import logging
import tempfile

from celery import shared_task
from django.utils import translation
from django.utils.translation import gettext as _

from reports import actions, jobs
from reports.documents.gap import gap_document
from reports.models import IssuedReport
from reports.pdf import PdfUnavailable, write_pdf

logger = logging.getLogger(__name__)


@shared_task(name=jobs.MAKE_REPORT)
def make_report(report_id: int) -> None:
    """Claim a report, make its PDF, keep it. A run that was overtaken leaves without a trace."""
    report = actions.claim_report(report_id)
    if report is None:
        return
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
        except Exception:
            logger.exception("report %s", report.public_id)
            actions.fail_report(
                report=report,
                sentence=_("生成报告时出错。您的数据未受影响，请重试；若仍失败，请联系系统管理员。"),
            )
            raise


class Overtaken(Exception):
    """Another run took this report over."""


def _make(report: IssuedReport) -> None:
    def note(percent: int, step: str) -> None:
        if not actions.note_progress(report=report, percent=percent, step=step):
            raise Overtaken

    try:
        note(3, _("读取自评数据"))
        document = gap_document(report)
        note(12, _("排版"))

        def on_page(number: int) -> None:
            if number % 2 == 0:
                share = min(number, document.expected_pages) / document.expected_pages
                note(12 + int(80 * share), _("排版第%(page)s页") % {"page": number})

        with tempfile.TemporaryFile() as file:
            written = write_pdf(document.html, file, css=document.css, on_page=on_page)
            note(95, _("保存并计算指纹"))
            actions.finish_report(report=report, document=file, pages=written.pages, by=report.requested_by)
    except Overtaken:
        logger.info("report %s was taken over by another run", report.public_id)


@shared_task(name=jobs.REQUEUE_LOST)
def requeue_lost() -> int:
    return actions.requeue_lost()
