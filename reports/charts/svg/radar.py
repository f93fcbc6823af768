"""The radar by role: one outline per series, claimed hatched, verified solid, bounds dotted."""

from __future__ import annotations

import math
from decimal import Decimal

from reports.charts.palette import Inks
from reports.charts.spec import Radar, Series, Sign
from reports.charts.svg.writing import (
    claimed_hatch,
    element,
    fitting,
    legend,
    picture,
    place,
    text,
)

WIDTH, HEIGHT = 480, 388
CENTRE = (240.0, 182.0)
RADIUS = 126.0
ORDER: tuple[Sign, ...] = ("bound", "earlier", "claimed", "verified")


def spoke(number: int, count: int, share: float) -> tuple[float, float]:
    """A point on a spoke; the first points up, the others follow clockwise."""
    angle = 2 * math.pi * number / count - math.pi / 2
    return CENTRE[0] + RADIUS * share * math.cos(angle), CENTRE[1] + RADIUS * share * math.sin(angle)


def draw_radar(chart: Radar, inks: Inks) -> str:
    count = len(chart.spokes)
    definition, claimed = claimed_hatch(chart, inks)
    parts: list[str] = []
    rings = [number for number in range(1, int(chart.top) + 1) if int(chart.top) <= 5 or number % 2 == 0]
    for ring in rings:
        share = ring / float(chart.top)
        points = " ".join(_pair(spoke(number, count, share)) for number in range(count))
        parts.append(element("polygon", points=points, fill="none", stroke=inks("line")))
    for number, name in enumerate(chart.spokes):
        x, y = spoke(number, count, 1)
        parts.append(element("line", x1=CENTRE[0], y1=CENTRE[1], x2=x, y2=y, stroke=inks("line")))
        parts.append(_label(number, count, name, inks))
    for one in sorted(chart.series, key=lambda series: ORDER.index(series.sign)):
        parts.append(_outline(one, count, chart.top, claimed, inks))
    for ring in rings:
        parts.append(
            text(
                CENTRE[0] + 4,
                CENTRE[1] - RADIUS * ring / float(chart.top) + 4,
                str(ring),
                fill=inks("ink-3"),
                size=10,
            )
        )
    signs = [
        (
            {"claimed": claimed, "verified": inks("verified")}.get(one.sign, "none"),
            {"earlier": inks("ink-3"), "bound": inks("cat-4")}.get(one.sign, inks("claimed-line")),
            one.name,
        )
        for one in chart.series
    ]
    return picture(
        chart,
        WIDTH,
        HEIGHT,
        element("defs", definition) + "".join(parts) + legend(signs, x=12, y=HEIGHT - 8, inks=inks),
    )


def _pair(point: tuple[float, float]) -> str:
    return f"{place(point[0])},{place(point[1])}"


def in_two_lines(name: str) -> list[str]:
    """A long name broken at the space nearest its middle; Chinese names are short."""
    if len(name) <= 16 or " " not in name:
        return [name]
    places = [place for place, letter in enumerate(name) if letter == " "]
    cut = min(places, key=lambda place: abs(place - len(name) / 2))
    return [name[:cut], name[cut + 1 :]]


def _label(number: int, count: int, name: str, inks: Inks) -> str:
    x, y = spoke(number, count, 1.09)
    sideways = x - CENTRE[0]
    anchor = "middle" if abs(sideways) < 12 else "start" if sideways > 0 else "end"
    room = 190 if anchor == "middle" else WIDTH - x - 4 if anchor == "start" else x - 4
    lines = in_two_lines(name)
    above = y < CENTRE[1] - 100
    first = y + (10 if y > CENTRE[1] + 60 else -14 * (len(lines) - 1) if above else 4 - 7 * (len(lines) - 1))
    return "".join(
        text(x, first + 14 * place, fitting(line, room, 12), fill=inks("ink"), size=12, anchor=anchor)
        for place, line in enumerate(lines)
    )


def _outline(one: Series, count: int, top: Decimal, claimed: str, inks: Inks) -> str:
    points = [
        spoke(number, count, float(value / top))
        for number, value in enumerate(one.values)
        if value is not None
    ]
    line = {"earlier": inks("ink-3"), "bound": inks("cat-4")}.get(one.sign, inks("claimed-line"))
    outline = element(
        "polygon",
        points=" ".join(map(_pair, points)),
        fill={"claimed": claimed, "verified": inks("verified")}.get(one.sign, "none"),
        fill_opacity=0.85 if one.sign == "verified" else 0.75 if one.sign == "claimed" else None,
        stroke=line,
        stroke_width=1.4 if one.sign in ("earlier", "bound") else 2,
        stroke_dasharray={"earlier": "5 3", "bound": "2 3"}.get(one.sign),
        stroke_linejoin="round",
    )
    if one.sign not in ("claimed", "verified"):
        return outline
    dots = (
        element("circle", cx=x, cy=y, r=2.6, fill=inks("surface"), stroke=line, stroke_width=1.4)
        for x, y in points
    )
    return outline + "".join(dots)
