"""How groups are made up: full bars split by level, with the numbers in them."""

from __future__ import annotations

from reports.charts.palette import Inks
from reports.charts.spec import Stacked
from reports.charts.svg.writing import element, fitting, picture, text, width_of

WIDTH = 640
LEFT, RIGHT = 150, 60
BAR, STEP, HEAD = 18, 26, 8


def draw_stacked(chart: Stacked, inks: Inks) -> str:
    room = WIDTH - LEFT - RIGHT
    parts: list[str] = []
    for number, (label, counts) in enumerate(zip(chart.labels, chart.counts, strict=True)):
        y = HEAD + number * STEP
        whole = sum(counts)
        parts.append(text(LEFT - 8, y + 13, fitting(label, LEFT - 12, 12), fill=inks("ink"), anchor="end"))
        parts.append(text(WIDTH - RIGHT + 8, y + 13, str(whole), fill=inks("ink-2"), size=11, kind="figure"))
        x = float(LEFT)
        for level, count in enumerate(counts):
            if not count:
                continue
            wide = room * count / whole
            parts.append(
                element("rect", x=x, y=y, width=wide, height=BAR, fill=inks(f"level-{level}"), stroke=inks("surface"), stroke_width=0.8)
            )  # fmt: skip
            if wide > width_of(str(count), 10.5) + 4:
                parts.append(
                    text(x + wide / 2, y + 13, str(count), fill=inks(f"on-level-{level}"), size=10.5, anchor="middle", kind="figure")
                )  # fmt: skip
            x += wide
    y = HEAD + len(chart.labels) * STEP + 16
    parts.append(_legend(chart, inks, y))
    return picture(chart, WIDTH, y + 8 + 17 * (_lines_of(chart) - 1), "".join(parts))


def _lines_of(chart: Stacked) -> int:
    needed = sum(24 + width_of(words, 11) + 14 for words in chart.parts)
    return 1 + int(needed / (WIDTH - 20))


def _legend(chart: Stacked, inks: Inks, y: float) -> str:
    parts: list[str] = []
    x = 8.0
    for level, words in enumerate(chart.parts):
        needed = 24 + width_of(words, 11) + 14
        if x > 8 and x + needed > WIDTH:
            x, y = 8.0, y + 17
        parts.append(
            element("rect", x=x, y=y - 9, width=14, height=10, fill=inks(f"level-{level}"), stroke=inks("line-strong"), stroke_width=0.6)
        )  # fmt: skip
        parts.append(text(x + 19, y, words, fill=inks("ink-2"), size=11))
        x += needed
    return "".join(parts)
