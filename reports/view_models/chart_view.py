"""A chart as a page shows it: drawn as SVG at once, as a Plotly figure when the script asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from reports.charts.palette import screen
from reports.charts.spec import AnyChart, Table
from reports.charts.svg import draw


@dataclass(frozen=True, slots=True)
class ChartView:
    """Context of reports/_chart.html. ``figure_query`` asks the same page for the figure as JSON."""

    key: str
    title: str
    caption: str
    unit: str
    alt: str
    table: Table
    svg: SafeString
    figure_query: str
    wide: bool = False

    @property
    def table_text(self) -> str:
        return self.table.as_text()


def chart_view(chart: AnyChart, *, query: str = "", wide: bool = False) -> ChartView:
    """``query``: what else the address needs so that the figure shows the same as the page."""
    return ChartView(
        key=chart.key,
        title=chart.title,
        caption=chart.caption,
        unit=chart.unit,
        alt=chart.alt,
        table=chart.table,
        svg=mark_safe(draw(chart, inks=screen)),  # every text in it was escaped while drawing
        figure_query=f"?figure={chart.key}{'&' + query if query else ''}",
        wide=wide,
    )
