"""Values over years as lines: the shape of the points and the dash tell them apart, not colour."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import get_args

from reports.charts.palette import Inks
from reports.charts.spec import Lines, Series, Shape, Sign
from reports.charts.svg.scatter import outline
from reports.charts.svg.writing import element, picture, place, text, width_of

WIDTH, HEIGHT = 480, 280
LEFT, RIGHT, TOP, BOTTOM = 44, 58, 14, 66
APART = 13  # least distance of two figures at the end of their lines
SHAPES: tuple[Shape, ...] = get_args(Shape)
#: sign -> (ink, width, dashes)
LOOKS: dict[Sign, tuple[str, float, str | None]] = {
    "claimed": ("claimed-line", 1.6, "5 3"),
    "verified": ("verified", 2.4, None),
    "earlier": ("ink-3", 1.4, "2 3"),
    "bound": ("cat-4", 1.6, "7 4"),
}


def draw_lines(chart: Lines, inks: Inks) -> str:
    across, up = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    step = across / max(1, len(chart.labels) - 1)

    def x_of(number: int) -> float:
        return LEFT + (step * number if len(chart.labels) > 1 else across / 2)

    def y_of(value: Decimal) -> float:
        return TOP + up * (1 - float(value / chart.top))

    parts = [
        _axes(chart, inks, [x_of(n) for n in range(len(chart.labels))], [y_of(v) for v, _w in chart.ticks])
    ]
    for number, one in enumerate(chart.series):
        known = [(x_of(n), y_of(value)) if value is not None else None for n, value in enumerate(one.values)]
        parts.append(_line(one, known, SHAPES[number], inks))
    ends = sorted((y_of(value), str(value)) for one in chart.series if (value := _newest(one)) is not None)
    for y, words in _spread(ends):
        parts.append(text(WIDTH - RIGHT + 12, y + 4, words, fill=inks("ink"), size=11, kind="figure"))
    return picture(chart, WIDTH, HEIGHT, "".join(parts) + _legend(chart, inks))


def _newest(one: Series) -> Decimal | None:
    return next((value for value in reversed(one.values) if value is not None), None)


def _spread(ends: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Figures in order of height, moved down where they would lie over each other."""
    found: list[tuple[float, str]] = []
    for y, words in ends:
        found.append((max(y, found[-1][0] + APART) if found else y, words))
    return found


def _axes(chart: Lines, inks: Inks, xs: Sequence[float], ys: Sequence[float]) -> str:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    thin = "".join(f"M{LEFT} {place(y)}H{right}" for y in ys)
    parts = [
        element("path", d=thin, stroke=inks("line"), stroke_width=0.7, fill="none") if thin else "",
        element("path", d=f"M{LEFT} {TOP}V{bottom}H{right}", stroke=inks("line-strong"), fill="none"),
    ]
    for y, (_value, words) in zip(ys, chart.ticks, strict=True):
        parts.append(text(LEFT - 6, y + 4, words, fill=inks("ink-2"), size=11, anchor="end"))
    for x, label in zip(xs, chart.labels, strict=True):
        parts.append(text(x, bottom + 18, label, fill=inks("ink-2"), size=11, anchor="middle"))
    return "".join(parts)


def _line(one: Series, known: Sequence[tuple[float, float] | None], shape: Shape, inks: Inks) -> str:
    ink, width, dashes = LOOKS[one.sign]
    path, before = "", None
    for point in known:
        if point is not None:
            path += f"{'L' if before else 'M'}{place(point[0])} {place(point[1])}"
        before = point
    solid = one.sign == "verified"
    points = "".join(outline(shape, x, y, 3.6) for x, y in (point for point in known if point))
    if not points:
        return ""
    return element(
        "path", d=path, fill="none", stroke=inks(ink), stroke_width=width, stroke_dasharray=dashes
    ) + element("path", d=points, fill=inks(ink if solid else "surface"), stroke=inks(ink), stroke_width=1.4)


def _legend(chart: Lines, inks: Inks) -> str:
    parts: list[str] = []
    x, y = float(LEFT), HEIGHT - 26.0
    for number, one in enumerate(chart.series):
        needed = 36 + width_of(one.name, 11) + 12
        if x > LEFT and x + needed > WIDTH:
            x, y = float(LEFT), y + 17
        ink, width, dashes = LOOKS[one.sign]
        parts.append(
            element("path", d=f"M{place(x)} {place(y - 4)}h28", stroke=inks(ink), stroke_width=width, stroke_dasharray=dashes)
        )  # fmt: skip
        fill = inks(ink if one.sign == "verified" else "surface")
        parts.append(
            element("path", d=outline(SHAPES[number], x + 14, y - 4, 3.6), fill=fill, stroke=inks(ink))
        )
        parts.append(text(x + 34, y, one.name, fill=inks("ink-2"), size=11))
        x += needed
    return "".join(parts)
