"""Points in a plane: one trace per look, one for each line, and words when pointed at."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import plotly.graph_objects as go

from reports.charts.palette import screen
from reports.charts.plotly_figure.frame import box, layout, outlines
from reports.charts.spec import Axis, Mark, Scatter
from reports.charts.svg.scatter import radius_of

SYMBOLS = {"circle": "circle", "square": "square", "triangle": "triangle-up", "diamond": "diamond"}


def scatter_figure(chart: Scatter) -> go.Figure:
    made = go.Figure(
        layout=layout(
            margin={"l": 54, "r": 18, "t": 22, "b": 50},
            xaxis=_axis(chart.x) | {"title": {"text": chart.x.label, "standoff": 8}},
            yaxis=_axis(chart.y, grid=True),
        )
    )
    if chart.zone is not None:
        (x0, y0), (x1, y1) = chart.zone.low, chart.zone.high
        corners = box(float(x0), float(y0), float(x1), float(y1))
        made.add_trace(
            outlines(
                [corners],
                fill="toself",
                fillpattern={"shape": "/", "fgcolor": screen("line"), "bgcolor": screen("surface-2"), "size": 7, "solidity": 0.15},
                line={"color": screen("line-strong"), "width": 1, "dash": "dash"},
            )
        )  # fmt: skip
        made.add_annotation(
            x=float(x0), y=float(y1), text=chart.zone.label, showarrow=False, xanchor="left", yanchor="top", xshift=6
        )  # fmt: skip
    for guide in chart.guides:
        look = {"even": ("ink-2", 1, "solid"), "near": ("ink-3", 1, "dash"), "far": ("ink-2", 1.5, "solid")}[
            guide.style
        ]
        points = [(float(x), float(y)) for x, y in guide.points]
        made.add_trace(
            outlines(
                [points], closed=False, line={"color": screen(look[0]), "width": look[1], "dash": look[2]}
            )
        )
        if guide.label:
            made.add_annotation(
                x=points[-1][0], y=points[-1][1], text=guide.label, showarrow=False, xanchor="right", yanchor="bottom",
                font={"size": 10, "color": screen("ink-2")},
            )  # fmt: skip
    made.add_annotation(
        x=0, y=1, xref="paper", yref="paper", text=chart.y.label, showarrow=False, xanchor="left", yanchor="bottom", xshift=-50
    )  # fmt: skip
    _spans(made, chart)
    looks: dict[tuple[str, bool, bool], list[Mark]] = defaultdict(list)
    for mark in chart.marks:
        looks[("circle" if mark.count > 1 else mark.shape, mark.solid, mark.stands_out)].append(mark)
    for (shape, solid, out), marks in sorted(looks.items(), key=lambda pair: pair[0][2]):
        made.add_trace(_points(marks, shape, solid, out))
    for mark in chart.marks:
        if mark.label:
            made.add_annotation(
                x=float(mark.x), y=float(mark.y), text=mark.label, showarrow=False, xanchor="left", xshift=radius_of(mark) + 3,
                font={"size": 11},
            )  # fmt: skip
    return made


def _axis(axis: Axis, *, grid: bool = False) -> dict[str, Any]:
    return {
        "range": [0, float(axis.top)],
        "fixedrange": True,
        "showgrid": grid,
        "gridcolor": screen("line"),
        "zeroline": False,
        "linecolor": screen("line-strong"),
        "tickmode": "array",
        "tickvals": [float(value) for value, _words in axis.ticks],
        "ticktext": [words for _value, words in axis.ticks],
    }


def _spans(made: go.Figure, chart: Scatter) -> None:
    sure = [
        [(float(mark.known_from), float(mark.y)), (float(mark.x), float(mark.y))]
        for mark in chart.marks
        if mark.known_from is not None and mark.known_from != mark.x
    ]
    said = [
        [(float(mark.x), float(mark.y)), (float(mark.claimed_to), float(mark.y))]
        for mark in chart.marks
        if mark.claimed_to is not None and mark.claimed_to != mark.x
    ]
    made.add_trace(outlines(sure, closed=False, line={"color": screen("verified"), "width": 2.4}))
    made.add_trace(
        outlines(said, closed=False, line={"color": screen("claimed-line"), "width": 1.2, "dash": "dot"})
    )
    made.add_trace(
        go.Scatter(
            x=[end[1][0] for end in said],
            y=[end[1][1] for end in said],
            mode="markers",
            hoverinfo="skip",
            showlegend=False,
            marker={
                "size": 7,
                "color": screen("surface"),
                "line": {"color": screen("claimed-line"), "width": 1.3},
            },
        )
    )


def _points(marks: list[Mark], shape: str, solid: bool, out: bool) -> go.Scatter:
    several = any(mark.count > 1 for mark in marks)
    return go.Scatter(
        x=[float(mark.x) for mark in marks],
        y=[float(mark.y) for mark in marks],
        mode="markers+text" if several else "markers",
        text=[str(mark.count) if mark.count > 1 else "" for mark in marks],
        textfont={"size": 10, "color": screen("surface" if solid else "ink")},
        hovertext=[mark.says for mark in marks],
        hovertemplate="%{hovertext}<extra></extra>",
        customdata=[mark.address or None for mark in marks],
        showlegend=False,
        cliponaxis=False,
        marker={
            "symbol": SYMBOLS[shape],
            "size": [round(2 * radius_of(mark), 1) for mark in marks],
            "color": screen("verified" if solid else "surface"),
            "opacity": 0.9,
            "line": {
                "color": screen("ink" if out else "surface" if solid else "verified"),
                "width": 2 if out else 1,
            },
        },
    )
