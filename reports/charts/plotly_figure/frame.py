"""What all figures share: a calm layout, and outlines made of one trace each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import plotly.graph_objects as go

from reports.charts.palette import screen

Point = tuple[float, float]
CLEAR = "rgba(0,0,0,0)"


def layout(**more: Any) -> go.Layout:
    base: dict[str, Any] = {
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"color": screen("ink"), "size": 12},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": screen("surface"),
            "bordercolor": screen("line-strong"),
            "font": {"color": screen("ink")},
            "align": "left",
        },
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": -0.02,
            "yanchor": "top",
            "font": {"color": screen("ink-2")},
        },
    }
    return go.Layout(**(base | more))


def bare_axis(low: float, high: float, **more: Any) -> dict[str, Any]:
    """An axis without line, ticks or zoom."""
    return {
        "range": [low, high],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "showticklabels": False,
        "ticks": "",
    } | more


def outlines(shapes: Iterable[Sequence[Point]], *, closed: bool = True, **look: Any) -> go.Scatter:
    """Many outlines as one trace, with gaps between them."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for points in shapes:
        for x, y in (*points, *points[:1]) if closed else points:
            xs.append(round(x, 3))
            ys.append(round(y, 3))
        xs.append(None)
        ys.append(None)
    if not xs:
        xs, ys = [None], [None]  # nothing to draw, but its sign stays in the legend
    base: dict[str, Any] = {"mode": "lines", "hoverinfo": "skip", "line": {"width": 0}, "showlegend": False}
    return go.Scatter(x=xs, y=ys, **(base | look))


def hatched(ground: str, line: str) -> dict[str, Any]:
    """The sign for claimed, as a fill."""
    return {"shape": "/", "fgcolor": screen(line), "bgcolor": screen(ground), "size": 5, "solidity": 0.28}


def box(x0: float, y0: float, x1: float, y1: float) -> tuple[Point, ...]:
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)
