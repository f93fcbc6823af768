"""Items by levels: one trace per colour, and one unseen point per cell that speaks when pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from reports.charts.palette import screen, step
from reports.charts.plotly_figure.frame import Point, bare_axis, box, hatched, layout, outlines
from reports.charts.spec import Change, ChangeMap, HeatMap, Row
from reports.charts.svg.maps import CELL, sizes
from reports.charts.svg.writing import fitting


def heat_map_figure(chart: HeatMap) -> go.Figure:
    made = _grid(chart)
    uppers: dict[int, list[Sequence[Point]]] = {}
    lowers: dict[int, list[Sequence[Point]]] = {}
    doubles: list[Sequence[Point]] = []
    speaking: list[tuple[int, int, str, str, str]] = []
    for y, row in enumerate(chart.cells):
        for x, cell in enumerate(row):
            if cell is None:
                speaking.append((x, y, "–", "", "ink-3"))
                continue
            if cell.claimed:
                corners = ((x - 0.5, y - 0.5), (x + 0.5, y - 0.5), (x - 0.5, y + 0.5))
                uppers.setdefault(step(cell.claimed), []).append(corners)
            if cell.verified:
                corners = ((x + 0.5, y - 0.5), (x + 0.5, y + 0.5), (x - 0.5, y + 0.5))
                lowers.setdefault(step(cell.verified), []).append(corners)
            if cell.borderline:
                doubles += [((x - 0.44, y + at), (x + 0.44, y + at)) for at in (0.3, 0.42)]
            ink = "ink" if cell.verified is None else f"on-level-{step(cell.verified)}"
            sign = "✓" if cell.passes else cell.mark
            speaking.append((x, y, sign, f"{chart.columns[x]}<br>{cell.says}", ink))
    for number, shapes in sorted(uppers.items()):
        made.add_trace(outlines(shapes, fill="toself", fillpattern=hatched(f"level-{number}", "surface")))
    for number, shapes in sorted(lowers.items()):
        made.add_trace(outlines(shapes, fill="toself", fillcolor=screen(f"level-{number}")))
    made.add_trace(outlines(doubles, closed=False, line={"color": screen("ink"), "width": 1}))
    _speak(made, chart.rows, speaking, shift=0.33)
    for name, look in (
        (chart.claimed_label, {"fillpattern": hatched("level-5", "surface")}),
        (chart.verified_label, {"fillcolor": screen("verified" if chart.has_verified else "surface")}),
    ):
        made.add_trace(outlines([], fill="toself", name=name, showlegend=True, **look))
    return made


def change_map_figure(chart: ChangeMap) -> go.Figure:
    made = _grid(chart)
    looks: dict[Change, tuple[dict[str, Any], str, str]] = {
        "gained": ({"fillcolor": screen("cat-1")}, "▲", "surface"),
        "lost": ({"fillcolor": screen("cat-4")}, "▼", "cat-8"),
        "kept": ({"fillpattern": hatched("level-2", "surface")}, "", "ink"),
        "none": ({"fillcolor": screen("surface")}, "", "ink"),
    }
    speaking: list[tuple[int, int, str, str, str]] = []
    shapes: dict[Change, list[Sequence[Point]]] = {}
    for y, row in enumerate(chart.cells):
        for x, cell in enumerate(row):
            if cell is None:
                speaking.append((x, y, "–", "", "ink-3"))
                continue
            shapes.setdefault(cell.change, []).append(box(x - 0.5, y - 0.5, x + 0.5, y + 0.5))
            _, sign, ink = looks[cell.change]
            speaking.append((x, y, sign, f"{chart.columns[x]}<br>{cell.says}", ink))
    for change, words in chart.labels:
        look, sign, _ = looks[change]
        made.add_trace(
            outlines(shapes.get(change, []), fill="toself", name=f"{sign}{words}", showlegend=True, **look)
        )
    _speak(made, chart.rows, speaking, shift=0)
    return made


def _grid(chart: HeatMap | ChangeMap) -> go.Figure:
    """Names, grid lines, stronger lines between roles, the bracket over the target; laid out as on paper."""
    rows, columns, target = chart.rows, chart.columns, chart.target
    right, bottom = len(columns) - 0.5, len(rows) - 0.5
    room, _, _ = sizes(chart)
    start = -0.5 - room / CELL
    made = go.Figure(
        layout=layout(
            showlegend=True,
            margin={"l": 0, "r": 6, "t": 32, "b": 30},
            xaxis=bare_axis(
                start,
                right,
                showticklabels=True,
                side="top",
                tickvals=list(range(len(columns))),
                ticktext=list(columns),
            ),
            yaxis=bare_axis(bottom, -0.5),
        )
    )
    made.add_trace(
        go.Scatter(
            x=[start + 0.15] * len(rows),
            y=list(range(len(rows))),
            mode="text",
            textposition="middle right",
            text=[_name(row, room) for row in rows],
            textfont={"size": 11.5, "color": screen("ink")},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    thin: list[Sequence[Point]] = [((x - 0.5, -0.5), (x - 0.5, bottom)) for x in range(len(columns) + 1)]
    strong: list[Sequence[Point]] = []
    for y in range(len(rows) + 1):
        if y in (0, len(rows)) or rows[y].group != rows[y - 1].group:
            strong.append(((start + 0.1, y - 0.5), (right, y - 0.5)))
        else:
            thin.append(((-0.5, y - 0.5), (right, y - 0.5)))
    made.add_trace(outlines(thin, closed=False, line={"color": screen("line"), "width": 1}))
    made.add_trace(outlines(strong, closed=False, line={"color": screen("line-strong"), "width": 1.2}))
    if target is not None:
        low, high = target - 0.42, target + 0.42
        made.add_shape(
            type="path",
            xref="x",
            yref="paper",
            path=f"M{low},1.012 L{low},1.032 L{high},1.032 L{high},1.012",
            line={"color": screen("ink"), "width": 2},
        )
    return made


def _name(row: Row, room: int) -> str:
    sign = {True: "■ ", False: "○ ", None: ""}[row.basic]
    return sign + fitting(f"{row.code} {row.name}", room - 34, 11.5)


def _speak(
    made: go.Figure, rows: tuple[Row, ...], cells: list[tuple[int, int, str, str, str]], *, shift: float
) -> None:
    made.add_trace(
        go.Scatter(
            x=[x + shift for x, *_ in cells],
            y=[y for _, y, *_ in cells],
            mode="text",
            text=[sign for _, _, sign, _, _ in cells],
            textfont={"size": 11, "weight": 700, "color": [screen(ink) for *_, ink in cells]},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    made.add_trace(
        go.Scatter(
            x=[x for x, *_ in cells],
            y=[y for _, y, *_ in cells],
            mode="markers",
            marker={"size": 18, "symbol": "square", "opacity": 0},
            text=[f"{rows[y].code} {rows[y].name} · {says}" for _, y, _, says, _ in cells],
            customdata=[rows[y].address for _, y, *_ in cells],
            hovertemplate="%{text}<extra></extra>",
            showlegend=False,
        )
    )
