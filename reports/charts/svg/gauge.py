"""The dual gauge: the geometry is the one of every gauge in the product."""

from __future__ import annotations

from accounts.drawings import CENTRE_X, draw_gauge
from reports.charts.palette import Inks
from reports.charts.spec import Gauge
from reports.charts.svg.writing import claimed_hatch, element, legend, picture, text, width_of

WIDTH, HEIGHT = 260, 206


def draw_gauge_chart(chart: Gauge, inks: Inks) -> str:
    drawing = draw_gauge(
        float(chart.claimed),
        None if chart.verified is None else float(chart.verified),
        None if chart.target is None else float(chart.target),
        chart.top,
    )
    definition, claimed = claimed_hatch(chart, inks)
    arcs = [element("path", d=drawing.track, fill=inks("surface-2"), stroke=inks("line"), stroke_width=1)]
    if drawing.claimed:
        arcs.append(
            element("path", d=drawing.claimed, fill=claimed, stroke=inks("claimed-line"), stroke_width=1.6)
        )
    if drawing.verified:
        arcs.append(element("path", d=drawing.verified, fill=inks("verified")))
    if drawing.bracket:
        arcs.append(element("path", d=drawing.bracket, fill="none", stroke=inks("ink"), stroke_width=2.2))
    for tick in drawing.ticks:
        arcs.append(
            element("line", x1=tick.x1, y1=tick.y1, x2=tick.x2, y2=tick.y2, stroke=inks("line-strong"))
        )
        arcs.append(
            text(
                float(tick.text_x),
                float(tick.text_y) + 3,
                str(tick.level),
                fill=inks("ink" if tick.major else "ink-3"),
                size=9,
                anchor="middle",
                bold=tick.level == chart.target,
            )
        )
    arcs.append(
        text(
            CENTRE_X, 101, chart.figure, fill=inks("ink"), size=26, anchor="middle", bold=True, kind="figure"
        )
    )
    arcs.append(text(CENTRE_X, 120, chart.figure_label, fill=inks("ink-2"), size=12, anchor="middle"))
    signs = [
        (claimed, inks("claimed-line"), chart.claimed_label),
        (inks("verified") if chart.verified is not None else "none", inks("verified"), chart.verified_label),
    ]
    wide = sum(19 + width_of(words, 12) for _, _, words in signs) + 18
    if wide <= WIDTH - 8:
        lines = [legend(signs, x=(WIDTH - wide) / 2, y=HEIGHT - 8, inks=inks)]
    else:  # one below the other
        longest = max(19 + width_of(words, 12) for _, _, words in signs)
        lines = [
            legend([sign], x=(WIDTH - longest) / 2, y=HEIGHT - 20 + 16 * place, inks=inks)
            for place, sign in enumerate(signs)
        ]
    return picture(
        chart,
        WIDTH,
        HEIGHT,
        element("defs", definition)
        + element("g", "".join(arcs), transform="translate(15 2) scale(1.15)")
        + "".join(lines),
    )
