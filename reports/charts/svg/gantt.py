"""A plan as bars over quarters: kinds of work by colour and pattern, what decides the finish by a heavy frame."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from html import escape

from reports.charts.palette import Inks
from reports.charts.spec import Gantt, GanttRow, WorkKind
from reports.charts.svg.writing import element, fitting, hatch, picture, place, text, width_of

Place = Callable[[Decimal | int], float]
WIDTH = 800
LEFT, RIGHT, TOP = 236, 132, 40
ROW, BAR, GROUP = 17, 11, 18
FIGURE = 40  # of the right margin: the effort; the rest is what a row waits for
FOOT = 22
#: ink of each kind of work
INKS: dict[WorkKind, str] = {
    "function": "cat-1",
    "integration": "cat-4",
    "intelligence": "cat-3",
    "management": "line-strong",
    "use": "cat-2",
}


def draw_gantt(chart: Gantt, inks: Inks) -> str:
    across = WIDTH - LEFT - RIGHT
    step = across / len(chart.columns)
    ys, heads, bottom = _heights(chart)

    def x_of(column: Decimal | int) -> float:
        return LEFT + float(column) * step

    parts = [element("defs", _patterns(chart, inks)), _frame(chart, x_of, heads, bottom, inks)]
    for row, y in zip(chart.rows, ys, strict=True):
        parts.append(_row(chart, row, y, x_of, inks))
    for link in chart.links:
        y0, y1 = ys[link.before] + ROW / 2, ys[link.after] + ROW / 2
        x0, x1 = x_of(link.done), x_of(link.starts)
        parts.append(
            element(
                "path",
                d=f"M{place(x0)} {place(y0)}V{place(y1)}H{place(x1)}",
                fill="none",
                stroke=inks("block"),
                stroke_width=1.2,
            )
        )
    parts.append(_legend(chart, bottom + FOOT + 22, inks))
    return picture(chart, WIDTH, bottom + FOOT + 22 + 17 * _legend_lines(chart) + 4, "".join(parts))


def _heights(chart: Gantt) -> tuple[list[float], list[tuple[str, float]], float]:
    """The top of every row, the heads of the groups with their tops, and the end of the rows."""
    ys: list[float] = []
    heads: list[tuple[str, float]] = []
    at, group = float(TOP), ""
    for row in chart.rows:
        if row.group != group:
            heads.append((row.group, at))
            at, group = at + GROUP, row.group
        ys.append(at)
        at += ROW
    return ys, heads, at + 3


def _frame(chart: Gantt, x_of: Place, heads: list[tuple[str, float]], bottom: float, inks: Inks) -> str:
    columns = len(chart.columns)
    step = x_of(1) - x_of(0)
    every = 1 if width_of(chart.columns[0], 9.5) + 3 < step else 2 if step > 12 else 4
    lines = "".join(f"M{place(x_of(n))} {TOP - 4}V{place(bottom)}" for n in range(columns + 1))
    parts = [element("path", d=lines, stroke=inks("line"), stroke_width=0.6, fill="none")]
    at = 0
    for words, count in chart.years:
        x = x_of(at)
        parts.append(
            element("path", d=f"M{place(x)} 6V{place(bottom)}", stroke=inks("line-strong"), stroke_width=0.9, fill="none")
        )  # fmt: skip
        if width_of(words, 11) <= step * count + 4:
            parts.append(text(x + 4, 16, words, fill=inks("ink"), size=11, bold=True))
        at += count
    for n, words in enumerate(chart.columns):
        if n % every == 0:
            parts.append(
                text(x_of(n) + step / 2, TOP - 9, words, fill=inks("ink-2"), size=9.5, anchor="middle")
            )
    for words, y in heads:
        parts.append(element("rect", x=0, y=y + 1, width=WIDTH, height=GROUP - 3, fill=inks("surface-2")))
        parts.append(text(4, y + 12.5, words, fill=inks("ink-2"), size=10, bold=True))
    parts.append(_notes(chart, x_of, bottom, inks))
    end = WIDTH - RIGHT
    parts.append(
        text(end + FIGURE - 4, TOP - 9, chart.unit_label, fill=inks("ink-2"), size=9.5, anchor="end")
    )
    parts.append(text(end + FIGURE + 8, TOP - 9, chart.after_label, fill=inks("ink-2"), size=9.5))
    return "".join(parts)


def _notes(chart: Gantt, x_of: Place, bottom: float, inks: Inks) -> str:
    """The level at the end of each quarter, in the tint of its level; equal neighbours are one box."""
    parts = [text(LEFT - 8, bottom + 14, chart.note_label, fill=inks("ink-2"), size=10, anchor="end")]
    start = 0
    for n in range(1, len(chart.notes) + 1):
        if n < len(chart.notes) and chart.notes[n] == chart.notes[start]:
            continue
        words, level = chart.notes[start]
        x, width = x_of(start), x_of(n) - x_of(start)
        parts.append(
            element("rect", x=x, y=bottom + 2, width=width, height=17, fill=inks(f"level-{level}"), stroke=inks("surface"))
        )  # fmt: skip
        shown = words if width_of(words, 10) < width else str(level)
        parts.append(
            text(x + width / 2, bottom + 14.5, shown, fill=inks(f"on-level-{level}"), size=10, anchor="middle", bold=True)
        )  # fmt: skip
        start = n
    return "".join(parts)


def _row(chart: Gantt, row: GanttRow, y: float, x_of: Place, inks: Inks) -> str:
    begin, end, top = x_of(row.begin), x_of(row.end), y + (ROW - BAR) / 2
    words = text(8, y + 12.5, fitting(f"{row.code} {row.name}", LEFT - 16, 10.5), fill=inks("ink"), size=10.5)
    if row.address:
        words = element("a", words, href=row.address)
    parts = [
        element("title", escape(row.says)),
        words,
        element(
            "rect",
            x=begin,
            y=top,
            width=end - begin,
            height=BAR,
            fill=inks("surface"),
            stroke=inks("line-strong"),
            stroke_width=0.6,
        ),
    ]
    for part in row.parts:
        x, width = x_of(part.begin), float(part.end - part.begin) * (x_of(1) - x_of(0))
        for fill in (inks(INKS[part.kind]), f"url(#{chart.key}-{part.kind})"):
            if part.kind == "function" and fill.startswith("url"):
                continue
            parts.append(element("rect", x=x, y=top, width=width, height=BAR, fill=fill))
    if row.critical:
        parts.append(
            element("rect", x=begin, y=top - 0.5, width=end - begin, height=BAR + 1, fill="none", stroke=inks("ink"), stroke_width=1.6)
        )  # fmt: skip
    right = WIDTH - RIGHT
    parts.append(
        text(right + FIGURE - 4, y + 12.5, row.label, fill=inks("ink"), size=10, anchor="end", kind="figure")
    )
    if row.after:
        parts.append(
            text(
                right + FIGURE + 8,
                y + 12.5,
                _after(row.after, RIGHT - FIGURE - 10),
                fill=inks("ink-2"),
                size=9,
            )
        )
    return element("g", "".join(parts), class_="gantt-row", data_item=row.code)


def _after(codes: tuple[str, ...], room: float) -> str:
    """As many codes as fit, and how many more."""
    for shown in range(len(codes), 0, -1):
        rest = f" +{len(codes) - shown}" if shown < len(codes) else ""
        words = " ".join(codes[:shown]) + rest
        if width_of(words, 9) <= room:
            return words
    return f"+{len(codes)}"


def _patterns(chart: Gantt, inks: Inks) -> str:
    """What tells the kinds apart where there is no colour."""
    light = inks("surface")

    def lines(name: str, d: str, size: float) -> str:
        return element(
            "pattern",
            element("path", d=d, stroke=light, stroke_width=1, fill="none"),
            id=f"{chart.key}-{name}",
            width=size,
            height=size,
            patternUnits="userSpaceOnUse",
        )

    dots = element(
        "pattern",
        element("circle", cx=2, cy=2, r=1, fill=light),
        id=f"{chart.key}-intelligence",
        width=4,
        height=4,
        patternUnits="userSpaceOnUse",
    )
    return (
        hatch(f"{chart.key}-integration", light, None, gap=4, weight=1)
        + dots
        + lines("management", "M0 2H4", 4)
        + lines("use", "M2 0V4", 4)
    )


def _legend_entries(chart: Gantt) -> list[list[tuple[WorkKind | str, str]]]:
    """In lines that fit."""
    rows: list[list[tuple[WorkKind | str, str]]] = [[]]
    used = 0.0
    for entry in (*chart.kinds, ("critical", chart.critical_label)):
        needed = 22 + width_of(entry[1], 10.5) + 16
        if rows[-1] and used + needed > WIDTH:
            rows.append([])
            used = 0.0
        rows[-1].append(entry)
        used += needed
    return rows


def _legend_lines(chart: Gantt) -> int:
    return len(_legend_entries(chart))


def _legend(chart: Gantt, y: float, inks: Inks) -> str:
    parts: list[str] = []
    for line in _legend_entries(chart):
        x = 4.0
        for kind, words in line:
            box = {"x": x, "y": y - 9, "width": 16, "height": 10}
            if kind == "critical":
                parts.append(element("rect", **box, fill="none", stroke=inks("ink"), stroke_width=1.6))
            else:
                parts.append(element("rect", **box, fill=inks(INKS[kind])))  # type: ignore[index]
                if kind != "function":
                    parts.append(element("rect", **box, fill=f"url(#{chart.key}-{kind})"))
            parts.append(text(x + 22, y, words, fill=inks("ink-2"), size=10.5))
            x += 22 + width_of(words, 10.5) + 16
        y += 17
    return "".join(parts)
