"""Lines over years, and full bars split by level."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from reports.charts.palette import screen
from reports.charts.plotly_figure.frame import layout
from reports.charts.plotly_figure.scatter import SYMBOLS
from reports.charts.plotly_figure.simple import LINES
from reports.charts.spec import Lines, Stacked
from reports.charts.svg.lines import SHAPES


def lines_figure(chart: Lines) -> go.Figure:
    made = go.Figure(
        layout=layout(
            showlegend=True,
            margin={"l": 44, "r": 48, "t": 12, "b": 52},
            xaxis={
                "type": "category",
                "fixedrange": True,
                "showgrid": False,
                "linecolor": screen("line-strong"),
                "categoryorder": "array",
                "categoryarray": list(chart.labels),
            },
            yaxis={
                "range": [0, float(chart.top)],
                "fixedrange": True,
                "gridcolor": screen("line"),
                "zeroline": False,
                "linecolor": screen("line-strong"),
                "tickmode": "array",
                "tickvals": [float(value) for value, _words in chart.ticks],
                "ticktext": [words for _value, words in chart.ticks],
            },
            legend={"orientation": "h", "x": 0, "y": -0.16, "yanchor": "top", "font": {"color": screen("ink-2")}},
        )
    )  # fmt: skip
    for number, one in enumerate(chart.series):
        line: dict[str, Any] = dict(LINES[one.sign])
        if one.sign == "claimed":
            line["dash"] = "dash"
        newest = max((n for n, value in enumerate(one.values) if value is not None), default=-1)
        made.add_trace(
            go.Scatter(
                x=list(chart.labels),
                y=[None if value is None else float(value) for value in one.values],
                customdata=["" if value is None else str(value) for value in one.values],
                text=[str(value) if n == newest else "" for n, value in enumerate(one.values)],
                textposition="middle right",
                mode="lines+markers+text",
                connectgaps=False,
                cliponaxis=False,
                name=one.name,
                line=line,
                marker={
                    "symbol": SYMBOLS[SHAPES[number]],
                    "size": 9,
                    "color": screen("verified" if one.sign == "verified" else "surface"),
                    "line": {"color": line["color"], "width": 1.5},
                },
                hovertemplate="%{x}<br>%{customdata} " + chart.unit + "<extra>" + one.name + "</extra>",
            )
        )
    return made


def stacked_figure(chart: Stacked) -> go.Figure:
    made = go.Figure(
        layout=layout(
            showlegend=True,
            barmode="stack",
            bargap=0.3,
            margin={"l": 8, "r": 52, "t": 8, "b": 44},
            xaxis={
                "range": [0, 100],
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
                "showticklabels": False,
            },
            yaxis={"autorange": "reversed", "automargin": True, "fixedrange": True, "showgrid": False, "ticks": "", "type": "category"},
            legend={"orientation": "h", "x": 0, "y": -0.02, "yanchor": "top", "traceorder": "normal", "font": {"color": screen("ink-2")}},
        )
    )  # fmt: skip
    wholes = [sum(counts) for counts in chart.counts]
    for level, words in enumerate(chart.parts):
        here = [counts[level] for counts in chart.counts]
        made.add_trace(
            go.Bar(
                orientation="h",
                y=list(chart.labels),
                x=[
                    round(100 * count / whole, 4) if whole else 0
                    for count, whole in zip(here, wholes, strict=True)
                ],
                text=[str(count) if count else "" for count in here],
                textposition="inside",
                insidetextanchor="middle",
                textfont={"color": screen(f"on-level-{level}"), "size": 11},
                name=words,
                marker={
                    "color": screen(f"level-{level}"),
                    "line": {"color": screen("surface"), "width": 0.8},
                },
                hovertemplate="%{y}<br>%{text} " + chart.unit + "<extra>" + words + "</extra>",
            )
        )
    for label, whole in zip(chart.labels, wholes, strict=True):
        made.add_annotation(
            x=100, y=label, text=str(whole), showarrow=False, xanchor="left", xshift=8, font={"color": screen("ink-2"), "size": 11}
        )  # fmt: skip
    return made
