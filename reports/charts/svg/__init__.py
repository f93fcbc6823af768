"""Charts as plain SVG text: for paper, PDF, and pages before or without scripts.

Only presentation attributes and patterns are used, which browsers and WeasyPrint both draw; no
style sheet, no clip path, no baseline property. Patterns and weight carry the meaning, so the
drawing still tells its story in grey.
"""

from __future__ import annotations

from reports.charts.flow import Flow
from reports.charts.palette import Inks, paper
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
from reports.charts.svg.bars import draw_bars
from reports.charts.svg.flow import draw_flow
from reports.charts.svg.gantt import draw_gantt
from reports.charts.svg.gates import draw_gate_strip
from reports.charts.svg.gauge import draw_gauge_chart
from reports.charts.svg.lines import draw_lines
from reports.charts.svg.maps import draw_change_map, draw_heat_map
from reports.charts.svg.radar import draw_radar
from reports.charts.svg.scatter import draw_scatter
from reports.charts.svg.stacked import draw_stacked
from reports.charts.svg.timeline import draw_timeline


def draw(chart: AnyChart | Flow, *, inks: Inks = paper) -> str:
    """The chart as one ``<svg>`` element; ``inks`` are ``palette.paper`` or ``palette.screen``."""
    match chart:
        case Gauge():
            return draw_gauge_chart(chart, inks)
        case Radar():
            return draw_radar(chart, inks)
        case Bars():
            return draw_bars(chart, inks)
        case HeatMap():
            return draw_heat_map(chart, inks)
        case ChangeMap():
            return draw_change_map(chart, inks)
        case GateStrip():
            return draw_gate_strip(chart, inks)
        case Scatter():
            return draw_scatter(chart, inks)
        case Lines():
            return draw_lines(chart, inks)
        case Stacked():
            return draw_stacked(chart, inks)
        case Gantt():
            return draw_gantt(chart, inks)
        case Timeline():
            return draw_timeline(chart, inks)
        case Flow():
            return draw_flow(chart, inks)
