"""Radar and bars. The radar is outlines too: Plotly's basic bundle, a fifth of the whole, has no polar axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from reports.charts.palette import screen
from reports.charts.plotly_figure.frame import Point, bare_axis, hatched, layout, outlines
from reports.charts.spec import Bars, Radar, Series, Sign
from reports.charts.svg.radar import CENTRE, HEIGHT, ORDER, RADIUS, WIDTH, in_two_lines, spoke

LINES: dict[Sign, dict[str, Any]] = {
    "claimed": {"color": screen("claimed-line"), "width": 2},
    "verified": {"color": screen("verified"), "width": 2},
    "earlier": {"color": screen("ink-3"), "width": 1.5, "dash": "dash"},
    "bound": {"color": screen("cat-4"), "width": 1.5, "dash": "dot"},
}


def radar_figure(chart: Radar) -> go.Figure:
    count, top = len(chart.spokes), float(chart.top)
    made = go.Figure(
        layout=layout(
            showlegend=True,
            margin={"l": 0, "r": 0, "t": 0, "b": 26},
            xaxis=bare_axis(0, WIDTH),
            yaxis=bare_axis(HEIGHT - 26, 0, scaleanchor="x"),
        )
    )
    rings = [ring for ring in range(1, int(top) + 1) if top <= 5 or ring % 2 == 0]
    webs: list[Sequence[Point]] = [[spoke(n, count, ring / top) for n in range(count)] for ring in rings]
    thin = {"color": screen("line"), "width": 1}
    made.add_trace(outlines(webs, line=thin))
    made.add_trace(outlines(((CENTRE, spoke(n, count, 1)) for n in range(count)), closed=False, line=thin))
    for one in sorted(chart.series, key=lambda series: ORDER.index(series.sign)):
        made.add_traces(_outline(chart, one))
    for number, name in enumerate(chart.spokes):
        x, y = spoke(number, count, 1.07)
        sideways = x - CENTRE[0]
        made.add_annotation(
            x=x,
            y=y,
            text="<br>".join(in_two_lines(name)),
            showarrow=False,
            align="center" if abs(sideways) < 12 else "left" if sideways > 0 else "right",
            xanchor="center" if abs(sideways) < 12 else "left" if sideways > 0 else "right",
            yanchor="top" if y > CENTRE[1] + 60 else "bottom" if y < CENTRE[1] - 100 else "middle",
        )
    for ring in rings:
        made.add_annotation(
            x=CENTRE[0] + 8,
            y=CENTRE[1] - RADIUS * ring / top,
            text=str(ring),
            showarrow=False,
            font={"size": 10, "color": screen("ink-3")},
        )
    return made


def _outline(chart: Radar, one: Series) -> list[go.Scatter]:
    known = [
        (spoke(place, len(chart.spokes), float(value / chart.top)), chart.spokes[place], value)
        for place, value in enumerate(one.values)
        if value is not None
    ]
    look: dict[str, Any] = {"line": LINES[one.sign], "name": one.name, "showlegend": True}
    if one.sign == "claimed":
        look |= {"fill": "toself", "fillpattern": hatched("claimed-tint", "claimed-line")}
    elif one.sign == "verified":
        look |= {"fill": "toself", "fillcolor": screen("verified")}
    made = [outlines([[point for point, _, _ in known]], **look)]
    if one.sign in ("claimed", "verified"):
        made.append(
            go.Scatter(
                x=[round(x, 2) for (x, _), _, _ in known],
                y=[round(y, 2) for (_, y), _, _ in known],
                mode="markers",
                marker={"size": 6, "color": screen("surface"), "line": LINES[one.sign]},
                text=[f"{name}<br>{value} {chart.unit}" for _, name, value in known],
                hovertemplate="%{text}<extra>" + one.name + "</extra>",
                showlegend=False,
            )
        )
    return made


def bars_figure(chart: Bars) -> go.Figure:
    # values stand beside the labels where a bound is drawn: at the end of a bar they would lie under its line
    beside = chart.bound is not None and len(chart.series) == 1
    made = go.Figure(
        layout=layout(
            showlegend=True,
            barmode="group",
            bargap=0.35,
            margin={"l": 8, "r": 44, "t": 28, "b": 28},
            xaxis={
                "range": [0, float(chart.top) * 1.02],
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
                "showticklabels": False,
            },
            yaxis={
                "autorange": "reversed",
                "automargin": True,
                "fixedrange": True,
                "showgrid": False,
                "linecolor": screen("line-strong"),
                "ticks": "",
                "tickmode": "array",
                "tickvals": list(chart.labels),
                "ticktext": _with_values(chart) if beside else list(chart.labels),
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
                textposition="none" if beside else "outside",
                constraintext="none",
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


def _with_values(chart: Bars) -> list[str]:
    values = chart.series[0].values
    return [f"{label} {value or ''}".strip() for label, value in zip(chart.labels, values, strict=True)]
