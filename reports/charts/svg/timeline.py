"""What grows quarter by quarter: bars, lines, steps, and the band between a low and a high estimate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from reports.charts.palette import Inks
from reports.charts.spec import Timeline
from reports.charts.spec.plans import Course, CourseStyle
from reports.charts.svg.writing import element, hatch, picture, place, text, width_of

Place = Callable[[Decimal], float]
WIDTH, UP = 640, 206  # of the plot alone
LEFT, RIGHT, TOP, BOTTOM = 58, 62, 16, 50
NOTE = 20  # room for the level under a quarter
APART = 13
#: style -> (ink, width, dashes)
LOOKS: dict[CourseStyle, tuple[str, float, str | None]] = {
    "solid": ("verified", 2.2, None),
    "dashed": ("ink", 1.5, "6 3"),
    "bound": ("block", 1.5, "7 4"),
}


def draw_timeline(chart: Timeline, inks: Inks) -> str:
    across, up = WIDTH - LEFT - RIGHT, UP
    height = TOP + UP + BOTTOM + (NOTE if chart.notes else 0)
    step = across / len(chart.labels)

    def y_of(value: Decimal) -> float:
        return TOP + up * (1 - float((value - chart.base) / (chart.top - chart.base)))

    xs = [LEFT + step * (n + 0.5) for n in range(len(chart.labels))]
    name = f"{chart.key}-marked"
    parts = [
        element("defs", hatch(name, inks("surface"), inks("cat-1"), gap=5, weight=1.4))
        if chart.marked
        else "",
        _axes(chart, xs, step, y_of, inks),
    ]
    if chart.band:
        low = [(x, y_of(value)) for x, value in zip(xs, chart.band.low, strict=True)]
        high = [(x, y_of(value)) for x, value in zip(xs, chart.band.high, strict=True)]
        shape = "".join(
            f"{'L' if n else 'M'}{place(x)} {place(y)}" for n, (x, y) in enumerate([*high, *reversed(low)])
        )
        parts.append(
            element("path", d=f"{shape}Z", fill=inks("claimed-tint"), stroke=inks("claimed-line"), stroke_width=0.8, stroke_dasharray="3 2")
        )  # fmt: skip
    for n, value in enumerate(chart.bars):
        y = y_of(value)
        fill = f"url(#{name})" if n in chart.marked else inks("cat-1")
        wide = min(step * 0.66, 44)
        parts.append(
            element("rect", x=xs[n] - wide / 2, y=y, width=wide, height=TOP + up - y, fill=fill, stroke=inks("cat-1"), stroke_width=0.8)
        )  # fmt: skip
        if width_of(chart.bar_words[n], 9.5) < step:
            parts.append(text(xs[n], y - 3, chart.bar_words[n], fill=inks("ink"), size=9.5, anchor="middle"))
    for course in chart.courses:
        parts.append(_course(course, xs, step, y_of, inks))
    parts.append(_ends(chart, y_of, inks))
    return picture(chart, WIDTH, height, "".join(parts) + _legend(chart, name, height - 10, inks))


def _axes(chart: Timeline, xs: Sequence[float], step: float, y_of: Place, inks: Inks) -> str:
    bottom, right = TOP + UP, WIDTH - RIGHT
    thin = "".join(f"M{LEFT} {place(y_of(value))}H{right}" for value, _words in chart.ticks)
    parts = [
        element("path", d=thin, stroke=inks("line"), stroke_width=0.7, fill="none"),
        element("path", d=f"M{LEFT} {TOP}V{bottom}H{right}", stroke=inks("line-strong"), fill="none"),
    ]
    for value, words in chart.ticks:
        parts.append(text(LEFT - 6, y_of(value) + 4, words, fill=inks("ink-2"), size=10, anchor="end"))
    widest = max(width_of(label, 9.5) for label in chart.labels) + 6
    every = max(1, -int(-widest // step))
    last = len(chart.labels) - 1
    for n, (x, label) in enumerate(zip(xs, chart.labels, strict=True)):
        if n == last or (n % every == 0 and last - n >= every):
            parts.append(text(x, bottom + 14, label, fill=inks("ink-2"), size=9.5, anchor="middle"))
    start = 0
    for n in range(1, len(chart.notes) + 1):  # equal neighbours are one box
        if n < len(chart.notes) and chart.notes[n] == chart.notes[start]:
            continue
        words, level = chart.notes[start]
        x, width = LEFT + step * start, step * (n - start)
        parts.append(
            element("rect", x=x, y=bottom + 20, width=width, height=16, fill=inks(f"level-{level}"), stroke=inks("surface"))
        )  # fmt: skip
        shown = words if width_of(words, 10) < width else str(level)
        parts.append(
            text(x + width / 2, bottom + 32, shown, fill=inks(f"on-level-{level}"), size=10, anchor="middle", bold=True)
        )  # fmt: skip
        start = n
    return "".join(parts)


def _course(course: Course, xs: Sequence[float], step: float, y_of: Place, inks: Inks) -> str:
    ink, width, dashes = LOOKS[course.style]
    if course.stepped:
        path = f"M{place(xs[0] - step / 2)} {place(y_of(course.values[0]))}"
        for x, value in zip(xs, course.values, strict=True):
            path += f"V{place(y_of(value))}H{place(x + step / 2)}"
    else:
        path = "".join(
            f"{'L' if n else 'M'}{place(x)} {place(y_of(value))}"
            for n, (x, value) in enumerate(zip(xs, course.values, strict=True))
        )
    parts = [
        element("path", d=path, fill="none", stroke=inks(ink), stroke_width=width, stroke_dasharray=dashes)
    ]
    if course.style == "solid":
        parts += [
            element("circle", cx=x, cy=y_of(value), r=2.6, fill=inks(ink))
            for x, value in zip(xs, course.values, strict=True)
        ]
    return "".join(parts)


def _ends(chart: Timeline, y_of: Place, inks: Inks) -> str:
    """The newest values beside the ends of their lines, kept apart."""
    ends = [(y_of(course.values[-1]), course.words) for course in chart.courses]
    if chart.band:
        ends += [
            (y_of(chart.band.low[-1]), chart.band.low_words),
            (y_of(chart.band.high[-1]), chart.band.high_words),
        ]
    parts, before = [], float("-inf")
    for y, words in sorted(ends):
        y = max(y, before + APART)
        parts.append(text(WIDTH - RIGHT + 6, y + 4, words, fill=inks("ink"), size=10.5, kind="figure"))
        before = y
    return "".join(parts)


def _legend(chart: Timeline, name: str, y: float, inks: Inks) -> str:
    parts: list[str] = []
    x = float(LEFT)

    def box(fill: str, stroke: str, words: str) -> None:
        nonlocal x
        parts.append(element("rect", x=x, y=y - 9, width=16, height=10, fill=fill, stroke=stroke))
        parts.append(text(x + 22, y, words, fill=inks("ink-2"), size=10.5))
        x += 22 + width_of(words, 10.5) + 16

    if chart.bars:
        box(inks("cat-1"), inks("cat-1"), chart.bar_name)
    if chart.marked:
        box(f"url(#{name})", inks("cat-1"), chart.marked_name)
    for course in chart.courses:
        ink, width, dashes = LOOKS[course.style]
        parts.append(
            element("path", d=f"M{place(x)} {place(y - 4)}h24", stroke=inks(ink), stroke_width=width, stroke_dasharray=dashes)
        )  # fmt: skip
        parts.append(text(x + 30, y, course.name, fill=inks("ink-2"), size=10.5))
        x += 30 + width_of(course.name, 10.5) + 16
    if chart.band:
        box(inks("claimed-tint"), inks("claimed-line"), chart.band.name)
    return "".join(parts)
