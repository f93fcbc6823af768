"""A chart as a page shows it: drawn as SVG at once, as a Plotly figure when the script asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from reports.charts.exported import FORMS
from reports.charts.flow import Flow
from reports.charts.palette import screen
from reports.charts.spec import AnyChart, Table
from reports.charts.svg import draw


@dataclass(frozen=True, slots=True)
class ChartView:
    """Context of reports/_chart.html. ``figure_query`` asks the same page for the figure as JSON;
    empty for charts that stay as they are drawn."""

    key: str
    title: str
    caption: str
    unit: str
    alt: str
    table_text: str  # tab-separated, for copying
    table_rows: SafeString  # head and body; hundreds of cells are written faster here than in a template
    svg: SafeString
    figure_query: str
    wide: bool = False
    forms: tuple[str, ...] = FORMS  # files it can be had as


def chart_view(chart: AnyChart | Flow, *, query: str = "", wide: bool = False) -> ChartView:
    """``query``: what else the address needs so that the figure shows the same as the page."""
    return ChartView(
        key=chart.key,
        title=chart.title,
        caption=chart.caption,
        unit=chart.unit,
        alt=chart.alt,
        table_text=chart.table.as_text(),
        table_rows=table_rows(chart.table),
        svg=mark_safe(draw(chart, inks=screen)),  # every text in it was escaped while drawing
        figure_query="" if isinstance(chart, Flow) else f"?figure={chart.key}{'&' + query if query else ''}",
        wide=wide,
    )


def table_rows(table: Table) -> SafeString:
    """``<thead>`` and ``<tbody>``; every text is escaped."""
    head = [
        f'<th scope="col"{_place(place, column.figures)}>{escape(column.heading)}</th>'
        for place, column in enumerate(table.columns)
    ]
    body = []
    for row in table.rows:
        cells = [f'<th scope="row" class="sticky-first">{escape(row[0])}</th>']
        cells += [f'<td class="num">{escape(cell)}</td>' for cell in row[1:]]
        body.append(f"<tr>{''.join(cells)}</tr>")
    return mark_safe(f"<thead><tr>{''.join(head)}</tr></thead><tbody>{''.join(body)}</tbody>")


def _place(place: int, figures: bool) -> str:
    return ' class="sticky-first"' if not place else ' class="num"' if figures else ""
