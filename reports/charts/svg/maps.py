"""Items by levels: the heat map of shares and the map of changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reports.charts.palette import STEPS, Inks, step
from reports.charts.spec import Change, ChangeCell, ChangeMap, HeatCell, HeatMap, Row
from reports.charts.svg.writing import (
    element,
    fitting,
    hatch,
    legend,
    picture,
    place,
    text,
    width_of,
)

NARROW, WIDE = 150, 290  # room for the names of the items, as long as the longest needs
CELL: Final = 44
LINE: Final = 19
HEAD: Final = 30
FOOT: Final = 30

Draw = Callable[[int, int, int, int], None]  # row, column, x, y


def draw_heat_map(chart: HeatMap, inks: Inks) -> str:
    left, width, height = sizes(chart)
    uppers: dict[int, list[str]] = {}
    lowers: dict[int, list[str]] = {}
    marks: list[str] = []
    for number, row in enumerate(chart.cells):
        for column, cell in enumerate(row):
            x, y = left + column * CELL, HEAD + number * LINE
            if cell is None:
                marks.append(text(x + CELL / 2, y + 13, "–", fill=inks("ink-3"), size=10, anchor="middle"))
            else:
                _paint(cell, x, y, uppers, lowers)
                marks.append(_marks(cell, x, y, inks))
    parts = [
        element("path", d="".join(paths), fill=f"url(#{chart.key}-{number})")
        for number, paths in sorted(uppers.items())
    ]
    parts += [
        element("path", d="".join(paths), fill=inks(f"level-{number}"))
        for number, paths in sorted(lowers.items())
    ]
    definitions = "".join(
        hatch(f"{chart.key}-{number}", inks("surface"), inks(f"level-{number}"), gap=5, weight=0.9)
        for number in range(STEPS)
    )
    frame = _frame(chart, left, inks)
    y = height - 9
    scale = [text(left, y, chart.low_label, fill=inks("ink-2"), size=11)]
    ramp = left + 14
    for number in range(STEPS):
        scale.append(
            element("rect", x=ramp + number * 14, y=y - 9, width=14, height=10, fill=inks(f"level-{number}"))
        )
    scale.append(text(ramp + STEPS * 14 + 6, y, chart.high_label, fill=inks("ink-2"), size=11))
    signs = legend(
        [
            (f"url(#{chart.key}-5)", inks("claimed-line"), chart.claimed_label),
            (inks("verified") if chart.has_verified else "none", inks("verified"), chart.verified_label),
        ],
        x=8,
        y=y,
        inks=inks,
        size=11,
    )
    return picture(
        chart,
        width,
        height,
        element("defs", definitions) + "".join(parts) + frame + "".join(marks) + signs + "".join(scale),
    )


def _paint(
    cell: HeatCell, x: int, y: int, uppers: dict[int, list[str]], lowers: dict[int, list[str]]
) -> None:
    """The upper left triangle for claimed, the lower right one for verified; collected by colour."""
    if cell.claimed is not None and cell.claimed > 0:
        uppers.setdefault(step(cell.claimed), []).append(f"M{x} {y}h{CELL}l{-CELL} {LINE}z")
    if cell.verified is not None and cell.verified > 0:
        lowers.setdefault(step(cell.verified), []).append(f"M{x + CELL} {y}v{LINE}h{-CELL}z")


def _marks(cell: HeatCell, x: int, y: int, inks: Inks) -> str:
    parts: list[str] = []
    ink = inks("ink" if cell.verified is None else f"on-level-{step(cell.verified)}")
    if cell.passes:
        parts.append(
            element("path", d=f"M{x + 31} {y + 9}l2.6 3 4.8-6.4", fill="none", stroke=ink, stroke_width=1.5)
        )
    if cell.mark:
        parts.append(text(x + CELL - 4, y + 13, cell.mark, fill=ink, size=10.5, anchor="end", bold=True))
    if cell.borderline:
        parts.append(
            element(
                "path",
                d=f"M{x + 3} {y + LINE - 4.2}h{CELL - 6}M{x + 3} {y + LINE - 2}h{CELL - 6}",
                stroke=inks("ink"),
                stroke_width=0.9,
                fill="none",
            )
        )
    return "".join(parts)


def draw_change_map(chart: ChangeMap, inks: Inks) -> str:
    left, width, height = sizes(chart)
    kept = f"{chart.key}-kept"
    looks: dict[Change, tuple[str, str, str]] = {
        "gained": (inks("cat-1"), "▲", inks("surface")),
        "lost": (inks("cat-4"), "▼", inks("cat-8")),
        "kept": (f"url(#{kept})", "", inks("ink")),
        "none": ("none", "", inks("ink")),
    }
    parts: list[str] = []
    for number, row in enumerate(chart.cells):
        for column, cell in enumerate(row):
            x, y = left + column * CELL, HEAD + number * LINE
            parts.append(_change(cell, x, y, looks, inks))
    signs = legend(
        [
            (looks[change][0], inks("line-strong"), f"{looks[change][1]}{words}")
            for change, words in chart.labels
        ],
        x=8,
        y=height - 9,
        inks=inks,
        size=11,
    )
    return picture(
        chart,
        width,
        height,
        element("defs", hatch(kept, inks("surface"), inks("level-2"), gap=5, weight=0.9))
        + "".join(parts)
        + _frame(chart, left, inks)
        + signs,
    )


def _change(
    cell: ChangeCell | None, x: int, y: int, looks: dict[Change, tuple[str, str, str]], inks: Inks
) -> str:
    if cell is None:
        return text(x + CELL / 2, y + 13, "–", fill=inks("ink-3"), size=10, anchor="middle")
    fill, sign, ink = looks[cell.change]
    if fill == "none":
        return ""
    drawn = element("rect", x=x, y=y, width=CELL, height=LINE, fill=fill)
    return drawn + (text(x + CELL / 2, y + 14, sign, fill=ink, size=11, anchor="middle") if sign else "")


def sizes(chart: HeatMap | ChangeMap) -> tuple[int, int, int]:
    """Where the cells begin, and width and height of the whole."""
    longest = max(width_of(f"{row.code} {row.name}", 11.5) for row in chart.rows)
    left = int(min(WIDE, max(NARROW, longest + 32)))
    return left, left + CELL * len(chart.columns) + 6, HEAD + LINE * len(chart.rows) + FOOT


def _frame(chart: HeatMap | ChangeMap, left: int, inks: Inks) -> str:
    """Names, grid lines, a stronger line between roles, the bracket over the target."""
    rows, columns, target = chart.rows, chart.columns, chart.target
    right, bottom = left + CELL * len(columns), HEAD + LINE * len(rows)
    thin: list[str] = []
    strong: list[str] = []
    for number in range(len(rows) + 1):
        changes = number in (0, len(rows)) or rows[number].group != rows[number - 1].group
        (strong if changes else thin).append(f"M{8 if changes else left} {HEAD + number * LINE}H{right}")
    for number in range(len(columns) + 1):
        thin.append(f"M{left + number * CELL} {HEAD}V{bottom}")
    parts = [
        element("path", d="".join(thin), stroke=inks("line"), stroke_width=0.8, fill="none"),
        element("path", d="".join(strong), stroke=inks("line-strong"), stroke_width=1, fill="none"),
    ]
    for number, name in enumerate(columns):
        x = left + number * CELL
        parts.append(
            text(x + CELL / 2, 22, name, fill=inks("ink"), size=11.5, anchor="middle", bold=number == target)
        )
        if number == target:
            bracket = f"M{place(x + 3)} 13V6H{place(x + CELL - 3)}V13"
            parts.append(element("path", d=bracket, fill="none", stroke=inks("ink"), stroke_width=2))
    for number, row in enumerate(rows):
        parts.append(_row_head(row, HEAD + number * LINE, left, inks))
    return "".join(parts)


def _row_head(row: Row, y: int, left: int, inks: Inks) -> str:
    sign = ""
    if row.basic is True:
        sign = element("rect", x=10, y=y + 6, width=7, height=7, fill=inks("ink"))
    elif row.basic is False:
        sign = element(
            "circle", cx=13.5, cy=y + 9.5, r=3.3, fill="none", stroke=inks("ink-2"), stroke_width=1.2
        )
    words = text(
        22, y + 13.5, fitting(f"{row.code} {row.name}", left - 28, 11.5), fill=inks("ink"), size=11.5
    )
    if row.address:
        words = element("a", words, href=row.address)
    return sign + words
