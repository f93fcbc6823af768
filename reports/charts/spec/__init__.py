"""What a chart says: frozen values that both renderers read (ADR 0004).

A number enters a chart once, here. Every chart carries its title, caption, unit, the sentence that
describes it to somebody who cannot see it, and its table; one without cannot be built. Figures are
``Decimal`` and words are already in the reader's language.
"""

from reports.charts.spec.cards import (
    Bars,
    Change,
    ChangeCell,
    ChangeMap,
    GateBar,
    GateKind,
    GateStrip,
    Gauge,
    HeatCell,
    HeatMap,
    Radar,
    Row,
    StripLevel,
)
from reports.charts.spec.frame import Chart, ChartIncomplete, Column, Series, Shape, Sign, Table
from reports.charts.spec.planes import Axis, Guide, Lines, Mark, Scatter, Stacked, Zone
from reports.charts.spec.plans import Band, Course, Gantt, GanttLink, GanttPart, GanttRow, Timeline, WorkKind

AnyChart = (
    Gauge | Radar | Bars | HeatMap | ChangeMap | GateStrip | Scatter | Lines | Stacked | Gantt | Timeline
)

__all__ = [
    "AnyChart",
    "Axis",
    "Band",
    "Bars",
    "Change",
    "ChangeCell",
    "ChangeMap",
    "Chart",
    "ChartIncomplete",
    "Column",
    "Course",
    "Gantt",
    "GanttLink",
    "GanttPart",
    "GanttRow",
    "GateBar",
    "GateKind",
    "GateStrip",
    "Gauge",
    "Guide",
    "HeatCell",
    "HeatMap",
    "Lines",
    "Mark",
    "Radar",
    "Row",
    "Scatter",
    "Series",
    "Shape",
    "Sign",
    "Stacked",
    "StripLevel",
    "Table",
    "Timeline",
    "WorkKind",
    "Zone",
]
