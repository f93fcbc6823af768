"""The gauge and the gate strip, drawn from outlines with the geometry of the SVG renderer."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from accounts.drawings import (
    CENTRE_X,
    CENTRE_Y,
    INNER,
    INNER_FROM,
    INNER_TO,
    OUTER,
    START,
    SWEEP,
)
from reports.charts.palette import screen
from reports.charts.plotly_figure.frame import Point, bare_axis, box, hatched, layout, outlines
from reports.charts.spec import GateBar, GateStrip, Gauge


def _on_arc(radius: float, share: float) -> Point:
    angle = math.radians(START - SWEEP * share)
    return CENTRE_X + radius * math.cos(angle), CENTRE_Y - radius * math.sin(angle)


def _band(share: float, inner: float, outer: float, start: float = 0.0) -> list[Point]:
    steps = max(2, math.ceil((share - start) * 60))
    along = [start + (share - start) * number / steps for number in range(steps + 1)]
    return [_on_arc(outer, at) for at in along] + [_on_arc(inner, at) for at in reversed(along)]


def gauge_figure(chart: Gauge) -> go.Figure:
    top = float(chart.top)
    made = go.Figure(
        layout=layout(
            showlegend=True,
            margin={"l": 0, "r": 0, "t": 0, "b": 24},
            xaxis=bare_axis(0, 200),
            yaxis=bare_axis(158, 0, scaleanchor="x"),
            legend={"orientation": "h", "x": 0.5, "xanchor": "center", "y": 0, "yanchor": "top"},
        )
    )
    made.add_trace(
        outlines(
            [_band(1, INNER, OUTER)],
            fill="toself",
            fillcolor=screen("surface-2"),
            line={"color": screen("line"), "width": 1},
        )
    )
    made.add_trace(
        outlines(
            [_band(float(chart.claimed) / top, INNER, OUTER)] if chart.claimed else [],
            fill="toself",
            fillpattern=hatched("claimed-tint", "claimed-line"),
            line={"color": screen("claimed-line"), "width": 2},
            name=chart.claimed_label,
            showlegend=True,
            text=chart.claimed_label,
            hoverinfo="text",
            hoveron="fills",
        )
    )
    verified = chart.verified or 0
    made.add_trace(
        outlines(
            [_band(float(verified) / top, INNER_FROM, INNER_TO)] if verified else [],
            fill="toself",
            fillcolor=screen("verified" if chart.verified is not None else "surface"),
            line={"color": screen("verified"), "width": 1},
            name=chart.verified_label,
            showlegend=True,
        )
    )
    if chart.target is not None:
        at, half = chart.target / top, 4.5 / SWEEP
        roof = [_on_arc(OUTER + 6, at - half + 2 * half * number / 6) for number in range(7)]
        arms = [_on_arc(OUTER + 1, at - half), *roof, _on_arc(OUTER + 1, at + half)]
        made.add_trace(outlines([arms], closed=False, line={"color": screen("ink"), "width": 2}))
    for level in range(chart.top + 1):
        x, y = _on_arc(INNER - 10, level / top)
        made.add_annotation(
            x=x,
            y=y,
            text=str(level),
            showarrow=False,
            font={
                "size": 10,
                "color": screen("ink" if level == chart.target else "ink-3"),
                "weight": 700 if level == chart.target else 400,
            },
        )
    made.add_annotation(
        x=CENTRE_X,
        y=92,
        text=chart.figure,
        showarrow=False,
        font={"size": 28, "weight": 700, "color": screen("ink")},
    )
    made.add_annotation(
        x=CENTRE_X,
        y=114,
        text=chart.figure_label,
        showarrow=False,
        font={"size": 12, "color": screen("ink-2")},
    )
    return made


def gate_strip_figure(chart: GateStrip) -> go.Figure:
    rows, columns = len(chart.gates), len(chart.levels)
    made = go.Figure(
        layout=layout(
            margin={"l": 76, "r": 4, "t": 30, "b": 8},
            xaxis=bare_axis(
                -0.5,
                columns - 0.5,
                showticklabels=True,
                side="top",
                tickvals=list(range(columns)),
                ticktext=[f"[{one.label}]" if one.target else one.label for one in chart.levels],
            ),
            yaxis=bare_axis(
                rows - 0.5,
                -0.5,
                showticklabels=True,
                tickvals=list(range(rows)),
                ticktext=[name for _, name in chart.gates],
            ),
        )
    )
    places = [(x, y, bar) for x, level in enumerate(chart.levels) for y, bar in enumerate(level.bars)]
    made.add_trace(
        outlines(
            (box(x - 0.44, y - 0.42, x + 0.44, y - 0.24) for x, y, _ in places),
            fill="toself",
            fillcolor=screen("surface-2"),
            line={"color": screen("line-strong"), "width": 0.8},
        )
    )
    for holds, ink in ((True, "level-5"), (False, "level-1")):
        filled = [(x, y, _share(bar)) for x, y, bar in places if bar.holds is holds and _share(bar) > 0]
        made.add_trace(
            outlines(
                (box(x - 0.44, y - 0.42, x - 0.44 + 0.88 * share, y - 0.24) for x, y, share in filled),
                fill="toself",
                fillcolor=screen(ink),
            )
        )
    focus = [(x, y) for x, y, bar in places if bar.focus]
    made.add_trace(
        outlines(
            (box(x - 0.48, y - 0.49, x + 0.48, y + 0.46) for x, y in focus),
            line={"color": screen("block"), "width": 2},
        )
    )
    depends = [x for x, level in enumerate(chart.levels) if level.depends]
    made.add_trace(
        outlines(
            (box(x - 0.495, -0.495, x + 0.495, rows - 0.505) for x in depends),
            line={"color": screen("ink-2"), "width": 1.4, "dash": "dot"},
        )
    )
    made.add_trace(
        go.Scatter(
            x=[x - 0.44 for x, _, _ in places],
            y=[y + 0.1 for _, y, _ in places],
            mode="text",
            textposition="middle right",
            text=[_words(bar) for _, _, bar in places],
            textfont={"size": 11, "color": [screen("block" if bar.focus else "ink") for _, _, bar in places]},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    return made


def _share(bar: GateBar) -> float:
    return 1.0 if not bar.need else min(1.0, float(bar.have / bar.need))


def _words(bar: GateBar) -> str:
    sign = "✓ " if bar.holds else ""
    return f"{sign}{bar.figures}" + (f"<br>{bar.reason}" if bar.reason else "")
