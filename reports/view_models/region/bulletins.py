"""The list of bulletins of a bureau."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hospitals.access import Person
from hospitals.refusals import Refusal
from reports.actions import check_can_issue_bulletin
from reports.models import IssuedReport
from reports.view_models.library import ReportRow, report_row
from reports.view_models.region.choice import Choice


@dataclass(frozen=True, slots=True)
class BulletinRow:
    edition: str
    year: int
    report: ReportRow


@dataclass(frozen=True, slots=True)
class RegionBulletins:
    """``refusal``: why this person may not ask for one."""

    choice: Choice
    language: str
    refusal: str
    rows: tuple[BulletinRow, ...]


def bulletin_row(report: IssuedReport) -> BulletinRow:
    return BulletinRow(report.edition.title if report.edition else "", report.year or 0, report_row(report))


def bulletins_page(
    choice: Choice, reports: Iterable[IssuedReport], user: Person, language: str
) -> RegionBulletins:
    refusal = ""
    try:
        check_can_issue_bulletin(choice.bureau, user)
    except Refusal as reason:
        refusal = str(reason)
    return RegionBulletins(choice, language, refusal, tuple(bulletin_row(report) for report in reports))
