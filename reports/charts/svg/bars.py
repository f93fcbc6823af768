"""Horizontal bars: claimed hatched, verified solid, an earlier value as a thin dashed outline."""

from __future__ import annotations

from decimal import Decimal

from reports.charts.palette import Inks
from reports.charts.spec import Bars, Sign
from reports.charts.svg.writing import claimed_hatch, element, fitting, legend, picture, text

WIDTH = 480
LEFT, RIGHT = 148, 52
BAR, GAP, HEAD = 13, 9, 26


def draw_bars(chart: Bars, inks: Inks) -> str:
    definition, claimed = claimed_hatch(chart, inks)
    looks: dict[Sign, tuple[str, str, str | None]] = {
        "claimed": (claimed, inks("claimed-line"), None),
        "verified": (inks("verified"), inks("verified"), None),
        "earlier": ("none", inks("ink-3"), "4 2"),
        "bound": ("none", inks("cat-4"), "2 3"),
    }
    group = BAR * len(chart.series) + GAP
    room = WIDTH - LEFT - RIGHT
    height = HEAD + group * len(chart.labels) + 34
    parts: list[str] = []

    def at(value: Decimal) -> float:
        return LEFT + room * float(value / chart.top)

    for number, label in enumerate(chart.labels):
        y = HEAD + number * group
        middle = y + BAR * len(chart.series) / 2 + 4
        parts.append(text(LEFT - 8, middle, fitting(label, LEFT - 12, 12), fill=inks("ink"), anchor="end"))
        for place, one in enumerate(chart.series):
            value = one.values[number]
            if value is None:
                continue
            fill, stroke, dashes = looks[one.sign]
            top = y + place * BAR
            parts.append(
                element(
                    "rect",
                    x=LEFT,
                    y=top + 1,
                    width=max(at(value) - LEFT, 0.01),
                    height=BAR - 3,
                    fill=fill,
                    stroke=stroke,
                    stroke_dasharray=dashes,
                )
            )
            parts.append(
                text(WIDTH - RIGHT + 8, top + BAR - 3, str(value), fill=inks("ink-2"), size=11, kind="figure")
            )
    bottom = HEAD + group * len(chart.labels)
    parts.append(element("line", x1=LEFT, y1=HEAD - 6, x2=LEFT, y2=bottom, stroke=inks("line-strong")))
    if chart.bound is not None:
        x = at(chart.bound)
        parts.append(
            element(
                "line",
                x1=x,
                y1=HEAD - 8,
                x2=x,
                y2=bottom,
                stroke=inks("cat-4"),
                stroke_width=1.6,
                stroke_dasharray="5 3",
            )
        )
        anchor = "middle" if x < WIDTH - 90 else "end"
        parts.append(text(x, HEAD - 12, chart.bound_label, fill=inks("ink"), size=11, anchor=anchor))
    signs = [(looks[one.sign][0], looks[one.sign][1], one.name) for one in chart.series]
    return picture(
        chart,
        WIDTH,
        height,
        element("defs", definition) + "".join(parts) + legend(signs, x=LEFT, y=height - 10, inks=inks),
    )
