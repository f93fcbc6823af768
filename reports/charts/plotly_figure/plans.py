"""A plan as bars over quarters, and what grows quarter by quarter."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from reports.charts.palette import screen
from reports.charts.plotly_figure.frame import layout, outlines
from reports.charts.spec import Gantt, Timeline, WorkKind
from reports.charts.svg.gantt import INKS
from reports.charts.svg.timeline import LOOKS

#: a pattern beside the colour, as on paper
PATTERNS: dict[WorkKind, str] = {
    "function": "",
    "integration": "/",
    "intelligence": ".",
    "management": "-",
    "use": "|",
}
ROW_HEIGHT = 20
DASHES = {"solid": "solid", "dashed": "dash", "bound": "longdash"}


def gantt_figure(chart: Gantt) -> go.Figure:
    names = [f"{row.code} {row.name}" for row in chart.rows]
    years: list[str] = []
    for words, count in chart.years:
        years += [words] + [""] * (count - 1)
    made = go.Figure(
        layout=layout(
            showlegend=True,
            barmode="overlay",
            bargap=0.35,
            height=ROW_HEIGHT * len(chart.rows) + 110,
            margin={"l": 8, "r": 44, "t": 44, "b": 28},
            xaxis={
                "range": [0, len(chart.columns)],
                "fixedrange": True,
                "side": "top",
                "gridcolor": screen("line"),
                "zeroline": False,
                "tickmode": "array",
                "tickvals": [n + 0.5 for n in range(len(chart.columns))],
                "ticktext": [
                    f"<b>{year}</b><br>{words}" if year else f"<br>{words}"
                    for year, words in zip(years, chart.columns, strict=True)
                ],
            },
            yaxis={"autorange": "reversed", "automargin": True, "fixedrange": True, "showgrid": False, "ticks": "", "type": "category", "categoryorder": "array", "categoryarray": names},
            legend={"orientation": "h", "x": 0, "y": -0.01, "yanchor": "top", "font": {"color": screen("ink-2")}},
        )
    )  # fmt: skip
    made.add_trace(
        go.Bar(
            orientation="h",
            y=names,
            base=[row.begin for row in chart.rows],
            x=[row.end - row.begin for row in chart.rows],
            marker={
                "color": screen("surface-2"),
                "line": {
                    "color": [screen("ink" if row.critical else "line-strong") for row in chart.rows],
                    "width": [2 if row.critical else 0.8 for row in chart.rows],
                },
            },
            text=[row.label for row in chart.rows],
            textposition="outside",
            cliponaxis=False,
            customdata=[row.code for row in chart.rows],
            hovertext=[row.says for row in chart.rows],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
        )
    )
    for kind, words in chart.kinds:
        parts = [
            (name, part)
            for name, row in zip(names, chart.rows, strict=True)
            for part in row.parts
            if part.kind == kind
        ]
        made.add_trace(
            go.Bar(
                orientation="h",
                y=[name for name, _part in parts],
                base=[float(part.begin) for _name, part in parts],
                x=[float(part.end - part.begin) for _name, part in parts],
                name=words,
                marker={
                    "color": screen(INKS[kind]),
                    "line": {"width": 0},
                    "pattern": {"shape": PATTERNS[kind], "fgcolor": screen("surface"), "size": 5},
                },
                hoverinfo="skip",
            )
        )
    for place, (words, _level) in enumerate(chart.notes):
        if place == 0 or chart.notes[place] != chart.notes[place - 1]:
            made.add_annotation(
                x=place + 0.1, y=1, yref="paper", yanchor="top", xanchor="left", yshift=44, text=f"<b>{words}</b>", showarrow=False, font={"size": 11, "color": screen("ink-2")}
            )  # fmt: skip
    return made


def timeline_figure(chart: Timeline) -> go.Figure:
    labels = [
        f"{label}<br><b>{chart.notes[n][0]}</b>" if chart.notes else label
        for n, label in enumerate(chart.labels)
    ]
    places = list(range(len(labels)))
    made = go.Figure(
        layout=layout(
            showlegend=True,
            bargap=0.34,
            margin={"l": 52, "r": 52, "t": 12, "b": 64},
            xaxis={
                "range": [-0.5, len(labels) - 0.5],
                "fixedrange": True,
                "showgrid": False,
                "linecolor": screen("line-strong"),
                "tickmode": "array",
                "tickvals": places,
                "ticktext": labels,
            },
            yaxis={
                "range": [float(chart.base), float(chart.top)],
                "fixedrange": True,
                "gridcolor": screen("line"),
                "zeroline": False,
                "linecolor": screen("line-strong"),
                "tickmode": "array",
                "tickvals": [float(value) for value, _words in chart.ticks],
                "ticktext": [words for _value, words in chart.ticks],
            },
            legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top", "font": {"color": screen("ink-2")}},
        )
    )  # fmt: skip
    if chart.band:
        steps = [
            *((place, float(value)) for place, value in zip(places, chart.band.high, strict=True)),
            *reversed([(place, float(value)) for place, value in zip(places, chart.band.low, strict=True)]),
        ]
        made.add_trace(
            outlines(
                [steps],
                fill="toself",
                fillcolor=screen("claimed-tint"),
                line={"color": screen("claimed-line"), "width": 0.8, "dash": "dash"},
                name=chart.band.name,
                showlegend=True,
            )
        )
    if chart.bars:
        made.add_trace(_bars(chart, places))
    for course in chart.courses:
        ink, width, _dashes = LOOKS[course.style]
        made.add_trace(
            go.Scatter(
                x=places,
                y=[float(value) for value in course.values],
                mode="lines+markers" if course.style == "solid" else "lines",
                line={
                    "color": screen(ink),
                    "width": width,
                    "dash": DASHES[course.style],
                    "shape": "hvh" if course.stepped else "linear",
                },
                name=course.name,
                customdata=chart.table.rows,
                hovertemplate=_hover(chart, course.name),
            )
        )
    return made


def _bars(chart: Timeline, places: list[int]) -> go.Bar:
    marked: list[Any] = ["/" if n in chart.marked else "" for n in places]
    return go.Bar(
        x=places,
        y=[float(value) for value in chart.bars],
        name=chart.bar_name,
        text=list(chart.bar_words),
        textposition="outside",
        cliponaxis=False,
        marker={
            "color": screen("cat-1"),
            "line": {"color": screen("cat-1"), "width": 1},
            "pattern": {"shape": marked, "fgcolor": screen("surface"), "size": 6},
        },
        hovertemplate="%{x}<br>%{text} " + chart.unit + f"<extra>{chart.bar_name}</extra>",
    )


def _hover(chart: Timeline, name: str) -> str:
    """The row of the chart's table: the words a reader would look up."""
    lines = [f"{column.heading} %{{customdata[{n}]}}" for n, column in enumerate(chart.table.columns)]
    return "<br>".join(lines) + f"<extra>{name}</extra>"
