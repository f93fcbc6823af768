"""The gap report: one frozen value that page, PDF, Word, Excel and JSON are drawn from."""

from reports.view_models.report.view import (
    GapReport,
    ItemSection,
    OverallRow,
    Paragraph,
    gap_report,
    overall_rows,
    report_file_name,
)

__all__ = [
    "GapReport",
    "ItemSection",
    "OverallRow",
    "Paragraph",
    "gap_report",
    "overall_rows",
    "report_file_name",
]
