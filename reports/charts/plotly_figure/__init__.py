"""Charts as Plotly figures for the screen: the only place that imports plotly.

Colours are the variables of the page's theme (``var(--level-4)``); static/js/charts.js puts in
their present values and draws again when the theme changes. Coordinates are floats, which is as
exact as pixels are; every figure a person reads is text made from the chart's own ``Decimal``.
"""

from __future__ import annotations

from typing import Any

from reports.charts.plotly_figure.maps import change_map_figure, heat_map_figure
from reports.charts.plotly_figure.plans import gantt_figure, timeline_figure
from reports.charts.plotly_figure.scatter import scatter_figure
from reports.charts.plotly_figure.shapes import gate_strip_figure, gauge_figure
from reports.charts.plotly_figure.simple import bars_figure, radar_figure
from reports.charts.plotly_figure.years import lines_figure, stacked_figure
from reports.charts.spec import (
    AnyChart,
    Bars,
    ChangeMap,
    Gantt,
    GateStrip,
    Gauge,
    HeatMap,
    Lines,
    Radar,
    Scatter,
    Stacked,
    Timeline,
)


def figure(chart: AnyChart) -> dict[str, Any]:
    """``{"data": […], "layout": {…}}`` of plain JSON values."""
    match chart:
        case Gauge():
            made = gauge_figure(chart)
        case Radar():
            made = radar_figure(chart)
        case Bars():
            made = bars_figure(chart)
        case HeatMap():
            made = heat_map_figure(chart)
        case ChangeMap():
            made = change_map_figure(chart)
        case GateStrip():
            made = gate_strip_figure(chart)
        case Scatter():
            made = scatter_figure(chart)
        case Lines():
            made = lines_figure(chart)
        case Stacked():
            made = stacked_figure(chart)
        case Gantt():
            made = gantt_figure(chart)
        case Timeline():
            made = timeline_figure(chart)
    plain: dict[str, Any] = made.to_plotly_json()
    plain["layout"].pop("template", None)  # the page's theme is the template
    return plain
