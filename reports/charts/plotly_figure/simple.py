"""Radar and bars, which Plotly has by itself."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from reports.charts.palette import screen
from reports.charts.plotly_figure.frame import CLEAR, layout
from reports.charts.spec import Bars, Radar, Series, Sign

LINES: dict[Sign, dict[str, Any]] = {
    "claimed": {"color": screen("claimed-line"), "width": 2},
    "verified": {"color": screen("verified"), "width": 2},
    "earlier": {"color": screen("ink-3"), "width": 1.5, "dash": "dash"},
    "bound": {"color": screen("cat-4"), "width": 1.5, "dash": "dot"},
}


def radar_figure(chart: Radar) -> go.Figure:
    made = go.Figure(
        layout=layout(
            showlegend=True,
            margin={"l": 90, "r": 90, "t": 26, "b": 30},
            polar={
                "bgcolor": CLEAR,
                "radialaxis": {
                    "range": [0, float(chart.top)],
                    "dtick": 1 if chart.top <= 5 else 2,
                    "angle": 90,
                    "tickangle": 90,
                    "gridcolor": screen("line"),
                    "linecolor": screen("line"),
                    "tickfont": {"size": 10, "color": screen("ink-3")},
                },
                "angularaxis": {
                    "direction": "clockwise",
                    "rotation": 90,
                    "gridcolor": screen("line"),
                    "linecolor": screen("line"),
                },
                "gridshape": "linear",
            },
        )
    )
    for one in chart.series:
        made.add_trace(_outline(chart, one))
    return made


def _outline(chart: Radar, one: Series) -> go.Scatterpolar:
    known = [(name, value) for name, value in zip(chart.spokes, one.values, strict=True) if value is not None]
    known += known[:1]
    filled = one.sign in ("claimed", "verified")
    return go.Scatterpolar(
        theta=[name for name, _ in known],
        r=[float(value) for _, value in known],
        text=[f"{value} {chart.unit}" for _, value in known],
        name=one.name,
        mode="lines+markers" if filled else "lines",
        line=LINES[one.sign],
        marker={"size": 6, "color": screen("surface"), "line": LINES[one.sign]},
        fill="toself" if filled else "none",
        fillcolor=screen("verified" if one.sign == "verified" else "claimed-tint") if filled else None,
        opacity=0.9 if filled else 1,
        hovertemplate="%{theta}<br>%{text}<extra>" + one.name + "</extra>",
        hoveron="points",
    )


def bars_figure(chart: Bars) -> go.Figure:
    made = go.Figure(
        layout=layout(
            showlegend=True,
            barmode="group",
            bargap=0.35,
            margin={"l": 140, "r": 40, "t": 28, "b": 28},
            xaxis={
                "range": [0, float(chart.top) * 1.02],
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
                "showticklabels": False,
            },
            yaxis={
                "autorange": "reversed",
                "fixedrange": True,
                "showgrid": False,
                "linecolor": screen("line-strong"),
                "ticks": "",
            },
        )
    )
    for one in chart.series:
        outlined = one.sign != "verified"
        made.add_trace(
            go.Bar(
                orientation="h",
                y=list(chart.labels),
                x=[None if value is None else float(value) for value in one.values],
                text=["" if value is None else str(value) for value in one.values],
                textposition="outside",
                textfont={"color": screen("ink-2")},
                cliponaxis=False,
                name=one.name,
                marker={
                    "color": screen("verified" if one.sign == "verified" else "surface"),
                    "line": {"color": LINES[one.sign]["color"], "width": 1.2 if outlined else 0},
                    "pattern": {
                        "shape": "/" if one.sign == "claimed" else "",
                        "fgcolor": screen("claimed-line"),
                        "size": 6,
                        "solidity": 0.25,
                    },
                },
                hovertemplate="%{y}<br>%{text} " + chart.unit + "<extra>" + one.name + "</extra>",
            )
        )
    if chart.bound is not None:
        made.add_vline(x=float(chart.bound), line={"color": screen("cat-4"), "width": 2, "dash": "dash"})
        made.add_annotation(
            x=float(chart.bound),
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor="right",
            text=chart.bound_label,
            showarrow=False,
            font={"color": screen("ink")},
        )
    return made
