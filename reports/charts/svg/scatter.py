"""Points in a plane: filled for verified, rings for claimed; shape, size and line carry the meaning, not colour."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from math import sqrt

from reports.charts.palette import Inks
from reports.charts.spec import Guide, Mark, Scatter, Shape
from reports.charts.svg.writing import element, hatch, picture, place, text, width_of

Scale = Callable[[Decimal], float]
WIDTH, HEIGHT = 640, 430
LEFT, RIGHT, TOP, BOTTOM = 54, 18, 20, 78
SMALLEST, LARGEST = 3.5, 13.0
DASHES = {"even": "1 0", "near": "5 4", "far": "1 0"}


def draw_scatter(chart: Scatter, inks: Inks) -> str:
    across, up = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x_of(value: Decimal) -> float:
        return LEFT + across * float(value / chart.x.top)

    def y_of(value: Decimal) -> float:
        return TOP + up * (1 - float(value / chart.y.top))

    parts = [_zone(chart, inks, x_of, y_of)] if chart.zone else []
    parts.append(_axes(chart, inks, x_of, y_of))
    parts += [_guide(guide, inks, x_of, y_of) for guide in chart.guides]
    marks = sorted(chart.marks, key=lambda mark: (mark.stands_out, bool(mark.label), -mark.weight))
    parts += [_span(mark, inks, x_of, y_of) for mark in marks]
    parts += [_mark(mark, inks, x_of(mark.x), y_of(mark.y)) for mark in marks]
    parts += [_label(mark, inks, x_of(mark.x), y_of(mark.y)) for mark in marks if mark.label]
    zone = hatch(f"{chart.key}-zone", inks("line"), inks("surface-2"), gap=7, weight=0.8)
    return picture(
        chart, WIDTH, HEIGHT, element("defs", zone) + "".join(parts) + _legend(chart, inks, HEIGHT - 8)
    )


def _zone(chart: Scatter, inks: Inks, x_of: Scale, y_of: Scale) -> str:
    zone = chart.zone
    assert zone is not None
    left, right = x_of(zone.low[0]), x_of(zone.high[0])
    low, high = y_of(zone.low[1]), y_of(zone.high[1])
    return element(
        "rect",
        x=left,
        y=high,
        width=right - left,
        height=low - high,
        fill=f"url(#{chart.key}-zone)",
        stroke=inks("line-strong"),
        stroke_dasharray="4 3",
    ) + text(left + 8, high + 16, zone.label, fill=inks("ink"), size=12, bold=True)


def _axes(chart: Scatter, inks: Inks, x_of: Scale, y_of: Scale) -> str:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    lines = "".join(f"M{place(x_of(value))} {bottom}v5" for value, _words in chart.x.ticks)
    thin = "".join(f"M{LEFT} {place(y_of(value))}H{right}" for value, _words in chart.y.ticks)
    parts = [
        element("path", d=thin, stroke=inks("line"), stroke_width=0.7, fill="none"),
        element("path", d=f"M{LEFT} {TOP}V{bottom}H{right}{lines}", stroke=inks("line-strong"), fill="none"),
    ]
    for value, words in chart.x.ticks:
        parts.append(text(x_of(value), bottom + 18, words, fill=inks("ink-2"), size=11, anchor="middle"))
    for value, words in chart.y.ticks:
        parts.append(text(LEFT - 6, y_of(value) + 4, words, fill=inks("ink-2"), size=11, anchor="end"))
    parts.append(text(right, bottom + 36, chart.x.label, fill=inks("ink"), size=12, anchor="end"))
    parts.append(text(4, 12, chart.y.label, fill=inks("ink"), size=12))
    return "".join(parts)


def _guide(guide: Guide, inks: Inks, x_of: Scale, y_of: Scale) -> str:
    points = " ".join(f"{place(x_of(x))},{place(y_of(y))}" for x, y in guide.points)
    line = element(
        "polyline",
        points=points,
        fill="none",
        stroke=inks("ink-2" if guide.style != "near" else "ink-3"),
        stroke_width=1.4 if guide.style == "far" else 1,
        stroke_dasharray=DASHES[guide.style] if guide.style == "near" else None,
    )
    if not guide.label:
        return line
    x, y = guide.points[-1]
    return line + text(x_of(x) - 4, y_of(y) - 5, guide.label, fill=inks("ink-2"), size=10.5, anchor="end")


def radius_of(mark: Mark) -> float:
    """Of the drawn mark; several together grow with the root of their number."""
    if mark.count > 1:
        return min(LARGEST, 5.5 + 1.1 * sqrt(mark.count))
    return SMALLEST + (LARGEST - 4 - SMALLEST) * float(mark.weight)


def outline(shape: Shape, x: float, y: float, size: float) -> str:
    """The path of a sign of about the same area whatever its shape."""
    if shape == "square":
        half = size * 0.89
        return f"M{place(x - half)} {place(y - half)}h{place(2 * half)}v{place(2 * half)}h{place(-2 * half)}z"
    if shape == "triangle":
        return f"M{place(x)} {place(y - size * 1.25)}l{place(size * 1.17)} {place(size * 2.02)}h{place(-size * 2.34)}z"
    if shape == "diamond":
        half = size * 1.25
        return f"M{place(x)} {place(y - half)}l{place(half)} {place(half)}l{place(-half)} {place(half)}l{place(-half)} {place(-half)}z"
    return f"M{place(x - size)} {place(y)}a{place(size)} {place(size)} 0 1 0 {place(2 * size)} 0a{place(size)} {place(size)} 0 1 0 {place(-2 * size)} 0z"


def _mark(mark: Mark, inks: Inks, x: float, y: float) -> str:
    size = radius_of(mark)
    shape: Shape = "circle" if mark.count > 1 else mark.shape
    drawn = element(
        "path",
        d=outline(shape, x, y, size),
        fill=inks("verified") if mark.solid else inks("surface"),
        fill_opacity=0.85 if mark.solid else None,
        stroke=inks("ink" if mark.stands_out else "surface" if mark.solid else "verified"),
        stroke_width=2 if mark.stands_out else 1 if mark.solid else 1.5,
    )
    if mark.count > 1:
        ink = inks("surface") if mark.solid else inks("ink")
        drawn += text(x, y + 3.6, str(mark.count), fill=ink, size=10, anchor="middle", bold=True)
    return element("a", drawn, href=mark.address) if mark.address else drawn


def _span(mark: Mark, inks: Inks, x_of: Scale, y_of: Scale) -> str:
    parts: list[str] = []
    x, y = x_of(mark.x), y_of(mark.y)
    if mark.known_from is not None and mark.known_from != mark.x:
        parts.append(
            element(
                "path",
                d=f"M{place(x_of(mark.known_from))} {place(y)}H{place(x)}",
                stroke=inks("verified"),
                stroke_width=2.4,
            )
        )
    if mark.claimed_to is not None and mark.claimed_to != mark.x:
        end = x_of(mark.claimed_to)
        parts.append(
            element(
                "path", d=f"M{place(x)} {place(y)}H{place(end - 3)}", stroke=inks("claimed-line"), stroke_width=1.2, stroke_dasharray="3 3",
            )
        )  # fmt: skip
        parts.append(
            element("circle", cx=end, cy=y, r=3.2, fill=inks("surface"), stroke=inks("claimed-line"), stroke_width=1.3)
        )  # fmt: skip
    return "".join(parts)


def _label(mark: Mark, inks: Inks, x: float, y: float) -> str:
    gap = radius_of(mark) + 4
    fits = x + gap + width_of(mark.label, 11) < WIDTH
    return text(
        x + gap if fits else x - gap, y + 4, mark.label, fill=inks("ink"), size=11, anchor=None if fits else "end"
    )  # fmt: skip


def _legend(chart: Scatter, inks: Inks, y: float) -> str:
    parts: list[str] = []
    x = float(LEFT)
    for shape, solid, words in chart.legend:
        parts.append(
            element(
                "path",
                d=outline(shape, x + 6, y - 4, 5),
                fill=inks("verified") if solid else inks("surface"),
                stroke=inks("verified"),
                stroke_width=1.3,
            )
        )
        parts.append(text(x + 17, y, words, fill=inks("ink-2"), size=11))
        x += 17 + width_of(words, 11) + 16
    return "".join(parts)
