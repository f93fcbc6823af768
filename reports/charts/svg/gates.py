"""The gate strip: levels as columns, three gates as rows, have and need in figures."""

from __future__ import annotations

from reports.charts.palette import Inks
from reports.charts.spec import GateBar, GateStrip, StripLevel
from reports.charts.svg.writing import element, fitting, legend, picture, place, text

NARROW, WIDE = 74, 112  # for the names of the gates: Chinese, English
COLUMN, ROW, HEAD, FOOT = 92, 46, 32, 24


def draw_gate_strip(chart: GateStrip, inks: Inks) -> str:
    left = NARROW if all(fitting(name, NARROW - 12, 12) == name for _key, name in chart.gates) else WIDE
    width = left + COLUMN * len(chart.levels) + 4
    height = HEAD + ROW * len(chart.gates) + FOOT
    parts: list[str] = []
    for number, (_, name) in enumerate(chart.gates):
        y = HEAD + number * ROW
        parts.append(text(left - 10, y + 25, fitting(name, left - 12, 12), fill=inks("ink"), anchor="end"))
    for number, level in enumerate(chart.levels):
        parts.append(_column(chart, level, left + number * COLUMN, inks))
    signs = legend(
        [
            (inks("level-5"), inks("level-5"), chart.holds_label),
            (inks("level-1"), inks("line-strong"), chart.fails_label),
        ],
        x=left,
        y=height - 6,
        inks=inks,
        size=11,
    )
    return picture(chart, width, height, "".join(parts) + signs)


def _column(chart: GateStrip, level: StripLevel, x: int, inks: Inks) -> str:
    middle = x + COLUMN / 2
    parts = [
        text(middle, 18, level.label, fill=inks("ink"), anchor="middle", bold=level.reached or level.target)
    ]
    if level.target:
        parts.append(
            element(
                "path",
                d=f"M{place(x + 6)} 12V4H{place(x + COLUMN - 6)}V12",
                fill="none",
                stroke=inks("ink"),
                stroke_width=2,
            )
        )
    if level.depends:
        parts.append(
            element(
                "rect",
                x=x + 2,
                y=HEAD - 5,
                width=COLUMN - 4,
                height=ROW * len(chart.gates) + 2,
                fill="none",
                stroke=inks("ink-2"),
                stroke_width=1.4,
                stroke_dasharray="2 3",
            )
        )
    for number, bar in enumerate(level.bars):
        parts.append(_cell(bar, x + 6, HEAD + number * ROW, COLUMN - 12, inks))
    return element("g", "".join(parts))


def _cell(bar: GateBar, x: int, y: int, width: int, inks: Inks) -> str:
    share = 1.0 if not bar.need else min(1.0, float(bar.have / bar.need))
    parts = [
        element(
            "rect",
            x=x,
            y=y,
            width=width,
            height=9,
            rx=1.5,
            fill=inks("surface-2"),
            stroke=inks("line-strong"),
        )
    ]
    if share:
        parts.append(
            element(
                "rect",
                x=x,
                y=y,
                width=width * share,
                height=9,
                rx=1.5,
                fill=inks("level-5" if bar.holds else "level-1"),
            )
        )
    if bar.borderline:
        parts.append(_double_line(x, x + width, y + 12, inks))
    if bar.holds:
        tick = f"M{place(x + 1)} {place(y + 21)}l3.4 3.8 6-8"
        parts.append(element("path", d=tick, fill="none", stroke=inks("hold"), stroke_width=2))
        parts.append(text(x + 15, y + 26, bar.figures, fill=inks("ink-2"), size=11, kind="figure"))
        return "".join(parts)
    if bar.focus:
        parts.append(
            element(
                "rect",
                x=x - 3,
                y=y - 3.5,
                width=width + 6,
                height=ROW - 3,
                rx=3,
                fill="none",
                stroke=inks("block"),
                stroke_width=2,
            )
        )
    parts.append(
        text(
            x + 1,
            y + 22,
            bar.figures,
            fill=inks("block" if bar.focus else "ink"),
            size=11,
            bold=True,
            kind="figure",
        )
    )
    parts.append(text(x + 1, y + 35, fitting(bar.reason, width - 2, 10.5), fill=inks("ink-2"), size=10.5))
    return "".join(parts)


def _double_line(start: int, end: int, y: float, inks: Inks) -> str:
    return element(
        "path",
        d=f"M{place(start)} {place(y)}H{place(end)}M{place(start)} {place(y + 2)}H{place(end)}",
        stroke=inks("ink-2"),
        stroke_width=0.8,
        fill="none",
    )
