"""A closed loop: one bar per step as wide as its coverage, minutes between, wrong order in red."""

from __future__ import annotations

from reports.charts.flow import Flow, FlowStep
from reports.charts.palette import Inks
from reports.charts.svg.writing import element, fitting, hatch, picture, text

WIDTH = 500
LEFT, RIGHT = 184, 92
BAR, BETWEEN, TOP = 26, 24, 14


def draw_flow(chart: Flow, inks: Inks) -> str:
    name = f"{chart.key}-blocked"
    definition = hatch(name, inks("line-strong"), inks("surface-2"))
    height = TOP + len(chart.steps) * (BAR + BETWEEN)
    parts: list[str] = [element("defs", definition)]
    room = WIDTH - LEFT - RIGHT
    for number, step in enumerate(chart.steps):
        y = TOP + number * (BAR + BETWEEN)
        if number:
            parts.append(_between(step, y - BETWEEN, inks))
        parts.append(
            text(
                LEFT - 10,
                y + 17,
                fitting(step.name, LEFT - (24 if step.mandatory else 14), 13),
                fill=inks("ink"),
                size=13,
                anchor="end",
                bold=step.mandatory,
            )
        )
        if not step.mandatory:
            parts.append(
                text(LEFT - 10, y + 30, chart.optional_word, fill=inks("ink-2"), size=10, anchor="end")
            )
        parts.append(
            element(
                "rect",
                x=LEFT,
                y=y,
                width=room,
                height=BAR,
                rx=3,
                fill=f"url(#{name})" if step.blocked else inks("surface-2"),
                stroke=inks("line"),
            )
        )
        if not step.blocked:
            fill = inks("verified") if step.enough else inks("block")
            parts.append(
                element(
                    "rect",
                    x=LEFT,
                    y=y,
                    width=max(float(step.share) * room, 0.01),
                    height=BAR,
                    rx=3,
                    fill=fill if step.mandatory else "none",
                    stroke=fill,
                    stroke_width=1.5,
                )
            )
        words = chart.blocked_word if step.blocked else f"{step.present:,} / {step.of:,}"
        parts.append(
            text(
                WIDTH - RIGHT + 10,
                y + 17,
                words,
                fill=inks("ink") if not step.blocked else inks("ink-2"),
                size=12,
                kind="figure",
            )
        )
        if not step.blocked and step.of:
            parts.append(
                text(
                    WIDTH - RIGHT + 10,
                    y + 31,
                    f"{100 * step.present / step.of:.1f}%",
                    fill=inks("ink-2"),
                    size=11,
                    kind="figure",
                )
            )
    return picture(chart, WIDTH, height, "".join(parts))


def _between(step: FlowStep, y: float, inks: Inks) -> str:
    """The way from one step to the next: an arrow, the minutes, and what runs against the order."""
    parts = [
        element(
            "path",
            d=f"M{LEFT + 14} {y + 3}v{BETWEEN - 9}m-4 -5l4 5l4 -5",
            fill="none",
            stroke=inks("line-strong"),
            stroke_width=1.5,
        )
    ]
    if step.minutes:
        parts.append(text(LEFT + 26, y + 16, step.minutes, fill=inks("ink-2"), size=11))
    if step.wrong:
        parts.append(
            text(
                WIDTH - RIGHT, y + 16, step.wrong_words, fill=inks("block"), size=11, anchor="end", bold=True
            )
        )
    return "".join(parts)
