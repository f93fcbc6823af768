"""Writing SVG: escaped elements, text that fits, and the hatch that means claimed."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from reports.charts.palette import Inks
from reports.charts.spec import Chart

FONT = "Noto Sans SC, Zhiping Sans, Microsoft YaHei, sans-serif"
Number = int | float | Decimal


def place(value: Number) -> str:
    """A coordinate: at most two decimals, no trailing zeros."""
    return f"{round(float(value), 2):g}"


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """``stroke_width=1`` becomes ``stroke-width="1"``; None leaves an attribute out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(place(value) if isinstance(value, Number) else str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(
    x: Number,
    y: Number,
    words: str,
    *,
    fill: str,
    size: Number = 12,
    anchor: str | None = None,
    bold: bool = False,
    kind: str | None = None,
) -> str:
    """One line of text; ``y`` is its baseline. ``kind`` becomes a class that tests and scripts can find."""
    return element(
        "text",
        escape(words),
        x=x,
        y=y,
        fill=fill,
        font_size=size,
        text_anchor=anchor,
        font_weight="bold" if bold else None,
        class_=kind,
    )


def width_of(words: str, size: Number) -> float:
    """About how wide ``words`` are: a Chinese character is one em, a Latin one a little over half."""
    return sum(1.0 if ord(letter) > 0x2E7F else 0.56 for letter in words) * float(size)


def fitting(words: str, width: Number, size: Number) -> str:
    """``words`` cut with an ellipsis where they would not fit."""
    if width_of(words, size) <= float(width):
        return words
    while words and width_of(f"{words}…", size) > float(width):
        words = words[:-1]
    return f"{words.rstrip()}…"


def hatch(name: str, line: str, ground: str | None, *, gap: float = 5, weight: float = 1.1) -> str:
    """A 45-degree hatch, to be used as ``fill="url(#name)"``."""
    half = gap / 2
    lines = f"M{place(-half)} {place(half)}L{place(half)} {place(-half)}M0 {place(gap)}L{place(gap)} 0M{place(half)} {place(gap + half)}L{place(gap + half)} {place(half)}"
    paint = element("rect", width=gap, height=gap, fill=ground) if ground else ""
    return element(
        "pattern",
        paint + element("path", d=lines, stroke=line, stroke_width=weight, fill="none"),
        id=name,
        width=gap,
        height=gap,
        patternUnits="userSpaceOnUse",
    )


def claimed_hatch(chart: Chart, inks: Inks) -> tuple[str, str]:
    """(definition, fill) of the sign for claimed."""
    name = f"{chart.key}-claimed"
    return hatch(name, inks("claimed-line"), inks("claimed-tint")), f"url(#{name})"


def legend(entries: list[tuple[str, str, str]], *, x: Number, y: Number, inks: Inks, size: int = 12) -> str:
    """Small boxes with words, left to right: (fill, stroke, words)."""
    parts: list[str] = []
    left = float(x)
    for fill, stroke, words in entries:
        parts.append(element("rect", x=left, y=float(y) - 9, width=14, height=10, fill=fill, stroke=stroke))
        parts.append(text(left + 19, y, words, fill=inks("ink-2"), size=size))
        left += 19 + width_of(words, size) + 18
    return "".join(parts)


def picture(chart: Chart, width: Number, height: Number, content: str) -> str:
    """The whole drawing with its title and description for readers who do not see it."""
    return element(
        "svg",
        element("title", escape(chart.title)) + element("desc", escape(chart.alt)) + content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {place(width)} {place(height)}",
        width=width,
        height=height,
        role="group" if "<a " in content else "img",  # a picture has no links inside
        font_family=FONT,
        class_="chart-svg",
    )
