"""Items by levels: one trace per colour, and one unseen point per cell that speaks when pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from reports.charts.palette import screen, step
from reports.charts.plotly_figure.frame import Point, bare_axis, box, hatched, layout, outlines
from reports.charts.spec import Change, ChangeMap, HeatMap, Row

LEFT = 200


def heat_map_figure(chart: HeatMap) -> go.Figure:
    made = _grid(chart.rows, chart.columns, chart.target)
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
    _speak(made, chart.rows, speaking, shift=0.28)
    for name, look in (
        (chart.claimed_label, {"fillpattern": hatched("level-5", "surface")}),
        (chart.verified_label, {"fillcolor": screen("verified" if chart.has_verified else "surface")}),
    ):
        made.add_trace(outlines([], fill="toself", name=name, showlegend=True, **look))
    return made


def change_map_figure(chart: ChangeMap) -> go.Figure:
    made = _grid(chart.rows, chart.columns, chart.target)
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


def _grid(rows: tuple[Row, ...], columns: tuple[str, ...], target: int | None) -> go.Figure:
    """Names, grid lines, stronger lines between roles, the bracket over the target."""
    right, bottom = len(columns) - 0.5, len(rows) - 0.5
    made = go.Figure(
        layout=layout(
            showlegend=True,
            margin={"l": LEFT, "r": 6, "t": 32, "b": 30},
            xaxis=bare_axis(
                -0.5,
                right,
                showticklabels=True,
                side="top",
                tickvals=list(range(len(columns))),
                ticktext=list(columns),
            ),
            yaxis=bare_axis(
                bottom,
                -0.5,
                showticklabels=True,
                tickvals=list(range(len(rows))),
                ticktext=[_name(row) for row in rows],
                tickfont={"size": 11.5},
            ),
        )
    )
    thin: list[Sequence[Point]] = [((x - 0.5, -0.5), (x - 0.5, bottom)) for x in range(len(columns) + 1)]
    strong: list[Sequence[Point]] = []
    for y in range(len(rows) + 1):
        changes = y in (0, len(rows)) or rows[y].group != rows[y - 1].group
        (strong if changes else thin).append(((-0.5, y - 0.5), (right, y - 0.5)))
    made.add_trace(outlines(thin, closed=False, line={"color": screen("line"), "width": 1}))
    made.add_trace(outlines(strong, closed=False, line={"color": screen("line-strong"), "width": 1.2}))
    if target is not None:
        made.add_shape(
            type="path",
            xref="x",
            yref="paper",
            path=f"M{target - 0.42},1.012 L{target - 0.42},1.032 L{target + 0.42},1.032 L{target + 0.42},1.012",
            line={"color": screen("ink"), "width": 2},
        )
    return made


def _name(row: Row) -> str:
    sign = {True: "■ ", False: "○ ", None: ""}[row.basic]
    name = row.name if len(row.name) <= 22 else f"{row.name[:21]}…"
    return f"{sign}{row.code} {name}"


def _speak(
    made: go.Figure, rows: tuple[Row, ...], cells: list[tuple[int, int, str, str, str]], *, shift: float
) -> None:
    made.add_trace(
        go.Scatter(
            x=[x + shift for x, *_ in cells],
            y=[y for _, y, *_ in cells],
            mode="text",
            text=[sign for _, _, sign, _, _ in cells],
            textfont={"size": 11, "color": [screen(ink) for *_, ink in cells]},
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
